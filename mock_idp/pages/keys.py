"""Pages of the security keys: list, adding, naming, deleting."""

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from wtforms import StringField

from mock_idp.account_management.key_deletion import delete_key
from mock_idp.factors.keys import adding, challenges, rules
from mock_idp.factors.keys.model import ADD, PENDING, TIMED_OUT, KeyChallenge, SecurityKey
from mock_idp.pages.browser import browser_token, requires_factor, requires_sign_in, the_account, waiting_sign_in
from mock_world import Refusal
from mock_world.i18n import N_
from mock_world.web import LONG_POLL, Page, current_world, go_to, number_of, translate
from mock_world.web.forms import PageForm

keys = Blueprint("keys", __name__, url_prefix="/cas/userdata")


class KeyForm(PageForm):
    keyName = StringField(  # noqa: N815 - the contract's name
        N_("Name of your security key"),
        description=N_("For example: Blue key, or My laptop"),
        render_kw={"autocomplete": "off", "maxlength": "50"},
    )


@keys.get("/manageMySecurityKeys.cgi")
@requires_sign_in
def manage() -> Page:
    security_keys = rules.keys_of(current_world(), the_account().uid)
    added = next((key for key in security_keys if str(key.id) == request.args.get("added")), None)
    return render_template("keys/security_keys.html", keys=security_keys, added=added, interrupted=waiting_sign_in())


@keys.route("/addMySecurityKey.cgi", methods=["GET", "POST"])
@requires_factor
def add() -> Page:
    """Add a security key: the name first; then, with `?key=`, what the browser asks the key."""
    if "key" in request.args:
        return _answered() if request.method == "POST" else _asking()
    form = KeyForm()
    if request.method == "GET":
        return render_template("keys/add_key.html", form=form)
    try:
        return _ask(form.keyName.data or "")
    except Refusal as refusal:
        return _name_page(form, refusal)


def _name_page(form: KeyForm, refusal: Refusal) -> str:
    form.refuse(refusal)
    return render_template("keys/add_key.html", form=form)


def _ask(name: str) -> Response:
    challenge = adding.start_adding(current_world(), the_account(), name=name, browser=browser_token())
    return go_to(url_for("keys.add", key=challenge.id))


def _the_challenge() -> KeyChallenge:
    """The challenge named in the address. Raises Refusal (key.challenge_unknown)."""
    return challenges.challenge_of(
        current_world(), request.args["key"], browser=browser_token(), purpose=ADD, uid=the_account().uid
    )


def _asking() -> Page:
    """The page of the browser's question; one that was answered leads back to the beginning."""
    challenge = _the_challenge()
    state = challenges.state_of(current_world(), challenge)
    if state in {PENDING, TIMED_OUT}:
        return _prompt_page(challenge, state)
    return go_to(url_for("keys.add"))


def _prompt_page(challenge: KeyChallenge, state: str, message: str = "") -> str:
    world = current_world()
    return render_template(
        "keys/key_prompt.html",
        challenge=challenge,
        state=state,
        message=message,
        options=adding.creation_options(world, the_account(), challenge) if state == PENDING else "",
    )


def _answered() -> Page:
    world, account, challenge = current_world(), the_account(), _the_challenge()
    try:
        if request.form.get("keyAction") == "again":
            return _ask(challenge.name)
        if problem := request.form.get("keyProblem"):
            raise challenges.give_up(world, account, challenge, problem)
        key = adding.add_key(world, account, challenge, request.form.get("credential", ""))
    except Refusal as refusal:
        if refusal.field:
            return _name_page(KeyForm(keyName=challenge.name), refusal)
        return _prompt_page(challenge, challenges.state_after(refusal), refusal.message(translate))
    return go_to(url_for("keys.manage", added=key.id))


@keys.get("/securityKeyState.cgi")
def state() -> Response:
    """Return whether the time of a challenge is over, held until it is, to the page whose browser asks a key."""
    world = current_world()
    challenge = challenges.challenge_of(world, request.args.get("key", ""), browser=browser_token())
    return jsonify(state=challenges.wait_for_lapse(world, challenge, LONG_POLL))


def _the_key() -> SecurityKey:
    """The key named in the address. Raises Refusal (key.unknown)."""
    return rules.key_of(current_world(), the_account().uid, number_of(request.args.get("key")))


@keys.route("/renameMySecurityKey.cgi", methods=["GET", "POST"])
@requires_factor
def rename() -> Page:
    key = _the_key()
    form = KeyForm(keyName=key.name)
    if request.method == "GET":
        return render_template("keys/rename_key.html", form=form)
    try:
        rules.rename_key(current_world(), the_account(), key, form.keyName.data or "")
    except Refusal as refusal:
        form.refuse(refusal)
        return render_template("keys/rename_key.html", form=form)
    return go_to(url_for("keys.manage"))


@keys.route("/deleteMySecurityKey.cgi", methods=["GET", "POST"])
@requires_factor
def delete() -> Page:
    """A key is a factor, so deleting it asks for one."""
    key = _the_key()
    if request.method == "GET":
        return render_template("keys/confirm_delete_key.html", key=key, message="")
    try:
        delete_key(current_world(), the_account(), key.id)
    except Refusal as refusal:
        message = refusal.message(translate)
        return render_template("keys/confirm_delete_key.html", key=key, message=message), refusal.kind.status
    return go_to(url_for("keys.manage"))
