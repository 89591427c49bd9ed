"""What the checks of e-mail addresses have in common."""

from eulogin_harness.grade.outcomes import NotApplicable, Unsound
from eulogin_harness.grade.people import User
from eulogin_harness.grade.trial import Trial
from mock_idp.accounts.model import Account


def expect_two_people(trial: Trial, first: User, second: User, address: str, happened: str) -> None:
    """The first user signs in, then the second one with that address, which the first one no longer has.

    Raises Unsound where the second one is taken for the first. happened: in words.
    """
    if "uid" not in trial.application.marks:
        raise NotApplicable("its page does not show the unique identifier of EU Login, so one cannot tell people apart")
    trial.signed_in(first)
    _give(trial, first, f"former.{first.uid}@hospital.example")
    _give(trial, second, address)
    seen = trial.visitor(second).sign_in()
    if seen.signed_in and first.uid.casefold() in seen.text.casefold():
        raise Unsound(f"{second.uid}, with {happened}, is signed in as {first.uid}")


def _give(trial: Trial, user: User, address: str) -> None:
    with trial.world.database.session() as db:
        db.get_one(Account, user.uid).email = address
