"""The accounts of the app: linked, shown, switched, unlinked, and lost by removing the app."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, select, update

from mock_phone import eu_login
from mock_phone import refusals as no
from mock_phone.handset import Handset, acting
from mock_phone.model import AccountRow, LinkedAccount, PhoneRow, PhoneSettings
from mock_phone.qr_codes import SignInCode, parse
from mock_world.database import table_of
from mock_world.events import EventType
from mock_world.refusal import Refusal
from mock_world.world import World

LINKED = EventType(
    "phone.linked",
    "The ready account {person} was put on phone {phone}, without scanning.",
)
UNLINKED = EventType(
    "phone.unlinked",
    "EU Login no longer knew the device of {person} on phone {phone}.",
)
REMOVED = EventType(
    "phone.account_removed",
    "The account {person} was unlinked in the app of phone {phone}; EU Login was not notified.",
)
SWITCHED = EventType(
    "phone.account_switched",
    "The app of phone {phone} shows the account {person} now.",
)
UNINSTALLED = EventType(
    "phone.app_removed",
    "The app and its accounts were removed from phone {phone}; EU Login was not notified.",
)
RENAMED = EventType(
    "phone.account_renamed",
    "The app of phone {phone} learned from EU Login that an account is called {person} now.",
)
PIN_CHANGED = EventType(
    "phone.pin_changed",
    "A new PIN was chosen for {person} in the app of phone {phone}, by EU Login's password.",
)

_PIN = re.compile(r"[0-9]{4}")
_ROWS = table_of(AccountRow)
_DELETE_SAME = delete(_ROWS).where(
    *(column == bindparam(f"its_{column.name}") for column in (_ROWS.c.phone, _ROWS.c.account, _ROWS.c.server))
)


@dataclass(frozen=True)
class PhoneSummary:
    """A phone as a list shows it. account: the one that its app shows."""

    id: str
    owner: str
    installed: bool
    settings: PhoneSettings
    account: LinkedAccount | None


def phone_summaries(world: World) -> list[PhoneSummary]:
    """All phones, oldest first."""
    linked: defaultdict[int, list[AccountRow]] = defaultdict(list)
    with world.database.session() as db:
        phones = db.scalars(select(PhoneRow).order_by(PhoneRow.number)).all()
        for account in db.scalars(select(AccountRow).order_by(AccountRow.id)):
            linked[account.phone].append(account)
    return [_summary(row, linked[row.number]) for row in phones]


def _summary(row: PhoneRow, accounts: Sequence[AccountRow]) -> PhoneSummary:
    shown = _shown_of(accounts, row.active)
    account = _linked_account(shown, active=True) if shown else None
    return PhoneSummary(row.name, row.owner, row.installed, PhoneSettings(**row.settings), account)


def _shown_of(accounts: Sequence[AccountRow], active: int | None) -> AccountRow | None:
    """The account that the app shows: `active`, or the one linked last."""
    return next((row for row in accounts if row.id == active), accounts[-1] if accounts else None)


class Accounts:
    """The accounts of a phone's app. Exactly one is active where there is any: the one that the app shows."""

    def __init__(self, handset: Handset) -> None:
        self._handset = handset

    def accounts(self) -> list[LinkedAccount]:
        """Accounts of the app, oldest first."""
        rows, active = self.rows(), self.active_row()
        return [_linked_account(row, active=active is not None and row.id == active.id) for row in rows]

    @property
    def active_account(self) -> LinkedAccount | None:
        """The account that the app shows: the last linked, until another one was switched to."""
        active = self.active_row()
        return _linked_account(active, active=True) if active else None

    @property
    def lost(self) -> tuple[str, ...]:
        """Accounts whose link broke when the app was removed, until they are linked again."""
        return tuple(self._handset.read().lost)

    @acting()
    def switch_account(self, account: str) -> LinkedAccount:
        """Show another account of the app (facts, the app, 12.5).

        Of two with that address (at two EU Logins) the one that is not shown, so that each is reached.
        Raises Refusal (phone.account_unknown, .reinstalled, .not_installed).
        """
        return self.show(self._of_address(account)[-1])

    @acting()
    def unlink(self, account: str | None = None) -> None:
        """Remove an account from the app, by default the active one (facts, the app, 12.5).

        EU Login is not told: the device stays in its list. The scanned sign-in of the account is given up.
        Raises Refusal (phone.account_unknown, .not_initialised, .reinstalled, .not_installed).
        """
        chosen = self.shown_row() if account is None else self._account(account)
        with self._handset.world.database.session() as db, self._handset.row() as row:
            db.execute(delete(AccountRow).filter_by(id=chosen.id))
            code = parse(row.scanned)
            if isinstance(code, SignInCode) and code.account.casefold() == chosen.account.casefold():
                row.scanned = ""
            self._handset.record(REMOVED, chosen.account)

    @acting()
    def uninstall(self) -> None:
        """Remove the app and its accounts; EU Login is not told. Their links are broken, so they are kept as `lost`."""
        with self._handset.world.database.session() as db, self._handset.row() as row:
            if not row.installed:
                return
            linked = [account.account for account in self.rows() if account.known]
            db.execute(delete(AccountRow).filter_by(phone=row.number))
            row.lost = sorted({*row.lost, *linked})
            row.installed, row.active, row.to_ask, row.scanned = False, None, [], ""
            _reset_biometrics(row)
            self._handset.record(UNINSTALLED)

    @acting()
    def link(self, *, account: str, device_identifier: str, secret: str, server: str) -> LinkedAccount:
        """Put a ready account on the phone, the app with it, without any call. Joins the current transaction.

        secret: base64url, as EU Login keeps it for the device. server: back-channel base of EU Login;
        empty is that of the phone's own world, which holds in a copy of the world too. Raises ValueError where
        `secret` or `device_identifier` is none.
        """
        ready = eu_login.Enrolled(device_identifier=device_identifier, account=account, secret=secret)
        return self.put(ready, server.rstrip("/"), LINKED)

    @acting()
    def change_pin(self, password: str, pin: str, *, account: str | None = None) -> None:
        """Choose a new PIN, for the active account by default, where it was forgotten or not (facts, the app, 12.5).

        password: the account's at EU Login; wrong ones count there. Biometrics are switched off.
        Raises Refusal (phone.pin_form, .password_missing, .password_wrong, .password_locked, .credentials_refused,
        .device_blocked, .device_unknown, .account_unknown, .offline ...).
        """
        chosen = self.shown_row() if account is None else self._account(account)
        self.check_known(chosen)
        self.check_pin_form(pin)
        if not password:
            raise self._handset.refuse(no.PASSWORD_MISSING, got="none", field="password")
        self.check_online()
        with self.as_device(chosen):
            self.rename(chosen, eu_login.open_requests(self._handset.world, chosen)[0])
            eu_login.change_pin(self._handset.world, chosen, password, pin)
        with self._handset.row() as row:
            _reset_biometrics(row)
            self._handset.record(PIN_CHANGED, chosen.account)

    def put(self, enrolled: eu_login.Enrolled, server: str, event: EventType) -> LinkedAccount:
        """Keep an account and show it; the same one of before is replaced."""
        server = "" if server == self._handset.world.addresses.internal("idp") else server
        new = AccountRow(
            phone=self._handset.number,
            **enrolled.model_dump(),
            server=server,
            linked_at=self._handset.world.clock.now(),
            known=True,
        )
        with self._handset.world.database.session() as db, self._handset.row() as row:
            same = {"its_phone": new.phone, "its_account": new.account, "its_server": server}
            db.connection().execute(_DELETE_SAME, same)
            self._handset.world.database.put(db, new)
            row.installed, row.scanned, row.active = True, "", None
            row.lost = [account for account in row.lost if account != new.account]
            self._handset.record(event, new.account)
        return _linked_account(new, active=True)

    def rows(self) -> list[AccountRow]:
        query = select(AccountRow).where(AccountRow.phone == self._handset.number).order_by(AccountRow.id)
        with self._handset.world.database.reading() as db:
            return list(db.scalars(query))

    def show(self, account: AccountRow) -> LinkedAccount:
        with self._handset.row() as row:
            row.active = account.id
            self._handset.record(SWITCHED, account.account)
        return _linked_account(account, active=True)

    def active_row(self) -> AccountRow | None:
        with self._handset.world.database.session():
            return _shown_of(self.rows(), self._handset.read().active)

    def shown_row(self) -> AccountRow:
        """The active account. Raises Refusal (phone.not_initialised, .reinstalled, .not_installed)."""
        self.check_app()
        active = self.active_row()
        if active is None:
            self.check_not_lost()
            raise self._handset.refuse(no.NOT_INITIALISED, got="an app without an account")
        return active

    def _account(self, name: str) -> AccountRow:
        """The account of that address; of two (at two EU Logins) the one that is shown."""
        return self._of_address(name)[0]

    def _of_address(self, name: str) -> list[AccountRow]:
        """Accounts of that address, the one that is shown first.

        Raises Refusal (phone.account_unknown, .reinstalled, .not_installed).
        """
        self.check_app()
        active = self.active_row()
        rows = [row for row in self.rows() if row.account.casefold() == name.strip().casefold()]
        if not rows:
            self.check_not_lost(name)
            raise self._handset.refuse(no.ACCOUNT_UNKNOWN, got=repr(name[:60]), account=name[:60])
        return sorted(rows, key=lambda row: active is None or row.id != active.id)

    @contextmanager
    def as_device(self, account: AccountRow) -> Iterator[None]:
        """Call EU Login as the device of `account`; the app notes where EU Login knows it no longer."""
        try:
            yield
        except Refusal as refusal:
            if refusal.kind == no.DEVICE_UNKNOWN and account.known:
                self._change_account(account, UNLINKED, known=False)
            raise

    def rename(self, row: AccountRow, address: str) -> None:
        """Call an account by the address that it has at EU Login now."""
        if address != row.account:
            self._change_account(row, RENAMED, account=address)
            row.account = address

    def _change_account(self, row: AccountRow, event: EventType, /, **values: object) -> None:
        with self._handset.world.database.session() as db:
            db.execute(update(AccountRow).filter_by(id=row.id).values(**values))
            self._handset.record(event, row.account)
            self._handset.world.signals.notify(self._handset.topic)

    def check_pin_form(self, pin: str) -> None:
        if not _PIN.fullmatch(pin):
            raise self._handset.refuse(no.PIN_FORM, got="something else", field="pin")

    def check_online(self) -> None:
        if not self._handset.settings.online:
            raise self._handset.refuse(no.OFFLINE, got="a phone without network")

    def check_app(self) -> None:
        if not self._handset.installed:
            raise self._handset.refuse(no.NOT_INSTALLED, got="a phone without it")

    def check_not_lost(self, account: str | None = None) -> None:
        """Raise where the link of `account`, or of any, broke when the app was removed."""
        lost = self.lost
        if lost and account in {None, *lost}:
            raise self._handset.refuse(
                no.REINSTALLED, got="an app that was installed again", accounts=account or ", ".join(lost)
            )

    def check_known(self, account: AccountRow) -> None:
        if not account.known:
            raise self._handset.refuse(no.DEVICE_UNKNOWN, got="a device deleted there", account=account.account)


def _linked_account(row: AccountRow, *, active: bool) -> LinkedAccount:
    return LinkedAccount(
        account=row.account,
        server=row.server,
        device_identifier=row.device_identifier,
        linked_at=row.linked_at,
        known=row.known,
        active=active,
    )


def _reset_biometrics(row: PhoneRow) -> None:
    row.settings = row.settings | {"biometrics": ""}
    row.sensor = None
