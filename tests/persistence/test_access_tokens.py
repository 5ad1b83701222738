"""Access tokens: kept as a hash, held to their kind and time, used up, revoked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio

from fadearena.persistence.access_tokens import AccessTokens
from fadearena.persistence.database import Database, Pool


@pytest_asyncio.fixture
async def tokens(database_url: str) -> AsyncIterator[AccessTokens]:
    database = Database(database_url)
    yield AccessTokens(database)
    await database.close()


async def test_a_new_token_holds_and_another_does_not(tokens: AccessTokens) -> None:
    token = await tokens.new_token("access")
    found = await tokens.check_token(token)
    assert found is not None
    assert (found.kind, found.expires_ms) == ("access", None)
    for wrong in ("", token[:-1], token + "x", token.swapcase(), "\udc80", "x" * 10_000):
        assert await tokens.check_token(wrong) is None


async def test_tokens_are_long_and_never_the_same(tokens: AccessTokens) -> None:
    made = {await tokens.new_token("session", 60) for _ in range(20)}
    assert len(made) == 20
    assert min(map(len, made)) >= 43


async def test_the_database_never_sees_the_token_itself(tokens: AccessTokens, pool: Pool) -> None:
    token = await tokens.new_token("access")
    row = await pool.fetchrow('SELECT * FROM "AccessToken"')
    assert len(row["hash"]) == 32
    assert token not in repr(dict(row))
    assert token.encode() not in row["hash"]


async def test_a_token_of_another_kind_is_refused(tokens: AccessTokens) -> None:
    token = await tokens.new_token("session", 60)
    assert await tokens.check_token(token, "access", "login") is None
    assert await tokens.check_token(token, "access", "session") is not None


async def test_a_token_ends_with_its_time(tokens: AccessTokens, pool: Pool) -> None:
    token = await tokens.new_token("session", 3600)
    found = await tokens.check_token(token)
    assert found is not None
    assert found.expires_ms == found.created_ms + 3_600_000
    await pool.execute("""UPDATE "AccessToken" SET "expiresAt" = now() - interval '1 millisecond'""")
    assert await tokens.check_token(token) is None
    assert not await tokens.has_token("session")


async def test_a_login_link_is_good_for_one_of_many_who_come_at_once(tokens: AccessTokens) -> None:
    token = await tokens.new_token("login", 600)
    answers = await asyncio.gather(*(tokens.check_token(token, "login") for _ in range(4)))
    assert sum(answer is not None for answer in answers) == 1
    assert await tokens.check_token(token) is None


async def test_a_revoked_token_never_holds_again(tokens: AccessTokens) -> None:
    token = await tokens.new_token("access")
    assert await tokens.revoke(token)
    assert not await tokens.revoke(token)
    assert await tokens.check_token(token) is None


async def test_all_tokens_of_a_kind_are_revoked_at_once(tokens: AccessTokens) -> None:
    sessions = [await tokens.new_token("session", 60) for _ in range(3)]
    access = await tokens.new_token("access")
    assert await tokens.revoke_all("session") == 3
    assert [await tokens.check_token(token) for token in sessions] == [None] * 3
    assert await tokens.check_token(access) is not None
    assert await tokens.revoke_all() == 1


async def test_last_use_is_written_at_most_once_a_minute(tokens: AccessTokens, pool: Pool) -> None:
    token = await tokens.new_token("access")
    assert await pool.fetchval('SELECT "lastUsedAt" FROM "AccessToken"') is None
    await tokens.check_token(token)
    first = await pool.fetchval('SELECT "lastUsedAt" FROM "AccessToken"')
    assert first is not None
    await tokens.check_token(token)
    assert await pool.fetchval('SELECT "lastUsedAt" FROM "AccessToken"') == first
