"""Actor: a phone with the EU Login app. It needs nothing of EU Login but its HTTP interface."""

from typing import TYPE_CHECKING

from mock_phone.auto_approve import start_auto_approve
from mock_phone.model import Biometrics, LinkedAccount, OpenRequest, PhoneSettings
from mock_phone.phone import Phone
from mock_phone.qr_codes import EnrolmentCode, SignInCode

if TYPE_CHECKING:
    from flask import Flask

__all__ = [
    "Biometrics",
    "EnrolmentCode",
    "LinkedAccount",
    "OpenRequest",
    "Phone",
    "PhoneSettings",
    "SignInCode",
    "create_app",
    "start_auto_approve",
]


def create_app(token: str | None = None) -> "Flask":
    """The app of all phones, for all worlds of the process. With a `token`, pages demand it."""
    from mock_phone.app import create_app

    return create_app(token)
