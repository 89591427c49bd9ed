"""Password rules and samples (guide, G06 and G07)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_idp.accounts import passwords
from mock_world import Refusal, World


def test_three_of_four_groups_and_eight_characters_suffice(world: World) -> None:
    for password in ("Abcdefg1", "ABCDEFG_1", "abcdefg1!", "Abcd efgh!", "        Aa1", "A" * 5_000 + "a1"):
        assert passwords.obeys(world, password), password


def test_shorter_or_plainer_passwords_are_refused_in_words(world: World) -> None:
    for password in ("", "Abcdef1", "abcdefgh", "ABCDEFGH1", "abcdefgh1", "ÄÖÜäöüßé1", "12345678!", "αβγδεζηθ1A"):  # noqa: RUF001
        with pytest.raises(Refusal, match="at least 8 characters from at least 3") as refused:
            passwords.check(world, password, person="a@b.example")
        assert refused.value.code == "password.too_weak"
        assert password == "" or password not in str(refused.value)


def test_the_profile_of_today_asks_for_ten_characters_of_all_groups(world: World) -> None:
    world.settings.use_profile("today")
    assert not passwords.obeys(world, "Abcdefgh1")
    assert passwords.obeys(world, "Abcdefgh1!")


def test_every_sample_obeys_the_rules(world: World) -> None:
    for length, groups in ((8, 3), (10, 4), (15, 1), (1, 4), (8, 0)):
        world.settings.change({"password.min_length": length, "password.groups": groups})
        assert all(passwords.obeys(world, passwords.sample(world)) for _ in range(100))


@given(st.text(max_size=60))
@settings(max_examples=20)
def test_any_password_is_recognised_by_its_hash_and_no_other_is(password: str) -> None:
    stored = passwords.hash_password(password)
    assert passwords.is_right(stored, password)
    assert not passwords.is_right(stored, password + "x")


def test_an_account_without_password_opens_with_none() -> None:
    assert not passwords.is_right(None, "")
