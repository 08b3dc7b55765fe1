"""In which minutes cameras have events, for the heatmap."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gateway.captions.events.event_cameras_repository import EventCameras
from gateway.captions.events.event_links import EventCamera, device_at, only_device
from gateway.captions.events.event_narrowing import EventNarrowing
from gateway.captions.events.found_event import DeviceMinutes, MinutesOfEvents
from gateway.captions.events.matching_events import MatchingEvents
from gateway.captions.events.search_words import Search, search_of
from gateway.captions.graph.event_graph import EventGraph
from gateway.captions.graph.event_query import MinutesQuery, Narrowed
from gateway.captions.graph.event_tokens import SHORTEST_MS
from gateway.captions.troubles import captions_off
from gateway.catalogue.device import Scope
from shared.spans import from_utc_ms

# Of one answer: a day of a thousand cameras with an event every half an hour.
MOST_EVENTS_OF_MINUTES = 50_000
_MINUTE_MS = 60_000
# Begin and end of an event, UTC ms, both inclusive.
_Times = Sequence[tuple[int, int]]


class EventMinutes:
    """`graph` None: captions are off, and everything says so (UnavailableError `captions_off`).

    `most`: events that are looked at for one answer.
    """

    def __init__(
        self, graph: EventGraph | None, cameras: EventCameras, *, most: int = MOST_EVENTS_OF_MINUTES
    ) -> None:
        self._matching = None if graph is None else MatchingEvents(graph)
        self._cameras = cameras
        self._narrowing = EventNarrowing(cameras)
        self._most = most

    def minutes(self, asked: MinutesQuery, scope: Scope) -> MinutesOfEvents:
        """Device by device, of the newest events where there are too many.

        Raises NotFoundError for a camera that is not in `scope`, UnavailableError `graph_unreachable`.
        """
        if self._matching is None:
            raise captions_off()
        search = search_of(asked.text)
        narrowed = self._narrowing.narrowed(asked, scope)
        from_ms: int = asked.start_ms
        found: Mapping[str, _Times] = {}
        if narrowed is not None:
            found = self._matching.times(search, narrowed, self._most + 1)
            if sum(map(len, found.values())) > self._most:
                from_ms = self._complete_from_ms(self._matching, search, narrowed, asked)
                found = self._matching.times(search, replace(narrowed, from_ms=from_ms), self._most)
        devices = devices_in_minutes(
            found, self._cameras.named(found.keys()), from_ms, asked.end_ms, host=asked.host
        )
        return MinutesOfEvents(
            start=from_utc_ms(asked.start_ms),
            end=from_utc_ms(asked.end_ms),
            devices=devices,
            events=sum(device.events for device in devices),
            truncated=from_ms > asked.start_ms,
            complete_from=from_utc_ms(from_ms),
        )

    def _complete_from_ms(
        self, matching: MatchingEvents, search: Search, narrowed: Narrowed, asked: MinutesQuery
    ) -> int:
        """The earliest time from which on there are no more events than are looked at, or the last ten
        minutes; found by halves, as counting is quick."""

        def is_too_much(from_ms: int) -> bool:
            return matching.count(search, replace(narrowed, from_ms=from_ms), self._most + 1) > self._most

        too_early, late_enough = asked.start_ms // SHORTEST_MS, (asked.end_ms - 1) // SHORTEST_MS
        while late_enough - too_early > 1:
            middle = (too_early + late_enough) // 2
            if is_too_much(middle * SHORTEST_MS):
                too_early = middle
            else:
                late_enough = middle
        return max(asked.start_ms, late_enough * SHORTEST_MS)


def devices_in_minutes(
    found: Mapping[str, _Times],
    cameras: Mapping[str, EventCamera],
    from_ms: int,
    to_ms: int,
    *,
    host: str | None = None,
) -> list[DeviceMinutes]:
    """The minutes of `[from_ms, to_ms)` that events touch, for each camera and each device that it was then,
    by name; `host`: only of its devices."""
    told = []
    for camera_id, times in found.items():
        camera = cameras.get(camera_id)
        for device, of_device in _by_device(camera, times).items():
            if host is not None and (device is None or device[0] != host):
                continue
            minutes = _minutes(of_device, from_ms // _MINUTE_MS, (to_ms - 1) // _MINUTE_MS)
            told.append(
                DeviceMinutes(
                    camera_id=camera_id,
                    camera=camera_id if camera is None else camera.name,
                    device=None if device is None else "/".join(device),
                    minutes=[minute * _MINUTE_MS for minute in sorted(minutes)],
                    events=len(of_device),
                )
            )
    return sorted(told, key=lambda row: (row.device or "", row.camera, row.camera_id))


def _minutes(times: _Times, first: int, last: int) -> set[int]:
    """Those that events touch, from `first` to `last`."""
    minutes: set[int] = set()
    for start_ms, end_ms in times:
        minutes.update(range(max(start_ms // _MINUTE_MS, first), min(end_ms // _MINUTE_MS, last) + 1))
    return minutes


def _by_device(camera: EventCamera | None, times: _Times) -> Mapping[tuple[str, str] | None, _Times]:
    if camera is None:
        return {None: times}
    only = only_device(camera)
    if only is not None:
        return {only: times}
    by_device: dict[tuple[str, str] | None, list[tuple[int, int]]] = {}
    for start_ms, end_ms in times:
        by_device.setdefault(device_at(camera, from_utc_ms(start_ms)), []).append((start_ms, end_ms))
    return by_device
