"""Recordings of real clients explained: the right name, nothing said of a good one, and no secret in what is said."""

import base64
import gzip
import hashlib
import io
import json
import re
import time
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

import pytest
import requests
import yaml
from click.testing import CliRunner

from eulogin_harness.cli import main
from eulogin_harness.client import World
from eulogin_harness.explaining.catalogue import PROBLEMS
from eulogin_harness.explaining.entries import recording_of
from eulogin_harness.explaining.explaining import explain
from eulogin_harness.explaining.model import Explanation
from eulogin_harness.explaining.printing import as_document, as_text
from eulogin_harness.explaining.reading import UnreadableFile
from eulogin_harness.prepared_worlds.catalogue import names
from mock_world.fault_types import FAULTS
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
    output = as_text(explained("service-mismatch.journey.har.gz"))
    lines = [" ".join(line.split()) for line in output.splitlines()]
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


# Pages of CPMS and of waiting, which only our mock's own marks tell apart.
OF_MOCK_ALONE = {"not-yet-recognised", "access-rejected", "panic", "push-missing"}


@pytest.mark.slow
def test_at_the_real_hosts_without_the_mocks_own_marks_most_are_named_and_none_wrongly() -> None:
    names = [name for name in EXPECTED if not name.endswith(".zip")]
    real = {name: named(explain(as_real((HARS / name).read_bytes()))[0]) for name in names}
    for name in names:
        assert real[name] in {EXPECTED[name], "unknown", "good" if EXPECTED[name] in OF_MOCK_ALONE else ""}, name
    broken = [name for name in names if EXPECTED[name] in PROBLEMS]
    assert len([name for name in broken if real[name] == EXPECTED[name]]) >= 0.8 * len(broken)


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


# A file of each outcome, and of each kind of file one in which much goes wrong.
ON_THE_PAGE = [
    "good-openid.client.har.gz",
    "namespace.browser.har.gz",
    "no-sign-in.browser.har.gz",
    "cookie-lost-of-openid.browser.har.gz",
    "client-secret.client.har.gz",
    "nonce-lost.both.har.gz",
    "redirect-mismatch-token.journey.har.gz",
    "push-missing.trace.zip",
]


def test_no_secret_is_on_the_page(world: World) -> None:
    assert {EXPECTED[name] for name in ON_THE_PAGE} >= OUTCOMES
    browser = Browser(world.addresses.desk)
    for name in ON_THE_PAGE:
        data, expected = (HARS / name).read_bytes(), EXPECTED[name]
        page = sent(browser, name, data)
        assert f'data-state="{"problem" if expected in PROBLEMS else expected}"' in page.text
        assert [secret for secret in secrets_of(data) if secret in page.text] == []


def sent(browser: Browser, name: str, data: bytes) -> requests.Response:
    """The page's answer to a file."""
    browser.open("/explain")
    return browser.http.post(browser.page.url, data=dict(browser.hidden), files={"recording": (name, data)}, timeout=30)


# What a recording lacks, and what is none.


def without(data: bytes, *, cookies: bool = False, bodies: bool = False) -> bytes:
    """A recording as tools save it that leave something out."""
    document = json.loads(gzip.decompress(data))
    for entry in document["log"]["entries"]:
        for part in (entry["request"], entry["response"]) if cookies else ():
            part["cookies"], headers = [], part["headers"]
            part["headers"] = [header for header in headers if "cookie" not in header["name"].lower()]
        if bodies:
            entry["response"]["content"].pop("text", None)
    return json.dumps(document).encode()


@pytest.mark.slow
@pytest.mark.parametrize("left_out", ["cookies", "bodies"])
def test_what_was_left_out_makes_no_wrong_name(left_out: str) -> None:
    hars = [name for name in EXPECTED if not name.endswith(".zip")]
    for name in hars:
        explanation, _ = explain(without((HARS / name).read_bytes(), **{left_out: True}))
        allowed = {EXPECTED[name], "unknown"} | ({"good"} if EXPECTED[name] in OF_MOCK_ALONE else set())
        assert named(explanation) in allowed, name


ENTRY = {"request": {"url": "http://app.example/"}, "response": {}}


def har(*entries: object) -> bytes:
    return json.dumps({"log": {"entries": entries}}).encode()


def zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return buffer.getvalue()


NOTHING = b"\0" * (70 << 20)
UNREADABLE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "but the file is empty"),
    "no entries": (har(), "it holds none"),
    "no HAR": (b"[1]", "has log.entries, but this JSON has none"),
    "entry of another form": (har(1), "expected log.entries[0] to be an object"),
    "no address": (har({"request": {}, "response": {}}), "log.entries[0].request.url to be a text"),
    "no JSON": (b"<html>", "line 1, column 1 is none"),
    "deep": (b"[" * 10_000 + b"]" * 10_000, "nested too deeply"),
    "deep within": (b'{"log":' * 10_000, "nested too deeply"),
    "binary": (bytes(range(128, 256)), "these bytes are no text"),
    "wrong encoding": ('{"log":"é"}'.encode("latin-1"), "these bytes are no text"),
    "large": (b"x" * (100 << 20), "at most 64 MB"),
    "gzip bomb": (gzip.compress(NOTHING), "at most 64 MB"),
    "gzip that breaks off": (gzip.compress(har(ENTRY))[:-12], "the file breaks off"),
    "zip bomb": (zipped(trace_network=NOTHING), "at most 64 MB"),
    "zip that breaks off": (zipped(trace_network=b"x" * 100)[:50], "this one is damaged"),
    "zip of something else": (zipped(notes_txt=b"hello"), "expected trace.network or a HAR in the zip"),
    "many values": (gzip.compress(b"[" + b"[]," * 2_000_001 + b"[]]"), "at most 2,000,000 values"),
    "many": (har(*[ENTRY] * 2001), "at most 2000 requests"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_recording_gets_one_clear_sentence(name: str) -> None:
    data, words = UNREADABLE[name]
    with pytest.raises(UnreadableFile) as refused:
        explain(data)
    sentence = str(refused.value)
    assert words in sentence
    assert sentence.startswith("expected ")
    assert "; " in sentence
    assert "\n" not in sentence


def test_odd_entries_are_read_as_far_as_they_go() -> None:
    odd = {
        "request": {"url": "http://[bad/cas/login?ticket=ST-1-abcdefghijkl", "headers": "x", "cookies": [1, None]},
        "response": {"status": "200", "headers": [{"name": None}], "content": {"text": 5, "mimeType": 7}},
        "startedDateTime": 5,
    }
    escape = {"request": {"url": "http://app.example/cas/login?service=\x1b[2J\ud800"}, "response": {"status": 200}}
    explanation, redactor = explain(har(odd, escape))
    told = redactor.clean_output(as_text(explanation))
    assert told.encode()
    assert "\x1b" not in told
    assert "abcdefghijkl" not in told


@pytest.mark.parametrize("body", ["<input ", "<!--", "a@", '"/', "eyJ-", "<b>x"])
def test_a_page_that_never_ends_costs_no_more_than_a_good_one(body: str) -> None:
    content = {"mimeType": "text/html", "text": body * (60_000 // len(body))}
    entry = {"request": {"url": "http://app.example/cas/login"}, "response": {"status": 200, "content": content}}
    started = time.process_time()
    explain(har(entry))
    assert time.process_time() - started < 3


def test_an_answer_with_tokens_that_is_nested_too_deeply_is_none() -> None:
    content = {"mimeType": "application/json", "text": "[" * 100_000}
    entry = {"request": {"url": "http://app.example/cas/oauth2/token"}, "response": {"content": content}}
    assert [finding.name for finding in explain(har(entry))[0].findings] == ["token-malformed"]


def test_a_verifier_has_the_mark_of_its_challenge() -> None:
    verifier = "dBjftJeZ4CVP-mBi0w4iYJ2RNoIDOR3EXHRb4zVm0yk"  # made up, of the length that RFC 7636 asks for
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    url = f"http://app.example/cas/oauth2/authorize?code_challenge={challenge}"
    posted = {"mimeType": "application/x-www-form-urlencoded", "text": f"code_verifier={verifier}"}
    token = {"request": {"url": "http://app.example/cas/oauth2/token", "postData": posted}, "response": {}}
    recording, _ = recording_of(har({"request": {"url": url}, "response": {}}, token))
    first, second = recording.entries
    assert first.value("code_challenge") == second.value("code_verifier") == "[pkce-1]"


# The command.


def run(*arguments: str, data: bytes | None = None) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["explain", *arguments], input=data)
    return result.exit_code, result.output


def test_the_command_says_by_its_exit_code_whether_it_could_tell() -> None:
    for name, code in {
        "good-single-sign-on.browser.har.gz": 0,
        "pkce-missing.browser.har.gz": 0,
        "code-verifier.journey.har.gz": 0,
        "namespace.browser.har.gz": 1,
        "no-sign-in.browser.har.gz": 1,
    }.items():
        assert run(str(HARS / name))[0] == code
    assert run("nowhere.har")[0] == 2


def test_the_command_reads_standard_input_and_prints_json() -> None:
    code, output = run("-", "--json", data=(HARS / "client-secret.client.har.gz").read_bytes())
    problem = json.loads(output)["problems"][0]
    assert (code, problem["name"], problem["world"]) == (0, "client-secret", "client-secret")
    assert problem["repeat"] == ["eulogin-harness serve --world client-secret"]


def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty.har").write_bytes(b"")
    code, output = run(str(tmp_path / "empty.har"))
    assert code == 1
    assert output.count("\n") == 1
    assert "empty.har: expected a HAR" in output


def test_each_problem_names_a_prepared_world_or_a_fault_that_exists() -> None:
    for name, problem in PROBLEMS.items():
        assert bool(problem.world) + bool(problem.fault) < 2, name
        assert problem.world in {"", *names()}, name
        assert problem.fault in {"", *FAULTS}, name


@pytest.mark.parametrize("secret", ["/Sunny-Day-77", "//s3cr3t-abc", "http://Sunny-Day-77"])
@pytest.mark.parametrize("name", ["password", "clientFingerprint", "client_secret", "ticket"])
def test_a_secret_that_looks_like_an_address_is_taken_out_too(name: str, secret: str) -> None:
    request = {"method": "GET", "url": f"http://eulogin.example/cas/login?{name}={quote(secret, safe='')}"}
    explanation, redactor = explain(har({"request": request, "response": {"status": 200}}))
    output = redactor.clean_output(as_text(explanation) + json.dumps(as_document(explanation)) + secret)
    assert secret not in output
    assert quote(secret, safe="") not in output


# The page.


def test_the_page_answers_in_place_and_says_what_it_cannot_read(world: World) -> None:
    browser = Browser(world.addresses.desk)
    browser.page = sent(browser, "a.har", (HARS / "redirect-mismatch.browser.har.gz").read_bytes())
    assert browser.at == ("explain", "problem")
    assert "The redirect address is not registered" in browser.text
    assert "serve --world redirect-mismatch" in browser.text
    assert 'href="/w/' in browser.page.text
    assert '/worlds/redirect-mismatch"' in browser.page.text
    browser.page = sent(browser, "a.har", b"")
    assert (browser.at, browser.page.status_code) == (("explain", "refused"), 422)
    browser.page = sent(browser, "a.har", b"{}")
    assert "Choose another file: this one cannot be read." in browser.errors
    assert "has log.entries" in browser.text


def test_the_page_speaks_the_persons_language(world: World) -> None:
    browser = Browser(world.addresses.desk)
    browser.http.headers["Accept-Language"] = "de"
    browser.page = sent(browser, "a.har", (HARS / "link-expired.browser.har.gz").read_bytes())
    assert "Der Link der E-Mail ist abgelaufen" in browser.text


def test_a_file_that_is_too_large_for_the_page_is_refused_in_words(world: World) -> None:
    page = sent(Browser(world.addresses.desk), "a.har", b" " * (17 << 20))
    assert page.status_code == 413
    assert "Send less than 16 megabytes, and at most 1000 fields." in page.text
