"""Archives whose bytes depend on what is in them alone."""

from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from eulogin_harness.guide.formats.archive import date_archive, write_archive

DAY = date(2026, 3, 2)


def _made(*names: str) -> BytesIO:
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, f"what {name} says")
    return made


def test_order_and_time_of_what_came_are_no_matter(tmp_path: Path) -> None:
    one = date_archive(_made("b.xml", "[Content_Types].xml", "a.xml"), tmp_path / "one.docx", DAY)
    other = date_archive(_made("a.xml", "b.xml", "[Content_Types].xml"), tmp_path / "other.docx", DAY)
    assert one.read_bytes() == other.read_bytes()
    with ZipFile(one) as archive:
        assert archive.namelist() == ["[Content_Types].xml", "a.xml", "b.xml"]
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 3, 2, 0, 0, 0)}
        assert archive.read("a.xml") == b"what a.xml says"


def test_what_is_compressed_already_is_stored_and_so_is_the_type(tmp_path: Path) -> None:
    entries = [("mimetype", b"application/epub+zip"), ("a.png", b"png"), ("a.xhtml", b"page")]
    with ZipFile(write_archive(tmp_path / "a.epub", entries, DAY)) as archive:
        kinds = [(entry.filename, entry.compress_type) for entry in archive.infolist()]
    assert kinds == [("mimetype", ZIP_STORED), ("a.png", ZIP_STORED), ("a.xhtml", ZIP_DEFLATED)]
