"""Recordings of real clients explained: the right name, nothing said of a good one, and no secret in what is said."""

import gzip
import io
import json
import re
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

import pytest
import requests
import yaml

from eulogin_harness.client import World
from eulogin_harness.explaining.catalogue import PROBLEMS
from eulogin_harness.explaining.explaining import explain
from eulogin_harness.explaining.model import Explanation
from eulogin_harness.explaining.printing import as_document, as_text
from tests.mock_idp.conftest import Browser

HARS = Path(__file__).parent / "hars"
EXPECTED: dict[str, str] = yaml.safe_load((HARS / "expected.yaml").read_text(encoding="utf-8"))
GOOD = [name for name, expected in EXPECTED.items() if expected == "good"]
BROKEN = [name for name, expected in EXPECTED.items() if expected in PROBLEMS]
OUTCOMES = {"good", "unknown", "no-sign-in"}


@cache
def explained(name: str) -> Explanation:
    return explain((HARS / name).read_bytes())[0]


def named(explanation: Explanation) -> str:
    return explanation.findings[0].name if explanation.outcome == "problem" else explanation.outcome


# The names.


def test_the_set_is_large_and_each_file_is_in_the_table() -> None:
    assert {path.name for path in HARS.iterdir()} - {"expected.yaml"} == set(EXPECTED)
    assert len({name.partition(".")[0] for name in GOOD}) >= 8
    assert len({name.partition(".")[0] for name in BROKEN}) >= 22
    assert sum(path.stat().st_size for path in HARS.iterdir()) < 600_000
    assert set(EXPECTED.values()) <= {*PROBLEMS, *OUTCOMES}


def test_nine_of_ten_are_named_rightly() -> None:
    wrong = {name: named(explained(name)) for name in EXPECTED if named(explained(name)) != EXPECTED[name]}
    assert len(wrong) <= len(EXPECTED) // 10, wrong
    assert wrong == {}  # as many as are known to be


@pytest.mark.parametrize("name", GOOD)
def test_a_good_sign_in_has_no_problem_and_its_steps_in_short(name: str) -> None:
    assert (explained(name).outcome, explained(name).findings) == ("good", ())
    assert explained(name).steps


def test_a_problem_names_line_proof_and_what_repeats_it() -> None:
    told = as_text(explained("service-mismatch.journey.har.gz"))
    lines = [" ".join(line.split()) for line in told.splitlines()]
    assert lines[2] == "service-mismatch: The service differs between sign-in and validation"
    assert re.fullmatch(r"line #4 GET \S+/cas/laxValidate\?service=\S+&ticket=\[ticket-1\] 200", lines[3])
    assert lines[4].startswith('proof authenticationFailure code="INVALID_SERVICE"')
    assert lines[7] == "do send the same address twice: path / at login, /index at the validation"
    assert lines[8] == "repeat eulogin-harness serve --world service-mismatch"


def test_what_is_not_in_the_file_is_said() -> None:
    by_browser = explained("invalid-user-of-a-silent-application.browser.har.gz")
    assert by_browser.limits[1].startswith("The back channel is not in this file")
    assert "invalid-user" in by_browser.candidates
    assert explained("invalid-user.client.har.gz").limits[0].startswith("The browser's part is not in this file")
    assert "no sign-in" in as_text(explained("no-sign-in.browser.har.gz"))


def test_what_was_overcome_is_told_beside_the_good_sign_in() -> None:
    assert [each.name for each in explained("good-after-a-wrong-password.browser.har.gz").mended] == ["wrong-password"]
    assert "On the way, and overcome" in as_text(explained("good-after-a-wrong-password.browser.har.gz"))


def test_of_several_problems_the_causing_one_comes_first() -> None:
    found = [finding.name for finding in explained("service-not-encoded.browser.har.gz").findings]
    assert found[0] == "service-not-encoded"
    locked = [finding.name for finding in explained("account-locked.browser.har.gz").findings]
    assert locked == ["account-locked", "wrong-password"]


@pytest.mark.parametrize("name", [name for name in EXPECTED if not name.endswith(".zip")])
def test_at_the_real_hosts_without_the_mocks_own_marks_nothing_is_named_wrongly(name: str) -> None:
    explanation, _ = explain(as_real((HARS / name).read_bytes()))
    assert named(explanation) in {EXPECTED[name], "unknown", "good" if EXPECTED[name] in OF_MOCK_ALONE else ""}


# Pages of CPMS, which only our mock's own marks tell apart.
OF_MOCK_ALONE = {"not-yet-recognised", "access-rejected", "panic", "push-missing"}


def test_most_are_named_rightly_at_the_real_hosts_too() -> None:
    names = [name for name in BROKEN if not name.endswith(".zip")]
    right = [name for name in names if named(explain(as_real((HARS / name).read_bytes()))[0]) == EXPECTED[name]]
    assert len(right) >= 0.7 * len(names), sorted(set(names) - set(right))


def as_real(data: bytes) -> bytes:
    """A recording as if it had been made at the real EU Login: its host, and no word of the mock's on its pages."""
    text = gzip.decompress(data).decode()
    for place in set(re.findall(r"http://localhost:\d+/w/[\w-]+(?=/cas/)", text)):
        text = text.replace(place, "https://ecas.ec.europa.eu").replace(
            quote(place, safe=""), quote("https://ecas.ec.europa.eu", safe="")
        )
    return re.sub(r' data-(?:page|state|actor|network)=\\"[^"]*\\"', "", text).encode()


# No secret.


def secrets_of(data: bytes) -> set[str]:
    """All secrets of a recording, found in other ways than the product does."""
    found: set[str] = set()
    for text in texts_of(data):
        found |= set(re.findall(r"\b(?:ST|PT|PGT|PGTIOU)-\d+-[\w-]{8,}", text))
        found |= set(re.findall(r"\bECAS_LR-[\w-]{20,}", text))
        found |= set(re.findall(r"\beyJ[\w-]+\.[\w-]+\.[\w-]+", text))
        found |= set(re.findall(r"[?&](?:code|state|nonce|code_challenge|code_verifier)=([\w.~-]{8,})", text))
        found |= set(re.findall(r'name=\\?"csrf_token\\?" type=\\?"hidden\\?" value=\\?"([^"\\]+)', text))
        found |= set(re.findall(r'\\?"(?:access_token|refresh_token|id_token)\\?": ?\\?"([^"\\]{8,})', text))
        found |= set(re.findall(r"[\w.]+@hospital\.example", text))
    for entry in entries_of(data):
        for part in (entry["request"], entry["response"]):
            found |= {str(cookie["value"]) for cookie in part.get("cookies", [])}
            headers = {header["name"].lower(): header["value"] for header in part["headers"]}
            found |= {pair.partition("=")[2] for pair in headers.get("cookie", "").split("; ")}
            found.add(headers.get("authorization", "").partition(" ")[2])
        posted = entry["request"].get("postData") or {}
        rows = [(row["name"], row["value"]) for row in posted.get("params", [])]
        rows += parse_qsl(str(posted.get("text", "")))
        found |= {value for name, value in rows if re.search(r"password|secret|code|verifier|otp|username", name)}
    found |= {quote(secret, safe="") for secret in found}
    return {secret for secret in found if len(secret) >= 6 and "…" not in secret and not secret.startswith("•")}


def texts_of(data: bytes) -> Iterator[str]:
    if not data.startswith(b"PK"):
        yield gzip.decompress(data).decode()
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        yield from (archive.read(name).decode(errors="replace") for name in archive.namelist())


def entries_of(data: bytes) -> list[dict[str, Any]]:
    if data.startswith(b"PK"):
        lines = (line for text in texts_of(data) for line in text.splitlines() if line.startswith('{"type":"resource'))
        return [json.loads(line)["snapshot"] for line in lines]
    entries: list[dict[str, Any]] = json.loads(gzip.decompress(data))["log"]["entries"]
    return entries


@pytest.mark.parametrize("name", EXPECTED)
def test_no_secret_is_in_text_or_json(name: str) -> None:
    data = (HARS / name).read_bytes()
    told = as_text(explained(name)) + json.dumps(as_document(explained(name)))
    assert [secret for secret in secrets_of(data) if secret in told] == []


def test_the_secrets_of_the_set_are_many() -> None:
    browser, client = (secrets_of((HARS / f"good-openid.{kind}.har.gz").read_bytes()) for kind in ("browser", "client"))
    assert len(browser) > 15
    assert len(client) >= 5


@pytest.mark.slow
def test_no_secret_is_on_the_page(world: World) -> None:
    browser = Browser(world.addresses.desk)
    for name, expected in EXPECTED.items():
        data = (HARS / name).read_bytes()
        page = sent(browser, name, data)
        assert f'data-state="{"problem" if expected in PROBLEMS else expected}"' in page.text
        assert [secret for secret in secrets_of(data) if secret in page.text] == []


def sent(browser: Browser, name: str, data: bytes) -> requests.Response:
    """The page's answer to a file."""
    browser.open("/explain")
    return browser.http.post(browser.page.url, data=dict(browser.hidden), files={"recording": (name, data)}, timeout=30)
