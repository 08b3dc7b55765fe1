"""The player's time line and panel: what they say, how one gets about on them, and the export of a range."""

import base64
import io
import re
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import FloatRect, Locator, Page, Route, expect

from shared.spans import iso_ms
from tests.support.browser import NARROW, Theme, Windows
from tests.support.browser_checks import (
    assert_accessible,
    assert_no_horizontal_scroll,
    difference,
    wait_until,
)

SAMPLE = "/devices/lab-1/sample"
TIMELINE = "**/api/v1/timeline?*"
TILE_WIDTH, TILE_HEIGHT, TILES_ACROSS = 160, 90, 10
EXPORT_S = 60
# A segment at each end.
SEGMENTS_S = 10.0
PICTURE_WITHIN_MS = 10_000
EXPORTED_WITHIN_MS = 60_000
HOUR_MS = 3_600_000
# So long ago there is no gap of the sample within hours.
QUIET_H = 9


# -- what tests ask --------------------------------------------------------------------------


def lanes(page: Page) -> Locator:
    return page.get_by_role("slider", name="Play head")


def card(page: Page) -> Locator:
    return page.get_by_test_id("time-card")


def open_at(page: Page, at: datetime) -> None:
    """The player at a moment of the sample, when its time line has arrived."""
    page.goto(f"{SAMPLE}?t={at:%Y-%m-%dT%H:%M:%SZ}")
    expect(lanes(page)).to_have_attribute("aria-valuetext", re.compile("footage"), timeout=30_000)


def hours_back(hours: float) -> datetime:
    """So long ago, at a full minute."""
    return (datetime.now(UTC) - timedelta(hours=hours)).replace(second=0, microsecond=0)


def ms_of(at: datetime) -> int:
    return round(at.timestamp() * 1000)


@dataclass(frozen=True, slots=True)
class View:
    """What the lanes show, and where they are."""

    begin_ms: int
    end_ms: int
    box: FloatRect

    @property
    def length_ms(self) -> int:
        return self.end_ms - self.begin_ms

    @property
    def ms_a_pixel(self) -> float:
        return self.length_ms / self.box["width"]

    def x_of(self, ms: float) -> float:
        return self.box["x"] + (ms - self.begin_ms) / self.ms_a_pixel

    def ms_at(self, x: float) -> float:
        return self.begin_ms + (x - self.box["x"]) * self.ms_a_pixel

    @property
    def band_y(self) -> float:
        return self.box["y"] + self.box["height"] * 0.65

    @property
    def ruler_y(self) -> float:
        return self.box["y"] + 12


def view_of(page: Page) -> View:
    area = lanes(page).bounding_box()
    assert area is not None
    begin, end = (lanes(page).get_attribute(f"data-{name}") for name in ("from", "to"))
    assert begin is not None and end is not None
    return View(int(begin), int(end), area)


def settled_view(page: Page) -> View:
    """The view when nothing moves it any more."""
    seen = [view_of(page)]

    def rests() -> bool:
        seen.append(view_of(page))
        return abs(seen[-1].begin_ms - seen[-2].begin_ms) < 5 * seen[-1].ms_a_pixel

    wait_until("the time line rests", rests, page=page)
    return seen[-1]


def head_ms(page: Page) -> int:
    return int(lanes(page).get_attribute("aria-valuenow") or 0) * 1000


def wait_for_head(page: Page, ms: float, *, within_ms: float) -> None:
    wait_until(
        f"the play head is at {datetime.fromtimestamp(ms / 1000, UTC):%H:%M:%S}",
        lambda: abs(head_ms(page) - ms) <= within_ms,
        page=page,
    )


def timeline_of(page: Page, begin: datetime, end: datetime) -> dict[str, Any]:
    """What the API says of the sample."""
    query: dict[str, str | float | bool] = {
        "device": "lab-1/sample",
        "from": iso_ms(begin),
        "to": iso_ms(end),
    }
    answer = page.request.get("/api/v1/timeline", params=query)
    assert answer.ok, answer.text()
    found: dict[str, Any] = answer.json()["data"]["devices"][0]
    return found


def longest_gap(page: Page) -> tuple[datetime, datetime, str]:
    """Of those within the sample's past."""
    line = timeline_of(page, hours_back(20), hours_back(1))
    gaps = [
        (datetime.fromisoformat(gap["from"]), datetime.fromisoformat(gap["to"]), gap["sentence"])
        for gap in line["gaps"]
    ]
    return max(gaps, key=lambda gap: gap[1] - gap[0])


def shown_tile(page: Page) -> Image.Image:
    """The picture in the card beside the pointer."""
    canvas = card(page).locator("canvas[data-state=ready]")
    expect(canvas).to_be_visible(timeout=PICTURE_WITHIN_MS)
    data = canvas.evaluate("(canvas) => canvas.toDataURL('image/png').split(',')[1]")
    return Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")


def tile_of(page: Page, at: datetime) -> Image.Image:
    """The minute's tile, cut out of its hour's mosaic."""
    answer = page.request.get(f"/media/lab-1/sample/heatmap/{at:%Y-%m-%dT%H}/mosaic.jpg")
    assert answer.ok, answer.status
    left, top = at.minute % TILES_ACROSS * TILE_WIDTH, at.minute // TILES_ACROSS * TILE_HEIGHT
    mosaic = Image.open(io.BytesIO(answer.body())).convert("RGB")
    return mosaic.crop((left, top, left + TILE_WIDTH, top + TILE_HEIGHT))


# -- what it says ----------------------------------------------------------------------------


def test_hovering_a_gap_says_from_when_to_when_how_long_and_why(viewer_page: Page) -> None:
    begin, end, sentence = longest_gap(viewer_page)
    open_at(viewer_page, begin - timedelta(minutes=10))
    view = settled_view(viewer_page)
    viewer_page.mouse.move(view.x_of(ms_of(begin + (end - begin) / 2)), view.band_y)
    next_day = "" if begin.date() == end.date() else f"{end:%a %-d %b} "
    expect(card(viewer_page)).to_contain_text(f"{begin:%H:%M:%S} – {next_day}{end:%H:%M:%S}")
    expect(card(viewer_page)).to_contain_text(f"{round((end - begin).total_seconds()) // 60} min")
    expect(card(viewer_page)).to_contain_text(sentence)


def test_gaps_are_in_the_panels_list_with_their_reasons(viewer_page: Page) -> None:
    begin, _, sentence = longest_gap(viewer_page)
    open_at(viewer_page, begin - timedelta(minutes=10))
    viewer_page.get_by_role("button", name="Incidents").click()
    entry = viewer_page.get_by_role("listitem").filter(has_text=f"{begin:%H:%M:%S}")
    expect(entry).to_contain_text(sentence)


def test_hovering_shows_the_picture_of_the_minute_with_time_and_activity(viewer_page: Page) -> None:
    at = hours_back(QUIET_H)
    open_at(viewer_page, at)
    view = settled_view(viewer_page)
    # Several minutes of the same hour, so that a wrong tile would be seen.
    hour = at.replace(minute=0)
    minutes = [hour + timedelta(minutes=minute) for minute in (7, 23, 41, 56)]
    shown = []
    for minute in minutes:
        middle = minute + timedelta(seconds=30)
        viewer_page.mouse.move(view.x_of(ms_of(middle)), view.band_y)
        expect(card(viewer_page)).to_contain_text(re.compile(rf"{minute:%H:%M}:\d\d"))
        expect(card(viewer_page)).to_contain_text("Activity")
        shown.append(shown_tile(viewer_page))
    for number, tile in enumerate(shown):
        apart = [difference(tile, tile_of(viewer_page, minute)) for minute in minutes]
        assert min(apart) == apart[number] < 0.001, (number, apart)


def test_events_of_the_panel_have_pictures_and_lead_to_their_moment(viewer_page: Page) -> None:
    open_at(viewer_page, hours_back(12))
    panel = viewer_page.get_by_role("complementary", name="Around the play head")
    motion = panel.get_by_role("listitem").filter(has_text="Motion")
    said = motion.last.locator("time").get_attribute("datetime")
    assert said is not None
    # By its time: the newest may be followed by another at any moment.
    event = motion.filter(has=viewer_page.locator(f'time[datetime="{said}"]'))
    event.scroll_into_view_if_needed()
    expect(event.locator("canvas[data-state=ready]")).to_be_visible(timeout=PICTURE_WITHIN_MS)
    event.get_by_role("button").click()
    expect(event.get_by_role("button")).to_have_attribute("aria-current", "true", timeout=15_000)
    wait_for_head(viewer_page, ms_of(datetime.fromisoformat(said)), within_ms=10 * 60_000)


# -- how one gets about ----------------------------------------------------------------------


def test_a_click_plays_the_time_that_is_at_its_place(viewer_page: Page) -> None:
    open_at(viewer_page, hours_back(5))
    view = settled_view(viewer_page)
    x = view.box["x"] + view.box["width"] * 0.3
    viewer_page.mouse.click(x, view.band_y)
    wait_for_head(viewer_page, view.ms_at(x), within_ms=2 * view.ms_a_pixel + 15_000)
    expect(viewer_page).to_have_url(re.compile(r"[?&]t="))


def test_dragging_the_play_head_shows_pictures_at_once_and_releasing_it_plays_there(
    viewer_page: Page,
) -> None:
    at = hours_back(5)
    open_at(viewer_page, at)
    view = settled_view(viewer_page)
    was = head_ms(viewer_page)
    target = at + timedelta(hours=1, minutes=13, seconds=30)
    viewer_page.mouse.move(view.x_of(was), view.band_y)
    viewer_page.mouse.down()
    viewer_page.mouse.move(view.x_of(ms_of(target)), view.band_y, steps=8)
    expect(card(viewer_page)).to_contain_text(re.compile(rf"{target:%H:%M}:\d\d"))
    minute = target.replace(second=0)
    assert difference(shown_tile(viewer_page), tile_of(viewer_page, minute)) < 0.001
    # Nothing was sought so far: it plays on where it was.
    assert head_ms(viewer_page) - was < 30_000
    viewer_page.mouse.up()
    wait_for_head(viewer_page, ms_of(target), within_ms=2 * view.ms_a_pixel + 15_000)


def test_the_wheel_zooms_at_the_pointer_and_pans_with_shift(viewer_page: Page) -> None:
    open_at(viewer_page, hours_back(5))
    before = settled_view(viewer_page)
    x = before.box["x"] + before.box["width"] * 0.25
    viewer_page.mouse.move(x, before.band_y)
    for _ in range(10):
        viewer_page.mouse.wheel(0, -100)
    wait_until("it zooms", lambda: view_of(viewer_page).length_ms < before.length_ms / 5, page=viewer_page)
    closer = settled_view(viewer_page)
    assert abs(closer.ms_at(x) - before.ms_at(x)) < before.ms_a_pixel
    viewer_page.keyboard.down("Shift")
    viewer_page.mouse.wheel(0, 300)
    viewer_page.keyboard.up("Shift")
    wait_until("it pans", lambda: view_of(viewer_page).begin_ms > closer.begin_ms, page=viewer_page)
    assert settled_view(viewer_page).length_ms == pytest.approx(closer.length_ms, rel=0.001)


def test_double_click_the_ruler_the_buttons_and_the_minimap_move_the_view(viewer_page: Page) -> None:
    open_at(viewer_page, hours_back(5))
    before = settled_view(viewer_page)
    expect(viewer_page.get_by_label("Shown")).to_have_text("6 h")
    viewer_page.get_by_role("button", name="Zoom out").click()
    expect(viewer_page.get_by_label("Shown")).to_have_text("12 h")
    viewer_page.get_by_role("button", name="Zoom in").click()
    expect(viewer_page.get_by_label("Shown")).to_have_text("6 h")
    before = settled_view(viewer_page)
    middle = before.box["x"] + before.box["width"] / 2
    viewer_page.mouse.move(middle + 150, before.ruler_y)
    viewer_page.mouse.down()
    viewer_page.mouse.move(middle + 350, before.ruler_y, steps=5)
    viewer_page.mouse.up()
    panned = settled_view(viewer_page)
    assert before.begin_ms - panned.begin_ms == pytest.approx(200 * before.ms_a_pixel, rel=0.05)
    assert abs(head_ms(viewer_page) - ms_of(hours_back(5))) < 10 * 60_000
    minimap = viewer_page.get_by_test_id("minimap").bounding_box()
    assert minimap is not None
    viewer_page.mouse.click(minimap["x"] + minimap["width"] * 0.25, minimap["y"] + 10)
    wait_until("it looks there", lambda: view_of(viewer_page).end_ms < panned.begin_ms, page=viewer_page)
    there = settled_view(viewer_page)
    viewer_page.mouse.dblclick(middle, there.band_y)
    wait_until("it zooms", lambda: view_of(viewer_page).length_ms < there.length_ms / 3, page=viewer_page)


def test_the_keyboard_steps_zooms_and_goes_to_both_ends(viewer_page: Page) -> None:
    open_at(viewer_page, hours_back(5))
    viewer_page.get_by_role("button", name="Pause").first.click()
    lanes(viewer_page).focus()
    at = head_ms(viewer_page)
    viewer_page.keyboard.press("ArrowRight")
    wait_for_head(viewer_page, at + 60_000, within_ms=10_000)
    viewer_page.keyboard.press("Shift+ArrowLeft")
    wait_for_head(viewer_page, at - 9 * 60_000, within_ms=15_000)
    length = settled_view(viewer_page).length_ms
    viewer_page.keyboard.press("+")
    wait_until("it zooms", lambda: view_of(viewer_page).length_ms < length / 2, page=viewer_page)
    viewer_page.keyboard.press("-")
    wait_until("it zooms", lambda: view_of(viewer_page).length_ms > length * 0.9, page=viewer_page)
    viewer_page.keyboard.press("Home")
    wait_until("the begin", lambda: head_ms(viewer_page) < at - 15 * HOUR_MS, page=viewer_page)
    viewer_page.keyboard.press("End")
    now = ms_of(datetime.now(UTC))
    wait_until("now", lambda: head_ms(viewer_page) > now - 60_000, page=viewer_page, within_s=30)


def test_two_fingers_zoom_and_one_pans(windows: Windows) -> None:
    page = windows.open("viewer", size=NARROW)
    open_at(page, hours_back(5))
    before = settled_view(page)
    touch = page.context.new_cdp_session(page)
    y = before.band_y

    def fingers(kind: str, *places: float) -> None:
        points = [{"x": x, "y": y, "id": number} for number, x in enumerate(places)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers("touchStart", 60, 120)
    for step in range(1, 6):
        fingers("touchMove", 60 - 8 * step, 120 + 20 * step)
    fingers("touchEnd")
    wait_until("it zooms", lambda: view_of(page).length_ms < before.length_ms / 2, page=page)
    closer = settled_view(page)
    # The time between the fingers stays between them.
    assert closer.begin_ms < before.ms_at(90) < closer.end_ms
    fingers("touchStart", 300)
    for step in range(1, 6):
        fingers("touchMove", 300 - 30 * step)
    fingers("touchEnd")
    wait_until("it pans", lambda: view_of(page).begin_ms > closer.begin_ms, page=page)


# -- exports ---------------------------------------------------------------------------------


def type_range(page: Page, begin: datetime, length: timedelta) -> None:
    for label, at in (("From", begin), ("To", begin + length)):
        field = page.get_by_label(re.compile(rf"^{label} \(UTC\)"))
        field.fill(f"{at:%Y-%m-%dT%H:%M:%S}")
        field.press("Enter")


def seconds_of(file: Path) -> float:
    """How long an MP4 plays; ffprobe must have nothing to complain of."""
    probe = ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", str(file)]
    said = subprocess.run(probe, capture_output=True, text=True, check=True, timeout=30)
    assert said.stderr == ""
    return float(said.stdout)


def test_a_range_becomes_an_mp4_that_plays_as_long_and_stays_in_the_list(
    operator_page: Page, tmp_path: Path
) -> None:
    page = operator_page
    begin = hours_back(5)
    open_at(page, begin)
    page.get_by_role("tab", name="Export").click()
    form = page.get_by_role("form", name="Export a range")
    expect(form).to_contain_text("1 min")
    expect(page.get_by_role("slider", name="Begin of the export")).to_be_visible()
    type_range(page, begin, timedelta(seconds=EXPORT_S))
    expect(page.get_by_role("slider", name="End of the export")).to_have_attribute(
        "aria-valuenow", str((ms_of(begin) // 1000) + EXPORT_S)
    )
    page.get_by_role("button", name="Export MP4").click()
    exports = page.get_by_role("region", name="Exports")
    expect(exports.get_by_role("link", name="Download MP4")).to_be_visible(timeout=EXPORTED_WITHIN_MS)
    with page.expect_download() as downloading:
        exports.get_by_role("link", name="Download MP4").click()
    file = tmp_path / "clip.mp4"
    downloading.value.save_as(file)
    assert EXPORT_S - 1 <= seconds_of(file) <= EXPORT_S + 2 * SEGMENTS_S
    page.goto("/wall")
    page.goto(SAMPLE)
    page.get_by_role("tab", name="Export").click()
    expect(exports.get_by_role("link", name="Download MP4")).to_be_visible()
    exports.get_by_role("button", name="Remove").click()
    expect(exports).to_be_hidden()


def test_the_handles_are_drawn_and_follow_the_keyboard(operator_page: Page) -> None:
    page = operator_page
    open_at(page, hours_back(5))
    page.get_by_role("tab", name="Export").click()
    begin = page.get_by_role("slider", name="Begin of the export")
    begin.focus()
    was = int(begin.get_attribute("aria-valuenow") or 0)
    page.keyboard.press("ArrowLeft")
    expect(begin).to_have_attribute("aria-valuenow", str(was - 1))
    page.keyboard.press("Shift+ArrowLeft")
    expect(begin).to_have_attribute("aria-valuenow", str(was - 11))
    view = settled_view(page)
    end = page.get_by_role("slider", name="End of the export")
    x = view.x_of(int(end.get_attribute("aria-valuenow") or 0) * 1000) + 4
    page.mouse.move(x, view.band_y)
    page.mouse.down()
    page.mouse.move(x + 100, view.band_y, steps=5)
    page.mouse.up()
    moved = int(end.get_attribute("aria-valuenow") or 0) * 1000
    assert moved == pytest.approx(view.ms_at(x + 100), abs=8 * view.ms_a_pixel)
    page.get_by_role("tab", name="Events").click()
    expect(begin).to_be_hidden()


def test_a_range_in_a_gap_is_refused_with_the_gaps_reason(operator_page: Page) -> None:
    page = operator_page
    begin, _, sentence = longest_gap(page)
    open_at(page, begin - timedelta(minutes=10))
    page.get_by_role("tab", name="Export").click()
    type_range(page, begin.replace(microsecond=0) + timedelta(seconds=60), timedelta(seconds=30))
    expect(page.get_by_role("form", name="Export a range")).to_contain_text(f"no footage in it: {sentence}")
    expect(page.get_by_role("button", name="Export MP4")).to_be_disabled()


def test_an_export_that_runs_can_be_cancelled_and_one_that_fails_says_why(windows: Windows) -> None:
    page = windows.open("operator")
    windows.expect_error("409 .*/clips")
    open_at(page, hours_back(5))
    clip: dict[str, Any] = {
        "id": "0123456789abcdef",
        "host": "lab-1",
        "device": "sample",
        "from": iso_ms(hours_back(5)),
        "to": iso_ms(hours_back(4)),
        "format": "mp4",
        "state": "running",
        "progress": 0.4,
        "message": "Joining the segments.",
        "createdAt": iso_ms(hours_back(0)),
        "expires_at": iso_ms(hours_back(-24)),
        "footage_ms": HOUR_MS,
        "file_name": None,
        "size_bytes": None,
        "file": None,
        "parts": [],
    }
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.method)
        route.fulfill(json={"success": True, "data": clip})

    page.route("**/api/v1/devices/lab-1/sample/clips**", answer)
    page.get_by_role("tab", name="Export").click()
    page.get_by_role("button", name="Export MP4").click()
    exports = page.get_by_role("region", name="Exports")
    expect(exports).to_contain_text("40 % · Joining the segments.")
    expect(exports.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "40")
    exports.get_by_role("button", name="Cancel").click()
    expect(exports).to_be_hidden()
    assert "DELETE" in asked
    error = {"code": "conflict", "message": "The disk is full.", "remedy": "Make room first.", "details": {}}
    page.unroute("**/api/v1/devices/lab-1/sample/clips**")
    page.route(
        "**/api/v1/devices/lab-1/sample/clips",
        lambda route: route.fulfill(status=409, json={"success": False, "error": error}),
    )
    page.get_by_role("button", name="Export MP4").click()
    expect(page.get_by_role("alert")).to_have_text("The disk is full. Make room first.")


# -- roles and states ------------------------------------------------------------------------


def test_a_viewer_is_offered_neither_export_nor_control_and_an_operator_is(
    viewer_page: Page, operator_page: Page
) -> None:
    for page, count in ((viewer_page, 0), (operator_page, 1)):
        page.goto(SAMPLE)
        page.get_by_role("tab", name="Details").click()
        expect(page.get_by_role("definition").filter(has_text="lab-1")).to_be_visible()
        expect(page.get_by_role("tab", name="Export")).to_have_count(count)
        expect(page.get_by_role("button", name=re.compile("^Stop "))).to_have_count(count)
        expect(page.get_by_role("button", name=re.compile("^Restart "))).to_have_count(count)


def test_the_panel_closes_and_stays_closed(viewer_page: Page) -> None:
    viewer_page.goto(SAMPLE)
    panel = viewer_page.get_by_role("complementary", name="Around the play head")
    panel.get_by_role("button", name="Close the panel").click()
    expect(panel).to_be_hidden()
    viewer_page.reload()
    expect(lanes(viewer_page)).to_be_visible()
    expect(panel).to_be_hidden()


def test_while_the_host_is_slow_the_band_says_so_and_fills_in(windows: Windows) -> None:
    page = windows.open("viewer")
    waiting: list[Route] = []
    answered: list[bool] = []

    def hold(route: Route) -> None:
        if answered:
            route.continue_()
        else:
            waiting.append(route)

    page.route(TIMELINE, hold)
    page.goto(SAMPLE)
    line = page.get_by_role("region", name="Time line")
    expect(line).to_contain_text("Waiting for lab-1…")
    view = view_of(page)
    page.mouse.move(view.box["x"] + 300, view.band_y)
    expect(card(page)).to_contain_text("Waiting for lab-1…")
    answered.append(True)
    for route in waiting:
        route.continue_()
    expect(line).not_to_contain_text("Waiting for")
    expect(card(page)).not_to_contain_text("Waiting for")


def test_a_host_that_does_not_answer_leaves_no_gap_but_what_is_not_known(windows: Windows) -> None:
    page = windows.open("viewer")
    sentence = "lab-1 cannot be reached."

    def silent(route: Route) -> None:
        real = route.fetch()
        body = real.json()
        one = body["data"]["devices"][0]
        span = {"from": one["from"], "to": one["to"]}
        unknown = {**span, "code": "host_unreachable", "sentence": sentence, "since": None}
        one |= {"complete": False, "recorded": [], "gaps": [], "unreachable": [unknown]}
        route.fulfill(response=real, json=body)

    page.route(TIMELINE, silent)
    page.goto(SAMPLE)
    expect(page.get_by_role("region", name="Time line")).to_contain_text(sentence)
    view = view_of(page)
    page.mouse.move(view.box["x"] + 300, view.band_y)
    expect(card(page)).to_contain_text(f"Not known: {sentence}")
    expect(card(page)).to_have_attribute("data-kind", "unreachable")


def test_a_gateway_that_fails_is_told_and_asked_again(windows: Windows) -> None:
    page = windows.open("viewer")
    windows.expect_error("503 .*/api/v1/timeline")
    error = {"code": "busy", "message": "Too much at once.", "remedy": "Wait a little.", "details": {}}
    page.route(TIMELINE, lambda route: route.fulfill(status=503, json={"success": False, "error": error}))
    page.goto(SAMPLE)
    line = page.get_by_role("region", name="Time line")
    expect(line).to_contain_text("Too much at once. Wait a little.", timeout=30_000)
    page.unroute(TIMELINE)
    expect(line).not_to_contain_text("Too much at once.", timeout=30_000)


@pytest.mark.parametrize("tab", ["Events", "Details", "Export"])
@pytest.mark.parametrize(("size", "theme"), [((1440, 900), "dark"), (NARROW, "light")])
def test_panel_and_time_line_are_accessible_and_fit_in_both_themes_and_sizes(
    windows: Windows, tab: str, size: tuple[int, int], theme: Theme
) -> None:
    page = windows.open("operator", size=size, theme=theme)
    open_at(page, hours_back(5))
    page.get_by_role("tab", name=tab).click()
    expect(page.get_by_role("tabpanel", name=tab)).to_be_visible()
    assert_accessible(page, within="[aria-label='Time line']")
    assert_accessible(page, within="[aria-label='Around the play head']")
    assert_no_horizontal_scroll(page)
