"""Events: what cameras saw, in words, searched on their page, on the heatmap and in the player.

On a gateway of its own whose cameras are captioned: real frames, Redis, Neo4j, worker and scheduler.
"""

import re
import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from shared.spans import iso_ms
from tests.support.browser import NARROW, Theme, Windows
from tests.support.browser_checks import (
    assert_accessible,
    assert_no_horizontal_scroll,
    burnt_clock_of,
    wait_until,
    wait_until_plays,
)
from tests.support.e2e_captions import CLOCK_LABEL, PATTERN_LABEL, CaptionedStack, frame_of
from tests.support.servers import fresh_database

if TYPE_CHECKING:
    from deploy.local.neo4j import PrivateNeo4j
    from deploy.local.postgres import PrivatePostgres
    from deploy.local.redis import PrivateRedis

# Of the one Redis of these tests.
DATABASE = 9
EVENTS = re.compile(r"/api/v1/events\?")
MERGED_WITHIN_MS = 30_000
PICTURE_WITHIN_MS = 15_000
# Pictures are made of footage that is there; the newest comes in a moment.
AGO_S = 15
RECORDED_WITHIN_S = 60.0
LOADED = "(image) => image.complete && image.naturalWidth > 0"
ZEBRA = "a zebra crosses the yard"


@pytest.fixture(scope="module")
def stack(
    postgres: "PrivatePostgres",
    migrated_template: str,
    redis_server: "PrivateRedis",
    neo4j: "PrivateNeo4j",
    ui_dir: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[CaptionedStack]:
    host = f"eye-{secrets.token_hex(3)}"
    with (
        fresh_database(postgres, migrated_template) as url,
        CaptionedStack(
            tmp_path_factory.mktemp("events"), url, redis_server.url(DATABASE), neo4j, ui_dir, host
        ) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def zebra(stack: CaptionedStack) -> datetime:
    """When a zebra was seen by the test pattern; twice within two seconds, which is one event."""
    deadline = time.monotonic() + RECORDED_WITHIN_S
    while not is_recorded_for(stack, AGO_S + 5):
        assert time.monotonic() < deadline, "there is no footage of before the zebra"
        time.sleep(0.2)
    begin_ms = round((time.time() - AGO_S) * 1000)
    stack.say(
        "pattern",
        [
            (begin_ms, ZEBRA),
            (begin_ms + 2_000, "a zebra crosses the yard again"),
            (begin_ms + 6_000, "an empty yard, seen through fog"),
        ],
    )
    stack.merge("pattern")
    return datetime.fromtimestamp(begin_ms / 1000, UTC)


def is_recorded_for(stack: CaptionedStack, seconds: float) -> bool:
    """Whether the test pattern has been recorded for so long."""
    now = datetime.now(UTC)
    span = {"from": iso_ms(now - timedelta(hours=1)), "to": iso_ms(now)}
    [device] = stack.data("/timeline", device=f"{stack.host}/pattern", **span)["devices"]
    begins = [datetime.fromisoformat(each["from"]) for each in device["recorded"]]
    return bool(begins) and now - min(begins) > timedelta(seconds=seconds)


@pytest.fixture
def windows(browser: Browser, stack: CaptionedStack) -> Iterator[Windows]:
    """Windows on this gateway. Footage of the newest moments may be a second away."""
    opened = Windows(browser, stack.url)
    opened.expect_error("404 .*/frame")
    yield opened
    opened.close()


def cards(page: Page) -> Locator:
    return page.locator("[data-event]")


def card(page: Page, words: str) -> Locator:
    """The card of the newest event with these words."""
    return page.get_by_role("listitem").filter(has=cards(page)).filter(has_text=words).first


def has_picture(place: Locator) -> None:
    image = place.locator("[data-picture=shown] img")
    expect(image).to_be_visible(timeout=PICTURE_WITHIN_MS)
    assert image.evaluate(LOADED)


def player_time(page: Page) -> datetime:
    page.wait_for_url("**/devices/**?t=*")
    return datetime.fromisoformat(parse_qs(urlparse(page.url).query)["t"][0])


# -- the whole way ---------------------------------------------------------------------------


def test_captions_of_real_frames_become_events_with_pictures_and_a_click_plays_that_moment(
    windows: Windows, stack: CaptionedStack
) -> None:
    page = windows.open("admin", "/events?camera=" + stack.camera_of("clock"))
    recent = page.get_by_role("region", name="Captions that are not merged yet")
    expect(
        recent.get_by_role("button", name=re.compile("recent captions? (is|are) not merged yet"))
    ).to_be_visible()
    has_picture(recent.get_by_role("listitem").last)
    recent.get_by_role("button", name="Merge now").click()
    expect(cards(page).first).to_be_visible(timeout=MERGED_WITHIN_MS)
    expect(page.get_by_text("Recent captions are merged")).to_be_visible()

    # The oldest is long enough ago to have footage behind it.
    page.get_by_label("Order").select_option("oldest")
    expect(page).to_have_url(re.compile("sort=oldest"))
    first = page.get_by_role("listitem").filter(has=cards(page)).first
    expect(first).to_contain_text("scene")
    expect(first).to_contain_text(CLOCK_LABEL)
    has_picture(first)
    event = stack.data("/events", camera=stack.camera_of("clock"), sort="oldest")["events"][0]
    expect(first.locator("time")).to_have_attribute("datetime", event["start_time"])

    cards(page).first.click()
    begin = datetime.fromisoformat(event["start_time"])
    assert abs(player_time(page) - begin) < timedelta(seconds=1.5)
    video = page.locator("video")
    wait_until_plays(video, for_s=0.2)
    stamp = burnt_clock_of(video)
    assert stamp is not None
    late_s = stamp.wall_ms / 1000 - begin.timestamp()
    assert -1.5 < late_s < 8, f"the picture is of {late_s:.1f} s after the event's begin"


# -- the page --------------------------------------------------------------------------------


def test_words_are_searched_and_marked_and_the_address_is_the_search(
    windows: Windows, zebra: datetime
) -> None:
    page = windows.open("viewer", "/events")
    expect(cards(page).first).to_be_visible()
    page.keyboard.press("Control+k")
    page.get_by_role("textbox", name="Search or go to").fill("zzzz")
    only = page.get_by_role("dialog").get_by_role("button")
    expect(only).to_have_count(1)
    expect(only).to_contain_text("Search captions for “zzzz”")
    expect(only).to_contain_text("no camera, host or page is called so")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("/")
    expect(page.get_by_label("Search captions")).to_be_focused()
    page.keyboard.type("zebras crossing")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"q=zebras\+crossing"))
    expect(cards(page)).to_have_count(1)
    found = card(page, ZEBRA)
    expect(found.locator("mark").first).to_have_text("zebra")
    expect(found).to_contain_text(PATTERN_LABEL)
    expect(found).to_contain_text(f"{zebra:%H:%M:%S}")
    expect(found).to_contain_text("2 frames")
    page.reload()
    expect(cards(page)).to_have_count(1)
    expect(page.get_by_label("Search captions")).to_have_value("zebras crossing")
    page.get_by_label("When").select_option("yesterday")
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
    page.get_by_role("button", name="Search all cameras and times").click()
    expect(cards(page)).to_have_count(1)
    # It follows the address, which is a moment later.
    page.get_by_label("Hide brief ones").click()
    expect(page.get_by_label("Hide brief ones")).to_be_checked()
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
    page.get_by_role("button", name="Show all events").click()
    expect(cards(page).nth(2)).to_be_visible()


@pytest.mark.usefixtures("zebra")
def test_a_camera_is_chosen_by_typing_its_name(windows: Windows, stack: CaptionedStack) -> None:
    page = windows.open("viewer", "/events")
    camera = page.get_by_role("combobox", name="Camera")
    camera.fill("pattern")
    page.get_by_role("option", name=PATTERN_LABEL).click()
    expect(page).to_have_url(re.compile(f"camera={stack.camera_of('pattern')}"))
    expect(card(page, ZEBRA)).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text=CLOCK_LABEL)).to_have_count(0)
    camera.click()
    page.get_by_role("option", name="All cameras").click()
    expect(page).not_to_have_url(re.compile("camera="))
    expect(page.get_by_role("listitem").filter(has_text=CLOCK_LABEL).first).to_be_visible()


@pytest.mark.usefixtures("zebra")
def test_arrows_move_among_events_and_enter_plays_one(windows: Windows) -> None:
    page = windows.open("viewer", "/events?sort=oldest")
    expect(cards(page).nth(2)).to_be_visible()
    page.locator("body").press("ArrowDown")
    expect(cards(page).nth(0)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(cards(page).nth(1)).to_be_focused()
    page.keyboard.press("i")
    expect(page.get_by_role("dialog", name="Event")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Event")).to_have_count(0)
    expect(cards(page).nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    player_time(page)


def test_an_event_is_told_with_all_its_words_and_times_and_has_an_address(
    windows: Windows, stack: CaptionedStack, zebra: datetime
) -> None:
    page = windows.open("viewer", "/events?q=zebra")
    page.get_by_role("link", name=f"Details: {ZEBRA}", exact=True).click()
    drawer = page.get_by_role("dialog", name="Event")
    has_picture(drawer)
    for text, at in ((ZEBRA, zebra), (f"{ZEBRA} again", zebra + timedelta(seconds=2))):
        said = drawer.get_by_role("listitem").filter(has=page.get_by_text(text, exact=True))
        expect(said.get_by_role("link")).to_have_text(f"{at:%H:%M:%S}")
    # A link, in a tab of its own: the page itself asks nobody else for anything.
    frame = frame_of(round(zebra.timestamp() * 1000))
    expect(drawer.get_by_role("link", name=frame)).to_have_attribute("href", frame)
    expect(drawer.get_by_role("link", name=frame)).to_have_attribute("target", "_blank")
    drawer.get_by_role("button", name="Next").click()
    expect(drawer.get_by_text("an empty yard, seen through fog").first).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(drawer.get_by_text(f"{ZEBRA} again")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"/events\?q=zebra$"))

    event = stack.data("/events", text="zebra")["events"][0]
    page.goto(f"/events/{event['event_id']}")
    expect(drawer.get_by_text(f"{ZEBRA} again")).to_be_visible()
    drawer.get_by_role("link", name=f"{zebra + timedelta(seconds=2):%H:%M:%S}").click()
    assert abs(player_time(page) - zebra - timedelta(seconds=2)) < timedelta(milliseconds=10)


@pytest.mark.usefixtures("zebra")
def test_who_is_limited_sees_events_and_captions_of_their_cameras_only(
    windows: Windows, stack: CaptionedStack
) -> None:
    stack.say("pattern", [(round((time.time() - AGO_S) * 1000), "somebody waits in the lobby")])
    page = windows.open("limited", "/events?recent=1")
    expect(card(page, ZEBRA)).to_be_visible()
    recent = page.get_by_role("region", name="Captions that are not merged yet")
    expect(recent.get_by_role("listitem")).to_have_count(1)
    expect(recent.get_by_role("listitem")).to_contain_text("somebody waits in the lobby")
    expect(page.get_by_role("listitem").filter(has_text=CLOCK_LABEL)).to_have_count(0)
    expect(page.get_by_role("button", name="Merge now")).to_have_count(0)
    windows.expect_error(r"404 .*/api/v1/(events|captions)")
    page.goto("/events?camera=" + stack.camera_of("clock"))
    expect(page.get_by_test_id("failed")).to_be_visible()
    page.get_by_role("button", name="Show all events").click()
    expect(card(page, ZEBRA)).to_be_visible()


# -- elsewhere -------------------------------------------------------------------------------


def test_a_search_lights_minutes_of_the_heatmap_and_a_click_on_one_plays_it(
    windows: Windows, zebra: datetime
) -> None:
    page = windows.open("viewer", "/heatmap?sort=name")
    page.get_by_label("Search captions").fill("zebra")
    expect(page).to_have_url(re.compile("q=zebra"))
    note = page.get_by_role("status").filter(has_text=re.compile(r"^\d+ minutes?$"))
    last = zebra + timedelta(seconds=2)
    minutes = 1 if last.minute == zebra.minute else 2
    expect(note).to_have_text("1 minute" if minutes == 1 else "2 minutes")
    found = page.get_by_role("row").filter(has_text=PATTERN_LABEL).get_by_role("cell").last
    expect(found).to_have_text(str(minutes))
    expect(page.get_by_role("row").filter(has_text=CLOCK_LABEL).get_by_role("cell").last).to_have_text("0")

    shown = to_minute(page, zebra)
    expect(shown.locator("mark")).to_have_text("zebra")
    assert lit_columns(page) > 0
    page.keyboard.press("Enter")
    assert player_time(page) == zebra.replace(second=0, microsecond=0)
    page.go_back()
    page.get_by_role("button", name="Clear the search").click()
    expect(page).not_to_have_url(re.compile("q="))
    wait_until("nothing is lit any more", lambda: lit_columns(page) == 0, page=page)
    # Without a search, a minute that one stays at says what was seen in it.
    shown = to_minute(page, zebra)
    expect(shown).to_contain_text("zebra")
    expect(shown.locator("mark")).to_have_count(0)


def to_minute(page: Page, moment: datetime) -> Locator:
    """Go with the keys to that minute of the pattern, which is behind the clock by name; its card."""
    page.get_by_role("application").focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")  # from the last whole minute to the running one
    page.keyboard.press("ArrowDown")
    shown = page.get_by_test_id("minute-card")
    for _ in range(12):
        if f"{moment:%H:%M}" in shown.inner_text():
            break
        page.keyboard.press("ArrowLeft")
    return shown


def lit_columns(page: Page) -> int:
    """How many columns of pixels have the colour of what was found."""
    count: int = page.locator("canvas[role=img]").first.evaluate(
        """(canvas) => {
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            const lit = new Set();
            for (let i = 0; i < data.length; i += 4)
                if (data[i] === 0x5a && data[i + 1] === 0xb8 && data[i + 2] === 0xf0)
                    lit.add((i / 4) % canvas.width);
            return lit.size;
        }"""
    )
    return count


def test_the_player_shows_events_around_the_play_head_and_jumps_to_them(
    windows: Windows, stack: CaptionedStack, zebra: datetime
) -> None:
    before = (zebra - timedelta(seconds=3)).isoformat().replace("+00:00", "Z")
    page = windows.open("viewer", f"/devices/{stack.host}/pattern?t={before}")
    panel = page.get_by_role("complementary", name="Around the play head")
    item = panel.get_by_role("button", name=re.compile(ZEBRA))
    # Before it has been played past.
    wait_until_plays(page.locator("video"), for_s=0.2)
    page.keyboard.press("k")
    expect(item).to_contain_text(f"{zebra:%H:%M:%S}")
    has_picture(item)
    page.keyboard.press("n")
    wait_shown(page, zebra)
    # Something that moves may have begun within the same second: one of the two is where the player is.
    expect(panel.locator("[aria-current=true]")).to_have_count(1)
    page.keyboard.press("n")
    wait_shown(page, zebra + timedelta(seconds=6))
    page.keyboard.press("p")
    wait_shown(page, zebra)

    panel.get_by_label("Search captions of this camera").fill("fog")
    expect(panel.get_by_text("1 event with these words")).to_be_visible()
    expect(panel.locator("mark")).to_have_text("fog")
    expect(item).to_have_count(0)
    panel.get_by_role("button", name=re.compile("an empty yard")).click()
    wait_shown(page, zebra + timedelta(seconds=6))
    panel.get_by_label("Search captions of this camera").fill("")
    expect(item).to_be_visible()


def wait_shown(page: Page, moment: datetime) -> None:
    """Wait until the player shows the picture of `moment`, but for one."""
    shown = page.get_by_test_id("shown-time")
    wait_until(
        f"{moment} is shown",
        lambda: (
            abs(datetime.fromisoformat(shown.get_attribute("datetime") or "") - moment) < timedelta(seconds=1)
        ),
        page=page,
    )


# -- states ----------------------------------------------------------------------------------


def failure(code: str, message: str, remedy: str) -> dict[str, Any]:
    return {"success": False, "error": {"code": code, "message": message, "remedy": remedy, "details": {}}}


def test_without_the_graph_recent_captions_are_still_shown(windows: Windows) -> None:
    page = windows.open("viewer")
    windows.expect_error("503 .*/api/v1/events")
    body = failure("graph_unreachable", "The graph does not answer.", "See that Neo4j runs.")
    page.route(EVENTS, lambda route: route.fulfill(status=503, json=body))
    page.goto("/events")
    failed = page.get_by_test_id("failed")
    expect(failed).to_contain_text("The graph does not answer.")
    expect(failed).to_contain_text("captions go on")
    recent = page.get_by_role("region", name="Captions that are not merged yet")
    expect(recent.get_by_role("listitem").first).to_be_visible()
    page.unroute(EVENTS)
    failed.get_by_role("button", name="Try again").click()
    expect(cards(page).first).to_be_visible()


def test_where_captions_are_off_it_is_said_what_to_set_and_nothing_is_asked(windows: Windows) -> None:
    page = windows.open("viewer")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    def off(route: Route) -> None:
        real = route.fetch()
        told = {**real.json()["data"], "status": "off", "problem": "Captions are off. Set NEO4J_URI."}
        route.fulfill(response=real, json=data(told))

    page.route("**/api/v1/migration/status", off)
    page.goto("/events")
    expect(page.get_by_test_id("empty")).to_contain_text("Captions are off")
    expect(page.get_by_test_id("empty")).to_contain_text("Set NEO4J_URI.")
    page.goto("/heatmap?q=zebra")
    expect(page.get_by_role("application")).to_be_visible()
    expect(page.get_by_label("Search captions")).to_have_count(0)
    assert not [url for url in asked if re.search(r"/api/v1/(events|captions)\b", url)]


def test_waiting_and_having_nothing_yet_are_told(windows: Windows) -> None:
    page = windows.open("viewer")
    held: list[Route] = []
    page.route(EVENTS, lambda route: held.append(route))  # noqa: PLW0108 - Playwright cannot call a built-in method
    page.route(
        "**/api/v1/captions?*", lambda route: route.fulfill(json=data({"captions": [], "searched_to": None}))
    )
    page.goto("/events")
    expect(page.get_by_test_id("loading")).to_contain_text("Waiting for the events")
    for route in held:
        route.fulfill(json=data({"events": [], "next_cursor": None}))
    expect(page.get_by_role("heading", name="No captions yet")).to_be_visible()
    expect(page.get_by_test_id("empty")).to_contain_text("enabled = true")


def data(value: dict[str, Any]) -> dict[str, Any]:
    return {"success": True, "data": value}


@pytest.mark.usefixtures("zebra")
@pytest.mark.parametrize(("size", "theme"), [((1440, 900), "dark"), (NARROW, "light")])
def test_it_is_accessible_and_fits_in_both_themes_and_sizes(
    windows: Windows, stack: CaptionedStack, size: tuple[int, int], theme: Theme
) -> None:
    page = windows.open("viewer", "/events?q=zebra&period=span&recent=1", size=size, theme=theme)
    expect(cards(page)).to_have_count(1)
    has_picture(card(page, ZEBRA))
    assert_accessible(page)
    assert_no_horizontal_scroll(page)
    page.get_by_role("link", name=f"Details: {ZEBRA}", exact=True).click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Next")).to_be_visible()
    assert_accessible(page)
    page.goto("/heatmap?q=zebra")
    expect(page.get_by_role("button", name="Clear the search")).to_be_visible()
    assert_accessible(page)
    assert_no_horizontal_scroll(page)
    page.goto(f"/devices/{stack.host}/pattern")
    expect(page.get_by_label("Search captions of this camera")).to_be_visible()
    assert_accessible(page)
    assert_no_horizontal_scroll(page)
