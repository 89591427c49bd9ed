"""What stands around the steps of every guide."""

from eulogin_harness.guide_text.catalogue import translated
from eulogin_harness.guide_text.content import Words
from mock_world.i18n import N_

_ENGLISH = {
    "contents": N_("Contents"),
    "chapter": N_("Chapter {number}"),
    "step": N_("Step {number}"),
    "note": N_("Note"),
    "search": N_("Search this guide"),
    "nothing_found": N_("No step has these words."),
    "needs": N_("What you need"),
    "troubles": N_("When something goes wrong"),
    "glossary": N_("Words used here"),
    "contact": N_("Questions"),
    "imprint": N_("About this guide"),
    "version": N_("Version {version}"),
    "back_to_contents": N_("Back to the contents"),
    "page": N_("Page {number} of {pages}"),
}


def words(language: str, version: str) -> Words:
    """The fixed texts in a language, in English where its catalogue lacks them."""
    said = {name: translated(text, language) or text for name, text in _ENGLISH.items()}
    return Words(**(said | {"version": said["version"].format(version=version)}))
