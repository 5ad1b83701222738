"""Access tokens: made here once, kept as a hash, checked and revoked.

A token is 256 random bits and leaves this module once, as text, when it is made. The database holds its SHA-256:
whoever reads the database can't come in with it. docs/adr/0003-token-hashes.md says why that is enough here.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from datetime import timedelta
from typing import Literal, cast

import msgspec

from fadearena.persistence.database import Database
from fadearena.persistence.readings import ms_of

TokenKind = Literal["access", "session", "login"]
"""``access``: a person's or a script's; ``session``: a browser's; ``login``: a link that is good for one use."""

TOKEN_BYTES = 32
TOKEN_LENGTH_MAX = 200
USED_EVERY = timedelta(minutes=1)
"""How exact "last used" is; a request more often than that writes nothing."""


class Token(msgspec.Struct, frozen=True):
    """A token that holds, without its secret. Times are milliseconds."""

    id: uuid.UUID
    kind: TokenKind
    created_ms: int
    expires_ms: int | None


class AccessTokens:
    """Makes, checks and revokes them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def new_token(self, kind: TokenKind, ttl_seconds: float | None = None) -> str:
        """A new token.

        Args:
            ttl_seconds: how long it holds; None: until revoked.

        Returns:
            The token itself. It cannot be had again.
        """
        token = secrets.token_urlsafe(TOKEN_BYTES)
        await self._database.execute(
            """
            INSERT INTO "AccessToken" ("id", "kind", "hash", "createdAt", "expiresAt")
            VALUES ($1, $2, $3, now(), now() + $4)
            """,
            uuid.uuid4(),
            kind,
            _hash(token),
            None if ttl_seconds is None else timedelta(seconds=ttl_seconds),
        )
        return token

    async def check_token(self, token: str, *kinds: TokenKind) -> Token | None:
        """The token where it holds and is of one of ``kinds`` (of any where none is named); None otherwise.

        A ``login`` token holds once: this call uses it up.
        """
        if not 0 < len(token) <= TOKEN_LENGTH_MAX:
            return None
        digest = _hash(token)
        row = await self._database.fetchrow(
            """
            SELECT *, "lastUsedAt" IS NULL OR "lastUsedAt" < now() - $2::interval AS "stale" FROM "AccessToken"
            WHERE "hash" = $1 AND "revokedAt" IS NULL AND ("expiresAt" IS NULL OR "expiresAt" > now())
            """,
            digest,
            USED_EVERY,
        )
        if row is None or not hmac.compare_digest(row["hash"], digest) or (kinds and row["kind"] not in kinds):
            return None
        if row["kind"] == "login" and not await self._use_up(row["id"]):
            return None
        if row["stale"]:
            await self._database.execute('UPDATE "AccessToken" SET "lastUsedAt" = now() WHERE "id" = $1', row["id"])
        expires = row["expiresAt"]
        kind = cast("TokenKind", row["kind"])
        return Token(row["id"], kind, ms_of(row["createdAt"]), None if expires is None else ms_of(expires))

    async def revoke(self, token: str) -> bool:
        """Ends a token; whether it held until now."""
        done = await self._database.execute(
            'UPDATE "AccessToken" SET "revokedAt" = now() WHERE "hash" = $1 AND "revokedAt" IS NULL', _hash(token)
        )
        return done == "UPDATE 1"

    async def revoke_all(self, *kinds: TokenKind) -> int:
        """Ends every token of the kinds named (of all where none is); how many held until now."""
        done = await self._database.execute(
            """
            UPDATE "AccessToken" SET "revokedAt" = now()
            WHERE "revokedAt" IS NULL AND (cardinality($1::text[]) = 0 OR "kind" = ANY($1))
            """,
            list(kinds),
        )
        return int(done.rpartition(" ")[2])

    async def has_token(self, kind: TokenKind) -> bool:
        """Whether any token of this kind holds."""
        found: bool = await self._database.fetchval(
            """
            SELECT EXISTS (SELECT FROM "AccessToken" WHERE "kind" = $1 AND "revokedAt" IS NULL
                           AND ("expiresAt" IS NULL OR "expiresAt" > now()))
            """,
            kind,
        )
        return found

    async def _use_up(self, token_id: uuid.UUID) -> bool:
        """Of two who come with the same link, one gets in."""
        done = await self._database.execute(
            'UPDATE "AccessToken" SET "revokedAt" = now() WHERE "id" = $1 AND "revokedAt" IS NULL',
            token_id,
        )
        return done == "UPDATE 1"


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
