"""How cameras did in a period: uptime, outages with their reasons, latency. Plain.

Uptime is the share of the checks that said yes among those that said yes or no. Time without a check (the
gateway's workers were down), or with one that says neither (nobody wanted the camera), is **not known**: it
counts neither way, and an outage that runs into it ends there.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.cameras.camera import Camera
from shared.spans import Span

CHECK_EVERY = timedelta(seconds=60)
# Checks that lie further apart have time between them of which nothing is known. A run may be late.
TOGETHER_WITHIN = timedelta(seconds=150)
MOST_OUTAGES = 100


@dataclass(frozen=True, slots=True)
class CheckTotals:
    """Of one camera's checks in the period. `connected` and `failed` are among `checks`; what is left of
    these says neither. Latencies and `fps_mean` are None where no check measured any."""

    checks: int = 0
    connected: int = 0
    failed: int = 0
    latency_p50_ms: int | None = None
    latency_p95_ms: int | None = None
    latency_max_ms: int | None = None
    fps_mean: float | None = None


@dataclass(frozen=True, slots=True)
class FailedRun:
    """Checks that failed one after the other. `next_at`, `next_connected`: the check behind them, within
    TOGETHER_WITHIN; None where there is none. `code`, `sentence`: what the last of them said."""

    first_at: datetime
    last_at: datetime
    next_at: datetime | None
    next_connected: bool | None
    code: str | None
    sentence: str | None


@dataclass(frozen=True, slots=True)
class FailedRuns:
    """The newest MOST_OUTAGES of a camera, the newest first, and what all of them come to."""

    runs: tuple[FailedRun, ...] = ()
    total: int = 0
    longest_s: float = 0.0
    all_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Outage:
    """From the first failed check to the next good one; `end` None: it still lasts where the period ends.
    `is_end_known`: whether a good check ended it, and not that nothing more was known."""

    start: datetime
    end: datetime | None
    seconds: int
    is_end_known: bool
    code: str | None
    sentence: str | None


@dataclass(frozen=True, slots=True)
class CameraReport:
    """`uptime_percent`: None where no check said yes or no. `unknown_s`: of the period, up to now."""

    totals: CheckTotals
    uptime_percent: float | None
    unknown_s: int
    outages: tuple[Outage, ...]
    outages_total: int
    outage_s: int
    longest_outage_s: int


@dataclass(frozen=True, slots=True)
class HealthReport:
    """Cameras by name, each with its report."""

    period: Span
    cameras: list[tuple[Camera, CameraReport]]


def camera_report(totals: CheckTotals, failed: FailedRuns, period: Span, now: datetime) -> CameraReport:
    """The report of one camera. `period` may end after `now`: what is to come is left out."""
    until = max(period.start, min(period.end, now))
    outages = tuple(outage_of(run, until) for run in failed.runs)
    known = totals.connected + totals.failed
    period_s = (until - period.start).total_seconds()
    # What lasts still grows until now; in the sums it stands as far as its last check.
    still_s = sum(outage.seconds - _known_s(run) for outage, run in _lasting(outages, failed.runs))
    return CameraReport(
        totals=totals,
        uptime_percent=None if not known else round(100 * totals.connected / known, 3),
        unknown_s=max(0, round(period_s - known * CHECK_EVERY.total_seconds())),
        outages=outages,
        outages_total=failed.total,
        outage_s=round(failed.all_s + still_s),
        longest_outage_s=max([round(failed.longest_s), *(outage.seconds for outage in outages)]),
    )


def outage_of(run: FailedRun, until: datetime) -> Outage:
    """`until`: where the period ends, or now."""
    if run.next_at is not None:
        # A check that says neither yes nor no ends what is known, not the outage.
        end, is_end_known = run.next_at, run.next_connected is True
    elif until - run.last_at <= TOGETHER_WITHIN:
        return Outage(run.first_at, None, _seconds(until - run.first_at), False, run.code, run.sentence)
    else:
        end, is_end_known = run.last_at + CHECK_EVERY, False
    return Outage(run.first_at, end, _seconds(end - run.first_at), is_end_known, run.code, run.sentence)


def _lasting(outages: tuple[Outage, ...], runs: tuple[FailedRun, ...]) -> list[tuple[Outage, FailedRun]]:
    return [(outage, run) for outage, run in zip(outages, runs, strict=True) if outage.end is None]


def _known_s(run: FailedRun) -> int:
    """How long a run that lasts is in the sums."""
    return _seconds(run.last_at + CHECK_EVERY - run.first_at)


def _seconds(span: timedelta) -> int:
    return round(span.total_seconds())
