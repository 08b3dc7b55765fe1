"""How much room there is, and what removing something gives back."""

import os
from pathlib import Path

from host_agent.retention.disk_space import DiskSpace, Room, measure_disk, room_in_trash, room_of


def test_a_disk_is_measured_as_df_measures_it(tmp_path: Path) -> None:
    status = os.statvfs(tmp_path)
    space = measure_disk(tmp_path)
    assert space.file_system == tmp_path.stat().st_dev
    assert not space.read_only
    assert 0 <= space.free.size_bytes <= space.total.size_bytes <= status.f_blocks * status.f_frsize
    assert 0 <= space.free_percent <= 100


def test_the_scarcer_of_bytes_and_inodes_counts() -> None:
    assert DiskSpace(1, Room(10, 500), Room(1000, 1000), False).free_percent == 1.0
    assert DiskSpace(1, Room(10, 500), Room(1000, 1000), False).scarce == "bytes"
    assert DiskSpace(1, Room(900, 20), Room(1000, 1000), False).free_percent == 2.0
    assert DiskSpace(1, Room(900, 20), Room(1000, 1000), False).scarce == "inodes"
    assert DiskSpace(1, Room(900, 0), Room(1000, 0), False).free_percent == 90.0


def test_a_file_with_another_name_elsewhere_frees_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "hour"
    folder.mkdir()
    (folder / "a").write_bytes(b"x" * 8192)
    alone = room_of(folder)
    (folder / "b").write_bytes(b"x" * 8192)
    (tmp_path / "elsewhere").hardlink_to(folder / "b")
    assert room_of(folder) == alone
    assert alone.size_bytes >= 8192 and alone.inodes == 2


def test_the_room_in_the_trash_is_that_of_all_its_folders(tmp_path: Path) -> None:
    assert room_in_trash(tmp_path) == Room()
    assert room_of(tmp_path / "gone") == Room()
    for name in ("one", "two"):
        (tmp_path / ".trash" / name).mkdir(parents=True)
        (tmp_path / ".trash" / name / "file").write_bytes(b"x" * 4096)
    room = room_in_trash(tmp_path)
    assert room == room_of(tmp_path / ".trash" / "one") + room_of(tmp_path / ".trash" / "two")
    assert room.inodes == 4
