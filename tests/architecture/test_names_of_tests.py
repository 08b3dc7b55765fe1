"""Every process that runs tests finds the same ones, by the same names.

Where the name of a test holds what the clock says, or what hashing gives, processes that share the tests of
one run cannot agree on what there is to run, and the whole run ends there: but only when they start in two
different seconds. So here two look at once, a year apart.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
A_YEAR_S = 366 * 86_400
COLLECT = """
import datetime, sys, time
shift_s, seconds, nanoseconds, clock = int(sys.argv[1]), time.time, time.time_ns, datetime.datetime

class Clock(clock):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(time.time(), tz)

if shift_s:
    time.time = lambda: seconds() + shift_s
    time.time_ns = lambda: nanoseconds() + shift_s * 1_000_000_000
    datetime.datetime = Clock

import pytest
# Compiled modules remark that this clock is of another size than the one they were built with.
remark = "ignore:datetime.datetime size changed"
sys.exit(pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", "-W", remark, *sys.argv[2:]]))
"""


def test_the_names_of_tests_depend_on_no_clock_and_no_hash() -> None:
    now, later = names_found_by_two(ROOT / "tests")
    assert len(now) > 1000
    assert sorted(now ^ later) == []


@pytest.mark.parametrize("clock", ["time.time()", "time.time_ns()", "datetime.now().timestamp()"])
def test_a_name_that_holds_the_time_is_found(tmp_path: Path, clock: str) -> None:
    (tmp_path / "test_it.py").write_text(
        "import time, pytest\nfrom datetime import datetime\n"
        f"@pytest.mark.parametrize('day', [int({clock}) // 86_400])\ndef test_it(day): pass\n"
    )
    now, later = names_found_by_two(tmp_path)
    assert (len(now), len(later), len(now & later)) == (1, 1, 0)


def test_a_name_that_holds_a_hash_is_found(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import pytest\n@pytest.mark.parametrize('it', [hash('camera')])\ndef test_it(it): pass\n"
    )
    now, later = names_found_by_two(tmp_path)
    assert (len(now), len(later), len(now & later)) == (1, 1, 0)


def names_found_by_two(folder: Path) -> tuple[set[str], set[str]]:
    """The tests of `folder` as a process finds them now, and as one does in a year and with other hashes."""
    processes = [_collecting(folder, 0, "1"), _collecting(folder, A_YEAR_S, "2")]
    said = [process.communicate()[0] for process in processes]
    for process, output in zip(processes, said, strict=True):
        assert process.returncode == pytest.ExitCode.OK, output[-2000:]
    now, later = ({line for line in output.splitlines() if "::" in line} for output in said)
    return now, later


def _collecting(folder: Path, shift_s: int, hash_seed: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", COLLECT, str(shift_s), str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
