"""The debugger: a sign-in of its own, every message of it, and what a client says to it."""

import re
import threading
from html import unescape
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from eulogin_harness.client import Harness, World
from eulogin_harness.client.names import FaultName
from eulogin_harness.documents.people import Persona
from eulogin_harness.site import open_site
from tests.mock_idp.conftest import Browser

PASSWORD = "Lantern-in-the-Fog-42"
DONE, REFUSED, NOBODY = (("debugger-messages", state) for state in ("signed-in", "refused", "nobody"))
LOA = "https://ecas.ec.europa.eu/loa/"


class Debugger(Browser):
    """Somebody's browser at the debugger. person: who signs in."""

    def __init__(self, world: World, person: Persona) -> None:
        super().__init__(world.addresses.desk)
        self.person = person

    def choose(self, **fields: str) -> "Debugger":
        """Send one of the forms; what a browser would send of it, changed by `fields`."""
        self.open("/debugger")
        filled = {"scope": "openid email profile"} if "scope" in fields else {"validation": "laxValidate"}
        self.send(follow=True, **(filled | fields))
        return self

    def cas(self, **fields: str) -> "Debugger":
        """A whole sign-in by CAS."""
        return self.choose(**{"details": "true", "groups": "*"} | fields).sign_in()

    def oidc(self, **fields: str) -> "Debugger":
        """A whole sign-in by OpenID Connect."""
        return self.choose(**{"scope": "openid email profile"} | fields).sign_in()

    def sign_in(self) -> "Debugger":
        """Unless somebody is signed in already."""
        if self.at[0] == "whoami":
            self.send(username=self.person.email).send(password=PASSWORD)
        return self

    @property
    def messages(self) -> list[str]:
        """Each as its text."""
        listed = self.page.text.partition("</ol>\n</div></main>")[0]
        return [plain(part) for part in re.split(r'<li class="panel[^"]*" id="message-\d+">', listed)[1:]]

    def said(self, mark: str) -> list[str]:
        """What a client says: `good`, `mind` or `wrong`."""
        found = re.findall(rf'<li class="checks__{mark}">(.*?)</li>', self.page.text, re.DOTALL)
        return [plain(each).partition(" ")[2] for each in found]

    @property
    def way_back(self) -> str:
        """The address to which EU Login sent the browser."""
        return next(each.headers["Location"] for each in self.page.history if "/back" in each.headers["Location"])


def plain(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))).strip()


@pytest.fixture
def doctor(world: World) -> Persona:
    return world.personas.create("registered", password=PASSWORD, groups=["DOCTORS"])


@pytest.fixture
def debugger(world: World, doctor: Persona) -> Debugger:
    return Debugger(world, doctor)


def test_a_sign_in_by_cas_is_shown_message_by_message(debugger: Debugger, doctor: Persona) -> None:
    assert debugger.cas().at == DONE
    sent, back, asked, answer = debugger.messages
    assert "/cas/login" in sent
    assert "ticket" in back
    assert "/cas/laxValidate" in asked
    for shown in (f"user {doctor.uid}", f"email {doctor.email}"):
        assert f"authenticationSuccess / {shown}" in answer
    assert "DOCTORS" in answer
    assert "<cas:user>" in unescape(debugger.page.text)  # with the prefix that came
    assert doctor.uid in debugger.said("good")[0]


def test_a_sign_in_by_openid_connect_is_shown_message_by_message(debugger: Debugger, doctor: Persona) -> None:
    assert debugger.oidc().at == DONE
    sent, back, _, tokens, _, keys, token = debugger.messages
    assert "code_challenge_method S256" in sent
    assert "iss" in back
    assert "access_token" in tokens
    assert "PS512" in keys
    assert f"sub {doctor.uid}" in token
    assert f"email {doctor.email}" in token
    for words in ("state", "signed by a published key", "nonce", "aud", "has not expired", "at_hash"):
        assert any(words in said for said in debugger.said("good"))


@pytest.mark.parametrize(
    ("dialect", "fields", "shown", "warns"),
    [
        ("eulogin", {"format": "JSON"}, "authenticationSuccess / user", False),
        ("eulogin", {"transaction": "y"}, "loginRequestSuccess / loginRequestId", True),
        ("eulogin", {"renew": "true", "checked_renew": "true"}, "authenticationSuccess / user", True),
        ("cas", {"validation": "validate", "assurance": "LOW"}, "yes", False),
        ("cas", {"validation": "proxyValidate", "assurance": "LOW"}, "authenticationSuccess / user", False),
    ],
)
def test_each_form_of_the_answer_is_read(
    debugger: Debugger,
    world: World,
    dialect: Literal["eulogin", "cas"],
    fields: dict[str, str],
    shown: str,
    warns: bool,
) -> None:
    world.settings.change({"dialect": dialect})
    assert debugger.cas(**fields).at == DONE
    assert any(shown in message for message in debugger.messages)
    assert any("ordinary CAS clients" in said for said in debugger.said("mind")) is warns


@pytest.mark.parametrize(
    ("fields", "code", "remedy"),
    [
        ({"validation": "serviceValidate"}, "INVALID_USER", "call /laxValidate or send assuranceLevel=LOW"),
        ({"checked_level": "MEDIUM"}, "AUTHENTICATION_LEVEL", "authenticationLevel"),
        ({"validation": "serviceValidate", "format": "JSON"}, "INVALID_USER", "call /laxValidate"),
    ],
)
def test_a_refused_validation_is_explained(debugger: Debugger, fields: dict[str, str], code: str, remedy: str) -> None:
    assert debugger.cas(**fields).at == REFUSED
    (said,) = debugger.said("wrong")
    assert code in said
    assert remedy in debugger.messages[-1]
    assert "expected" in debugger.messages[-1]


def test_a_sign_in_that_falls_short_comes_back_without_a_ticket(debugger: Debugger) -> None:
    debugger.cas(level="HIGH")
    assert debugger.at == ("second-factor-needed", "no-way")
    debugger.open(re.search(r'href="([^"]+/back)"', debugger.page.text)[1])  # type: ignore[index]
    assert debugger.at == REFUSED
    assert "No ticket came." in debugger.said("wrong")[0]


@pytest.mark.parametrize("fields", [{"gateway": "true"}, {"scope": "openid", "prompt": "none"}])
def test_who_asks_nobody_is_told_that_nobody_is_signed_in(debugger: Debugger, fields: dict[str, str]) -> None:
    assert debugger.choose(**fields).at == NOBODY
    assert debugger.said("wrong") == []
    assert "nobody is asked" in debugger.said("mind")[0]


@pytest.mark.parametrize("protocol", ["cas", "oidc"])
def test_an_address_that_is_opened_again_is_told_and_nothing_is_lost(debugger: Debugger, protocol: str) -> None:
    getattr(debugger, protocol)()
    first, address = debugger.messages, debugger.way_back
    for _ in range(2):
        debugger.open(address)
    assert debugger.at == REFUSED
    assert debugger.messages[: len(first)] == first
    assert any("opened again" in said for said in debugger.said("mind"))
    assert any("ticket" in each or "token" in each for each in debugger.said("wrong"))
    for _ in range(20):
        debugger.open(address)
    assert len(debugger.messages) == 60


def test_two_browsers_that_come_back_at_the_same_instant_are_both_shown(debugger: Debugger) -> None:
    debugger.cas()
    address, begun = debugger.way_back, len(debugger.messages)
    threads = [threading.Thread(target=requests.get, args=(address,), kwargs={"timeout": 30}) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(debugger.open(debugger.page.url).messages) == begun + 4 * 3  # type: ignore[attr-defined]


def test_a_foreign_state_stops_the_client(debugger: Debugger) -> None:
    begun = len(debugger.oidc().messages)
    state = parse_qs(urlsplit(debugger.way_back).query)["state"][0]
    debugger.open(debugger.way_back.replace(state, state + "x"))
    assert debugger.at == REFUSED
    assert f"{state}x != {state}" in debugger.said("wrong")[0]
    assert len(debugger.messages) == begun + 1  # the code was not exchanged


def test_a_state_that_nobody_gave_out_leads_back_to_the_start(debugger: Debugger, world: World) -> None:
    for query in ("", "?state=", "?state=x.y", "?code=1&state=" + "x" * 10_000, "?state=%00%ff", "?error=x"):
        assert debugger.open(f"/debugger/back{query}").at == ("error", "ready")
        assert debugger.page.status_code == 404
        assert world.events.list()[-1].type == "trial.unknown"


def test_a_trial_of_another_protocol_or_world_is_unknown(debugger: Debugger, world: World, doctor: Persona) -> None:
    debugger.oidc()
    trial = debugger.page.url.rpartition("/")[2]
    assert debugger.open(f"/debugger/{trial}/back?ticket=ST-1").page.status_code == 404
    world.reset()
    assert debugger.open(f"/debugger/{trial}").page.status_code == 404
    assert debugger.open(f"/debugger?again={trial}").page.status_code == 404


def test_more_than_fits_is_refused_in_the_form(debugger: Debugger) -> None:
    for fields in ({"groups": "x" * 501}, {"scope": "x" * 501}, {"scope": "openid", "max_age": "1" * 10_000}):
        assert debugger.choose(**fields).at == ("debugger", "ready")
        assert len(debugger.errors) >= 1
    assert debugger.choose(groups="x" * 500).at == ("whoami", "ready")
    assert debugger.choose(validation="../../x").at == ("debugger", "ready")
    assert debugger.choose(scope="openid", max_age="-1").at == ("debugger", "ready")


def test_an_odd_ticket_is_shown_and_refused(debugger: Debugger) -> None:
    debugger.choose()
    service = parse_qs(urlsplit(debugger.page.url).query)["service"][0]
    for value in ("x" * 10_000, "\0\x1b<script>"):
        debugger.page = debugger.http.get(service, params={"ticket": value}, timeout=30)
        assert debugger.at == REFUSED
        assert "<script>" not in debugger.page.text.partition("<ol")[2]
        assert "x" * 2001 not in debugger.messages[1]


def test_what_is_chosen_is_sent_and_checked_and_what_is_left_empty_is_not(debugger: Debugger) -> None:
    debugger.oidc(max_age="0", ui_locales="", acr_values=LOA + "basic")
    sent, _, asked, *_ = debugger.messages
    assert "max_age 0" in sent
    assert "ui_locales" not in sent
    assert "curl --data-urlencode grant_type=authorization_code" in asked
    assert any("within max_age" in said for said in debugger.said("good"))
    assert any("acr reaches" in said for said in debugger.said("good"))


def test_the_same_parameters_are_offered_again(debugger: Debugger) -> None:
    debugger.cas(validation="strictValidate", groups="", assurance="LOW")
    page = debugger.open(debugger.page.url.replace("/debugger/", "/debugger?again=")).page.text
    assert 'selected value="strictValidate"' in page
    assert re.search(r'name="groups"[^>]* value=""', page)
    assert 'selected value="LOW"' in page
    assert debugger.open("/debugger").page.text.count('value="*"') == 1


def test_each_fault_of_a_token_is_named(debugger: Debugger, world: World) -> None:
    told: dict[FaultName, str] = {
        "token.wrong_issuer": "iss is the issuer",
        "token.wrong_audience": "aud is this client",
        "token.wrong_nonce": "nonce is the one that was sent",
        "token.wrong_signature": "It is signed by a published key",
        "token.expired": "It has not expired",
        "token.malformed": "no JSON object, or it breaks off",
    }
    for fault, words in told.items():
        world.faults.arm(fault)
        assert debugger.oidc().at == REFUSED, fault
        (said,) = debugger.said("wrong")
        assert words in said
        assert any(fault in each for each in debugger.said("mind"))
    assert debugger.oidc().at == DONE


def test_each_fault_of_a_ticket_is_told(debugger: Debugger, world: World) -> None:
    told: dict[FaultName, str] = {
        "ticket.lost": "No ticket came.",
        "ticket.expired": "INVALID_TICKET",
        "ticket.eaten": "INVALID_TICKET",
        "ticket.wrong_service": "INVALID_SERVICE",
        "validation.malformed": "no answer of a validation, or it breaks off",
        "validation.failed": "INTERNAL_ERROR",
    }
    for fault, words in told.items():
        world.faults.arm(fault)
        assert debugger.cas().at == REFUSED, fault
        assert words in debugger.said("wrong")[0]
        assert any(fault in each for each in debugger.said("mind"))
    assert debugger.cas().at == DONE


def test_eu_login_that_cannot_be_reached_or_begins_no_transaction_is_told(debugger: Debugger, world: World) -> None:
    world.faults.arm("eulogin.unavailable")
    assert debugger.choose(transaction="y").at == REFUSED
    assert "No login transaction was begun." in debugger.said("wrong")[0]
    assert "eulogin.unavailable" in debugger.messages[-1]
    world.settings.change({"idp.internal_url": "http://localhost:9"})
    assert debugger.choose(transaction="y").at == REFUSED
    assert debugger.cas().at == REFUSED
    assert "No answer came. ConnectionError" in debugger.said("wrong")[0]


def test_the_client_registers_itself_once_and_anew_at_a_new_address(debugger: Debugger, world: World) -> None:
    threads = [
        threading.Thread(target=Debugger(world, debugger.person).choose, kwargs={"scope": "openid"}) for _ in "ab"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [client.client_id for client in world.clients.list()] == ["eulogin-debugger"]
    world.settings.change({"desk.public_url": "http://desk.localhost:1"})
    debugger.choose(scope="openid")
    (client,) = world.clients.list()
    assert client.redirect_uris[0].startswith("http://desk.localhost:1")
    assert "client.exists" not in [event.type for event in world.events.list()]


def test_the_service_registers_itself_once_where_only_registered_ones_may_come(
    debugger: Debugger, world: World
) -> None:
    assert debugger.cas().at == DONE
    assert world.services.list() == []
    world.settings.change({"cas.services": "registered"})
    for _ in range(2):
        assert debugger.cas().at == DONE
    assert [service.name for service in world.services.list()] == ["Debugger"]


def test_fifty_trials_are_kept(debugger: Debugger, world: World) -> None:
    debugger.open("/debugger")
    data = {**dict(debugger.hidden), "scope": "openid"}
    for _ in range(51):
        debugger.http.post(f"{debugger.base}/debugger", data=data, allow_redirects=False, timeout=30)
    kept = world.state()["tables"]["desk_trial"]
    assert [each["number"] for each in kept] == [*range(2, 52)]


def test_eu_login_tells_the_debugger_that_the_session_is_over(debugger: Debugger, world: World) -> None:
    debugger.cas(single_logout="true")
    trial = debugger.page.url
    debugger.open(f"{world.addresses.idp}/cas/logout").send()
    world.events.wait(type="single_logout.sent")
    assert "SessionIndex" in debugger.open(trial).messages[-1]  # type: ignore[attr-defined]


def test_tickets_and_tokens_stand_in_no_journal_and_no_log(
    debugger: Debugger, world: World, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    secrets: set[str] = set()
    for protocol in ("cas", "oidc"):
        getattr(debugger, protocol)()
        query = parse_qs(urlsplit(debugger.way_back).query)
        debugger.open(debugger.way_back)
        secrets |= {query[name][0] for name in ("ticket", "code") if name in query}
    for trial in world.state()["tables"]["desk_trial"]:
        secrets |= {value for name, value in trial["kept"].items() if name in {"verifier", "came"}}
        secrets |= set(re.findall(r"eyJ[\w-]+\.[\w-]+\.[\w-]+", str(trial["messages"])))
    journal = str([event.model_dump() for event in world.events.list()])
    written = journal + caplog.text + "".join(capfd.readouterr())
    assert len(secrets) >= 4
    assert [secret for secret in secrets if secret in written] == []


@pytest.mark.slow
def test_by_https_and_with_a_token_all_is_the_same(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    with open_site(token="a token", tls=True) as site:
        assert site.authority is not None
        file.write_text(site.authority.pem, encoding="ascii")
        world = Harness(site.listeners["desk"], token="a token", ca=file).default
        debugger = Debugger(world, world.personas.create("registered", password=PASSWORD))
        debugger.http.verify, debugger.http.trust_env = str(file), False
        assert debugger.open("/debugger").page.status_code == 401
        debugger.http.auth = ("me", "a token")
        for sign_in in (debugger.cas, debugger.oidc):
            sign_in()  # which loses the token on its way through EU Login, as browsers do not
            assert debugger.open(debugger.page.url).at == DONE
    assert "curl --cacert ca.pem" in debugger.messages[2]
