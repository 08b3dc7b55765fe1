"""The player on what is recorded now: live, jumps, rates, a killed ffmpeg, what it says where nothing plays.

What is burnt into pictures, gaps, hours and single pictures are test_archive_playback's.
"""

import re
import subprocess
import time
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from shared.spans import iso_ms
from tests.support.browser import NARROW, Windows
from tests.support.browser_checks import (
    assert_accessible,
    assert_no_horizontal_scroll,
    burnt_clock_of,
    video_facts,
    wait_until,
    wait_until_changes,
    wait_until_plays,
)
from tests.support.e2e_stack import Stack
from tests.support.footage import X265_ONE_THREAD

CLOCK = "/devices/lab-1/clock"
SAMPLE = "/devices/lab-1/sample"
# Segments of a second, held back for a moment, and what the player keeps before it.
LIVE_WITHIN_S = 12.0
DECODES_H265 = "MediaSource.isTypeSupported('video/mp4; codecs=\"hvc1.1.6.L93.B0\"')"


def video_of(page: Page) -> Locator:
    return page.locator("video")


def shown_at(page: Page) -> datetime:
    """The clock that the page shows."""
    told = page.get_by_test_id("shown-time").get_attribute("datetime")
    assert told is not None
    return datetime.fromisoformat(told)


def said(page: Page) -> Locator:
    """What is said over the picture."""
    return page.get_by_role("region", name="Picture").get_by_role("status")


def hours_back(hours: float) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) - timedelta(hours=hours)


def at(path: str, moment: datetime) -> str:
    return f"{path}?t={iso_ms(moment)}"


def wait_near(page: Page, moment: datetime, *, within_s: float = 10.0) -> None:
    """Wait until the page shows `moment`, or a little later."""
    wait_until(
        f"{moment} is shown",
        lambda: timedelta(seconds=-1) <= shown_at(page) - moment < timedelta(seconds=15),
        page=page,
        within_s=within_s,
    )


def test_live_plays_and_its_pictures_are_fresh(windows: Windows) -> None:
    page = windows.open("viewer", CLOCK)
    video = video_of(page)
    wait_until_plays(video, for_s=2.0)
    wait_until_changes(video)
    stamp = burnt_clock_of(video)
    assert stamp is not None
    assert time.time() - stamp.wall_ms / 1000 < LIVE_WITHIN_S
    expect(page.get_by_test_id("mode")).to_have_text("Live")
    expect(page.get_by_role("button", name="Live", exact=True)).to_have_attribute("aria-pressed", "true")
    assert abs((datetime.now(UTC) - shown_at(page)).total_seconds()) < LIVE_WITHIN_S
    assert "t=" not in page.url


def test_jumps_far_and_near_by_keys_and_back_to_live(admin_page: Page) -> None:
    page = admin_page
    moment = hours_back(5.5)
    page.goto(at(SAMPLE, moment))
    wait_until_plays(video_of(page))
    wait_near(page, moment)
    expect(page.get_by_test_id("mode")).to_have_text("Archive")
    expect(page.get_by_text(re.compile(r"^5 h 3\d min behind$"))).to_be_visible()
    page.keyboard.press("k")
    wait_until("it has paused", lambda: video_facts(video_of(page)).paused, page=page)
    before = shown_at(page)
    page.keyboard.press("l")
    wait_near(page, before + timedelta(seconds=10))
    page.keyboard.press("Shift+ArrowLeft")
    wait_near(page, before - timedelta(seconds=50))
    assert f"t={shown_at(page):%Y-%m-%dT%H:%M:%S}Z" in page.url, "the address names what is shown"
    page.keyboard.press("g")
    target = (moment - timedelta(hours=9)).replace(second=0)
    page.get_by_role("textbox", name="Time").fill(f"{target:%Y-%m-%d %H:%M}")
    page.keyboard.press("Enter")
    wait_near(page, target)
    assert video_facts(video_of(page)).paused, "a jump does not begin to play"
    page.keyboard.press("End")
    expect(page.get_by_test_id("mode")).to_have_text("Live")
    wait_until_plays(video_of(page))


@pytest.mark.parametrize("rate", [0.25, 16])
def test_it_plays_at_other_rates(admin_page: Page, rate: float) -> None:
    page = admin_page
    page.goto(at(SAMPLE, hours_back(4)))
    wait_until_plays(video_of(page), for_s=0.5)
    page.get_by_role("button", name="Speed: 1×").click()
    page.get_by_role("menuitem", name=f"{rate:g}×", exact=True).click()
    wait_until("it has the rate", lambda: video_facts(video_of(page)).rate == rate, page=page)
    begun, before = shown_at(page), time.monotonic()
    wait_until("5 s have passed", lambda: time.monotonic() - before > 5, page=page)
    passed_s = (shown_at(page) - begun).total_seconds()
    # A busy machine decodes late; it never runs ahead, but for the time that a look at the page takes.
    looked_s = time.monotonic() - before + 0.5
    assert 0.4 * rate * 5 - 1 < passed_s < rate * looked_s + 1


def test_a_player_left_open_goes_on_through_a_killed_ffmpeg(windows: Windows, stack: Stack) -> None:
    page = windows.open("viewer", CLOCK)
    video = video_of(page)
    wait_until_plays(video, for_s=2.0)
    killed_at = datetime.now(UTC)
    assert stack.agents["lab-1"].kill_ffmpeg("clock")
    wait_until(
        "pictures from after the kill are shown",
        lambda: shown_at(page) > killed_at + timedelta(seconds=2),
        page=page,
        within_s=60,
    )
    wait_until_plays(video)
    stamp = burnt_clock_of(video)
    assert stamp is not None
    assert abs(stamp.wall_ms / 1000 - shown_at(page).timestamp()) < 1.0


def test_a_saved_picture_is_named_by_its_moment_and_the_panel_and_the_sound_switch(
    admin_page: Page,
) -> None:
    page = admin_page
    page.goto(at(SAMPLE, hours_back(3)))
    wait_until_plays(video_of(page))
    page.keyboard.press("k")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the picture").click()
    name = download.value.suggested_filename
    assert re.fullmatch(r"lab-1_sample_\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z\.png", name)
    assert shown_at(page).strftime("%Y-%m-%dT%H-%M-%S") in name
    page.keyboard.press("m")
    expect(page.get_by_role("button", name="Sound off")).to_be_visible()
    panel = page.get_by_role("button", name="Events, details, export")
    for is_open in ("false", "true"):
        panel.click()
        expect(panel).to_have_attribute("aria-pressed", is_open)


def test_another_device_at_the_same_moment(admin_page: Page) -> None:
    page = admin_page
    moment = hours_back(2)
    page.goto(at(SAMPLE, moment))
    wait_until_plays(video_of(page))
    page.get_by_role("button", name="Another device at the same moment").click()
    link = page.get_by_role("menuitem", name=re.compile("Test pattern"))
    expect(link).to_have_attribute("href", re.compile(rf"/devices/lab-2/pattern\?t={moment:%Y-%m-%dT%H:%M}"))


def test_a_device_that_is_not_there_is_said_to_be_not_there(windows: Windows) -> None:
    windows.expect_error("404 ")  # the player asks at once, while it learns which devices there are
    page = windows.open("viewer", "/devices/lab-1/nowhere")
    expect(page.get_by_test_id("empty")).to_contain_text("There is no device lab-1/nowhere")


def test_a_host_that_does_not_answer_is_named_and_the_player_comes_back_by_itself(windows: Windows) -> None:
    windows.expect_error("503 .*/media/")
    page = windows.open("viewer")
    refusal = {
        "success": False,
        "error": {
            "code": "host_unreachable",
            "message": "Host lab-1 cannot be reached: it accepts no connection.",
            "remedy": "",
            "details": {},
        },
    }

    def refuse(route: Route) -> None:
        route.fulfill(status=503, json=refusal)

    page.route("**/media/lab-1/**/*.m3u8*", refuse)
    page.goto(CLOCK)
    expect(said(page)).to_contain_text("Host lab-1 cannot be reached")
    expect(said(page)).to_contain_text("Trying again by itself")
    page.unroute("**/media/lab-1/**/*.m3u8*", refuse)
    wait_until_plays(video_of(page))
    expect(said(page)).to_have_text("")


def test_h265_is_played_where_the_browser_can_and_else_the_page_says_what_helps(windows: Windows) -> None:
    """Real footage of that kind in place of the device's own, which is H.264."""
    page = windows.open("viewer")
    segment = h265_segment()
    page.route(
        "**/media/lab-2/pattern/**/*.ts",
        lambda route: route.fulfill(body=segment, content_type="video/mp2t"),
    )
    page.goto("/devices/lab-2/pattern")
    if page.evaluate(DECODES_H265):
        wait_until_plays(video_of(page))
        return
    expect(said(page)).to_contain_text("This browser cannot decode H.265.")
    expect(said(page)).to_contain_text("export it")
    # Other footage plays on the same page, without loading it again.
    page.unroute("**/media/lab-2/pattern/**/*.ts")
    page.get_by_role("button", name="Live", exact=True).click()
    wait_until_plays(video_of(page))
    expect(said(page)).not_to_contain_text("cannot decode")


def h265_segment() -> bytes:
    picture = ("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=10", "-t", "1", "-pix_fmt", "yuv420p")
    codec = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", X265_ONE_THREAD)
    command = ("ffmpeg", "-loglevel", "error", *picture, *codec, "-f", "mpegts", "pipe:1")
    return subprocess.run(command, check=True, capture_output=True, timeout=60).stdout


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_player_is_accessible(windows: Windows, theme: str) -> None:
    page = windows.open("operator", at(SAMPLE, hours_back(3)), theme="light" if theme == "light" else "dark")
    wait_until_plays(video_of(page))
    page.keyboard.press("k")
    assert_accessible(page)


def test_the_player_fits_a_phone_and_keeps_all_its_keys_there(windows: Windows) -> None:
    page = windows.open("viewer", at(SAMPLE, hours_back(3)), size=NARROW)
    wait_until_plays(video_of(page))
    assert_no_horizontal_scroll(page)
    for name in ("Previous event", "Back 10 s", "Pause", "On 10 s", "Next event", "Go live"):
        expect(page.get_by_role("button", name=name)).to_be_in_viewport()
    page.get_by_role("button", name="Pause").tap()
    page.get_by_role("button", name="More").tap()
    expect(page.get_by_role("menuitem", name="One picture on")).to_be_visible()
    assert_no_horizontal_scroll(page)
    page.keyboard.press("Escape")
    assert_accessible(page)
