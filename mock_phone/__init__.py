"""Actor: a phone with the EU Login app. It needs nothing of EU Login but its HTTP interface."""

from mock_phone.app import create_app
from mock_phone.auto_approve import start_auto_approve
from mock_phone.model import Biometrics, LinkedAccount, OpenRequest, PhoneSettings
from mock_phone.phone import Phone
from mock_phone.qr_codes import EnrolmentCode, SignInCode

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
