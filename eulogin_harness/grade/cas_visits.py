"""Coming back from EU Login to an application that speaks CAS: with any ticket, and any answer about it."""

from eulogin_harness.grade.certificates import BY_HTTP, Certificate, closing, expect_no_call
from eulogin_harness.grade.outcomes import NotApplicable, NotDone, Unsound
from eulogin_harness.grade.people import User
from eulogin_harness.grade.stand_in import VALIDATION, Answer, Change, EuLoginCall
from eulogin_harness.grade.trial import Trial
from eulogin_harness.grade.visitor import Seen, Visitor
from mock_world.addresses import with_query


def service_of(visitor: Visitor) -> str:
    """Begin to sign in: the address to which EU Login is to send the browser back. Raises NotDone."""
    service = visitor.begin().get("service")
    if not service:
        raise NotDone(
            "expected the application to send the browser to EU Login with a `service`; it began a transaction "
            "there, whose service no browser sees"
        )
    return service


def come_back(trial: Trial, visitor: Visitor, service: str, ticket: str) -> Seen:
    """Open the address to which EU Login sends browsers back, with a ticket; whom the application takes it for."""
    with trial.eu_login_closed():  # an application that sends the browser there again makes no loop
        visitor.open(with_query(service, {"ticket": ticket}))
    return visitor.look()


def arrive(trial: Trial, user: User, strength: str | None = None) -> Seen:
    """A new browser begins to sign in, and comes back with a ticket of `user`; whom the application takes it for.

    strength: by which the user signed in at EU Login; None takes the best one. Raises NotDone.
    """
    visitor = trial.visitor()
    service = service_of(visitor)
    return come_back(trial, visitor, service, trial.ticket(user, service, strength))


def check_arrival(trial: Trial) -> Seen:
    """Raises NotDone where an ordinary ticket signs nobody in: then a refusal says nothing."""
    user = trial.user()
    seen = arrive(trial, user)
    trial.check_signed_in(seen, user)
    return seen


def last_validation(trial: Trial) -> EuLoginCall:
    """The last time that the application asked EU Login about a ticket. Raises NotDone."""
    calls = trial.stand_in.calls_of(VALIDATION)
    if not calls:
        raise NotDone("expected the application to ask EU Login about the ticket; it did not")
    return calls[-1]


class ChangedAnswer:
    """Changes the answers of validation; remembers what could not be changed, since a server's thread asks for it.

    xml: only an answer that is XML can be changed so.
    """

    def __init__(self, change: Change, *, xml: bool = True) -> None:
        self._change = change
        self._xml = xml
        self._problem: NotApplicable | NotDone | None = NotDone(
            "expected the application to ask EU Login about the ticket; it did not"
        )

    def __call__(self, answer: Answer) -> Answer:
        if self._xml and not answer.body.lstrip().startswith(b"<"):
            self._problem = NotApplicable("it reads answers that are no XML")
            return answer
        try:
            changed = self._change(answer)
        except ValueError as error:
            self._problem = NotDone(str(error))
            return answer
        self._problem = None
        return changed

    def check(self) -> None:
        """Raises NotDone, NotApplicable where no answer was changed."""
        if self._problem:
            raise self._problem


def arrive_with(trial: Trial, user: User, change: Change, *, xml: bool = True) -> Seen:
    """Arrive with a ticket of `user` about which EU Login answers something else. Raises NotDone, NotApplicable."""
    changed = ChangedAnswer(change, xml=xml)
    trial.change(VALIDATION, changed)
    seen = arrive(trial, user)
    del trial.stand_in.changes[VALIDATION]
    changed.check()
    return seen


def expect_refusal(trial: Trial, change: Change, after: str, *, xml: bool = True) -> None:
    """Raises Unsound where somebody is signed in after EU Login answered something else, described by `after`.

    Raises NotDone where the same without the change signs nobody in.
    """
    trial.expect_nobody(arrive_with(trial, trial.user(), change, xml=xml), after)
    check_arrival(trial)


def expect_other_account(trial: Trial, change: Change, victim: User, whole: str, after: str) -> None:
    """Raises Unsound where the application takes the user of a changed answer, `whole`, for `victim`.

    Whoever is named whole is somebody else, and may be signed in. Raises NotApplicable where the application shows no
    identifiers.
    """
    if "uid" not in trial.application.marks:
        raise NotApplicable("it does not show the user's identifier, by which one sees whose account was opened")
    seen = arrive_with(trial, trial.user(), change)
    if victim in seen.who and whole.casefold() not in seen.text.casefold():
        raise Unsound(f"after {after}: signed in as {victim.uid}, at {seen.address}")
    check_arrival(trial)


def expect_distrust(trial: Trial, certificate: Certificate, whose: str) -> None:
    """Raises Unsound where the application asks about a ticket although EU Login shows that certificate.

    whose: says in words what the certificate is. Raises NotApplicable where it asks by http, NotDone.
    """
    trial.change(VALIDATION, closing)
    check_arrival(trial)
    if last_validation(trial).scheme != "https":
        raise NotApplicable(BY_HTTP)
    visitor, user = trial.visitor(), trial.user()
    service = service_of(visitor)
    ticket = trial.ticket(user, service)
    unsound = f"it asked EU Login about a ticket although the certificate was {whose}"
    expect_no_call(trial, VALIDATION, certificate, lambda: come_back(trial, visitor, service, ticket), unsound)
