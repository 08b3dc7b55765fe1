"""Recording goes only to the disk that it always went to: a real disk is taken away and put back."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from host_agent.retention import alarm
from host_agent.retention.refusal import DISK_MISSING, MISCONFIGURED
from host_agent.ring.layout import ROOT_IDENTITY_NAME, Kind
from tests.support.clean_host import CleanHost, record_hour
from tests.support.small_disk import SmallDisk, small_disk


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", "size=8m") as mounted:
        yield mounted


def make_host(tmp_path: Path, root: Path) -> CleanHost:
    return CleanHost(tmp_path / "state", {"capture1": root})


def test_nothing_is_recorded_into_the_empty_mount_point(tmp_path: Path, disk: SmallDisk) -> None:
    host = make_host(tmp_path, disk.path)
    host.start()
    record_hour(host.stores["capture1"], Kind.SEGMENTS, host.hour(30), range(1, 4))
    assert host.gate.may_record("capture1") is None

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    subprocess.run(["mount", "--bind", str(disk.path), str(elsewhere)], check=True)
    disk.unmount()
    try:
        refusal = host.gate.may_record("capture1")
        assert refusal is not None and refusal.code == DISK_MISSING and "not mounted" in refusal.sentence
        report = host.cleaner.run_cycle()
        host.emptier.empty()
        assert report.departed == [] and [one.code for one in report.alarms] == [alarm.DISK_MISSING]
        assert os.listdir(disk.path) == [], "nothing was written into the mount point"

        after_restart = make_host(tmp_path, disk.path)
        again = after_restart.gate.may_record("capture1")
        assert again is not None and again.code == DISK_MISSING
        assert os.listdir(disk.path) == []

        subprocess.run(["mount", "--bind", str(elsewhere), str(disk.path)], check=True)
        disk.is_mounted = True
        assert host.gate.may_record("capture1") is None
        assert after_restart.gate.may_record("capture1") is None
        assert len(host.cleaner.run_cycle().departed) == 1
    finally:
        subprocess.run(["umount", "-l", str(elsewhere)], check=True)


def test_another_disk_in_its_place_is_refused_until_an_operator_says_that_it_is_meant(
    tmp_path: Path, disk: SmallDisk
) -> None:
    host = make_host(tmp_path, disk.path)
    host.start()
    disk.unmount()
    disk.mount()
    (disk.path / ROOT_IDENTITY_NAME).write_text(json.dumps({"id": "of another host"}))
    refusal = host.gate.may_record("capture1")
    assert refusal is not None and refusal.code == DISK_MISSING and "Another disk" in refusal.sentence

    (disk.path / ROOT_IDENTITY_NAME).write_text("")  # as the sentence says
    assert f"truncate -s 0 {disk.path / ROOT_IDENTITY_NAME}" in refusal.sentence
    host.start()
    assert host.gate.may_record("capture1") is None
    assert make_host(tmp_path, disk.path).gate.may_record("capture1") is None


def test_the_first_use_of_a_root_makes_it_and_its_identity(tmp_path: Path) -> None:
    root = tmp_path / "not" / "there" / "yet"
    host = make_host(tmp_path, root)
    assert host.roots.problem(root) is None, "nothing is known against it"
    assert not root.exists()
    assert host.gate.may_record("capture1") is None
    identity = (root / ROOT_IDENTITY_NAME).read_text()
    assert make_host(tmp_path, root).gate.may_record("capture1") is None
    assert (root / ROOT_IDENTITY_NAME).read_text() == identity


def test_recorders_that_start_side_by_side_claim_one_identity(tmp_path: Path) -> None:
    for attempt in range(4):
        root = tmp_path / str(attempt)
        host = make_host(tmp_path, root)
        start = threading.Barrier(8)

        def ask(host: CleanHost = host, start: threading.Barrier = start) -> object:
            start.wait()
            return host.gate.may_record("capture1")

        with ThreadPoolExecutor(8) as recorders:
            refusals = [asked.result() for asked in [recorders.submit(ask) for _ in range(8)]]
        assert refusals == [None] * 8
        assert host.gate.may_record("capture1") is None
        assert make_host(tmp_path, root).gate.may_record("capture1") is None


def test_a_device_that_was_just_taken_away_is_refused(tmp_path: Path) -> None:
    host = make_host(tmp_path, tmp_path / "footage")
    del host.stores["capture1"]
    refusal = host.gate.may_record("capture1")
    assert refusal is not None and refusal.code == "unassigned"


def test_a_host_that_lost_its_journal_adopts_the_disk_that_it_finds(tmp_path: Path) -> None:
    root = tmp_path / "footage"
    make_host(tmp_path, root).start()
    identity = (root / ROOT_IDENTITY_NAME).read_text()
    fresh = CleanHost(tmp_path / "another state", {"capture1": root})
    assert fresh.gate.may_record("capture1") is None
    assert (root / ROOT_IDENTITY_NAME).read_text() == identity


@pytest.mark.parametrize(
    ("place", "names"), [("footage", "footage"), ("footage/capture1/segments", "segments")]
)
def test_a_file_where_a_folder_should_be_is_named(tmp_path: Path, place: str, names: str) -> None:
    blocked = tmp_path / place
    host = make_host(tmp_path, tmp_path / "footage")
    if place != "footage":
        assert host.gate.root_refusal(tmp_path / "footage") is None
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.write_text("in the way")
    refusal = host.gate.may_record("capture1")
    assert refusal is not None and refusal.code == MISCONFIGURED
    assert str(blocked) in refusal.sentence and names in refusal.sentence


AS_ANOTHER_USER = """
import os, sys
from pathlib import Path
from tests.support.clean_host import CleanHost

folder, unwritable = Path(sys.argv[1]), sys.argv[2]
host = CleanHost(folder / "state", {"capture1": folder / "footage"})
host.start()
for path in folder.rglob("*"):
    os.chown(path, 65534, 65534)
(folder / "footage/capture1" / unwritable).chmod(0o555)
os.setgid(65534)
os.setuid(65534)
print(host.gate.may_record("capture1"))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user")
@pytest.mark.parametrize(("folder", "is_refused"), [("segments", True), ("captures", False)])
def test_only_a_segments_folder_that_cannot_be_written_stops_recording(folder: str, is_refused: bool) -> None:
    # Not below pytest's own folder, which only root may enter.
    with TemporaryDirectory() as base:
        os.chown(base, 65534, 65534)
        done = subprocess.run(
            [sys.executable, "-c", AS_ANOTHER_USER, base, folder],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    told = done.stdout.strip()
    if is_refused:
        assert MISCONFIGURED in told and "segments cannot be written to" in told
    else:
        assert told == "None"
