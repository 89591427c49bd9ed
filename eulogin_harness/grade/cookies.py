"""Which of an application's cookies sign a browser in."""

from collections.abc import Callable
from typing import Any

from eulogin_harness.grade.outcomes import NotApplicable, Unsound
from eulogin_harness.grade.trial import Trial
from eulogin_harness.grade.visitor import Visitor

Cookie = dict[str, Any]


def check_cookies(trial: Trial, lacks: Callable[[Cookie], bool], what: str) -> None:
    """Raises Unsound where a cookie that signs a browser in lacks something; cookies of other use may. what: in words.

    Raises NotApplicable where the application sets no cookie.
    """
    cookies = all_cookies(trial.signed_in())
    if not cookies:
        raise NotApplicable("it keeps nobody signed in by a cookie")
    bare = [cookie for cookie in cookies if lacks(cookie)]
    if bare and _sign_in(trial, cookies, bare):
        names = ", ".join(sorted(cookie["name"] for cookie in bare))
        raise Unsound(f"signed in by a cookie {what}: {names}")


def all_cookies(visitor: Visitor) -> list[Cookie]:
    """The application's cookies, without `sameSite` where none was said: Playwright gives one then too."""
    session = visitor.context.new_cdp_session(visitor.page)
    every: list[Cookie] = session.send("Network.getAllCookies")["cookies"]
    said = {(cookie["name"], cookie["path"]): cookie.get("sameSite", "") for cookie in every}
    return [cookie | {"said": said.get((cookie["name"], cookie["path"]), "")} for cookie in visitor.cookies()]


def _sign_in(trial: Trial, cookies: list[Cookie], bare: list[Cookie]) -> bool:
    """Whether some of the cookies sign in by themselves, or are needed to be signed in."""
    others = [cookie for cookie in cookies if cookie not in bare]
    return _is_signed_in(trial, bare) or not _is_signed_in(trial, others)


def _is_signed_in(trial: Trial, cookies: list[Cookie]) -> bool:
    visitor = trial.visitor()
    visitor.take_cookies([{name: value for name, value in cookie.items() if name != "said"} for cookie in cookies])
    return bool(cookies) and visitor.look().signed_in
