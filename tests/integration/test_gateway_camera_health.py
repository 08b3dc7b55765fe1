"""Cameras that the gateway asks itself: real streams that go and come back, and what is left in the rows."""

import socketserver
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from deploy.local.free_port import free_port
from deploy.local.rtsp_relay import RtspRelay, h264_encoding, pattern_source
from gateway.cameras.health_probes import HealthProbes, ProbeLimits, is_turn_to_open
from shared.ffmpeg.stream_address import StreamAddress
from shared.ffmpeg.stream_probe_failure import StreamProbe
from tests.support.health_stand import NOW, HealthStand
from tests.support.http_camera import HttpCamera, Page, Stream, motion_jpeg

PATTERN, ENCODING = pattern_source("testsrc2=size=320x180:rate=10"), h264_encoding(gop_frames=5)


@pytest.fixture
def stand(migrated_database_url: str) -> Iterator[HealthStand]:
    with HealthStand(migrated_database_url) as made:
        yield made


@pytest.fixture(scope="module", params=["digest"])
def cameras(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RtspRelay]:
    folder: Path = tmp_path_factory.mktemp("relay")
    with RtspRelay(folder, names=["door"], auth=request.param) as relay:
        relay.publish("door", PATTERN, ENCODING)
        yield relay


def rtsp(relay: RtspRelay, path: str = "door") -> str:
    return f"rtsp://127.0.0.1:{relay.port}/{path}"


def test_a_camera_that_goes_is_degraded_then_offline_and_live_again_at_the_first_good_check(
    stand: HealthStand, tmp_path: Path
) -> None:
    with RtspRelay(tmp_path, names=["door"]) as relay:
        relay.publish("door", PATTERN, ENCODING)
        stand.add("door", rtsp(relay), password="s3cret", fps=10)
        assert stand.status("door") == ("idle", None)
        stand.check()
        assert stand.status("door") == ("live", None)
        found = stand.camera("door")
        assert (found["checked_at"], found["last_connected"], found["failures_in_row"]) == (NOW, NOW, 0)
        relay.stop()
        statuses = []
        for _check in range(3):
            stand.check()
            statuses.append(stand.status("door"))
        assert statuses == [("degraded", "refused")] * 2 + [("offline", "refused")]
        gone = stand.camera("door")
        assert (gone["last_connected"], gone["failures_in_row"]) == (NOW, 3)
        assert "connection refused" in gone["problem"]
        relay.start().publish("door", PATTERN, ENCODING)
        stand.check()
    back = stand.camera("door")
    assert (back["status"], back["problem_code"], back["problem"]) == ("live", None, None)
    assert (back["failures_in_row"], back["last_connected"]) == (0, stand.clock.now())
    # A check is no change of the camera by anybody.
    assert back["updated_at"] == found["updated_at"] == back["created_at"]
    history = stand.history("door")
    assert [row["status"] for row in history] == [
        "live",
        "degraded",
        "degraded",
        "offline",
        "live",
    ]
    assert [row["is_connected"] for row in history] == [True, False, False, False, True]
    assert [row["latency_ms"] is not None for row in history] == [True, False, False, False, True]
    assert {row["judged_by"] for row in history} == {"probe"}
    assert history[0]["fps_actual"] == pytest.approx(10, abs=1)
    assert 0 <= history[0]["latency_ms"] < 10_000


def test_what_a_person_must_mend_is_an_error_with_its_own_reason(
    stand: HealthStand, cameras: RtspRelay
) -> None:
    closed = free_port()
    with HttpCamera({"/live": motion_jpeg(10), "/": Page(200)}) as web:
        stand.add("right", rtsp(cameras), password="s3cret")
        stand.add("wrong-password", rtsp(cameras), password="guessed")
        stand.add("no-password", rtsp(cameras))
        stand.add("wrong-path", rtsp(cameras, "window"), password="s3cret")
        stand.add("closed-port", f"rtsp://127.0.0.1:{closed}/door")
        stand.add("motion-jpeg", web.url("/live"))
        stand.add("web-page", web.url("/"))
        stand.add("no-camera", "rtsp://224.0.0.1/door")
        run = stand.check()
    assert run.as_json() == {
        "recorded": 0,
        "probed": 8,
        "not_reached": 0,
        "stored": 8,
        "statuses": {"live": 2, "error": 5, "degraded": 1},
    }
    found = {row["external_id"]: row for row in stand.rows("SELECT * FROM cameras")}
    assert {name: (row["status"], row["problem_code"]) for name, row in found.items()} == {
        "right": ("live", None),
        "wrong-password": ("error", "unauthorised"),
        "no-password": ("error", "unauthorised"),
        "wrong-path": ("error", "not_found"),
        "closed-port": ("degraded", "refused"),
        "motion-jpeg": ("live", None),
        "web-page": ("error", "not_video"),
        "no-camera": ("error", "not_allowed"),
    }
    sentences = [row["problem"] for row in found.values() if row["problem"] is not None]
    assert len(set(sentences)) == len(sentences) == 6
    assert not [sentence for sentence in sentences if "guessed" in sentence or "s3cret" in sentence]
    assert all(row["last_connected"] is None for row in found.values() if row["status"] != "live")


def test_a_camera_that_hangs_is_told_from_one_that_refuses(
    tmp_path: Path, migrated_database_url: str
) -> None:
    with (
        HealthStand(migrated_database_url, probe_timeout_s=1) as stand,
        RtspRelay(tmp_path, names=["door"], user="") as relay,
    ):
        stand.add("door", rtsp(relay), status="live")
        relay.pause()
        stand.check()
        assert stand.status("door") == ("degraded", "timeout")
        assert "accepts the connection" in stand.camera("door")["problem"]
        relay.resume()


def test_a_camera_that_answers_and_sends_nothing_is_not_live(stand: HealthStand) -> None:
    """What a light question cannot tell: there is an answer, and no picture behind it."""
    silent = ["-re", "-f", "lavfi", "-i", "anullsrc", "-c:a", "aac", "-f", "adts"]
    with HttpCamera({"/live": Stream(silent, "video/mp2t")}) as web:
        stand.add("door", web.url("/live"))
        stand.check()
    status, code = stand.status("door")
    assert (status, code) == ("error", "not_video")


def test_a_camera_that_hangs_up_once_is_asked_again_at_once(stand: HealthStand) -> None:
    connections = []

    class HangsUpOnce(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            connections.append(self.rfile.readline())
            if len(connections) > 1:
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp2t\r\n\r\n")

    with socketserver.TCPServer(("127.0.0.1", 0), HangsUpOnce) as server:
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        # Of the ids, one whose stream is not opened in this minute.
        name = next(f"door-{n}" for n in range(99) if not is_turn_to_open(f"door-{n}", minute_of(NOW)))
        stand.add("door", f"http://127.0.0.1:{server.server_address[1]}/", id=name, status="live")
        stand.check()
        server.shutdown()
        serving.join(10)
    assert stand.status("door") == ("live", None)
    assert len(connections) == 2
    assert len(stand.history("door")) == 1


def minute_of(moment: datetime) -> int:
    return int(moment.timestamp() // 60)


def test_a_run_that_is_made_again_counts_no_failure_twice(stand: HealthStand) -> None:
    stand.add("door", f"rtsp://127.0.0.1:{free_port()}/door")
    stand.check()
    stand.clock.pass_time(20)
    again = stand.health.check()
    assert (again.probed, again.stored) == (0, 0)
    assert (stand.camera("door")["failures_in_row"], len(stand.history("door"))) == (1, 1)
    # A clock that was set back must not end the checks.
    stand.clock.pass_time(-3600)
    assert stand.health.check().stored == 1


def test_a_camera_that_nobody_wants_is_idle_and_not_asked(stand: HealthStand) -> None:
    stand.add("door", f"rtsp://127.0.0.1:{free_port()}/door")
    stand.check()
    assert stand.status("door") == ("degraded", "refused")
    stand.run("UPDATE cameras SET is_active = false")
    changed_at = stand.camera("door")["updated_at"]
    assert stand.check().probed == 0
    found = stand.camera("door")
    assert (found["status"], found["problem_code"], found["failures_in_row"]) == ("idle", None, 0)
    assert found["updated_at"] == changed_at
    assert len(stand.history("door")) == 1


def test_a_password_that_cannot_be_opened_is_the_cameras_trouble_and_nobody_elses(
    stand: HealthStand, cameras: RtspRelay
) -> None:
    stand.add("closed", rtsp(cameras), password_encrypted="of another key", username="cam")
    stand.add("right", rtsp(cameras), password="s3cret")
    stand.check()
    assert stand.status("closed") == ("error", "secret_unreadable")
    assert "COLDFRAME_SECRET_KEY" in stand.camera("closed")["problem"]
    assert stand.status("right") == ("live", None)


# -- what happens meanwhile -------------------------------------------------------------------------


class Interrupted:
    """Opens streams as ffmpeg would, after a test has done something in the meantime."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.may_go_on = threading.Event()

    def __call__(self, address: StreamAddress, timeout_s: float) -> StreamProbe:
        self.begun.set()
        assert self.may_go_on.wait(20)
        return StreamProbe("ok", "", 5, 640, 480, 25.0, "h264")


def with_probe(stand: HealthStand, probe: Interrupted) -> None:
    stand.health._probes = HealthProbes(ProbeLimits(8, 4, 30), probe, lambda: "nonce")


def test_a_camera_that_is_changed_or_deleted_meanwhile_keeps_what_was_made_of_it(
    stand: HealthStand, cameras: RtspRelay
) -> None:
    probe = Interrupted()
    with_probe(stand, probe)
    for name in ("moved", "deleted", "switched-off", "same"):
        stand.add(name, rtsp(cameras), password="s3cret")
    runs = []
    checking = threading.Thread(target=lambda: runs.append(stand.check()))
    checking.start()
    assert probe.begun.wait(10)
    stand.run("UPDATE cameras SET rtsp_url = 'rtsp://elsewhere/x' WHERE external_id = 'moved'")
    stand.run("UPDATE cameras SET is_active = false WHERE external_id = 'switched-off'")
    stand.run("DELETE FROM cameras WHERE external_id = 'deleted'")
    probe.may_go_on.set()
    checking.join(20)
    (run,) = runs
    assert (run.probed, run.stored) == (4, 1)
    found = {row["external_id"]: row["status"] for row in stand.rows("SELECT * FROM cameras")}
    assert found == {"moved": "idle", "switched-off": "idle", "same": "live"}
    assert stand.rows("SELECT count(*) AS checks FROM camera_health") == [{"checks": 1}]


def test_no_two_runs_check_at_the_same_time_in_whatever_processes(
    stand: HealthStand, cameras: RtspRelay, migrated_database_url: str
) -> None:
    probe = Interrupted()
    with_probe(stand, probe)
    stand.add("door", rtsp(cameras), password="s3cret")
    runs = []
    checking = threading.Thread(target=lambda: runs.append(stand.check()))
    checking.start()
    assert probe.begun.wait(10)
    with HealthStand(migrated_database_url) as other:
        assert other.check().as_json() == {"is_other_running": True}
        probe.may_go_on.set()
        checking.join(20)
        assert [run.is_other_running for run in runs] == [False]
        assert other.check().is_other_running is False


def test_a_machine_without_ffmpeg_says_so_and_stores_what_it_knows(
    stand: HealthStand, cameras: RtspRelay
) -> None:
    def nothing_there(_address: StreamAddress, _timeout_s: float) -> StreamProbe:
        raise FileNotFoundError("ffmpeg")

    stand.health._probes = HealthProbes(ProbeLimits(8, 4, 30), nothing_there, lambda: "nonce")
    stand.add("door", rtsp(cameras), password="s3cret")
    stand.add("gone", f"rtsp://127.0.0.1:{free_port()}/x")
    with pytest.raises(FileNotFoundError):
        stand.check()
    assert stand.status("door") == ("live", None)
    assert stand.status("gone") == ("degraded", "refused")


def test_old_results_go_and_new_ones_stay(stand: HealthStand) -> None:
    camera_id = stand.add("door", "rtsp://127.0.0.1:1/door")
    stand.run(
        "INSERT INTO camera_health (id, camera_id, is_connected, created_at)"
        " SELECT gen_random_uuid()::text, :id, true, CAST(:now AS timestamptz) - n * interval '1 minute'"
        " FROM generate_series(1, 60000) n",
        id=camera_id,
        now=NOW,
    )
    kept = 30 * 1440
    assert stand.health.forget_old() == 60_000 - kept
    assert stand.health.forget_old() == 0
    (left,) = stand.rows("SELECT count(*) AS checks, min(created_at) AS oldest FROM camera_health")
    assert left["checks"] == kept
    assert (NOW - left["oldest"]).days == 30
