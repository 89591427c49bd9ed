"""Security keys and the questions to them: no walk reaches a state that the model forbids."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from mock_idp.account_management.key_deletion import delete_key
from mock_idp.accounts import failed_attempts
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.common.strength_names import PASSWORD_WEBAUTHN
from mock_idp.factors.keys import challenges, signing_in
from mock_idp.factors.keys.model import SIGN_IN
from mock_idp.factors.keys.rules import keys_of
from mock_idp.factors.second_factors import second_factors
from mock_world.server import Site
from tests.mock_idp.machine import WorldMachine, outcome, walk
from tests.mock_idp.test_keys import add_key, new_key

if TYPE_CHECKING:
    from mock_idp.factors.keys.model import KeyChallenge, SecurityKey
    from tests.software_key import SoftwareKey

LIFE, LOCK, FORGET = timedelta(minutes=4), timedelta(minutes=5), timedelta(minutes=10)
TRIES, MOST_KEYS = 2, 2


@dataclass
class ModelQuestion:
    asked_at: datetime
    state: str = "pending"

    def seen(self, now: datetime) -> str:
        return "timed-out" if self.state != "used" and now - self.asked_at >= LIFE else self.state


class KeysMachine(WorldMachine):
    changed = {  # noqa: RUF012
        "key.tries": TRIES,
        "key.max": MOST_KEYS,
        "key.requests": 100,
        "login_page.life": timedelta(days=30),  # longer than any walk
        "challenge.life": LIFE,
        "lockout.time": LOCK,
        "lockout.forget": FORGET,
    }

    @initialize()
    def begin(self) -> None:
        self.account = create_account(self.world, NewAccount("Ada", "Berg", "ada@hospital.example", password="x"))
        self.keys: dict[str, SoftwareKey] = {}
        self.deleted: list[SoftwareKey] = [new_key(self.world)]
        self.questions: dict[str, ModelQuestion] = {}
        self.wrong: list[datetime] = []
        self.locked_at: datetime | None = None
        self.added = 0

    # What the person does.

    @rule()
    def add(self) -> None:
        self.added += 1
        with outcome("key.too_many" if len(self.keys) >= MOST_KEYS else None):
            name = f"Key {self.added}"
            self.keys[name] = add_key(self.world, self.account, name)

    @precondition(lambda self: self.keys)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.keys)))
        delete_key(self.world, self.account, self._cache(name).id)
        self.deleted.append(self.keys.pop(name))

    @precondition(lambda self: self.keys)
    @rule()
    def ask(self) -> None:
        with outcome("key.locked" if self._locked() else None):
            self._account_of(signing_in.ask_key(self.world, self.account, browser="b"))

    @precondition(lambda self: self.questions)
    @rule(data=st.data())
    def ask_again(self, data: st.DataObject) -> None:
        number, model = self._any_question(data)
        state = model.seen(self.now)
        refused = {"timed-out": "key.challenge_lapsed", "used": "key.challenge_answered"}.get(state)
        with outcome(refused or ("key.locked" if self._locked() else None)):
            self._account_of(signing_in.ask_again(self.world, self.account, self._question(number)))

    def _account_of(self, challenge: "KeyChallenge") -> None:
        self.questions[challenge.id] = ModelQuestion(self.now)

    @precondition(lambda self: self.questions)
    @rule(data=st.data(), kind=st.sampled_from(["right", "right", "deleted", "copied"]))
    def answer(self, data: st.DataObject, kind: str) -> None:
        number, model = self._any_question(data)
        question = self._question(number)
        known = [self.keys[name] for name in sorted(self.keys)]
        key = data.draw(st.sampled_from(self.deleted if kind == "deleted" or not known else known))
        kept = keys_of(self.world, self.account.uid)
        stored = next((one.sign_count for one in kept if one.credential_id == key.id), 0)
        key.counter = stored - 1 if kind == "copied" and stored else max(key.counter, stored)
        credential = key.get({"challenge": question.challenge})
        expected = self._answer_outcome(model, registered=key in known, counts_on=key.counter > stored)
        with outcome(expected):
            signing_in.use_key(self.world, self.account, question, credential)

    def _answer_outcome(self, model: ModelQuestion, *, registered: bool, counts_on: bool) -> str | None:
        if self._locked():
            return "key.locked"
        state = model.seen(self.now)
        if state == "timed-out":
            return "key.challenge_lapsed"
        if state != "pending":
            return "key.challenge_answered"
        if registered and counts_on:
            model.state, self.wrong, self.locked_at = "used", [], None
            return None
        model.state = "failed"
        return self._wrong_outcome("key.cloned" if registered else "key.wrong")

    def _wrong_outcome(self, code: str) -> str:
        """A wrong try counts until a right one, or until it was long ago, or its lock is over."""
        if self.locked_at is not None or (self.wrong and self.now - self.wrong[-1] >= FORGET):
            self.wrong, self.locked_at = [], None
        self.wrong.append(self.now)
        if len(self.wrong) >= TRIES:
            self.locked_at = self.now
            return "key.locked"
        return code

    # What must hold, whatever was done.

    @invariant()
    def keys_are_as_the_model_says(self) -> None:
        assert [key.name for key in keys_of(self.world, self.account.uid)] == list(self.keys)

    @invariant()
    def any_key_is_a_factor(self) -> None:
        assert second_factors(self.world, self.account.uid) == ({PASSWORD_WEBAUTHN} if self.keys else set())

    @invariant()
    def questions_are_as_the_model_says(self) -> None:
        for number, model in self.questions.items():
            assert challenges.state_of(self.world, self._question(number)) == model.seen(self.now)

    @invariant()
    def the_lock_is_as_the_model_says(self) -> None:
        assert (
            failed_attempts.locked_until(self.world, self.account.uid, failed_attempts.KEY) is not None
        ) == self._locked()

    def _locked(self) -> bool:
        return self.locked_at is not None and self.now - self.locked_at < LOCK

    def _cache(self, name: str) -> "SecurityKey":
        return next(key for key in keys_of(self.world, self.account.uid) if key.name == name)

    def _question(self, number: str) -> "KeyChallenge":
        return challenges.challenge_of(self.world, number, browser="b", purpose=SIGN_IN)

    def _any_question(self, data: st.DataObject) -> tuple[str, ModelQuestion]:
        number = data.draw(st.sampled_from(list(self.questions)))  # in their order: ids are random
        return number, self.questions[number]


@pytest.mark.slow
def test_keys_and_questions_obey_their_model(site: Site) -> None:
    walk(KeysMachine, site)
