"""Hosts that are slow, silent or gone: every page says what it waits for, and none hangs."""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from shared.spans import iso_ms
from tests.support.browser import Windows
from tests.support.browser_checks import difference, picture_of, wait_until, wait_until_plays
from tests.support.e2e_slow_link import SlowLink
from tests.support.e2e_stack import DEVICES, HOSTS, Stack

SLOW_S = 2.0
# Frame and name of a page are there, and a click is followed, however long hosts take: before the gateway has
# given up a host that never answers, which takes 10 s.
STANDS_WITHIN_S = 8.0
ANSWERED_WITHIN_S = 30.0
SAID_WITHIN_S = 20.0
STOPPED_IS_SAID_WITHIN_S = 30.0
SHOWS_NOW_FOR_S = 4.0
WAITING = re.compile(r"Waiting for|Loading|No picture yet|Trying again|cannot be reached")


@pytest.fixture(scope="module")
def reached_by_links(stack: Stack) -> Iterator[list[SlowLink]]:
    """Links to all hosts, by which the gateway reaches them meanwhile."""
    with ExitStack() as opened:
        made = [opened.enter_context(SlowLink(stack.agents[name].port)) for name in HOSTS]
        reach(stack, [link.url for link in made])
        yield made
        reach(stack, ["" for _ in made])
        stack.wait_devices_live()


@pytest.fixture
def links(reached_by_links: list[SlowLink]) -> Iterator[list[SlowLink]]:
    """The links, prompt again after the test."""
    yield reached_by_links
    for link in reached_by_links:
        link.delay_s, link.is_dead = 0.0, False


def reach(stack: Stack, urls: list[str]) -> None:
    """Have the hosts tell the gateway where they are reached; "": where they listen."""
    api = stack.api()
    for name, url in zip(HOSTS, urls, strict=True):
        stack.agents[name].reload(sections={"agent": {"public_url": url}})
    wanted = {name: url or stack.agents[name].url for name, url in zip(HOSTS, urls, strict=True)}
    stack.wait_for(
        "the gateway knows where hosts are reached",
        lambda: {host["name"]: host["public_url"].rstrip("/") for host in api.hosts()} == wanted,
    )


# -- pages, and when each has what it is for -------------------------------------------------


def has_pictures(page: Page) -> None:
    tiles = page.get_by_test_id("tile")
    expect(tiles).to_have_count(len(DEVICES))
    wait_until(
        "each tile has a picture",
        lambda: "No picture yet" not in page.locator("main").inner_text(),
        page=page,
        within_s=ANSWERED_WITHIN_S,
    )


def is_painted(page: Page) -> None:
    expect(page.locator("main canvas").first).to_be_visible(timeout=ANSWERED_WITHIN_S * 1000)


def plays(page: Page) -> None:
    wait_until_plays(page.locator("main video").first, for_s=0.5, within_s=ANSWERED_WITHIN_S)


def lists_hosts(page: Page) -> None:
    expect(page.locator("main").get_by_text("Online").first).to_be_visible()


def earlier() -> str:
    return iso_ms(datetime.now(UTC) - timedelta(hours=5))


PAGES: Mapping[str, Callable[[Page], None]] = {
    "/wall": has_pictures,
    "/heatmap": is_painted,
    "/heatmap/lab-1/sample": is_painted,
    "/devices/lab-1/clock": plays,
    "/devices/lab-1/sample?t=": plays,
    "/hosts": lists_hosts,
    "/hosts/lab-1": lists_hosts,
}


def go(page: Page, path: str) -> float:
    """Load a page; return the seconds until frame and name of it stand."""
    before = time.monotonic()
    page.goto(path + earlier() if path.endswith("?t=") else path, wait_until="commit")
    expect(page.get_by_role("navigation", name="Pages")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return time.monotonic() - before


def test_with_slow_hosts_every_page_stands_at_once_and_gets_what_it_waits_for(
    windows: Windows, links: list[SlowLink]
) -> None:
    pages = {path: windows.open("admin") for path in PAGES}
    pages["/wall"].goto("/hosts")  # what all pages are made of is loaded
    for link in links:
        link.delay_s = SLOW_S
    stood = {path: go(page, path) for path, page in pages.items()}
    waited = {}
    for path, page in pages.items():
        before = time.monotonic()
        PAGES[path](page)
        waited[path] = time.monotonic() - before
    for path, after_s in stood.items():
        print(f"{path}: stands after {after_s:.1f} s, complete another {waited[path]:.1f} s later")
    assert max(stood.values()) < STANDS_WITHIN_S


@pytest.mark.parametrize("path", ["/devices/lab-1/clock", "/devices/lab-1/sample?t="])
def test_a_player_of_a_slow_host_says_what_it_waits_for(
    windows: Windows, links: list[SlowLink], path: str
) -> None:
    for link in links:
        link.delay_s = SLOW_S
    page = windows.open("viewer")
    go(page, path)
    expect(page.locator("main")).to_contain_text(WAITING, timeout=STANDS_WITHIN_S * 1000)
    plays(page)


def test_with_hosts_that_never_answer_every_page_says_so_and_can_be_left(
    windows: Windows, links: list[SlowLink]
) -> None:
    windows.expect_error(r"50[34] .*/(media|api/v1)/")
    for link in links:
        link.is_dead = True
    pages = {path: windows.open("admin") for path in PAGES}
    stood = {path: go(page, path) for path, page in pages.items()}
    for path in ("/heatmap", "/hosts", "/hosts/lab-1"):
        PAGES[path](pages[path])  # what the gateway itself knows is there
    for path in ("/devices/lab-1/clock", "/devices/lab-1/sample?t="):
        words = re.compile(r"lab-1 cannot be reached")
        expect(pages[path].locator("main")).to_contain_text(words, timeout=SAID_WITHIN_S * 1000)
    wall = pages["/wall"].locator("main")
    expect(wall).to_contain_text(re.compile(r"No picture yet|Last picture"))
    for path, page in pages.items():
        before = time.monotonic()
        page.get_by_role("navigation", name="Pages").get_by_role("link", name="Hosts").click()
        expect(page.get_by_role("heading", level=1, name="Hosts")).to_be_visible()
        left_s = time.monotonic() - before
        print(f"{path}: stands after {stood[path]:.1f} s, left in {left_s:.1f} s")
        assert left_s < STANDS_WITHIN_S, path
    assert max(stood.values()) < STANDS_WITHIN_S


def test_when_one_host_is_stopped_its_tiles_say_so_and_the_others_stay_live(
    windows: Windows, stack: Stack
) -> None:
    windows.expect_error(r"50[34] .*/(media|api/v1)/.*lab-2")
    page = windows.open("viewer", "/wall")
    has_pictures(page)
    stale = page.locator("[data-testid=tile][data-stale]")
    stale_at = time.monotonic()

    def has_shown_now() -> bool:
        # The first answer may hold what somebody else's wall was shown last, or nothing at all.
        nonlocal stale_at
        if stale.count() > 0:
            stale_at = time.monotonic()
        return time.monotonic() - stale_at > SHOWS_NOW_FOR_S

    wait_until("all tiles show now", has_shown_now, page=page, within_s=ANSWERED_WITHIN_S + SHOWS_NOW_FOR_S)
    begun = time.monotonic()
    stack.agents["lab-2"].stop()
    try:
        of_lab_2 = page.locator("[data-testid=tile][data-device^='lab-2/']")
        wait_until(
            "both tiles of lab-2 say that they show no present",
            lambda: of_lab_2.evaluate_all("all => all.map((one) => one.dataset.stale)") == ["true"] * 2,
            page=page,
            within_s=STOPPED_IS_SAID_WITHIN_S,
        )
        took_s = time.monotonic() - begun
        assert took_s < STOPPED_IS_SAID_WITHIN_S
        print(f"the tiles of a stopped host say so after {took_s:.1f} s")
        for tile in of_lab_2.all():
            expect(tile).to_contain_text("Last picture")
        clock = page.locator("[data-testid=tile][data-device='lab-1/clock']")
        assert clock.get_attribute("data-stale") is None
        before = picture_of(clock)
        wait_until(
            "lab-1's picture goes on",
            lambda: difference(before, picture_of(clock)) > 0.002,
            page=page,
        )
        page.get_by_role("link", name="Heatmap").first.click()
        rows = page.locator("main")
        for label in ("Clock (RTSP camera)", "Back seat", "Test pattern"):
            expect(rows.get_by_text(label).first).to_be_visible()
        is_painted(page)
        page.goto("/devices/lab-2/pattern")
        expect(page.locator("main")).to_contain_text(re.compile("lab-2"), timeout=SAID_WITHIN_S * 1000)
    finally:
        stack.agents["lab-2"].start()
        # The gateway may hold it for live all the time, and a reload would end one that only begins.
        stack.agents["lab-2"].wait_healthy()
        stack.wait_devices_live()
