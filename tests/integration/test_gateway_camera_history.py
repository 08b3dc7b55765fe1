"""A camera's checks put together for a chart, over a real database."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from gateway.bootstrap.cameras import build_cameras
from gateway.bootstrap.parts import new_id
from gateway.cameras.health_history import LatencyRange, step_for
from gateway.catalogue.repository import Catalogue
from shared.errors import NotFoundError
from shared.spans import Span
from tests.support.health_stand import NOW, HealthStand

MINUTE = timedelta(minutes=1)


@pytest.fixture
def stand(migrated_database_url: str) -> Iterator[HealthStand]:
    with HealthStand(migrated_database_url) as made:
        yield made


def note(
    stand: HealthStand,
    camera_id: str,
    minutes_ago: int,
    status: str,
    latency_ms: int | None,
    problem: str = "",
) -> None:
    stand.run(
        "INSERT INTO camera_health (id, camera_id, is_connected, latency_ms, fps_actual, created_at, status,"
        " problem) VALUES (:id, :camera, :connected, :latency, :fps, :at, :status, :problem)",
        id=new_id(),
        camera=camera_id,
        connected=status == "live",
        latency=latency_ms,
        fps=25.0 if status == "live" else None,
        at=NOW - minutes_ago * MINUTE,
        status=status,
        problem=problem or None,
    )


def test_a_stretch_says_the_worst_of_its_checks_with_its_reason_and_the_range_of_its_latencies(
    stand: HealthStand,
) -> None:
    camera = stand.add("door", "rtsp://192.0.2.1/door")
    other = stand.add("gate", "rtsp://192.0.2.1/gate")
    note(stand, camera, 60, "live", 40)
    note(stand, camera, 59, "live", 60)
    note(stand, camera, 58, "degraded", None, "It is slow.")
    note(stand, camera, 31, "offline", None, "Nothing listens there.")
    note(stand, camera, 30, "live", 50)
    note(stand, other, 30, "offline", None, "Not this one.")
    note(stand, camera, 61, "offline", None, "Before the period.")
    rooms = build_cameras(stand.parts, Catalogue(stand.parts.engine, new_id))
    found = rooms.health.history("door", NOW - 60 * MINUTE, NOW, None, stretches=12)
    assert found.step == 5 * MINUTE
    first, second, third = found.stretches
    assert (first.start, first.checks, first.status) == (NOW - 60 * MINUTE, 3, "degraded")
    assert (first.latency, first.fps, first.problem) == (LatencyRange(40, 50.0, 60), 25.0, "It is slow.")
    assert (second.start, second.status, second.latency) == (NOW - 35 * MINUTE, "offline", None)
    assert second.problem == "Nothing listens there."
    assert (third.status, third.problem) == ("live", None)
    assert [outage.sentence for outage in found.report.outages] == ["Nothing listens there.", "It is slow."]
    assert found.report.uptime_percent == 60.0
    with pytest.raises(NotFoundError):
        rooms.health.history("door", None, None, frozenset({"another group"}), stretches=12)


@pytest.mark.parametrize(
    ("hours", "most", "minutes"), [(1, 480, 1), (24, 480, 3), (7 * 24, 480, 21), (24, 1, 24 * 60)]
)
def test_a_period_has_no_more_stretches_than_asked_for(hours: int, most: int, minutes: int) -> None:
    period = Span(NOW - timedelta(hours=hours), NOW)
    assert step_for(period, most) == minutes * MINUTE
