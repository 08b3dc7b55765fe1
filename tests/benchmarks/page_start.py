"""How much script a first load needs, and when a page answers on a machine four times slower."""

from collections.abc import Mapping

from playwright.sync_api import Page

from tests.benchmarks.bench import Bench, Setting
from tests.benchmarks.figure import Outcome, Target
from tests.benchmarks.viewer import Viewer, slow_down, viewing, watch_transfers
from tests.benchmarks.wall_stand import TILES, real_pictures, wall_stand

PICTURES = 24
THROTTLE = 4.0
LARGEST_SCRIPTS_KB = 250
INTERACTIVE_WITHIN_MS = 1500
# Each page, and what is there once it can be used.
PAGES: Mapping[str, str] = {
    "/wall": "main canvas, main img",
    "/heatmap": "main canvas",
    "/hosts": "main table, main article, main li",
}
_QUIET_MS = 500
# The end of the last long task before the main thread is quiet; as web.dev defines "time to interactive",
# with a shorter quiet time, since a wall is never quiet for five seconds.
_WATCH = """
window.__longTasks = [];
new PerformanceObserver((list) => {
  for (const { startTime, duration } of list.getEntries()) {
    window.__longTasks.push([startTime, startTime + duration]);
  }
}).observe({ type: "longtask", buffered: true });
"""
_INTERACTIVE = """
async ([selector, quietMs]) => {
  const there = () => document.querySelector(selector) !== null && document.querySelector("h1") !== null;
  while (!there()) await new Promise((done) => requestAnimationFrame(done));
  const shown = performance.now();
  for (;;) {
    const last = Math.max(shown, ...window.__longTasks.map(([, end]) => end));
    if (performance.now() - last >= quietMs) return last;
    await new Promise((done) => setTimeout(done, 50));
  }
}
"""


def measure(setting: Setting) -> Outcome:
    rounds = setting.choose(7, 2)
    outcome = Outcome()
    with wall_stand(setting.folder, real_pictures(PICTURES)) as stand:
        hosts = len(stand.hosts.urls)
        with viewing(stand.served.gateway.url) as viewer:
            _measure_pages(outcome, viewer, rounds)
    outcome.notes.append(
        f"{TILES} devices of {hosts} hosts; nothing in the browser's cache; loopback; the page's processor"
        f" slowed {THROTTLE:g} times by Chromium itself, on top of what else this machine does; interactive:"
        f" the page's content is there and its main thread has had no long task for {_QUIET_MS} ms since."
    )
    return outcome


def _measure_pages(outcome: Outcome, viewer: Viewer, rounds: int) -> None:
    for path, selector in PAGES.items():
        kilobytes: list[float] = []
        interactive_ms: list[float] = []
        for _ in range(rounds):
            with viewer.newcomer() as page:
                page.add_init_script(_WATCH)
                transfers = watch_transfers(page)
                slow_down(page, THROTTLE)
                interactive_ms.append(_open(page, path, selector))
                kilobytes.append(transfers.script_bytes / 1000)
        outcome.add(
            f"{path}: JavaScript before playing, compressed", "kB", kilobytes, Target(LARGEST_SCRIPTS_KB)
        )
        outcome.add("… interactive, slowed", "ms", interactive_ms, Target(INTERACTIVE_WITHIN_MS))


def _open(page: Page, path: str, selector: str) -> float:
    page.goto(path, wait_until="commit")
    found = page.evaluate(_INTERACTIVE, [selector, _QUIET_MS])
    assert isinstance(found, int | float)
    return float(found)


PAGE_START = Bench("pages", "bytes of script and time to interactive of the pages", measure)
