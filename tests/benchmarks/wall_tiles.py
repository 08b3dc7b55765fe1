"""What a wall of 36 live tiles costs the machine of who looks at it."""

import time

from playwright.sync_api import Page

from tests.benchmarks.bench import Bench, Setting
from tests.benchmarks.figure import Outcome, Target
from tests.benchmarks.viewer import viewing
from tests.benchmarks.wall_stand import TILES, real_pictures, wall_stand

PICTURES = 24
_SETTLED_S = 5.0
_TILES_SHOWN_WITHIN_MS = 20_000


def measure(setting: Setting) -> Outcome:
    rounds, each_s = setting.choose((4, 10.0), (1, 4.0))
    outcome = Outcome()
    pictures = real_pictures(PICTURES)
    with (
        wall_stand(setting.folder, pictures) as stand,
        viewing(stand.served.gateway.url) as viewer,
    ):
        idle = viewer.page()
        time.sleep(_SETTLED_S)
        nothing_s = _spent(viewer.cpu_s, each_s)
        page = viewer.page()
        page.goto("/wall")
        _show_all(page)
        time.sleep(_SETTLED_S)  # what a start costs is another question
        busy = [_spent(viewer.cpu_s, each_s) for _ in range(rounds)]
        outcome.add(f"{TILES} live tiles: CPU of the browser", "% of a core", busy, Target(at_most=100))
        outcome.add("… of which an empty page", "% of a core", [nothing_s])
        idle.close()
    outcome.notes.append(
        f"{TILES} tiles of {len(stand.hosts.urls)} hosts on one screen of 1440 × 900, each with a new picture"
        f" of 320 × 180 ({sum(map(len, pictures)) / len(pictures) / 1000:.0f} kB) a second; all of a"
        " Chromium's processes, without graphics hardware: it draws in software, which is dearer."
    )
    return outcome


def _show_all(page: Page) -> None:
    """The layout with all tiles on the screen."""
    tiles = page.get_by_test_id("tile")
    tiles.first.wait_for(timeout=_TILES_SHOWN_WITHIN_MS)
    page.get_by_role("radio", name=str(TILES)).or_(page.get_by_role("button", name=str(TILES))).first.click()
    tiles.nth(TILES - 1).wait_for(timeout=_TILES_SHOWN_WITHIN_MS)


def _spent(cpu_s: object, during_s: float) -> float:
    """Percent of a core."""
    assert callable(cpu_s)
    before_s, began_s = cpu_s(), time.monotonic()
    time.sleep(during_s)
    return float(100 * (cpu_s() - before_s) / (time.monotonic() - began_s))


WALL_TILES = Bench("tiles", "CPU of a browser with 36 live tiles", measure)
