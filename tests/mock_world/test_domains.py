import pytest

from mock_world.domains import is_harmless, is_harmless_url, is_institution


@pytest.mark.parametrize(
    ("domain", "harmless"),
    [
        *((name, True) for name in ("hospital.example", "example.com", "mail.example.org", "a.test", "x.invalid")),
        *((name, True) for name in ("localhost", "A.EXAMPLE", "a.test.")),
        *((name, False) for name in ("", ".", "example.eu", "myexample.com", "example.com.evil.eu", "ec.europa.eu")),
    ],
)
def test_reserved_domains_alone_are_harmless(domain: str, harmless: bool) -> None:
    assert is_harmless(domain) is harmless


def test_a_setting_allows_more_domains_with_all_below_them() -> None:
    assert is_harmless("clinic.eu", ["clinic.eu"])
    assert is_harmless("mail.clinic.eu", ["clinic.eu"])
    assert not is_harmless("otherclinic.eu", ["clinic.eu"])
    assert is_harmless_url("https://cpms.clinic.eu/", ["clinic.eu"])


def test_institutions_are_known_by_their_domain() -> None:
    assert all(map(is_institution, ("ec.europa.eu", "europa.eu", "EC.EUROPA.EU", "institution.example")))
    assert not any(map(is_institution, ("noteuropa.eu", "europa.eu.example")))


def test_harmless_addresses() -> None:
    for url in (
        "http://localhost:8402/screen/home",
        "http://LOCALHOST/",
        "http://127.0.0.1:5000/",
        "http://[::1]:5000/",
        "https://app.example/login?next=%2F",
        "http://app.test/?mail=ada@hospital.example",
    ):
        assert is_harmless_url(url), url


@pytest.mark.threat("An address passes for a harmless one by user name, blanks, dots or encoding")
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
