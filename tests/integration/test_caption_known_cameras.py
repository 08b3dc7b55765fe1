"""Cameras as captions and events speak of them, in a real database."""

import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine, text

from gateway.captions.known_cameras_repository import FRESH_FOR_S, KnownCameras
from gateway.db.engine import create_database
from shared.errors import NotFoundError

if TYPE_CHECKING:
    from deploy.local.postgres import PrivatePostgres


@pytest.fixture(scope="module")
def engine(postgres: "PrivatePostgres", migrated_template: str) -> Iterator[Engine]:
    from tests.support.servers import fresh_database

    with fresh_database(postgres, migrated_template) as url:
        made = create_database(url, pool_size=2)
        yield made
        made.dispose()


class Watch:
    """Seconds that tests set."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def known(engine: Engine, watch: Watch) -> KnownCameras:
    with engine.begin() as connection:
        for table in ("devices", "cameras", "camera_groups", "hosts"):
            connection.execute(text(f"DELETE FROM {table}"))
    return KnownCameras(engine, watch)


def run(engine: Engine, statement: str, **values: object) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement), values)


def add_host(engine: Engine, name: str) -> str:
    host_id = str(uuid.uuid4())
    run(engine, "INSERT INTO hosts (id, name) VALUES (:id, :name)", id=host_id, name=name)
    return host_id


def add_group(engine: Engine, name: str) -> str:
    run(engine, "INSERT INTO camera_groups (id, name) VALUES (:name, :name)", name=name)
    return name


def add_camera(engine: Engine, external_id: str, **values: object) -> None:
    row = {"host_id": None, "device_name": None, "group_id": None, "is_active": True, **values}
    run(
        engine,
        "INSERT INTO cameras (id, name, rtsp_url, external_id, host_id, device_name, group_id, is_active)"
        " VALUES (:id, :name, 'rtsp://x', :external_id, :host_id, :device_name, :group_id, :is_active)",
        id=f"id-{external_id}",
        name=external_id.title(),
        external_id=external_id,
        **row,
    )


def add_device(engine: Engine, host_id: str, name: str, camera: str | None, *, removed: bool = False) -> None:
    run(
        engine,
        "INSERT INTO devices (host_id, name, camera_id, removed_at)"
        " VALUES (:host_id, :name, :camera, CASE WHEN :removed THEN now() END)",
        host_id=host_id,
        name=name,
        camera=None if camera is None else f"id-{camera}",
        removed=removed,
    )


def test_a_camera_is_known_with_its_group_and_where_its_footage_is(
    engine: Engine, known: KnownCameras
) -> None:
    lab = add_host(engine, "lab-1")
    add_camera(engine, "cam_001", host_id=lab, device_name="door", group_id=add_group(engine, "Tenant A"))
    add_device(engine, lab, "door", "cam_001")
    camera = known.camera("cam_001", None)
    assert (camera.name, camera.group, camera.full_name) == ("Cam_001", "Tenant A", "lab-1/door")
    assert camera.is_active


def test_a_camera_that_no_host_has_reported_has_no_footage(engine: Engine, known: KnownCameras) -> None:
    add_camera(engine, "cam_002", host_id=add_host(engine, "lab-1"), device_name="door")
    assert known.camera("cam_002", None).full_name is None


def test_a_camera_that_moved_has_its_footage_where_it_is_now(engine: Engine, known: KnownCameras) -> None:
    old, new = add_host(engine, "old"), add_host(engine, "new")
    add_camera(engine, "cam_003", host_id=new, device_name="door")
    add_device(engine, new, "door", "cam_003")
    add_device(engine, old, "door", "cam_003")
    assert known.camera("cam_003", None).full_name == "new/door"
    assert known.of_devices(old, ["door"])["door"].camera_id == "cam_003"
    assert set(known.among(None, host="old")) == set(known.among(None, host="new")) == {"cam_003"}


def test_a_camera_whose_host_has_gone_has_its_footage_where_it_was_last(
    engine: Engine, known: KnownCameras
) -> None:
    lab = add_host(engine, "lab-1")
    add_camera(engine, "cam_004")
    add_device(engine, lab, "before", "cam_004", removed=True)
    add_device(engine, lab, "later", "cam_004")
    assert known.camera("cam_004", None).full_name == "lab-1/later"


def test_a_device_that_is_assigned_is_a_camera_before_its_host_reports_it(
    engine: Engine, known: KnownCameras
) -> None:
    lab, other = add_host(engine, "lab-1"), add_host(engine, "lab-2")
    add_camera(engine, "cam_005", host_id=lab, device_name="yard")
    add_device(engine, lab, "street", None)
    assert {name: camera.camera_id for name, camera in known.of_devices(lab, ["yard", "street"]).items()} == {
        "yard": "cam_005"
    }
    assert known.of_devices(other, ["yard"]) == {}
    assert known.of_devices(lab, []) == {}


def test_who_is_limited_knows_the_cameras_of_their_groups_only(engine: Engine, known: KnownCameras) -> None:
    own, foreign = add_group(engine, "A"), add_group(engine, "B")
    add_camera(engine, "own", group_id=own)
    add_camera(engine, "foreign", group_id=foreign)
    add_camera(engine, "nobodys")
    scope = frozenset({own})
    assert set(known.named(["own", "foreign", "nobodys", "none"], scope)) == {"own"}
    assert set(known.among(scope)) == {"own"}
    assert set(known.among(scope, group_id=foreign)) == set()
    assert known.named(["own"], frozenset()) == {}
    with pytest.raises(NotFoundError) as refused:
        known.camera("foreign", scope)
    with pytest.raises(NotFoundError) as missing:
        known.camera("nothere", scope)
    assert str(refused.value).replace("foreign", "X") == str(missing.value).replace("nothere", "X")


def test_a_new_camera_is_known_at_once_and_a_deleted_one_for_a_moment_longer(
    engine: Engine, known: KnownCameras, watch: Watch
) -> None:
    assert known.named(["cam_006"], None) == {}
    add_camera(engine, "cam_006")
    assert set(known.named(["cam_006"], None)) == {"cam_006"}
    run(engine, "DELETE FROM cameras")
    watch.now_s += FRESH_FOR_S / 2
    assert set(known.named(["cam_006"], None)) == {"cam_006"}
    watch.now_s += FRESH_FOR_S
    assert known.named(["cam_006"], None) == {}


def test_who_is_taken_out_of_a_group_sees_its_cameras_no_more_at_once(
    engine: Engine, known: KnownCameras
) -> None:
    own = add_group(engine, "A")
    add_camera(engine, "cam_007", group_id=own)
    assert set(known.named(["cam_007"], frozenset({own}))) == {"cam_007"}
    run(engine, "UPDATE cameras SET group_id = NULL")
    assert known.named(["cam_007"], frozenset({own})) == {}
