"""Flaws of reading EU Login's answer about a ticket: each takes some answer for a success that is none."""

import re
import unicodedata
import xml.sax
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser
from xml.sax.handler import feature_external_ges

import requests
from defusedxml.ElementTree import fromstring

from examples.graded.cas_application import NAMESPACE, CasApplication

ANSWER_FLAWS: dict[str, type[CasApplication]] = {}
_USER = f"{NAMESPACE}user"


def flaw(name: str) -> Callable[[type[CasApplication]], type[CasApplication]]:
    """Declare an application to have a flaw; the name is that of the check that finds it."""

    def declare(kind: type[CasApplication]) -> type[CasApplication]:
        ANSWER_FLAWS[name] = kind
        return kind

    return declare


@flaw("cas.answer-failure")
class AsksOnlyForTheUser(CasApplication):
    """It does not look whether the answer is a success."""

    def read(self, content: bytes) -> dict[str, str]:
        return super().read(content.replace(b"authenticationFailure", b"authenticationSuccess"))


@flaw("cas.answer-failure-and-success")
class LooksForASuccess(CasApplication):
    """It looks for a success wherever it stands, and for nothing else."""

    def parse(self, content: bytes) -> Element:
        root = super().parse(content)
        success = root.find(f"{NAMESPACE}authenticationSuccess")
        if success is not None:
            root[:] = [success]
        return root


@flaw("cas.answer-empty")
class TakesNothingForAYes(CasApplication):
    """It finds nothing wrong in an empty answer."""

    def read(self, content: bytes) -> dict[str, str]:
        return super().read(content) if content else {"uid": "", "email": ""}


@flaw("cas.answer-page")
class LooksForTheAnswer(CasApplication):
    """It looks for an answer in whatever text comes."""

    def parse(self, content: bytes) -> Element:
        match = re.search(rb"<cas:serviceResponse.*</cas:serviceResponse>", content, re.DOTALL)
        return super().parse(match[0] if match else content)


@flaw("cas.answer-truncated")
class MendsTheAnswer(CasApplication):
    """It closes the elements that are open at the end of the answer."""

    def parse(self, content: bytes) -> Element:
        with suppress(ParseError):
            return super().parse(content)
        return super().parse(content + b"</cas:authenticationSuccess></cas:serviceResponse>")


@flaw("cas.answer-two-users")
class TakesTheLastUser(CasApplication):
    """Of several users it takes the last one."""

    def checked(self, success: Element) -> dict[str, str]:
        for user in success.findall(_USER)[:-1]:
            success.remove(user)
        return super().checked(success)


@flaw("cas.answer-empty-user")
class TakesNobodyForSomebody(CasApplication):
    """A success that names nobody is a success."""

    def checked(self, success: Element) -> dict[str, str]:
        if not success.findtext(_USER):
            return {"uid": "", "email": success.findtext(f"{NAMESPACE}email", "")}
        return super().checked(success)


@flaw("cas.answer-status")
class IgnoresTheStatus(CasApplication):
    """It reads the answer, whatever its status."""

    def check_status(self, answer: requests.Response) -> None:
        """Nothing is checked: where EU Login redirects, there is no text to read."""


@flaw("cas.answer-comment")
class ReadsUpToAComment(CasApplication):
    """Its parser makes a node of a comment, and it reads the text in front of that."""

    def parse(self, content: bytes) -> Element:
        if b"<!--" not in content:
            return super().parse(content)
        parser = XMLParser(target=TreeBuilder(insert_comments=True))  # noqa: S314 - the flaw
        parser.feed(content)
        root: Element = parser.close()
        return root


@flaw("cas.answer-namespace")
class IgnoresNamespaces(CasApplication):
    """It looks at the local names of elements alone."""

    def parse(self, content: bytes) -> Element:
        root = super().parse(content)
        for element in root.iter():
            element.tag = NAMESPACE + element.tag.rpartition("}")[2]
        return root


@flaw("cas.answer-entity")
class ExpandsEntities(CasApplication):
    """It expands the entities that the answer declares."""

    def parse(self, content: bytes) -> Element:
        if b"<!ENTITY" not in content:
            return super().parse(content)
        root: Element = fromstring(content, forbid_entities=False)
        return root


@flaw("cas.answer-external-entity")
class FetchesEntities(CasApplication):
    """Its parser fetches what the answer points to, before anything is checked."""

    def parse(self, content: bytes) -> Element:
        parser = xml.sax.make_parser()  # noqa: S317 - the flaw
        parser.setFeature(feature_external_ges, True)
        with suppress(xml.sax.SAXException, OSError):
            parser.parse(BytesIO(content))
        return super().parse(content)


@flaw("cas.answer-blanks")
class StripsTheUser(CasApplication):
    """It takes blanks around the user away."""

    def checked(self, success: Element) -> dict[str, str]:
        for user in success.findall(_USER):
            user.text = (user.text or "").strip()
        return super().checked(success)


@flaw("cas.answer-long-user")
class TakesAnyLength(CasApplication):
    """It takes users of any length."""

    longest = 10_000_000


@flaw("cas.answer-look-alike")
class TurnsLetters(CasApplication):
    """It turns the user's letters into those that look alike."""

    def checked(self, success: Element) -> dict[str, str]:
        for user in success.findall(_USER):
            user.text = unicodedata.normalize("NFKC", user.text or "")
        return super().checked(success)


@flaw("cas.answer-redirect")
class FollowsRedirects(CasApplication):
    """It believes the server to which EU Login sends it on."""

    def ask(self, address: str) -> requests.Response:
        return requests.get(address, timeout=self.patience, verify=self.ca or True)
