"""Every benchmark, in the order they run."""

from tests.benchmarks.agent_start import START
from tests.benchmarks.archive_answers import ANSWERS
from tests.benchmarks.archiver_catch_up import ARCHIVER
from tests.benchmarks.bench import Bench
from tests.benchmarks.camera_import import CAMERA_IMPORT
from tests.benchmarks.cameras_per_core import CAMERAS
from tests.benchmarks.caption_check import CAPTION_CHECK
from tests.benchmarks.caption_intake import CAPTION_INTAKE
from tests.benchmarks.caption_migration import CAPTION_MIGRATION
from tests.benchmarks.captioner_cost import CAPTIONER
from tests.benchmarks.cpu_per_camera import CPU
from tests.benchmarks.dating_hour import HOUR
from tests.benchmarks.deduplication import DEDUPLICATION
from tests.benchmarks.event_answers import EVENTS
from tests.benchmarks.fleet_heatmap import FLEET
from tests.benchmarks.graph_writes import GRAPH
from tests.benchmarks.heatmap_day import HEATMAP
from tests.benchmarks.heatmap_painted import HEATMAP_PAINTED
from tests.benchmarks.ingest_fleet import INGEST_FLEET
from tests.benchmarks.long_range import LONG_RANGE
from tests.benchmarks.media_carrying import MEDIA
from tests.benchmarks.metadata_analysis import ANALYSIS
from tests.benchmarks.page_start import PAGE_START
from tests.benchmarks.player_seek import SEEK
from tests.benchmarks.screenshot_latency import SCREENSHOT
from tests.benchmarks.wall_frames import WALL
from tests.benchmarks.wall_tiles import WALL_TILES

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
    INGEST_FLEET,
    FLEET,
    CAMERA_IMPORT,
    DEDUPLICATION,
    CAPTION_INTAKE,
    CAPTION_CHECK,
    CAPTION_MIGRATION,
    GRAPH,
    EVENTS,
    CAPTIONER,
    WALL,
    MEDIA,
    PAGE_START,
    WALL_TILES,
    HEATMAP_PAINTED,
    SEEK,
    HOUR,
)


def named(names: list[str], *, with_long: bool) -> list[Bench]:
    """The benchmarks of these names in that order; without names all, the very long ones `with_long`.

    Raises KeyError with the first name that there is not.
    """
    if not names:
        return [bench for bench in BENCHES if with_long or not bench.is_long]
    known = {bench.name: bench for bench in BENCHES}
    return [known[name] for name in names]
