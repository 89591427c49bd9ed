"""The keys of EU Login: each world's own, published, rotated."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
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
from tests.mock_idp.conftest import advance
from tests.mock_idp.oidc_machines import client_of

ALGS = ["PS512", "RS256", "ES256"]
CLAIMS = {"sub": "n00abcde", "exp": 1}


def header(token: str) -> dict[str, Any]:
    return dict(jws.extract_compact(token.encode()).headers())


def checked(world: World, token: str) -> dict[str, Any]:
    """The claims, as a client finds them by the published keys. Raises JoseError."""
    published: Any = public_jwks(world)
    return jwt.decode(token, KeySet.import_key_set(published), algorithms=ALGS).claims


def kids(world: World) -> list[str]:
    return [key["kid"] for key in public_jwks(world)["keys"]]


@pytest.mark.parametrize("alg", ALGS)
def test_what_is_signed_is_checked_by_the_published_keys(world: World, alg: str) -> None:
    token = sign(world, CLAIMS, alg, "at+jwt")
    assert header(token) == {"alg": alg, "kid": header(token)["kid"], "typ": "at+jwt"}
    assert checked(world, token) == CLAIMS


@pytest.mark.parametrize("alg", ALGS)
def test_the_setting_says_how_tokens_are_signed(world: World, alg: str) -> None:
    world.settings.change({"oidc.signing_alg": alg})
    token = sign(world, CLAIMS)
    assert (header(token)["alg"], header(token)["typ"]) == (alg, "JWT")
    key = public_jwks(world)["keys"][0]  # what some clients take unseen
    assert (key["alg"], key["use"], key["kid"]) == (alg, "sig", header(token)["kid"])


def test_ps512_by_2048_bits_is_the_default(world: World) -> None:
    key = public_jwks(world)["keys"][0]
    assert (key["alg"], RSAKey.import_key(key).raw_value.key_size) == ("PS512", 2048)


def test_keys_are_made_while_nobody_waits_for_the_database(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    really = keys._generate

    def generate(alg: str) -> RSAKey | ECKey:
        world.database.check_no_transaction()
        made.append(alg)
        return really(alg)

    monkeypatch.setattr(keys, "_generate", generate)
    world.settings.change({"oidc.signing_alg": "ES256"})
    first = sign(world, CLAIMS)
    rotate(world)
    assert header(sign(world, CLAIMS))["kid"] != header(first)["kid"]
    assert made == ["ES256", "PS512", "ES256"]


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
    assert kids(world)[0] == first[1]


@pytest.mark.parametrize("alg", ALGS)
def test_only_the_public_half_is_published(world: World, alg: str) -> None:
    sign(world, CLAIMS, alg)
    key = next(key for key in public_jwks(world)["keys"] if key["alg"] == alg)
    assert key.keys() == ({"kty", "crv", "x", "y"} if alg == "ES256" else {"kty", "n", "e"}) | {"kid", "alg", "use"}


def test_each_algorithm_has_a_key_before_it_signs_and_those_of_rsa_share_their_numbers(world: World) -> None:
    ps512, es256, rs256 = public_jwks(world)["keys"]
    assert [key["alg"] for key in (ps512, rs256, es256)] == ALGS
    assert len({key["kid"] for key in (ps512, rs256, es256)}) == 3
    assert ps512["n"] == rs256["n"]


@pytest.mark.parametrize("alg", ALGS)
def test_an_alien_signature_bears_a_known_kid_and_fits_no_key(world: World, alg: str) -> None:
    token = sign(world, CLAIMS, alg, alien=True)
    assert header(token)["kid"] in kids(world)
    with pytest.raises(BadSignatureError):
        checked(world, token)
    assert read_own(world, token) is None


def test_a_token_of_another_world_is_none_of_ours(site: Site, world: World) -> None:
    other = site.worlds.create()
    token = sign(other, CLAIMS)
    assert read_own(other, token) == CLAIMS
    assert read_own(world, token) is None
    sign(world, CLAIMS)
    assert read_own(world, token) is None
    site.worlds.delete(other.name)


def test_a_seed_repeats_the_names_of_keys_and_no_key(site: Site) -> None:
    worlds = [site.worlds.create(spec=WorldSpec(seed=7)) for _ in range(2)]
    one, other = (public_jwks(world)["keys"] for world in worlds)
    assert [key["kid"] for key in one] == [key["kid"] for key in other]
    assert one[0]["n"] != other[0]["n"]
    assert [read_own(worlds[0], sign(world, CLAIMS)) for world in worlds] == [CLAIMS, None]
    for world in worlds:
        site.worlds.delete(world.name)


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "\u00e9.\u00e9.\u00e9", "\x00", "." * 10_000, "eyJhbGciOiJub25lIn0.e30."]
)
def test_what_is_no_token_is_read_as_none(world: World, token: str) -> None:
    assert read_own(world, token) is None
    sign(world, CLAIMS)
    assert read_own(world, token) is None


def test_claims_that_are_no_object_are_read_as_none(world: World) -> None:
    sign(world, CLAIMS)
    with world.database.session() as db:
        key = RSAKey.import_key(db.query(SigningKey).one().jwk)
    for payload in (b"[]", b"7", b"x"):
        token = jws.serialize_compact({"alg": "PS512", "kid": key.kid}, payload, key, algorithms=["PS512"])
        assert read_own(world, token) is None


def test_new_keys_sign_and_old_ones_stay_published_while_their_tokens_live(world: World) -> None:
    before = sign(world, CLAIMS)
    made = {key.alg: key.kid for key in rotate(world)}
    assert [*made] == ALGS
    after = sign(world, CLAIMS)
    assert kids(world)[0] == header(after)["kid"] == made["PS512"] != header(before)["kid"]
    advance(world, timedelta(seconds=299))
    assert checked(world, before) == checked(world, after) == CLAIMS
    advance(world, timedelta(seconds=1))
    assert sorted(kids(world)) == sorted(made.values())
    assert read_own(world, before) == CLAIMS  # an old ID token still says who signs out
    (event,) = world.journal.events(types=["oidc.keys_rotated"])
    assert event.fields == {"keys": ", ".join(f"{kid} ({alg})" for alg, kid in made.items())}


@pytest.mark.parametrize("setting", ["oidc.id_token_life", "oidc.access_token_life"])
def test_the_longest_life_counts(world: World, setting: str) -> None:
    world.settings.change({setting: "PT10M"})
    sign(world, CLAIMS)
    rotate(world)
    advance(world, timedelta(seconds=599))
    assert len(kids(world)) == 4
    advance(world, timedelta(seconds=1))
    assert len(kids(world)) == 3


def test_a_clients_own_life_counts_too(world: World) -> None:
    client_of(world, default_id_token_max_age=3600)
    sign(world, CLAIMS)
    rotate(world)
    advance(world, timedelta(seconds=3599))
    assert len(kids(world)) == 4
    advance(world, timedelta(seconds=1))
    assert len(kids(world)) == 3


@pytest.mark.parametrize("seed", [None, 1])
def test_a_reset_keeps_the_keys_that_applications_hold(site: Site, world: World, seed: int | None) -> None:
    old = public_jwks(world)
    rotate(world)
    held, drawn = public_jwks(world)["keys"][:3], set[str]()
    for _ in range(2):
        site.worlds.reset(world, WorldSpec(seed=seed))
        assert public_jwks(world)["keys"] == held
        assert checked(world, sign(world, CLAIMS)) == CLAIMS
        drawn.add(world.random.token(16))
    assert len(drawn) == (2 if seed is None else 1)  # a seed repeats what comes behind keys
    assert held[0] not in old["keys"]


def test_new_keys_after_a_reset_have_names_of_their_own(site: Site, world: World) -> None:
    """Though a seed repeats what is drawn."""
    for _ in range(3):
        site.worlds.reset(world, WorldSpec(seed=1))
        held, made = kids(world), {key.kid for key in rotate(world)}
        assert (kids(world)[3:], set(kids(world)[:3])) == (held, made)
        assert made.isdisjoint(held)


def test_keys_that_nobody_asked_for_are_made_by_a_rotation(world: World) -> None:
    assert [key.alg for key in rotate(world)] == ALGS


def test_two_at_the_same_instant_get_one_key(world: World) -> None:
    start = Barrier(2)

    def first(_: int) -> str:
        start.wait()
        return str(header(sign(world, CLAIMS))["kid"])

    with ThreadPoolExecutor() as pool:
        assert len(set(pool.map(first, range(2)))) == 1


def test_a_new_world_makes_no_key(site: Site, world: World) -> None:
    began = time.perf_counter()
    other = site.worlds.create()
    assert time.perf_counter() - began < 5
    with other.database.session() as db:
        assert db.query(SigningKey).count() == 0
    site.worlds.delete(other.name)


def test_no_key_is_in_the_journal(world: World) -> None:
    sign(world, CLAIMS)
    rotate(world)
    with world.database.session() as db:
        secrets = [key.jwk["d"] for key in db.query(SigningKey)]
    told = json.dumps([event.fields for event in world.journal.events()])
    assert len(secrets) == 4
    assert not any(secret in told for secret in secrets)
