"""A benchmark's figures come out as they went in: in the table, and in the file beside older ones."""

import json
from pathlib import Path

import pytest

from tests.benchmarks.figure import Outcome, Target, quantile
from tests.benchmarks.process_cpu import ProcessCpu, family, parse_stat, total_s
from tests.benchmarks.publish_delay import Published, delays_s
from tests.benchmarks.results_file import entry, read_results, write_result
from tests.benchmarks.table import number, table_text


def outcome() -> Outcome:
    found = Outcome(notes=["quietly"])
    found.add("ratio to a peer", "ratio", [0.31, 0.29, 0.35], Target(at_most=0.3))
    found.add("rate", "files/s", [41_000.0], Target(at_least=40_000))
    found.add("for information", "ms", [3.14159])
    found.add("what could not be measured", "ms", [])
    return found


def test_the_table_has_a_line_for_each_figure_and_says_which_targets_are_missed() -> None:
    lines = table_text([("cpu", outcome())]).splitlines()
    assert [line.split() for line in lines[2:5]] == [
        ["cpu", "ratio", "to", "a", "peer", "0.31", "(0.29–0.35)", "ratio", "≤", "0.3", "MISSED"],
        ["rate", "41,000", "files/s", "≥", "40000", "met"],
        ["for", "information", "3.14", "ms"],
    ]
    assert lines[-1] == "cpu: quietly"


@pytest.mark.parametrize(
    ("value", "shown"), [(0.0, "0"), (12.0, "12"), (0.04567, "0.0457"), (1234.5, "1,234")]
)
def test_numbers_are_short(value: float, shown: str) -> None:
    assert number(value) == shown


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.0, 1)])
def test_a_quantile_is_a_value_that_was_measured(share: float, expected: float) -> None:
    assert quantile([float(value) for value in range(100, 0, -1)], share) == expected


def test_a_run_replaces_its_own_last_result_and_leaves_the_others(tmp_path: Path) -> None:
    path = tmp_path / "bench-results.json"
    for name, command in (("cpu", "first"), ("start", "second"), ("cpu", "third")):
        told = entry(outcome(), asks="?", command=command, started="2026-11-21T14:00", took_s=1, machine={})
        write_result(path, name, told)
    assert {name: told["command"] for name, told in read_results(path).items()} == {
        "cpu": "third",
        "start": "second",
    }
    figures = json.loads(path.read_text())["cpu"]["figures"]
    assert figures[0]["median"] == 0.31
    assert figures[0]["target"] == {"at_most": 0.3, "at_least": None, "met": False}
    assert figures[2]["target"] is None


def test_a_results_file_that_cannot_be_read_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "bench-results.json"
    path.write_text("{torn")
    assert read_results(path) == {}


def test_cpu_time_of_children_counts_once_while_they_live_and_after() -> None:
    fields = "S 1 7 7 0 -1 0 0 0 0 0 150 50 300 100 20 0 1 0"
    parent = parse_stat(f"7 (a) b) {fields}", b"python\0-m\0host_agent\0")
    assert (parent.pid, parent.parent_pid, parent.program) == (7, 1, "python")
    child = ProcessCpu(8, 7, ("/usr/bin/ffmpeg",), own_s=1.0, reaped_s=0.0)
    other = ProcessCpu(9, 1, ("sh",), own_s=9.0, reaped_s=0.0)
    members = family({7: parent, 8: child, 9: other}, 7)
    assert {member.pid for member in members} == {7, 8}
    assert total_s(members) == pytest.approx(parent.own_s + parent.reaped_s + 1.0)
    assert parent.reaped_s == 2 * parent.own_s


def test_a_delay_is_what_exceeds_the_least_distance_of_a_runs_first_seconds() -> None:
    on_time = [Published(run=1, media_end_s=n, at_s=100.0 + n) for n in range(5)]
    late = [Published(run=1, media_end_s=n, at_s=102.0 + n) for n in range(5, 40)]
    next_run = [Published(run=2, media_end_s=0.0, at_s=150.0)]
    delays = delays_s([*on_time, *late, *next_run], young_s=3.0)
    assert [delays[at_s] for at_s in (100.0, 104.0, 107.0, 141.0, 150.0)] == [0, 0, 2.0, 2.0, 0]
