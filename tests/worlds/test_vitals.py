"""What the trader says of itself and of the exchange."""

from __future__ import annotations

import msgspec

from fadearena.hyperliquid.oddities import Oddities
from fadearena.worlds.vitals import NEWS_NAMED_MAX, News


def test_what_the_exchange_says_anew_is_told_once() -> None:
    oddities = Oddities()
    news = News(oddities)
    assert news.record() is None
    oddities.count("userFills.fills[].dir=Sideways")
    told = news.record()
    assert told is not None
    assert (told.level, told.category) == ("warning", "api")
    assert "userFills.fills[].dir=Sideways" in told.message
    oddities.count("userFills.fills[].dir=Sideways")
    assert news.record() is None


def test_much_that_is_new_at_once_is_one_line_that_names_a_few() -> None:
    oddities = Oddities()
    for number in range(50):
        oddities.count(f"meta.news{number}")
    told = News(oddities).record()
    assert told is not None
    assert told.message.count("meta.news") == NEWS_NAMED_MAX
    assert len(msgspec.json.decode(told.details)) == 50
