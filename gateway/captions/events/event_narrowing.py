"""From what somebody asks and may see to what the graph is asked for."""

from gateway.captions.events.event_cameras_repository import EventCameras
from gateway.captions.graph.event_query import EventQuery, MinutesQuery, Narrowed
from gateway.captions.known_cameras_repository import unknown_camera
from gateway.catalogue.device import Scope


class EventNarrowing:
    """The graph knows cameras by their external ids and nothing else of them."""

    def __init__(self, cameras: EventCameras) -> None:
        self._cameras = cameras

    def narrowed(self, asked: EventQuery | MinutesQuery, scope: Scope) -> Narrowed | None:
        """What is asked of the graph; None: no camera is left, and so no event.

        Whoever is not limited may ask for a camera that was deleted, and has its events among the others.
        Raises NotFoundError (unknown_camera) for a camera that is not in a limited user's `scope`.
        """
        camera_ids = self._camera_ids(asked, scope)
        if camera_ids is not None and not camera_ids:
            return None
        return Narrowed(camera_ids, asked.start_ms, asked.end_ms, asked.brief)

    def _camera_ids(self, asked: EventQuery | MinutesQuery, scope: Scope) -> tuple[str, ...] | None:
        camera_id = asked.camera_id
        if camera_id is not None and scope is not None and not self._cameras.is_in(camera_id, scope):
            raise unknown_camera(camera_id)
        if asked.group_id is None and asked.host is None and (scope is None or camera_id is not None):
            return None if camera_id is None else (camera_id,)
        among = self._cameras.among(scope, group_id=asked.group_id, host=asked.host)
        if camera_id is not None:
            return (camera_id,) if camera_id in among else ()
        return tuple(sorted(among))
