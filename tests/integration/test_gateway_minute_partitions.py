"""Partitions of the minutes by day: made a week ahead, dropped after their time, with nothing lost."""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from gateway.db.engine import create_database
from gateway.doctor.minutes_check import examine_minutes
from gateway.hosts.minute_intake import minute_number
from gateway.hosts.minute_partitions import MaintenanceReport, MinutePartitions
from gateway.hosts.minute_repository import set_aside
from gateway.hosts.partition_repository import PartitionRepository
from shared.contracts.minutes import MinuteReport
from tests.support.fleet_stand import KEPT_DAYS, NOW
from tests.support.set_clock import SetClock

TODAY = date(2026, 11, 21)
WEEK = [TODAY + timedelta(days=ahead) for ahead in range(8)]
HOST = "5c0a1c2e-8d5e-4a43-9a5b-0d3b2f0c7f11"


class Stand:
    def __init__(self, url: str) -> None:
        self.engine: Engine = create_database(url, pool_size=6)
        self.clock = SetClock(NOW)
        self.partitions = MinutePartitions(PartitionRepository(self.engine), self.clock, KEPT_DAYS)
        self.run(f"INSERT INTO hosts (id, name) VALUES ('{HOST}', 'lab-1')")
        self.run(f"INSERT INTO devices (host_id, name) VALUES ('{HOST}', 'street')")

    def run(self, statement: str) -> None:
        with self.engine.begin() as connection:
            connection.execute(text(statement))

    def minute(self, at: datetime) -> None:
        """Store a minute as heartbeats do: into whichever partition there is."""
        self.run(
            "INSERT INTO activity_minutes (device_id, at, revision, frames, analysed, missing_s)"
            f" SELECT id, '{at.isoformat()}', 1, 300, false, 0 FROM devices"
        )

    def where(self) -> dict[str, int]:
        """How many minutes are in which partition."""
        with self.engine.begin() as connection:
            found = connection.execute(
                text("SELECT CAST(tableoid AS regclass)::text, count(*) FROM activity_minutes GROUP BY 1")
            )
            return {row[0]: row[1] for row in found}

    def set_aside(self, at: datetime, *, revision: int, frames: int) -> None:
        """A minute of `at` as a heartbeat leaves it that comes while it lies ahead of the clock."""
        minute = MinuteReport(
            device="street",
            minute=minute_number(at),
            revision=revision,
            frames=frames,
            analysed=True,
            motion_mean=0.5,
        )
        with self.engine.begin() as connection:
            set_aside(connection, HOST, [minute], self.clock.now())

    def told(self, *, clock_offset_s: float) -> None:
        """The host has just reported, by a clock of its own."""
        self.run(
            "INSERT INTO host_reports (host_id, received_at, version, clock_offset_s, report, devices_digest)"
            f" VALUES ('{HOST}', '{self.clock.now().isoformat()}', '1', {clock_offset_s}, '{{}}', '')"
            " ON CONFLICT (host_id) DO UPDATE SET received_at = excluded.received_at,"
            " clock_offset_s = excluded.clock_offset_s"
        )

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with self.engine.begin() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    def days(self) -> list[date]:
        return sorted(PartitionRepository(self.engine).partitioned())


@pytest.fixture
def stand(migrated_database_url: str) -> Iterator[Stand]:
    made = Stand(migrated_database_url)
    yield made
    made.engine.dispose()


def name(day: date) -> str:
    return f"activity_minutes_{day:%Y%m%d}"


def test_today_and_a_week_ahead_have_partitions_after_the_first_round(stand: Stand) -> None:
    assert stand.partitions.maintain().made == [name(day) for day in WEEK]
    assert stand.days() == WEEK
    stand.minute(NOW)
    assert stand.where() == {name(TODAY): 1}


def test_another_round_changes_nothing(stand: Stand) -> None:
    stand.partitions.maintain()
    assert stand.partitions.maintain() == MaintenanceReport()


def test_minutes_that_were_there_before_their_partition_move_into_it(stand: Stand) -> None:
    for at in (
        datetime(2026, 11, 20, 23, 59, tzinfo=UTC),
        datetime(2026, 11, 21, 0, 0, tzinfo=UTC),
        datetime(2026, 11, 21, 23, 59, tzinfo=UTC),
        datetime(2026, 11, 22, 0, 0, tzinfo=UTC),  # tomorrow: a clock that is ahead by minutes, at midnight
    ):
        stand.minute(at)
    assert stand.where() == {"activity_minutes_default": 4}
    report = stand.partitions.maintain()
    assert report.moved_minutes == 4
    yesterday = TODAY - timedelta(days=1)
    assert stand.where() == {name(yesterday): 1, name(TODAY): 2, name(WEEK[1]): 1}
    assert report.made == [name(yesterday), *(name(day) for day in WEEK)]


def test_a_minute_is_found_and_replaced_wherever_it_is(stand: Stand) -> None:
    stand.minute(NOW)
    stand.partitions.maintain()
    stand.run(
        "INSERT INTO activity_minutes (device_id, at, revision, frames, analysed, missing_s)"
        f" SELECT id, '{NOW.isoformat()}', 2, 200, false, 0 FROM devices"
        " ON CONFLICT (device_id, at) DO UPDATE SET revision = excluded.revision"
    )
    assert stand.where() == {name(TODAY): 1}


def test_midnight_needs_no_round_for_a_week(stand: Stand) -> None:
    stand.partitions.maintain()
    for ahead in range(8):
        stand.minute(datetime(2026, 11, 21 + ahead, 0, 0, tzinfo=UTC))
    assert stand.where() == {name(day): 1 for day in WEEK}


def test_a_day_later_one_more_day_has_a_partition(stand: Stand) -> None:
    stand.partitions.maintain()
    stand.clock.set_to(datetime(2026, 11, 22, 0, 0, tzinfo=UTC))
    assert stand.partitions.maintain().made == [name(TODAY + timedelta(days=8))]


def test_what_is_older_than_minutes_are_kept_goes_and_what_is_not_stays(stand: Stand) -> None:
    stand.partitions.maintain()
    stand.minute(NOW)
    # The last instant at which a minute of the 21st may still be asked for.
    stand.clock.set_to(datetime(2026, 12, 21, 23, 59, 59, tzinfo=UTC))
    assert stand.partitions.maintain().dropped == []
    assert stand.where() == {name(TODAY): 1}
    stand.clock.set_to(datetime(2026, 12, 22, 0, 0, tzinfo=UTC))
    assert stand.partitions.maintain().dropped == [name(TODAY)]
    assert stand.where() == {}


def test_old_minutes_without_a_partition_go_too(stand: Stand) -> None:
    stand.minute(NOW - timedelta(days=KEPT_DAYS + 2))
    stand.run(
        "INSERT INTO activity_minutes_set_aside SELECT id, '2036-01-01', '2026-10-01', '{}' FROM devices"
    )
    report = stand.partitions.maintain()
    assert (report.forgotten_minutes, stand.where()) == (2, {})
    assert stand.days() == WEEK


def test_minutes_that_were_set_aside_are_taken_up_when_their_time_has_come(stand: Stand) -> None:
    """This gateway's clock was behind: to healthy hosts it had said that their minutes are here."""
    soon, later = NOW + timedelta(minutes=50), NOW + timedelta(minutes=70)
    for at in (soon, later):
        stand.set_aside(at, revision=2, frames=250)
    assert (stand.partitions.maintain().taken_up_minutes, stand.where()) == (0, {})
    stand.clock.pass_time(3600)
    assert stand.partitions.maintain().taken_up_minutes == 1
    assert stand.where() == {name(TODAY): 1}
    stand.clock.pass_time(3600)
    assert stand.partitions.maintain().taken_up_minutes == 1
    assert stand.rows("SELECT at, revision, frames, motion_mean FROM activity_minutes ORDER BY at") == [
        (soon.replace(second=0, microsecond=0), 2, 250, 0.5),
        (later.replace(second=0, microsecond=0), 2, 250, 0.5),
    ]
    assert stand.rows("SELECT count(*) FROM activity_minutes_set_aside") == [(0,)]
    assert stand.partitions.maintain() == MaintenanceReport()


def test_a_minute_of_another_version_that_was_set_aside_holds_up_no_other(stand: Stand) -> None:
    stand.set_aside(NOW + timedelta(minutes=50), revision=2, frames=250)
    stand.run(
        "INSERT INTO activity_minutes_set_aside SELECT id, '2026-11-21 00:00Z', now(), '{}' FROM devices"
    )
    stand.clock.pass_time(3600)
    report = stand.partitions.maintain()
    assert (report.taken_up_minutes, report.unreadable_minutes) == (1, 1)
    assert stand.rows("SELECT count(*) FROM activity_minutes_set_aside") == [(1,)]


@pytest.mark.parametrize(("revision", "frames"), [(1, 300), (3, 250)])
def test_of_a_minute_that_was_set_aside_and_has_come_as_well_the_newest_counts(
    stand: Stand, revision: int, frames: int
) -> None:
    stand.minute(NOW.replace(second=0, microsecond=0))
    stand.set_aside(NOW, revision=revision, frames=250)
    stand.partitions.maintain()
    assert stand.rows("SELECT frames FROM activity_minutes") == [(frames,)]


def test_what_changes_of_a_minute_while_it_is_taken_up_is_not_lost(stand: Stand) -> None:
    stand.partitions.maintain()
    stand.set_aside(NOW, revision=2, frames=250)
    newer = """UPDATE activity_minutes_set_aside SET report = report || '{"revision": 3, "frames": 251}'"""
    maintaining, pause = threading.Thread(target=stand.partitions.maintain), threading.Event()
    with stand.engine.begin() as writer:
        writer.execute(text(newer))
        maintaining.start()
        # It waits for the writer, or has given up by then.
        while maintaining.is_alive() and not stand.rows(
            "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            " AND query LIKE '%DELETE FROM activity_minutes_set_aside AS aside%'"
        ):
            pause.wait(0.01)
    maintaining.join(30)
    stand.partitions.maintain()
    assert stand.rows("SELECT revision, frames FROM activity_minutes") == [(3, 251)]
    assert stand.rows("SELECT count(*) FROM activity_minutes_set_aside") == [(0,)]


def test_lots_that_were_set_aside_are_taken_up_in_one_round_each_from_its_own_device(stand: Stand) -> None:
    stand.run(f"INSERT INTO devices (host_id, name) VALUES ('{HOST}', 'office')")
    stand.run(
        "INSERT INTO activity_minutes_set_aside"
        f" SELECT devices.id, at, '{NOW.isoformat()}', jsonb_build_object('device', devices.name,"
        " 'minute', extract(epoch FROM at)::bigint / 60, 'revision', 1, 'frames', 5, 'analysed', false)"
        " FROM devices,"
        " generate_series('2026-11-19 12:00+00'::timestamptz, '2026-11-21 14:00+00', '1 minute') AS at"
    )
    assert stand.partitions.maintain().taken_up_minutes == 2 * (50 * 60 + 1)
    assert stand.rows("SELECT count(*) FROM activity_minutes GROUP BY device_id") == [(50 * 60 + 1,)] * 2
    assert stand.rows("SELECT count(*) FROM activity_minutes_set_aside") == [(0,)]


def test_a_clock_that_is_a_month_ahead_drops_nothing_and_a_host_that_tells_its_time_decides(
    stand: Stand,
) -> None:
    stand.partitions.maintain()
    stand.minute(NOW)
    stand.set_aside(NOW + timedelta(minutes=30), revision=1, frames=1)
    a_month_s = 40 * 86_400
    stand.clock.pass_time(a_month_s)
    stand.told(clock_offset_s=-a_month_s)
    report = stand.partitions.maintain()
    assert (report.kept_longer, report.dropped, report.forgotten_minutes) == (True, [], 0)
    assert stand.where() == {name(TODAY): 2}
    judged = examine_minutes(stand.engine, stand.clock.now())
    assert judged.verdict == "warning" and "no old ones are dropped" in judged.sentence

    stand.told(clock_offset_s=0.0)  # it was the month that had passed
    report = stand.partitions.maintain()
    assert (report.kept_longer, name(TODAY) in report.dropped, stand.where()) == (False, True, {})
    assert examine_minutes(stand.engine, stand.clock.now()).verdict == "ok"


def test_the_doctor_says_that_minutes_lie_ahead(stand: Stand) -> None:
    stand.set_aside(NOW + timedelta(hours=2), revision=1, frames=1)
    judged = examine_minutes(stand.engine, stand.clock.now())
    assert judged.verdict == "warning" and judged.sentence.startswith("1 lie ahead")


def test_a_table_of_somebody_elses_among_the_partitions_is_left_alone(stand: Stand) -> None:
    stand.run(
        "CREATE TABLE activity_minutes_of_2020 PARTITION OF activity_minutes"
        " FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')"
    )
    assert stand.partitions.maintain().dropped == []
    stand.minute(datetime(2020, 5, 5, tzinfo=UTC))
    assert stand.where() == {"activity_minutes_of_2020": 1}


def test_two_that_maintain_at_a_time_make_each_partition_once(stand: Stand) -> None:
    for hours in range(24):
        stand.minute(NOW - timedelta(hours=hours))
    reports: list[MaintenanceReport] = []
    gate = threading.Barrier(4)

    def maintain() -> None:
        gate.wait()
        reports.append(stand.partitions.maintain())

    makers = [threading.Thread(target=maintain) for _ in range(4)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    made = [made for report in reports for made in report.made]
    assert sorted(made) == sorted({*made})
    assert sum(report.moved_minutes for report in reports) == 24
    assert not any(report.not_done for report in reports)
    assert sum(stand.where().values()) == 24
    assert stand.days() == [TODAY - timedelta(days=1), *WEEK]


def test_whoever_writes_is_not_disturbed_and_what_could_not_be_done_is_said(stand: Stand) -> None:
    with stand.engine.begin() as writer:
        writer.execute(
            text(
                "INSERT INTO activity_minutes (device_id, at, revision, frames, analysed, missing_s)"
                " SELECT id, '2026-11-21 12:00+00', 1, 1, false, 0 FROM devices"
            )
        )
        report = stand.partitions.maintain()
        assert (report.made, len(report.not_done)) == ([], 10), report
        assert "activity_minutes_20261121" in report.not_done[0]
    assert stand.where() == {"activity_minutes_default": 1}
    assert stand.partitions.maintain().made == [name(day) for day in WEEK]
    assert stand.where() == {name(TODAY): 1}


def test_minutes_that_come_while_partitions_are_made_all_stay(stand: Stand) -> None:
    stop = threading.Event()
    written: list[datetime] = []
    failed: list[Exception] = []

    def write(device: int) -> None:
        at = datetime(2026, 11, 21, device, 0, tzinfo=UTC)
        while not stop.is_set():
            at += timedelta(days=1) if at.date() < WEEK[-1] else timedelta(days=-7, minutes=1)
            try:
                stand.minute(at)
            except Exception as error:  # noqa: BLE001 (whatever it is, the test says so)
                failed.append(error)
                return
            written.append(at)

    writers = [threading.Thread(target=write, args=(index,)) for index in range(3)]
    for writer in writers:
        writer.start()
    try:
        for _round in range(50):
            if stand.days() == WEEK:
                break
            stand.partitions.maintain()
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert (failed, stand.days()) == ([], WEEK)
    assert sum(stand.where().values()) == len(written)
    stand.partitions.maintain()
    assert "activity_minutes_default" not in stand.where()
