"""What held when, as far as the journal says: the wall clock's time cut into stretches with a cause.

Facts and clock pairs are read in the order they were written, not by wall time, which may have been
set back in between. Each stretch of wall time between two of them was lived (the recorder was at work
or had a reason not to be), or slept through (the agent was not running), or leapt over (the clock was
set forward). What nothing was written about is left out. Whole milliseconds UTC; no I/O, no clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from host_agent.journal.facts import (
    AGENT_STARTED,
    AGENT_STOPPED,
    DEVICE_ADDED,
    DEVICE_REMOVED,
    STATE_CHANGED,
    Fact,
)
from host_agent.timeline.gap_codes import GapCode, is_gap_code
from shared.spans import utc_ms

# The recorder was at work, or starting: this explains no hole by itself.
AT_WORK = ""
LIVE = "live"
# Wall and monotonic time of one boot that differ by more than this were stepped apart, not slewed.
STEP_MS = 500
# The recording process writes a clock pair every 5 s; this long without one, it is not running.
SILENCE_MS = 20_000
# How long an agent may take until it says something of a device.
START_UP_MS = 15 * 60_000
_TELLING_KINDS = frozenset({AGENT_STARTED, AGENT_STOPPED, DEVICE_ADDED, DEVICE_REMOVED, STATE_CHANGED})
# What a person or a file wants holds across restarts of the agent without being said again.
_LASTING = frozenset({GapCode.STOPPED_BY_USER.value, GapCode.MISCONFIGURED.value})
_NOT_CONFIGURED = "The device was not configured on this host."


@dataclass(frozen=True, slots=True)
class Cause:
    """What held in `[start_ms, end_ms)`; `code` is a gap code, or AT_WORK. `tentative`: an agent that
    ran without a word of the device, which is its start-up where it is short."""

    start_ms: int
    end_ms: int
    code: str
    sentence: str
    tentative: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """`lived` in the order it was written, and so not always sorted; `leapt` are the stretches over
    which the clock was set forward; `known_from_ms`: the first fact of the device, None without one."""

    lived: list[Cause]
    leapt: list[Cause]
    known_from_ms: int | None


# An instant at which both clocks are known: wall UTC ms, monotonic ms, boot id.
ClockRow = tuple[int, int, str]


def history_of(facts: Sequence[Fact], clock_rows: Sequence[ClockRow], now: ClockRow) -> History:
    """Return what held up to `now`. `facts` are one device's and the agent's; they and `clock_rows`
    are each in the order they were written."""
    told = [fact for fact in facts if fact.kind in _TELLING_KINDS]
    walk = _Walk()
    for row, fact in _in_order(told, clock_rows):
        walk.reach(row, fact)
    walk.reach(now, None, is_now=True)
    walk.close()
    first = next((utc_ms(fact.at) for fact in told if fact.device is not None), None)
    return History([_settled(cause) for cause in walk.lived], walk.leapt, first)


def _settled(cause: Cause) -> Cause:
    if not cause.tentative:
        return cause
    if cause.end_ms - cause.start_ms <= START_UP_MS and cause.code not in _LASTING:
        return replace(cause, code=AT_WORK, tentative=False)
    return replace(cause, tentative=False)


def _in_order(facts: Sequence[Fact], rows: Sequence[ClockRow]) -> list[tuple[ClockRow, Fact | None]]:
    """Merge both by boot and monotonic time, which never goes back; facts first where they are equal,
    so that the first pair of a new life does not pass for the last of the old one."""
    ranks: dict[str, float] = {}
    for fact in facts:
        ranks.setdefault(fact.boot_id, len(ranks))
    for wall_ms, _, boot_id in rows:
        if boot_id not in ranks:
            earlier = [ranks[fact.boot_id] for fact in facts if utc_ms(fact.at) <= wall_ms]
            ranks[boot_id] = (earlier[-1] if earlier else -1) + 0.5
    anchors: list[tuple[ClockRow, Fact | None]] = [
        ((utc_ms(fact.at), fact.monotonic_ms, fact.boot_id), fact) for fact in facts
    ]
    anchors += [(row, None) for row in rows]
    anchors.sort(key=lambda anchor: (ranks[anchor[0][2]], anchor[0][1]))
    return anchors


class _Walk:
    """Goes from one instant to the next and writes down what held in between."""

    def __init__(self) -> None:
        self.lived: list[Cause] = []
        self.leapt: list[Cause] = []
        self._previous: ClockRow | None = None
        self._stopped: tuple[ClockRow, str] | None = None
        # What holds of the device now; None: nothing was ever said of it.
        self._holding: Cause | None = None
        self._holding_from_ms = 0
        self._configured = True
        self._was_live = False

    def reach(self, row: ClockRow, fact: Fact | None, *, is_now: bool = False) -> None:
        """Go on to the instant `row`, at which `fact` happened, if any."""
        previous = self._previous
        starts = fact is not None and fact.kind == AGENT_STARTED
        if self._stopped is not None:
            if starts or is_now:
                self._slept(self._stopped[0], row)
        elif previous is not None:
            silent = is_now and row[1] - previous[1] > SILENCE_MS
            if starts or silent or row[2] != previous[2]:
                self._slept(previous, row)
            else:
                step_ms = (row[0] - previous[0]) - (row[1] - previous[1])
                if step_ms > STEP_MS or step_ms < -STEP_MS:
                    self._stepped(previous, row, step_ms)
        self._previous = row
        if fact is not None:
            self.close()
            self._take(row, fact)
            self._holding_from_ms = row[0]

    def close(self) -> None:
        """Write down what held up to the instant reached last."""
        if self._holding is not None and self._previous is not None and self._stopped is None:
            self._append(replace(self._holding, start_ms=self._holding_from_ms, end_ms=self._previous[0]))
            self._holding_from_ms = self._previous[0]

    def _stepped(self, previous: ClockRow, row: ClockRow, step_ms: int) -> None:
        self.close()
        self._holding_from_ms = row[0]
        if step_ms > 0:
            sentence = f"The clock was set forward by {_spoken(step_ms)}: this time never was."
            self.leapt.append(Cause(previous[0], row[0], GapCode.CLOCK_JUMPED.value, sentence))

    def _slept(self, last: ClockRow, row: ClockRow) -> None:
        """From `last`, the end of an agent's life, to `row` the agent was not running."""
        self.close()
        self._holding_from_ms = row[0]
        if self._holding is None:
            return  # before the device was ever heard of, it was not this that kept it from recording
        if not self._configured:
            code, sentence = self._holding.code, self._holding.sentence
        elif row[2] != last[2]:
            code, sentence = GapCode.HOST_DOWN.value, "The machine was switched off or restarting."
        elif self._stopped is not None:
            code, sentence = GapCode.AGENT_STOPPED.value, self._stopped[1] or "The agent was stopped."
        else:
            code = GapCode.AGENT_CRASHED.value
            sentence = "The agent was killed or crashed; nobody had stopped it."
        self._append(Cause(last[0], row[0], code, sentence))

    def _take(self, row: ClockRow, fact: Fact) -> None:
        if fact.kind == AGENT_STOPPED:
            self._stopped = (row, fact.sentence)
        elif fact.kind == AGENT_STARTED:
            self._stopped = None
            self._was_live = False
            self._holding = self._after_start()
        elif fact.kind == DEVICE_REMOVED:
            self._configured = False
            self._holding = Cause(0, 0, GapCode.UNASSIGNED.value, fact.sentence or _NOT_CONFIGURED)
        elif fact.kind == DEVICE_ADDED:
            if self._holding is None or not self._configured or self._holding.tentative:
                self._holding = Cause(0, 0, AT_WORK, fact.sentence)
            self._configured = True
        else:
            self._configured = True
            self._holding = self._state(fact)
            self._was_live = fact.code == LIVE

    def _state(self, fact: Fact) -> Cause:
        if is_gap_code(fact.code):
            return Cause(0, 0, fact.code, fact.sentence)
        if self._was_live and fact.code != LIVE:
            # From live to starting without a failure in between: nothing broke.
            return Cause(
                0, 0, GapCode.AGENT_STOPPED.value, "The agent restarted the recorder of this device."
            )
        return Cause(0, 0, AT_WORK, fact.sentence)

    def _after_start(self) -> Cause | None:
        """What holds of the device until this life of the agent says something of it."""
        holding = self._holding
        if holding is None or not self._configured:
            return holding
        if holding.code in _LASTING:
            return replace(holding, tentative=True)
        return Cause(0, 0, GapCode.UNASSIGNED.value, _NOT_CONFIGURED, tentative=True)

    def _append(self, cause: Cause) -> None:
        """Write `cause` down, as one with the last where that says the same and goes on."""
        if cause.end_ms <= cause.start_ms:
            return
        last = self.lived[-1] if self.lived else None
        if last is not None and last.end_ms == cause.start_ms:
            longer = replace(cause, start_ms=last.start_ms)
            if longer == replace(last, end_ms=cause.end_ms):
                self.lived[-1] = longer
                return
        self.lived.append(cause)


def _spoken(duration_ms: int) -> str:
    """`3 s`, `5 min`, `2 h`, `1 d`: about how long, for a sentence."""
    for unit, ms in (("d", 86_400_000), ("h", 3_600_000), ("min", 60_000)):
        if duration_ms >= ms:
            return f"{round(duration_ms / ms)} {unit}"
    return f"{duration_ms / 1000:.1f} s"
