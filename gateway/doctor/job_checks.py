"""Whether anybody runs jobs, and begins what is due: judged from what Redis has."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from gateway.jobs.keys import QUEUES
from gateway.jobs.schedule import ScheduleEntry, is_too_far_ahead
from gateway.jobs.worker_view import WorkerView
from shared.finding import Finding, ok, warning

# Of entries of the schedule, by their names; None: not planned yet.
PlannedRuns = Mapping[str, datetime | None]


def judge_workers(workers: Sequence[WorkerView]) -> Iterable[Finding]:
    """A finding for those that live, and one for each that does not."""
    alive = [worker for worker in workers if worker.is_alive]
    served = {queue for worker in alive for queue in worker.queues}
    unserved = [queue for queue in QUEUES if queue not in served]
    if not alive:
        yield warning("workers", "none is running: jobs wait.", "Start one: python -m gateway worker")
    elif unserved:
        named = " ".join(unserved)
        yield warning(
            "workers", f"none serves {', '.join(unserved)}.", f"Start one: python -m gateway worker {named}"
        )
    else:
        yield ok("workers", f"{len(alive)} running, and every queue is served.")
    for worker in workers:
        if not worker.is_alive:
            yield warning(
                "workers",
                f"{worker.name} on {worker.host} says nothing any more.",
                "It was killed, or its machine is cut off; its jobs are begun again by others.",
            )


def judge_schedule(heartbeat_at: datetime | None, now: datetime, silent_after_s: float) -> Finding:
    """Whether a scheduler has looked lately."""
    remedy = "Start it: python -m gateway scheduler"
    if heartbeat_at is None:
        return warning("schedule", "has never been run: nothing is done by itself.", remedy)
    age_s = (now - heartbeat_at).total_seconds()
    if age_s > silent_after_s:
        return warning("schedule", f"stands still for {age_s:.0f} s: what is due is not begun.", remedy)
    if age_s < -silent_after_s:
        return warning(
            "schedule",
            f"was last run {-age_s:.0f} s from now: the clock of who ran it is ahead, or was.",
            "Set the clocks of all machines right; see that one runs: python -m gateway scheduler",
        )
    return ok("schedule", "is run.")


def judge_plan(entries: Iterable[ScheduleEntry], planned: PlannedRuns, now: datetime) -> Iterable[Finding]:
    """A finding for each entry that is planned later than its interval allows."""
    for entry in entries:
        at = planned.get(entry.name)
        if at is not None and is_too_far_ahead(entry, at, now):
            yield warning(
                "schedule",
                f"{entry.name} is planned for {at:%Y-%m-%d %H:%M} UTC, later than its interval allows.",
                "A clock was ahead. Set it right; a scheduler that runs plans it anew within seconds:"
                " python -m gateway scheduler",
            )
