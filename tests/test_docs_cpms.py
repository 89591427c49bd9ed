"""docs/cpms.md, the honest page: every page, field, state, mail and setting that it names exists."""

import json
import re

from eulogin_harness.settings import TABLE
from mock_cpms.access.model import STATES
from mock_cpms.networks import networks
from mock_cpms.search.answers import all_networks
from mock_cpms.search.directory_file import COLUMNS
from mock_world.fixtures import document, table
from tests.reference.code import form_fields
from tests.reference.page import DOCS, ROOT, codes
from tools.contract import contract

FILE = DOCS / "cpms.md"
TEXT = re.sub(r"```.*?```", "", FILE.read_text(encoding="utf-8"), flags=re.DOTALL)
FIRST_WORDS = {"cpms", "helpdesk", "guest", "recognition"}  # of the settings that are this page's matter


def part(title: str) -> str:
    return TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def first_column(text: str) -> list[str]:
    return [code for line in text.splitlines() if line.startswith("| `") for code in codes(line.split("|")[1])]


def test_every_page_of_the_contract_is_told() -> None:
    pages = {page.page for page in contract().pages["cpms"] if page.page}
    told = first_column(part("What is our invention, page by page"))
    assert pages == {code for code in told if not code.startswith("get_")}


def test_every_setting_of_cpms_is_told_and_exists() -> None:
    told = {code for code in codes(TEXT) if re.fullmatch(r"[a-z]+\.[a-z_]+", code) and code in TABLE}
    named = {code for code in codes(TEXT) if code.partition(".")[0] in FIRST_WORDS and "." in code}
    assert named == told
    internal = {"cpms.internal_url"}
    assert told == {name for name in TABLE if name.partition(".")[0] in FIRST_WORDS} - internal


def test_fields_and_states_are_those_of_the_code() -> None:
    lists = {tuple(code.split()) for code in codes(TEXT) if " " in code}
    profile = [field["name"] for field in document("cpms/profile.yaml")["fields"] if field["name"] != "networks"]
    assert tuple(STATES) in lists
    assert {tuple(sorted(names)) for names in lists} >= {tuple(sorted(profile))}
    assert {"comment", "reply", "reason", "guestUntil"} <= {name for name, _ in form_fields("cpms")} & {*codes(TEXT)}


def test_every_mail_is_told() -> None:
    files = {file.stem for file in (ROOT / "mock_cpms/access/mails").glob("*.txt")}
    (line,) = re.findall(r"^\| mails (.+?) \|", TEXT, flags=re.MULTILINE)
    assert {*codes(line)} == files


def test_what_is_said_of_the_directory_is_so() -> None:
    assert f"`{','.join(COLUMNS)}`" in TEXT
    certain = [network for network in networks().values() if network.coordinator]
    assert (len(certain), len(networks()) - len(certain)) == (15, 9)
    ours = {"networkName", "coordinator"}
    assert ours < {*json.loads(all_networks().body)["data"][0]}
    assert ours < {*codes(TEXT)}
    assert "coordinator" in table("networks.csv")[0]


def test_links_lead_somewhere_and_the_contract_leads_here() -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", TEXT)
    assert links
    assert [link for link in links if not (DOCS / link).exists()] == []
    assert "](../cpms.md)" in contract().text
