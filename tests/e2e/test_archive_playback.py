"""Footage that the archiver has moved plays: across an hour's boundary and a gap, with the right clock.

What a picture says of itself (its number and when it was taken are burnt in) is read from the video's pixels.
"""

import base64
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from shared.spans import from_utc_ms, iso_ms, utc_ms
from tests.support.browser import Windows
from tests.support.browser_checks import stamp_in, wait_until
from tests.support.burnt_clock import Stamp
from tests.support.e2e_recording import DEVICE, FRAME_MS, HOST, BurntRecording

RIGHT_TO_MS = 500
TEXT_FOLLOWS_WITHIN_MS = 150
PLAYER = f"/devices/{HOST}/{DEVICE}"
# Both at one instant: what the page says, and the picture of which it says so.
_SHOWN = """() => {
    const video = document.querySelector("video");
    const time = document.querySelector("[data-testid=shown-time]");
    if (video === null || time === null || video.readyState < 2 || video.seeking) return null;
    const canvas = document.createElement("canvas");
    canvas.width = 640;
    canvas.height = 360;
    canvas.getContext("2d").drawImage(video, 0, 0, 640, 360);
    return {
        said: time.dateTime, text: time.textContent, paused: video.paused,
        picture: canvas.toDataURL("image/png").split(",")[1],
    };
}"""


@pytest.fixture
def windows(browser: Browser, recording: BurntRecording) -> Iterator[Windows]:
    """Windows on the recording's gateway."""
    opened = Windows(browser, recording.url)
    # Nothing is recorded behind the host's present, which is past for everybody else: the player asks, and
    # is told so.
    opened.expect_error("409 .*/playlist.m3u8$")
    yield opened
    opened.close()


@dataclass(frozen=True, slots=True)
class Shown:
    """The clock that the page shows, and what is burnt into the picture that it shows."""

    said: datetime
    text: str
    stamp: Stamp
    paused: bool

    @property
    def off_ms(self) -> int:
        return utc_ms(self.said) - self.stamp.wall_ms


def shown(page: Page) -> Shown | None:
    """None while there is no picture."""
    told = page.evaluate(_SHOWN)
    if told is None:
        return None
    stamp = stamp_in(Image.open(io.BytesIO(base64.b64decode(told["picture"]))))
    if stamp is None:
        return None
    return Shown(datetime.fromisoformat(told["said"]), told["text"], stamp, told["paused"])


def wait_shown(page: Page, *, within_s: float = 20.0) -> Shown:
    """The first picture."""
    found: list[Shown] = []

    def is_there() -> bool:
        now = shown(page)
        if now is not None:
            found.append(now)
        return now is not None

    wait_until("a picture is shown", is_there, page=page, within_s=within_s)
    return found[0]


def open_at(windows: Windows, at: datetime) -> Page:
    return windows.open("admin", f"{PLAYER}?t={iso_ms(at)}")


def paused_at(windows: Windows, at: datetime) -> Page:
    """A page that has paused a little after `at`."""
    page = open_at(windows, at)
    wait_shown(page)
    page.keyboard.press("k")
    wait_until("it has paused", lambda: (now := shown(page)) is not None and now.paused, page=page)
    return page


def test_the_archiver_has_moved_what_is_played_here_into_the_folders_of_two_hours(
    recording: BurntRecording,
) -> None:
    before, after = (
        recording.moved(recording.boundary - timedelta(hours=1)),
        recording.moved(recording.boundary),
    )
    assert len(before) >= 15
    assert len(after) >= 20
    recorded = recording.recorded()
    assert len(recorded) == 2, "one gap"
    assert recorded[0].start < recording.boundary < recorded[0].end < recorded[1].start


def test_a_click_on_the_heatmap_plays_that_minute(windows: Windows, recording: BurntRecording) -> None:
    page = windows.open("admin", f"/heatmap/{HOST}/{DEVICE}")
    cells = page.get_by_role("application")
    expect(cells).to_be_visible()
    hours = page.get_by_role("button", name=re.compile("^Pictures of "))
    expect(hours.filter(has_text=f"{recording.boundary:%H}:00").first).to_be_visible()
    labels = hours.all_inner_texts()
    row = next(at for at, label in enumerate(labels) if label.strip().endswith(f"{recording.boundary:%H}:00"))
    box = cells.bounding_box()
    assert box is not None
    # The first minute of the hour.
    cells.click(position={"x": box["width"] * 0.5 / 60, "y": box["height"] * (row + 0.5) / len(labels)})
    page.wait_for_url(re.compile(re.escape(PLAYER)))
    begun = wait_shown(page)
    assert -RIGHT_TO_MS <= begun.stamp.wall_ms - utc_ms(recording.boundary) < 10_000, begun
    assert abs(begun.off_ms) <= RIGHT_TO_MS


def test_it_plays_on_across_the_hours_boundary_and_the_gap_and_its_clock_is_that_of_the_pictures(
    windows: Windows, recording: BurntRecording
) -> None:
    before, after = recording.recorded()
    page = open_at(windows, recording.boundary - timedelta(seconds=4))
    seen = [wait_shown(page)]

    def is_over() -> bool:
        now = shown(page)
        if now is not None and abs(now.off_ms) > RIGHT_TO_MS:
            # The text follows a picture that has leapt with the next frame that the browser draws, no later.
            page.wait_for_timeout(TEXT_FOLLOWS_WITHIN_MS)
            now = shown(page)
        if now is not None:
            seen.append(now)
        return seen[-1].stamp.wall_ms > utc_ms(after.start) + 3_000

    wait_until("it plays behind the gap", is_over, page=page, within_s=45)
    told = page.get_by_label("Picture", exact=True).get_by_role("status")
    expect(told).to_contain_text(re.compile("^No footage .* Stopped by admin"))
    assert utc_ms(recording.boundary) - 4_500 < seen[0].stamp.wall_ms < utc_ms(recording.boundary) - 1_000
    numbers = [each.stamp.number for each in seen]
    assert numbers == sorted(numbers), "it never goes back"
    jumps = [
        (one.stamp, other.stamp)
        for one, other in pairwise(seen)
        if other.stamp.wall_ms - one.stamp.wall_ms > 4_000
    ]
    assert len(jumps) == 1, jumps
    # Up to the last picture, and from the first one on.
    assert abs(jumps[0][0].wall_ms - utc_ms(before.end)) < 2_000
    assert abs(jumps[0][1].wall_ms - utc_ms(after.start)) < 2_000
    worst = max(seen, key=lambda each: abs(each.off_ms))
    print(f"{len(seen)} looks; the clock is at most {worst.off_ms} ms off what is burnt in")
    assert abs(worst.off_ms) <= RIGHT_TO_MS, worst
    for each in seen:
        assert each.text == f"{each.said:%H:%M:%S}"


def test_the_link_of_a_moment_shows_the_same_moment_in_a_new_window(
    windows: Windows, recording: BurntRecording
) -> None:
    page = paused_at(windows, recording.boundary - timedelta(seconds=6))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    here = shown(page)
    assert here is not None
    assert here.stamp in [sent.stamp for sent in recording.sent()], "a picture that the camera took"
    page.keyboard.press("c")
    expect(page.get_by_text("Link to this moment copied")).to_be_visible()
    link = str(page.evaluate("navigator.clipboard.readText()"))
    assert link.startswith(f"{recording.url}{PLAYER}?t=")
    for other in (page.context.new_page(), windows.open("admin")):
        other.goto(link)
        there = wait_shown(other)
        # A link names the second.
        assert -1_000 <= there.stamp.wall_ms - here.stamp.wall_ms <= 1_000 + RIGHT_TO_MS, (here, there)
        assert abs(there.off_ms) <= RIGHT_TO_MS


@pytest.mark.parametrize("place", ["across segments", "across the hours"])
def test_a_step_is_one_picture(windows: Windows, recording: BurntRecording, place: str) -> None:
    begin = recording.boundary if place == "across the hours" else recording.boundary - timedelta(seconds=12)
    page = paused_at(windows, begin)
    now = shown(page)
    assert now is not None
    number = now.stamp.number

    def press(key: str, wanted: int) -> None:
        page.keyboard.press(key)
        wait_until(
            f"picture {wanted}",
            lambda: (seen := shown(page)) is not None and seen.stamp.number == wanted,
            page=page,
            within_s=5,
        )

    for _ in range(14):  # a segment has 12 or 13
        press(".", number + 1)
        number += 1
    back_to = utc_ms(recording.boundary) - FRAME_MS if place == "across the hours" else 0
    for _ in range(14 if back_to == 0 else 200):
        press(",", number - 1)
        number -= 1
        seen = shown(page)
        assert seen is not None
        if seen.stamp.wall_ms < back_to:
            break
    seen = shown(page)
    assert seen is not None
    assert abs(seen.off_ms) <= RIGHT_TO_MS
    if back_to:
        assert from_utc_ms(seen.stamp.wall_ms) < recording.boundary
