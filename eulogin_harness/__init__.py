"""A mock of EU Login with mailbox, phone and CPMS 2.0, as an end-to-end test harness: its public names.

harness = Harness("http://localhost:8400")
world = harness.worlds.create(frozen=True)
anna = world.personas.create("enrolled", language="fr")
world.clock.advance(minutes=5)
mail = world.mails.wait(to=anna.email)
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eulogin_harness.app_process import AppServer as AppServer
    from eulogin_harness.browser.camera import Camera as Camera
    from eulogin_harness.browser.cpms import Cpms as Cpms
    from eulogin_harness.browser.eu_login import EuLogin as EuLogin
    from eulogin_harness.browser.handset import Handset as Handset
    from eulogin_harness.browser.mailbox import Mailbox as Mailbox
    from eulogin_harness.browser.my_account import MyAccount as MyAccount
    from eulogin_harness.browser.pages import Pages as Pages
    from eulogin_harness.browser.screen import Screen as Screen
    from eulogin_harness.browser.security_key import SecurityKey as SecurityKey
    from eulogin_harness.client.clients import Clients as Clients
    from eulogin_harness.client.connection import ProblemError as ProblemError
    from eulogin_harness.client.events import Captchas as Captchas
    from eulogin_harness.client.events import Clock as Clock
    from eulogin_harness.client.events import Events as Events
    from eulogin_harness.client.events import Mails as Mails
    from eulogin_harness.client.faults import Faults as Faults
    from eulogin_harness.client.harness import Harness as Harness
    from eulogin_harness.client.harness import Settings as Settings
    from eulogin_harness.client.harness import World as World
    from eulogin_harness.client.harness import Worlds as Worlds
    from eulogin_harness.client.names import AssuranceLevel as AssuranceLevel
    from eulogin_harness.client.names import AuthenticationLevel as AuthenticationLevel
    from eulogin_harness.client.names import AuthMethod as AuthMethod
    from eulogin_harness.client.names import Biometrics as Biometrics
    from eulogin_harness.client.names import ClientFields as ClientFields
    from eulogin_harness.client.names import Decision as Decision
    from eulogin_harness.client.names import EmployeeType as EmployeeType
    from eulogin_harness.client.names import FaultName as FaultName
    from eulogin_harness.client.names import GrantType as GrantType
    from eulogin_harness.client.names import LoadFields as LoadFields
    from eulogin_harness.client.names import PersonaBody as PersonaBody
    from eulogin_harness.client.names import PersonaChanges as PersonaChanges
    from eulogin_harness.client.names import PersonaFields as PersonaFields
    from eulogin_harness.client.names import PersonaTemplate as PersonaTemplate
    from eulogin_harness.client.names import PhoneChanges as PhoneChanges
    from eulogin_harness.client.names import PreparedWorldName as PreparedWorldName
    from eulogin_harness.client.names import Profile as Profile
    from eulogin_harness.client.names import RegistrationLevelVersion as RegistrationLevelVersion
    from eulogin_harness.client.names import RequestFields as RequestFields
    from eulogin_harness.client.names import RequestState as RequestState
    from eulogin_harness.client.names import ServiceFields as ServiceFields
    from eulogin_harness.client.names import SettingName as SettingName
    from eulogin_harness.client.names import SettingValues as SettingValues
    from eulogin_harness.client.names import SigningAlg as SigningAlg
    from eulogin_harness.client.names import Stage as Stage
    from eulogin_harness.client.names import StageWithPin as StageWithPin
    from eulogin_harness.client.names import Strength as Strength
    from eulogin_harness.client.names import WorldFields as WorldFields
    from eulogin_harness.client.people import AccessRequests as AccessRequests
    from eulogin_harness.client.people import MakePersona as MakePersona
    from eulogin_harness.client.people import Personas as Personas
    from eulogin_harness.client.people import Services as Services
    from eulogin_harness.client.people import Session as Session
    from eulogin_harness.client.phones import Phone as Phone
    from eulogin_harness.client.phones import Phones as Phones
    from eulogin_harness.client.prepared_worlds import PreparedWorlds as PreparedWorlds
    from eulogin_harness.client.urls import CpmsUrls as CpmsUrls
    from eulogin_harness.client.urls import EuLoginUrls as EuLoginUrls
    from eulogin_harness.documents.clients import ClientAnswer as ClientAnswer
    from eulogin_harness.documents.events import Captcha as Captcha
    from eulogin_harness.documents.events import Event as Event
    from eulogin_harness.documents.events import Mail as Mail
    from eulogin_harness.documents.events import MailLink as MailLink
    from eulogin_harness.documents.faults import ArmedFault as ArmedFault
    from eulogin_harness.documents.people import AccessRequestAnswer as AccessRequestAnswer
    from eulogin_harness.documents.people import Persona as Persona
    from eulogin_harness.documents.people import PersonaWithPassword as PersonaWithPassword
    from eulogin_harness.documents.people import PersonaWithPin as PersonaWithPin
    from eulogin_harness.documents.people import ServiceAnswer as ServiceAnswer
    from eulogin_harness.documents.phones import PhoneAnswer as PhoneAnswer
    from eulogin_harness.documents.prepared_worlds import LoadedAnswer as LoadedAnswer
    from eulogin_harness.documents.prepared_worlds import PreparedWorldAnswer as PreparedWorldAnswer
    from eulogin_harness.documents.worlds import Addresses as Addresses
    from eulogin_harness.extras import ServerMissing as ServerMissing
    from eulogin_harness.importing.people_file import read_people as read_people
    from eulogin_harness.pytest_plugin.app_server import StartApp as StartApp
    from eulogin_harness.readiness import NotReady as NotReady

VERSION = "0.1.0"
__version__ = VERSION

# Imported when they are first asked for: the pytest plugin costs nothing where it is not used, and page objects alone
# need Playwright. A public name stands above, here, and in `public_names` of docs/reference/contract.yaml.
_NAMES = {
    "browser.camera": "Camera",
    "browser.cpms": "Cpms",
    "browser.eu_login": "EuLogin",
    "browser.handset": "Handset",
    "browser.mailbox": "Mailbox",
    "browser.my_account": "MyAccount",
    "browser.pages": "Pages",
    "browser.screen": "Screen",
    "browser.security_key": "SecurityKey",
    "client.clients": "Clients",
    "client.connection": "ProblemError",
    "client.events": "Captchas Clock Events Mails",
    "client.faults": "Faults",
    "client.harness": "Harness Settings World Worlds",
    "client.names": (
        "AssuranceLevel AuthenticationLevel AuthMethod Biometrics ClientFields Decision EmployeeType "
        "FaultName GrantType LoadFields PersonaBody PersonaChanges PersonaFields PersonaTemplate PhoneChanges "
        "PreparedWorldName Profile RegistrationLevelVersion RequestFields RequestState ServiceFields "
        "SettingName SettingValues SigningAlg Stage StageWithPin Strength WorldFields"
    ),
    "client.people": "AccessRequests MakePersona Personas Services Session",
    "client.phones": "Phone Phones",
    "client.prepared_worlds": "PreparedWorlds",
    "client.urls": "CpmsUrls EuLoginUrls",
    "documents.clients": "ClientAnswer",
    "documents.events": "Captcha Event Mail MailLink",
    "documents.faults": "ArmedFault",
    "documents.people": "AccessRequestAnswer Persona PersonaWithPassword PersonaWithPin ServiceAnswer",
    "documents.phones": "PhoneAnswer",
    "documents.prepared_worlds": "LoadedAnswer PreparedWorldAnswer",
    "documents.worlds": "Addresses",
    "extras": "ServerMissing",
    "importing.people_file": "read_people",
    "app_process": "AppServer",
    "pytest_plugin.app_server": "StartApp",
    "readiness": "NotReady",
}
_MODULES = {name: module for module, names in _NAMES.items() for name in names.split()}


if not TYPE_CHECKING:  # a type checker would take any name for one that is there

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES})
