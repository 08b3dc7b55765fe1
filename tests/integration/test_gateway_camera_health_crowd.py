"""Five hundred cameras, fifty of which hang: a minute is enough, and the others do not wait for these."""

import threading
import time
from collections.abc import Iterator

import pytest

from gateway.cameras.health_check import HealthRun
from gateway.cameras.health_probes import HealthProbes, ProbeLimits
from shared.ffmpeg.stream_address import StreamAddress
from shared.ffmpeg.stream_probe_failure import StreamProbe
from tests.support.camera_crowd import CameraCrowd
from tests.support.health_stand import HealthStand


@pytest.fixture
def crowd() -> Iterator[CameraCrowd]:
    with CameraCrowd() as made:
        yield made


def add(stand: HealthStand, kind: str, port: int, count: int, **columns: str | None) -> None:
    """Cameras as rows, live until now where nothing else is said."""
    values = {"status": "live", "problem_code": None, **columns}
    stand.run(
        "INSERT INTO cameras (id, external_id, name, rtsp_url, status, problem_code)"
        " SELECT :kind || n, :kind || n, :kind || n, 'http://127.0.0.1:' || :port || '/' || n, :status,"
        "     :problem_code"
        " FROM generate_series(1, :count) n",
        kind=kind,
        port=str(port),
        count=count,
        **values,
    )


def standings(stand: HealthStand) -> dict[tuple[str, str | None], int]:
    return {
        (row["status"], row["problem_code"]): row["cameras"]
        for row in stand.rows(
            "SELECT status, problem_code, count(*) AS cameras FROM cameras GROUP BY 1, 2 ORDER BY 1"
        )
    }


def test_five_hundred_cameras_of_which_fifty_hang_are_checked_within_the_minute(
    migrated_database_url: str, crowd: CameraCrowd
) -> None:
    """With the settings as they come, ten seconds for each camera among them, and real ffmpegs."""
    with HealthStand(migrated_database_url) as stand, HealthStand(migrated_database_url) as other:
        add(stand, "hangs", crowd.hanging_port, 50)
        add(stand, "works", crowd.answering_port, 450)
        runs: list[HealthRun] = []
        begun_s = time.monotonic()
        checking = threading.Thread(target=lambda: runs.append(stand.check()))
        checking.start()
        while not crowd.asked["hanging"]:
            assert time.monotonic() - begun_s < 20
            time.sleep(0.01)
        assert other.check().is_other_running
        # Those that work are known while those that hang still hang.
        while not _are_known(other):
            assert checking.is_alive() and time.monotonic() - begun_s < 20
            time.sleep(0.05)
        checking.join(60)
        took_s = time.monotonic() - begun_s
        (run,) = runs
        assert took_s < 60
        assert (run.probed, run.stored, run.not_reached) == (500, 500, 0)
        assert standings(stand) == {("degraded", "timeout"): 50, ("live", None): 450}
        opened = stand.rows("SELECT count(*) AS checks FROM camera_health WHERE fps_actual IS NOT NULL")
        # A tenth of them each minute, and nobody else, costs an ffmpeg.
        assert 20 <= opened[0]["checks"] <= 80
        assert crowd.asked["answering"] <= 450 + 2 * 80
        assert crowd.most_at_once <= 64


def _are_known(stand: HealthStand) -> bool:
    """Whether there are results of most that work."""
    (found,) = stand.rows("SELECT count(*) AS checks FROM camera_health WHERE is_connected")
    return bool(found["checks"] > 400)


def test_what_hung_the_last_time_waits_in_a_lane_of_its_own(
    migrated_database_url: str, crowd: CameraCrowd
) -> None:
    with HealthStand(migrated_database_url) as stand:
        add(stand, "hangs", crowd.hanging_port, 12, status="degraded", problem_code="timeout")
        add(stand, "works", crowd.answering_port, 60, status="idle")
        # The longest unchecked first: by that alone, all places would be taken by those that hang.
        stand.run("UPDATE cameras SET checked_at = '2026-11-21T13:00:00Z' WHERE external_id LIKE 'hangs%'")
        stand.run("UPDATE cameras SET checked_at = '2026-11-21T13:59:00Z' WHERE external_id LIKE 'works%'")
        busiest = []
        good = StreamProbe("ok", "", 5, 64, 48, 20.0, "mjpeg")

        def probe(_address: StreamAddress, _timeout_s: float) -> StreamProbe:
            # At the end, places are free for those that hang: as long as one at least of the others waits.
            if crowd.asked["answering"] <= 60 - 8:
                busiest.append(crowd.most_at_once)
            return good

        stand.health._probes = HealthProbes(ProbeLimits(8, 1.0, 50.0), probe, lambda: "nonce")
        run = stand.check()
        assert (run.probed, run.not_reached) == (72, 0)
        assert len(busiest) > 10
        assert max(busiest) <= 2, "those that hang have a quarter of the places at first"
        assert crowd.most_at_once == 8, "and those of the others once these are done"


def test_what_the_deadline_cuts_off_is_no_failure_of_a_camera(
    migrated_database_url: str, crowd: CameraCrowd
) -> None:
    with HealthStand(migrated_database_url) as stand:
        add(stand, "hangs", crowd.hanging_port, 3)
        add(stand, "opened", crowd.answering_port, 3, status="idle")
        given = []

        def late(_address: StreamAddress, timeout_s: float) -> StreamProbe:
            given.append(timeout_s)
            time.sleep(timeout_s)
            return StreamProbe("timeout", "No picture came.")

        stand.health._probes = HealthProbes(ProbeLimits(8, 10.0, 2.2), late, lambda: "nonce")
        run = stand.check()
        assert (run.probed, run.not_reached) == (0, 6)
        assert stand.rows("SELECT count(*) AS checks FROM camera_health") == [{"checks": 0}]
        assert given and max(given) <= 2.7


def test_what_the_deadline_leaves_over_comes_first_the_next_time(
    migrated_database_url: str, crowd: CameraCrowd
) -> None:
    with HealthStand(migrated_database_url) as stand:
        add(stand, "hangs", crowd.hanging_port, 12)
        limits = ProbeLimits(at_once=8, timeout_s=1.0, deadline_s=1.5)

        def never(_address: StreamAddress, _timeout_s: float) -> StreamProbe:
            raise AssertionError("nothing here says enough to be opened")

        stand.health._probes = HealthProbes(limits, never, lambda: "nonce")
        begun_s = time.monotonic()
        first = stand.check()
        assert time.monotonic() - begun_s < 5
        assert (first.probed, first.not_reached) == (8, 4)
        assert standings(stand) == {("degraded", "timeout"): 8, ("live", None): 4}
        stand.check()
        assert standings(stand)[("degraded", "timeout")] == 12
