"""From a click on the time line of a day to the picture of that moment, in a browser on the real stack."""

import random
from contextlib import ExitStack

from playwright.sync_api import Page

from deploy.local.demo_plan import SAMPLE
from deploy.local.postgres import PrivatePostgres
from deploy.local.redis import PrivateRedis
from gateway.db.commands import upgrade
from tests.benchmarks.bench import Bench, Setting
from tests.benchmarks.figure import Outcome, Target, quantile
from tests.benchmarks.viewer import viewing
from tests.support.e2e_stack import PAST_HOURS, Stack

_SEED = 1
_SHOWN_WITHIN_MS = 20_000
_FURTHEST_OFF_MS = 5_000
_RESTS_MS = 300
# The player is paused: the next picture that is presented is the one that was asked for.
_WATCH = """
() => {
  const video = document.querySelector("video");
  window.__clickedAt = undefined;
  window.__presented = undefined;
  const clicked = () => { window.__clickedAt = performance.now(); };
  addEventListener("pointerdown", clicked, { capture: true, once: true });
  video.requestVideoFrameCallback(function seen(now) {
    if (window.__clickedAt === undefined) video.requestVideoFrameCallback(seen);
    else window.__presented = performance.now();
  });
}
"""


def measure(setting: Setting) -> Outcome:
    seeks = setting.choose(100, 8)
    outcome = Outcome()
    with ExitStack() as stack:
        postgres = stack.enter_context(PrivatePostgres(setting.folder / "postgres"))
        redis = stack.enter_context(PrivateRedis(setting.folder / "redis"))
        url = postgres.create_database("bench")
        upgrade(url)
        running = stack.enter_context(Stack(setting.folder / "stack", url, redis.url()))
        viewer = stack.enter_context(viewing(running.url))
        page = viewer.page()
        page.goto(f"/devices/lab-1/{SAMPLE}")
        line = page.get_by_role("slider", name="Play head")
        line.wait_for()
        page.wait_for_function("() => document.querySelector('video')?.readyState >= 2")
        line.focus()
        while _shown_hours(page) < PAST_HOURS - 2:
            page.keyboard.press("-")
        page.keyboard.press("k")
        page.wait_for_function("() => document.querySelector('video').paused")
        shares = _shares(2 * seeks)
        rested_ms = [_seek(page, one, rests=True) for one in shares[:seeks]]
        at_once_ms = [_seek(page, one, rests=False) for one in shares[seeks:]]
    for name, taken_ms in (("rests first", rested_ms), ("comes and clicks at once", at_once_ms)):
        outcome.add(f"a seek in {PAST_HOURS} h, pointer {name}, p50", "ms", [quantile(taken_ms, 0.5)])
        outcome.add("… p95", "ms", [quantile(taken_ms, 0.95)], Target(at_most=150))
        outcome.add("… slowest", "ms", [max(taken_ms)])
    outcome.notes.append(
        f"{seeks} clicks anywhere on a time line of a day (24,000 segments), player paused, from the press to"
        " the picture presented; agent, gateway, ffmpeg of four recorders and the browser on this machine."
    )
    return outcome


def _shares(count: int) -> list[float]:
    """Where on the line to click, 0 to 1; not at its very ends, where there is nothing."""
    chance = random.Random(_SEED)
    return [chance.uniform(0.05, 0.95) for _ in range(count)]


def _shown_hours(page: Page) -> float:
    begin, end = _shown(page)
    return (end - begin) / 3_600_000


def _shown(page: Page) -> tuple[float, float]:
    line = page.get_by_role("slider", name="Play head")
    return float(line.get_attribute("data-from") or 0), float(line.get_attribute("data-to") or 0)


def _seek(page: Page, share: float, *, rests: bool) -> float:
    """Click, and return after how many ms the picture was there. Raises RuntimeError for another picture.

    `rests`: a moment after the pointer has come there, as a hand does.
    """
    line = page.get_by_role("slider", name="Play head")
    box = line.bounding_box()
    assert box is not None
    begin, end = _shown(page)
    wanted_ms = begin + share * (end - begin)
    page.evaluate(_WATCH)
    x, y = box["x"] + share * box["width"], box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    if rests:
        page.wait_for_timeout(_RESTS_MS)
    page.mouse.click(x, y)
    page.wait_for_function("() => window.__presented !== undefined", timeout=_SHOWN_WITHIN_MS)
    taken = page.evaluate("() => window.__presented - window.__clickedAt")
    shown = page.get_by_test_id("shown-time").get_attribute("datetime")
    shown_ms = page.evaluate("(text) => Date.parse(text)", shown)
    # Where nothing was recorded the next picture is shown; a pixel of a day is a minute.
    pixel_ms = (end - begin) / box["width"]
    if shown_ms < wanted_ms - pixel_ms - _FURTHEST_OFF_MS:
        raise RuntimeError(f"asked for {wanted_ms:.0f}, shown {shown_ms:.0f}")
    return float(taken)


SEEK = Bench("seek", "a click on the time line of a day to its picture", measure)
