"""Actor: a phone with the EU Login app. It needs nothing of EU Login but its HTTP interface."""

from mock_phone.app import create_app
from mock_phone.model import Biometrics, LinkedAccount, OpenRequest, PhoneSettings
from mock_phone.phone import Phone

__all__ = ["Biometrics", "LinkedAccount", "OpenRequest", "Phone", "PhoneSettings", "create_app"]
