"""Every benchmark, in the order they run."""

from tests.benchmarks.archive_answers import ANSWERS
from tests.benchmarks.archiver_catch_up import ARCHIVER
from tests.benchmarks.bench import Bench
from tests.benchmarks.cpu_per_camera import CPU
from tests.benchmarks.heatmap_day import HEATMAP
from tests.benchmarks.long_range import LONG_RANGE

BENCHES: tuple[Bench, ...] = (CPU, ARCHIVER, ANSWERS, HEATMAP, LONG_RANGE)


def named(names: list[str]) -> list[Bench]:
    """The benchmarks of these names in that order; without names all but the very long ones.

    Raises KeyError with the first name that there is not.
    """
    if not names:
        return [bench for bench in BENCHES if not bench.by_name_only]
    known = {bench.name: bench for bench in BENCHES}
    return [known[name] for name in names]
