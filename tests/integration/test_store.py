"""The ring on a real disk: rooms made for hours, files moved and never overwritten, lines never lost."""

import fcntl
import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from host_agent.ring.layout import HOURS_A_DAY, DeviceFolders, Hour, Kind, RingFile
from host_agent.ring.segment_times import HEADER, SegmentTime, encode_line
from host_agent.ring.store import RingStore
from shared.spans import utc_ms
from tests.support.set_clock import SetClock

NOW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
DAY_1 = Hour.parse("2026-11-20T14")
DAY_2 = Hour.parse("2026-11-21T14")
DAY_3 = Hour.parse("2026-11-22T14")


def make_store(root: Path, operations: list[str] | None = None, clock: SetClock | None = None) -> RingStore:
    log = operations if operations is not None else []
    store = RingStore(DeviceFolders(root, "capture1"), clock or SetClock(NOW), log.append)
    store.prepare()
    return store


def segment(number: int, hour: Hour, second: float = 0.0, run: int = 1) -> SegmentTime:
    return SegmentTime(number, utc_ms(hour.start) + round(second * 1000), 1000, number * 90_000, run)


def put_hot(store: RingStore, time: SegmentTime, content: bytes = b"") -> Path:
    """Date, name and publish a segment, as capture does."""
    staged = store.folders.segment_staging / f"{time.number}.ts"
    staged.write_bytes(content or f"segment {time.number}".encode())
    store.append_time(time)
    return store.publish(staged, RingFile(Kind.SEGMENTS, time.number), time.begin_utc_ms)


def names(folder: Path) -> list[str]:
    return sorted(entry for entry in os.listdir(folder) if not entry.isdigit())


# -- preparing ---------------------------------------------------------------------------------------


def test_all_folders_exist_as_soon_as_a_device_is_known(tmp_path: Path) -> None:
    make_store(tmp_path)
    for kind in Kind:
        assert sorted(os.listdir(tmp_path / "capture1" / kind), key=int) == [
            str(number) for number in range(HOURS_A_DAY)
        ]
    assert (tmp_path / "capture1" / ".staging" / "segments").is_dir()


@pytest.mark.parametrize(
    "left",
    [[], [".hour.json"], [".hour.json", ".hour.json.4711.0badcafe.part"], [".hour.json.1.aaaaaaaa.part"]],
)
def test_a_fresh_folder_that_a_kill_left_half_made_is_repaired(tmp_path: Path, left: list[str]) -> None:
    store = make_store(tmp_path)
    cold = store.folders.cold(Kind.SEGMENTS, 14)
    cold.rename(cold.with_name(".fresh-14"))
    for name in left:
        (cold.with_name(".fresh-14") / name.replace(".hour.json.", "..hour.json.")).write_text("{")

    store.prepare()

    assert cold.is_dir() and os.listdir(cold) == []
    assert not cold.with_name(".fresh-14").exists()
    assert store.open_hour(Kind.SEGMENTS, DAY_2) == cold


def test_a_live_playlist_that_a_kill_left_half_written_is_cleared_away(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    half = store.folders.hot(Kind.SEGMENTS) / ".output.m3u8.4711.0badcafe.part"
    somebodys = store.folders.hot(Kind.SEGMENTS) / "remark.part"
    half.write_text("#EXTM3U\n")
    somebodys.write_text("mine")
    store.prepare()
    assert not half.exists() and somebodys.exists()


# -- rooms for hours ---------------------------------------------------------------------------------


def test_an_hour_gets_a_folder_with_a_stamp_that_says_its_date(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    folder = store.open_hour(Kind.SEGMENTS, DAY_2, target_duration_s=8)
    assert folder == tmp_path / "capture1" / "segments" / "14"
    assert json.loads((folder / ".hour.json").read_text()) == {
        "hour": "2026-11-21T14",
        "target_duration_s": 8,
    }
    assert store.open_hour(Kind.SEGMENTS, DAY_2, target_duration_s=20) == folder
    assert store.stamp(folder)["target_duration_s"] == 8  # fixed when the hour begins


def test_when_an_hour_comes_round_yesterdays_folder_goes_into_the_vault_as_a_whole(tmp_path: Path) -> None:
    operations: list[str] = []
    store = make_store(tmp_path, operations)
    put_hot(store, segment(1, DAY_1))
    store.archive(Kind.SEGMENTS, DAY_1, [RingFile(Kind.SEGMENTS, 1)])
    inode = store.folders.cold(Kind.SEGMENTS, 14).stat().st_ino
    operations.clear()

    folder = store.open_hour(Kind.SEGMENTS, DAY_2)

    assert operations == ["lap", "stamp", "fresh"]
    vault = tmp_path / "capture1" / "vault" / "2026-11-20" / "14" / "segments"
    assert vault.stat().st_ino == inode
    assert names(vault) == [".hour.json", "segment_000000001.ts", "times.csv"]
    assert names(folder) == [".hour.json"]
    assert store.hours(Kind.SEGMENTS) == [DAY_1, DAY_2]
    assert store.hour_folder(Kind.SEGMENTS, DAY_1) == vault
    assert store.segment_times(DAY_1) == [segment(1, DAY_1)]


def test_a_file_of_a_day_that_the_ring_has_passed_goes_into_the_vault(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    put_hot(store, segment(2, DAY_2))
    late = segment(3, DAY_1)  # the clock was set back a day
    put_hot(store, late)
    assert store.archive(Kind.SEGMENTS, DAY_1, [RingFile(Kind.SEGMENTS, 3)]).moved
    assert store.hour_files(Kind.SEGMENTS, DAY_1) == [RingFile(Kind.SEGMENTS, 3)]
    assert store.hour_folder(Kind.SEGMENTS, DAY_1) == store.folders.vault(Kind.SEGMENTS, DAY_1)
    assert store.ring_hour(Kind.SEGMENTS, 14) == DAY_2


def test_an_hour_that_lies_in_the_vault_goes_on_there_when_its_place_in_the_ring_becomes_free(
    tmp_path: Path,
) -> None:
    store = make_store(tmp_path)
    put_hot(store, segment(1, DAY_3))  # a wrong clock, a day ahead
    put_hot(store, segment(2, DAY_2))
    store.trash_hour(Kind.SEGMENTS, DAY_3, reason="expired", at=NOW)
    put_hot(store, segment(3, DAY_2))
    for number in (2, 3):
        store.archive(Kind.SEGMENTS, DAY_2, [RingFile(Kind.SEGMENTS, number)])

    assert store.segment_times(DAY_2) == [segment(2, DAY_2), segment(3, DAY_2)]
    assert [file.number for file in store.hour_files(Kind.SEGMENTS, DAY_2)] == [2, 3]


def test_a_folder_whose_stamp_was_lost_is_lapped_to_the_date_of_its_oldest_file(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    put_hot(store, segment(1, DAY_1))
    store.archive(Kind.SEGMENTS, DAY_1, [RingFile(Kind.SEGMENTS, 1)])
    (store.folders.cold(Kind.SEGMENTS, 14) / ".hour.json").unlink()
    store.open_hour(Kind.SEGMENTS, DAY_2)
    assert (store.folders.vault(Kind.SEGMENTS, DAY_1) / "segment_000000001.ts").exists()


def test_two_folders_of_one_hour_are_joined_and_summed_up_anew(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    put_hot(store, segment(2, DAY_1))
    store.archive(Kind.SEGMENTS, DAY_1, [RingFile(Kind.SEGMENTS, 2)])
    vault = store.folders.vault(Kind.SEGMENTS, DAY_1)
    vault.mkdir(parents=True)
    (vault / "segment_000000001.ts").write_text("earlier")
    (vault / "times.csv").write_text(HEADER + encode_line(segment(1, DAY_1)) + "17,12")
    (vault / ".hour.json").write_text('{"hour": "2026-11-20T14"}\n')
    (vault / "hour.json").write_text("{}")
    (store.folders.cold(Kind.SEGMENTS, 14) / "remark.txt").write_text("a person's")

    store.open_hour(Kind.SEGMENTS, DAY_2)

    assert names(vault) == [
        ".hour.json",
        "remark.txt",
        "segment_000000001.ts",
        "segment_000000002.ts",
        "times.csv",
    ]
    assert store.segment_times(DAY_1) == [segment(1, DAY_1), segment(2, DAY_1)]


def test_only_an_exclusive_holder_changes_an_hours_folder(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    descriptor = os.open(store.folders.lock, os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    waiting = threading.Thread(target=store.open_hour, args=(Kind.SEGMENTS, DAY_2))
    waiting.start()
    waiting.join(0.1)
    assert waiting.is_alive() and store.ring_hour(Kind.SEGMENTS, 14) is None
    os.close(descriptor)
    waiting.join(10)
    assert store.ring_hour(Kind.SEGMENTS, 14) == DAY_2


# -- files -------------------------------------------------------------------------------------------


def test_a_published_file_carries_its_true_begin_and_keeps_it(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    time = segment(1, DAY_2, 12.345)
    path = put_hot(store, time)
    assert path == tmp_path / "capture1" / "segments" / "segment_000000001.ts"
    assert path.stat().st_mtime_ns == time.begin_utc_ms * 1_000_000
    store.archive(Kind.SEGMENTS, DAY_2, [RingFile(Kind.SEGMENTS, 1)])
    moved = store.find(RingFile(Kind.SEGMENTS, 1))
    assert moved is not None and moved.stat().st_mtime_ns == time.begin_utc_ms * 1_000_000


def test_a_taken_number_is_not_overwritten(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    put_hot(store, segment(1, DAY_2), b"first")
    staged = store.folders.segment_staging / "again.ts"
    staged.write_bytes(b"second")
    with pytest.raises(FileExistsError):
        store.publish(staged, RingFile(Kind.SEGMENTS, 1), 0)
    assert (store.folders.hot(Kind.SEGMENTS) / "segment_000000001.ts").read_bytes() == b"first"
    assert staged.read_bytes() == b"second"
    named = staged.with_name("segment_000000001.ts")
    named.write_bytes(b"third")
    with pytest.raises(FileExistsError):
        store.name_in_staging(staged, RingFile(Kind.SEGMENTS, 1))
    assert (staged.read_bytes(), named.read_bytes()) == (b"second", b"third")


def test_a_name_that_exists_with_other_content_is_kept_beside_it_and_reported(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    for content in (b"one", b"two", b"three"):
        put_hot(store, segment(1, DAY_2), content)
        report = store.archive(Kind.SEGMENTS, DAY_2, [RingFile(Kind.SEGMENTS, 1)])
    assert report.conflicts == ["segment_000000001.conflict-2.ts"]
    folder = store.folders.cold(Kind.SEGMENTS, 14)
    assert [(folder / name).read_bytes() for name in names(folder) if name.startswith("segment_")] == [
        b"two",
        b"three",
        b"one",
    ]


def test_an_identical_copy_makes_the_newcomer_superfluous(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    for _ in range(2):
        put_hot(store, segment(1, DAY_2), b"same")
        report = store.archive(Kind.SEGMENTS, DAY_2, [RingFile(Kind.SEGMENTS, 1)])
    assert report.conflicts == [] and report.failed == []
    assert names(store.folders.hot(Kind.SEGMENTS)) == []


def test_what_cannot_be_moved_stays_and_is_reported_and_the_others_go_on(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    for number in (1, 3):
        put_hot(store, segment(number, DAY_2))
    files = [RingFile(Kind.SEGMENTS, number) for number in (1, 2, 3)]
    report = store.archive(Kind.SEGMENTS, DAY_2, files)
    assert report.moved == [files[0], files[2]]
    assert report.failed == [(files[1], "it vanished from the hot folder")]


def test_hot_files_are_by_number_and_other_files_are_none(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    for number in (100, 99, 1_000_000_000):
        put_hot(store, segment(number, DAY_2))
    hot = store.folders.hot(Kind.SEGMENTS)
    (hot / "capture_000000001.jpg").write_bytes(b"x")
    (hot / "segment_1.ts").write_bytes(b"x")
    assert [item.file.number for item in store.hot_files(Kind.SEGMENTS)] == [99, 100, 1_000_000_000]
    assert store.newest_hot(Kind.SEGMENTS) == hot / "segment_1000000000.ts"
    assert store.newest_hot(Kind.CAPTURES) is None


def test_a_file_is_found_wherever_it_has_gone(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    file = RingFile(Kind.SEGMENTS, 1)
    assert store.find(file) is None
    put_hot(store, segment(1, DAY_1))
    assert store.find(file, DAY_1) == store.folders.hot(Kind.SEGMENTS) / file.name
    store.archive(Kind.SEGMENTS, DAY_1, [file])
    assert store.find(file, DAY_1) == store.find(file) == store.folders.cold(Kind.SEGMENTS, 14) / file.name
    store.open_hour(Kind.SEGMENTS, DAY_2)
    assert (
        store.find(file, DAY_1) == store.find(file) == store.folders.vault(Kind.SEGMENTS, DAY_1) / file.name
    )


def test_torn_files_are_set_aside_under_names_that_do_not_collide(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    kept = []
    for content in (b"one", b"two", b"three"):
        run = store.folders.segment_staging / "7"
        run.mkdir(exist_ok=True)
        (run / "000000003.ts.tmp").write_bytes(content)
        kept.append(store.set_aside(run / "000000003.ts.tmp", DAY_2))
    assert [path.name for path in kept] == [
        "7-000000003.ts.tmp",
        "7-1-000000003.ts.tmp",
        "7-2-000000003.ts.tmp",
    ]
    assert [path.read_bytes() for path in kept] == [b"one", b"two", b"three"]
    assert store.aside_hours() == [DAY_2]


def test_the_highest_number_is_sought_everywhere(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    assert store.highest_number(Kind.SEGMENTS) == 0
    put_hot(store, segment(7, DAY_1))
    store.archive(Kind.SEGMENTS, DAY_1, [RingFile(Kind.SEGMENTS, 7)])
    assert store.highest_number(Kind.SEGMENTS) == 7
    store.open_hour(Kind.SEGMENTS, DAY_2)
    assert store.highest_number(Kind.SEGMENTS) == 7
    put_hot(store, segment(9, DAY_2))
    assert store.highest_number(Kind.SEGMENTS) == 9


def test_a_files_arrival_is_on_the_agents_clock(tmp_path: Path) -> None:
    class Ahead(SetClock):
        def offset_ns(self) -> int:
            return 3_600 * 10**9

    store = make_store(tmp_path, clock=Ahead(NOW))
    staged = store.folders.segment_staging / "0.ts"
    staged.write_bytes(b"x")
    assert store.arrival_utc_ms(staged) == (staged.stat().st_mtime_ns + 3_600 * 10**9) // 1_000_000


# -- segment times -----------------------------------------------------------------------------------


def test_lines_are_appended_behind_one_header(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    times = [segment(number, DAY_2, number) for number in (1, 2)]
    for time in times:
        store.append_time(time, target_duration_s=6)
    path = store.folders.cold(Kind.SEGMENTS, 14) / "times.csv"
    assert path.read_text() == HEADER + "".join(map(encode_line, times))
    assert store.segment_times(DAY_2) == times
    assert store.segment_times(DAY_1) == []


@pytest.mark.parametrize("cut", range(1, 29))
def test_a_torn_line_swallows_no_other_and_is_not_taken_for_a_whole_one(tmp_path: Path, cut: int) -> None:
    store = make_store(tmp_path)
    first, torn, after = (segment(number, DAY_2, number, run=1234) for number in (1, 2, 3))
    store.append_time(first)
    path = store.folders.cold(Kind.SEGMENTS, 14) / "times.csv"
    with path.open("a") as file:
        file.write(encode_line(torn)[:-cut])
    store.append_time(after)
    assert store.segment_times(DAY_2) == [first, after]


def test_a_list_is_followed_while_it_grows(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    store.append_time(segment(1, DAY_2))
    first, offset = store.segment_times_behind(DAY_2, 0)
    assert first == [segment(1, DAY_2)]
    path = store.folders.cold(Kind.SEGMENTS, 14) / "times.csv"
    with path.open("a") as file:
        file.write(encode_line(segment(2, DAY_2))[:-3])
    assert store.segment_times_behind(DAY_2, offset) == ([], offset)
    with path.open("a") as file:
        file.write(encode_line(segment(2, DAY_2))[-3:])
    assert store.segment_times_behind(DAY_2, offset)[0] == [segment(2, DAY_2)]
    assert len(store.segment_times_behind(DAY_2, 10**6)[0]) == 2  # another list: from its beginning


def test_rows_are_of_files_that_are_there_hot_or_cold(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    for number in (1, 2, 3):
        put_hot(store, segment(number, DAY_2, number))
    store.archive(Kind.SEGMENTS, DAY_2, [RingFile(Kind.SEGMENTS, 1)])
    (store.folders.hot(Kind.SEGMENTS) / "segment_000000002.ts").unlink()
    assert [row[0] for row in store.segment_rows(DAY_2)] == [1, 3]
