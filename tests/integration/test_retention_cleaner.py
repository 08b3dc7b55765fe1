"""The cleaner on real folders with a real journal: what goes, what stays, what is told."""

import os
import sqlite3
import threading
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from host_agent.journal.facts import Lease
from host_agent.retention import alarm
from host_agent.retention.plan import EXPIRED
from host_agent.ring.layout import DeviceFolders, Hour, Kind, RingFile
from host_agent.ring.store import RingStore
from host_agent.ring.trash import trash_is_empty
from host_agent.settings import RetentionSettings
from shared.spans import Span, utc_ms
from tests.support.clean_host import CleanHost, record_hour


def make_host(tmp_path: Path, **options: object) -> CleanHost:
    host = CleanHost(tmp_path / "state", {"capture1": tmp_path / "footage"}, **options)  # type: ignore[arg-type]
    host.start()
    return host


def codes(alarms: list[alarm.Alarm]) -> list[str]:
    return [one.code for one in alarms]


def test_what_has_expired_goes_with_a_receipt_and_the_rest_stays(tmp_path: Path) -> None:
    host = make_host(tmp_path)
    store = host.stores["capture1"]
    for position, ago in enumerate((30, 26, 25, 24, 1, 0)):
        record_hour(store, Kind.SEGMENTS, host.hour(ago), range(position * 10 + 1, position * 10 + 4))
        record_hour(store, Kind.CAPTURES, host.hour(ago), range(position * 10 + 1, position * 10 + 3))

    report = host.cleaner.run_cycle()
    host.emptier.empty()

    assert store.hours(Kind.SEGMENTS) == [host.hour(24), host.hour(1), host.hour(0)]
    assert store.hours(Kind.CAPTURES) == [host.hour(1), host.hour(0)]
    assert [receipt.hour for receipt in host.journal.receipts("capture1", "segments")] == [
        str(host.hour(ago)) for ago in (30, 26, 25)
    ]
    receipts = host.journal.receipts("capture1", "captures")
    assert [(receipt.hour, receipt.files, receipt.reason) for receipt in receipts] == [
        (str(host.hour(ago)), 2, EXPIRED) for ago in (30, 26, 25, 24)
    ]
    assert all(receipt.size_bytes >= 2000 for receipt in receipts)
    assert len(report.departed) == 7 and report.alarms == []
    assert trash_is_empty(store.folders.root)
    assert host.cleaner.run_cycle().departed == []


def test_torn_files_are_kept_as_long_as_segments(tmp_path: Path) -> None:
    host = make_host(tmp_path)
    store = host.stores["capture1"]
    for ago in (24, 25):
        torn = store.folders.segment_staging / f"{ago:09d}.ts"
        torn.write_bytes(b"torn")
        store.set_aside(torn, host.hour(ago))
    host.cleaner.run_cycle()
    host.emptier.empty()
    assert store.aside_hours() == [host.hour(24)]
    (receipt,) = host.journal.receipts("capture1")
    assert (receipt.kind, receipt.hour, receipt.files, receipt.size_bytes) == (
        "aside",
        str(host.hour(25)),
        1,
        4,
    )


def test_a_device_may_keep_its_footage_longer_than_the_others(tmp_path: Path) -> None:
    host = make_host(tmp_path)
    record_hour(host.stores["capture1"], Kind.SEGMENTS, host.hour(40), range(1, 3))
    device = host.settings.device[0]
    longer = device.model_copy(update={"retention": device.retention.model_copy(update={"segments": 48})})
    host.cleaner.reload(host.settings.model_copy(update={"device": (longer,)}))
    assert host.cleaner.run_cycle().departed == []
    host.cleaner.reload(host.settings)
    assert len(host.cleaner.run_cycle().departed) == 1


def test_an_hour_with_a_clips_lease_stays_until_the_clip_is_made(tmp_path: Path) -> None:
    host = make_host(tmp_path)
    store = host.stores["capture1"]
    record_hour(store, Kind.SEGMENTS, host.hour(30), range(1, 3))
    now = host.clock.now()
    begin = host.hour(30).start
    host.journal.take_lease(
        Lease("clip", "capture1", Span(begin, begin + timedelta(minutes=1)), now + timedelta(hours=1))
    )
    assert host.cleaner.run_cycle().departed == []
    host.journal.end_lease("clip")
    assert [departure.stored.hour for departure in host.cleaner.run_cycle().departed] == [host.hour(30)]


def test_the_hour_of_files_that_are_still_hot_stays(tmp_path: Path) -> None:
    host = make_host(tmp_path)
    store = host.stores["capture1"]
    old = host.hour(30)
    record_hour(store, Kind.SEGMENTS, old, range(1, 3))
    staged = store.folders.staging / "late.ts"
    staged.write_bytes(b"x")
    store.publish(staged, RingFile(Kind.SEGMENTS, 3), utc_ms(old.start) + 5000)
    assert host.cleaner.run_cycle().departed == []
    store.archive(Kind.SEGMENTS, old, [RingFile(Kind.SEGMENTS, 3)])
    assert len(host.cleaner.run_cycle().departed) == 1


def test_files_of_others_stay_where_they_are_and_are_told_of(tmp_path: Path) -> None:
    host = make_host(tmp_path)
    folder = record_hour(host.stores["capture1"], Kind.SEGMENTS, host.hour(30), range(1, 3))
    (folder / "notes.txt").write_text("mine")
    (host.stores["capture1"].trash / "holiday.jpg").write_text("mine too")

    host.cleaner.run_cycle()
    host.emptier.empty()

    assert (folder / "notes.txt").read_text() == "mine"
    assert (host.stores["capture1"].trash / "holiday.jpg").read_text() == "mine too"
    told = host.cleaner.run_cycle().alarms
    assert codes(told) == [alarm.FOREIGN_FILES, alarm.FOREIGN_FILES]
    assert any("notes.txt" in one.sentence and one.device == "capture1" for one in told)
    host.emptier.empty()
    assert len(host.cleaner.run_cycle().alarms) == 2, "told once, not in every cycle"


def test_a_device_that_was_taken_away_keeps_its_footage_until_retention_ends_it(tmp_path: Path) -> None:
    host = make_host(tmp_path, retention=RetentionSettings(segments=48))
    root = host.settings.agent.root
    gone = RingStore(DeviceFolders(root, "garden"), host.clock)
    stranger = RingStore(DeviceFolders(root, "not-mine"), host.clock)
    for store in (gone, stranger):
        store.prepare()
        record_hour(store, Kind.SEGMENTS, host.hour(60), range(1, 3))
        record_hour(store, Kind.SEGMENTS, host.hour(40), range(3, 5))
    host.journal.reserve_numbers("garden", "segments", 100)
    (root / "lost+found").mkdir()

    host.cleaner.run_cycle()
    host.emptier.empty()

    assert gone.hours(Kind.SEGMENTS) == [host.hour(40)]
    assert [receipt.hour for receipt in host.journal.receipts("garden")] == [str(host.hour(60))]
    assert len(stranger.hours(Kind.SEGMENTS)) == 2, "another agent's, or a person's: not ours to delete"


def test_a_root_that_no_device_uses_any_more_is_still_cleaned(tmp_path: Path) -> None:
    old_root = tmp_path / "old disk"
    before = CleanHost(tmp_path / "state", {"capture1": old_root})
    before.start()
    before.journal.reserve_numbers("capture1", "segments", 100)
    record_hour(before.stores["capture1"], Kind.SEGMENTS, before.hour(30), range(1, 3))

    now = CleanHost(tmp_path / "state", {"capture1": tmp_path / "new disk"})
    now.start()
    now.cleaner.run_cycle()
    now.emptier.empty()

    assert before.stores["capture1"].hours(Kind.SEGMENTS) == []
    assert len(now.journal.receipts("capture1")) == 1
    assert trash_is_empty(old_root)


def test_an_hour_that_cannot_be_moved_is_an_alarm_and_the_others_go(tmp_path: Path) -> None:
    host = make_host(tmp_path)
    store = host.stores["capture1"]
    record_hour(store, Kind.SEGMENTS, host.hour(30), range(1, 3))
    store.trash.rmdir()
    store.trash.write_text("a file where the trash should be")
    report = host.cleaner.run_cycle()
    assert codes(report.alarms)[0] == alarm.DELETION_FAILED
    assert store.hours(Kind.SEGMENTS) == [host.hour(30)]
    store.trash.unlink()
    assert len(host.cleaner.run_cycle().departed) == 1


def test_without_its_journal_the_cleaner_deletes_nothing(tmp_path: Path) -> None:
    host = make_host(tmp_path)
    store = host.stores["capture1"]
    record_hour(store, Kind.SEGMENTS, host.hour(30), range(1, 3))
    host.journal.close()
    journal = tmp_path / "state" / "journal.sqlite"
    for name in os.listdir(journal.parent):
        (journal.parent / name).unlink()
    journal.write_bytes(b"this is no database, and long enough to be recognised as none" * 100)
    report = host.cleaner.run_cycle()
    assert report.clock is None and report.departed == []
    assert alarm.JOURNAL_FAILED in codes(report.alarms)
    assert store.hours(Kind.SEGMENTS) == [host.hour(30)]


def test_a_receipt_that_cannot_be_written_is_written_later_and_once(tmp_path: Path) -> None:
    host = make_host(tmp_path)
    store = host.stores["capture1"]
    record_hour(store, Kind.SEGMENTS, host.hour(30), range(1, 6))
    host.cleaner.run_cycle()
    with closing(sqlite3.connect(tmp_path / "state" / "journal.sqlite")) as db:
        db.execute("ALTER TABLE receipts RENAME TO lost")
    host.emptier.empty()
    assert alarm.JOURNAL_FAILED in codes(host.emptier.alarms())
    (folder,) = store.trash.iterdir()
    assert os.listdir(folder) == [], "a full disk may be why the journal fails: the bytes go all the same"

    with closing(sqlite3.connect(tmp_path / "state" / "journal.sqlite")) as db:
        db.execute("ALTER TABLE lost RENAME TO receipts")
    host.emptier.empty()
    host.emptier.empty()

    (receipt,) = host.journal.receipts("capture1")
    assert (receipt.files, receipt.hour) == (5, str(host.hour(30)))
    assert trash_is_empty(store.folders.root) and host.emptier.alarms() == []


def test_the_trash_is_emptied_in_the_background_and_the_thread_ends_when_told(tmp_path: Path) -> None:
    host = make_host(tmp_path)
    store = host.stores["capture1"]
    stop = threading.Event()
    thread = threading.Thread(target=host.emptier.run, args=(stop,))
    thread.start()
    try:
        for ago in (30, 29, 28):
            record_hour(store, Kind.SEGMENTS, host.hour(ago), range(ago * 1000, ago * 1000 + 700), 10)
            host.cleaner.run_cycle()
        deadline = time.monotonic() + 20
        while not trash_is_empty(store.folders.root):
            assert time.monotonic() < deadline, "the trash is not emptied"
            time.sleep(0.02)
    finally:
        stop.set()
        host.emptier.wake()
        thread.join(10)
    assert not thread.is_alive()
    assert [receipt.files for receipt in host.journal.receipts("capture1")] == [700] * 3


def test_the_journal_goes_with_the_footage_that_it_explains(tmp_path: Path) -> None:
    host = make_host(tmp_path)
    host.clock.offset_s -= 100 * 3600
    host.journal.note("state_changed", "stalled", "long ago", device="capture1")
    host.journal.note("state_changed", "live", "long ago", device="capture1")
    host.clock.offset_s += 100 * 3600
    host.cleaner.run_cycle()
    everything = Span(host.clock.now() - timedelta(days=30), host.clock.now())
    assert [fact.code for fact in host.journal.facts(everything, "capture1")] == ["live"]


@pytest.mark.parametrize("ago", [0, 1])
def test_footage_that_is_dated_in_the_future_is_kept_and_told_of(tmp_path: Path, ago: int) -> None:
    host = CleanHost(tmp_path / "state", {"capture1": tmp_path / "footage"}, is_synchronised=lambda: True)
    host.start()
    store = host.stores["capture1"]
    ahead = Hour(host.hour(ago).start + timedelta(days=365))
    record_hour(store, Kind.SEGMENTS, ahead, range(1, 3))
    report = host.cleaner.run_cycle()
    assert report.clock is not None and not report.clock.is_suspect
    assert codes(report.alarms) == [alarm.FUTURE_FOOTAGE]
    assert store.hours(Kind.SEGMENTS) == [ahead]
