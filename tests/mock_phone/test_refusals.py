"""Each refusal of the phone is asked for by its name in a test."""

from pathlib import Path

from mock_world.refusal import RefusalKind
from tools.reference import declared

TESTS = Path(__file__).parent


def test_every_refusal_is_named_by_a_test() -> None:
    texts = [file.read_text(encoding="utf-8") for file in TESTS.glob("test_*.py")]
    codes = {kind.code for kind in declared(RefusalKind)["mock_phone"]}
    assert len(codes) > 40
    assert {code for code in codes if not any(f'"{code}"' in text for text in texts)} == set()
