"""What batches of captions become, kept as the graph keeps it, without a graph."""

from collections.abc import Sequence

from gateway.captions.caption import Caption
from gateway.captions.deduplication.merge import merge
from gateway.captions.event import Event
from gateway.captions.merging import Known, Merged, Rules
from gateway.captions.migration.migration_batch import possible_names


class MergedGraph:
    """The events of one camera, batch after batch."""

    def __init__(self) -> None:
        self._events: dict[str, Event] = {}
        self._last: Caption | None = None
        self._open_id: str | None = None

    @property
    def events(self) -> list[Event]:
        """In order of time."""
        return sorted(self._events.values(), key=lambda event: (event.start_ms, event.event_id))

    def merge(self, captions: Sequence[Caption], rules: Rules) -> Merged:
        """Merge a batch with what is known."""
        merged = merge(self._known(captions), captions, rules)
        for event in merged.created:
            assert event.event_id not in self._events
        for event in merged.extended:
            assert event.event_id in self._events
        for event in (*merged.created, *merged.extended):
            self._events[event.event_id] = event
        self._last, self._open_id = merged.last, merged.open_event_id
        return merged

    def _known(self, captions: Sequence[Caption]) -> Known:
        last_ms = self._last.captured_ms if self._last is not None else -1
        old = [caption.captured_ms for caption in captions if caption.captured_ms <= last_ms]
        around = [
            event for event in self.events if old and event.start_ms <= max(old) and event.end_ms >= min(old)
        ]
        names = possible_names(captions, max(old)) if old else set()
        return Known(
            last=self._last,
            open=self._events[self._open_id] if self._open_id is not None else None,
            around=around,
            taken=frozenset(names & self._events.keys()),
        )
