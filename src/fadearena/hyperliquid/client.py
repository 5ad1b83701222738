"""Questions to ``/info``: one typed method for each, within the budget, tried again where that can help.

All of them only read, so asking twice does no harm. Times are milliseconds, bounds of time ranges are inclusive,
wallets are accounts (never API wallets, which give empty answers). Requests: section 5 of the protocol reference.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import pairwise
from random import Random
from types import TracebackType
from typing import Any, TypeVar

import msgspec

from fadearena.hyperliquid.budget import WeightBudget
from fadearena.hyperliquid.endpoints import Endpoint
from fadearena.hyperliquid.errors import (
    HyperliquidError,
    MalformedMessageError,
    NotReachableError,
    RateLimitedError,
    RefusedError,
)
from fadearena.hyperliquid.messages import account, market, orders, queries
from fadearena.hyperliquid.messages.fills import Fill, TwapSliceFill
from fadearena.hyperliquid.messages.queries import Query, decode_answer
from fadearena.hyperliquid.oddities import Oddities
from fadearena.hyperliquid.transport import Http

Answer = TypeVar("Answer")

INFO_PATH = "/info"
STATUS_TOO_MANY = 429
STATUS_SERVER_FAULT = 500


class Patience(msgspec.Struct, frozen=True):
    """How long to try.

    Args:
        tries: at most so many requests for one answer.
        pause_min_ms, pause_max_ms: between tries, doubling, half of it by chance.
        budget_wait_max_ms: the longest wait for the budget before RateLimitedError.
        pages_max: the most pages that a walk through a history takes.
    """

    tries: int = 4
    pause_min_ms: int = 250
    pause_max_ms: int = 8_000
    budget_wait_max_ms: int = 180_000
    pages_max: int = 2_000


class FillPage(msgspec.Struct, frozen=True):
    """A part of a walk through fills, each fill once, ascending.

    Args:
        cut_at_ms: a millisecond whose fills fill a page; if it holds more, they cannot be had from the exchange.
    """

    fills: list[Fill]
    cut_at_ms: int | None = None


class InfoClient:
    """Asks one endpoint. Close it, or use it as a context.

    Args:
        budget: share one among all clients behind one address.
        urgent: use the part of the budget that is kept back.
        random: source of the jitter.
        now_ms, sleep: for tests in virtual time.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        budget: WeightBudget | None = None,
        *,
        patience: Patience | None = None,
        urgent: bool = False,
        random: Random | None = None,
        http: Http | None = None,
        oddities: Oddities | None = None,
        now_ms: Callable[[], int] = lambda: time.monotonic_ns() // 1_000_000,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.endpoint = endpoint
        self.oddities = oddities or Oddities()
        self._budget = budget or WeightBudget()
        self._patience = patience or Patience()
        self._urgent = urgent
        self._random = random or Random()  # noqa: S311 - jitter, not a secret
        self._http = http or Http(endpoint)
        self._now_ms = now_ms
        self._sleep = sleep

    def urgently(self) -> InfoClient:
        """The same client (connections, budget) for questions that cannot wait."""
        return InfoClient(
            self.endpoint,
            self._budget,
            patience=self._patience,
            urgent=True,
            random=self._random,
            http=self._http,
            oddities=self.oddities,
            now_ms=self._now_ms,
            sleep=self._sleep,
        )

    async def aclose(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> InfoClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def ask(self, query: Query[Answer], **fields: Any) -> Answer:
        """One answer; fields that are None are left out.

        Raises RateLimitedError, NotReachableError, RefusedError and MalformedMessageError.
        """
        content = {name: value for name, value in fields.items() if value is not None}
        body = msgspec.json.encode({"type": query.type, **content})
        raw = await self._fetch(query, body)
        answer = decode_answer(query, raw)
        if isinstance(answer, (list, tuple)):
            self._budget.spend(query.surcharge(len(answer)), self._now_ms())
        self.oddities.notice(query.type, raw, query.answer)
        return answer

    async def _fetch(self, query: Query[Any], body: bytes) -> bytes:
        for tries_left in range(self._patience.tries - 1, -1, -1):
            await self._wait_for_budget(query)
            try:
                return await self._post(body)
            except (NotReachableError, RateLimitedError, RefusedError) as error:
                if tries_left == 0 or not _may_help_to_retry(error):
                    raise
                await self._pause(self._patience.tries - 1 - tries_left)
        msg = "patience allows no try"
        raise NotReachableError(msg)

    async def _post(self, body: bytes) -> bytes:
        status, answer = await self._http.post(INFO_PATH, body)
        if status == STATUS_TOO_MANY:
            self._budget.refused(self._now_ms())
            msg = "the exchange answered 429: its weight for this address is used up"
            raise RateLimitedError(msg)
        if status != 200:
            raise RefusedError(status, answer)
        return answer

    async def _wait_for_budget(self, query: Query[Any]) -> None:
        waited = 0
        while wait := self._budget.wait_ms(query.weight, self._now_ms(), urgent=self._urgent):
            if waited + wait > self._patience.budget_wait_max_ms:
                most = self._patience.budget_wait_max_ms
                msg = f"{query.type} would wait {waited + wait} ms for weight, at most {most}"
                raise RateLimitedError(msg)
            await self._sleep(wait / 1000)
            waited += wait
        self._budget.spend(query.weight, self._now_ms())

    async def _pause(self, failures: int) -> None:
        most = min(self._patience.pause_max_ms, self._patience.pause_min_ms << failures)
        await self._sleep((most // 2 + self._random.randrange(most // 2 + 1)) / 1000)

    async def meta(self, dex: str | None = None) -> market.Meta:
        return await self.ask(queries.META, dex=dex)

    async def meta_and_asset_ctxs(self, dex: str | None = None) -> tuple[market.Meta, list[market.AssetCtx]]:
        return await self.ask(queries.META_AND_ASSET_CTXS, dex=dex)

    async def perp_dexs(self) -> list[market.PerpDex | None]:
        """None stands for the main dex."""
        return await self.ask(queries.PERP_DEXS)

    async def spot_meta(self) -> market.SpotMeta:
        return await self.ask(queries.SPOT_META)

    async def exchange_status(self) -> market.ExchangeStatus:
        return await self.ask(queries.EXCHANGE_STATUS)

    async def all_mids(self, dex: str | None = None) -> dict[str, str]:
        """Without a dex: main perpetuals and all spot pairs."""
        return await self.ask(queries.ALL_MIDS, dex=dex)

    async def l2_book(self, coin: str) -> market.L2Book | None:
        """None for an unknown coin."""
        return await self.ask(queries.L2_BOOK, coin=coin)

    async def recent_trades(self, coin: str) -> list[market.Trade]:
        """Newest first."""
        return await self.ask(queries.RECENT_TRADES, coin=coin)

    async def candle_snapshot(
        self, coin: str, interval: str, start_ms: int, end_ms: int | None = None
    ) -> list[market.Candle]:
        request = {"coin": coin, "interval": interval, "startTime": start_ms}
        if end_ms is not None:
            request["endTime"] = end_ms
        return await self.ask(queries.CANDLE_SNAPSHOT, req=request)

    async def funding_history(
        self, coin: str, start_ms: int, end_ms: int | None = None
    ) -> list[market.FundingHistoryRow]:
        return await self.ask(queries.FUNDING_HISTORY, coin=coin, startTime=start_ms, endTime=end_ms)

    async def clearinghouse_state(self, wallet: str, dex: str | None = None) -> account.ClearinghouseState:
        """Positions on one dex; those of builders are only shown for their dex."""
        return await self.ask(queries.CLEARINGHOUSE_STATE, user=wallet, dex=dex)

    async def spot_clearinghouse_state(self, wallet: str) -> account.SpotClearinghouseState:
        return await self.ask(queries.SPOT_CLEARINGHOUSE_STATE, user=wallet)

    async def user_abstraction(self, wallet: str) -> str:
        """How the account keeps its money: unifiedAccount, portfolioMargin, disabled, default or dexAbstraction."""
        return await self.ask(queries.USER_ABSTRACTION, user=wallet)

    async def user_fees(self, wallet: str) -> account.UserFees:
        return await self.ask(queries.USER_FEES, user=wallet)

    async def user_rate_limit(self, wallet: str) -> account.UserRateLimit:
        return await self.ask(queries.USER_RATE_LIMIT, user=wallet)

    async def portfolio(self, wallet: str) -> list[tuple[str, account.PortfolioPeriod]]:
        return await self.ask(queries.PORTFOLIO, user=wallet)

    async def user_role(self, wallet: str) -> account.UserRole:
        """Heavy (60): remember the answer."""
        return await self.ask(queries.USER_ROLE, user=wallet)

    async def sub_accounts(self, wallet: str) -> list[account.SubAccount]:
        return await self.ask(queries.SUB_ACCOUNTS, user=wallet) or []

    async def extra_agents(self, wallet: str) -> list[account.ExtraAgent]:
        return await self.ask(queries.EXTRA_AGENTS, user=wallet)

    async def active_asset_data(self, wallet: str, coin: str) -> account.ActiveAssetData:
        return await self.ask(queries.ACTIVE_ASSET_DATA, user=wallet, coin=coin)

    async def open_orders(self, wallet: str, dex: str | None = None) -> list[orders.OpenOrder]:
        """Hides what triggers are; reconcile with ``frontend_open_orders``."""
        return await self.ask(queries.OPEN_ORDERS, user=wallet, dex=dex)

    async def frontend_open_orders(self, wallet: str, dex: str | None = None) -> list[orders.FrontendOrder]:
        return await self.ask(queries.FRONTEND_OPEN_ORDERS, user=wallet, dex=dex)

    async def order_status(self, wallet: str, order: int | str) -> orders.OrderStatus:
        """By oid or cloid. "unknownOid" does not prove that nothing was executed: look at the fills as well."""
        return await self.ask(queries.ORDER_STATUS, user=wallet, oid=order)

    async def historical_orders(self, wallet: str) -> list[orders.OrderRecord]:
        return await self.ask(queries.HISTORICAL_ORDERS, user=wallet)

    async def user_funding(self, wallet: str, start_ms: int, end_ms: int | None = None) -> list[account.UserFundingRow]:
        return await self.ask(queries.USER_FUNDING, user=wallet, startTime=start_ms, endTime=end_ms)

    async def user_non_funding_ledger_updates(
        self, wallet: str, start_ms: int, end_ms: int | None = None
    ) -> list[account.LedgerUpdate]:
        return await self.ask(queries.LEDGER_UPDATES, user=wallet, startTime=start_ms, endTime=end_ms)

    async def user_fills(self, wallet: str) -> list[Fill]:
        """The newest 2000, newest first."""
        return await self.ask(queries.USER_FILLS, user=wallet)

    async def user_twap_slice_fills(self, wallet: str) -> list[TwapSliceFill]:
        return await self.ask(queries.USER_TWAP_SLICE_FILLS, user=wallet)

    async def user_twap_slice_fills_by_time(
        self, wallet: str, start_ms: int, end_ms: int | None = None
    ) -> list[TwapSliceFill]:
        """These are missing from ``user_fills_by_time``."""
        return await self.ask(queries.USER_TWAP_SLICE_FILLS_BY_TIME, user=wallet, startTime=start_ms, endTime=end_ms)

    async def user_fills_by_time(self, wallet: str, start_ms: int, end_ms: int | None = None) -> list[Fill]:
        """One page: at most 2000, ascending; fills of one millisecond are in the order of execution, keep it."""
        return await self.ask(queries.USER_FILLS_BY_TIME, user=wallet, startTime=start_ms, endTime=end_ms)

    async def all_user_fills(self, wallet: str, start_ms: int, end_ms: int) -> AsyncIterator[FillPage]:
        """Page by page, each fill once, ascending; see FillPage for what cannot be had (section 5.10).

        Raises MalformedMessageError where a page is not ascending, besides what ``ask`` raises.
        """
        seen: set[tuple[int | str, ...]] = set()
        for _ in range(self._patience.pages_max):
            page = await self.user_fills_by_time(wallet, start_ms, end_ms)
            if any(one.time > other.time for one, other in pairwise(page)):
                msg = "fills that are not in ascending order"
                raise MalformedMessageError(msg, f"{wallet} from {start_ms}")
            fresh = [fill for fill in page if fill.key not in seen]
            full = len(page) >= queries.USER_FILLS_BY_TIME.rows_max
            last_ms = page[-1].time if page else start_ms
            stuck = full and page[0].time == last_ms
            if fresh:
                yield FillPage(fresh, last_ms if stuck else None)
            if not full or (stuck and last_ms >= end_ms):
                return
            seen = {fill.key for fill in page if fill.time == last_ms}
            start_ms = last_ms + 1 if stuck else last_ms
        raise RefusedError(200, f"{self._patience.pages_max} pages of fills and no end")


def _may_help_to_retry(error: HyperliquidError) -> bool:
    return not isinstance(error, RefusedError) or error.status >= STATUS_SERVER_FAULT
