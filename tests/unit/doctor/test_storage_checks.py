"""What the doctor says about folders, as a table of disks."""

from dataclasses import replace
from pathlib import Path

import pytest

from host_agent.doctor.storage_checks import FolderFacts, judge_root, judge_state_dir
from shared.finding import Verdict

HEALTHY = FolderFacts(
    path=Path("/footage"),
    exists_as=Path("/footage"),
    is_folder=True,
    disk=1,
    write_error="",
    rename_error="",
    noreplace_error="",
    total_bytes=1000,
    free_bytes=500,
    total_inodes=1000,
    free_inodes=500,
)


@pytest.mark.parametrize(
    ("facts", "verdict", "words"),
    [
        (HEALTHY, Verdict.OK, "renames work"),
        (replace(HEALTHY, is_folder=False), Verdict.PROBLEM, "is not a folder"),
        (replace(HEALTHY, write_error="Read-only file system"), Verdict.PROBLEM, "Read-only file system"),
        (replace(HEALTHY, rename_error="Invalid argument"), Verdict.PROBLEM, "cannot be renamed"),
        (replace(HEALTHY, noreplace_error="Invalid argument"), Verdict.PROBLEM, "cannot be renamed"),
        (replace(HEALTHY, exists_as=Path("/")), Verdict.WARNING, "not there yet"),
        (replace(HEALTHY, free_bytes=50), Verdict.OK, "GiB free"),
        (replace(HEALTHY, free_bytes=49), Verdict.WARNING, "4.9 % of space"),
        (replace(HEALTHY, free_bytes=9), Verdict.PROBLEM, "0.9 % of space"),
        (replace(HEALTHY, free_inodes=49), Verdict.WARNING, "4.9 % of inodes"),
        (replace(HEALTHY, free_inodes=0), Verdict.PROBLEM, "0.0 % of inodes"),
        (replace(HEALTHY, total_inodes=0, free_inodes=0), Verdict.OK, "GiB free"),
    ],
)
def test_a_footage_folder_is_judged(facts: FolderFacts, verdict: Verdict, words: str) -> None:
    [finding] = judge_root(facts, floor_percent=5, reserve_percent=1)
    assert finding.verdict is verdict
    assert words in finding.sentence
    assert bool(finding.remedy) is (verdict is not Verdict.OK)


def test_a_folder_that_is_not_there_yet_is_still_judged_by_its_disk() -> None:
    facts = replace(HEALTHY, exists_as=Path("/"), free_bytes=9)
    verdicts = [finding.verdict for finding in judge_root(facts, floor_percent=5, reserve_percent=1)]
    assert verdicts == [Verdict.WARNING, Verdict.PROBLEM]


@pytest.mark.parametrize(
    ("disk", "write_error", "verdict"),
    [
        (2, "", Verdict.OK),
        (1, "", Verdict.WARNING),
        (2, "Permission denied", Verdict.PROBLEM),
    ],
)
def test_the_journal_belongs_on_a_writable_disk_without_footage(
    disk: int, write_error: str, verdict: Verdict
) -> None:
    state = replace(HEALTHY, disk=disk, write_error=write_error)
    assert [found.verdict for found in judge_state_dir(state, [HEALTHY])] == [verdict]
