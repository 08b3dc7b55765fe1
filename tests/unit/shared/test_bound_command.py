"""What is started so ends with the one that started it, also where that one is gone before it begins."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from shared.bound_command import bound_command

PARENT = """
import os, subprocess, sys, time
sys.path.insert(0, sys.argv[1])
from shared.bound_command import bound_command
child = subprocess.Popen(bound_command(["sleep", "60"], os.getpid()), stdin=subprocess.DEVNULL)
print(child.pid, flush=True)
time.sleep(60)
"""


def is_sleeping(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() == b"sleep\x0060\x00"
    except OSError:
        return False


def wait_until(sleeping: bool, pid: int) -> None:
    deadline = time.monotonic() + 10
    while is_sleeping(pid) is not sleeping:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_the_command_takes_the_place_of_what_starts_it() -> None:
    done = subprocess.run(
        bound_command(["echo", "$0", "a b", "'"], os.getpid()), capture_output=True, text=True, check=True
    )
    assert done.stdout == "$0 a b '\n"


def test_its_exit_status_is_the_commands() -> None:
    assert subprocess.run(bound_command(["sh", "-c", "exit 3"], os.getpid()), check=False).returncode == 3


def test_nothing_is_started_where_the_parent_is_gone_already() -> None:
    done = subprocess.run(bound_command(["echo", "orphan"], 1), capture_output=True, check=False)
    assert (done.stdout, done.returncode) == (b"", 1)


def test_it_dies_with_a_parent_that_is_killed() -> None:
    root = str(Path(__file__).parents[3])
    parent = subprocess.Popen([sys.executable, "-c", PARENT, root], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    wait_until(True, pid)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    wait_until(False, pid)
