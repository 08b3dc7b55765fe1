"""`python -m gateway captions demo`: captions become events before one's eyes, through the real servers."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict
from itertools import takewhile

from gateway.bootstrap.audit import record_command
from gateway.bootstrap.cameras import build_cameras
from gateway.bootstrap.captions import build_caption_cache, build_caption_rules, build_migration, graph_of
from gateway.bootstrap.checks import check_database
from gateway.bootstrap.parts import Parts, new_id
from gateway.captions.known_cameras_repository import KnownCameras
from gateway.captions.migration.camera_reading import CameraReading
from gateway.captions.migration.demonstration import (
    EXAMPLE_RULES,
    begin_of_example,
    clock_of,
    differences,
    end_of_example,
    example_captions,
    table,
)
from gateway.captions.migration.migration_preview import MigrationPreviews, Trial
from gateway.captions.migration.migration_status import reduction
from gateway.catalogue.repository import Catalogue
from gateway.settings import GatewaySettings, require_secret
from shared.errors import ColdframeError, ConflictError
from shared.spans import utc_ms

NAME = "Captions demonstration"
# Nothing is there, and nobody asks: the camera is switched off.
ADDRESS = "rtsp://127.0.0.1:9/captions-demonstration"
_ALL = 1000

Say = Callable[[str], None]


def run_demonstration(
    settings: GatewaySettings, camera_id: str | None, say: Say, cleans_up: Callable[[], bool]
) -> bool:
    """Make captions, preview, migrate and verify; return whether the events are as they should be.

    `camera_id`: of a camera that is there and has neither captions nor events; None: one is made for it.
    `cleans_up`: asked at the end whether what was made is to be deleted again. Raises ColdframeError where
    something that it needs is not there.
    """
    require_secret(settings)
    parts = Parts(settings)
    graph = graph_of(parts)
    check_database(settings)
    graph.check()
    build_caption_cache(parts).stats(utc_ms(parts.clock.now()))
    try:
        return _Demonstration(parts, say).run(camera_id, cleans_up)
    finally:
        parts.close()


class _Demonstration:
    def __init__(self, parts: Parts, say: Say) -> None:
        self._parts = parts
        self._say = say
        self._graph = graph_of(parts)
        self._cache = build_caption_cache(parts)
        self._cameras = build_cameras(parts, Catalogue(parts.engine, new_id)).cameras
        self._known = KnownCameras(parts.engine, parts.clock.monotonic)
        self._begin_ms = begin_of_example(parts.clock.now())

    def run(self, given: str | None, cleans_up: Callable[[], bool]) -> bool:
        camera_id = self._make_camera() if given is None else self._check_camera(given)
        try:
            return self._show(camera_id)
        finally:
            if not cleans_up():
                self._say(f"Kept: the camera {camera_id} and its events.")
            else:
                self._try_to_clean_up(camera_id, is_made=given is None)

    # -- the camera --------------------------------------------------------------------------

    def _make_camera(self) -> str:
        camera_id = f"captions-demo-{secrets.token_hex(3)}"
        values = {"name": NAME, "rtsp_url": ADDRESS, "external_id": camera_id, "is_active": False}
        made = self._cameras.add(values, None)
        self._record("camera.create", made.id, {})
        self._say(f'Made a camera for it: "{NAME}", {camera_id}.')
        return camera_id

    def _check_camera(self, camera_id: str) -> str:
        self._known.camera(camera_id, None)
        cached = self._cache.camera_counts([camera_id], utc_ms(self._parts.clock.now()))[camera_id].cached
        events = self._graph.event_counts([camera_id]).get(camera_id, 0)
        if cached or events:
            raise ConflictError(
                f"{camera_id} has captions ({cached}) or events ({events}) of its own, which would mix.",
                remedy="Leave --camera out: a camera is made for it; or name one that has none.",
            )
        return camera_id

    # -- what is shown -----------------------------------------------------------------------

    def _show(self, camera_id: str) -> bool:
        captions = example_captions(camera_id, self._begin_ms)
        self._cache.put(captions, utc_ms(self._parts.clock.now()))
        self._say(f"\n{len(captions)} captions are in Redis (times are UTC):")
        for caption in captions:
            self._say(f"  {clock_of(caption.captured_ms)}  {caption.text}")
        self._preview(camera_id)
        before_s = self._parts.clock.monotonic()
        # By the example's rules, whatever is set; nothing is set for it, so nothing can be left behind.
        migration = build_migration(self._parts, lambda _camera_id: EXAMPLE_RULES)
        counts = migration.migrate_now(camera_id, trigger="demo")
        took_ms = (self._parts.clock.monotonic() - before_s) * 1000
        self._say(
            f"\nMigrated: {counts.read} captions read, {counts.created} events created, in {took_ms:.0f} ms."
        )
        events = CameraReading(self._graph, camera_id).events_overlapping(
            self._begin_ms, end_of_example(self._begin_ms)
        )
        self._say("\nIn the graph:")
        for line in table(events):
            self._say(line)
        wrong = differences(events, self._begin_ms)
        self._say("\nThat is as it should be." if not wrong else "\nThat is not as it should be:")
        for sentence in wrong:
            self._say(f"  {sentence}")
        return not wrong

    def _preview(self, camera_id: str) -> None:
        previews = MigrationPreviews(
            self._known,
            build_caption_rules(self._parts),
            self._cache,
            self._graph,
            batch=self._parts.settings.captions.batch,
        )
        preview = previews.preview(camera_id, None, Trial(**asdict(EXAMPLE_RULES)), limit=_ALL)
        count = preview.created + preview.extended
        self._say(
            f"\nPreview, which writes nothing: {preview.captions} captions would be {count} events,"
            f" {reduction(preview.captions, count)} fewer:"
        )
        for line in table(each.event for each in preview.events):
            self._say(line)

    # -- afterwards --------------------------------------------------------------------------

    def _try_to_clean_up(self, camera_id: str, *, is_made: bool) -> None:
        try:
            self._clean_up(camera_id, is_made=is_made)
        except ColdframeError as error:  # what went wrong before is more important, and goes on
            self._say(f"Not cleaned up: the camera {camera_id} and what is left of it. {error}")

    def _clean_up(self, camera_id: str, *, is_made: bool) -> None:
        end_ms = end_of_example(self._begin_ms)
        # Where it did not come to the migration.
        entries = self._cache.entries(camera_id, until_ms=None, count=_ALL).entries
        ours = list(takewhile(lambda entry: entry.caption.captured_ms <= end_ms, entries))
        self._cache.remove(camera_id, ours)
        events = self._graph.prune(camera_id, end_ms + 1, _ALL)
        if is_made:
            gone = self._cameras.delete(camera_id, None)
            self._graph.forget(camera_id)
            self._cache.forget(camera_id)
            self._record("camera.delete", gone.camera.id, {"events": events})
        what = f"{events} events, and the camera" if is_made else f"{events} events"
        self._say(f"Deleted: {what}. The history of migrations keeps its run.")

    def _record(self, action: str, id_: str, details: Mapping[str, object]) -> None:
        record_command(self._parts.settings, action, id_, NAME, {"command": "captions demo", **details})
