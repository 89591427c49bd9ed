"""Files of people: what spreadsheets and editors write is read, and what is wrong is told with its line."""

import json
import time
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from eulogin_harness.client import World
from eulogin_harness.client.names import PersonaBody
from eulogin_harness.importing.people_file import read_people
from eulogin_harness.importing.report import ImportFileError

ADA: dict[str, Any] = {"email": "ada@hospital.example", "first_name": "Ada", "groups": ["STAFF", "DIGIT"]}
TABLE = "email,first_name,groups\nada@hospital.example,Ada,STAFF;DIGIT\n"
# Each list holds the one before nine times.
NINE = [f"- email: &{name} [{', '.join(9 * ['*' + before])}]\n" for before, name in pairwise("abcdefghi")]
LAUGHS = "- email: &a [x]\n" + "".join(NINE)


def written(folder: Path, content: str | bytes, name: str = "people.csv") -> Path:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def refused(folder: Path, content: str | bytes, name: str = "people.csv") -> str:
    with pytest.raises(ImportFileError) as error:
        read_people(written(folder, content, name))
    assert str(error.value).startswith(f"{name}: ")
    return str(error.value)


@pytest.mark.parametrize(
    "content",
    [
        TABLE.encode("utf-8-sig"),
        TABLE.encode("utf-16"),
        TABLE.replace("\n", "\r\n"),
        TABLE.replace(",", "\t"),
        'sep=;\r\nemail;first_name;groups\r\nada@hospital.example;Ada;"STAFF;DIGIT"\r\n',
        '\n"email","first_name","groups"\n\n"ada@hospital.example","Ada"," STAFF ; DIGIT; "\n,,\n',
        'EMAIL; First_Name ;groups\nada@hospital.example; Ada ;"STAFF;DIGIT"',
    ],
    ids=["mark", "utf-16", "crlf", "tabs", "sep", "quotes", "header"],
)
def test_tables_as_spreadsheets_write_them(tmp_path: Path, content: str | bytes) -> None:
    assert read_people(written(tmp_path, content)) == [ADA]


def test_each_field_has_its_form_in_a_cell(tmp_path: Path) -> None:
    cells = {
        "stage": ("access_approved", "access_approved"),
        "last_name": ("Ek, M\u00fcller", "Ek, M\u00fcller"),
        "pin": ("0007", "0007"),
        "assurance_level": ("40", "TOP"),
        "disabled": ("yes", True),
        "notifications": ("false", False),
        "seed": ("7", 7),
        "networks": ("PaedCAN; RITA", ["PaedCAN", "RITA"]),
        "helpdesk_for": ("BOND", ["BOND"]),
        "requests": ("BOND=approved;RITA", [{"network": "BOND", "state": "approved"}, {"network": "RITA"}]),
        "registration_level_versions": (
            "LOW=1; HIGH=3",
            [{"level": "LOW", "value": "1"}, {"level": "HIGH", "value": "3"}],
        ),
        "extended_attributes": ("building=MO15;floor=2;building=a=b", {"building": ["MO15", "a=b"], "floor": ["2"]}),
        "user_manager": ("uid=boss,ou=Person", "uid=boss,ou=Person"),
        "employee_type": ("", None),
    }
    row = ",".join(f'"{cell}"' for cell, _ in cells.values())
    (person,) = read_people(written(tmp_path, f"{','.join(cells)}\n{row}\n"))
    assert person == {name: value for name, (_, value) in cells.items() if value is not None}


def test_json_and_yaml(tmp_path: Path) -> None:
    for people in ([ADA], {"people": [ADA]}):
        assert read_people(written(tmp_path, json.dumps(people), "people.json")) == [ADA]
        assert read_people(written(tmp_path, yaml.safe_dump(people), "people.YML")) == [ADA]


def test_times_of_yaml_become_text_as_the_api_takes_it(tmp_path: Path) -> None:
    text = "- requests: [{network: BOND, state: approved, since: P3D, guest_until: 2027-01-01T10:00:00+00:00}]"
    (person,) = read_people(written(tmp_path, text, "people.yaml"))
    assert json.loads(json.dumps(person))["requests"][0]["guest_until"] == "2027-01-01T10:00:00Z"


def test_people_that_were_read_can_be_made(world: World, tmp_path: Path) -> None:
    header = "stage,email,requests,extended_attributes,user_manager,always_two_factors\n"
    row = 'enrolled,eve@hospital.example,BOND=approved,building=MO15,"uid=boss,ou=Person",true\n'
    (eve,) = world.personas.create_all(cast("list[PersonaBody]", read_people(written(tmp_path, header + row))))
    assert (eve.email, eve.stage, eve.always_two_factors) == ("eve@hospital.example", "access_approved", True)
    assert (eve.extended_attributes, eve.user_manager) == ({"building": ["MO15"]}, "uid=boss,ou=Person")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("\n\n", "first line: expected names of fields; got nothing"),
        ("email,nmae\n", "first line: expected names of fields; got 'nmae'; known are "),
        ("email,Email\n", "first line: expected each column once; got email twice"),
        ("email\n", "expected at least one person; got none"),
        ("email,pin\na@b.example\na@c.example,1234,x\n", "line 3: expected 2 cells as in the first line; got 3"),
        ('email\na@b.example\n"a@c.example\n', "line 3: expected cells with quotes only around them"),
        ("first_name\nAda\nJos\u00e9\n".encode("cp1252"), "line 3: expected text in UTF-8"),
        (b"\xff\xfex", "line 1: expected text in UTF-8"),
        ("sep=\nemail\n", "line 1: expected one sign behind `sep=`"),
        ("sep=;\nemail\nada\n", "line 3: email: write one e-mail address of at most 254 characters; got 'ada'"),
        ('sep=;\n"email"x\n', "line 2: expected cells with quotes only around them"),
        ('first_name,stage\n"Ada\nMay",x\n,y\n', "line 4: stage: Input should be 'invited'"),
        ("stage,country\nenrolled,AT\n", "line 2: take stage profile_complete or a later one, or leave out country"),
        ("email\na@b.example\nA@B.example \n", "line 3: email 'A@B.example' stands in line 2 already"),
        ("uid\nn00anna1\nn00anna1\n", "line 3: uid 'n00anna1' stands in line 2 already"),
        ("requests\nBOND=maybe\n", "line 2: requests.0.state: Input should be"),
        ("first_name\n" + "a" * 10_000, "line 2: first_name: String should have at most 100 characters"),
        ("first_name\n" + "a" * 200_000, "line 2: expected cells"),
    ],
)
def test_what_is_wrong_in_a_table_is_told_with_its_line(tmp_path: Path, content: str | bytes, told: str) -> None:
    message = refused(tmp_path, content)
    assert told in message
    assert len(message) < 2_000


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("people.json", "{", "expected JSON; got Expecting property name enclosed in double quotes in line 1"),
        ("people.json", "[" * 100_000, "expected JSON; got lists nested too deep"),
        ("people.json", '{"items": []}', "expected a list of people"),
        ("people.json", "[]", "expected at least one person; got none"),
        ("people.json", '[{}, "ada"]', "person 2: expected fields by their names; got a str"),
        ("people.json", '[{}, {"nmae": 1}]', "person 2: nmae: there is no such field; known are "),
        ("people.json", '[{"uid": 1234567}]', "person 1: uid: Input should be a valid string; got '1234567'"),
        ("people.json", b"\xe9", "line 1: expected text in UTF-8"),
        ("people.yaml", "- a: [\n- b", " in line 2; mend it there"),
        ("people.yaml", "- !!python/object/apply:os.getcwd []", "expected YAML; got "),
        ("people.yaml", "- first_name: 2026-99-99", "got a number or a date that does not exist"),
        ("people.yaml", LAUGHS, "got references that stand for more than 100,000 values in line 6; mend it there"),
        ("people.xlsx", "PK", "expected a file that ends with .csv, .tsv, .json, .yaml, .yml"),
    ],
)
def test_what_is_wrong_in_a_document_is_told_with_the_person(
    tmp_path: Path, name: str, content: str | bytes, told: str
) -> None:
    assert told in refused(tmp_path, content, name)


def test_all_that_is_wrong_is_told_at_once_and_never_a_secret(tmp_path: Path) -> None:
    rows = "".join(f"nobody{number},Secret-{number:0200},x2{number:03}\n" for number in range(30))
    message = refused(tmp_path, "email,password,pin\n" + rows)
    lines = message.splitlines()
    assert len(lines) == 11
    assert lines[0] == "people.csv: line 2: email: write one e-mail address of at most 254 characters; got 'nobody0'"
    assert lines[-1] == "people.csv: and 80 more"
    assert "Secret" not in message
    assert "x2" not in message


@pytest.mark.parametrize("text", ['- {password: "Secret-1', "- password: Secret-1\n  pin: [Secret-2\n- x: y: Secret-3"])
def test_a_line_that_cannot_be_read_is_not_quoted(tmp_path: Path, text: str) -> None:
    assert "Secret" not in refused(tmp_path, text, "people.yaml")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["people.csv", "people.json", "people.yaml"])
def test_many_people_are_read_quickly(tmp_path: Path, name: str) -> None:
    emails = [f"person{number}@hospital.example" for number in range(10_000)]
    content = "email,groups\n" + "".join(f"{email},A;B\n" for email in emails)
    if name != "people.csv":
        content = json.dumps([{"email": email, "groups": ["A", "B"]} for email in emails])
    start = time.process_time()
    people = read_people(written(tmp_path, content, name))
    assert time.process_time() - start < 5
    assert [person["email"] for person in people] == emails
