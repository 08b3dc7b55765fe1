"""Captions of one camera merged into events."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from gateway.captions.caption import Caption, hash8
from gateway.captions.deduplication.merge import merge
from gateway.captions.event import Event, EventFrame
from gateway.captions.merging import Known, Merged, Rules
from tests.support.merged_graph import MergedGraph

CAMERA = "cam_001"
NOON = datetime(2025, 10, 29, 12, tzinfo=UTC)
RULES = Rules()

# With cosines of what a small common model gives for these texts.
FIELDS = (
    (60, "surveillance camera view of man in fields"),
    (60.5, "man in fields surveillance view"),
    (61, "surveillance view of man in field"),
    (61.5, "man working in agricultural field"),
    (62, "man in fields"),
    (63, "person walking away from field"),
)


def at(
    minutes: float, text: str, embedding: tuple[float, ...] | None = None, further: bool = False
) -> Caption:
    moment = NOON + timedelta(minutes=minutes)
    return Caption(CAMERA, round(moment.timestamp() * 1000), text, embedding, further=further)


def told(events: Sequence[Event]) -> list[tuple[str, float, float, int]]:
    """Caption, minute after noon of its start, seconds, frames."""
    first = NOON.timestamp() * 1000
    return [
        (event.caption, (event.start_ms - first) / 60_000, event.duration_seconds, event.frame_count)
        for event in events
    ]


def merged_in_batches(captions: Sequence[Caption], size: int, rules: Rules = RULES) -> MergedGraph:
    graph = MergedGraph()
    for first in range(0, len(captions), size):
        graph.merge(captions[first : first + size], rules)
    return graph


@pytest.mark.parametrize("size", [1, 2, 3, 6])
@pytest.mark.parametrize("with_embeddings", [False, True])
def test_six_captions_of_a_field_are_two_events(size: int, with_embeddings: bool) -> None:
    # Neighbours are at right angles: the words alone must do.
    embeddings = [(1.0, 0.0), (0.0, 1.0)]
    captions = [
        at(minutes, text, embeddings[number % 2] if with_embeddings else None)
        for number, (minutes, text) in enumerate(FIELDS)
    ]
    graph = merged_in_batches(captions, size)
    assert told(graph.events) == [
        ("surveillance camera view of man in fields", 60, 120, 5),
        ("person walking away from field", 63, 0, 1),
    ]
    first, second = graph.events
    assert first.variants == tuple(text for _, text in FIELDS[:5])
    assert [first.variants[frame.variant] for frame in first.frames] == list(first.variants)
    assert first.event_id == f"evt_{CAMERA}_{captions[0].captured_ms}"
    assert first.embedding == captions[0].embedding
    assert (first.brief, second.brief) == (False, True)


def test_an_event_is_as_long_as_its_limit_and_no_longer() -> None:
    captions = [at(minute, "man in field") for minute in range(12)]
    assert told(merged_in_batches(captions, 12).events) == [
        ("man in field", 0, 300, 6),
        ("man in field", 6, 300, 6),
    ]


def test_neighbours_are_compared_not_the_ends() -> None:
    steps = ["red car gate", "red car gate tree", "car gate tree", "gate tree house", "tree house"]
    captions = [at(number / 2, text) for number, text in enumerate(steps)]
    [event] = merged_in_batches(captions[:3], 3).events
    assert event.variants == tuple(steps[:3])


def test_a_brief_event_is_kept_and_marked() -> None:
    captions = [at(0, "dog"), at(0.5, "cat"), at(1, "cat"), at(1.5, "cat")]
    events = merged_in_batches(captions, 4).events
    assert [(event.caption, event.brief) for event in events] == [("dog", True), ("cat", False)]


def test_an_event_that_grows_is_brief_no_more() -> None:
    graph = merged_in_batches([at(0, "cat"), at(0.5, "cat")], 1)
    assert [event.brief for event in graph.events] == [True]
    graph.merge([at(1, "cat")], RULES)
    assert [event.brief for event in graph.events] == [False]


def test_order_of_arrival_does_not_matter_within_a_batch() -> None:
    captions = [at(minutes, text) for minutes, text in FIELDS]
    assert merged_in_batches(captions[::-1], 6).events == merged_in_batches(captions, 6).events


def test_what_is_sent_again_is_counted_once() -> None:
    captions = [at(minutes, text) for minutes, text in FIELDS]
    graph = merged_in_batches(captions, 6)
    before = graph.events
    found = graph.merge([*captions, captions[-1]], RULES)
    assert (graph.events, found.repeated, found.late, found.read) == (before, 7, 0, 7)
    assert (found.created, found.extended) == ((), ())


def test_the_last_caption_is_known_when_its_event_is_pruned() -> None:
    last = at(5, "dog")
    found = merge(Known(last=last), [last], RULES)
    assert (found.created, found.repeated, found.last) == ((), 1, last)


def test_what_says_the_same_after_the_last_event_was_pruned_is_an_event_of_its_own() -> None:
    found = merge(Known(last=at(5, "dog")), [at(5.5, "dog")], RULES)
    assert told(found.created) == [("dog", 5.5, 0, 1)]


def test_captions_of_one_millisecond_are_all_kept() -> None:
    captions = [at(0, "dog"), at(0, "red truck", further=True), at(0, "a dog", further=True)]
    for size in (1, 2, 3):
        graph = merged_in_batches(captions, size)
        assert {event.event_id: event.caption for event in graph.events} == {
            f"evt_{CAMERA}_{captions[0].captured_ms}": "dog",
            f"evt_{CAMERA}_{captions[0].captured_ms}:{hash8('red truck')}": "red truck",
            f"evt_{CAMERA}_{captions[0].captured_ms}:{hash8('a dog')}": "a dog",
        }


def test_a_name_that_another_event_has_is_not_taken_from_it() -> None:
    # Its key had expired: nobody knew any more that the millisecond had a caption.
    graph = merged_in_batches([at(0, "dog"), at(9, "cat")], 1)
    found = graph.merge([at(0, "red truck")], RULES)
    assert [event.event_id for event in found.created] == [
        f"evt_{CAMERA}_{at(0, '').captured_ms}:{hash8('red truck')}"
    ]
    assert {event.caption for event in graph.events} == {"dog", "cat", "red truck"}


def test_texts_whose_short_digests_are_the_same_have_names_of_their_own_in_any_batch() -> None:
    # Both have the digits 56a9b34d, and the millisecond had another caption before.
    pair = ("a fox 3293", "a cat 54044")
    assert hash8(pair[0]) == hash8(pair[1])
    captions = [at(0, "dog"), *(at(0, text, further=True) for text in pair), at(9, "bird")]
    for size in (1, 2, 4):
        graph = merged_in_batches(captions, size)
        assert sorted(event.caption for event in graph.events) == sorted({"dog", *pair, "bird"})


class TestLateCaptions:
    def graph(self) -> MergedGraph:
        captions = [at(0, "dog"), at(1, "dog"), at(2, "dog"), at(10, "red truck"), at(11, "red truck")]
        return merged_in_batches(captions, 5)

    def late(self, *captions: Caption) -> tuple[MergedGraph, Merged]:
        graph = self.graph()
        return graph, graph.merge(captions, RULES)

    def test_one_goes_into_the_event_that_spans_it_and_says_the_same(self) -> None:
        graph, found = self.late(at(1.5, "the dogs"))
        assert (found.late, found.created, len(found.extended)) == (1, (), 1)
        event = graph.events[0]
        assert told([event]) == [("dog", 0, 120, 4)]
        assert [event.variants[frame.variant] for frame in event.frames] == ["dog", "dog", "the dogs", "dog"]

    def test_one_that_says_something_else_is_an_event_of_its_own(self) -> None:
        graph, found = self.late(at(1.5, "cat"))
        assert found.late == 1
        assert told(graph.events) == [
            ("dog", 0, 120, 3),
            ("cat", 1.5, 0, 1),
            ("red truck", 10, 60, 2),
        ]

    def test_one_that_no_event_spans_is_an_event_of_its_own(self) -> None:
        graph, found = self.late(at(3, "dog"), at(-5, "dog"))
        assert found.late == 2
        assert [start for _, start, _, _ in told(graph.events)] == [-5, 0, 3, 10]

    def test_those_that_follow_each_other_are_one_event(self) -> None:
        graph, _ = self.late(*(at(4 + number / 2, "cat") for number in range(5)))
        assert ("cat", 4, 120, 5) in told(graph.events)

    def test_an_event_of_late_ones_does_not_reach_over_the_beginning_of_another(self) -> None:
        graph = merged_in_batches([at(3, "dog"), at(30, "bird")], 2)
        graph.merge([at(2, "cat"), at(4, "cat")], RULES)
        assert [(caption, start) for caption, start, _, _ in told(graph.events)] == [
            ("cat", 2),
            ("dog", 3),
            ("cat", 4),
            ("bird", 30),
        ]

    def test_an_event_of_late_ones_does_not_reach_to_the_beginning_of_another(self) -> None:
        graph = merged_in_batches([at(3, "dog"), at(30, "bird")], 2)
        graph.merge([at(2, "cat"), at(3, "cat", further=True)], RULES)
        assert [(caption, start) for caption, start, _, _ in told(graph.events) if caption == "cat"] == [
            ("cat", 2),
            ("cat", 3),
        ]

    def test_an_event_of_late_ones_is_as_long_as_its_limit_and_no_longer(self) -> None:
        graph = merged_in_batches([at(30, "bird")], 1)
        graph.merge([at(minute, "cat") for minute in range(8)], RULES)
        assert told(graph.events)[:2] == [("cat", 0, 300, 6), ("cat", 6, 60, 2)]

    def test_late_ones_are_compared_with_the_one_before(self) -> None:
        graph = merged_in_batches([at(30, "bird")], 1)
        texts = ("red car at gate", "red car at gate with driver", "driver")
        graph.merge([at(minute, text) for minute, text in enumerate(texts)], RULES)
        assert told(graph.events)[:1] == [("red car at gate", 0, 120, 3)]

    def test_of_two_events_at_its_time_one_goes_into_that_which_began_last(self) -> None:
        graph = merged_in_batches([at(30, "bird")], 1)
        graph.merge([at(0, "cat"), at(4, "cat")], RULES)
        graph.merge([at(1, "dog"), at(3, "dog")], RULES)
        graph.merge([at(2, "cat and dog")], RULES)
        assert told(graph.events)[:2] == [("cat", 0, 240, 2), ("dog", 1, 120, 3)]

    def test_one_says_what_an_event_said_just_before_it(self) -> None:
        texts = ("red car at gate", "red car at gate with driver", "driver")
        graph = merged_in_batches([at(minute, text) for minute, text in enumerate(texts)], 3)
        graph.merge([at(30, "bird")], RULES)
        found = graph.merge([at(1.5, "a driver")], RULES)
        assert [event.frame_count for event in found.extended] == [4]

    def test_very_many_are_merged_in_no_time_among_very_many_events(self) -> None:
        start = at(0, "").captured_ms
        around = [
            Event(f"evt_{n}", CAMERA, f"bird {n}", (f"bird {n}",), (EventFrame(start + n * 10_000, 0),), True)
            for n in range(6_000)
        ]
        captions = [at(n + 0.1, f"cat {n}") for n in range(1_000)]
        begun_s = time.process_time()
        found = merge(Known(at(9_999, "x"), None, around), captions, RULES)
        # 0.04 s, and 6 s where each caption is held against each event.
        assert time.process_time() - begun_s < 1
        assert (len(found.created), found.late) == (1_000, 1_000)

    def test_the_next_one_in_time_goes_on_as_if_none_had_come_late(self) -> None:
        graph, found = self.late(at(5, "cat"), at(11.5, "red trucks"))
        assert found.late == 1
        assert ("red truck", 10, 90, 3) in told(graph.events)

    def test_only_late_ones_leave_the_last_as_it_was(self) -> None:
        graph, found = self.late(at(5, "cat"))
        assert found.last == at(11, "red truck")
        graph.merge([at(12, "red truck")], RULES)
        assert ("red truck", 10, 120, 3) in told(graph.events)

    def test_one_that_is_sent_again_is_counted_once(self) -> None:
        graph, _ = self.late(at(1.5, "cat"))
        before = graph.events
        found = graph.merge([at(1.5, "cat"), at(1, "dog"), at(0, "dog")], RULES)
        assert (graph.events, found.repeated, found.late) == (before, 3, 0)

    def test_another_text_of_the_last_millisecond_that_was_merged_before_is_known(self) -> None:
        captions = [at(0, "dog"), at(0, "red truck", further=True)]
        graph = merged_in_batches(captions, 2)
        before = graph.events
        found = graph.merge([captions[0]], RULES)
        assert (graph.events, found.repeated) == (before, 1)


def test_rules_of_ones_own_change_what_is_merged() -> None:
    captions = [at(number, "red car near gate") for number in range(8)]
    long = merged_in_batches(captions, 8, Rules(max_duration_s=600)).events
    assert told(long) == [("red car near gate", 0, 420, 8)]
    strict = [at(0, "man in field"), at(1, "man in a green field")]
    assert len(merged_in_batches(strict, 2, Rules(similarity_threshold=1.0)).events) == 2
