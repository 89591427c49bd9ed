"""The life of one person's requests to two networks: no walk reaches a state that the model forbids."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from mock_cpms.access.deciding import decide
from mock_cpms.access.rules import ask_again, reply, requests, submit_request, withdraw
from mock_cpms.profile.rules import complete_profile
from mock_world.server import Site
from tests.mock_cpms.asking import ANNA, DESK, EMAIL, know
from tests.mock_idp.machine import WorldMachine, outcome, walk

BOTH = ["PaedCAN", "RITA"]
TAKES = timedelta(minutes=10)  # the automatic helpdesk, for an answer
DAY = timedelta(days=1)
AFTER = {"approve": "approved", "reject": "rejected", "ask": "info_requested"}
NETWORKS = st.sampled_from(BOTH)


@dataclass
class Model:
    """What may be known of a request."""

    state: str = "draft"
    steps: list[str] = field(default_factory=list)
    mails: int = 0
    turns: int = 0
    answers_at: datetime | None = None  # the automatic helpdesk
    ends_at: datetime | None = None
    sent: tuple[str, str] = ("", "")  # the person's last step with its text, while nothing happened since

    @property
    def open(self) -> bool:
        return self.state in {"submitted", "info_requested"}

    def goes(self, state: str, *, mail: bool) -> None:
        self.state, self.answers_at, self.sent = state, None, ("", "")
        self.steps.append(state)
        self.mails += mail


class RequestMachine(WorldMachine):
    changed = {"helpdesk.automatic_after": TAKES}  # noqa: RUF012

    @initialize()
    def begin(self) -> None:
        know(self.world)
        complete_profile(self.world, ANNA, networks=BOTH)
        self.model = {network: Model() for network in BOTH}
        self.numbers = {asked.network: asked.id for asked in requests(self.world, uid=ANNA)}
        self.automatic: list[str] = []

    # The person.

    @rule()
    def submit(self) -> None:
        drafts = [model for model in self.model.values() if model.state == "draft"]
        with outcome(None if drafts else "access.nothing_to_ask"):
            submit_request(self.world, ANNA)
            for model in drafts:
                self._handed_in(model, mail=True)

    @rule(network=NETWORKS, comment=st.sampled_from(["", "Please."]))
    def ask_again(self, network: str, comment: str) -> None:
        model = self.model[network]
        if model.sent == ("again", comment):
            ask_again(self.world, ANNA, self.numbers[network], comment=comment)
            return
        over = model.state in {"rejected", "withdrawn", "expired"}
        with outcome(self._sent(network) or (None if over else "access.not_over")):
            ask_again(self.world, ANNA, self.numbers[network], comment=comment)
            model.ends_at = None
            self._handed_in(model, mail=True)
            model.sent = "again", comment

    @rule(network=NETWORKS, answer=st.sampled_from(["Ward 7.", "Ward 8.", " "]))
    def reply(self, network: str, answer: str) -> None:
        model = self.model[network]
        if model.sent == ("reply", answer):
            reply(self.world, ANNA, self.numbers[network], answer=answer)
            return
        expected = "access.reply_missing" if answer.isspace() else None
        with outcome(self._sent(network) or ("access.no_question" if model.state != "info_requested" else expected)):
            reply(self.world, ANNA, self.numbers[network], answer=answer)
            self._handed_in(model, mail=False)
            model.sent = "reply", answer

    @rule(network=NETWORKS)
    def withdraw(self, network: str) -> None:
        if self.model[network].state == "withdrawn":
            withdraw(self.world, ANNA, self.numbers[network])
            return
        with outcome(self._sent(network) or (None if self.model[network].open else "access.not_open")):
            withdraw(self.world, ANNA, self.numbers[network])
            self.model[network].goes("withdrawn", mail=False)

    def _sent(self, network: str) -> str | None:
        return "access.unknown" if self.model[network].state == "draft" else None

    def _handed_in(self, model: Model, *, mail: bool) -> None:
        model.goes("submitted", mail=mail)
        model.answers_at = self.now + TAKES if self.automatic else None

    # The helpdesk.

    @rule(network=NETWORKS, decision=st.sampled_from(list(AFTER)), reason=st.sampled_from(["", "Why?"]))
    def decide(self, network: str, decision: str, reason: str) -> None:
        model = self.model[network]
        missing = None if reason or decision == "approve" else "access.reason_missing"
        with outcome(missing if model.open else "access.not_open"):
            decide(self.world, self.numbers[network], decision=decision, reason=reason, by=DESK)
            model.goes(AFTER[decision], mail=True)
            model.ends_at = None

    @rule(network=NETWORKS, days=st.integers(-1, 3))
    def approve_a_guest(self, network: str, days: int) -> None:
        model, end = self.model[network], self.now + days * DAY
        with outcome(("access.guest_ended" if days <= 0 else None) if model.open else "access.not_open"):
            decide(self.world, self.numbers[network], decision="approve", guest_until=end, by=DESK)
            model.goes("approved", mail=True)
            model.ends_at = end

    @rule(answers=st.lists(st.sampled_from(list(AFTER)), max_size=3))
    def switch_the_automatic_helpdesk(self, answers: list[str]) -> None:
        self.world.settings.change({"helpdesk.automatic": ",".join(answers) or "off"})
        self.automatic = answers

    # Time.

    @rule(hours=st.sampled_from([1, 24, 48, 100]))
    def long_time_passes(self, hours: int) -> None:
        self.world.advance_clock(timedelta(hours=hours))

    @precondition(lambda self: any(model.answers_at for model in self.model.values()))
    @rule()
    def time_stops_short_of_an_answer(self) -> None:
        at = min(model.answers_at for model in self.model.values() if model.answers_at)
        self.world.move_clock(max(self.now, at - timedelta.resolution))

    def _time_does_its_part(self) -> None:
        for model in self.model.values():
            if model.answers_at is not None and model.answers_at <= self.now:
                model.answers_at = None
                if self.automatic:
                    model.goes(AFTER[self.automatic[min(model.turns, len(self.automatic) - 1)]], mail=True)
                    model.turns += 1
            if model.state == "approved" and model.ends_at is not None and model.ends_at <= self.now:
                model.goes("expired", mail=True)

    # What must hold, whatever was done.

    @invariant()
    def requests_are_as_the_model_says(self) -> None:
        self._time_does_its_part()
        for asked in requests(self.world, uid=ANNA):
            model = self.model[asked.network]
            assert (asked.state, [step.state for step in asked.history]) == (model.state, model.steps)
            assert asked.guest_until == model.ends_at
            assert asked.state == "draft" or asked.due_at is not None
        assert len(self.world.mailbox.mails(to=EMAIL)) == sum(model.mails for model in self.model.values())

    @invariant()
    def histories_go_forward(self) -> None:
        for asked in requests(self.world, uid=ANNA):
            moments = [step.at for step in asked.history]
            assert moments == sorted(moments)
            assert not moments or moments[-1] <= self.now

    @invariant()
    def nothing_on_the_agenda_failed(self) -> None:
        assert self.world.journal.events(types=["due.failed"]) == []


@pytest.mark.slow
def test_requests_obey_their_model(site: Site) -> None:
    walk(RequestMachine, site)
