"""The phone with the EU Login app, as people know it. Its pages and the control API stand on it."""

from datetime import datetime
from typing import Any, Self

from sqlalchemy import func, select

from mock_phone import refusals as no
from mock_phone.accounts import Accounts
from mock_phone.handset import Handset, add_phone, all_phones, get_phone
from mock_phone.model import AccountRow, LinkedAccount, OpenRequest, Permission, PhoneRow, PhoneSettings, State
from mock_phone.qr_codes import Code
from mock_phone.scanning import Scanner, kind_of
from mock_phone.sign_in_requests import ON_MOBILE, Requests
from mock_world.refusal import Refusal
from mock_world.world import World


class Phone:
    """A phone with the EU Login app: the handset, and of its app the accounts, the camera and the requests.

    Its methods raise Refusal (`phone.*`). Of EU Login it needs only the HTTP interface, at the address that the QR code
    names. All its state is in the database. id: short and readable, `phone-7`. owner: an e-mail address, or empty.
    """

    def __init__(self, world: World, row: PhoneRow) -> None:
        self.world = world
        self.id = row.name
        self.owner = row.owner
        self._handset = handset = Handset(world, row)
        self.install, self.answer_permission = handset.install, handset.answer_permission
        self.change_settings, self.keep_sensor = handset.change_settings, handset.keep_sensor
        accounts = Accounts(handset)
        self.accounts, self.switch_account = accounts.accounts, accounts.switch_account
        self.link, self.unlink, self.uninstall = accounts.link, accounts.unlink, accounts.uninstall
        self.change_pin = accounts.change_pin
        self._accounts = accounts
        self._scanner = scanner = Scanner(handset, accounts)
        self.scan, self.look, self.forget_scan = scanner.scan, scanner.look, scanner.forget_scan
        self.missing, self.initialise = scanner.missing, scanner.initialise
        self.one_time_code, self.code_shown, self.six_digits = (
            scanner.one_time_code,
            scanner.code_shown,
            scanner.six_digits,
        )
        requests = Requests(handset, accounts)
        self.requests, self.ask = requests.open_requests, requests.ask
        self.approve, self.approve_with_biometrics = requests.approve, requests.approve_with_biometrics
        self.approve_by_itself, self.deny = requests.approve_by_itself, requests.deny

    @classmethod
    def create(
        cls,
        world: World,
        *,
        owner: str = "",
        phone_id: str | None = None,
        installed: bool = False,
        allowed: bool = True,
    ) -> Self:
        """A new phone, without the EU Login app unless `installed`; joins the transaction that is open.

        allowed: see Handset.install. Raises Refusal (phone.exists, phone.name_refused).
        """
        return cls(world, add_phone(world, owner=owner, phone_id=phone_id, installed=installed, allowed=allowed))

    @classmethod
    def find(cls, world: World, phone_id: str) -> Self:
        """The phone of that id. Raises Refusal (phone.unknown)."""
        return cls(world, get_phone(world, phone_id))

    @classmethod
    def all(cls, world: World) -> list[Self]:
        """All phones, oldest first."""
        return [cls(world, row) for row in all_phones(world)]

    @property
    def topic(self) -> str:
        """Notified when this phone did something or was changed."""
        return self._handset.topic

    @property
    def installed(self) -> bool:
        return self._handset.installed

    @property
    def settings(self) -> PhoneSettings:
        return self._handset.settings

    @property
    def now(self) -> datetime:
        """The time that the phone shows: the world's, and what its clock is wrong by."""
        return self._handset.now

    @property
    def to_ask(self) -> tuple[Permission, ...]:
        """Permissions that the app has still to ask the person for."""
        return self._handset.to_ask

    @property
    def sensor(self) -> dict[str, Any] | None:
        """What is kept of an enrolled finger or face; None where biometrics are off, or on without a sensor."""
        return self._handset.sensor

    @property
    def active_account(self) -> LinkedAccount | None:
        """The account that the app shows: the last linked, until another one was switched to."""
        return self._accounts.active_account

    @property
    def lost(self) -> tuple[str, ...]:
        """Accounts whose link broke when the app was removed, until they are linked again."""
        return self._accounts.lost

    @property
    def scanned(self) -> Code | None:
        """The QR code that waits for its PIN, or whose one-time password the app shows."""
        return self._scanner.scanned

    @property
    def shows_digits(self) -> bool:
        """Whether the app shows six digits where no sign-in was scanned."""
        return self._scanner.shows_digits

    @property
    def state(self) -> State:
        """What the app's home is about: an account that is missing, what stands in the way, or what waits."""
        return self.state_with(*self.visible_requests())

    def state_with(self, requests: list[OpenRequest], trouble: Refusal | None) -> State:
        """The state of the phone, where the requests (visible_requests) are known already."""
        active = self.active_account
        if not self.installed:
            return "not-installed"
        if active is None:
            return "reinstalled" if self.lost else "welcome"
        if not active.known:
            return "not-linked"
        if trouble is not None:
            return "blocked" if trouble.kind == no.DEVICE_BLOCKED else "trouble"
        if requests and all(map(self.asks_other_account, requests)):
            return "other-account"
        return "waiting" if requests else "ready"

    def asks_other_account(self, request: OpenRequest) -> bool:
        """Whether the person has to switch account before this request is answered (facts, the app, 12.2, 12.4)."""
        active = self.active_account
        return active is not None and active.device_identifier != request.device and request.strength != ON_MOBILE

    def shows(self) -> dict[str, Any]:
        """What the screen shows, as JSON; no secret in it. `trouble` says why requests cannot be seen."""
        requests, trouble = self.visible_requests()
        row, code, active = self._handset.read(), self.scanned, self.active_account
        return {
            "id": self.id,
            "owner": self.owner,
            "now": self.now.isoformat(),
            "installed": row.installed,
            "state": self.state_with(requests, trouble),
            "to_ask": row.to_ask,
            "settings": row.settings,
            "scanned": code and {"kind": kind_of(code), "account": code.account, "server": code.server},
            "accounts": [account.model_dump(mode="json") for account in self.accounts()],
            "active_account": active and active.account,
            "lost": row.lost,
            "requests": [request.model_dump(mode="json") for request in requests],
            "trouble": trouble.message() if trouble else None,
        }

    def visible_requests(self) -> tuple[list[OpenRequest], Refusal | None]:
        """Open requests, or why they cannot be seen."""
        try:
            return self.requests(), None
        except Refusal as refusal:
            return [], refusal


def phones_with(world: World, account: str) -> list[Phone]:
    """Phones whose app is linked to the account, oldest first; case tells no accounts apart."""
    query = (
        select(PhoneRow)
        .join(PhoneRow.accounts)
        .where(PhoneRow.installed, AccountRow.known, func.lower(AccountRow.account) == account.lower())
        .distinct()
        .order_by(PhoneRow.number)
    )
    with world.database.reading() as db:
        return [Phone(world, row) for row in db.scalars(query)]
