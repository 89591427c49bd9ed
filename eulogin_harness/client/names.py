"""Names that the mock knows, and fields of its calls, as types: made from the code by `make reference`."""

from datetime import datetime, timedelta
from typing import Any, Literal, Required, TypedDict

Stage = Literal[
    "invited",
    "registered",
    "device_added",
    "enrolled",
    "profile_complete",
    "access_requested",
    "access_approved",
    "access_rejected",
]
StageWithPin = Literal[
    "device_added", "enrolled", "profile_complete", "access_requested", "access_approved", "access_rejected"
]
EmployeeType = Literal["f", "x", "e", "n", "r", "d", "i", "s", "c", "g", "j", "v", "q"]
AssuranceLevel = Literal["TOP", "HIGH", "MEDIUM", "LOW", "NO_ASSURANCE", 40, 30, 20, 10, 0]
RequestState = Literal["draft", "submitted", "info_requested", "approved", "rejected", "withdrawn", "expired"]
Decision = Literal["approve", "reject", "ask"]
Strength = Literal["PASSWORD", "PASSWORD_MOBILE_APP", "PASSWORD_SOFTWARE_TOKEN", "MOBILE_APP", "PASSWORD_WEBAUTHN"]
AuthenticationLevel = Literal["BASIC", "MEDIUM", "HIGH"]
Profile = Literal["guide", "today"]
Biometrics = Literal["", "fingerprint", "face"]
SigningAlg = Literal["PS512", "RS256", "ES256"]
AuthMethod = Literal["client_secret_basic", "client_secret_jwt", "private_key_jwt", "none"]
GrantType = Literal["authorization_code", "refresh_token"]
PreparedWorldName = Literal[
    "access-rejected",
    "account-disabled",
    "account-locked",
    "algorithm",
    "assurance-level",
    "authority-not-trusted",
    "client-secret",
    "clock-moved",
    "clocks-differ",
    "code-verifier",
    "cookie-lost",
    "eid-second-account",
    "email-as-user",
    "fingerprint-missing",
    "fingerprint-wrong",
    "form-refused",
    "groups-not-asked",
    "guest-ended",
    "institution-address",
    "insufficient-level",
    "invalid-user",
    "issuer-wrong",
    "link-expired",
    "locked-out",
    "mail-missing",
    "namespace",
    "network-blocked",
    "nonce-lost",
    "not-yet-recognised",
    "old-mailbox",
    "other-users-factor",
    "panic",
    "password-rules",
    "phone-lost",
    "pin-forgotten",
    "pkce-missing",
    "proxy-callback-authority",
    "proxy-callback-page",
    "proxy-callback-plain-http",
    "proxy-callback-unanswered",
    "push-missing",
    "qr-invalid",
    "redirect-mismatch",
    "redirect-mismatch-token",
    "second-account",
    "second-factor-missing",
    "secret-in-body",
    "service-mismatch",
    "single-logout-off",
    "sms-only",
    "stage-access-approved",
    "stage-access-rejected",
    "stage-access-requested",
    "stage-device-added",
    "stage-enrolled",
    "stage-invited",
    "stage-profile-complete",
    "stage-registered",
    "state-lost",
    "unavailable",
    "unknown-user",
    "userinfo-off",
    "validation-address",
]
FaultName = Literal[
    "mail.late",
    "mail.lost",
    "mail.twice",
    "mail.bounced",
    "mail.spam",
    "link.expired",
    "link.eaten",
    "qr.hidden",
    "qr.foreign",
    "push.lost",
    "push.late",
    "push.twice",
    "phone.clock_wrong",
    "ticket.lost",
    "ticket.expired",
    "ticket.eaten",
    "ticket.wrong_service",
    "validation.slow",
    "validation.malformed",
    "validation.failed",
    "attributes.missing",
    "attributes.duplicate",
    "token.slow",
    "token.malformed",
    "token.wrong_issuer",
    "token.wrong_audience",
    "token.wrong_nonce",
    "token.wrong_signature",
    "token.expired",
    "token.too_large",
    "discovery.unreachable",
    "keys.unreachable",
    "keys.foreign",
    "keys.rotated",
    "eulogin.unavailable",
    "eulogin.slow",
    "eulogin.error",
    "eulogin.cut",
    "recognition.late",
    "cpms.unavailable",
    "helpdesk.silent",
]
SettingName = Literal[
    "password.min_length",
    "password.groups",
    "password.history",
    "password.min_age",
    "password.max_age",
    "password.warning",
    "link.tries",
    "link.requests",
    "lockout.tries",
    "lockout.time",
    "lockout.forget",
    "login_page.life",
    "redirect_page",
    "captcha",
    "dialect",
    "cas.default_level",
    "cas.password_strength",
    "link.life",
    "push.delay",
    "device.pin_tries",
    "device.max",
    "device.requests",
    "key.tries",
    "key.requests",
    "key.max",
    "qr.life",
    "challenge.life",
    "ticket.life",
    "login_request.life",
    "sso.life",
    "cas.services",
    "proxy.plain_http",
    "loop.tickets",
    "redeem.time",
    "oidc.clients",
    "oidc.pkce",
    "oidc.signing_alg",
    "oidc.userinfo",
    "oidc.code_life",
    "oidc.id_token_life",
    "oidc.access_token_life",
    "oidc.refresh_token_life",
    "phone.accounts",
    "helpdesk.hours",
    "helpdesk.time_zone",
    "helpdesk.automatic",
    "helpdesk.automatic_after",
    "helpdesk.automatic_reason",
    "guest.life",
    "cpms.profile",
    "cpms.directory",
    "cpms.patience",
    "cpms.sign_in",
    "mail.delay",
    "recognition.delay",
    "one_time_code",
    "protocol_time",
    "cpms.client_id",
    "cpms.client_secret",
    "cpms.single_logout",
    "back_channel.ca",
    "smtp",
    "allowed_domains",
    "allowed_targets",
    "allowed_hosts",
    "bundle.checkpoints",
    "worlds.limit",
    "worlds.ttl",
    "play.ttl",
    "journal.limit",
    "mail.limit",
    "journal.pages",
    "language",
    "desk.frames",
    "desk.public_url",
    "desk.internal_url",
    "idp.public_url",
    "idp.internal_url",
    "cpms.public_url",
    "cpms.internal_url",
    "phone.public_url",
    "phone.internal_url",
]
SettingValues = TypedDict(
    "SettingValues",
    {
        "password.min_length": int,
        "password.groups": int,
        "password.history": int,
        "password.min_age": timedelta | str,
        "password.max_age": timedelta | str,
        "password.warning": timedelta | str,
        "link.tries": int,
        "link.requests": int,
        "lockout.tries": int,
        "lockout.time": timedelta | str,
        "lockout.forget": timedelta | str,
        "login_page.life": timedelta | str,
        "redirect_page": bool,
        "captcha": bool,
        "dialect": Literal["eulogin", "cas"],
        "cas.default_level": AuthenticationLevel,
        "cas.password_strength": Literal["PASSWORD", "BASIC"],
        "link.life": timedelta | str,
        "push.delay": timedelta | str,
        "device.pin_tries": int,
        "device.max": int,
        "device.requests": int,
        "key.tries": int,
        "key.requests": int,
        "key.max": int,
        "qr.life": timedelta | str,
        "challenge.life": timedelta | str,
        "ticket.life": timedelta | str,
        "login_request.life": timedelta | str,
        "sso.life": timedelta | str,
        "cas.services": Literal["open", "registered"],
        "proxy.plain_http": bool,
        "loop.tickets": int,
        "redeem.time": timedelta | str,
        "oidc.clients": str,
        "oidc.pkce": Literal["required", "optional"],
        "oidc.signing_alg": SigningAlg,
        "oidc.userinfo": bool,
        "oidc.code_life": timedelta | str,
        "oidc.id_token_life": timedelta | str,
        "oidc.access_token_life": timedelta | str,
        "oidc.refresh_token_life": timedelta | str,
        "phone.accounts": Literal["several", "one"],
        "helpdesk.hours": int,
        "helpdesk.time_zone": str,
        "helpdesk.automatic": str,
        "helpdesk.automatic_after": timedelta | str,
        "helpdesk.automatic_reason": str,
        "guest.life": timedelta | str,
        "cpms.profile": str,
        "cpms.directory": str,
        "cpms.patience": timedelta | str,
        "cpms.sign_in": Literal["cas", "oidc"],
        "mail.delay": timedelta | str,
        "recognition.delay": timedelta | str,
        "one_time_code": Literal["eulogin", "totp"],
        "protocol_time": Literal["real", "world"],
        "cpms.client_id": str,
        "cpms.client_secret": str,
        "cpms.single_logout": bool,
        "back_channel.ca": str,
        "smtp": str,
        "allowed_domains": list[str],
        "allowed_targets": list[str],
        "allowed_hosts": list[str],
        "bundle.checkpoints": int,
        "worlds.limit": int,
        "worlds.ttl": timedelta | str,
        "play.ttl": timedelta | str,
        "journal.limit": int,
        "mail.limit": int,
        "journal.pages": bool,
        "language": str,
        "desk.frames": bool,
        "desk.public_url": str,
        "desk.internal_url": str,
        "idp.public_url": str,
        "idp.internal_url": str,
        "cpms.public_url": str,
        "cpms.internal_url": str,
        "phone.public_url": str,
        "phone.internal_url": str,
    },
    total=False,
)


class RegistrationLevelVersion(TypedDict, total=False):
    """One of somebody's levels."""

    level: Required[str]
    value: Required[str]


class RequestFields(TypedDict, total=False):
    """An access request that a person is to have."""

    network: Required[str]
    state: RequestState
    since: timedelta | str
    """How long ago it was submitted."""
    reason: str
    """Written with the last step: the comment of one that is submitted, none of a draft; a question and a rejection
    have an invented one."""
    guest_until: datetime | str | None
    """When access that is approved ends, in the future; of one that expired when it ended, not before `since`."""


class PersonaTemplate(TypedDict, total=False):
    """What may be said of people."""

    department_number: str | None
    employee_number: str | None
    domain_username: str | None
    """User name within `domain`; left out: the unique identifier."""
    telephone_number: str | None
    user_manager: str | None
    """Who leads the person; the real one looks like an LDAP name (`uid=...,ou=...,dc=...`)."""
    time_zone: str | None
    org_id: str | None
    teleworking_priority: str | None
    registration_level_versions: list[RegistrationLevelVersion] | None
    extended_attributes: dict[str, list[str]] | None
    """Values by the attribute's name."""
    uid: str | None
    """5 to 64 of a-z and 0-9; real ones have at least 7."""
    first_name: str | None
    last_name: str | None
    email: str | None
    password: str | None
    pin: str | None
    language: str
    domain: str
    """`external` for people who registered themselves, `eu.europa.ec` for the Commission's staff."""
    employee_type: EmployeeType
    """As EU Login codes it: `f` employee, `x` intramuros external, `e` extramuros external, `n` self-registered, `r`
    retired, `d` beneficiary, `i` other institution, `s` trainee, `c` direct contract, `g` guest, `j` job, `v` virtual,
    `q` XF statutory link."""
    assurance_level: AssuranceLevel
    groups: list[str]
    notifications: bool
    """Mails report changes of the account."""
    always_two_factors: bool
    """Always require multi-factor authentication; needs a stage with a phone that is ready."""
    disabled: bool
    """Disabled by administrators."""
    country: str | None
    hospital: str | None
    """Left out: one of the directory, in the country where one is given."""
    networks: list[str] | None
    """Networks ticked in the profile and asked for; left out: PaedCAN."""
    role: str | None
    helpdesk_for: list[str] | str
    """Networks, or one, whose helpdesk the person belongs to."""
    requests: list[RequestFields] | None
    """Access requests, one a network, in place of those of the stage. `country`, `hospital`, `role` and `networks`
    stand only where stage or requests mean a profile."""


class PersonaChanges(TypedDict, total=False):
    """What may be changed of a person."""

    department_number: str | None
    employee_number: str | None
    domain_username: str | None
    """User name within `domain`; left out: the unique identifier."""
    telephone_number: str | None
    user_manager: str | None
    """Who leads the person; the real one looks like an LDAP name (`uid=...,ou=...,dc=...`)."""
    time_zone: str | None
    org_id: str | None
    teleworking_priority: str | None
    registration_level_versions: list[RegistrationLevelVersion] | None
    extended_attributes: dict[str, list[str]] | None
    """Values by the attribute's name."""
    first_name: str | None
    last_name: str | None
    password: str | None
    language: str | None
    domain: str | None
    employee_type: EmployeeType | None
    assurance_level: AssuranceLevel | None
    groups: list[str] | None
    notifications: bool | None
    always_two_factors: bool | None
    """Switching it off is what only the support can do for somebody who lost the factor."""
    disabled: bool | None


class ServiceFields(TypedDict, total=False):
    """What a CAS service is registered with."""

    name: str
    least_assurance_level: AssuranceLevel
    authentication_level: AuthenticationLevel
    proxy: bool
    single_logout: bool


class ClientFields(TypedDict, total=False):
    """What a client of OpenID Connect may say."""

    client_name: str
    """How pages and phone call it; empty is its host."""
    redirect_uris: list[str]
    """Compared letter by letter; http(s), or a scheme of its own such as `org.example.app:/back` of a native client."""
    post_logout_redirect_uris: list[str]
    grant_types: list[GrantType]
    response_types: list[Literal["code"]]
    scope: str
    """What it may ask for."""
    claims: list[str]
    """Claims that it gets besides those of its scopes; groups come only so."""
    subject_type: Literal["public"]
    application_type: Literal["web", "native"]
    client_type: Literal["confidential", "public"] | None
    """Left out: public where it is native or its method is none, else confidential."""
    token_endpoint_auth_method: AuthMethod | None
    """Left out: none of a public client, else client_secret_basic. No other method counts."""
    jwks: dict[str, Any] | None
    """Public keys of a client that signs by `private_key_jwt`."""
    jwks_uri: str | None
    """Where these keys are, instead; read again at each request."""
    id_token_signed_response_alg: SigningAlg | None
    """Left out: setting `oidc.signing_alg`."""
    jwt_access_token_signed_response_alg: SigningAlg | None
    """Access tokens are JWT, signed so; left out: they are opaque."""
    jwt_access_token_explicit_type: str
    """`typ` of such a JWT."""
    default_acr_values: list[str]
    default_max_age: int | None
    """Seconds."""
    default_id_token_max_age: int | None
    """Seconds. Changes nothing: ID tokens live as setting `oidc.id_token_life` says."""
    require_auth_time: bool
    backchannel_logout_uri: str | None
    backchannel_logout_session_required: bool
    contacts: list[str]
    client_uri: str | None
    logo_uri: str | None
    policy_uri: str | None
    tos_uri: str | None
    software_id: str | None
    software_version: str | None
    client_id: str | None
    """Left out: 111 characters."""
    client_secret: str | None
    """Left out: made up, where the method needs one."""


class PhoneChanges(TypedDict, total=False):
    """Switches of a phone."""

    online: bool | None
    notifications: bool | None
    camera: bool | None
    screen_lock: bool | None
    biometrics: Biometrics | None
    """Empty: switched off, and what was enrolled is forgotten."""
    auto_approve: bool | None
    """The phone approves each request by itself."""
    clock_offset: timedelta | str | None
    """By how much its clock is wrong: `PT5M` is five minutes fast, `-PT5M` slow, ten years at most."""


class WorldFields(TypedDict, total=False):
    """How a world begins."""

    now: datetime | str | None
    """World time at its beginning, past included; left out: real time."""
    frozen: bool
    seed: int | None
    """Makes names, secrets and tickets repeatable."""
    profile: Profile | None
    settings: SettingValues


class LoadFields(TypedDict, total=False):
    """How a prepared world is loaded."""

    now: datetime | str | None
    """World time at its beginning."""
    frozen: bool | None
    seed: int | None
    profile: Profile | None
    settings: SettingValues
    """Beside those of the file, and before them."""


class GradeFields(TypedDict, total=False):
    """How an application is graded."""

    sign_in: str
    """Path or address of a page that asks for sign-in."""
    signed_in: str
    """How one sees who is signed in: `text:Hello`, `css:.user`, or `json:/api/me`."""
    sign_out: str
    """Path or address that signs out, or the words on its link or button."""
    return_to: str
    """Parameter of the sign-in page that holds the address to come back to."""
    staff_only: bool
    """The application is for staff, not for people who registered themselves."""
    only: list[str]
    """Names of checks, or beginnings of them such as `cas.`; empty: all."""
    skip: list[str]
    """Names of checks to leave out, or beginnings of them."""
    limit: float
    """Seconds of real time that each check may take."""
    known: dict[str, str]
    """Known findings, by name of the check, each with the reason why it stays: they do not count."""
    allowed_hosts: list[str]
    """Hosts that are yours and may be graded, beside loopback and reserved domains."""


class PersonaFields(PersonaTemplate, total=False):
    """What may be said of a person."""

    seed: int | None
    """The same seed invents the same person."""


class PersonaBody(PersonaFields, total=False):
    """A person for `create_all`: the fields and the stage."""

    stage: Stage
