"""Names, ids and lots of perpetuals, from the exchange's description or from fills."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from fadearena.domain.market import Asset, AssetName
from fadearena.hyperliquid.errors import MalformedMessageError, UnknownAssetError
from fadearena.hyperliquid.messages import Fill
from fadearena.hyperliquid.messages.market import Meta, PerpAsset, PerpDex
from fadearena.hyperliquid.universe import Universe, dex_of, is_perp


def _dex(name: str) -> PerpDex:
    return PerpDex(name, name.upper(), "0x")


def _universe() -> Universe:
    main = Meta([PerpAsset("BTC", 5, 40), PerpAsset("OLD", 1, 3, is_delisted=True), PerpAsset("ETH", 4, 25)])
    xyz = Meta([PerpAsset("xyz:XYZ100", 4, 25), PerpAsset("xyz:NVDA", 3, 10, only_isolated=True)])
    return Universe.from_metas([None, _dex("flx"), _dex("xyz")], {"": main, "xyz": xyz})


def _fill(coin: str, px: str, sz: str, start: str) -> Fill:
    return Fill(coin, px, sz, "B", 1, start, "Open Long", "0.0", "0x", 1, True, "0.0", 1)


def test_main_ids_are_places_and_delisted_assets_keep_theirs() -> None:
    universe = _universe()
    assert [universe.asset_id(name) for name in ("BTC", "OLD", "ETH")] == [0, 1, 2]
    assert universe.is_delisted("OLD")
    assert not universe.is_delisted("ETH")
    assert universe.name_of(2) == "ETH"


def test_ids_of_builders_count_the_place_of_their_dex_in_all_dexs() -> None:
    universe = _universe()
    assert universe.asset_id("xyz:NVDA") == 120001
    assert universe.name_of(120000) == "xyz:XYZ100"
    assert universe.listing("xyz:NVDA").isolated_only
    assert universe.listing("xyz:NVDA").dex == "xyz"


def test_an_asset_is_known_by_its_full_name_only() -> None:
    universe = _universe()
    assert universe.asset("xyz:NVDA") == Asset(AssetName("xyz:NVDA"), 3)
    for coin in ("NVDA", "xyz:TSLA", "btc"):
        assert coin not in universe
        with pytest.raises(UnknownAssetError, match="not listed"):
            universe.asset(coin)
    with pytest.raises(UnknownAssetError, match="no perpetual"):
        universe.asset("@107")
    with pytest.raises(UnknownAssetError):
        universe.name_of(7)


def test_an_asset_that_no_grid_can_be_made_of_is_left_out_with_its_reason_and_keeps_its_place() -> None:
    meta = Meta([PerpAsset("ODD", 7, 5), PerpAsset("BTC", 5, 40)])
    universe = Universe.from_metas([None], {"": meta})
    assert "ODD" not in universe
    assert "7" in universe.unusable["ODD"]
    assert universe.asset_id("BTC") == 1


def test_no_dex_can_list_what_does_not_bear_its_name() -> None:
    """A builder's asset called BTC would otherwise take the place of BTC."""
    metas = {"": Meta([PerpAsset("BTC", 5, 40)]), "xyz": Meta([PerpAsset("BTC", 2, 3), PerpAsset("xyz:NVDA", 3, 10)])}
    universe = Universe.from_metas([None, _dex("xyz")], metas)
    assert (universe.asset_id("BTC"), universe.asset("BTC").size_decimals) == (0, 5)
    assert universe.asset_id("xyz:NVDA") == 110001
    assert "'xyz'" in universe.unusable["BTC"]


@pytest.mark.parametrize(
    ("coin", "perp", "dex"),
    [("BTC", True, ""), ("kPEPE", True, ""), ("xyz:NVDA", True, "xyz"), ("@107", False, ""), ("#20", False, "")],
)
def test_names_tell_perpetuals_and_their_dex(coin: str, perp: bool, dex: str) -> None:
    assert is_perp(coin) is perp
    assert dex_of(coin) == dex
    assert not is_perp("PURR/USDC")


def test_the_collateral_of_a_dex_is_known() -> None:
    universe = Universe.from_metas([None, _dex("flx")], {"flx": Meta([PerpAsset("flx:GOLD", 3, 10)], (), 360)})
    assert universe.listing("flx:GOLD").collateral_token == 360
    assert _universe().listing("BTC").collateral_token == 0


def test_fills_tell_the_lots_of_their_coins() -> None:
    universe = Universe.from_fills(
        [
            _fill("BTC", "86006.0", "0.079", "-0.14136"),
            _fill("kPEPE", "0.001604", "5.0", "0.0"),
            _fill("@1", "1", "1.5", "0"),
        ]
    )
    assert universe.asset("BTC").size_decimals == 5
    assert universe.asset("kPEPE").size_decimals == 0
    assert universe.names == ("BTC", "kPEPE")
    with pytest.raises(UnknownAssetError, match="known from fills only"):
        universe.asset_id("BTC")


def test_fills_that_fit_no_grid_are_malformed() -> None:
    with pytest.raises(MalformedMessageError, match="no grid"):
        Universe.from_fills([_fill("BTC", "1.2345", "0.001", "0.0")])


def test_the_recorded_metas_give_the_published_ids(recording: Callable[[str], Any]) -> None:
    dexs = msgspec.convert(recording("info_perpDexs.json")["response"], list[PerpDex | None])
    main = msgspec.convert(recording("info_metaAndAssetCtxs.json")["response"][0], Meta)
    xyz = msgspec.convert(recording("info_metaAndAssetCtxs_xyz.json")["response"][0], Meta)
    universe = Universe.from_metas(dexs, {"": main, "xyz": xyz})
    assert universe.asset_id("BTC") == 0
    assert universe.asset_id("xyz:XYZ100") == 110000
    assert len(universe) == len(main.universe) + len(xyz.universe)
    assert not universe.unusable
