"""A camera's checks put together by time, for a chart of hours or of a month. Plain."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.cameras.health_report import CHECK_EVERY, CameraReport
from shared.spans import Span

# What a screen shows of it; a month has 43,200 checks.
MOST_STRETCHES = 1000
DEFAULT_STRETCHES = 480


@dataclass(frozen=True, slots=True)
class LatencyRange:
    """Milliseconds, of the checks that measured it."""

    least: int
    mean: float
    most: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """What the checks from `start` on, for one step, came to. `status`: the worst of them; `problem`: of
    the first with that status."""

    start: datetime
    checks: int
    status: str | None
    latency: LatencyRange | None
    fps: float | None
    problem_code: str | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class CameraHistory:
    """Stretches with a check in them, oldest first, each `step` long; and the report of the same period."""

    period: Span
    step: timedelta
    stretches: list[Stretch]
    report: CameraReport


def step_for(period: Span, most: int) -> timedelta:
    """How long a stretch is, so that a period has `most` of them at most: whole minutes, since checks come
    once a minute."""
    every_s = CHECK_EVERY.total_seconds()
    return CHECK_EVERY * max(1, math.ceil(period.duration_s / most / every_s))
