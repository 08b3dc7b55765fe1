"""What of a batch is new, and what of the graph is looked at for it."""

from collections.abc import Collection, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.captions.caption import Caption, JournalEntry, JournalId, JournalRead
from gateway.captions.deduplication.merge import further_names
from gateway.captions.event import Event, EventFrame
from gateway.captions.merging import CameraRecord, Known, Merged, Rules
from gateway.captions.migration.migration_batch import entries_after, late_spans, merge_batch, possible_names
from gateway.captions.migration.migration_run import RunCounts
from tests.support.merged_graph import MergedGraph

CAMERA = "cam_001"


def entry(number: int, ms: int, text: str = "a man in a field") -> JournalEntry:
    return JournalEntry(JournalId(1000 + number, number), str(ms), Caption(CAMERA, ms, text))


class OneCamera:
    """A camera's part of a graph, in memory."""

    def __init__(self, record: CameraRecord, events: Sequence[Event] = ()) -> None:
        self._record = record
        self._events = events
        self.asked: list[tuple[int, int]] = []
        self.names: set[str] = set()
        self.written: tuple[Merged, str, JournalId] | None = None

    def record(self) -> CameraRecord:
        return self._record

    def events_overlapping(self, from_ms: int, to_ms: int) -> Sequence[Event]:
        self.asked.append((from_ms, to_ms))
        return [event for event in self._events if event.start_ms <= to_ms and event.end_ms >= from_ms]

    def taken(self, event_ids: Collection[str]) -> frozenset[str]:
        self.names.update(event_ids)
        return frozenset(event.event_id for event in self._events) & frozenset(event_ids)

    def write(self, merged: Merged, journal: str, position: JournalId) -> None:
        self.written = merged, journal, position


NEW = CameraRecord("", None, Known())
READ = JournalRead("one", [entry(1, 5_000), entry(2, 6_000), entry(3, 7_000)])


@pytest.mark.parametrize(
    ("journal", "position", "left"),
    [
        ("", None, [1, 2, 3]),
        ("one", JournalId(1001, 1), [2, 3]),
        ("one", JournalId(1003, 3), []),
        ("one", JournalId(9999, 0), []),
        # The ids of a journal that was lost say nothing about those of its successor.
        ("another", JournalId(9999, 0), [1, 2, 3]),
        ("one", None, [1, 2, 3]),
    ],
)
def test_what_lies_behind_the_position_of_the_same_journal_is_new(
    journal: str, position: JournalId | None, left: list[int]
) -> None:
    last = None if position is None else Caption(CAMERA, 7_000, "a man in a field")
    found = entries_after(CameraRecord(journal, position, Known(last)), READ)
    assert [each.id.number for each in found] == left


def test_what_is_newer_than_all_that_was_merged_is_new_whatever_its_id() -> None:
    """An older copy of Redis came back, and the clock goes after what was merged before."""
    last = Caption(CAMERA, 5_500, "a man in a field")
    camera = OneCamera(CameraRecord("one", JournalId(9999, 0), Known(last)))
    assert merge_batch(camera, READ, Rules()).counts == RunCounts(read=3, created=1, repeated=1)
    assert camera.written is not None
    merged, journal, position = camera.written
    assert merged.created[0].frame_count == 2
    assert (journal, position) == ("one", JournalId(9999, 0))


def test_a_batch_is_written_with_the_position_that_it_ends_at() -> None:
    camera = OneCamera(NEW)
    batch = merge_batch(camera, READ, Rules())
    assert batch.counts == RunCounts(read=3, created=1)
    assert batch.created == ("evt_cam_001_5000",)
    assert camera.written is not None
    merged, journal, position = camera.written
    assert (merged.created[0].frame_count, journal, position) == (3, "one", JournalId(1003, 3))
    assert camera.asked == [] and camera.names == set()


def test_a_batch_that_was_committed_before_is_not_written_again_and_told_as_repeated() -> None:
    last = READ.entries[-1].caption
    camera = OneCamera(CameraRecord("one", JournalId(1003, 3), Known(last)))
    assert merge_batch(camera, READ, Rules()).counts == RunCounts(read=3, repeated=3)
    assert camera.written is None


def test_of_a_batch_that_was_committed_in_part_only_the_rest_is_merged() -> None:
    last = Caption(CAMERA, 6_000, "a man in a field")
    opened = Event(
        "evt_cam_001_5000",
        CAMERA,
        last.text,
        (last.text,),
        (EventFrame(5_000, 0), EventFrame(6_000, 0)),
        True,
    )
    camera = OneCamera(CameraRecord("one", JournalId(1002, 2), Known(last, opened)), [opened])
    assert merge_batch(camera, READ, Rules()).counts == RunCounts(read=3, extended=1, repeated=2)
    assert camera.written is not None and camera.written[0].extended[0].frame_count == 3


def test_of_late_captions_the_events_and_names_of_their_time_are_looked_at() -> None:
    last = Caption(CAMERA, 6_500, "a dog")
    camera = OneCamera(CameraRecord("one", JournalId(1000, 0), Known(last)))
    assert merge_batch(camera, READ, Rules()).counts == RunCounts(read=3, created=2, late=2)
    assert camera.asked == [(5_000, 6_000)]
    names = {f"evt_cam_001_{ms}" for ms in (5_000, 6_000)}
    assert camera.names == names | {
        further for name in names for further in further_names(name, "a man in a field")
    }


@pytest.mark.parametrize(
    ("last_s", "seconds", "spans"),
    [
        (None, [1, 2], []),
        (0, [1, 2], []),
        (2, [3, 2, 1], [(1, 2)]),
        (10_000, [0, 300, 600], [(0, 600)]),
        # What is between is further away than an event is long.
        (10_000, [0, 301, 5_000, 5_100, 20_000], [(0, 0), (301, 301), (5_000, 5_100)]),
    ],
)
def test_only_the_time_about_late_captions_is_looked_at(
    last_s: int | None, seconds: list[int], spans: list[tuple[int, int]]
) -> None:
    last = None if last_s is None else Caption(CAMERA, last_s * 1000, "a dog")
    captions = [Caption(CAMERA, second * 1000, "a man") for second in seconds]
    assert [(first // 1000, end // 1000) for first, end in late_spans(last, captions, 300.0)] == spans


def test_the_names_of_all_late_captions_are_looked_at_however_far_apart_they_are() -> None:
    last = Caption(CAMERA, 9_000_000, "a dog")
    camera = OneCamera(CameraRecord("one", JournalId(1000, 0), Known(last)))
    captions = [Caption(CAMERA, ms, "a man") for ms in (1_000, 5_000_000)]
    entries = [
        JournalEntry(JournalId(1001, number), str(caption.captured_ms), caption)
        for number, caption in enumerate(captions)
    ]
    merge_batch(camera, JournalRead("one", entries), Rules())
    assert {"evt_cam_001_1000", "evt_cam_001_5000000"} <= camera.names


def test_names_that_are_later_than_the_camera_are_nobodys() -> None:
    assert possible_names([Caption(CAMERA, 7, "x")], 6) == set()


@pytest.mark.parametrize(
    ("counts", "percent"),
    [
        (RunCounts(), 0.0),
        (RunCounts(read=150, created=42), 72.0),
        (RunCounts(read=10, created=0, extended=1), 100.0),
        (RunCounts(read=10, repeated=10), 0.0),
        (RunCounts(read=20, repeated=10, created=5), 50.0),
    ],
)
def test_what_was_merged_before_does_not_count_as_reduced(counts: RunCounts, percent: float) -> None:
    assert counts.reduction_percent == percent


class WholeCamera:
    """A camera's part of a graph, in memory, batch after batch."""

    def __init__(self) -> None:
        self.events: dict[str, Event] = {}
        self._last: Caption | None = None
        self._open_id = ""

    def record(self) -> CameraRecord:
        return CameraRecord("", None, Known(self._last, self.events.get(self._open_id)))

    def events_overlapping(self, from_ms: int, to_ms: int) -> Sequence[Event]:
        return [
            event for event in self.events.values() if event.start_ms <= to_ms and event.end_ms >= from_ms
        ]

    def taken(self, event_ids: Collection[str]) -> frozenset[str]:
        return frozenset(self.events) & frozenset(event_ids)

    def write(self, merged: Merged, journal: str, position: JournalId) -> None:
        assert not self.events.keys() & {event.event_id for event in merged.created}
        self.events.update({event.event_id: event for event in (*merged.created, *merged.extended)})
        self._last, self._open_id = merged.last, merged.open_event_id or ""


@given(
    batches=st.lists(
        st.lists(
            st.tuples(st.integers(0, 40), st.sampled_from(["a dog", "a red truck", "dogs"])),
            min_size=1,
            max_size=8,
        ),
        max_size=8,
    ),
    max_s=st.sampled_from([1.0, 3.0, 10.0]),
)
def test_what_lies_between_late_captions_changes_nothing(
    batches: list[list[tuple[int, str]]], max_s: float
) -> None:
    rules = Rules(max_duration_s=max_s, min_duration_s=0.0)
    camera, graph = WholeCamera(), MergedGraph()
    for batch in batches:
        read = [entry(number, second * 1000, said) for number, (second, said) in enumerate(batch)]
        merge_batch(camera, JournalRead("one", read), rules)
        graph.merge([each.caption for each in read], rules)
    found = sorted(camera.events.values(), key=lambda event: (event.start_ms, event.event_id))
    assert found == graph.events
