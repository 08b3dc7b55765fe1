"""What is done again and again, as data. Times are UTC."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from croniter import croniter  # type: ignore[import-untyped]

# Moments lose their last digits in Redis, and a clock is set right by fractions of a second all the time.
_CLOCK_SLACK = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class ScheduleEntry:
    """A task without arguments, every `every_s` seconds or by `cron`. Raises ValueError where it is neither.

    An entry never has two runs at a time: one that is due while the last still waits or runs is left out.
    """

    name: str
    task: str
    description: str
    queue: str = "default"
    every_s: int | None = None
    cron: str | None = None

    def __post_init__(self) -> None:
        if (self.every_s is None) == (self.cron is None):
            raise ValueError(f"{self.name}: has either every_s or cron")
        if self.every_s is not None and self.every_s < 1:
            raise ValueError(f"{self.name}: every_s is 1 at least")
        if self.cron is not None and not croniter.is_valid(self.cron):
            raise ValueError(f"{self.name}: {self.cron!r} is no cron line")

    @property
    def definition(self) -> str:
        """When it runs, as text: an entry that says something else is planned anew."""
        return f"{self.task}|{self.queue}|{self.every_s}|{self.cron}"


SCHEDULE = (
    ScheduleEntry("cameras.health", "cameras.health", "Check every camera.", queue="critical", every_s=60),
    ScheduleEntry(
        "cameras.expired_snapshots",
        "cameras.expired_snapshots",
        "Delete snapshots past their time.",
        cron="0 2 * * *",
    ),
    ScheduleEntry(
        "cameras.old_health", "cameras.old_health", "Delete old results of camera checks.", cron="0 3 * * 0"
    ),
    ScheduleEntry("captions.prune", "captions.prune", "Delete events past their time.", cron="0 1 * * *"),
    ScheduleEntry(
        "captions.old_history",
        "captions.old_history",
        "Delete the old of the history of migrations.",
        cron="30 2 * * *",
    ),
    ScheduleEntry(
        "migration.check_and_migrate",
        "migration.check_and_migrate",
        "Merge captions that are due into events.",
        every_s=60,
    ),
    ScheduleEntry(
        "migration.get_migration_stats",
        "migration.get_migration_stats",
        "Write down how the migration of captions does.",
        every_s=300,
    ),
    ScheduleEntry(
        "hosts.minute_partitions",
        "hosts.minute_partitions",
        "Make and drop the days of minutes.",
        every_s=3600,
    ),
    ScheduleEntry(
        "storage.unfinished_uploads",
        "storage.unfinished_uploads",
        "Abort uploads that nobody goes on with.",
        every_s=3600,
    ),
    ScheduleEntry(
        "database.vacuum", "database.vacuum", "Tidy up the busy tables of the database.", cron="0 4 * * 0"
    ),
)


def next_run(entry: ScheduleEntry, due: datetime, now: datetime) -> datetime:
    """When `entry` runs after the run that was due at `due`; later than `now`.

    What was missed is not made up for. An interval keeps its beat however late a run was.
    """
    if entry.every_s is None:
        found = croniter(entry.cron, now).get_next(datetime)
        assert isinstance(found, datetime)
        return found.astimezone(UTC)
    beats = max(0, (now - due) // timedelta(seconds=entry.every_s)) + 1
    return due + timedelta(seconds=entry.every_s * beats)


def is_too_far_ahead(entry: ScheduleEntry, planned: datetime, now: datetime) -> bool:
    """Whether `entry` is planned for later than if it had just run: by a clock that was ahead."""
    return planned > next_run(entry, now, now) + _CLOCK_SLACK


def first_run(entry: ScheduleEntry, now: datetime) -> datetime:
    """When an entry that is new runs: at once where it has an interval, else when its time comes."""
    return now if entry.every_s is not None else next_run(entry, now, now)
