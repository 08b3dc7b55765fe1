"""From a click on "Heatmap" to a day of a hundred devices painted, in a browser at the gateway."""

from datetime import UTC, datetime, timedelta

from tests.benchmarks.bench import Bench, Setting
from tests.benchmarks.figure import Outcome, Target
from tests.benchmarks.fleet_rows import make_devices, make_minutes
from tests.benchmarks.served_gateway import serving_gateway
from tests.benchmarks.viewer import viewing

DEVICES = 100
PAINTED_WITHIN_MS = 1000
_DAY = timedelta(days=1)
# The page marks what it painted; the picture is on the screen with the frame after that.
_PAINTED = """
async () => {
  const painted = () => performance.getEntriesByName("heatmap-painted").at(-1);
  while (painted() === undefined) await new Promise((done) => requestAnimationFrame(done));
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return performance.now();
}
"""
_CLICK = """
() => {
  performance.clearMarks("heatmap-painted");
  document.querySelector("nav a[href='/heatmap']").click();
  return performance.now();
}
"""


def measure(setting: Setting) -> Outcome:
    rounds = setting.choose(9, 2)
    outcome = Outcome()
    end = datetime.now(UTC).replace(second=0, microsecond=0)
    with serving_gateway(setting.folder) as served:
        make_devices(served.engine, DEVICES)
        made = make_minutes(served.engine, end - _DAY, end)
        with viewing(served.gateway.url) as viewer:
            cold_ms, warm_ms = [], []
            for _ in range(rounds):
                page = viewer.page()
                page.goto("/heatmap")
                cold_ms.append(float(page.evaluate(_PAINTED)))
                page.goto("/hosts")
                page.get_by_role("heading", level=1, name="Hosts").wait_for()
                began_ms = page.evaluate(_CLICK)
                warm_ms.append(float(page.evaluate(_PAINTED)) - began_ms)
                page.close()
    outcome.add(f"24 h × {DEVICES} devices, from a click", "ms", warm_ms, Target(at_most=PAINTED_WITHIN_MS))
    outcome.add("… from the address typed", "ms", cold_ms, Target(at_most=PAINTED_WITHIN_MS))
    outcome.notes.append(
        f"{made:,} minutes in the table; to the second frame after the page has painted them."
    )
    return outcome


HEATMAP_PAINTED = Bench("painted", "a click to the heatmap of 100 devices on the screen", measure)
