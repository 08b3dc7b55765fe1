"""Events that are imagined on top of those that are there: the same as if they were written."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.captions.caption import Caption, JournalEntry, JournalId, JournalRead
from gateway.captions.merging import Rules
from gateway.captions.migration.imagined_events import ImaginedEvents, NothingThere
from gateway.captions.migration.migration_batch import merge_batch
from tests.support.merged_graph import MergedGraph

BEGIN_MS = 1_761_739_200_000
TEXTS = ("a dog", "dogs", "red truck near gate", "a red truck near the open gate", "man in fields")
# In order of arrival: some late, some twice.
ARRIVED = st.lists(
    st.tuples(st.integers(0, 20), st.sampled_from(TEXTS)).map(
        lambda told: Caption("cam", BEGIN_MS + told[0] * 30_000, told[1])
    ),
    max_size=20,
)


def batches(captions: Sequence[Caption], size: int) -> list[JournalRead]:
    entries = [
        JournalEntry(JournalId(BEGIN_MS, number), str(caption.captured_ms), caption)
        for number, caption in enumerate(captions)
    ]
    return [JournalRead("j", entries[first : first + size]) for first in range(0, len(entries), size)]


@settings(max_examples=60)
@given(captions=ARRIVED, size=st.integers(1, 7), written=st.integers(0, 4))
def test_what_is_imagined_is_what_would_be_written(captions: list[Caption], size: int, written: int) -> None:
    reads = batches(captions, size)
    real = MergedGraph()
    there = ImaginedEvents(NothingThere())
    for read in reads[:written]:
        merge_batch(there, read, Rules())
        real.merge([entry.caption for entry in read.entries], Rules())
    before = {event.event_id: event for event in real.events}
    imagined = ImaginedEvents(there)
    created = extended = 0
    for read in reads[written:]:
        counts = merge_batch(imagined, read, Rules()).counts
        merged = real.merge([entry.caption for entry in read.entries], Rules())
        assert (counts.late, counts.repeated) == (merged.late, merged.repeated)
        created += len(merged.created)
        extended += len(merged.extended)
    after = {event.event_id: event for event in real.events}
    assert imagined.created == [event for event in real.events if event.event_id not in before]
    assert imagined.extended == [event for event in real.events if before.get(event.event_id, event) != event]
    assert len(imagined.created) == created and len(imagined.extended) <= extended
    # What is there is as it was.
    assert {event.event_id: event for event in there.created} == before
    assert before.keys() <= after.keys()


def test_an_event_that_is_there_goes_on_after_a_batch_that_did_not_touch_it() -> None:
    arrived = [(0, "a dog"), (-600, "red truck near gate"), (30, "dogs")]
    captions = [Caption("cam", BEGIN_MS + seconds * 1000, text) for seconds, text in arrived]
    first, *rest = batches(captions, 1)
    there = ImaginedEvents(NothingThere())
    merge_batch(there, first, Rules())
    imagined = ImaginedEvents(there)
    for read in rest:
        merge_batch(imagined, read, Rules())
    assert [event.caption for event in imagined.created] == ["red truck near gate"]
    assert [(event.caption, event.frame_count) for event in imagined.extended] == [("a dog", 2)]


def test_a_batch_that_is_read_again_is_not_imagined_twice() -> None:
    (read,) = batches([Caption("cam", BEGIN_MS, "a dog")], 5)
    imagined = ImaginedEvents(NothingThere())
    merge_batch(imagined, read, Rules())
    again = merge_batch(imagined, read, Rules()).counts
    assert (again.read, again.repeated, again.created) == (1, 1, 0)
    assert [event.frame_count for event in imagined.created] == [1]
