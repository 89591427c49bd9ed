"""Mail that is made to stop the mailbox of everybody."""

import smtplib
import threading
from collections.abc import Callable
from email.message import EmailMessage

import pytest

from mock_world import Worlds, smtp_sink
from mock_world.mail_reading import MOST_BYTES, read_mail

Send = Callable[..., None]
BOUNDED = "Content-Type: multipart/mixed; boundary={0}\r\n\r\n--{0}\r\n"


@pytest.fixture
def send(worlds: Worlds) -> Send:
    """Sends a text as a mail, by a connection of its own."""

    def send(text: str, *to: str) -> None:
        world = worlds.get("default")
        host, port = world.post_office._sink()
        with smtplib.SMTP(host, port, timeout=30) as server:
            server.sendmail("app@hospital.example", to or ["ada@hospital.example"], text)

    return send


def nested(depth: int) -> str:
    return "".join(BOUNDED.format(f"b{level}") for level in range(depth)) + "\r\nhello\r\n"


@pytest.mark.threat("A mail with thousands of header parameters keeps the mailbox busy for half a minute")
@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Content-Type: text/plain" + "; a=b" * 60 + "\r\n\r\nhi", "at most 50 parameters; got 60"),
        (
            BOUNDED.format("b") + "Content-Disposition: inline" + "; a=b" * 60 + "\r\n\r\nhi\r\n--b--",
            "at most 50 parameters; got 60",
        ),
        (
            "Content-Type: message/rfc822\r\n\r\nContent-Type: text/plain" + "; a=b" * 60 + "\r\n\r\nhi",
            "at most 50 parameters",
        ),
        ("Content-Type: text/plain; a=" + "(a)\r\n " * 800 + "\r\n\r\nhi", "at most 2048 characters; got 4"),
        ("".join(f"X-{number}: {'a' * 900}\r\n" for number in range(100)) + "\r\nhi", "headers of at most 65536"),
        (BOUNDED.format("b") + "\r\nhi\r\n--b\r\n" * 101, "at most 100 parts"),
        (nested(12), "at most 10 deep"),
        ("From: " + "(((((((((((\r\n " * 400 + "\r\n\r\nhi", "cannot be read; mend its headers"),
    ],
)
def test_a_mail_beyond_a_limit_is_refused_with_the_limit(send: Send, worlds: Worlds, text: str, problem: str) -> None:
    with pytest.raises(smtplib.SMTPDataError, match=problem):
        send(text)
    assert worlds.get("default").mailbox.mails() == []


@pytest.mark.threat("A mail of hundreds of megabytes, or one to thousands of receivers, fills the memory")
def test_a_mail_that_is_too_large_or_has_too_many_receivers_is_refused(send: Send) -> None:
    with pytest.raises(smtplib.SMTPSenderRefused, match=f"at most {MOST_BYTES} bytes; got more; send a smaller one"):
        send("\r\nhello\r\n" + ("a" * 98 + "\r\n") * (MOST_BYTES // 100 + 1))
    with pytest.raises(smtplib.SMTPDataError, match="at most 100 receivers; got 101; send it to fewer at a time"):
        send("\r\nhi", *(f"p{number}@hospital.example" for number in range(101)))


@pytest.mark.threat("A mail that takes long to read holds up the mails of everybody else")
def test_while_one_mail_is_read_another_ones_arrives(
    send: Send, worlds: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, go_on = threading.Event(), threading.Event()

    def slowly(source: bytes) -> EmailMessage:
        if b"Subject: Slow" in source:
            reading.set()
            assert go_on.wait(5)
        return read_mail(source)

    monkeypatch.setattr(smtp_sink, "read_mail", slowly)
    mailbox = worlds.get("default").mailbox
    slow = threading.Thread(target=send, args=("Subject: Slow\r\n\r\nhi",))
    slow.start()
    assert reading.wait(5)
    send("Subject: Quick\r\n\r\nhi", "bob@hospital.example")
    assert [mail.subject for mail in mailbox.mails()] == ["Quick"]
    go_on.set()
    slow.join()
    assert [mail.subject for mail in mailbox.mails()] == ["Quick", "Slow"]


def test_a_mail_of_usual_size_arrives_with_its_parts(send: Send, worlds: Worlds) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["To"] = "Report", ", ".join(f"person{number}@hospital.example" for number in range(90))
    mail.set_content("See attached.")
    for number in range(20):
        mail.add_attachment(b"x" * 50_000, maintype="application", subtype="pdf", filename=f"{number}.pdf")
    send(mail.as_string())
    assert [found.text for found in worlds.get("default").mailbox.mails()] == ["See attached."]
