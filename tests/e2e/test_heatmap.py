"""The heatmap: a day of all devices, one device as hours and minutes, an hour as a gallery."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import FloatRect, Locator, Page, Route, expect

from tests.support.browser import NARROW, WIDE, Theme, Windows
from tests.support.browser_checks import (
    assert_accessible,
    assert_no_horizontal_scroll,
    picture_of,
    wait_until,
)
from tests.support.e2e_stack import DEVICES

MINUTES = re.compile(r"/api/v1/heatmap\?")
DEVICE_LIST = re.compile(r"/api/v1/devices\?")
SAMPLE = "/heatmap/lab-1/sample"
PICTURE_WITHIN_MS = 20_000
# What may pass is asked for three times.
GIVEN_UP_WITHIN_MS = 15_000
LOADED = "(image) => image.complete && image.naturalWidth > 0"
# The sample's past is lit by day, so an hour with a bright picture is somewhere in any four hours of it.
HOURS_BACK = 5


# -- finding one's way -----------------------------------------------------------------------


def cells(page: Page) -> Locator:
    """The area that takes mouse and keys, when it is painted."""
    page.wait_for_function("() => performance.getEntriesByName('heatmap-painted').length > 0")
    return page.get_by_role("application")


def card(page: Page) -> Locator:
    return page.get_by_test_id("minute-card")


def card_time(page: Page) -> datetime:
    told = card(page).locator("time").get_attribute("datetime")
    assert told is not None
    return datetime.fromisoformat(told)


def row_labels(page: Page) -> list[str]:
    return [text.split("\n")[0] for text in page.get_by_role("link", name="its hours").all_inner_texts()]


def box(locator: Locator) -> FloatRect:
    found = locator.bounding_box()
    assert found is not None
    return found


def hover_hours_back(page: Page, hours: float, label: str = "Sample") -> tuple[float, float]:
    """Hover a device's minute so long ago; return where."""
    area = box(cells(page))
    row = box(page.get_by_role("link", name=label).filter(has_text="its hours"))
    x = area["x"] + area["width"] * (1 - hours / 24)
    y = row["y"] + row["height"] / 2
    page.mouse.move(x, y)
    expect(card(page)).to_be_visible()
    return x, y


def player_time(page: Page) -> datetime:
    page.wait_for_url("**/devices/lab-1/sample?t=*")
    return datetime.fromisoformat(parse_qs(urlparse(page.url).query)["t"][0])


def has_picture(page: Page) -> None:
    image = card(page).locator("img")
    expect(image).to_be_visible(timeout=PICTURE_WITHIN_MS)
    wait_until("the card's picture is loaded", lambda: bool(image.evaluate(LOADED)), page=page)


def answer_devices(page: Page, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
    """The list of devices is the real one, changed on its way to the page."""

    def answer(route: Route) -> None:
        real = route.fetch()
        body = real.json()
        route.fulfill(response=real, body=json.dumps({**body, "data": change(body["data"])}))

    page.route(DEVICE_LIST, answer)


# -- all devices -----------------------------------------------------------------------------


def test_a_click_on_an_hour_that_is_past_opens_the_player_at_that_minute(viewer_page: Page) -> None:
    viewer_page.goto("/heatmap")
    x, y = hover_hours_back(viewer_page, HOURS_BACK)
    minute = card_time(viewer_page)
    assert datetime.now(UTC) - minute > timedelta(hours=3)
    viewer_page.mouse.click(x, y)
    assert player_time(viewer_page) == minute
    viewer_page.go_back()
    cells(viewer_page)


def test_hovering_shows_the_minutes_picture_time_activity_and_state(viewer_page: Page) -> None:
    asked: list[str] = []
    viewer_page.on("request", lambda request: asked.append(request.url))
    viewer_page.goto("/heatmap")
    hover_hours_back(viewer_page, HOURS_BACK)
    has_picture(viewer_page)
    expect(card(viewer_page)).to_contain_text(re.compile(r"\d\d:\d\d"))
    expect(card(viewer_page)).to_contain_text(re.compile(r"Activity\s*(< )?\d+ %"))
    expect(card(viewer_page)).to_contain_text("lab-1")
    assert sum("/frame?" in url for url in asked) == 1
    # Who only passes over the minutes asks the hosts for nothing.
    before = len([url for url in asked if "/frame?" in url])
    area = box(cells(viewer_page))
    viewer_page.mouse.move(area["x"] + area["width"] * 0.9, area["y"] + 10)
    viewer_page.mouse.move(area["x"] + area["width"] * 0.2, area["y"] + 10, steps=60)
    viewer_page.mouse.move(0, 0)
    expect(card(viewer_page)).to_be_hidden()
    viewer_page.wait_for_timeout(500)  # longer than the page itself waits before it asks
    assert sum("/frame?" in url for url in asked) - before <= 1


def test_keys_move_over_the_minutes_tell_them_and_play_them(viewer_page: Page) -> None:
    viewer_page.goto("/heatmap?sort=name")
    cells(viewer_page).focus()
    viewer_page.keyboard.press("End")
    sample = next(i for i, label in enumerate(row_labels(viewer_page)) if label.startswith("Sample"))
    for _ in range(sample):
        viewer_page.keyboard.press("ArrowDown")
    last = card_time(viewer_page)
    for _ in range(20):
        viewer_page.keyboard.press("Shift+ArrowLeft")
    viewer_page.keyboard.press("ArrowRight")
    minute = card_time(viewer_page)
    assert last - minute == timedelta(minutes=199)
    said = viewer_page.locator("[aria-live=polite]").filter(has_text="Sample")
    expect(said).to_contain_text(f"{minute:%H:%M}")
    viewer_page.keyboard.press("Enter")
    assert player_time(viewer_page) == minute


def test_rows_sort_and_filter_and_the_choice_is_remembered(viewer_page: Page) -> None:
    viewer_page.goto("/heatmap")
    cells(viewer_page)
    assert len(row_labels(viewer_page)) == len(DEVICES)
    viewer_page.get_by_text("Name", exact=True).click()
    expect(viewer_page).to_have_url(re.compile("sort=name"))
    assert [label.split()[0] for label in row_labels(viewer_page)] == ["Back", "Clock", "Sample", "Test"]
    viewer_page.get_by_label("Filter devices").fill("lab-2 pattern")
    expect(viewer_page.get_by_role("link", name="its hours")).to_have_count(1)
    viewer_page.get_by_label("Filter devices").fill("nothing like it")
    viewer_page.get_by_role("button", name="Show all devices").click()
    viewer_page.get_by_label("Group").select_option("Lobby")
    expect(viewer_page.get_by_role("link", name="its hours")).to_have_count(1)
    viewer_page.goto("/heatmap")
    cells(viewer_page)
    assert row_labels(viewer_page)[0].startswith("Back")


def test_days_are_in_the_address_and_next_to_each_other(viewer_page: Page) -> None:
    today = datetime.now(UTC).date()
    viewer_page.goto("/heatmap")
    cells(viewer_page)
    expect(viewer_page.get_by_role("button", name="Next day")).to_be_disabled()
    viewer_page.get_by_role("button", name="Previous day").click()
    expect(viewer_page).to_have_url(re.compile(f"day={today - timedelta(days=1)}"))
    expect(viewer_page.get_by_label("Day", exact=True)).to_have_value(str(today - timedelta(days=1)))
    viewer_page.get_by_role("button", name="Next day").click()
    expect(viewer_page).to_have_url(re.compile(f"day={today}"))
    viewer_page.get_by_role("button", name="Last 24 h").click()
    expect(viewer_page).not_to_have_url(re.compile("day="))
    viewer_page.go_back()
    expect(viewer_page).to_have_url(re.compile(f"day={today}"))


def test_a_host_that_is_silent_keeps_its_rows_and_says_so(windows: Windows) -> None:
    page = windows.open("viewer")
    silent = (datetime.now(UTC) - timedelta(minutes=3, seconds=5)).isoformat()

    def silence(devices: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for device in devices:
            if device["host"] == "lab-1":
                device.update(word="host silent", host_state="offline", reported_at=silent)
        return devices

    answer_devices(page, silence)
    page.goto("/heatmap")
    cells(page)
    row = page.get_by_role("link", name="Sample").filter(has_text="its hours")
    expect(row).to_contain_text(re.compile(r"silent [34] min"))
    assert len(row_labels(page)) == len(DEVICES)
    hover_hours_back(page, HOURS_BACK)
    expect(card(page)).to_contain_text("Picture not reachable now: lab-1 is silent")
    # What its host sent before is still shown: the row is not empty.
    area, at = box(cells(page)), box(row)
    clip: FloatRect = {"x": area["x"], "y": at["y"], "width": area["width"] / 2, "height": at["height"]}
    page.mouse.move(0, 0)
    colours = {page.screenshot(clip={**clip, "x": clip["x"] + i, "width": 1}) for i in range(0, 600, 60)}
    assert len(colours) > 1


# -- one device ------------------------------------------------------------------------------


def test_a_device_unfolds_to_hours_and_minutes_in_activity_or_pictures(viewer_page: Page) -> None:
    viewer_page.goto("/heatmap")
    cells(viewer_page)
    viewer_page.get_by_role("link", name="Sample").filter(has_text="its hours").click()
    expect(viewer_page).to_have_url(re.compile(SAMPLE))
    expect(viewer_page.get_by_role("button", name="Pictures of")).to_have_count(24)
    area = viewer_page.get_by_role("application")
    expect(area).to_have_accessible_name(re.compile("Activity of Sample"))
    before = picture_of(area)
    viewer_page.get_by_text("Pictures", exact=True).click()
    expect(area).to_have_accessible_name(re.compile("Pictures of Sample"))
    expect(viewer_page.get_by_role("img", name="Pictures of Sample")).to_be_visible()
    wait_until(
        "pictures have more colours than activity",
        lambda: len(picture_of(area).getcolors(1 << 24) or []) > 2 * len(before.getcolors(1 << 24) or []),
        page=viewer_page,
    )
    area.focus()
    for _ in range(4):
        viewer_page.keyboard.press("ArrowUp")
    viewer_page.keyboard.press("ArrowLeft")
    viewer_page.keyboard.press("Home")
    minute = card_time(viewer_page)
    has_picture(viewer_page)
    viewer_page.keyboard.press("Enter")
    assert player_time(viewer_page) == minute


def test_an_hour_opens_as_a_gallery_that_keys_walk_through(viewer_page: Page) -> None:
    hour = (datetime.now(UTC) - timedelta(hours=HOURS_BACK)).replace(minute=0, second=0, microsecond=0)
    viewer_page.goto(SAMPLE)
    name = re.compile(rf"Pictures of .* {hour:%H:%M}")
    viewer_page.get_by_role("button", name=name).click()
    gallery = viewer_page.get_by_role("dialog")
    expect(gallery).to_contain_text(f"{hour:%H:%M}–")
    expect(gallery.get_by_role("link")).to_have_count(60)
    expect(gallery.get_by_test_id("minute-tile").first).to_be_visible(timeout=PICTURE_WITHIN_MS)
    assert_accessible(viewer_page)
    gallery.get_by_role("link").first.focus()
    viewer_page.keyboard.press("ArrowRight")
    viewer_page.keyboard.press("ArrowDown")
    viewer_page.keyboard.press("ArrowUp")
    expect(gallery.get_by_role("link").nth(1)).to_be_focused()
    gallery.get_by_role("button", name="Previous hour").click()
    expect(gallery).to_contain_text(f"{hour - timedelta(hours=1):%H:%M}–")
    gallery.get_by_role("button", name="Next hour").click()
    expect(gallery).to_contain_text(f"{hour:%H:%M}–")
    gallery.get_by_role("link").nth(1).focus()
    viewer_page.keyboard.press("Enter")
    assert player_time(viewer_page) == hour + timedelta(minutes=1)
    viewer_page.go_back()
    expect(viewer_page.get_by_role("dialog")).to_be_visible()
    viewer_page.keyboard.press("Escape")
    expect(viewer_page.get_by_role("dialog")).to_be_hidden()


# -- states, sizes, themes -------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/heatmap", SAMPLE])
def test_a_gateway_that_fails_is_said_and_can_be_asked_again(windows: Windows, path: str) -> None:
    page = windows.open("viewer")
    windows.expect_error("503 .*/api/v1/heatmap")
    error = {"code": "unavailable", "message": "The archive rests.", "remedy": "Wait.", "details": {}}
    page.route(MINUTES, lambda route: route.fulfill(status=503, json={"success": False, "error": error}))
    page.goto(path)
    expect(page.get_by_role("alert")).to_contain_text("The archive rests.", timeout=GIVEN_UP_WITHIN_MS)
    page.unroute(MINUTES)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("alert")).to_be_hidden()
    expect(page.get_by_role("application")).to_be_visible()


def test_while_the_minutes_are_on_their_way_the_rows_are_there_already(windows: Windows) -> None:
    page = windows.open("viewer")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(MINUTES, hold)
    page.goto("/heatmap")
    rows = page.get_by_role("link", name="its hours")
    expect(rows).to_have_count(len(DEVICES))
    before = box(rows.first)
    expect(page.get_by_role("status").filter(has_text="Waiting")).to_be_visible()
    for route in held:
        route.continue_()
    page.unroute(MINUTES)
    cells(page)
    assert box(rows.first) == before


def test_without_devices_it_says_what_to_do(windows: Windows) -> None:
    page = windows.open("admin")
    page.route(MINUTES, lambda route: fulfil_changed(route, {"devices": []}))
    answer_devices(page, lambda _: [])
    page.goto("/heatmap")
    expect(page.get_by_test_id("empty")).to_contain_text("Enrol a host")


def test_before_anything_is_reported_it_says_when_that_comes(windows: Windows) -> None:
    page = windows.open("viewer")
    page.route(MINUTES, lambda route: fulfil_changed(route, {"devices": []}))
    page.goto("/heatmap")
    cells(page)
    expect(page.get_by_role("status").filter(has_text="Nothing is reported")).to_be_visible()


def fulfil_changed(route: Route, change: dict[str, Any]) -> None:
    real = route.fetch()
    body = real.json()
    route.fulfill(response=real, body=json.dumps({**body, "data": {**body["data"], **change}}))


def test_who_is_limited_to_a_group_sees_its_devices_only(limited_page: Page) -> None:
    limited_page.goto("/heatmap")
    cells(limited_page)
    assert row_labels(limited_page) == ["Test pattern"]


@pytest.mark.parametrize(("size", "theme"), [(WIDE, "dark"), (NARROW, "light")])
@pytest.mark.parametrize("path", ["/heatmap", SAMPLE, f"{SAMPLE}?show=pictures"])
def test_it_is_accessible_and_fits_in_both_themes_and_sizes(
    windows: Windows, path: str, size: tuple[int, int], theme: Theme
) -> None:
    page = windows.open("viewer", size=size, theme=theme)
    page.goto(path)
    expect(page.get_by_role("application")).to_be_visible()
    page.get_by_role("application").focus()
    assert_accessible(page)
    assert_no_horizontal_scroll(page)


def test_a_long_press_shows_the_minute_and_a_tap_plays_it(windows: Windows) -> None:
    page = windows.open("viewer", size=NARROW)
    page.goto("/heatmap?name=sample")
    area = box(cells(page))
    x, y = 150, area["y"] + 40
    press = {"pointerType": "touch", "clientX": x, "clientY": y, "bubbles": True}
    page.get_by_role("application").dispatch_event("pointerdown", press)
    expect(card(page)).to_be_visible()
    page.get_by_role("application").dispatch_event("pointerup", press)
    expect(card(page)).to_be_visible()
    page.touchscreen.tap(x, y)
    player_time(page)
