import pytest

from mock_world.domains import is_harmless, is_harmless_url, is_institution


@pytest.mark.parametrize(
    "domain",
    ["hospital.example", "example.com", "mail.example.org", "a.test", "x.invalid", "localhost", "A.EXAMPLE", "a.test."],
)
def test_reserved_domains_are_harmless(domain: str) -> None:
    assert is_harmless(domain)


@pytest.mark.parametrize(
    "domain",
    ["", ".", "example.eu", "myexample.com", "example.com.evil.eu", "test.eu", "ec.europa.eu"],
)
def test_other_domains_are_not(domain: str) -> None:
    assert not is_harmless(domain)


def test_a_setting_allows_more_domains_with_all_below_them() -> None:
    assert is_harmless("clinic.eu", ["clinic.eu"])
    assert is_harmless("mail.clinic.eu", ["clinic.eu"])
    assert not is_harmless("otherclinic.eu", ["clinic.eu"])


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("ec.europa.eu", True),
        ("europa.eu", True),
        ("EC.EUROPA.EU", True),
        ("institution.example", True),
        ("noteuropa.eu", False),
        ("europa.eu.example", False),
    ],
)
def test_institutions_are_known_by_their_domain(domain: str, expected: bool) -> None:
    assert is_institution(domain) == expected


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:8402/screen/home",
        "http://LOCALHOST/",
        "http://127.0.0.1:5000/",
        "http://[::1]:5000/",
        "https://app.example/login?next=%2F",
        "http://app.localhost/",
        "http://app.test/?mail=ada@hospital.example",
    ],
)
def test_harmless_addresses(url: str) -> None:
    assert is_harmless_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/screen/home",
        "//localhost/",
        "http:localhost",
        "http:///localhost",
        "javascript:alert(1)//localhost",
        "data:text/html,localhost",
        "ftp://localhost/",
        "https://evil.eu/",
        "http://localhost@evil.eu/",
        "http://user:secret@localhost/",
        "http://evil.eu\\@localhost/",
        "http://evil.eu\\.localhost/",
        "http://evil.eu#@localhost/",
        "http://evil.eu?@localhost/",
        "http://evil.eu/.localhost",
        "http://localhost.evil.eu/",
        "http://a..test/",
        "http://127.0.0.1.evil.eu/",
        "http://evil.eu%2f.localhost/",
        "http://evil.eu%00.localhost/",
        "http://evil.eu\uff0f.localhost/",
        "http://loc\talhost/",
        "http://local\r\nhost/",
        "http://localhost:0/",
        "http://localhost:80a/",
        "http://localhost:99999/",
        "http://[::1/",
        "http://0x7f000001/",
        "http://2130706433/",
    ],
)
def test_tricks_are_not_harmless(url: str) -> None:
    assert not is_harmless_url(url)


def test_a_setting_allows_more_addresses() -> None:
    assert is_harmless_url("https://cpms.clinic.eu/", ["clinic.eu"])
