"""Signatures that the exchange accepts: over L1 actions by an API wallet, over user-signed actions by a master key.

No I/O. Keccak comes from the interpreter's OpenSSL where that has it and from pycryptodome elsewhere, the curve from
libsecp256k1 (coincurve) and, where that has no build, from eth-keys in plain Python. The scheme is EIP-712: section 9
of the protocol reference.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

import msgspec

from fadearena.hyperliquid.actions import Action, packed
from fadearena.hyperliquid.errors import HyperliquidError

Sign = Callable[[bytes], bytes]
"""A 32-byte digest to r, s and the recovery bit: 65 bytes."""

USER_SIGNED_CHAIN_ID = 421614
_CURVE_ORDER = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141
_ADDRESS_BYTES = 20
_HASH_OF_NOTHING = "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"


class SigningError(HyperliquidError):
    """Something that cannot be signed: no key, or content of the wrong shape. Never quotes the key."""


class Signature(msgspec.Struct, frozen=True):
    """As the exchange takes it: r and s as 0x hex, v is 27 or 28."""

    r: str
    s: str
    v: int


class Eip712Field(msgspec.Struct, frozen=True):
    """One field of a signed message: its Solidity type (string, address, bool, uint64, bytes32) and name."""

    type: str
    name: str


def _keccak() -> Callable[[bytes], bytes]:
    """The fastest Keccak-256 in reach that gives the known hash of nothing: OpenSSL's, else pycryptodome's."""
    for make in (_keccak_of_openssl, _keccak_without_checks):
        try:
            found = make()
            if found(b"").hex() == _HASH_OF_NOTHING:
                return found
        except (ValueError, TypeError):
            continue
    return _keccak_of_pycryptodome()


def _keccak_of_openssl() -> Callable[[bytes], bytes]:
    return lambda data: hashlib.new("KECCAK-256", data).digest()


def _keccak_without_checks() -> Callable[[bytes], bytes]:
    """pycryptodome's hash made past its checks of options, which cost a fifth of a hash of this size."""
    from Crypto.Hash import keccak  # noqa: PLC0415 - only where OpenSSL lacks it

    hash_type: Callable[[bytes, int, bool], Any] = type(keccak.new(digest_bits=256))
    return lambda data: hash_type(data, 32, False).digest()


def _keccak_of_pycryptodome() -> Callable[[bytes], bytes]:
    from Crypto.Hash import keccak  # noqa: PLC0415 - only where OpenSSL lacks it

    return lambda data: keccak.new(digest_bits=256, data=data).digest()


keccak256 = _keccak()


class PrivateKey:
    """A secp256k1 key that signs and never shows itself, not in a log, not in an error, not in a pickle.

    Args:
        text: 32 bytes as hex, with or without 0x.

    Raises SigningError.
    """

    __slots__ = ("_sign", "address")

    def __init__(self, text: str) -> None:
        secret = _secret(text)
        self._sign, public = _signer(secret)
        self.address = "0x" + keccak256(public)[-_ADDRESS_BYTES:].hex()

    def sign_digest(self, digest: bytes) -> Signature:
        """Signs 32 bytes, deterministically (RFC 6979). Raises SigningError for another length."""
        if len(digest) != 32:
            msg = f"a digest is 32 bytes, not {len(digest)}"
            raise SigningError(msg)
        raw = self._sign(digest)
        return Signature("0x" + raw[:32].hex(), "0x" + raw[32:64].hex(), raw[64] + 27)

    def __repr__(self) -> str:
        return f"PrivateKey(of {self.address})"

    def __reduce__(self) -> NoReturn:
        msg = "a private key does not leave its process"
        raise SigningError(msg)


def sign_l1_action(
    key: PrivateKey,
    action: Action,
    nonce: int,
    *,
    is_mainnet: bool,
    vault_address: str | None = None,
    expires_after: int | None = None,
) -> Signature:
    """Sign an action for trading.

    Args:
        action: in canonical key order (``actions``).
        nonce: milliseconds, unique for the key.
        vault_address: the sub-account or vault that is traded for.
        expires_after: milliseconds after which the exchange must refuse it.

    Raises SigningError.
    """
    return key.sign_digest(l1_digest(connection_id(action, nonce, vault_address, expires_after), is_mainnet=is_mainnet))


def connection_id(
    action: Action, nonce: int, vault_address: str | None = None, expires_after: int | None = None
) -> bytes:
    """The hash that stands for an action, its nonce, its account and its end. Raises SigningError."""
    try:
        data = packed(action) + nonce.to_bytes(8, "big")
        if vault_address is None:
            data += b"\x00"
        else:
            data += b"\x01" + _address(vault_address)
        if expires_after is not None:
            data += b"\x00" + expires_after.to_bytes(8, "big")
    except (OverflowError, TypeError) as error:
        msg = f"an action, nonce or end that cannot be hashed: {error}"
        raise SigningError(msg) from error
    return keccak256(data)


def l1_digest(connection: bytes, *, is_mainnet: bool) -> bytes:
    """The EIP-712 digest of the agent that stands for an action."""
    return keccak256((_MAINNET_AGENT if is_mainnet else _TESTNET_AGENT)(connection))


def sign_user_action(
    key: PrivateKey,
    primary_type: str,
    fields: Sequence[Eip712Field],
    message: Mapping[str, Any],
    *,
    chain_id: int = USER_SIGNED_CHAIN_ID,
) -> Signature:
    """Sign an action that only the master key may (section 9.3).

    Args:
        primary_type: such as ``HyperliquidTransaction:ApproveAgent``.
        fields: what is signed of the message, in order.

    Raises SigningError.
    """
    return key.sign_digest(user_digest(primary_type, fields, message, chain_id=chain_id))


def user_digest(
    primary_type: str,
    fields: Sequence[Eip712Field],
    message: Mapping[str, Any],
    *,
    chain_id: int = USER_SIGNED_CHAIN_ID,
) -> bytes:
    """The EIP-712 digest of a user-signed action. Raises SigningError."""
    separator = _domain_separator("HyperliquidSignTransaction", chain_id)
    described = ",".join(f"{field.type} {field.name}" for field in fields)
    try:
        values = b"".join(_word(field.type, message[field.name]) for field in fields)
    except (KeyError, AttributeError, OverflowError, TypeError, ValueError) as error:
        msg = f"{primary_type} without a usable field: {type(error).__name__} {error}"
        raise SigningError(msg) from error
    content = keccak256(keccak256(f"{primary_type}({described})".encode()) + values)
    return keccak256(b"\x19\x01" + separator + content)


def _word(kind: str, value: Any) -> bytes:
    """One value as EIP-712 encodes it: 32 bytes."""
    match kind:
        case "string":
            return keccak256(value.encode())
        case "address":
            return _address(value).rjust(32, b"\x00")
        case "bool":
            return int(bool(value)).to_bytes(32, "big")
        case "bytes32":
            return bytes(value).rjust(32, b"\x00")
        case _ if kind.startswith("uint"):
            return int(value).to_bytes(32, "big")
    msg = f"type {kind} is not used by the exchange"
    raise SigningError(msg)


def _domain_separator(name: str, chain_id: int) -> bytes:
    kind = keccak256(b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
    return keccak256(kind + keccak256(name.encode()) + keccak256(b"1") + chain_id.to_bytes(32, "big") + bytes(32))


def _agent(source: bytes) -> Callable[[bytes], bytes]:
    """Everything of an L1 digest that never changes, hashed once; what is left to fill in is the connection id."""
    head = b"\x19\x01" + _domain_separator("Exchange", 1337)
    agent = keccak256(b"Agent(string source,bytes32 connectionId)") + keccak256(source)
    return lambda connection: head + keccak256(agent + connection)


_MAINNET_AGENT = _agent(b"a")
_TESTNET_AGENT = _agent(b"b")


def _address(text: str) -> bytes:
    try:
        raw = bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        raw = b""
    if len(raw) != _ADDRESS_BYTES:
        msg = f"not an address: {text[:60]!r}"
        raise SigningError(msg)
    return raw


def _secret(text: str) -> bytes:
    try:
        secret = bytes.fromhex(text.strip().removeprefix("0x"))
    except ValueError:
        secret = b""
    if len(secret) != 32 or not 0 < int.from_bytes(secret, "big") < _CURVE_ORDER:
        msg = "a private key is 32 bytes of hex within the curve's order (it is not shown here)"
        raise SigningError(msg) from None
    return secret


def _signer(secret: bytes) -> tuple[Sign, bytes]:
    """How to sign with a key, and its public key (64 bytes)."""
    try:
        import coincurve  # noqa: PLC0415 - some interpreters have no build of it
    except ImportError:
        return plain_signer(secret)
    key = coincurve.PrivateKey(secret)
    sign = key.sign_recoverable
    return (lambda digest: sign(digest, hasher=None)), key.public_key.format(compressed=False)[1:]


def plain_signer(secret: bytes) -> tuple[Sign, bytes]:
    """The same in plain Python, for interpreters that coincurve has no build for: some hundred times slower."""
    from eth_keys.backends.native.main import NativeECCBackend  # noqa: PLC0415
    from eth_keys.main import KeyAPI  # noqa: PLC0415 - installed only where it is needed

    key = KeyAPI(NativeECCBackend).PrivateKey(secret)
    return (lambda digest: key.sign_msg_hash(digest).to_bytes()), key.public_key.to_bytes()
