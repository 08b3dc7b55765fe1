"""What is told of a past, and that nothing told earlier seems to end it."""

from datetime import UTC, datetime, timedelta

from deploy.local.sample_day_journal import sayings, words_of
from deploy.local.sample_day_plan import plan_day
from host_agent.journal.facts import Fact
from shared.spans import Span

BEGIN = datetime(2026, 11, 21, 10, tzinfo=UTC)
END = BEGIN + timedelta(hours=3)
SPAN = Span(BEGIN, END)
PLAN = plan_day(SPAN, segment_ms=3520, zone=UTC)


def fact(kind: str, at: datetime, device: str | None = None) -> Fact:
    return Fact(at, 0, "boot-1", device, kind, "", "")


def test_each_gap_begins_with_its_reason_and_ends_live() -> None:
    said = sayings(PLAN, END, [])
    assert [saying.at for saying in said] == sorted(saying.at for saying in said)
    states = [(saying.at, saying.code) for saying in said if saying.kind == "state_changed"]
    expected = [(BEGIN, "live")]
    for gap in PLAN.gaps:
        expected += [(gap.span.start, gap.code), (gap.span.end, "live")]
    assert states == [*expected, (END, "agent_stopped")]


def test_it_begins_with_a_start_of_the_agent_and_ends_with_the_device_away() -> None:
    said = sayings(PLAN, END, [])
    assert [saying.kind for saying in said[:3]] == ["agent_started", "device_added", "state_changed"]
    assert (said[-1].at, said[-1].kind, said[-1].code) == (END, "device_removed", "unassigned")


def test_around_a_word_of_the_agent_it_is_said_again_that_the_device_is_live() -> None:
    word = BEGIN + timedelta(minutes=7)
    told = [saying for saying in sayings(PLAN, END, [word]) if abs(saying.at - word) < timedelta(seconds=1)]
    assert [(saying.at - word, saying.kind) for saying in told] == [
        (timedelta(milliseconds=-1), "state_changed"),
        (timedelta(0), "agent_started"),
        (timedelta(0), "state_changed"),
    ]
    assert told[0].code == told[2].code == "live"


def test_words_outside_the_past_change_nothing() -> None:
    outside = [BEGIN - timedelta(seconds=1), BEGIN, END, END + timedelta(hours=1)]
    assert sayings(PLAN, END, outside) == sayings(PLAN, END, [])


def test_only_what_the_time_line_goes_by_is_a_word() -> None:
    at = BEGIN + timedelta(minutes=1)
    facts = [
        fact("agent_stopped", at),
        fact("repaired", at + timedelta(seconds=1)),
        fact("state_changed", at + timedelta(seconds=2), "sample"),
        fact("agent_started", END + timedelta(seconds=1)),
        fact("agent_started", BEGIN - timedelta(seconds=1)),
    ]
    assert words_of(facts, SPAN) == [at, at + timedelta(seconds=2)]
