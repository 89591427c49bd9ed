"""The keys of EU Login: each world's own, published, rotated."""

import json
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jws, jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import ECKey, KeySet, RSAKey

from mock_idp.oidc import keys
from mock_idp.oidc.keys import public_jwks, read_own, rotate, sign
from mock_idp.oidc.model import SigningKey
from mock_world import World, WorldSpec
from mock_world.server import Site
from tests.mock_idp.at_once import at_once
from tests.mock_idp.conftest import advance
from tests.mock_idp.oidc_machines import client_of

ALGS = ["PS512", "RS256", "ES256"]
CLAIMS = {"sub": "n00abcde", "exp": 1}
FAST = {"oidc.signing_alg": "ES256"}  # keys of this kind are made at once


@pytest.fixture
def fast(world: World) -> World:
    world.settings.change(FAST)
    return world


def header(token: str) -> dict[str, Any]:
    return dict(jws.extract_compact(token.encode()).headers())


def checked(world: World, token: str) -> dict[str, Any]:
    """The claims, as a client finds them by the published keys. Raises JoseError."""
    published: Any = public_jwks(world)
    return jwt.decode(token, KeySet.import_key_set(published), algorithms=ALGS).claims


def kids(world: World) -> list[str]:
    return [key["kid"] for key in public_jwks(world)["keys"]]


@pytest.mark.parametrize("alg", ALGS)
def test_what_is_signed_as_the_setting_says_is_checked_by_the_published_keys(world: World, alg: str) -> None:
    world.settings.change({"oidc.signing_alg": alg})
    token = sign(world, CLAIMS)
    (key,) = public_jwks(world)["keys"]
    assert header(token) == {"alg": alg, "kid": key["kid"], "typ": "JWT"}
    assert checked(world, token) == CLAIMS
    numbers = {"kty", "crv", "x", "y"} if alg == "ES256" else {"kty", "n", "e"}  # the public half alone
    assert (key["alg"], key["use"], key.keys()) == (alg, "sig", numbers | {"kid", "alg", "use"})


def test_keys_are_made_while_nobody_waits_for_the_database(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def generate(alg: str) -> ECKey:
        world.database.must_not_hold()
        made.append(alg)
        return ECKey.generate_key("P-256")

    monkeypatch.setattr(keys, "_generate", generate)
    world.settings.change({"oidc.signing_alg": "ES256"})
    first = sign(world, CLAIMS)
    rotate(world)
    assert header(sign(world, CLAIMS))["kid"] != header(first)["kid"]
    assert made == ["ES256", "ES256"]


def test_a_key_that_came_meanwhile_is_the_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.settings.change({"oidc.signing_alg": "ES256"})
    first: list[str] = []

    def generate(_: str) -> ECKey:
        if not first:
            first.append("")
            first.append(header(sign(world, CLAIMS))["kid"])
        return ECKey.generate_key("P-256")

    monkeypatch.setattr(keys, "_generate", generate)
    assert header(sign(world, CLAIMS))["kid"] == first[1]
    assert kids(world) == [first[1]]


def test_what_clients_are_registered_with_is_published_before_it_signs(world: World) -> None:
    client_of(world, id_token_signed_response_alg="ES256", jwt_access_token_signed_response_alg="RS256")
    assert {key["alg"] for key in public_jwks(world)["keys"]} == set(ALGS)


def test_an_alien_signature_bears_a_known_kid_and_fits_no_key(world: World) -> None:
    token = sign(world, CLAIMS, "ES256", alien=True)
    assert header(token)["kid"] in kids(world)
    with pytest.raises(BadSignatureError):
        checked(world, token)
    assert read_own(world, token) is None


def test_a_token_of_another_world_is_none_of_ours(site: Site, world: World) -> None:
    other = site.worlds.create()
    token = sign(other, CLAIMS, "ES256")
    assert read_own(other, token) == CLAIMS
    assert read_own(world, token) is None
    sign(world, CLAIMS, "ES256")
    assert read_own(world, token) is None
    site.worlds.delete(other.name)


def test_a_seed_repeats_the_names_of_keys_and_no_key(site: Site) -> None:
    worlds = [site.worlds.create(spec=WorldSpec(seed=7, settings=FAST)) for _ in range(2)]
    (one,), (other,) = (public_jwks(world)["keys"] for world in worlds)
    assert one["kid"] == other["kid"]
    assert one["x"] != other["x"]
    assert [read_own(worlds[0], sign(world, CLAIMS)) for world in worlds] == [CLAIMS, None]
    for world in worlds:
        site.worlds.delete(world.name)


def test_what_is_no_token_is_read_as_none(fast: World) -> None:
    odd = ["", "x", "a.b.c", "\u00e9.\u00e9.\u00e9", "\x00", "." * 10_000, "eyJhbGciOiJub25lIn0.e30."]
    assert [read_own(fast, token) for token in odd] == [None] * len(odd)
    sign(fast, CLAIMS)
    assert [read_own(fast, token) for token in odd] == [None] * len(odd)
    with fast.database.session() as db:
        key = ECKey.import_key(db.query(SigningKey).one().jwk)
    for payload in (b"[]", b"7", b"x"):  # claims that are no object
        token = jws.serialize_compact({"alg": "ES256", "kid": key.kid}, payload, key, algorithms=["ES256"])
        assert read_own(fast, token) is None


def test_new_keys_sign_and_old_ones_stay_published_while_their_tokens_live(fast: World) -> None:
    before = sign(fast, CLAIMS)
    (made,) = rotate(fast)
    after = sign(fast, CLAIMS)
    assert kids(fast)[0] == header(after)["kid"] == made.kid != header(before)["kid"]
    advance(fast, timedelta(seconds=299))
    assert checked(fast, before) == checked(fast, after) == CLAIMS
    advance(fast, timedelta(seconds=1))
    assert kids(fast) == [made.kid]
    assert read_own(fast, before) == CLAIMS  # an old ID token still says who signs out
    (event,) = fast.journal.events(types=["oidc.keys_rotated"])
    assert event.fields == {"keys": f"{made.kid} (ES256)"}


@pytest.mark.parametrize("longest", ["oidc.id_token_life", "oidc.access_token_life", "of a client"])
def test_the_longest_life_counts(fast: World, longest: str) -> None:
    if longest == "of a client":
        client_of(fast, default_id_token_max_age=600)
    else:
        fast.settings.change({longest: "PT10M"})
    sign(fast, CLAIMS)
    rotate(fast)
    advance(fast, timedelta(seconds=599))
    assert len(kids(fast)) == 2
    advance(fast, timedelta(seconds=1))
    assert len(kids(fast)) == 1


@pytest.mark.parametrize("seed", [None, 1])
def test_a_reset_keeps_the_keys_that_applications_hold(site: Site, fast: World, seed: int | None) -> None:
    old = public_jwks(fast)
    rotate(fast)
    held, drawn = public_jwks(fast)["keys"][0], set[str]()
    for _ in range(2):
        site.worlds.reset(fast, WorldSpec(seed=seed, settings=FAST))
        assert public_jwks(fast)["keys"] == [held]
        assert checked(fast, sign(fast, CLAIMS)) == CLAIMS
        drawn.add(fast.random.token(16))
    assert len(drawn) == (2 if seed is None else 1)  # a seed repeats what comes behind keys
    assert held not in old["keys"]


def test_new_keys_after_a_reset_have_names_of_their_own(site: Site, world: World) -> None:
    """Though a seed repeats what is drawn."""
    for _ in range(3):
        site.worlds.reset(world, WorldSpec(seed=1, settings=FAST))
        held, (made,) = kids(world), rotate(world)
        assert kids(world) == [made.kid, *held]
        assert made.kid not in held


def test_a_new_world_makes_no_key_and_a_rotation_one_of_every_algorithm_in_use(world: World) -> None:
    with world.database.session() as db:
        assert db.query(SigningKey).count() == 0
    (key,) = public_jwks(world)["keys"]
    assert (key["alg"], RSAKey.import_key(key).raw_value.key_size) == ("PS512", 2048)
    sign(world, CLAIMS, "ES256")
    assert sorted(key.alg for key in rotate(world)) == ["ES256", "PS512"]
    assert len(kids(world)) == 4


def test_a_rotation_makes_the_key_that_nobody_asked_for_yet(fast: World) -> None:
    assert [key.alg for key in rotate(fast)] == ["ES256"]


def test_two_at_the_same_instant_get_one_key(fast: World) -> None:
    assert len({*at_once(2, lambda: header(sign(fast, CLAIMS))["kid"])}) == 1


def test_no_key_is_in_the_journal(fast: World) -> None:
    sign(fast, CLAIMS)
    rotate(fast)
    with fast.database.session() as db:
        secrets = [key.jwk["d"] for key in db.query(SigningKey)]
    told = json.dumps([event.fields for event in fast.journal.events()])
    assert len(secrets) == 2
    assert not any(secret in told for secret in secrets)
