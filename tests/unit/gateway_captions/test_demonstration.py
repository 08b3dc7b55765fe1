"""The six captions of the demonstration, and what is known to come of them."""

from dataclasses import replace
from datetime import UTC, datetime

from gateway.captions.merging import Rules
from gateway.captions.migration.demonstration import (
    EXAMPLE_RULES,
    begin_of_example,
    clock_of,
    differences,
    end_of_example,
    example_captions,
    table,
)
from shared.spans import utc_ms
from tests.support.merged_graph import MergedGraph

NOW = datetime(2026, 11, 21, 14, 0, 30, 500_000, tzinfo=UTC)


def test_merged_by_its_rules_the_example_is_as_it_should_be() -> None:
    begin_ms = begin_of_example(NOW)
    assert clock_of(begin_ms) == "13:50:00" and end_of_example(begin_ms) < utc_ms(NOW)
    graph = MergedGraph()
    graph.merge(example_captions("cam", begin_ms), EXAMPLE_RULES)
    assert differences(graph.events, begin_ms) == []
    assert table(graph.events) == [
        "  start     end       duration  frames  caption",
        "  13:50:00  13:52:00     120 s       5  surveillance camera view of man in fields",
        "  13:53:00  13:53:00       0 s       1  person walking away from field",
    ]


def test_what_is_not_as_it_should_be_is_named() -> None:
    begin_ms = begin_of_example(NOW)
    graph = MergedGraph()
    graph.merge(example_captions("cam", begin_ms), Rules())
    first, second = graph.events
    assert differences([first], begin_ms) == ["There are 1 events, and 2 are expected."]
    wrong = replace(second, caption="a fox")
    assert differences([first, wrong], begin_ms) == [
        "Event 2: its caption is 'a fox', and 'person walking away from field' is expected."
    ]
    assert [line.partition(" is ")[0] for line in differences([second, first], begin_ms + 1)] == [
        *("Event 1: its caption", "Event 1: its start", "Event 1: its end"),
        *("Event 1: its duration in seconds", "Event 1: its number of frames"),
        *("Event 2: its caption", "Event 2: its start", "Event 2: its end"),
        *("Event 2: its duration in seconds", "Event 2: its number of frames"),
    ]
