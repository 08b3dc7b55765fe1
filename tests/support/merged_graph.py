"""What batches of captions become, kept as the graph keeps it, without a graph."""

from collections.abc import Sequence

from gateway.captions.caption import Caption
from gateway.captions.deduplication.merge import late_span, merge
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
        span = late_span(self._last, captions)
        around = [
            event
            for event in self.events
            if span is not None and event.start_ms <= span[1] and event.end_ms >= span[0]
        ]
        names = possible_names(captions, span[1]) if span is not None else set()
        return Known(
            last=self._last,
            open=self._events[self._open_id] if self._open_id is not None else None,
            around=around,
            taken=frozenset(names & self._events.keys()),
        )
