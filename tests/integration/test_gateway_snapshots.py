"""Snapshots over HTTP: from a real agent's newest frame and from streams, kept in a real folder."""

import io
import socket
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from PIL import Image

from deploy.local.free_port import free_port
from deploy.local.postgres import PrivatePostgres
from gateway.bootstrap.tasks import TASKS, WorkerParts
from gateway.cameras.snapshot import TakenPicture
from gateway.cameras.snapshot_repository import SnapshotRepository
from gateway.cameras.snapshot_store import SnapshotStore
from gateway.hosts.host_address import parse_host_url
from gateway.hosts.host_directory import KnownHost
from gateway.jobs.progress import JobProgress
from gateway.storage.storage import Storage
from shared.errors import ColdframeError, NotFoundError, StorageError, UnavailableError
from tests.support.camera_probe_stand import GROUP, CameraProbeStand, camera_probe_stand
from tests.support.http_agent import NOW, HttpAgent, jpeg
from tests.support.http_camera import HttpCamera, Page, motion_jpeg
from tests.support.media_stand import served_agent
from tests.support.probed_cameras import probes_running
from tests.support.servers import fresh_database
from tests.support.set_clock import SetClock
from tests.support.storages import local_storage

KEYS = {
    "id",
    "camera_id",
    "filename",
    "storage_path",
    "file_size",
    "taken_at",
    "expiry_date",
    "url",
    "thumbnail_url",
    "source",
    "createdAt",
}
PICTURE = TakenPicture(jpeg(64, 36), jpeg(32, 18), NOW, "host")


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    yield
    assert probes_running() == []


@pytest.fixture(scope="module")
def database_url(postgres: PrivatePostgres, migrated_template: str) -> Iterator[str]:
    with fresh_database(postgres, migrated_template) as url:
        yield url


@pytest.fixture(scope="module")
def gateway(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CameraProbeStand]:
    with camera_probe_stand(database_url, tmp_path_factory.mktemp("gateway")) as made:
        yield made


@pytest.fixture
def stand(gateway: CameraProbeStand) -> CameraProbeStand:
    """Without snapshots."""
    gateway.run("DELETE FROM camera_snapshots")
    gateway.parts.storage.delete_directory("snapshots")
    return gateway


@pytest.fixture(scope="module")
def lab(gateway: CameraProbeStand, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpAgent]:
    """A real agent, enrolled as lab-1, whose devices have frames until now; the guard may see `street`."""
    with served_agent(tmp_path_factory.mktemp("lab-1"), "lab-1") as (agent, known):
        for device in ("street", "office"):
            agent.record(3, begin=NOW - timedelta(seconds=3), device=device)
            agent.report(device)
        gateway.enrol(known, group=GROUP)
        yield agent


@pytest.fixture(scope="module")
def web() -> Iterator[HttpCamera]:
    with HttpCamera({"/mjpeg": motion_jpeg(10), "/page": Page(), "/login": Page(401)}) as served:
        yield served


def size_of(data: bytes) -> tuple[int, int]:
    return Image.open(io.BytesIO(data)).size


def rows(stand: CameraProbeStand) -> int:
    return int(stand.one("SELECT count(*) FROM camera_snapshots"))


# -- taking ------------------------------------------------------------------------------------


def test_of_a_recorded_camera_the_hosts_newest_frame_is_kept(stand: CameraProbeStand, lab: HttpAgent) -> None:
    camera = stand.reported("street")
    told = stand.taken(camera, timeout_seconds=10, save_thumbnail=True)
    assert told.keys() == KEYS
    assert (told["source"], told["camera_id"]) == ("host", camera)
    assert told["taken_at"] == "2026-11-21T14:29:59.000Z"
    assert told["storage_path"] == f"snapshots/{camera}/20261121T142959Z-{told['id']}.jpg"
    assert told["storage_path"].endswith(told["filename"])
    picture = stand.app.test_client().get(told["url"])
    assert (picture.status_code, picture.content_type) == (200, "image/jpeg")
    assert picture.data == jpeg(64, 36)
    assert told["file_size"] == len(picture.data)
    thumbnail = stand.app.test_client().get(told["thumbnail_url"])
    assert size_of(thumbnail.data) == (64, 36)
    assert len(stand.kept()) == 2


def test_a_camera_without_a_host_is_asked_for_a_picture(stand: CameraProbeStand, web: HttpCamera) -> None:
    told = stand.taken(stand.camera(web.url("/mjpeg")), save_thumbnail=False)
    assert (told["source"], told["thumbnail_url"]) == ("stream", None)
    assert size_of(stand.app.test_client().get(told["url"]).data) == (320, 180)
    assert stand.kept() == [told["storage_path"]]


def test_a_camera_that_its_host_does_not_record_yet_is_asked_by_its_host(
    stand: CameraProbeStand, lab: HttpAgent, web: HttpCamera
) -> None:
    told = stand.taken(stand.camera(web.url("/mjpeg"), host="lab-1", device_name="door"))
    assert told["source"] == "stream"
    assert size_of(stand.app.test_client().get(told["thumbnail_url"]).data) == (320, 180)


def test_where_a_hosts_own_device_has_no_picture_of_now_it_is_not_opened_again(
    stand: CameraProbeStand, lab: HttpAgent
) -> None:
    lab.clock.pass_time(3600)
    try:
        answer = stand.ask("snapshot", stand.reported("office"))
    finally:
        lab.clock.pass_time(-3600)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (503, "picture_too_old")
    assert stand.kept() == []


def test_it_expires_after_the_days_that_are_set(stand: CameraProbeStand, web: HttpCamera) -> None:
    told = stand.taken(stand.camera(web.url("/mjpeg")))
    kept_s = stand.one(
        "SELECT extract(epoch FROM expiry_date - created_at) FROM camera_snapshots WHERE id = :id",
        id=told["id"],
    )
    assert float(kept_s) == 7 * 86_400


@pytest.mark.parametrize(
    ("path", "status", "code", "remedy"),
    [
        ("/login", 502, "camera_unauthorised", "Enter user and password."),
        ("/page", 502, "camera_not_video", "Check the address; a web page is no stream."),
        ("/nothing", 502, "camera_not_found", "Check the path."),
    ],
)
def test_a_camera_that_gives_no_picture_is_an_error_that_says_what_to_do(
    stand: CameraProbeStand, web: HttpCamera, path: str, status: int, code: str, remedy: str
) -> None:
    answer = stand.ask("snapshot", stand.camera(web.url(path)))
    error = answer.get_json()["error"]
    assert (answer.status_code, error["code"], error["remedy"]) == (status, code, remedy)
    assert error["message"].startswith("There is no picture of Front Door: ")
    assert (stand.kept(), rows(stand)) == ([], 0)


def test_a_camera_that_does_not_answer_in_time_is_a_504(stand: CameraProbeStand) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        camera = stand.camera(f"rtsp://127.0.0.1:{silent.getsockname()[1]}/stream")
        answer = stand.ask("snapshot", camera, timeout_seconds=1)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (504, "camera_timeout")


def test_a_host_that_cannot_be_reached_says_so(stand: CameraProbeStand, web: HttpCamera) -> None:
    nobody = parse_host_url(f"http://127.0.0.1:{free_port()}")
    stand.enrol(KnownHost("lab-2", nobody, ("127.0.0.0/8",), "x" * 43, is_silent=False))
    answer = stand.ask("snapshot", stand.camera(web.url("/mjpeg"), host="lab-2", device_name="door"))
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (503, "host_unreachable")


def test_a_storage_that_refuses_leaves_nothing(
    database_url: str, tmp_path: Path, web: HttpCamera, stand: CameraProbeStand
) -> None:
    (tmp_path / "objects").write_text("in the way")
    with camera_probe_stand(database_url, tmp_path) as broken:
        answer = broken.ask("snapshot", broken.camera(web.url("/mjpeg")))
        assert answer.status_code == 503
        assert rows(broken) == 0


def test_who_takes_too_many_is_told_when_to_go_on_and_others_are_not_held_up(
    database_url: str, tmp_path: Path, web: HttpCamera
) -> None:
    with camera_probe_stand(database_url, tmp_path, cameras={"snapshots_a_minute": 2}) as stand:
        camera = stand.camera(web.url("/login"))
        # A snapshot of no camera costs none a connection, and is not counted.
        assert [stand.ask("snapshot", "no-such-camera").status_code for _ in range(3)] == [404] * 3
        asked = [stand.ask("snapshot", camera) for _ in range(3)]
        assert [answer.status_code for answer in asked] == [502, 502, 429]
        error = asked[-1].get_json()["error"]
        assert error["remedy"].startswith("Try again in ")
        assert asked[-1].headers["Retry-After"] == str(error["details"]["retry_after_s"])
        assert stand.ask("snapshot", camera, who=stand.operator).status_code == 502


def test_a_camera_that_is_deleted_meanwhile_leaves_no_object(stand: CameraProbeStand) -> None:
    with pytest.raises(NotFoundError, match="There is no camera"):
        stand.cameras.snapshots.keep(str(uuid.uuid4()), PICTURE)
    assert stand.kept() == []


# -- listing and deleting ----------------------------------------------------------------------


def test_snapshots_are_listed_newest_first_with_addresses_that_work(
    stand: CameraProbeStand, lab: HttpAgent
) -> None:
    camera = stand.reported("street")
    first, second = (stand.taken(camera)["id"] for _ in range(2))
    answer = stand.guard.get(f"/api/v1/cameras/{camera}/snapshots", page_size="1")
    told = answer.get_json()
    assert told["meta"] == {"page": 1, "pageSize": 1, "total": 2, "totalPages": 2}
    (newest,) = told["data"]
    assert (newest["id"], newest["source"], newest.keys()) == (second, "host", KEYS)
    assert stand.app.test_client().get(newest["url"]).status_code == 200
    (older,) = stand.guard.data(f"/api/v1/cameras/{camera}/snapshots", page="2", page_size="1")
    assert older["id"] == first


def test_who_writes_cameras_deletes_a_snapshot_and_its_objects(
    stand: CameraProbeStand, lab: HttpAgent
) -> None:
    camera = stand.reported("street")
    snapshot = stand.taken(camera)
    address = f"/api/v1/cameras/{camera}/snapshots/{snapshot['id']}"
    assert stand.viewer.send("DELETE", address).status_code == 403
    assert stand.operator.send("DELETE", address).get_json()["data"] == {"deleted": True}
    assert (stand.kept(), rows(stand)) == ([], 0)
    gone = stand.operator.send("DELETE", address)
    assert (gone.status_code, gone.get_json()["error"]["code"]) == (404, "unknown_snapshot")
    assert stand.app.test_client().get(snapshot["url"]).status_code == 404


def test_a_snapshot_belongs_to_its_camera_alone(stand: CameraProbeStand, lab: HttpAgent) -> None:
    snapshot = stand.taken(stand.reported("street"))
    other = f"/api/v1/cameras/{stand.reported('office')}/snapshots/{snapshot['id']}"
    assert stand.operator.send("DELETE", other).status_code == 404
    assert rows(stand) == 1


@pytest.mark.parametrize("what", ["snapshot", "snapshots"])
def test_who_may_not_see_a_camera_sees_no_picture_of_it(
    stand: CameraProbeStand, lab: HttpAgent, what: str
) -> None:
    address = f"/api/v1/cameras/{stand.reported('office')}/{what}"
    answer = stand.guard.send("POST" if what == "snapshot" else "GET", address)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "unknown_camera")


def test_with_its_camera_all_snapshots_go_and_what_a_killed_process_left(
    stand: CameraProbeStand, web: HttpCamera
) -> None:
    camera = stand.camera(web.url("/mjpeg"))
    stand.taken(camera)
    orphan = f"snapshots/{camera}/20261121T000000Z-orphan.jpg"
    stand.parts.storage.upload_file(orphan, io.BytesIO(b"x"), content_type="image/jpeg")
    answer = stand.operator.send("DELETE", f"/api/v1/cameras/{camera}")
    assert answer.status_code == 200, answer.text
    assert (stand.kept(), rows(stand)) == ([], 0)


# -- expiry and jobs ---------------------------------------------------------------------------


class RefusingStorage:
    """A storage that does not delete some of its objects."""

    def __init__(self, storage: Storage, refused: set[str], error: ColdframeError) -> None:
        self._storage = storage
        self.refused = refused
        self._error = error

    def delete_file(self, key: str) -> None:
        if any(part in key for part in self.refused):
            raise self._error
        self._storage.delete_file(key)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)


def shelf(
    stand: CameraProbeStand, storage: Storage | RefusingStorage, clock: SetClock, *, kept_days: float = 7
) -> SnapshotStore:
    """Snapshots on the stand's database, kept in `storage`."""
    return SnapshotStore(
        SnapshotRepository(stand.parts.engine),
        cast(Storage, storage),
        clock,
        lambda: str(uuid.uuid4()),
        kept_days=kept_days,
    )


def test_what_is_past_its_time_goes_and_the_rest_stays(
    stand: CameraProbeStand, web: HttpCamera, tmp_path: Path
) -> None:
    camera = stand.camera(web.url("/mjpeg"))
    clock = SetClock(NOW)
    storage = local_storage(tmp_path / "objects")
    snapshots = shelf(stand, storage, clock)
    for _ in range(3):
        snapshots.keep(camera, PICTURE)
    clock.pass_time(86_400)
    young = snapshots.keep(camera, PICTURE).snapshot
    clock.pass_time(6 * 86_400)
    assert snapshots.delete_expired() == 3
    assert [found.key for found in storage.list_files()] == sorted(young.paths)
    assert stand.one("SELECT id FROM camera_snapshots") == young.id
    assert snapshots.delete_expired() == 0


@pytest.mark.parametrize(
    ("error", "others_go"),
    [
        (StorageError("The folder refuses.", remedy="Look."), True),
        (UnavailableError("The server is away.", remedy="Wait."), False),
    ],
)
def test_what_the_storage_refuses_is_there_for_the_next_time(
    stand: CameraProbeStand, web: HttpCamera, tmp_path: Path, error: ColdframeError, others_go: bool
) -> None:
    camera = stand.camera(web.url("/mjpeg"))
    clock = SetClock(NOW)
    storage = RefusingStorage(local_storage(tmp_path / "objects"), set(), error)
    snapshots = shelf(stand, storage, clock)
    refused = snapshots.keep(camera, PICTURE).snapshot
    clock.pass_time(60)
    snapshots.keep(camera, PICTURE)
    storage.refused = {refused.id}
    clock.pass_time(8 * 86_400)
    with pytest.raises(type(error)):
        snapshots.delete_expired()
    assert rows(stand) == (1 if others_go else 2)
    assert stand.one("SELECT id FROM camera_snapshots WHERE id = :id", id=refused.id) == refused.id
    storage.refused = set()
    snapshots.delete_expired()
    assert (rows(stand), list(storage.list_files())) == (0, [])


def test_what_a_killed_process_left_without_a_row_goes_after_a_day(
    stand: CameraProbeStand, web: HttpCamera, tmp_path: Path
) -> None:
    clock = SetClock(datetime.now(UTC))
    storage = local_storage(tmp_path / "objects")
    snapshots = shelf(stand, storage, clock)
    kept = snapshots.keep(stand.camera(web.url("/mjpeg")), PICTURE).snapshot
    storage.upload_file("snapshots/x/orphan.jpg", io.BytesIO(b"x"), content_type="image/jpeg")
    storage.upload_file("videos/x.mp4", io.BytesIO(b"x"), content_type="video/mp4")
    assert snapshots.delete_left_behind() == 0
    clock.pass_time(2 * 86_400)
    assert snapshots.delete_left_behind() == 1
    assert [found.key for found in storage.list_files()] == sorted([*kept.paths, "videos/x.mp4"])


def run_task(stand: CameraProbeStand, name: str, **arguments: str) -> Any:
    """As a worker runs it; none of these tells how far it is."""
    return TASKS[name].run(WorkerParts(stand.parts, cast(JobProgress, None)), arguments)


def test_the_job_that_expires_says_how_many_went(stand: CameraProbeStand, web: HttpCamera) -> None:
    stand.taken(stand.camera(web.url("/mjpeg")))
    assert run_task(stand, "cameras.expired_snapshots") == {"deleted": 0, "left_behind": 0}
    stand.run("UPDATE camera_snapshots SET expiry_date = now() - interval '1 second'")
    assert run_task(stand, "cameras.expired_snapshots") == {"deleted": 1, "left_behind": 0}
    assert (stand.kept(), rows(stand)) == ([], 0)


def test_the_job_that_tries_one_keeps_nothing(stand: CameraProbeStand, web: HttpCamera) -> None:
    told = run_task(stand, "cameras.test_snapshot", camera_id=stand.camera(web.url("/mjpeg")))
    assert told["size_bytes"] > 1000
    assert (told["source"], told["latency_ms"] > 0) == ("stream", True)
    assert (stand.kept(), rows(stand)) == ([], 0)
    with pytest.raises(ColdframeError, match="There is no picture of Front Door"):
        run_task(stand, "cameras.test_snapshot", camera_id=stand.camera(web.url("/page")))
