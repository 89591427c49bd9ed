"""`eulogin-harness import`: what users of the official mock-up have lying around."""

import csv
import io
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from eulogin_harness.cli import main
from eulogin_harness.client import World
from eulogin_harness.importing import importer
from eulogin_harness.importing.importer import Given, read_files
from eulogin_harness.importing.mockup_clients import read_clients
from eulogin_harness.importing.mockup_users import read_users
from eulogin_harness.importing.report import ImportFileError, Report
from tests.mock_idp.conftest import Browser
from tests.mock_world.test_inputs_of_users import BOMB as YAML_BOMB

NAMESPACE = "https://ecas.ec.europa.eu/cas/schemas/mockup/db"

STAFF = """
  <user>
    <authenticationCount>3</authenticationCount>
    <cn>DOE Jane</cn>
    <created>2019-01-01T00:00:00Z</created>
    <cudGroups>INTERNET</cudGroups>
    <cudGroups>DIGIT_ALL</cudGroups>
    <cudGroups>INTERNET</cudGroups>
    <departmentNumber>DIGIT.A.3.001</departmentNumber>
    <email>jane.doe@ec.europa.eu</email>
    <employeeNumber>90000001</employeeNumber>
    <employeeType>f</employeeType>
    <firstName>Jane</firstName>
    <internalGroups>MOCKUP_ADMIN</internalGroups>
    <internalTelephoneNumber>12345</internalTelephoneNumber>
    <lastName>Doe</lastName>
    <mobilePhone>COMREF:+32123456789</mobilePhone>
    <objectStatus>a</objectStatus>
    <orgId>318</orgId>
    <organisation>eu.europa.ec</organisation>
    <organisationUsername>doejane</organisationUsername>
    <registrationLevelVersion level="A">1e2f3a4b-0000-4000-8000-000000000001</registrationLevelVersion>
    <strongPasswordHash>{ARG2}c2VjcmV0</strongPasswordHash>
    <tokenSerialNumber>1</tokenSerialNumber>
    <uid>jb007</uid>
    <userManager>uid=boss,ou=People,o=cec.eu.int</userManager>
    <colour>blue</colour>
  </user>"""
LEAST = """
  <user>
    <email>{uid}@hospital.example</email>
    <firstName>Ada</firstName>
    <lastName>Berg</lastName>
    <objectStatus>a</objectStatus>
    <organisation>external</organisation>
    <uid>{uid}</uid>
  </user>"""


def database(*users: str) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{head}\n<userDataBase xmlns="{NAMESPACE}">{"".join(users)}\n</userDataBase>\n'.encode()


def least(uid: str = "n00ada01", **texts: str) -> str:
    """A user with what every user has; texts by element go before."""
    user = LEAST.format(uid=uid)
    for name, text in texts.items():
        start, sign, rest = user.partition(f"<{name}>")
        user = (
            start + sign + text + rest[rest.index("</") :]
            if sign
            else user.replace("</uid>", f"</uid><{name}>{text}</{name}>")
        )
    return user


def users(content: bytes, **rules: Any) -> tuple[list[dict[str, Any]], str]:
    """The bodies, and the report."""
    report = Report()
    return read_users("userDataBase.xml", content, report, **rules), "\n".join(report.lines())


# Users.


def test_an_element_becomes_the_field_of_the_control_api() -> None:
    (body,), _ = users(database(STAFF))
    assert body == {
        "uid": "jb007",
        "email": "jane.doe@ec.europa.eu.example",
        "first_name": "Jane",
        "last_name": "Doe",
        "domain": "eu.europa.ec",
        "assurance_level": "TOP",
        "employee_type": "f",
        "groups": ["INTERNET", "DIGIT_ALL"],
        "department_number": "DIGIT.A.3.001",
        "employee_number": "90000001",
        "domain_username": "doejane",
        "telephone_number": "12345",
        "user_manager": "uid=boss,ou=People,o=cec.eu.int",
        "org_id": "318",
        "registration_level_versions": [{"level": "A", "value": "1e2f3a4b-0000-4000-8000-000000000001"}],
    }


def test_what_is_changed_or_left_is_listed_with_its_reason() -> None:
    report = users(database(STAFF))[1]
    assert {
        "  email - a mock writes to no real address (jane.doe@ec.europa.eu is jane.doe@ec.europa.eu.example)",
        "  strongPasswordHash - it cannot be read back; passwords are given anew (jb007)",
        "  mobilePhone - text messages are not mocked (jb007)",
        "  internalGroups - they administer the mock-up itself (jb007)",
        "  tokenSerialNumber - hardware tokens are not mocked (jb007)",
        "  created - the history of sign-ins begins anew (jb007)",
        "  cn - it is made of first and last name (jb007)",
        "  colour - it is not known here (jb007)",
    } <= set(report.splitlines())
    assert "ARG2" not in report


def test_many_users_make_one_line_for_each_element() -> None:
    everybody = [least(f"n00ada{number:02}", cn="x", email=f"a{number}@ec.europa.eu") for number in range(50)]
    _, report = users(database(*everybody))
    assert "  cn - it is made of first and last name (n00ada00, n00ada01, n00ada02 and 47 more)" in report.splitlines()
    assert len(report.splitlines()) == 4


@pytest.mark.parametrize(
    ("organisation", "level", "kind"),
    [
        ("external", "LOW", "n"),
        ("", "LOW", "n"),
        ("eu.europa.ec", "TOP", "f"),
        ("eu.europa.ec.sub", "HIGH", "f"),
    ],
)
def test_the_organisation_says_domain_and_assurance(organisation: str, level: str, kind: str) -> None:
    (body,), _ = users(database(least(organisation=organisation)))
    assert (body["domain"], body["assurance_level"]) == (organisation or "external", level)
    assert body["employee_type"] == kind


def test_who_is_not_active_is_disabled() -> None:
    bodies, report = users(database(least("n00ada01"), least("n00bob01", objectStatus="d")))
    assert [body.get("disabled") for body in bodies] == [None, True]
    assert "objectStatus - who is not active (a) is disabled (n00bob01: d)" in report


@pytest.mark.parametrize(
    ("given", "stands"),
    [
        ("a@ec.europa.eu", "a@ec.europa.eu.example"),
        ("a@hospital.example", "a@hospital.example"),
        ("a@own.hospital.eu", "a@own.hospital.eu"),
        ("a@nothospital.eu", "a@nothospital.eu.example"),
    ],
)
def test_only_real_addresses_are_changed(given: str, stands: str) -> None:
    (body,), _ = users(database(least(email=given)), allowed_domains=["hospital.eu"])
    assert body["email"] == stands


def test_an_address_that_two_share_becomes_two() -> None:
    bodies, report = users(database(*(least(uid, email="Box@team.example") for uid in ("n00ada01", "n00bob01"))))
    assert [body["email"] for body in bodies] == ["Box@team.example", "Box+n00bob01@team.example"]
    assert "here each user has an address of its own" in report


@pytest.mark.parametrize("root", ["userDataBase", 'userDataBase xmlns="http://x"'])
def test_the_namespace_of_an_older_version_does(root: str) -> None:
    assert len(users(f"<{root}>{least()}</userDataBase>".encode())[0]) == 1


BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>
<userDataBase><user><uid>&b;</uid></user></userDataBase>"""


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (BOMB, "without DTD and entities"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><userDataBase/>', "without DTD and entities"),
        (b"<!DOCTYPE x><userDataBase/>", "take the DOCTYPE out"),
        (b"<userDataBase>\n<user>\n</userDataBase>", "breaks in line 3"),
        (b"<samlConfiguration/>", "expected the root userDataBase; got samlConfiguration"),
        (b'<?xml version="1.0" encoding="klingon"?><userDataBase/>', "cannot be read"),
        (b"<userDataBase/>", "it has no user"),
        (database("<user/>"), "user 1: uid, email, firstName, lastName missing"),
        (database(least(email="")), "user 1 (n00ada01): email missing"),
        (database(least(), least("n00ADA01")), "user 2 (n00ADA01): that uid stands in user 1 already"),
        (database(least("jb07")), "uid has to be 5 to 64"),
        (database(least("a" * 65)), "uid has to be 5 to 64"),
        (database(least("ada berg")), "uid has to be 5 to 64"),
        (database(least(employeeType="z")), "employeeType has to be one of f x e n r d i s c g j v q; got 'z'"),
        (database(least(orgId="x" * 101)), "orgId longer than 100 characters"),
        (database(*["<user/>"] * 30), "and 20 more"),
    ],
)
def test_a_file_that_cannot_be_imported_is_told_with_its_place(content: bytes, told: str) -> None:
    with pytest.raises(ImportFileError, match=r"^userDataBase\.xml: ") as refused:
        users(content)
    assert told in str(refused.value)


@pytest.mark.parametrize("uid", ["jb007", "a" * 64, "JB007"])
def test_uids_of_the_mockup_are_kept_and_nothing_is_said_of_it(uid: str) -> None:
    (body,), report = users(database(least(uid)))
    assert (body["uid"], report) == (uid.lower(), "")


@pytest.mark.slow
def test_ten_megabytes_are_read_in_seconds() -> None:
    content = database(*(least(f"n00u{number:05}", userManager="x" * 900) for number in range(9000)))
    assert len(content) > 10_000_000
    assert len(users(content)[0]) == 9000


# Clients.

CLIENT = {
    "client_id": "Abc" * 37,
    "client_name": "My application",
    "redirect_uris": ["https://localhost:8080/cb", "https://app.ec.europa.eu/cb", "http://app.test/cb"],
    "post_logout_redirect_uris": ["https://app.ec.europa.eu/"],
    "grant_types": ["authorization_code", "implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer"],
    "response_types": ["code", "id_token"],
    "scope": "openid email offline profile",
    "subject_type": "public",
    "token_endpoint_auth_method": "client_secret_basic",
    "application_type": "web",
    "contacts": ["a@ec.europa.eu"],
    "id_token_signed_response_alg": "PS512",
    "client_type": "confidential",
    "default_acr_values": ["https://ecas.ec.europa.eu/loa/basic"],
    "default_id_token_max_age": 46800,
    "jwt_access_token_signed_response_alg": "PS256",
    "jwt_access_token_explicit_type": "at+jwt",
    "oauth_application_type": "x",
    "client_secret": "abc",
    "encrypted_client_secret": "abc",
    "encrypted_registration_access_token": "abc",
    "registration_client_uri": "https://ecas.ec.europa.eu/cas/oauth2/register/x",
    "jwks": None,
    "colour": "blue",
}


ALLOW = "if it is yours, add it to setting allowed_targets"


def clients(document: object, **rules: Any) -> tuple[list[dict[str, Any]], str]:
    report = Report()
    return read_clients("clients.json", document, report, **rules), "\n".join(report.lines())


def test_a_client_keeps_what_is_mocked() -> None:
    (body,), _ = clients([CLIENT])
    assert body == {
        "client_id": CLIENT["client_id"],
        "client_name": "My application",
        "redirect_uris": ["https://localhost:8080/cb", "http://app.test/cb"],
        "post_logout_redirect_uris": [],
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "scope": "openid email profile",
        "subject_type": "public",
        "token_endpoint_auth_method": "client_secret_basic",
        "application_type": "web",
        "contacts": ["a@ec.europa.eu.example"],
        "id_token_signed_response_alg": "PS512",
        "client_type": "confidential",
        "default_acr_values": ["https://ecas.ec.europa.eu/loa/basic"],
        "default_id_token_max_age": 46800,
        "jwt_access_token_explicit_type": "at+jwt",
    }


def test_what_of_a_client_is_left_is_listed() -> None:
    report = clients([CLIENT])[1]
    for line in (
        "client_secret - secrets are given anew, by --secrets",
        "encrypted_client_secret - it cannot be read back; secrets are given anew",
        "registration_client_uri - clients are registered by the control API, not by EU Login",
        "post_logout_redirect_uris https://app.ec.europa.eu/ - its host is none that a mock may lead to; " + ALLOW,
        "redirect_uris https://app.ec.europa.eu/cb - its host is none that a mock may lead to; " + ALLOW,
        "grant_types implicit - mocked are authorization_code, refresh_token",
        "jwt_access_token_signed_response_alg PS256 - mocked are PS512, RS256, ES256",
        "colour - it is not known here",
        "contacts - a mock knows no real address",
    ):
        assert f"  {line} (My application)" in report.splitlines()
    assert "jwks" not in report


def test_a_value_that_is_not_mocked_is_left_out_alone() -> None:
    (body,), report = clients([CLIENT | {"subject_type": "pairwise", "id_token_signed_response_alg": "HS256"}])
    assert {*clients([CLIENT])[0][0]} - {*body} == {"subject_type", "id_token_signed_response_alg"}
    assert "  subject_type pairwise - mocked are public (My application)" in report
    assert "  id_token_signed_response_alg HS256 - mocked are PS512, RS256, ES256 (My application)" in report


def test_an_address_of_a_native_app_stays() -> None:
    native = {
        "client_id": "abc",
        "redirect_uris": ["org.example.app:/back", "javascript"],
        "application_type": "native",
    }
    assert clients([native])[0][0]["redirect_uris"] == ["org.example.app:/back"]


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ([], "expected a list of clients"),
        ([CLIENT, {}], "client 2: expected its metadata in braces, with a client_id"),
        ([CLIENT, 5], "client 2: expected its metadata in braces"),
        ([{"client_id": 5}], "client 1: expected its metadata"),
        ([CLIENT, CLIENT], "client 2: that client_id stands there already"),
    ],
)
def test_clients_that_cannot_be_imported_are_told_with_their_place(document: object, told: str) -> None:
    with pytest.raises(ImportFileError, match=r"clients\.json: ") as refused:
        clients(document)
    assert told in str(refused.value)


@pytest.mark.parametrize("name", ["redirect_uris", "grant_types", "scope", "contacts", "jwks_uri", "client_name"])
def test_odd_values_break_nothing(name: str) -> None:
    for value in (5, {"a": 1}, ["x", 5, None], "\0" * 10_000, True):
        (body,), _ = clients([{"client_id": "abc", name: value}])
        assert body["client_id"] == "abc"


SIGNING = {"client_id": "signing", "token_endpoint_auth_method": "private_key_jwt"}


@pytest.mark.parametrize(
    ("client", "told"),
    [
        (SIGNING | {"jwks_uri": "https://app.ec.europa.eu/jwks"}, "as a whole: private_key_jwt needs either jwks"),
        ({"client_id": "a b"}, "client_id: String should match"),
        ({"client_id": "abc", "redirect_uris": 5}, "redirect_uris: Input should be a valid list; got 5"),
        ({"client_id": "abc", "jwks": {"keys": [{"kty": "RSA", "d": "hidden"}]}}, "jwks: write public keys only"),
    ],
)
def test_a_client_that_would_be_refused_is_left_aside_and_told(folder: Path, client: dict[str, Any], told: str) -> None:
    (folder / "oidc.json").write_text(json.dumps([client, {"client_id": "other"}]))
    (folder / "words.csv").write_text(f"client_id,secret\n{client['client_id']},word\n")
    found = read_files([folder / "oidc.json"], Given(secrets=folder / "words.csv"))
    report = "\n".join(found.report.lines())
    assert [each["client_id"] for each in found.clients] == ["other"]
    assert f"  client - it would be refused; {told}" in report
    assert "hidden" not in report


def test_what_is_left_aside_is_not_imported(world: World, there: list[str], folder: Path) -> None:
    (folder / "signing.json").write_text(json.dumps([SIGNING]))
    (folder / "other.json").write_text(json.dumps([{"client_id": "other"}]))
    assert run("signing.json", *there).output.startswith("Imported nothing into world")
    assert run("signing.json", "other.json", *there).output.startswith("Imported 1 client into")
    assert [client.client_id for client in world.clients.list()] == ["other"]


def test_addresses_that_would_be_refused_are_left_out() -> None:
    kept, native = "http://app.test/cb", "org.example.app:/back"
    told = {"client_id": "abc", "redirect_uris": [native, kept, "http://app.test/cb#here", native]}
    (body,), report = clients([told])
    assert f"  redirect_uris {native} - it does not start with http:// or https://" in report
    assert "  redirect_uris http://app.test/cb#here - it has a fragment" in report
    assert body["redirect_uris"] == [kept]


@pytest.mark.parametrize(
    ("client", "secret", "told"),
    [
        ({"client_type": "public"}, "geheim", "as a whole: a client of token_endpoint_auth_method none has no"),
        ({}, "geh\u00e9im", "client_secret: String should match"),
    ],
)
def test_a_secret_that_would_be_refused_is_told(folder: Path, client: dict[str, Any], secret: str, told: str) -> None:
    (folder / "oidc.json").write_text(json.dumps([{"client_id": "abc", **client}]))
    (folder / "words.csv").write_text(f"client_id,secret\nabc,{secret}\n", encoding="utf-8")
    with pytest.raises(ImportFileError, match=r"words\.csv: abc: ") as refused:
        read_files([folder / "oidc.json"], Given(secrets=folder / "words.csv"))
    assert told in str(refused.value)
    assert secret not in str(refused.value)


def test_what_is_not_mocked_widens_nothing_else() -> None:
    (body,), _ = clients([{"client_id": "abc", "grant_types": ["implicit"], "scope": "email offline email"}])
    assert (body["grant_types"], body["scope"]) == ([], "email email")


# Bringing in.


def test_people_of_a_table_come_in_with_their_own_passwords(world: World, there: list[str], folder: Path) -> None:
    (folder / "people.csv").write_text("first_name;last_name;groups;password\nAda;Berg;G1;Lantern 42!\n")
    done = run("people.csv", *there)
    assert done.exit_code == 0, done.output
    person = world.personas.list()[-1]
    assert (person.first_name, person.groups, person.password) == ("Ada", ["G1"], "Lantern 42!")


def test_people_without_uid_and_email_are_many_and_the_stage_of_a_file_stays(folder: Path) -> None:
    (folder / "people.json").write_text('[{"uid": null, "email": null}, {"uid": null, "stage": "invited"}]')
    (folder / "more.yaml").write_text("- {uid: null}\n- {first_name: Ada}\n")
    (folder / "words.csv").write_text("uid,password\n")
    given = Given(passwords=folder / "words.csv", stage="device_added")
    found = read_files([folder / "people.json", folder / "more.yaml"], given)
    assert [person.get("uid") for person in found.people] == [None] * 4
    assert [person["stage"] for person in found.people] == ["device_added", "invited", "device_added", "device_added"]


@pytest.mark.parametrize(
    ("given", "password"),
    [
        (Given(), "Own-word-1"),
        (Given(password="For-all-1"), "For-all-1"),
        (Given(password="For-all-1", passwords=Path("words.csv")), "By-table-1"),
    ],
)
def test_a_table_of_passwords_goes_before_one_for_all_before_the_file(
    folder: Path, given: Given, password: str
) -> None:
    (folder / "people.csv").write_text("uid,password\nn00ada01,Own-word-1\n")
    (folder / "words.csv").write_text("uid,password\nn00ada01,By-table-1\n")
    assert read_files([folder / "people.csv"], given).people[0]["password"] == password


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
def test_xml_is_known_and_read_in_every_encoding_that_it_has(folder: Path, encoding: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>'
    (folder / "users.xml").write_text(f"{head}<userDataBase>{least(lastName='Müller')}</userDataBase>", encoding)
    (person,) = read_files([folder / "users.xml"], Given()).people
    assert (person["uid"], person["last_name"]) == ("n00ada01", "Müller")


def test_secrets_are_given_anew_by_a_table_and_clients_told_apart_by_capital_letters(folder: Path) -> None:
    (folder / "oidc.json").write_text(json.dumps([CLIENT, {"client_id": "other"}]), encoding="utf-8")
    (folder / "more.json").write_text(json.dumps([{"client_id": "Other"}]), encoding="utf-8")
    (folder / "secrets.csv").write_text(f"client_id,secret\n{CLIENT['client_id']},word\n", encoding="utf-8")
    found = read_files([folder / "oidc.json", folder / "more.json"], Given(secrets=folder / "secrets.csv"))
    assert [client.get("client_secret") for client in found.clients] == ["word", None, None]


def test_clients_come_in_and_their_secrets_are_told(world: World, there: list[str], folder: Path) -> None:
    (folder / "oidc.json").write_text(json.dumps([CLIENT]), encoding="utf-8")
    done = run("oidc.json", *there, "--write-secrets", "secrets.csv")
    assert done.exit_code == 0, done.output
    (client,) = world.connection.send("GET", "/api/clients").json()["items"]
    (body,), _ = clients([CLIENT])
    assert {name: client[name] for name in body} == body
    (told,) = csv.DictReader(io.StringIO((folder / "secrets.csv").read_text(encoding="utf-8")))
    assert told == {name: client[name] for name in ("client_id", "client_name", "client_secret")}
    assert told["client_secret"] not in done.output


# The command.


def run(*arguments: str | Path) -> Result:
    return CliRunner(env={"EULOGIN_TOKEN": None}).invoke(main, ["import", *map(str, arguments)])


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def there(world: World) -> list[str]:
    """Options that lead to the test's world."""
    return ["--url", world.addresses.desk.partition("/w/")[0], "--world", world.name]


@pytest.fixture
def file(folder: Path) -> Path:
    file = folder / "userDataBase.xml"
    file.write_bytes(database(*(least(f"n00ada{number:02}") for number in range(3))))
    return file


def passwords_in(text: str) -> dict[str, str]:
    return {row["uid"]: row["password"] for row in csv.DictReader(io.StringIO(text))}


def test_users_come_in_and_their_passwords_are_told(world: World, there: list[str], file: Path) -> None:
    before = len(world.personas.list())
    done = run(file, *there)
    assert done.exit_code == 0, done.output
    people = world.personas.list()[before:]
    assert f"Imported 3 users into world {world.name}" in done.output
    told = passwords_in(done.output[done.output.index("uid,email") :])
    assert told == {person.uid: person.password for person in people}
    assert {person.stage for person in people} == {"registered"}


def test_a_script_of_the_mockup_signs_in_by_the_password_alone(world: World, there: list[str], file: Path) -> None:
    """It sends the page's own form twice, with user name and password, and wants the ticket in the answer."""
    assert run(file, *there, "--password", "Lantern 42!").exit_code == 0
    browser = Browser(world.addresses.idp).open("/cas/login?service=http://app.example/")
    browser.send(username="n00ada01").send(follow=False, password="Lantern 42!")
    assert browser.page.headers["Location"].startswith("http://app.example/?ticket=ST-")


def test_people_get_a_phone_where_it_is_wished(world: World, there: list[str], file: Path) -> None:
    run(file, *there, "--stage", "enrolled")
    assert {person.stage for person in world.personas.list() if person.uid.startswith("n00ada")} == {"enrolled"}


def test_passwords_go_to_a_file_of_their_owner(world: World, there: list[str], file: Path, folder: Path) -> None:
    kept = folder / "passwords.csv"
    kept.write_text("something longer than before\n" * 100, encoding="utf-8")
    kept.chmod(0o644)
    done = run(file, *there, "--write-passwords", kept)
    assert done.exit_code == 0, done.output
    told = passwords_in(kept.read_text(encoding="utf-8"))
    assert told == {person.uid: person.password for person in world.personas.list() if person.uid.startswith("n00ada")}
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert not any(password in done.output for password in told.values())


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffuid;password\r\nn00ada01;Own-word-1\r\n",
        "sep=;\nuid;password\nn00ada01;Own-word-1\n",
        "UID\temail\tPassword\n n00ada01 \t\tOwn-word-1\n",
        "uid,password\nn00ada01,Own-word-1\n".encode("utf-16"),
    ],
)
def test_a_table_gives_each_its_own_password(file: Path, folder: Path, text: str | bytes) -> None:
    (folder / "words.csv").write_bytes(text.encode() if isinstance(text, str) else text)
    found = read_files([file], Given(passwords=folder / "words.csv"))
    assert [person.get("password") for person in found.people] == [None, "Own-word-1", None]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "expected the header uid,password"),
        ("user,word\na,b\n", "expected the header uid,password"),
        ("uid,password\nn00ada01,\n", "line 2: expected uid and password"),
        ("uid,password\nn00ada01,a\nn00ada01,b\n", "line 3: n00ada01 stands there already"),
        ("uid,password\nnobody1,secret-x\n", "nobody1 is in none of the imported files"),
        ("uid,password\n" + "".join(f"u{n},x\n" for n in range(9)), "u4 and 4 more is in none"),
        ("uid,password\nn00ada01,secret-x,tail\n", "line 2: expected 2 cells as in the first line; got 3"),
        (f"uid,password,{'x' * 200_000}\nn00ada01,x\n", "line 1: expected cells"),
    ],
)
def test_a_wrong_table_is_told(file: Path, folder: Path, text: str, told: str) -> None:
    (folder / "words.csv").write_text(text)
    done = run(file, "--passwords", "words.csv", "--dry-run")
    assert (done.exit_code, told in done.stderr) == (1, True), done.output
    assert "secret-x" not in done.output


def test_all_come_in_or_none(world: World, there: list[str], file: Path, folder: Path) -> None:
    (folder / "oidc.json").write_text(json.dumps([CLIENT, {"client_id": "other"}]), encoding="utf-8")
    taken = world.personas.create("registered", uid="n00ada02")
    before = world.personas.list()
    done = run("oidc.json", file, *there)
    assert done.exit_code == 1
    assert "nothing was imported" in done.stderr
    assert "account.uid_taken" in done.stderr
    assert (world.personas.list(), world.clients.list()) == (before, [])
    world.personas.delete(taken.id)
    world.clients.create(client_id="other")
    assert "client.exists" in run("oidc.json", file, *there).stderr
    assert len(world.personas.list()) == len(before) - 1
    assert [client.client_id for client in world.clients.list()] == ["other"]


def test_a_dry_run_needs_no_mock_and_says_by_which_rules_it_read(file: Path, folder: Path) -> None:
    (folder / "oidc.json").write_text(json.dumps([CLIENT]), encoding="utf-8")
    done = run(file, "oidc.json", "--dry-run")
    assert done.exit_code == 0
    first, second, *_ = done.output.splitlines()
    assert first == "Read 3 users and 1 client by the built-in rules; nothing was imported (--dry-run)."
    assert second == "Name a mock by --url to read by its settings allowed_domains and allowed_targets."
    assert "encrypted_client_secret" in done.output


def test_a_dry_run_that_names_a_mock_reads_by_its_settings(world: World, there: list[str], folder: Path) -> None:
    (folder / "users.xml").write_bytes(database(least(email="a@hospital.eu"), least("n00bob01", email="b@b.eu")))
    (folder / "oidc.json").write_text(json.dumps([CLIENT]), encoding="utf-8")
    world.settings.change({"allowed_domains": ["hospital.eu"], "allowed_targets": ["ec.europa.eu"]})
    before = len(world.personas.list())
    told = run("users.xml", "oidc.json", *there, "--dry-run").output
    assert told.startswith(f"Read 2 users and 1 client by the settings of world {world.name} at {there[1]}; nothing")
    assert "b@b.eu is b@b.eu.example" in told
    assert not any(part in told for part in ("a@hospital.eu", "redirect_uris", "--url"))
    assert len(world.personas.list()) == before
    assert world.connection.send("GET", "/api/clients").json()["items"] == []


def test_odd_signs_reach_no_terminal(folder: Path) -> None:
    odd = {"client_id": "abc", "\ud800": 1, "a\n\x1b[2J": 1}
    (folder / "oidc.json").write_text(json.dumps([odd]), encoding="utf-8")
    lines = run("oidc.json", "--dry-run").output.splitlines()
    assert {rf"  {told} - it is not known here (abc)" for told in (r"\ud800", r"a\u000a\u001b[2J")} <= set(lines)


@pytest.mark.threat("A people file of a few lines stands for billions of values, or is a device that never ends")
@pytest.mark.parametrize(
    ("arguments", "told", "code"),
    [
        ([], "Missing argument 'FILES...'", 2),
        (["nothing.xml"], "does not exist", 2),
        (["userDataBase.xml", "--password", "a", "--passwords", "userDataBase.xml"], "not both", 2),
        (["userDataBase.xml", "--stage", "dreaming"], "'registered', 'enrolled'", 2),
        (["userDataBase.xml", "--url", "http://localhost:1"], "start it with `eulogin-harness serve`", 1),
        (["userDataBase.xml", "--url", "http://localhost:1", "--dry-run"], "start it with `eulogin-harness", 1),
        (["userDataBase.xml", "userDataBase.xml", "--dry-run"], "uid n00ada00 stands in userDataBase.xml already", 1),
        (["mail.yaml", "same.csv", "--dry-run"], "same.csv: email Ada@x.example stands in mail.yaml already", 1),
        (["one.json", "two.json", "--dry-run"], "two.json: client_id App stands in one.json already", 1),
        (["empty.xml", "--dry-run"], "empty.xml: it is empty", 1),
        (["other.json", "--dry-run"], "other.json: expected a list of people", 1),
        (["broken.json", "--dry-run"], "Expecting ',' delimiter in line 2", 1),
        (["odd.json", "--dry-run"], "cannot be read", 1),
        (["deep.json", "--dry-run"], "cannot be read", 1),
        (
            ["deep.yaml", "--dry-run"],
            "expected YAML; got lists or names more than 50 deep within each other in line 1",
            1,
        ),
        (["bomb.yaml", "--dry-run"], "got references that stand for more than 100,000 values in line 6; mend it", 1),
        (["/dev/zero", "--dry-run"], "zero: expected at most 0 MB; divide it", 1),
    ],
)
def test_wrong_use_is_told(
    file: Path, folder: Path, arguments: list[str], told: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "LARGEST", 1_000_000)
    for name, content in {
        "same.csv": b"email\nAda@x.example\n",
        "mail.yaml": b"- email: ada@X.example\n",
        "one.json": b'[{"client_id": "App"}]',
        "two.json": b'[{"client_id": "App"}]',
        "empty.xml": b" \n",
        "other.json": b'{"keys": []}',
        "broken.json": b'[{"client_id": "a"\n"b"]',
        "odd.json": b"[\xff]",
        "deep.json": b"[" * 100_000,
        "deep.yaml": b"[" * 60,
        "bomb.yaml": YAML_BOMB.encode(),
    }.items():
        (folder / name).write_bytes(content)
    done = run(*arguments)
    assert (done.exit_code, told in done.stderr.replace("\n", " ")) == (code, True), done.output


def test_a_world_or_folder_that_is_not_there_is_told(there: list[str], file: Path) -> None:
    for arguments, told in (
        (("--world", "green"), "got 'green', which is not there"),
        (("--write-passwords", "no/folder.csv"), "no/folder.csv cannot"),
    ):
        done = run(file, *there, *arguments)
        assert (done.exit_code, told in done.stderr.replace("\n", " ")) == (1, True), done.output


def test_a_file_too_large_is_not_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importer, "LARGEST", file.stat().st_size)
    assert len(read_files([file], Given()).people) == 3
    monkeypatch.setattr(importer, "LARGEST", file.stat().st_size - 1)
    with pytest.raises(ImportFileError, match="divide it"):
        read_files([file], Given())


@pytest.mark.slow
def test_a_thousand_users_come_in_within_seconds(world: World, there: list[str], folder: Path) -> None:
    (folder / "many.xml").write_bytes(database(*(least(f"n00u{number:05}") for number in range(1000))))
    done = run("many.xml", *there, "--write-passwords", "kept.csv")
    assert done.exit_code == 0, done.output
    assert len(passwords_in((folder / "kept.csv").read_text(encoding="utf-8"))) == 1000


def test_staff_comes_in_with_all_that_is_told_of_it(world: World, there: list[str], folder: Path) -> None:
    (folder / "userDataBase.xml").write_bytes(database(STAFF))
    done = run("userDataBase.xml", *there, "--password", "Lantern 42!")
    assert done.exit_code == 0, done.output
    person = world.personas.list()[-1].model_dump()
    (body,), _ = users(database(STAFF))
    assert {name: person[name] for name in body} == body
    assert person["password"] == "Lantern 42!"
    assert "Lantern" not in done.output
