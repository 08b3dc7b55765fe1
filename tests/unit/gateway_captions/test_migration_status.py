"""How the migration does, judged from what was measured."""

from dataclasses import replace

import pytest

from gateway.captions.cache.cache_counts import CacheStats, CameraCounts
from gateway.captions.graph.prompt_graph import GraphNumbers
from gateway.captions.migration.migration_status import (
    Measured,
    MigrationOverview,
    WorkNumbers,
    reduction,
    stats_of_some,
    status_of,
    ttl_mode,
)
from gateway.captions.migration.stats import row_of
from shared.errors import UnavailableError

CACHE = CacheStats(
    used_memory_bytes=47_395_635,
    max_memory_bytes=None,
    cached=1247,
    cameras=9,
    near_expiry=234,
    cameras_affected=5,
    oldest_due_s=41.3,
    captions_in=5000,
    repeated=0,
    refused=0,
)
GRAPH = GraphNumbers(18_233)
WORK = WorkNumbers(waiting=0, running=1, failed=0, workers=2, scheduler_silent_s=0.8)
WELL = Measured(CACHE, GRAPH, WORK)


def late(seconds: float) -> CacheStats:
    return replace(CACHE, oldest_due_s=seconds)


@pytest.mark.parametrize(
    ("measured", "behind", "words"),
    [
        (WELL, False, None),
        (replace(WELL, cache=late(120.0)), False, None),
        (replace(WELL, cache=late(120.1)), True, "due since 120 s"),
        (replace(WELL, cache=None), True, "CAPTIONS_REDIS_URL"),
        (
            replace(WELL, graph=GraphNumbers(None, "Away. Start it.")),
            True,
            "nothing is lost. Away. Start it.",
        ),
        (replace(WELL, work=None), False, "REDIS_URL"),
        (replace(WELL, work=replace(WORK, workers=0)), False, "python -m gateway worker"),
        (replace(WELL, work=replace(WORK, scheduler_silent_s=None)), False, "python -m gateway scheduler"),
        (replace(WELL, work=replace(WORK, scheduler_silent_s=91)), False, "python -m gateway scheduler"),
        (replace(WELL, cache=replace(CACHE, filled_percent=89.9)), False, None),
        (replace(WELL, cache=replace(CACHE, filled_percent=90.0)), False, "90 % of the memory"),
        (replace(WELL, cache=replace(CACHE, filled_percent=100.0)), False, "migrate?force=true"),
        # The cause is told, not what follows from it.
        (Measured(late(500.0), GRAPH, replace(WORK, workers=0)), True, "python -m gateway worker"),
        (Measured(None, GraphNumbers(None), None), True, "CAPTIONS_REDIS_URL"),
    ],
)
def test_what_is_wrong_is_told_with_what_to_do(measured: Measured, behind: bool, words: str | None) -> None:
    status = status_of(measured, 7200)
    assert status.behind is behind
    assert (status.problem is None) is (words is None)
    assert words is None or words in (status.problem or "")


def test_of_some_cameras_their_captions_are_counted() -> None:
    counts = [CameraCounts(5, 2, 30.0, 1), CameraCounts(0, 0, 0.0, None), CameraCounts(3, 1, 50.0, 2)]
    some = stats_of_some(CACHE, counts)
    assert (some.cached, some.cameras, some.near_expiry, some.cameras_affected) == (8, 2, 3, 2)
    assert some.oldest_due_s == 50.0
    none = stats_of_some(CACHE, [])
    assert (none.cached, none.cameras, none.near_expiry, none.oldest_due_s) == (0, 0, 0, 0.0)


@pytest.mark.parametrize(
    ("ttl_s", "words"),
    [
        (7200, "FIXED 2 HOURS"),
        (3600, "FIXED 1 HOUR"),
        (5400, "FIXED 90 MINUTES"),
        (61, "FIXED 61 SECONDS"),
        (1, "FIXED 1 SECOND"),
    ],
)
def test_how_long_captions_stay_is_said_in_the_largest_whole_unit(ttl_s: int, words: str) -> None:
    assert ttl_mode(ttl_s) == words


@pytest.mark.parametrize(
    ("captions", "events", "words"),
    [(150, 42, "72.0%"), (6, 2, "66.7%"), (0, 0, "0.0%"), (5, 5, "0.0%"), (2, 3, "0.0%"), (1000, 1, "99.9%")],
)
def test_reduction_is_how_many_fewer_events_there_are(captions: int, events: int, words: str) -> None:
    assert reduction(captions, events) == words


def test_where_captions_are_off_nothing_is_asked() -> None:
    def asked() -> None:
        raise AssertionError

    off = MigrationOverview(is_on=False, ttl_s=7200, cache=asked, graph=asked, work=asked)  # type: ignore[arg-type]
    status = off.status()
    assert (status.is_off, status.behind) == (True, False)
    assert "NEO4J_URI" in (status.problem or "")


def test_without_the_captions_redis_there_is_nothing_to_write_down() -> None:
    from datetime import UTC, datetime

    at = datetime(2026, 11, 21, 14, tzinfo=UTC)
    assert row_of(status_of(WELL, 7200), at).as_json() == {
        "keys_near_expiry": 234,
        "cached": 1247,
        "cameras": 9,
        "oldest_due_seconds": 41.3,
        "redis_used_bytes": 47_395_635,
        "events": 18_233,
        "behind": False,
    }
    with pytest.raises(UnavailableError):
        row_of(status_of(replace(WELL, cache=None), 7200), at)
