"""How hours leave: out of sight with one rename, counted, spared what is not ours, then freed."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_agent.ring.layout import DeviceFolders, Hour, Kind, RingFile
from host_agent.ring.segment_times import SegmentTime
from host_agent.ring.store import RingStore
from host_agent.ring.trash import Trash, trash_is_empty
from host_agent.ring.trash_name import Origin, TrashName, parse_trash_name
from shared.clock import SystemClock
from shared.spans import utc_ms

HOUR = Hour.parse("2026-11-20T14")
NEXT_DAY = Hour.parse("2026-11-21T14")
AT = datetime(2026, 11, 21, 15, 0, 7, tzinfo=UTC)


def make_store(root: Path, operations: list[str] | None = None) -> RingStore:
    store = RingStore(
        DeviceFolders(root, "capture1"),
        SystemClock(),
        operations.append if operations is not None else lambda _name: None,
    )
    store.prepare()
    return store


def record(store: RingStore, hour: Hour, numbers: range, kind: Kind = Kind.SEGMENTS) -> Path:
    """Put files of `hour` into its folder, as capture and archiver do."""
    for number in numbers:
        file = RingFile(kind, number)
        staged = store.folders.staging / file.name
        staged.write_bytes(b"x" * 100)
        if kind is Kind.SEGMENTS:
            store.append_time(SegmentTime(number, utc_ms(hour.start) + number, 1000, number * 90_000, 1))
        store.publish(staged, file, utc_ms(hour.start) + number)
        store.archive(kind, hour, [file])
    folder = store.hour_folder(kind, hour)
    assert folder is not None
    return folder


def empty(trash: Trash) -> None:
    for name in trash.names():
        counted = trash.settle(name).name
        while not trash.free(counted, stop_after_files=3):
            pass
        trash.forget(counted)


def test_an_hour_of_the_ring_leaves_with_one_rename_and_a_fresh_folder_takes_its_place(
    tmp_path: Path,
) -> None:
    operations: list[str] = []
    store = make_store(tmp_path, operations)
    folder = record(store, HOUR, range(1, 6))
    operations.clear()

    name = store.trash_hour(Kind.SEGMENTS, HOUR, reason="expired", at=AT)

    assert operations == ["trash", "fresh"]
    assert folder.is_dir() and os.listdir(folder) == []
    assert store.hours(Kind.SEGMENTS) == []
    assert name is not None
    assert (name.device, name.kind, name.hour, name.reason, name.at, name.origin) == (
        "capture1",
        "segments",
        HOUR,
        "expired",
        AT,
        Origin.RING,
    )


def test_an_hour_of_the_vault_leaves_nothing_behind(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    record(store, HOUR, range(1, 4))
    record(store, NEXT_DAY, range(4, 6))
    assert store.hour_folder(Kind.SEGMENTS, HOUR) == store.folders.vault(Kind.SEGMENTS, HOUR)

    name = store.trash_hour(Kind.SEGMENTS, HOUR, reason="expired", at=AT)

    assert name is not None and name.origin is Origin.VAULT
    assert not (store.folders.base / "vault").exists()
    assert store.hours(Kind.SEGMENTS) == [NEXT_DAY]


def test_an_hour_that_is_not_there_leaves_nothing(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    assert store.trash_hour(Kind.SEGMENTS, HOUR, reason="expired", at=AT) is None
    assert store.trash_aside(HOUR, reason="expired", at=AT) is None
    assert trash_is_empty(tmp_path)


def test_settling_counts_footage_as_files_and_everything_of_ours_in_bytes(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    folder = record(store, HOUR, range(1, 6))
    (folder / "archive.m3u8").write_bytes(b"y" * 50)
    derived = sum((folder / name).stat().st_size for name in ("times.csv", ".hour.json"))
    store.trash_hour(Kind.SEGMENTS, HOUR, reason="expired", at=AT)
    trash = Trash(tmp_path)

    (name,) = trash.names()
    settled = trash.settle(name)

    assert (settled.name.files, settled.name.size_bytes) == (5, 550 + derived)
    assert settled.name.deletion_id == name.deletion_id
    assert trash.names() == [settled.name]
    assert trash.settle(settled.name) == settled, "settling again changes nothing"


def test_freeing_is_bounded_and_forgetting_leaves_the_trash_empty(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    record(store, HOUR, range(1, 6))
    store.trash_hour(Kind.SEGMENTS, HOUR, reason="expired", at=AT)
    trash = Trash(tmp_path)
    name = trash.settle(trash.names()[0]).name
    before = len(os.listdir(store.trash / name.text))

    assert trash.free(name, stop_after_files=3) is False
    assert len(os.listdir(store.trash / name.text)) == before - 3
    assert trash.free(name, stop_after_files=100) is True
    assert not trash_is_empty(tmp_path), "the folder stays until its receipt is written"
    assert trash.forget(name) is True
    assert trash_is_empty(tmp_path)


FOREIGN = ["notes.txt", "segment_1.ts", "segment_000000001.ts.bak", ".hidden", "archive.m3u8.old"]


@pytest.mark.parametrize("lapped", [False, True])
def test_files_that_are_not_ours_are_back_in_their_place(tmp_path: Path, lapped: bool) -> None:
    store = make_store(tmp_path)
    folder = record(store, HOUR, range(1, 3))
    for name in FOREIGN:
        (folder / name).write_text(name)
    (folder / "a folder").mkdir()
    (folder / "a folder" / "segment_000000009.ts").write_text("inside")
    (folder / "segment_000000077.ts").symlink_to("/etc/passwd")
    (folder / "capture_000000078.jpg").mkdir()
    if lapped:
        folder = store.folders.vault(Kind.SEGMENTS, HOUR)
        record(store, NEXT_DAY, range(3, 4))
    store.trash_hour(Kind.SEGMENTS, HOUR, reason="expired", at=AT)
    trash = Trash(tmp_path)

    settled = trash.settle(trash.names()[0])

    assert sorted(settled.spared) == sorted(
        [*FOREIGN, "a folder", "segment_000000077.ts", "capture_000000078.jpg"]
    )
    assert settled.name.files == 2
    empty(trash)
    assert {name: (folder / name).read_text() for name in FOREIGN} == {name: name for name in FOREIGN}
    assert (folder / "a folder" / "segment_000000009.ts").read_text() == "inside"
    assert (folder / "segment_000000077.ts").is_symlink()
    assert trash_is_empty(tmp_path)
    assert HOUR not in store.hours(Kind.SEGMENTS), "what is left is no hour of footage"


def test_a_spared_file_whose_name_is_taken_meanwhile_keeps_both(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    folder = record(store, HOUR, range(1, 3))
    (folder / "notes.txt").write_text("old")
    store.trash_hour(Kind.SEGMENTS, HOUR, reason="expired", at=AT)
    (folder / "notes.txt").write_text("new")

    empty(Trash(tmp_path))

    assert sorted(path.read_text() for path in folder.iterdir()) == ["new", "old"]


def test_what_cannot_be_put_back_waits_in_the_trash_and_our_files_go(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    folder = record(store, HOUR, range(1, 3))
    (folder / "notes.txt").write_text("keep me")
    store.trash_hour(Kind.SEGMENTS, HOUR, reason="expired", at=AT)
    folder.rmdir()
    folder.write_text("a file where the folder was")
    trash = Trash(tmp_path)

    settled = trash.settle(trash.names()[0])
    assert settled.stuck == ["notes.txt"]
    assert trash.free(settled.name, stop_after_files=100) is True
    assert trash.forget(settled.name) is False
    assert os.listdir(store.trash / settled.name.text) == ["notes.txt"]

    folder.unlink()
    assert trash.forget(settled.name) is True
    assert (folder / "notes.txt").read_text() == "keep me"


def test_our_own_leftovers_of_a_kill_and_conflicts_go_too(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    folder = record(store, HOUR, range(1, 3))
    (folder / ".archive.m3u8.4711.0badcafe.part").write_text("half")
    (folder / "segment_000000001.conflict-1.ts").write_bytes(b"z" * 7)
    store.trash_hour(Kind.SEGMENTS, HOUR, reason="expired", at=AT)
    trash = Trash(tmp_path)

    settled = trash.settle(trash.names()[0])

    assert (settled.spared, settled.name.files) == ([], 3)
    empty(trash)
    assert trash_is_empty(tmp_path) and os.listdir(folder) == []


def test_torn_files_leave_as_footage_does(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    for staged in ("000000003.ts", "000000004.ts.tmp", "c_000012.jpg"):
        path = store.folders.segment_staging / "7" / staged
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"torn")
        store.set_aside(path, HOUR)
    stranger = store.folders.aside(HOUR) / "why.txt"
    stranger.write_text("a person's remark")
    assert store.aside_hours() == [HOUR]

    assert store.trash_aside(HOUR, reason="expired", at=AT) is not None
    trash = Trash(tmp_path)
    assert trash.settle(trash.names()[0]).name.files == 3
    empty(trash)

    assert stranger.read_text() == "a person's remark"
    assert store.aside_hours() == []


def test_what_was_put_into_the_trash_by_hand_is_left_alone(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    (store.trash / "holiday").mkdir()
    (store.trash / "holiday" / "picture.jpg").write_text("mine")
    trash = Trash(tmp_path)
    assert trash.names() == []
    assert trash.strangers() == ["holiday"]


def test_a_missing_place_is_made_again_once_the_hour_is_forgotten(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    folder = record(store, HOUR, range(1, 3))
    store.trash_hour(Kind.SEGMENTS, HOUR, reason="expired", at=AT)
    folder.rmdir()  # as after a kill between the two operations
    empty(Trash(tmp_path))
    assert folder.is_dir()


NAMES = st.builds(
    TrashName,
    device=st.from_regex(r"\A[a-z0-9][a-z0-9_-]{0,62}\Z"),
    kind=st.sampled_from(Kind).map(lambda kind: kind.value),
    hour=st.datetimes(datetime(1970, 1, 1), datetime(9000, 1, 1)).map(  # noqa: DTZ001
        lambda moment: Hour.of(moment.replace(tzinfo=UTC))
    ),
    reason=st.sampled_from(["expired", "disk_full", "quota"]),
    at_utc_ms=st.integers(-(10**12), 10**14),
    origin=st.sampled_from([Origin.RING, Origin.VAULT]),
    nonce=st.from_regex(r"\A[0-9a-f]{8}\Z"),
)


@given(NAMES, st.integers(0, 10**11), st.integers(0, 10**17))
def test_a_name_in_the_trash_says_what_was_put_into_it(name: TrashName, files: int, size_bytes: int) -> None:
    assert parse_trash_name(name.text) == name
    aside = replace(name, kind="aside", origin=Origin.ASIDE)
    assert parse_trash_name(aside.text) == aside
    assert parse_trash_name(name.counted(files, size_bytes).text) == name.counted(files, size_bytes)
    assert len(name.counted(files, size_bytes).text) < 255


@pytest.mark.parametrize(
    "text",
    [
        "",
        "holiday",
        "capture1.segments.2026-11-20T14.expired.1.ring",
        "capture1.films.2026-11-20T14.expired.1.ring.00000000",
        "capture1.segments.2026-13-20T14.expired.1.ring.00000000",
        "capture1.segments.2026-11-20T14.expired.1.attic.00000000",
        "capture1.aside.2026-11-20T14.expired.1.ring.00000000",
        "capture1.segments.2026-11-20T14.expired.1.aside.00000000",
        "../x.segments.2026-11-20T14.expired.1.ring.00000000",
        "capture1.segments.2026-11-20T14.expired.1.ring.00000000.5",
    ],
)
def test_other_names_are_no_deletions(text: str) -> None:
    assert parse_trash_name(text) is None


def test_the_name_in_the_trash_is_made_of_what_the_store_was_given(tmp_path: Path) -> None:
    store = RingStore(DeviceFolders(tmp_path, "capture1"), SystemClock(), new_nonce=lambda: "0123abcd")
    store.prepare()
    record(store, HOUR, range(1, 2))
    name = store.trash_hour(Kind.SEGMENTS, HOUR, reason="expired", at=AT)
    assert name is not None and name.text.endswith(f".{utc_ms(AT)}.ring.0123abcd")
