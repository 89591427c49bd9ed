"""The people whom CPMS knows: everybody who signed in once."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

from mock_world import RefusalKind, World
from mock_world.database import Base, cached
from mock_world.i18n import DEFAULT, N_
from mock_world.mail_routing import knows_addresses

PERSON_UNKNOWN = RefusalKind(
    "cpms.person_unknown",
    message=N_("Sign in to CPMS first: it does not know this account yet."),
    expected="the unique identifier of somebody who signed in to CPMS",
    remedy="sign in to CPMS once, or make the person with know_person",
    status=404,
)


class Person(Base):
    """A person as EU Login described them at the last sign-in."""

    __tablename__ = "cpms_person"

    uid: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str]
    first_name: Mapped[str]
    last_name: Mapped[str]
    language: Mapped[str]

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"


_BY_EMAIL = select(Person.uid).where(Person.email == bindparam("email")).limit(1)


def know_person(
    world: World, *, uid: str, email: str, first_name: str, last_name: str, language: str | None = None
) -> Person:
    """Write down what EU Login says about somebody.

    language: that of their mails; where it is not given, it stays as it was.
    """
    with world.database.session() as db:
        if not language:
            former = db.get(Person, uid)
            language = former.language if former else DEFAULT
        person = db.merge(Person(uid=uid, email=email, first_name=first_name, last_name=last_name, language=language))
        world.database.settle(db)
        return person


def find_person(world: World, uid: str) -> Person | None:
    with world.database.reading() as db:
        return db.get(Person, uid)


@knows_addresses
@cached(Person)
def has_person(world: World, email: str) -> bool:
    with world.database.reading() as db:
        return db.scalar(_BY_EMAIL, {"email": email}) is not None


def person_of(world: World, uid: str) -> Person:
    """The person with that unique identifier. Raises Refusal (cpms.person_unknown)."""
    person = find_person(world, uid)
    if person is None:
        raise world.refuse(PERSON_UNKNOWN, got=uid)
    return person
