"""A camera that is deleted has its captions merged into events first; where that cannot be, it stays."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from deploy.local.free_port import free_port
from gateway.bootstrap.cameras import CameraRooms, build_cameras
from gateway.bootstrap.captions import build_caption_cache
from gateway.bootstrap.parts import Parts, new_id
from gateway.cameras.snapshot_store import SnapshotStore
from gateway.catalogue.repository import Catalogue
from shared.errors import ConflictError, NotFoundError, UnavailableError
from shared.spans import utc_ms
from tests.integration.test_caption_migration import FIELDS, fields
from tests.support.gateway_app import NO_REDIS, gateway_parts
from tests.support.migration_stand import MigrationStand, assert_stored, undisturbed
from tests.support.neo4j import graph_section

if TYPE_CHECKING:
    from deploy.local.neo4j import PrivateNeo4j

MakeParts = Callable[..., Parts]


@pytest.fixture
def make_parts(migrated_database_url: str) -> Iterator[MakeParts]:
    made: list[Parts] = []

    def make(redis_url: str, **graph: object) -> Parts:
        made.append(gateway_parts(migrated_database_url, redis_url, graph=graph))
        return made[-1]

    yield make
    for parts in made:
        parts.engine.dispose()
        parts.redis.close()


def rooms_of(parts: Parts) -> CameraRooms:
    return build_cameras(parts, Catalogue(parts.engine, new_id))


def added(parts: Parts) -> tuple[str, str]:
    """A camera's id and its external id."""
    camera = rooms_of(parts).cameras.add({"name": "Field", "rtsp_url": "rtsp://10.1.2.9:554/1"}, None)
    return camera.id, camera.external_id


def put(parts: Parts, camera_id: str) -> None:
    build_caption_cache(parts).put(fields(camera_id, with_embeddings=False), utc_ms(parts.clock.now()))


def cached(parts: Parts, camera_id: str) -> int:
    return len(build_caption_cache(parts).entries(camera_id, until_ms=None, count=100).entries)


def nowhere() -> dict[str, object]:
    return {"uri": f"bolt://127.0.0.1:{free_port()}", "timeout_s": 1}


def test_captions_of_a_camera_that_is_deleted_become_events_first(
    make_parts: MakeParts, redis_url: str, neo4j: "PrivateNeo4j"
) -> None:
    parts = make_parts(redis_url, **graph_section(neo4j))
    row_id, camera_id = added(parts)
    put(parts, camera_id)
    rooms_of(parts).cameras.delete(row_id, None)
    with pytest.raises(NotFoundError):
        rooms_of(parts).repository.camera(row_id, None)
    stand = MigrationStand(parts)
    assert_stored(stand.stored(camera_id), undisturbed(fields(camera_id, with_embeddings=False), 1000))
    assert [(run.trigger, run.state) for run in stand.runs(camera_id)] == [("camera_deleted", "done")]
    assert cached(parts, camera_id) == 0


def test_captions_that_come_while_a_camera_is_deleted_become_events_at_once(
    make_parts: MakeParts, redis_url: str, neo4j: "PrivateNeo4j", monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = make_parts(redis_url, **graph_section(neo4j))
    row_id, camera_id = added(parts)
    # Its snapshots are deleted after its captions were moved.
    monkeypatch.setattr(SnapshotStore, "delete_of_camera", lambda _store, _id: put(parts, camera_id))
    rooms_of(parts).cameras.delete(row_id, None)
    assert cached(parts, camera_id) == 0
    assert len(MigrationStand(parts).stored(camera_id).frames) == len(FIELDS)


def test_what_stops_the_late_captions_of_a_camera_that_is_gone_does_not_stop_its_deletion(
    make_parts: MakeParts, redis_url: str, neo4j: "PrivateNeo4j", monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = make_parts(redis_url, **graph_section(neo4j))
    row_id, camera_id = added(parts)
    cache = build_caption_cache(parts)

    def come_and_be_merged_by_another(_store: object, _id: str) -> None:
        put(parts, camera_id)
        assert cache.lock(camera_id, "another", 60)

    monkeypatch.setattr(SnapshotStore, "delete_of_camera", come_and_be_merged_by_another)
    monkeypatch.setattr("gateway.captions.migration.migration.WAITS_S", 0.0)
    assert rooms_of(parts).cameras.delete(row_id, None).camera.external_id == camera_id
    with pytest.raises(NotFoundError):
        rooms_of(parts).repository.camera(row_id, None)
    assert cached(parts, camera_id) == len(FIELDS)


def test_without_the_graph_a_camera_with_captions_stays_and_one_without_goes(
    make_parts: MakeParts, redis_url: str
) -> None:
    parts = make_parts(redis_url, **nowhere())
    row_id, camera_id = added(parts)
    put(parts, camera_id)
    with pytest.raises(UnavailableError, match="The camera is not deleted, as its captions") as caught:
        rooms_of(parts).cameras.delete(row_id, None)
    assert caught.value.code == "graph_unreachable"
    assert rooms_of(parts).repository.camera(row_id, None).external_id == camera_id
    assert cached(parts, camera_id) == len(FIELDS)

    bare_id, _bare = added(parts)
    rooms_of(parts).cameras.delete(bare_id, None)


def test_a_camera_stays_while_its_captions_cannot_be_looked_for(make_parts: MakeParts) -> None:
    parts = make_parts(NO_REDIS, **nowhere())
    row_id, _camera_id = added(parts)
    with pytest.raises(UnavailableError) as caught:
        rooms_of(parts).cameras.delete(row_id, None)
    assert caught.value.code == "captions_unavailable"


def test_where_captions_are_off_only_such_as_are_cached_stop_a_deletion(
    make_parts: MakeParts, redis_url: str
) -> None:
    parts = make_parts(redis_url)
    row_id, camera_id = added(parts)
    put(parts, camera_id)
    with pytest.raises(ConflictError, match="captions are off") as caught:
        rooms_of(parts).cameras.delete(row_id, None)
    assert caught.value.code == "captions_off" and "NEO4J_URI" in caught.value.remedy
    bare_id, _bare = added(parts)
    rooms_of(parts).cameras.delete(bare_id, None)
    # Nor does a Redis that is away, in which there is nothing in all likelihood.
    other_id, _other = added(parts)
    rooms_of(make_parts(NO_REDIS)).cameras.delete(other_id, None)
