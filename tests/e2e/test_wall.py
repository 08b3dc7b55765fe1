"""The wall: moving pictures of every device, what tiles say, live on hover, arranging, views, keyboard."""

import json
import os
import re
import signal
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from PIL import ImageChops, ImageStat
from playwright.sync_api import Locator, Page, Route, expect

from tests.support.browser import NARROW, Theme, Windows
from tests.support.browser_checks import (
    assert_accessible,
    assert_no_horizontal_scroll,
    difference,
    picture_of,
    set_theme,
    wait_until,
    wait_until_changes,
    wait_until_plays,
)
from tests.support.e2e_stack import Stack

FRAMES = re.compile(r"/api/v1/wall/frames\?")
DEVICES = re.compile(r"/api/v1/devices\?")
LIVE_PLAYLISTS = re.compile(r"/media/[^/]+/[^/]+/segments/output\.m3u8")
CLOCK, SAMPLE, BACKSEAT, PATTERN = "lab-1/clock", "lab-1/sample", "lab-2/backseat", "lab-2/pattern"
STOPPED_IS_SAID_WITHIN_S = 30.0
PICTURES_WITHIN_S = 20.0
_IN_THE_WINDOW = "(all) => all.filter((each) => each.getBoundingClientRect().top < innerHeight - 80).length"


def tile(page: Page, device: str) -> Locator:
    return page.locator(f'[data-testid=tile][data-device="{device}"]')


def link_of(page: Page, device: str) -> Locator:
    return tile(page, device).locator("a")


def order(page: Page) -> list[str]:
    """The devices on the screen, tile by tile; "" for an empty one."""
    found: list[str] = page.locator("main ul[aria-label=Devices] > li").evaluate_all(
        "(tiles) => tiles.map((each) => each.dataset.device ?? '')"
    )
    return found


def open_wall(page: Page, path: str = "/wall") -> None:
    """Go there, and wait for a picture in each tile that is in the window."""
    page.goto(path)
    expect(page.get_by_test_id("tile").first).to_be_visible()
    wait_until(
        "each tile has a picture",
        lambda: page.locator('[data-testid=tile][data-word="waiting"]').evaluate_all(_IN_THE_WINDOW) == 0,
        page=page,
        within_s=PICTURES_WITHIN_S,
    )


@contextmanager
def with_frames(page: Page, change: Callable[[dict[str, Any]], None]) -> Iterator[None]:
    """The pictures are the real ones, with `change` made to what is told of each device on the way."""

    def answer(route: Route) -> None:
        real = route.fetch()
        body = real.body()
        (length,) = struct.unpack_from(">I", body)
        head = json.loads(body[4 : 4 + length])
        for frame in head["frames"]:
            change(frame)
        packed = json.dumps(head).encode()
        route.fulfill(response=real, body=struct.pack(">I", len(packed)) + packed + body[4 + length :])

    page.route(FRAMES, answer)
    try:
        yield
    finally:
        # One may be under way when the window closes.
        page.unroute_all(behavior="ignoreErrors")


def failure(status: int, message: str, remedy: str) -> dict[str, Any]:
    error = {"code": "unavailable", "message": message, "remedy": remedy, "details": {}}
    return {"status": status, "json": {"success": False, "error": error}}


# -- pictures --------------------------------------------------------------------------------


def test_every_device_has_a_tile_with_pictures_that_change(viewer_page: Page) -> None:
    asked: list[str] = []
    viewer_page.on("request", lambda request: asked.append(request.url))
    open_wall(viewer_page)
    assert sorted(order(viewer_page)[:4]) == sorted([CLOCK, SAMPLE, BACKSEAT, PATTERN])
    wait_until_changes(tile(viewer_page, PATTERN))
    wait_until_changes(tile(viewer_page, BACKSEAT), by=0.001)
    frames = [url for url in asked if FRAMES.search(url)]
    assert any(all(each.replace("/", "%2F") in url for each in (CLOCK, PATTERN)) for url in frames)
    assert not any(FRAMES.search(url) is None and ".m3u8" in url for url in asked), "nobody asked for live"


def test_of_a_stopped_host_the_tiles_say_so_and_the_others_stay_live(viewer_page: Page, stack: Stack) -> None:
    open_wall(viewer_page)
    agent = stack.agents["lab-2"]
    children = [each.pid for each in agent.processes() if not each.is_ffmpeg]
    for pid in children:
        os.kill(pid, signal.SIGSTOP)
    try:
        said = re.compile("Stale|Host silent")
        wait_until(
            "the tiles of lab-2 say that they are none of now",
            lambda: all(said.search(tile(viewer_page, each).inner_text()) for each in (BACKSEAT, PATTERN)),
            page=viewer_page,
            within_s=STOPPED_IS_SAID_WITHIN_S,
        )
        stale = tile(viewer_page, PATTERN)
        expect(stale).to_contain_text(re.compile(r"\d+ s"))
        expect(stale).to_contain_text("Last picture")
        first = _age_s(stale)
        wait_until("its age counts", lambda: _age_s(stale) > first, page=viewer_page, within_s=5)
        assert _grey(stale), "a stale picture has no colour"
        wait_until_changes(tile(viewer_page, CLOCK), by=0.0005)
        assert not said.search(tile(viewer_page, CLOCK).inner_text())
        expect(viewer_page.get_by_text("Host lab-2 has not reported for")).to_be_visible(timeout=60_000)
        expect(viewer_page.get_by_role("link", name="Open host")).to_have_attribute("href", "/hosts/lab-2")
    finally:
        for pid in children:
            os.kill(pid, signal.SIGCONT)
    stack.wait_for("lab-2 is back", lambda: stack.device(PATTERN)["host_state"] == "online", within_s=60)
    expect(stale).not_to_contain_text("Last picture", timeout=30_000)
    wait_until_changes(stale)
    expect(viewer_page.get_by_text("Host lab-2 has not reported for")).to_have_count(0)


def _age_s(of: Locator) -> int:
    found = re.search(r"(?:(\d+) min )?(\d+) s\b", of.locator("b").inner_text())
    assert found is not None
    return 60 * int(found.group(1) or 0) + int(found.group(2))


def _grey(of: Locator) -> bool:
    # Above the words, which are white, and below the upper edge.
    picture = picture_of(of)
    width, height = picture.size
    part = picture.crop((8, 8, width - 8, height // 4))
    red, green, blue = part.split()
    return all(
        ImageStat.Stat(ImageChops.difference(red, other)).extrema[0][1] < 12 for other in (green, blue)
    )


def test_each_state_has_its_word_and_its_sentence_on_hover(viewer_page: Page) -> None:
    told: dict[str, dict[str, Any]] = {
        CLOCK: {"word": "frozen", "sentence": "The picture has not changed for a minute."},
        SAMPLE: {"word": "no source", "sentence": "Connection refused.", "stale": True, "age_s": 192.0},
        BACKSEAT: {"word": "stopped", "sentence": "Stopped by anna.", "stale": True, "age_s": 30.0},
    }
    with with_frames(viewer_page, lambda frame: frame.update(told.get(frame["device"], {}))):
        open_wall(viewer_page)
        expect(tile(viewer_page, CLOCK)).to_contain_text("Frozen")
        expect(tile(viewer_page, SAMPLE)).to_contain_text("No source")
        expect(tile(viewer_page, SAMPLE)).to_contain_text(re.compile(r"3 min 1\d s"))
        expect(tile(viewer_page, BACKSEAT)).to_contain_text("Stopped")
        states = viewer_page.get_by_role("list", name="States")
        for each in ("1 live", "1 stopped", "1 frozen", "1 no source"):
            expect(states).to_contain_text(each)
        tile(viewer_page, CLOCK).hover()
        expect(tile(viewer_page, CLOCK)).to_contain_text("The picture has not changed for a minute.")
        assert_accessible(viewer_page)
        # What its recorder left behind is not played, also where somebody looks at nothing else.
        link_of(viewer_page, SAMPLE).dblclick()
        viewer_page.wait_for_function("document.fullscreenElement?.dataset.device === 'lab-1/sample'")
        expect(tile(viewer_page, SAMPLE)).to_contain_text("Connection refused.")
        expect(viewer_page.locator("video")).to_have_count(0)
        viewer_page.evaluate("document.exitFullscreen()")


# -- looking closer --------------------------------------------------------------------------


def test_hover_plays_live_and_leaves_no_player_running(viewer_page: Page) -> None:
    open_wall(viewer_page)
    looked_at = tile(viewer_page, CLOCK)
    looked_at.hover()
    video = looked_at.locator("video")
    wait_until_plays(video, for_s=1.0, within_s=20.0)
    expect(looked_at).to_contain_text(re.compile(r"Live\s*· [\d.]+ s behind"))
    assert video.evaluate("(video) => video.muted")
    wait_until_changes(looked_at, by=0.0005)
    tile(viewer_page, PATTERN).hover()
    expect(video).to_have_count(0)
    viewer_page.mouse.move(700, 20)
    expect(viewer_page.locator("video")).to_have_count(0)


def test_live_goes_on_under_the_pointer_and_ends_in_a_hidden_tab(viewer_page: Page) -> None:
    open_wall(viewer_page)
    looked_at = tile(viewer_page, CLOCK)
    video = looked_at.locator("video")
    looked_at.hover()
    expect(video).to_have_count(1)
    link_of(viewer_page, CLOCK).evaluate("(link) => { link.focus(); link.blur(); }")
    wait_until_plays(video, for_s=0.5, within_s=20.0)
    _hide(viewer_page, True)
    expect(video).to_have_count(0)
    _hide(viewer_page, False)
    expect(video).to_have_count(1)


def test_the_last_video_of_a_recorder_that_ended_does_not_look_live(viewer_page: Page) -> None:
    open_wall(viewer_page)

    def long_ago(route: Route) -> None:
        real = route.fetch()
        dated = re.sub(r"(?m)^(#EXT-X-PROGRAM-DATE-TIME:)\d{4}", r"\g<1>2020", real.text())
        route.fulfill(response=real, body=dated)

    viewer_page.route(LIVE_PLAYLISTS, long_ago)
    looked_at = tile(viewer_page, CLOCK)
    looked_at.hover()
    video = looked_at.locator("video")
    wait_until_plays(video, for_s=0.5, within_s=20.0)
    expect(looked_at).to_contain_text("Live waits for newer video")
    expect(looked_at).not_to_have_attribute("data-live", "true")
    expect(video).to_have_css("opacity", "0")
    viewer_page.unroute_all(behavior="ignoreErrors")


def test_live_that_fails_begins_again_by_itself(windows: Windows) -> None:
    page = windows.open("viewer")
    windows.expect_error("404 .*output.m3u8")
    open_wall(page)
    page.route(LIVE_PLAYLISTS, lambda route: route.fulfill(status=404, body=""))
    looked_at = tile(page, CLOCK)
    looked_at.hover()
    expect(looked_at).to_contain_text("Live does not play; pictures go on", timeout=20_000)
    page.unroute(LIVE_PLAYLISTS)
    expect(looked_at).to_contain_text(re.compile(r"Live\s*· [\d.]+ s behind"), timeout=30_000)


def _hide(page: Page, is_hidden: bool) -> None:
    """Tell the page that its tab is, or is not, behind another one."""
    page.evaluate(
        """(isHidden) => {
            Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        is_hidden,
    )


def test_the_buttons_of_a_tile_save_a_snapshot_and_open_the_player(viewer_page: Page) -> None:
    open_wall(viewer_page)
    tile(viewer_page, PATTERN).hover()
    actions = viewer_page.get_by_role("toolbar", name="Actions for Test pattern")
    with viewer_page.expect_download() as saved:
        actions.get_by_role("button", name="Save a snapshot").click()
    assert re.fullmatch(r"lab-2_pattern_[\dT-]+(\.\d+)?Z\.jpg", saved.value.suggested_filename)
    assert saved.value.path().read_bytes()[:3] == b"\xff\xd8\xff"
    actions.get_by_role("button", name="Sound on").click()
    expect(actions.get_by_role("button", name="Sound off")).to_be_visible()
    actions.get_by_role("button", name="Open in the player").click()
    viewer_page.wait_for_url("**/devices/lab-2/pattern*")


def test_a_click_opens_the_player_and_a_double_click_the_full_screen(viewer_page: Page) -> None:
    open_wall(viewer_page)
    link_of(viewer_page, PATTERN).dblclick()
    viewer_page.wait_for_function("document.fullscreenElement?.dataset.device === 'lab-2/pattern'")
    wait_until_plays(tile(viewer_page, PATTERN).locator("video"), for_s=0.5, within_s=20.0)
    assert "/wall" in viewer_page.url
    viewer_page.evaluate("document.exitFullscreen()")
    viewer_page.wait_for_function("document.fullscreenElement === null")
    link_of(viewer_page, PATTERN).click()
    viewer_page.wait_for_url("**/devices/lab-2/pattern*")


# -- arranging -------------------------------------------------------------------------------


def test_layouts_from_1_to_36_tiles_fit_the_window(viewer_page: Page) -> None:
    open_wall(viewer_page)
    picker = viewer_page.get_by_role("group", name="Layout")
    for label, count in (("1 tile", 1), ("4 tiles", 4), ("1 large and 5 small", 6), ("36 tiles", 36)):
        picker.get_by_role("radio", name=label, exact=True).check()
        expect(viewer_page.locator("main ul[aria-label=Devices] > li")).to_have_count(count)
        assert _fits(viewer_page), label
    picker.get_by_role("radio", name="1 tile", exact=True).check()
    expect(viewer_page.get_by_text("Screen 1 of 4")).to_be_visible()
    first = order(viewer_page)
    viewer_page.get_by_role("button", name="Next screen").click()
    expect(viewer_page.get_by_text("Screen 2 of 4")).to_be_visible()
    assert order(viewer_page) != first
    viewer_page.reload()
    expect(picker.get_by_role("radio", name="1 tile", exact=True)).to_be_checked()


def _fits(page: Page) -> bool:
    """All tiles are inside the window, 16:9, and beside one another."""
    said: bool = page.evaluate(
        """() => [...document.querySelectorAll("main ul[aria-label=Devices] > li")].every((tile) => {
            const { width, height, right, bottom } = tile.getBoundingClientRect();
            const isInside = right <= innerWidth + 1 && bottom <= innerHeight + 1;
            return isInside && Math.abs(width / height - 16 / 9) < 0.05;
        })"""
    )
    return said


def test_tiles_change_places_by_drag_and_by_keys_and_stay_so(viewer_page: Page) -> None:
    open_wall(viewer_page)
    before = order(viewer_page)
    link_of(viewer_page, before[0]).drag_to(link_of(viewer_page, before[3]))
    swapped = [before[3], before[1], before[2], before[0]]
    wait_until("they changed places", lambda: order(viewer_page) == swapped, page=viewer_page)
    link_of(viewer_page, swapped[0]).focus()
    viewer_page.keyboard.press("Shift+ArrowRight")
    wait_until(
        "the tile moved on", lambda: order(viewer_page)[:2] == [swapped[1], swapped[0]], page=viewer_page
    )
    expect(link_of(viewer_page, swapped[0])).to_be_focused()
    after = order(viewer_page)
    viewer_page.reload()
    expect(viewer_page.get_by_test_id("tile")).to_have_count(4)
    assert order(viewer_page) == after


@pytest.fixture
def no_views(stack: Stack) -> Iterator[None]:
    """What a test saves is gone afterwards."""
    yield
    for role in ("admin", "viewer"):
        http = stack.api(role).http
        for view in http.get("/api/v1/wall/views").json()["data"]:
            if view["may_change"]:
                http.delete(f"/api/v1/wall/views/{view['id']}")


@pytest.mark.usefixtures("no_views")
def test_a_view_is_saved_shared_renamed_and_deleted(windows: Windows) -> None:
    page = windows.open("viewer")
    open_wall(page)
    page.get_by_role("button", name="Save this arrangement as a view").click()
    dialog = page.get_by_role("dialog", name="Save a view")
    dialog.get_by_label("Name").fill("Night shift")
    dialog.get_by_text("Everybody sees this view").click()
    assert_accessible(page)
    dialog.get_by_role("button", name="Save").click()
    page.wait_for_url("**/wall?view=*")
    tabs = page.get_by_role("navigation", name="Views of the wall")
    expect(tabs.get_by_role("link", name="Night shift 4")).to_have_attribute("aria-current", "page")

    link_of(page, CLOCK).focus()
    page.keyboard.press("Delete")
    expect(tile(page, CLOCK)).to_have_count(0)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(tabs.get_by_role("link", name="Night shift 3")).to_be_visible()
    expect(page.get_by_role("button", name="Discard")).to_have_count(0)

    other = windows.open("admin", page.url.removeprefix(windows.url))
    expect(other.get_by_test_id("tile")).to_have_count(3)

    page.get_by_role("button", name="More for the view Night shift").click()
    page.get_by_role("menuitem", name="Name and devices").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Day shift")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(tabs.get_by_role("link", name="Day shift 3")).to_be_visible()

    page.get_by_role("button", name="More for the view Day shift").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    page.wait_for_url(re.compile(r"/wall$"))
    expect(tabs.get_by_role("link", name="Day shift")).to_have_count(0)


def test_tabs_show_the_devices_of_a_host_and_of_a_group(viewer_page: Page) -> None:
    open_wall(viewer_page)
    tabs = viewer_page.get_by_role("navigation", name="Views of the wall")
    tabs.get_by_role("link", name="lab-1 2").click()
    viewer_page.wait_for_url("**/wall?host=lab-1")
    wait_until(
        "only lab-1 is there",
        lambda: {each for each in order(viewer_page) if each} == {CLOCK, SAMPLE},
        page=viewer_page,
    )
    tabs.get_by_role("link", name="Lobby 1").click()
    expect(viewer_page.get_by_test_id("tile")).to_have_count(1)


def test_who_is_limited_to_a_group_sees_its_device_only(limited_page: Page) -> None:
    open_wall(limited_page)
    assert [each for each in order(limited_page) if each] == [PATTERN]


# -- keyboard, kiosk, narrow windows, themes -------------------------------------------------


def test_the_wall_is_used_with_the_keyboard_alone(viewer_page: Page) -> None:
    open_wall(viewer_page)
    names = order(viewer_page)
    viewer_page.keyboard.press("ArrowRight")
    expect(link_of(viewer_page, names[0])).to_be_focused()
    viewer_page.keyboard.press("ArrowRight")
    expect(link_of(viewer_page, names[1])).to_be_focused()
    wait_until_plays(tile(viewer_page, names[1]).locator("video"), for_s=0.3, within_s=20.0)
    viewer_page.keyboard.press("ArrowDown")
    expect(link_of(viewer_page, names[3])).to_be_focused()
    viewer_page.keyboard.press("Enter")
    viewer_page.wait_for_function(f"document.fullscreenElement?.dataset.device === '{names[3]}'")
    viewer_page.keyboard.press("Enter")
    viewer_page.wait_for_function("document.fullscreenElement === null")
    viewer_page.keyboard.press("o")
    viewer_page.wait_for_url(f"**/devices/{names[3]}*")


def test_a_kiosk_has_tiles_only_and_is_left_again(viewer_page: Page) -> None:
    open_wall(viewer_page)
    viewer_page.keyboard.press("k")
    pages = viewer_page.get_by_role("navigation", name="Pages")
    expect(pages).to_have_count(0)
    viewer_page.wait_for_url("**/wall?kiosk=1")
    viewer_page.reload()
    expect(viewer_page.get_by_test_id("tile").first).to_be_visible()
    expect(pages).to_have_count(0)
    expect(viewer_page.get_by_role("navigation", name="Views of the wall")).to_have_count(0)
    wait_until("tiles have grown", lambda: _fits(viewer_page), page=viewer_page)
    assert_accessible(viewer_page)
    viewer_page.mouse.move(600, 300)
    viewer_page.get_by_role("button", name="Leave kiosk").click()
    expect(pages).to_be_visible()
    viewer_page.wait_for_url("**/wall")


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_wall_is_accessible_in_both_themes_and_narrow(windows: Windows, theme: Theme) -> None:
    page = windows.open("viewer", size=NARROW, theme=theme)
    open_wall(page)
    assert_no_horizontal_scroll(page)
    assert_accessible(page)
    page.get_by_role("radio", name="2 columns").check()
    wait_until(
        "two tiles are beside one another",
        lambda: page.get_by_test_id("tile").first.bounding_box()["width"] < 200,  # type: ignore[index]
        page=page,
    )
    assert_no_horizontal_scroll(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    assert_accessible(page)
    set_theme(page, "light" if theme == "dark" else "dark")
    assert_accessible(page)


# -- waiting, nothing, trouble ---------------------------------------------------------------


def test_while_devices_are_waited_for_their_places_are_there(viewer_page: Page) -> None:
    viewer_page.route(DEVICES, lambda route: None)
    viewer_page.goto("/wall")
    expect(viewer_page.get_by_role("status").filter(has_text="Waiting for the devices")).to_be_visible()
    assert_accessible(viewer_page)


def test_a_wall_without_devices_says_how_they_come(viewer_page: Page) -> None:
    def nothing(route: Route) -> None:
        meta = {"page": 1, "pageSize": 100, "total": 0, "totalPages": 0}
        route.fulfill(json={"success": True, "data": [], "meta": meta})

    viewer_page.route(DEVICES, nothing)
    viewer_page.goto("/wall")
    expect(viewer_page.get_by_role("heading", name="There are no devices yet.")).to_be_visible()
    assert_accessible(viewer_page)


def test_a_view_that_is_gone_is_told_and_leads_to_all_devices(viewer_page: Page) -> None:
    viewer_page.goto("/wall?view=0b6c1f3a-1f0e-4f0b-9c39-6a3d8a1f7a55")
    expect(viewer_page.get_by_role("heading", name=re.compile("no such view any more"))).to_be_visible()
    viewer_page.get_by_role("link", name="Show all devices").click()
    expect(viewer_page.get_by_test_id("tile")).to_have_count(4)


def test_devices_that_cannot_be_listed_are_told_and_asked_for_again(windows: Windows) -> None:
    page = windows.open("viewer")
    windows.expect_error("503 .*/api/v1/devices")
    said = {**failure(503, "The database is down.", "Wait for it."), "headers": {"X-Request-ID": "5f0c6a1e"}}
    page.route(DEVICES, lambda route: route.fulfill(**said))
    page.goto("/wall")
    expect(page.get_by_role("alert")).to_contain_text("The database is down.")
    expect(page.get_by_role("alert")).to_contain_text("Wait for it. (request 5f0c6a1e)")
    assert_accessible(page)
    page.unroute(DEVICES)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_test_id("tile")).to_have_count(4)


def test_a_gateway_that_has_no_pictures_leaves_the_last_ones_visibly_old(windows: Windows) -> None:
    page = windows.open("viewer")
    windows.expect_error("503 .*/api/v1/wall/frames")
    open_wall(page)
    page.route(FRAMES, lambda route: route.fulfill(**failure(503, "Redis is away.", "Wait for it.")))
    expect(page.get_by_text("No new pictures arrive. Redis is away.")).to_be_visible()
    for device in (CLOCK, PATTERN):
        expect(tile(page, device)).to_contain_text("Stale", timeout=20_000)
        expect(tile(page, device)).to_contain_text("Last picture")
    still = picture_of(tile(page, PATTERN))
    assert difference(still, picture_of(tile(page, PATTERN))) < 0.05
    page.unroute(FRAMES)
    expect(tile(page, PATTERN)).not_to_contain_text("Last picture", timeout=20_000)
    expect(page.get_by_text("No new pictures arrive.")).to_have_count(0)
