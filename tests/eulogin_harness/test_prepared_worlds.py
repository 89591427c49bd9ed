"""Prepared worlds: each is there, shows what it says, and repeats to the byte."""

import pytest
import requests

from eulogin_harness.client import Harness, World
from eulogin_harness.client.connection import ProblemError
from eulogin_harness.client.names import PreparedWorldName
from eulogin_harness.prepared_worlds.catalogue import names, prepared_world, prepared_worlds
from eulogin_harness.prepared_worlds.schema import GROUPS
from tests.eulogin_harness.prepared import PreparedBrowser, opened

JOURNEY = "journey-sign-in"
# By name: page and state where the problem shows, and words that the person reads there.
SEEN: dict[str, tuple[str, str, str]] = {
    "phone-lost": ("waiting", "pending", "Open the EU Login app on your phone"),
    "mail-missing": ("mailbox", "empty", "No mail yet."),
    "link-expired": ("link-expired", "ready", "this link worked until 5 minutes after the mail was sent"),
    "access-rejected": ("access-status", "ready", "Your hospital is no member of this network."),
    "second-factor-missing": ("second-factor-needed", "ready", "this account has none yet"),
    "sms-only": ("password", "ready", "Sign in to continue to CPMS 2.0"),
    "qr-invalid": ("device-qr", "expired", "This QR code has expired"),
    "second-account": ("complete-profile", "ready", "Complete Profile"),
    "pin-forgotten": ("phone-home", "blocked", "too many wrong PINs have blocked it"),
    "push-missing": ("waiting", "pending", "may take a couple of seconds to appear"),
    "panic": ("second-factor-needed", "ready", "this account has none yet"),
    "locked-out": ("waiting", "pending", "Open the EU Login app on your phone"),
    "other-users-factor": ("password", "ready", "an authentication factor registered to user"),
    "old-mailbox": ("mailbox", "ready", "to ada.berg@former-hospital.example"),
    "unknown-user": ("whoami", "ready", "we know no user with this address"),
    "password-rules": ("new-password", "ready", "Choose a password of at least 8 characters"),
    "form-refused": ("register", "ready", "Enter the same e-mail address in both fields."),
    "institution-address": ("register", "ready", "an e-mail that belongs to an institution"),
    "account-disabled": ("password", "ready", "this account was disabled by administrators"),
    "guest-ended": ("access-status", "ready", "Your access as a guest has ended."),
    "single-logout-off": ("dashboard", "ready", "Welcome, Ada Berg"),
    "not-yet-recognised": ("not-recognised", "ready", "5:00"),
    "network-blocked": ("phone-home", "trouble", "this phone has no network"),
    "unavailable": ("unavailable", "ready", "EU Login is not available"),
    "eid-second-account": ("complete-profile", "ready", "Complete Profile"),
    "account-locked": ("password", "ready", "Try again after 09:15"),
    "stage-invited": ("mailbox", "ready", "create your password"),
    "stage-registered": ("account", "ready", "Manage my mobile devices"),
    "stage-device-added": ("device-qr", "waiting", "Scan this QR code with the app"),
    "stage-enrolled": ("complete-profile", "ready", "Complete Profile"),
    "stage-profile-complete": ("access-request", "ready", "Submit Access Request"),
    "stage-access-requested": ("access-status", "ready", "Decision by"),
    "stage-access-approved": ("dashboard", "ready", "Welcome, Ada Berg"),
    "stage-access-rejected": ("access-status", "ready", "Rejected"),
    "invalid-user": (JOURNEY, "refused", "ticket.invalid_user"),
    "assurance-level": (JOURNEY, "refused", "a user of assurance level 30 or higher"),
    "service-mismatch": (JOURNEY, "refused", "ticket.invalid_service"),
    "insufficient-level": (JOURNEY, "refused", "ticket.insufficient_level"),
    "fingerprint-missing": (JOURNEY, "refused", "ticket.fingerprint_missing"),
    "fingerprint-wrong": (JOURNEY, "refused", "ticket.fingerprint_wrong"),
    "proxy-callback-unanswered": (JOURNEY, "refused", "no connection"),
    "proxy-callback-page": (JOURNEY, "refused", "got status 400"),
    "proxy-callback-plain-http": (JOURNEY, "refused", "proxy.callback_invalid"),
    "proxy-callback-authority": (JOURNEY, "refused", "call.authority_not_trusted"),
    "validation-address": ("control-room", "ready", "validation.address_unknown"),
    "email-as-user": (JOURNEY, "signed-in", "not asked for: userDetails, groups"),
    "groups-not-asked": (JOURNEY, "signed-in", "not asked for: groups"),
    "namespace": (JOURNEY, "signed-in", "https://ecas.ec.europa.eu/cas/schemas"),
    "issuer-wrong": ("control-room", "ready", "discovery.address_unknown"),
    "redirect-mismatch": (JOURNEY, "refused", "authorize.redirect_differs"),
    "redirect-mismatch-token": (JOURNEY, "refused", "token.redirect_differs"),
    "code-verifier": (JOURNEY, "refused", "token.verifier_wrong"),
    "client-secret": (JOURNEY, "refused", "client.secret_wrong"),
    "pkce-missing": (JOURNEY, "refused", "authorize.pkce_missing"),
    "secret-in-body": (JOURNEY, "refused", "client.secret_in_body"),
    "userinfo-off": ("control-room", "ready", "userinfo.off"),
    "nonce-lost": (JOURNEY, "signed-in", "cannot be found again: nonce"),
    "algorithm": (JOURNEY, "signed-in", "signed by PS512"),
    "state-lost": (JOURNEY, "issued", "code.issued"),
    "cookie-lost": (JOURNEY, "refused", "signin.loop"),
    "clocks-differ": (JOURNEY, "signed-in", "seconds ahead of real time"),
    "clock-moved": (JOURNEY, "refused", "token.code_expired"),
}
SAMPLE = {"link-expired", "push-missing", "stage-enrolled", "service-mismatch", "nonce-lost"}  # in each quick run
BY_HTTPS: PreparedWorldName = "authority-not-trusted"
IN_REAL_TIME = "clocks-differ"  # its journal says how far real time has gone


def journal(world: World) -> bytes:
    return requests.get(f"{world.addresses.desk}/api/events", timeout=10).content


def test_all_problems_and_stages_are_there_in_their_order() -> None:
    ranks = {group: [one.rank for one in prepared_worlds().values() if one.group == group] for group in GROUPS}
    assert {group: len(listed) for group, listed in ranks.items()} == {
        "onboarding": 26, "stage": 8, "cas": 14, "openid": 11, "both": 4, "own": 0,
    }  # fmt: skip
    assert all(listed == [*range(1, len(listed) + 1)] for listed in ranks.values())
    assert {*names()} == {*SEEN, BY_HTTPS}


@pytest.mark.parametrize("name", prepared_worlds())
def test_each_says_how_it_is_reproduced_what_is_seen_and_the_way_out(name: str) -> None:
    prepared = prepared_world(name)
    assert all(text.endswith(".") for text in (prepared.reproduce, prepared.seen, prepared.way_out))
    assert prepared.opens is not None


@pytest.mark.parametrize(
    "name", [name if name in SAMPLE else pytest.param(name, marks=pytest.mark.slow) for name in SEEN]
)
def test_the_problem_is_seen_where_its_address_opens_and_loaded_again_it_is_the_same_to_the_byte(
    world: World, name: PreparedWorldName
) -> None:
    loaded, browser = world.prepared.load(name), PreparedBrowser()
    first = journal(world)
    browser.open(loaded.url)
    page, state, words = SEEN[name]
    assert browser.at == (page, state)
    assert words in browser.words
    world.prepared.load(name)
    assert name == IN_REAL_TIME or journal(world) == first


def test_another_seed_gives_other_secrets(world: World) -> None:
    first, second = (world.prepared.load("link-expired", seed=seed).people["ada"].uid for seed in (1, 2))
    assert first != second


def test_time_runs_on_from_the_beginning_of_the_file_unless_it_is_frozen(world: World) -> None:
    world.prepared.load("link-expired")
    assert not world.clock.frozen
    assert world.clock.now().isoformat().startswith("2026-11-30T08:06:0")
    world.prepared.load("link-expired", frozen=True, now="2027-01-04T09:00:00+01:00")
    assert (world.clock.frozen, world.clock.now().isoformat()) == (True, "2027-01-04T08:06:00+00:00")


def test_what_shows_only_by_https_is_refused_without_and_the_world_stays(world: World) -> None:
    person = world.personas.create()
    with pytest.raises(ProblemError, match="serve --world authority-not-trusted") as refused:
        world.prepared.load(BY_HTTPS)
    assert refused.value.type == "prepared.needs_tls"
    assert [one.email for one in world.personas.list()][-1] == person.email


def test_an_address_of_a_problem_that_was_not_loaded_leads_to_the_page_that_loads_it(world: World) -> None:
    _, browser = opened(world, "phone-lost")
    assert browser.open(f"{world.addresses.desk}/worlds/link-expired/open").shown == "prepared-world"
    assert "This world is not prepared so" in browser.words


@pytest.mark.parametrize("forged", ["nothing", "of-another.world", ""])
def test_a_signed_link_of_nobody_opens_nothing(world: World, forged: str) -> None:
    browser = PreparedBrowser()
    assert browser.open(f"{world.addresses.idp}/cas/prepared", link=forged).shown == "error"
    assert "Open the problem again from the control room" in browser.words
    assert world.events.refusals()[-1].type == "signin.link_not_ours"


def test_a_signed_link_opens_in_its_own_world_alone_though_the_seed_is_the_same(world: World, harness: Harness) -> None:
    other, http = harness.worlds.create(), requests.Session()
    loaded = [one.prepared.load("second-account") for one in (world, other)]
    signed = http.get(loaded[0].url, allow_redirects=False, timeout=10).headers["Location"]
    elsewhere = signed.replace(world.addresses.idp, other.addresses.idp)
    assert [http.get(url, timeout=10).status_code for url in (signed, elsewhere)] == [200, 404]
    other.delete()


def test_nobody_stays_signed_in_from_the_problem_before(world: World) -> None:
    _, browser = opened(world, "second-account")
    signed_in = browser.open(f"{world.addresses.idp}/cas/login").shown
    browser.open(world.prepared.load("unknown-user").url)
    assert (signed_in, browser.open(f"{world.addresses.idp}/cas/login").shown) == ("successful-login", "whoami")
    names = [cookie.name for cookie in browser.http.cookies]
    assert f"eulogin_idp_{world.name}_sso" not in names


def test_a_button_makes_a_world_of_its_own_and_none_where_the_problem_cannot_show(
    world: World, harness: Harness
) -> None:
    browser = PreparedBrowser()
    for name, page in (("stage-invited", "mailbox"), (BY_HTTPS, "error")):
        browser.open(f"{world.addresses.desk}/worlds/{name}")
        assert browser.send(f"/worlds/{name}/new").shown == page
    made = {one.name for one in harness.worlds.list()}
    assert ("stage-invited" in made, BY_HTTPS in made) == (True, False)
    harness.worlds.get("stage-invited").delete()


def test_an_unknown_name_is_answered_with_the_near_one(world: World) -> None:
    with pytest.raises(ProblemError, match="perhaps link-expired"):
        world.prepared.load("link-expird")  # type: ignore[arg-type]


@pytest.mark.eulogin_world(prepared="link-expired", frozen=True, settings={"link.life": "PT7M"})
def test_a_test_may_begin_in_a_prepared_world(world: World) -> None:
    assert PreparedBrowser().open(world.mails.list()[-1].links[0].url).shown == "new-password"
    world.clock.advance("PT1M")
    assert PreparedBrowser().open(world.mails.list()[-1].links[0].url).shown == "link-expired"
