"""A real small disk filled to the brim: the oldest hours go, one at a time, and nothing else happens."""

import errno
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from host_agent.journal.facts import Lease
from host_agent.playback.clip import Clip, ClipState
from host_agent.playback.clip_store import ClipStore
from host_agent.retention import alarm
from host_agent.retention.disk_pressure import is_below
from host_agent.retention.disk_space import Room, measure_disk
from host_agent.retention.plan import DISK_FULL
from host_agent.ring.layout import Hour, Kind
from host_agent.ring.trash import trash_is_empty
from host_agent.settings import RetentionSettings, RingSettings
from tests.support.clean_host import CleanHost, record_hour
from tests.support.small_disk import SmallDisk, bound_in_place, small_disk

FLOOR_PERCENT = 20.0
RING = RingSettings(free_floor_percent=FLOOR_PERCENT, free_reserve_percent=5)
KINDS = (Kind.CAPTURES, Kind.SEGMENTS)
# Nothing of a day expires: whatever goes, goes for want of room.
RETENTION = RetentionSettings(captures=48, segments=48)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", "size=8m,nr_inodes=2000") as mounted:
        yield mounted


def make_host(tmp_path: Path, disk: SmallDisk, **options: object) -> CleanHost:
    host = CleanHost(
        tmp_path / "state",
        {"capture1": disk.path, "capture2": disk.path},
        ring=RING,
        retention=RETENTION,
        **options,  # type: ignore[arg-type]
    )
    host.start()
    return host


def fill(
    host: CleanHost, *, files: int = 10, size_bytes: int = 40_000, youngest_ago: int = 0
) -> list[tuple[Hour, str, str]]:
    """Record hour after hour, until the disk refuses a byte. Return (hour, kind, device) of all of them
    in the order in which they should go."""
    recorded = []
    number = 1
    for ago in range(22, youngest_ago - 1, -1):
        for kind in KINDS:
            for device, store in host.stores.items():
                try:
                    record_hour(store, kind, host.hour(ago), range(number, number + files), size_bytes)
                except OSError as error:
                    assert error.errno == errno.ENOSPC
                    if host.hour(ago) in store.hours(kind):
                        recorded.append((host.hour(ago), kind.value, device))
                    return recorded
                recorded.append((host.hour(ago), kind.value, device))
                number += files
    raise AssertionError("the disk is too large to be filled")


def hours_on_disk(host: CleanHost) -> set[tuple[Hour, str, str]]:
    return {
        (hour, kind.value, device)
        for device, store in host.stores.items()
        for kind in Kind
        for hour in store.hours(kind)
    }


def test_the_oldest_hours_go_one_at_a_time_until_the_floor_holds(tmp_path: Path, disk: SmallDisk) -> None:
    host = make_host(tmp_path, disk)
    recorded = fill(host)
    assert measure_disk(disk.path).free_percent < 1

    report = host.cleaner.run_cycle()
    host.emptier.empty()

    gone = [(one.stored.hour, one.stored.kind, one.stored.device) for one in report.departed]
    assert 0 < len(gone) < len(recorded)
    assert gone == recorded[: len(gone)], "the oldest first, across devices and kinds"
    assert hours_on_disk(host) == set(recorded[len(gone) :])
    space = measure_disk(disk.path)
    assert not is_below(space, FLOOR_PERCENT)
    an_hour = Room(10 * 40_000, 10)
    without_last = Room(space.free.size_bytes - an_hour.size_bytes, space.free.inodes - an_hour.inodes)
    assert without_last.size_bytes * 100 < FLOOR_PERCENT * space.total.size_bytes, "and not one too many"
    receipts = [one for device in host.stores for one in host.journal.receipts(device)]
    assert sorted((one.hour, one.kind, one.device) for one in receipts) == sorted(
        (str(hour), kind, device) for hour, kind, device in gone
    )
    assert {(one.reason, one.files) for one in receipts} == {(DISK_FULL, 10)}
    assert all(one.size_bytes >= an_hour.size_bytes for one in receipts)
    assert trash_is_empty(disk.path)

    again = host.cleaner.run_cycle()
    assert again.departed == []
    assert [one.code for one in again.alarms] == [alarm.DISK_FULL], "one clear alarm, and it stays for a day"


def put_clip(host: CleanHost, disk: SmallDisk, clip_id: int, ago: int, state: ClipState) -> Path:
    """A clip of 1 MB of the hour `ago`; its file."""
    clock = host.clock
    clip = Clip(
        id=f"{clip_id:016x}",
        device="capture1",
        span=host.hour(ago).span,
        format="mp4",
        state=state,
        progress=1.0,
        message="The clip is ready.",
        created_at=clock.now(),
        expires_at=clock.now() + timedelta(hours=24),
        boot_id=clock.boot_id(),
        created_monotonic_ms=int(clock.monotonic() * 1000),
        footage_ms=1000,
        file_name="clip.mp4",
    )
    held = ClipStore(lambda: [disk.path], clock).open_new(disk.path, clip)
    file = held.folder.path / "clip.mp4"
    file.write_bytes(b"x" * 1_000_000)
    if state is ClipState.DONE:
        held.let_go()
    return file


def test_finished_clips_go_before_footage_and_that_of_the_youngest_footage_first(
    tmp_path: Path, disk: SmallDisk
) -> None:
    host = make_host(tmp_path, disk)
    old, young = (put_clip(host, disk, number, ago, ClipState.DONE) for number, ago in ((1, 20), (2, 2)))
    being_made = put_clip(host, disk, 3, 1, ClipState.RUNNING)
    for position in range(8):
        # As capture does: never below its reserve.
        record_hour(host.stores["capture1"], Kind.SEGMENTS, host.hour(20 - position), range(1, 11), 49_000)
    before = hours_on_disk(host)
    assert is_below(measure_disk(disk.path), FLOOR_PERCENT)

    report = host.cleaner.run_cycle()

    assert (report.departed, hours_on_disk(host)) == ([], before)
    assert [clip.id for clip in host.clips_gone] == [f"{2:016x}"]
    assert (old.exists(), young.exists(), being_made.exists()) == (True, False, True)


def test_clips_do_not_go_on_a_disk_with_few_inodes_and_a_full_one_lets_all_of_them_go(
    tmp_path: Path, disk: SmallDisk
) -> None:
    with small_disk(tmp_path / "inodes", "size=32m,nr_inodes=1500") as many_files:
        host = make_host(tmp_path, many_files)
        file = put_clip(host, many_files, 1, 2, ClipState.DONE)
        fill(host, files=60, size_bytes=10)
        assert host.cleaner.run_cycle().departed and file.exists()

    host = make_host(tmp_path / "bytes", disk)
    file = put_clip(host, disk, 1, 2, ClipState.DONE)
    recorded = fill(host)
    gone = [one.stored.hour for one in host.cleaner.run_cycle().departed]
    assert not file.exists() and gone == [hour for hour, _kind, _device in recorded[: len(gone)]]


def test_what_lies_in_the_trash_counts_as_free_and_no_more_goes_for_it(
    tmp_path: Path, disk: SmallDisk
) -> None:
    host = make_host(tmp_path, disk)
    fill(host)
    first = host.cleaner.run_cycle()
    assert first.departed and measure_disk(disk.path).free_percent < FLOOR_PERCENT
    for _ in range(3):
        assert host.cleaner.run_cycle().departed == [], "the trash has not been emptied yet, that is all"
    host.emptier.empty()
    assert host.cleaner.run_cycle().departed == []
    assert not is_below(measure_disk(disk.path), FLOOR_PERCENT)


def test_a_disk_without_free_inodes_is_full_too(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "size=32m,nr_inodes=1500") as disk:
        host = make_host(tmp_path, disk)
        recorded = fill(host, files=60, size_bytes=10)
        space = measure_disk(disk.path)
        assert space.free_bytes_percent > 80 and space.free.inodes == 0

        gone = [one.stored for one in host.cleaner.run_cycle().departed]
        host.emptier.empty()

        assert 0 < len(gone) < len(recorded)
        assert [(one.hour, one.kind, one.device) for one in gone] == recorded[: len(gone)]
        assert not is_below(measure_disk(disk.path), FLOOR_PERCENT)
        for store in host.stores.values():
            for number in range(24):
                assert all(store.folders.cold(kind, number).is_dir() for kind in Kind)


def test_a_journal_on_the_same_full_disk_does_not_keep_the_hours_from_going(
    tmp_path: Path, disk: SmallDisk
) -> None:
    host = CleanHost(disk.path / "state", {"capture1": disk.path / "footage"}, ring=RING, retention=RETENTION)
    host.start()
    host.cleaner.run_cycle()
    recorded = fill(host)
    (disk.path / "filler").write_bytes(b"")
    with (disk.path / "filler").open("ab", buffering=0) as filler, pytest.raises(OSError, match="No space"):
        while True:
            filler.write(b"x" * 4096)

    gone = host.cleaner.run_cycle().departed
    host.emptier.empty()
    host.emptier.empty()

    assert 0 < len(gone) < len(recorded)
    assert not is_below(measure_disk(disk.path), FLOOR_PERCENT)
    receipts = host.journal.receipts("capture1")
    assert sorted(one.hour for one in receipts) == sorted(str(one.stored.hour) for one in gone)


def test_the_current_and_the_leased_hours_stay_and_the_alarm_says_why(
    tmp_path: Path, disk: SmallDisk
) -> None:
    host = make_host(tmp_path, disk)
    store = host.stores["capture1"]
    record_hour(store, Kind.SEGMENTS, host.hour(0), range(1, 80), 40_000)
    record_hour(store, Kind.SEGMENTS, host.hour(3), range(100, 180), 40_000)
    now = host.clock.now()
    later = Hour(host.hour(-1).start).end
    host.journal.take_lease(Lease("clip", "capture1", host.hour(3).span, later))
    assert is_below(measure_disk(disk.path), FLOOR_PERCENT + 5)

    with (disk.path / "somebody else's").open("wb") as other:
        other.write(b"x" * 1_000_000)
    report = host.cleaner.run_cycle()

    assert report.departed == [] and now < later
    (stuck,) = report.alarms
    assert stuck.code == alarm.DISK_STUCK
    assert "a clip is being made of it" in stuck.sentence and "it is being recorded" in stuck.sentence
    host.journal.end_lease("clip")
    assert [one.stored.hour for one in host.cleaner.run_cycle().departed] == [host.hour(3)]


def test_a_read_only_disk_loses_nothing_and_refuses_recording(tmp_path: Path, disk: SmallDisk) -> None:
    host = make_host(tmp_path, disk)
    fill(host)
    before = hours_on_disk(host)
    disk.make_read_only()

    report = host.cleaner.run_cycle()
    host.emptier.empty()
    refusal = host.gate.may_record("capture1")

    assert report.departed == [] and [one.code for one in report.alarms] == [alarm.DISK_READ_ONLY]
    assert hours_on_disk(host) == before
    assert refusal is not None and refusal.code == "disk_missing" and "read-only" in refusal.sentence

    disk.make_writable()
    assert host.cleaner.run_cycle().departed != []


def test_where_the_oldest_hour_cannot_be_moved_no_younger_one_goes_in_its_place(
    tmp_path: Path, disk: SmallDisk
) -> None:
    host = make_host(tmp_path, disk)
    (hour, kind, device), *_ = fill(host)
    before = hours_on_disk(host)
    folder = host.stores[device].hour_folder(Kind(kind), hour)
    assert folder is not None
    with bound_in_place(folder):  # a mount point cannot be renamed
        report = host.cleaner.run_cycle()
        assert report.departed == [] and hours_on_disk(host) == before
        (failed,) = report.alarms
        assert failed.code == alarm.DELETION_FAILED and str(hour) in failed.sentence
    assert host.cleaner.run_cycle().departed[0].stored.hour == hour


def test_a_trash_that_is_no_folder_is_told_and_nothing_goes(tmp_path: Path, disk: SmallDisk) -> None:
    host = make_host(tmp_path, disk)
    fill(host)
    before = hours_on_disk(host)
    (disk.path / ".trash").rmdir()
    (disk.path / ".trash").write_bytes(b"")
    report = host.cleaner.run_cycle()
    assert report.departed == [] and hours_on_disk(host) == before
    assert [one.code for one in report.alarms] == [alarm.DELETION_FAILED]


def test_recording_pauses_at_the_reserve_and_goes_on_when_hours_have_left(
    tmp_path: Path, disk: SmallDisk
) -> None:
    host = make_host(tmp_path, disk)
    assert host.gate.may_record("capture1") is None
    fill(host)
    refusal = host.gate.may_record("capture1")
    assert refusal is not None and refusal.code == "disk_full" and "full" in refusal.sentence
    assert host.gate.may_record("capture2") == refusal
    host.cleaner.run_cycle()
    assert host.gate.may_record("capture1") is not None, "out of sight is not free yet"
    host.emptier.empty()
    assert host.gate.may_record("capture1") is None


def test_a_device_that_records_on_and_on_keeps_its_newest_hours(tmp_path: Path, disk: SmallDisk) -> None:
    """The whole loop at speed: three times the disk is recorded, with the emptier on its thread."""
    host = make_host(tmp_path, disk, is_synchronised=lambda: True)
    store = host.stores["capture1"]
    stop = threading.Event()
    thread = threading.Thread(target=host.emptier.run, args=(stop,))
    thread.start()
    recorded: list[Hour] = []
    try:
        for position in range(60):
            host.clock.offset_s += 3600
            hour = host.hour(0)
            deadline = time.monotonic() + 10
            while host.gate.may_record("capture1") is not None:
                assert time.monotonic() < deadline, "recording never goes on"
                host.cleaner.run_cycle()
                time.sleep(0.01)
            record_hour(store, Kind.SEGMENTS, hour, range(position * 10 + 1, position * 10 + 11), 40_000)
            recorded.append(hour)
            host.cleaner.run_cycle()
    finally:
        stop.set()
        host.emptier.wake()
        thread.join(10)
    host.emptier.empty()
    left = store.hours(Kind.SEGMENTS)
    assert left == recorded[-len(left) :] and len(left) >= 12
    receipts = host.journal.receipts("capture1")
    assert [one.hour for one in receipts] == [str(hour) for hour in recorded[: -len(left)]]
