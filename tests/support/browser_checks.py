"""What browser tests ask of a page: accessible, narrow enough, moving pictures, what a video shows."""

import base64
import io
import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Locator, Page

from tests.support.burnt_clock import BAND_SHARE, CELLS_ACROSS, CELLS_DOWN, Stamp, read_band

_AXE = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
_POLL_S = 0.1


# -- the whole page --------------------------------------------------------------------------


def assert_accessible(page: Page, *, within: str = "body") -> None:
    """No violation of WCAG 2.2 A and AA by axe's rules. `within`: a CSS selector.

    To be called when the page has what it waits for: what is not there cannot be judged.
    """
    # A colour on its way from one theme to the other is neither's.
    page.evaluate(
        """() => Promise.race([
            Promise.all(document.getAnimations()
                .filter((one) => one instanceof CSSTransition)
                .map((one) => one.finished.catch(() => undefined))),
            // One of what is not painted never ends.
            new Promise((resolve) => setTimeout(resolve, 2000)),
        ])"""
    )
    # Evaluated by the debugger's protocol, which the page's policy does not concern.
    page.evaluate(_axe_source())
    found: list[dict[str, Any]] = page.evaluate(
        """async (within) => {
            const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
            const result = await axe.run(within, { runOnly: { type: "tag", values: tags } });
            return result.violations.map(({ id, help, nodes }) => ({
                id, help,
                nodes: nodes.slice(0, 5).map((each) => ({ html: each.html, why: each.failureSummary })),
            }));
        }""",
        within,
    )
    assert not found, f"{page.url}: axe finds\n{json.dumps(found, indent=1)}"


@cache
def _axe_source() -> str:
    return _AXE.read_text()


def assert_no_horizontal_scroll(page: Page) -> None:
    """The document is no wider than the window. Names the elements that stick out."""
    said: dict[str, Any] = page.evaluate(
        """() => {
            const width = document.documentElement.clientWidth;
            const out = [...document.body.querySelectorAll("*")]
                .filter((each) => each.getBoundingClientRect().right > width + 1)
                .slice(0, 8).map((each) => each.outerHTML.slice(0, 160));
            return { width, scroll: document.documentElement.scrollWidth, out };
        }"""
    )
    assert said["scroll"] <= said["width"], f"{page.url} is {said['scroll']} wide of {said['width']}: {said}"


def set_theme(page: Page, theme: str) -> None:
    """Change between "light" and "dark" without loading the page again; where it is open from the start
    in one, give `theme` to `open`."""
    page.evaluate(
        """(theme) => {
            const key = "mantine-color-scheme-value";
            const was = localStorage.getItem(key);
            localStorage.setItem(key, theme);
            window.dispatchEvent(new StorageEvent("storage", {
                key, oldValue: was, newValue: theme, storageArea: localStorage,
            }));
        }""",
        theme,
    )
    page.wait_for_function("(t) => document.documentElement.dataset.mantineColorScheme === t", arg=theme)


def wait_until(what: str, holds: Callable[[], bool], *, page: Page, within_s: float = 15.0) -> float:
    """Wait until `holds`, with the browser's events arriving meanwhile; return the seconds it took."""
    before = time.monotonic()
    while not holds():
        took_s = time.monotonic() - before
        assert took_s < within_s, f"after {within_s:g} s not yet: {what} ({page.url})"
        page.wait_for_timeout(_POLL_S * 1000)
    return time.monotonic() - before


# -- pixels ----------------------------------------------------------------------------------


def picture_of(locator: Locator) -> Image.Image:
    """What an element looks like now, RGB."""
    return Image.open(io.BytesIO(locator.screenshot())).convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> float:
    """How different two pictures are: 0 the same, 1 black and white."""
    if one.size != other.size:
        other = other.resize(one.size)
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) / 3 / 255


def wait_until_changes(locator: Locator, *, by: float = 0.002, within_s: float = 10.0) -> float:
    """Wait until an element looks different by at least `by`; return the seconds it took."""
    before = picture_of(locator)
    return wait_until(
        "an element looks different",
        lambda: difference(before, picture_of(locator)) >= by,
        page=locator.page,
        within_s=within_s,
    )


# -- video -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """A <video> at one instant. `width` and `height` of the stream, 0 before they are known."""

    current_s: float
    paused: bool
    seeking: bool
    ready_state: int
    rate: float
    width: int
    height: int
    error: str
    decoded_frames: int


def video_facts(video: Locator) -> VideoFacts:
    """What the element says of itself."""
    said: dict[str, Any] = video.evaluate(
        """(video) => ({
            current_s: video.currentTime, paused: video.paused, seeking: video.seeking,
            ready_state: video.readyState, rate: video.playbackRate,
            width: video.videoWidth, height: video.videoHeight, error: video.error?.message ?? "",
            decoded_frames: video.getVideoPlaybackQuality().totalVideoFrames,
        })"""
    )
    return VideoFacts(**said)


def wait_until_plays(video: Locator, *, for_s: float = 1.0, within_s: float = 20.0) -> float:
    """Wait until its time has advanced by `for_s` without going back; return the seconds it took."""
    began = time.monotonic()
    first: float | None = None
    last = -math.inf
    while time.monotonic() - began < within_s:
        now = video_facts(video)
        if now.ready_state < 2 or now.current_s < last:
            first = None
        elif first is None:
            first = now.current_s
        last = now.current_s
        if first is not None and last - first >= for_s:
            return time.monotonic() - began
        video.page.wait_for_timeout(_POLL_S * 1000)
    raise AssertionError(f"after {within_s:g} s it does not play: {video_facts(video)}")


def frame_of(video: Locator, *, width: int = 0) -> Image.Image:
    """The picture that the element shows now, by the pixels of the stream; scaled to `width` if given."""
    data = video.evaluate(_FRAME, width)
    return Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")


def burnt_clock_of(video: Locator) -> Stamp | None:
    """The number and the time burnt into the picture that is shown now; None where it has none."""
    return stamp_in(frame_of(video, width=640))


def stamp_in(picture: Image.Image) -> Stamp | None:
    """What is burnt into a picture; None where nothing can be read."""
    band = picture.convert("L").crop((0, 0, picture.width, picture.height // BAND_SHARE))
    # Of each cell its middle: edges are soft.
    across, down = band.width / CELLS_ACROSS, band.height / CELLS_DOWN
    cells = bytearray()
    for row in range(CELLS_DOWN):
        for column in range(CELLS_ACROSS):
            left, top = column * across, row * down
            box = (left + across / 4, top + down / 4, left + across * 3 / 4, top + down * 3 / 4)
            cells.append(round(ImageStat.Stat(band.crop(tuple(map(round, box)))).mean[0]))  # type: ignore[arg-type]
    return read_band(bytes(cells))


_FRAME = """(video, width) => {
    const canvas = document.createElement("canvas");
    canvas.width = width || video.videoWidth;
    canvas.height = Math.round(canvas.width * video.videoHeight / video.videoWidth);
    canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/png").split(",")[1];
}"""
