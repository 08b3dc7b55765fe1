"""Captions of one camera merged into events. Plain: what is known and what came in, events out.

Captions in order of time are compared one by one with the one before: as long as they say the same, and
the event is no longer than its limit, they are one event. What is known of the last batch is all that is
needed to go on: any cut of the captions into batches gives the same events as one run over all of them.

A caption that is older than its camera's last one comes late: events of its time are there already. It goes
into the one that spans it and says the same, or becomes an event of its own, together with late ones of the
same batch that follow it and say the same.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from gateway.captions.caption import Caption, hash8
from gateway.captions.deduplication.draft_event import DraftEvent
from gateway.captions.deduplication.similarity import Saying
from gateway.captions.event import Event
from gateway.captions.merging import Known, Merged, Rules


def event_name(camera_id: str, ms: int) -> str:
    """The id of an event that begins at `ms`, where no other has it."""
    return f"evt_{camera_id}_{ms}"


def further_names(name: str, text: str) -> tuple[str, str]:
    """The ids of an event that begins with `text` where another has `name`; the second where the short digest
    in the first is another text's as well."""
    return f"{name}:{hash8(text)}", f"{name}:{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def merge(known: Known, captions: Sequence[Caption], rules: Rules) -> Merged:
    """Merge `captions` of one camera, in order of arrival, with what is known of it.

    Every caption is in exactly one event afterwards; one that was merged before (same time, same text) is
    counted once.
    """
    batch = _Batch(known, rules)
    for caption in sorted(captions, key=lambda caption: caption.captured_ms):
        batch.take(caption)
    return batch.merged(len(captions))


class _Batch:
    """The captions of one batch, taken one by one in order of time."""

    def __init__(self, known: Known, rules: Rules) -> None:
        self._known = known
        self._rules = rules
        self._max_ms = rules.max_duration_s * 1000
        self._drafts: dict[str, DraftEvent] = {}
        self._around = [self._draft_of(event) for event in known.around]
        # As they were: late captions, which come first, make none of them begin earlier or end later.
        self._starts_ms = [event.start_ms for event in known.around]
        self._longest_ms = max((event.end_ms - event.start_ms for event in known.around), default=0)
        self._open = self._draft_of(known.open) if known.open is not None else None
        self._last = known.last
        self._last_saying = Saying(known.last.text, known.last.embedding) if known.last is not None else None
        self._late_draft: DraftEvent | None = None
        self._late_saying: Saying | None = None
        self._seen_ms = -1
        self._seen: set[str] = set()
        self._late = self._repeated = 0

    def take(self, caption: Caption) -> None:
        """Merge `caption`, which is not older than the one taken before it."""
        if self._is_repeated(caption):
            self._repeated += 1
        elif self._known.last is not None and caption.captured_ms < self._known.last.captured_ms:
            self._late += 1
            self._take_late(caption)
        else:
            self._take_next(caption)

    def merged(self, read: int) -> Merged:
        changed = [draft for draft in self._drafts.values() if draft.is_changed]
        return Merged(
            created=self._events(draft for draft in changed if draft.is_new),
            extended=self._events(draft for draft in changed if not draft.is_new),
            last=self._last,
            open_event_id=self._open.event_id if self._open is not None else None,
            read=read,
            late=self._late,
            repeated=self._repeated,
        )

    # -- inside ------------------------------------------------------------------------------

    def _is_repeated(self, caption: Caption) -> bool:
        ms, text = caption.captured_ms, caption.text
        if ms != self._seen_ms:
            self._seen_ms = ms
            self._seen.clear()
        if text in self._seen:
            return True
        self._seen.add(text)
        last = self._known.last
        if last is None or ms > last.captured_ms:
            return False
        # The last one itself may be in an event that is pruned by now.
        if ms == last.captured_ms and text == last.text:
            return True
        return any(draft.has(ms, text) for draft in self._around_at(ms))

    def _take_next(self, caption: Caption) -> None:
        saying = Saying(caption.text, caption.embedding)
        if (
            self._open is not None
            and self._last_saying is not None
            and caption.captured_ms - self._open.start_ms <= self._max_ms
            and saying.is_similar(self._last_saying, self._rules.similarity_threshold)
        ):
            self._open.take(caption)
        else:
            self._open = self._new_draft(caption)
        self._last, self._last_saying = caption, saying

    def _take_late(self, caption: Caption) -> None:
        saying = Saying(caption.text, caption.embedding)
        spanning = self._spanning(caption, saying)
        if spanning is not None:
            spanning.take(caption)
            return
        if self._follows_late_draft(caption, saying):
            assert self._late_draft is not None
            self._late_draft.take(caption)
        else:
            self._late_draft = self._new_draft(caption)
        self._late_saying = saying

    def _spanning(self, caption: Caption, saying: Saying) -> DraftEvent | None:
        """Of the events at its time that say the same, the one that began last."""
        threshold, ms = self._rules.similarity_threshold, caption.captured_ms
        for draft in self._around_at(ms):
            if draft.spans(ms) and any(saying.is_similar(said, threshold) for said in draft.says_at(ms)):
                return draft
        return None

    def _around_at(self, ms: int) -> Iterator[DraftEvent]:
        """Those that were there and may span `ms`, the one that began last first."""
        number = bisect_right(self._starts_ms, ms)
        while number > 0 and ms - self._starts_ms[number - 1] <= self._longest_ms:
            number -= 1
            yield self._around[number]

    def _follows_late_draft(self, caption: Caption, saying: Saying) -> bool:
        draft, said = self._late_draft, self._late_saying
        if draft is None or said is None or caption.captured_ms - draft.start_ms > self._max_ms:
            return False
        # An event must not reach over the beginning of another that was there before it.
        if bisect_right(self._starts_ms, draft.end_ms) < bisect_right(self._starts_ms, caption.captured_ms):
            return False
        return saying.is_similar(said, self._rules.similarity_threshold)

    def _new_draft(self, caption: Caption) -> DraftEvent:
        name = event_name(caption.camera_id, caption.captured_ms)
        if caption.further or self._is_taken(name):
            name = next(
                further for further in further_names(name, caption.text) if not self._is_taken(further)
            )
        draft = self._drafts[name] = DraftEvent(name, first=caption)
        return draft

    def _is_taken(self, name: str) -> bool:
        return name in self._drafts or name in self._known.taken

    def _draft_of(self, event: Event) -> DraftEvent:
        """One draft for one event, however often it is known."""
        found = self._drafts.get(event.event_id)
        if found is None:
            found = self._drafts[event.event_id] = DraftEvent(event.event_id, known=event)
        return found

    def _events(self, drafts: Iterable[DraftEvent]) -> tuple[Event, ...]:
        camera_id = self._last.camera_id if self._last is not None else ""
        events = (draft.event(camera_id, self._rules.min_duration_s) for draft in drafts)
        return tuple(sorted(events, key=lambda event: (event.start_ms, event.event_id)))
