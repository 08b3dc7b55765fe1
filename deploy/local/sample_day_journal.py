"""What the agent's journal must know of the sample's past: states of a camera that was recorded all day.

Everything is said of the sample's device alone, also that "the agent started": the lives of the other
devices of the same agent stay what they were.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from deploy.local.sample_day_plan import DayPlan
from host_agent.journal.facts import (
    AGENT_STARTED,
    AGENT_STOPPED,
    DEVICE_ADDED,
    DEVICE_REMOVED,
    STATE_CHANGED,
    Fact,
)
from host_agent.journal.journal import Journal
from shared.clock import Clock
from shared.spans import Span

LIVE = "live"
_JUST_BEFORE = timedelta(milliseconds=1)
_ENDED = "The generated past of this sample ends here; the device was added to the settings a moment later."


@dataclass(frozen=True, slots=True)
class Saying:
    """A fact to be written; `state` is the recorder's, empty where there is none to tell."""

    at: datetime
    kind: str
    code: str
    sentence: str
    state: str = ""


def sayings(plan: DayPlan, end: datetime, words: Sequence[datetime]) -> list[Saying]:
    """What is to be written of a past that ends at `end`, in the order of time.

    `words`: when the journal already says something of the agent or of an earlier life of the device.
    Around each of them it is said again what holds, since it must not seem to have ended anything.
    """
    begin = plan.span.start
    said = [
        Saying(begin, AGENT_STARTED, "agent_started", "The agent started."),
        Saying(begin, DEVICE_ADDED, "starting", "The device is in the settings."),
        _live(begin),
    ]
    for gap in plan.gaps:
        said.append(Saying(gap.span.start, STATE_CHANGED, gap.code, gap.sentence, gap.state))
        said.append(_live(gap.span.end))
    for word in words:
        if begin < word < end:
            said.append(_live(word - _JUST_BEFORE))
            said.append(Saying(word, AGENT_STARTED, "agent_started", "The agent started."))
            said.append(_live(word))
    said.sort(key=lambda saying: saying.at)
    said.append(Saying(end, STATE_CHANGED, "agent_stopped", _ENDED, "stopped"))
    return [*said, Saying(end, DEVICE_REMOVED, "unassigned", _ENDED)]


def _live(at: datetime) -> Saying:
    return Saying(at, STATE_CHANGED, LIVE, "Recording.", LIVE)


def words_of(facts: Sequence[Fact], span: Span) -> list[datetime]:
    """When, in `span`, the journal says something that the time line goes by."""
    telling = {AGENT_STARTED, AGENT_STOPPED, DEVICE_ADDED, DEVICE_REMOVED, STATE_CHANGED}
    return sorted({fact.at for fact in facts if fact.kind in telling and fact.at in span})


class _PastClock:
    """This machine's clocks as they were `at` a moment, had it been up so long."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.at = clock.now()

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self._clock.monotonic() - (self._clock.now() - self.at).total_seconds()

    def boot_id(self) -> str:
        return self._clock.boot_id()

    def offset_ns(self) -> int:
        return self._clock.offset_ns()


def say(path: Path, device: str, clock: Clock, said: Sequence[Saying]) -> None:
    """Write `said` into the journal at `path`, each at its time. Raises sqlite3.Error."""
    past = _PastClock(clock)
    journal = Journal(path, past)
    try:
        for saying in said:
            past.at = saying.at
            detail = {"state": saying.state} if saying.state else {}
            journal.note(saying.kind, saying.code, saying.sentence, device=device, **detail)
    finally:
        journal.close()
