"""Which folders hold what a guide is compared with."""

import json
from pathlib import Path

import pytest

from eulogin_harness.guide import building, structure
from eulogin_harness.guide.baseline import accept, baselines
from eulogin_harness.guide.output import put
from eulogin_harness.guide_text.errors import GuideError


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def build(folder: str, *, form: str = "markdown", path: str = "", language: str = "en", guide: str = "cpms") -> None:
    """Leave in a folder what a build leaves there, without pictures."""
    file = Path("built", path, structure.file_of(form))
    file.parent.mkdir(parents=True, exist_ok=True)
    made = structure.Structure(
        guide=guide, language=language, device="desktop", browser="chromium 1", texts={}, chapters=()
    )
    file.write_text(made.model_dump_json())
    put(Path("built"), Path(folder), {file.relative_to("built").as_posix(): form}, {"guide": guide})


def test_the_folder_in_docs_comes_first_then_that_of_builds() -> None:
    build("build/guides/cpms")
    assert [each.folder for each in baselines("cpms")] == [Path("build/guides/cpms")]
    build("docs/guide")
    assert [each.folder for each in baselines("cpms")] == [Path("docs/guide")]


def test_the_guide_in_docs_is_taken_for_its_own_name_alone() -> None:
    build("docs/guide", guide="other")
    build("build/guides/cpms")
    assert [each.folder for each in baselines("cpms")] == [Path("build/guides/cpms")]


@pytest.mark.parametrize("content", ["", "[]", "null", '{"guide": 7}'])
def test_a_folder_in_docs_that_is_not_ours_is_left_alone(content: str) -> None:
    Path("docs", "guide").mkdir(parents=True)
    Path("docs", "guide", "manifest.json").write_text(content)
    build("build/guides/cpms")
    assert [each.folder for each in baselines("cpms")] == [Path("build/guides/cpms")]


def test_each_language_is_compared_and_what_has_no_pictures_is_not() -> None:
    build("built-here/en", path="markdown")
    build("built-here/fr", path="markdown", language="fr")
    build("built-here/overview", form="overview")
    folders = {each.version.structure.language: each.folder for each in baselines("cpms", Path("built-here"))}
    assert folders == {"en": Path("built-here/en"), "fr": Path("built-here/fr")}


def test_what_is_accepted_stands_where_it_was_built() -> None:
    build("one")
    build("several/en", path="markdown")
    (one,), (several,) = baselines("cpms", Path("one")), baselines("cpms", Path("several"))
    assert one.plan.place("en", "desktop") == Path("one")
    assert several.plan.place("en", "desktop") == Path("several/en")
    assert (one.plan.by_format, several.plan.by_format) == (False, True)


def test_all_formats_of_a_folder_are_built_again() -> None:
    build("one")
    build("one", form="pictures")
    (one,) = baselines("cpms", Path("one"))
    assert one.plan.formats == ("markdown", "pictures")


def test_the_folder_of_another_guide_is_refused() -> None:
    build("other", guide="other")
    with pytest.raises(GuideError, match="expected other to hold the guide cpms, but it holds other"):
        baselines("cpms", Path("other"))


def test_a_structure_that_cannot_be_read_is_refused() -> None:
    build("one")
    file = Path("one") / structure.file_of("markdown")
    file.write_text(json.dumps({"guide": "cpms"}))
    with pytest.raises(GuideError, match=r"expected one/structure.markdown.json as it was built, but it is not"):
        baselines("cpms", Path("one"))


def test_a_folder_without_pictures_cannot_be_compared() -> None:
    build("one", form="overview")
    with pytest.raises(GuideError, match="expected a guide in one that was built before in the format markdown or"):
        baselines("cpms", Path("one"))


def build_overview(folder: str, *languages: str) -> None:
    """Leave in a folder the overview of a guide in these languages."""
    Path("built").mkdir(exist_ok=True)
    Path("built", "overview.html").write_text("<html>")
    columns = [[language, "desktop"] for language in languages]
    put(Path("built"), Path(folder), {"overview.html": "overview"}, {"guide": "cpms", "columns": columns})


@pytest.fixture
def accepted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], Path | None]]:
    """What is built when guides are accepted: languages in their order, and the folder of their overview."""
    calls: list[tuple[list[str], Path | None]] = []

    def build_all(plans: list[building.Plan], _progress: object, shared: Path | None) -> None:
        calls.append(([plan.languages[0] for plan in plans], shared))

    monkeypatch.setattr(building, "build_all", build_all)
    return calls


@pytest.mark.parametrize("columns", [("fr", "de"), ("de", "fr"), ("fr",)])
def test_an_overview_that_guides_share_is_accepted_with_them_in_its_order(
    accepted: list[tuple[list[str], Path | None]], columns: tuple[str, ...]
) -> None:
    for language in ("de", "fr"):
        build(f"here/{language}", path="markdown", language=language)
    build_overview("here/overview", *columns)
    accept(baselines("cpms", Path("here")), lambda _units, _word: None)
    assert accepted == [(sorted({"de", "fr"}, key=(*columns, "de").index), Path("here/overview"))]


def test_guides_without_an_overview_are_accepted_alone(accepted: list[tuple[list[str], Path | None]]) -> None:
    build("here/fr", path="markdown", language="fr")
    build("one")
    for folder in ("here", "one"):
        accept(baselines("cpms", Path(folder)), lambda _units, _word: None)
    assert accepted == [(["fr"], None), (["en"], None)]


def test_no_column_of_an_overview_is_lost(accepted: list[tuple[list[str], Path | None]]) -> None:
    build("here/fr", path="markdown", language="fr")
    build_overview("here/overview", "fr", "de")
    with pytest.raises(GuideError, match=r"expected a guide beside here/overview .* there is none for de, desktop; "):
        accept(baselines("cpms", Path("here")), lambda _units, _word: None)
    assert accepted == []
