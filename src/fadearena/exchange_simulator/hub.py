"""All sockets of the exchange: who is subscribed to what, and what one address may have.

Limits and error texts: sections 3.1 and 10. Where the reference gives no text for a refusal, it is in plain words here.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable

import msgspec

from fadearena.exchange_simulator import feed
from fadearena.exchange_simulator.connection import Connection
from fadearena.exchange_simulator.faults import Moment
from fadearena.exchange_simulator.limits import Allowance, Limits
from fadearena.exchange_simulator.subscription import Subscription

SILENCE_S_MAX = 60.0


class RefusedSubscriptionError(Exception):
    """The exchange's own words for why not."""


class Client:
    """One address, with all its sockets and what it has used up."""

    def __init__(self, limits: Limits) -> None:
        self.connections: set[Connection] = set()
        self.weight = Allowance(limits.weight_per_minute)
        self.new_sockets = Allowance(limits.new_sockets_per_minute)
        self.messages = Allowance(limits.messages_per_minute)
        self._departed: deque[tuple[float, list[Subscription]]] = deque()

    def counted(self, now_s: float) -> list[Subscription]:
        """Every subscription of its sockets, and of those that the exchange does not yet know to be gone."""
        while self._departed and self._departed[0][0] <= now_s:
            self._departed.popleft()
        open_ones = [one for connection in self.connections for one in connection.subscriptions]
        return open_ones + [one for _, departed in self._departed for one in departed]

    def remember(self, connection: Connection, until_s: float) -> None:
        """Count what a socket that has gone was subscribed to until that time."""
        self._departed.append((until_s, list(connection.subscriptions)))

    def posts_in_flight(self) -> int:
        return sum(connection.posts_in_flight for connection in self.connections)


class Hub:
    """The sockets of every client.

    Args:
        on_user_subscription: called when somebody begins to watch an account.
    """

    def __init__(self, limits: Limits, on_user_subscription: Callable[[], None]) -> None:
        self.limits = limits
        self._clients: dict[str, Client] = {}
        self._subscribers: dict[Subscription, list[Connection]] = {}
        self._on_user_subscription = on_user_subscription

    def client(self, address: str) -> Client:
        return self._clients.setdefault(address, Client(self.limits))

    def connections(self) -> list[Connection]:
        return [connection for client in self._clients.values() for connection in client.connections]

    def admits(self, client: Client, now_s: float) -> bool:
        """Whether one more socket of this client may open."""
        return len(client.connections) < self.limits.sockets and client.new_sockets.take(1, now_s)

    def subscribe(self, client: Client, connection: Connection, wanted: Subscription, now_s: float) -> None:
        """Raises RefusedSubscriptionError."""
        if wanted in connection.subscriptions:
            raise RefusedSubscriptionError(f"Already subscribed: {_json(wanted)}")
        counted = client.counted(now_s)
        if len(counted) >= self.limits.subscriptions:
            msg = f"Cannot subscribe to more than {self.limits.subscriptions} channels."
            raise RefusedSubscriptionError(msg)
        if wanted.user and len({one.user for one in counted if one.user} | {wanted.user}) > self.limits.users:
            msg = f"Cannot track more than {self.limits.users} total users."
            raise RefusedSubscriptionError(msg)
        connection.subscriptions[wanted] = None
        self._subscribers.setdefault(wanted, []).append(connection)
        if wanted.user:
            self._on_user_subscription()

    def unsubscribe(self, connection: Connection, known: Subscription) -> None:
        """Raises RefusedSubscriptionError."""
        if known not in connection.subscriptions:
            raise RefusedSubscriptionError(f"Already unsubscribed: {_json(known)}")
        del connection.subscriptions[known]
        self._drop(connection, known)

    def leave(self, client: Client, connection: Connection, now_s: float) -> None:
        """Forget a socket and, in time, everything it was subscribed to."""
        client.connections.discard(connection)
        if self.limits.remembers_s > 0:
            client.remember(connection, now_s + self.limits.remembers_s)
        for known in connection.subscriptions:
            self._drop(connection, known)
        connection.subscriptions.clear()

    def _drop(self, connection: Connection, known: Subscription) -> None:
        remaining = self._subscribers.get(known, [])
        if connection in remaining:
            remaining.remove(connection)
        if not remaining:
            self._subscribers.pop(known, None)

    def active(self) -> feed.Active:
        """Everything that somebody is subscribed to, by type."""
        return feed.by_type(self._subscribers)

    def publish(self, frames: Iterable[feed.Frame], moment: Moment, *, only_news: bool = False) -> None:
        """Hand each frame to all who are subscribed to it; ``only_news`` as Connection.publish says."""
        for subscription, data in frames:
            telling = feed.telling(subscription, data)
            for connection in list(self._subscribers.get(subscription, ())):
                connection.publish(subscription, telling, moment, only_news=only_news)

    async def drained(self, timeout_s: float) -> None:
        """Wait until every client has been written all that waits for it."""
        waiting = [connection.drained(timeout_s) for connection in self.connections()]
        if waiting:
            await asyncio.gather(*waiting)

    def silent(self, now_s: float) -> list[Connection]:
        """Sockets to which nothing has been sent for a minute; the exchange closes those."""
        return [connection for connection in self.connections() if now_s - connection.last_sent_s > SILENCE_S_MAX]


def _json(subscription: Subscription) -> str:
    return msgspec.json.encode(subscription.echo()).decode()
