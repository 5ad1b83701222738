"""Nothing leaves the machine and nothing foreign runs: tokens, policy, caches, requests."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit, pages_of, until_drawn
from tests.browser.demo import Demo


def test_every_page_is_quiet_and_asks_nobody_but_its_server(season: Demo, visit: Visit, watch: Any) -> None:
    page = visit(season, "/help")
    for path in pages_of(season).values():
        page.goto(path)
        until_drawn(page)
    requests = watch().requests
    assert len(requests) > 40
    assert any(url.startswith("ws://") for url in requests)
    assert {re.sub(r"^\w+://([^/]+)/.*$", r"\1", url) for url in requests} == {season.host}
    assert watch().complaints == []


def test_the_watch_hears_what_a_page_must_not_do(season: Demo, visit: Visit, watch: Any) -> None:
    page = visit(season, "/help")
    until_drawn(page)
    watch().expect("policy violated|Content Security Policy|Refused to|violates the following")
    page.evaluate("""() => {
      const script = document.createElement("script");
      script.textContent = "window.ran = true";
      document.head.append(script);
      const style = document.createElement("style");
      style.textContent = "body { display: none }";
      document.head.append(style);
    }""")
    heard = watch().heard
    assert page.evaluate("window.ran") is None
    expect(page.get_by_test_id("kill")).to_be_visible()
    assert any("script-src" in line or "policy" in line for line in heard)


def test_the_policy_allows_only_what_the_server_itself_serves(season: Demo) -> None:
    answer = httpx.get(season.address + "/")
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert not {"script-src", "style-src", "connect-src", "img-src"} & set(policy)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_what_carries_a_hash_in_its_name_is_kept_for_ever_and_the_page_is_not(season: Demo) -> None:
    page = httpx.get(season.address + "/")
    assert page.headers["cache-control"] == "no-cache"
    names = re.findall(r'"(/assets/[^"]+)"', page.text)
    assert names
    for name in names:
        answer = httpx.get(season.address + name)
        assert answer.status_code == 200
        kept = "immutable" in answer.headers["cache-control"]
        assert kept is bool(re.search(r"-[\w-]{8}\.\w+$", name)), name


def test_a_link_logs_in_once_and_leaves_no_token_behind(season: Demo, visit: Visit, watch: Any) -> None:
    link = season.new_link()
    page = visit(season, "/help", logged_in=False)
    expect(page.get_by_text("Reading only")).to_be_visible()
    page.goto("about:blank")
    page.goto(link)
    expect(page.get_by_text("Reading only")).to_be_hidden()
    expect(page.get_by_test_id("kill")).to_be_visible()
    assert page.url == f"{season.address}/"
    other = visit(season, "/help", logged_in=False)
    watch().expect("status of 401")
    other.goto("about:blank")
    other.goto(link)
    expect(other.get_by_text("Reading only")).to_be_visible()
    assert other.url == f"{season.address}/"


@pytest.mark.parametrize("path", ["/assets/../../../etc/passwd", "/assets/nothing.js", "/assets/%2e%2e/manifest.json"])
def test_an_asset_that_is_not_there_is_not_found(season: Demo, path: str) -> None:
    assert httpx.get(season.address + path).status_code == 404
