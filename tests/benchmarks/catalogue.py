"""Every benchmark, in the order they run."""

from tests.benchmarks.agent_start import START
from tests.benchmarks.archive_answers import ANSWERS
from tests.benchmarks.archiver_catch_up import ARCHIVER
from tests.benchmarks.bench import Bench
from tests.benchmarks.cameras_per_core import CAMERAS
from tests.benchmarks.cpu_per_camera import CPU
from tests.benchmarks.heatmap_day import HEATMAP
from tests.benchmarks.long_range import LONG_RANGE
from tests.benchmarks.metadata_analysis import ANALYSIS
from tests.benchmarks.screenshot_latency import SCREENSHOT

BENCHES: tuple[Bench, ...] = (
    CPU,
    START,
    SCREENSHOT,
    ARCHIVER,
    ANSWERS,
    HEATMAP,
    LONG_RANGE,
    ANALYSIS,
    CAMERAS,
)


def named(names: list[str]) -> list[Bench]:
    """The benchmarks of these names in that order; without names all but the very long ones.

    Raises KeyError with the first name that there is not.
    """
    if not names:
        return [bench for bench in BENCHES if not bench.by_name_only]
    known = {bench.name: bench for bench in BENCHES}
    return [known[name] for name in names]
