"""Requests that nobody should make, drawn by Hypothesis from the links and forms that a crawl has found."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from hypothesis import strategies as st

from tools.fuzzing.browser import Answer, Browser, Fields, Target

_CURRENT = "(the token of the newest page)"
NASTY = (
    *(
        "",
        " ",
        "\x00",
        "a\x00b",
        "a" * 10_000,
        "\ud800",
        "\u202e\u05d0\u05d1",
        "\uffff",
        "\r\nX-Forged: yes",
        "\x1b[31m",
    ),
    *("<script>alert(1)</script>", "'\"><img src=x onerror=alert(1)>", "{{ 7 * 7 }}", "{0.__class__}", "%s%n", "%00"),
    *("0", "-1", "1e309", "NaN", "99999999999999999999999", "٣", "1.5", "true", "null", "[]", '{"a": [1]}'),
    *(
        "../../../etc/passwd",
        "..%5c",
        "//evil.example/",
        "https://evil.example/",
        "javascript:alert(1)",
        "data:text/html,x",
    ),
    *("2026-02-30", "2026-13-01T25:00", "9999-12-31T23:59", "0001-01-01T00:00", "PT-1S", "P9999999999D"),
    *(
        "ada@hospital.example",
        "a@b",
        "@",
        "a@" + "b" * 300 + ".example",
        "' OR 1=1 --",
        "ﬁ",
        "👩‍⚕️",
        "İ",
        "ß",
        "\u0301" * 50,
    ),
)
METHODS = ("GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FUZZ")
_HEADERS = (
    ("Accept-Language", "xx-" + "y" * 500),
    ("Accept-Language", "fr;q=oops, de;q=-1"),
    ("Accept", "application/json"),
    ("Accept", "\xff/\xfe;q=NaN"),
    ("Referer", "http://["),
    ("Origin", "null"),
    ("Origin", "http://evil.example"),
    ("Sec-Fetch-Site", "cross-site"),
    ("X-Request-ID", "\xe9" * 80),
    ("X-Correlation-ID", "signin-99999999999999999999"),
    ("User-Agent", "eulogin-harness/idp"),
    ("Authorization", "Basic \xff\xff"),
    ("Authorization", "Bearer " + "a" * 5000),
    ("If-None-Match", '"' + "x" * 300),
    ("If-Modified-Since", "yesterday"),
    ("Range", "bytes=5-1"),
    ("Content-Type", "application/json"),
    ("Content-Type", "multipart/form-data"),
    ("Content-Type", "text/plain; charset=nothing"),
    ("X-Forwarded-Host", "evil.example"),
)
_COOKIES = ("a=b", "\xe9=\xff", "x" * 4000, "=;=;=", "eulogin_idp_default=garbage; eulogin_cpms_default=.e30.")


@dataclass(frozen=True)
class Attempt:
    """A request that somebody makes. fields: of a form, where one is sent, as its enctype says."""

    who: int
    method: str
    url: str
    fields: Fields | None = None
    enctype: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    def sent_by(self, browser: Browser) -> Answer:
        """What comes of it; a form that has a token has one of the newest page."""
        if self.fields is None:
            return browser.send(self.method, self.url, None, dict(self.headers))
        token = browser.tokens.get(urlsplit(self.url).netloc, "")
        fields = [(name, token if value == _CURRENT else value) for name, value in self.fields]
        body, kind = _encoded(fields, self.enctype)
        return browser.send(self.method, self.url, body, {"Content-Type": kind} | dict(self.headers))

    def __str__(self) -> str:
        sent = f" {self.enctype} {self.fields}"[:500] if self.fields is not None else ""
        return f"{self.method} {self.url[:500]} {dict(self.headers)}{sent}"


TEXTS = st.one_of(st.sampled_from(NASTY), st.text(max_size=40), st.integers().map(str), st.datetimes().map(str))


@st.composite
def _fields(draw: st.DrawFn, fields: Fields, others: Fields) -> Fields:
    """The fields of a form, some of them changed, left out, or twice, and some of other forms."""
    sent: list[tuple[str, str]] = []
    for name, value in fields:
        fate = draw(st.integers(0, 9))
        if name == "csrf_token" and fate != 0:
            sent.append((name, _CURRENT))
        elif fate >= 3:  # noqa: PLR2004
            sent += [(name, draw(TEXTS) if fate >= 5 else value)] * (2 if fate == 9 else 1)  # noqa: PLR2004
    sent += draw(st.lists(st.tuples(st.sampled_from([name for name, _ in others] or ["x"]), TEXTS), max_size=2))
    return sent


@st.composite
def attempts(draw: st.DrawFn, found: Sequence[Sequence[Target]]) -> Attempt:
    """A request by one of the people to what was found, mostly of those that the person has found."""
    who = draw(st.integers(0, len(found) - 1))
    target = draw(st.sampled_from(found[draw(st.integers(0, len(found) - 1)) if draw(st.integers(0, 3)) == 0 else who]))
    other = draw(st.sampled_from(found[who]))
    method = draw(st.sampled_from(METHODS)) if draw(st.integers(0, 7)) == 0 else target.method
    parts, headers = urlsplit(target.url), dict(draw(st.lists(st.sampled_from(_HEADERS), max_size=1)))
    query: Fields = parse_qsl(parts.query, keep_blank_values=True)
    if target.method == "GET" or draw(st.integers(0, 3)) == 0:
        query = draw(_fields([*query, *(target.fields if target.method == "GET" else ())], other.fields))
    path = parts.path
    if draw(st.integers(0, 9)) == 0:
        head, _, _ = path.rpartition("/")
        path = f"{head}/{quote(draw(TEXTS), errors='surrogatepass')}"
    if draw(st.integers(0, 9)) == 0:
        headers["Cookie"] = draw(st.sampled_from(_COOKIES))
    is_sent = method not in {"GET", "HEAD"} and target.method != "GET"
    fields = draw(_fields(target.fields, other.fields)) if is_sent else None
    url = f"{parts.scheme}://{parts.netloc}{path}" + (f"?{_urlencoded(query)}" if query else "")
    return Attempt(who, method, url, fields, target.enctype, tuple(headers.items()))


def _encoded(fields: Fields, enctype: str) -> tuple[bytes, str]:
    """The body of a form and its media type."""
    if enctype != "multipart/form-data":
        return _urlencoded(fields).encode(), "application/x-www-form-urlencoded"
    part = '--fuzz\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n{}\r\n'
    parts = (part.format(name, '; filename="a.bin"' if len(value) % 2 else "", value) for name, value in fields)
    return "".join([*parts, "--fuzz--\r\n"]).encode(errors="surrogatepass"), "multipart/form-data; boundary=fuzz"


def _urlencoded(fields: Fields) -> str:
    return urlencode(list(fields), errors="surrogatepass")
