"""Signatures are those of the exchange's own library, byte for byte, and a key never shows itself."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fadearena.hyperliquid import signing
from fadearena.hyperliquid.actions import (
    OrderWire,
    cancel_action,
    cancel_by_cloid_action,
    noop_action,
    order_action,
    packed,
    update_leverage_action,
    wire_integer,
    wire_number,
)
from fadearena.hyperliquid.signing import (
    Eip712Field,
    PrivateKey,
    Signature,
    SigningError,
    connection_id,
    keccak256,
    plain_signer,
    sign_l1_action,
    sign_user_action,
)

PUBLIC_TEST_KEY = "0x" + "0123456789" * 6 + "0123"
ADDRESS = "0x14791697260e4c9a71f18484c9f997b308e59325"
DUMMY = {"type": "dummy", "num": 100000000000}
VECTORS_PATH = Path(__file__).resolve().parents[3] / "shared" / "hyperliquid" / "signing_vectors.json"
VECTORS: dict[str, Any] = json.loads(VECTORS_PATH.read_bytes()) if VECTORS_PATH.exists() else {}
needs_vectors = pytest.mark.skipif(not VECTORS, reason="no signing vectors at ../shared/hyperliquid")


def _named(kind: str) -> list[Any]:
    return [pytest.param(vector, id=vector["id"]) for vector in VECTORS.get(kind, [])]


def _numbers(kind: str) -> list[Any]:
    return [pytest.param(vector, id=str(vector["x"])) for vector in VECTORS.get(kind, [])]


@pytest.fixture(scope="module")
def key() -> PrivateKey:
    return PrivateKey(PUBLIC_TEST_KEY)


def test_the_public_test_key_has_its_address(key: PrivateKey) -> None:
    assert key.address == ADDRESS


def test_the_published_dummy_action_has_its_published_signature(key: PrivateKey) -> None:
    assert packed(DUMMY).hex() == "82a474797065a564756d6d79a36e756dcf000000174876e800"
    signature = sign_l1_action(key, DUMMY, 0, is_mainnet=True)
    assert signature == Signature(
        r="0x053749d5b30552aeb2fca34b530185976545bb22d0b3ce6f62e31be961a59298",
        s="0x755c40ba9bf05223521753995abb2f73ab3229be8ec921f350cb447e384d8ed8",
        v=27,
    )
    assert sign_l1_action(key, DUMMY, 0, is_mainnet=False).v == 28


def test_the_published_order_has_its_published_hash() -> None:
    order = OrderWire(asset=4, is_buy=True, price="1670.1", size="0.0147", reduce_only=False, tif="Ioc")
    hashed = connection_id(order_action([order]), 1677777606040)
    assert hashed.hex() == "0fcbeda5ae3c4950a548021552a4fea2226858c4453571bf3f24ba017eac2908"


def test_keccak_is_the_one_of_ethereum() -> None:
    assert keccak256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"


@given(st.binary(max_size=300))
def test_every_keccak_in_reach_gives_the_same_hash(data: bytes) -> None:
    expected = signing._keccak_of_pycryptodome()(data)
    assert keccak256(data) == expected
    assert signing._keccak_without_checks()(data) == expected


def test_the_vectors_are_all_there() -> None:
    if not VECTORS:
        pytest.skip("no signing vectors at ../shared/hyperliquid")
    counts = {kind: len(VECTORS[kind]) for kind in ("l1_actions", "l1_hash_only", "user_signed", "float_to_wire")}
    assert counts == {"l1_actions": 58, "l1_hash_only": 1, "user_signed": 24, "float_to_wire": 16}


@needs_vectors
@pytest.mark.parametrize("vector", _named("l1_actions"))
def test_every_l1_vector_is_met(vector: dict[str, Any], key: PrivateKey) -> None:
    action, nonce = vector["action"], vector["nonce"]
    vault, expires = vector["vaultAddress"], vector["expiresAfter"]
    assert packed(action).hex() == vector["msgpack_hex"]
    assert "0x" + connection_id(action, nonce, vault, expires).hex() == vector["connectionId"]
    signature = sign_l1_action(
        key, action, nonce, is_mainnet=vector["network"] == "mainnet", vault_address=vault, expires_after=expires
    )
    assert (signature.r, signature.s, signature.v) == (vector["r"], vector["s"], vector["v"])


@needs_vectors
@pytest.mark.parametrize("vector", _named("l1_hash_only"))
def test_every_hash_vector_is_met(vector: dict[str, Any]) -> None:
    hashed = connection_id(vector["action"], vector["nonce"], vector["vaultAddress"], vector["expiresAfter"])
    assert "0x" + hashed.hex() == vector["connectionId"]


@needs_vectors
@pytest.mark.parametrize("vector", _named("user_signed"))
def test_every_user_signed_vector_is_met(vector: dict[str, Any], key: PrivateKey) -> None:
    fields = [Eip712Field(field["type"], field["name"]) for field in vector["types"]]
    signature = sign_user_action(
        key, vector["primaryType"], fields, vector["message"], chain_id=vector["domainChainId"]
    )
    assert (signature.r, signature.s, signature.v) == (vector["r"], vector["s"], vector["v"])


@needs_vectors
@pytest.mark.parametrize("vector", _numbers("float_to_wire"))
def test_every_number_vector_is_met(vector: dict[str, Any]) -> None:
    number = Decimal(repr(vector["x"]))
    if vector.get("error"):
        with pytest.raises(ValueError, match="decimals"):
            wire_number(number)
    else:
        assert wire_number(number) == vector["wire"]


@needs_vectors
@pytest.mark.parametrize("vector", _numbers("float_to_int"))
def test_every_integer_vector_is_met(vector: dict[str, Any]) -> None:
    number = Decimal(repr(vector["x"]))
    if vector.get("error"):
        with pytest.raises(ValueError, match="decimals"):
            wire_integer(number, vector["power"])
    else:
        assert wire_integer(number, vector["power"]) == vector["int"]


@needs_vectors
def test_the_vectors_of_orders_are_what_our_builders_build() -> None:
    by_id = {vector["id"]: vector["action"] for vector in VECTORS["l1_actions"]}
    built = order_action([OrderWire(1, is_buy=True, price="100", size="100", reduce_only=False, tif="Gtc")])
    assert packed(built) == packed(by_id["order_gtc_mainnet"])


def test_actions_keep_the_documented_order_of_keys() -> None:
    order = OrderWire(7, is_buy=False, price="1.5", size="2", reduce_only=True, cloid="0x" + "0" * 31 + "1")
    assert list(order_action([order])) == ["type", "orders", "grouping"]
    assert list(order.content()) == ["a", "b", "p", "s", "r", "t", "c"]
    assert list(cancel_action([(1, 2)])["cancels"][0]) == ["a", "o"]
    assert list(cancel_by_cloid_action([(1, "0x")])["cancels"][0]) == ["asset", "cloid"]
    assert list(update_leverage_action(1, 5, is_cross=True)) == ["type", "asset", "isCross", "leverage"]
    assert noop_action() == {"type": "noop"}


def test_the_plain_signer_signs_the_same() -> None:
    pytest.importorskip("eth_keys")
    secret = bytes.fromhex(PUBLIC_TEST_KEY[2:])
    sign, public = plain_signer(secret)
    fast, fast_public = signing._signer(secret)
    assert public == fast_public
    for text in (b"one", b"two", b"three"):
        assert sign(keccak256(text)) == fast(keccak256(text))


@given(st.binary(min_size=32, max_size=32))
def test_a_signature_recovers_to_its_key(digest: bytes) -> None:
    coincurve = pytest.importorskip("coincurve")
    key = PrivateKey(PUBLIC_TEST_KEY)
    signature = key.sign_digest(digest)
    raw = bytes.fromhex(signature.r[2:] + signature.s[2:]) + bytes([signature.v - 27])
    public = coincurve.PublicKey.from_signature_and_message(raw, digest, hasher=None)
    assert keccak256(public.format(compressed=False)[1:])[-20:].hex() == ADDRESS[2:]


@pytest.mark.parametrize(
    "show", [repr, str, lambda key: f"{key}", lambda key: f"{[key]}", lambda key: str(vars(type(key)))]
)
def test_a_key_never_shows_itself(show: Callable[[PrivateKey], str], key: PrivateKey) -> None:
    assert "0123456789" not in show(key)


def test_a_key_is_not_copied_or_pickled(key: PrivateKey) -> None:
    for take in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(SigningError):
            take(key)


@pytest.mark.parametrize(
    "text", ["", "0x", "0x12", "secretsecret", "0x" + "00" * 32, "0x" + "ff" * 32, "0x" + "12" * 33]
)
def test_what_is_no_key_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(SigningError) as caught:
        PrivateKey(text)
    assert caught.value.__cause__ is None
    assert len(text) < 4 or text not in str(caught.value)


@pytest.mark.parametrize(
    ("nonce", "vault", "expires"), [(-1, None, None), (2**64, None, None), (0, "0x12", None), (0, None, -5)]
)
def test_what_cannot_be_hashed_is_refused(nonce: int, vault: str | None, expires: int | None) -> None:
    with pytest.raises(SigningError):
        connection_id(DUMMY, nonce, vault, expires)


def test_a_message_without_a_field_is_refused(key: PrivateKey) -> None:
    with pytest.raises(SigningError, match="amount"):
        sign_user_action(key, "HyperliquidTransaction:UsdSend", [Eip712Field("string", "amount")], {})
    with pytest.raises(SigningError, match="int8"):
        sign_user_action(key, "HyperliquidTransaction:UsdSend", [Eip712Field("int8", "amount")], {"amount": 1})
    with pytest.raises(SigningError, match="32 bytes"):
        key.sign_digest(b"short")


@pytest.mark.parametrize("text", ["NaN", "Infinity", "0.123456789", "1e-9"])
def test_numbers_that_the_wire_cannot_hold_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"decimals|finite"):
        wire_number(Decimal(text))
    with pytest.raises(ValueError, match=r"decimals|finite"):
        wire_integer(Decimal(text), 8)


def test_numbers_are_written_without_exponent_or_trailing_zeros() -> None:
    assert [wire_number(Decimal(text)) for text in ("100.0", "1E+3", "0.01470", "0.0", "1e-8")] == [
        *("100", "1000", "0.0147", "0", "0.00000001"),
    ]
