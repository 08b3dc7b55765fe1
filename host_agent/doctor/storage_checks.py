"""Judges the folders that an agent writes to. Plain: data in, findings out."""

from dataclasses import dataclass
from pathlib import Path

from shared.finding import Finding, ok, problem, warning

_GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class FolderFacts:
    """What was seen of one folder. Errors are the system's words, empty where it worked.

    `exists_as` is the folder itself or, where it is not there yet, the nearest one above it that is.
    `disk` tells disks apart; `noreplace_error` is of a rename that may not overwrite.
    """

    path: Path
    exists_as: Path
    is_folder: bool
    disk: int
    write_error: str
    rename_error: str
    noreplace_error: str
    total_bytes: int
    free_bytes: int
    total_inodes: int
    free_inodes: int

    @property
    def exists(self) -> bool:
        return self.path == self.exists_as


def judge_root(facts: FolderFacts, *, floor_percent: float, reserve_percent: float) -> list[Finding]:
    """Return what is to be said about a folder for footage; the percentages are `[ring]` settings."""
    wrong = _judge_folder("storage", facts)
    if wrong is not None:
        return [wrong]
    findings = []
    if not facts.exists:
        findings.append(
            warning(
                "storage",
                f"{facts.path} is not there yet; the agent will make it on the disk of {facts.exists_as}.",
                "If it should lie on a disk of its own, mount that first.",
            )
        )
    for error in filter(None, (facts.rename_error, facts.noreplace_error)):
        findings.append(
            problem(
                "storage",
                f"{facts.path}: files cannot be renamed as the ring needs it: {error}.",
                "Use a local file system such as ext4, XFS or Btrfs; FAT and many network shares fail here.",
            )
        )
    findings += _judge_space(facts, floor_percent, reserve_percent)
    return findings or [
        ok("storage", f"{facts.path}: writable, {facts.free_bytes / _GIB:.1f} GiB free, renames work.")
    ]


def judge_state_dir(facts: FolderFacts, roots: list[FolderFacts]) -> list[Finding]:
    """Return what is to be said about the folder of the journal."""
    wrong = _judge_folder("state", facts)
    if wrong is not None:
        return [wrong]
    if any(root.disk == facts.disk for root in roots):
        return [
            warning(
                "state",
                f"{facts.path} is on a disk with footage: when that is full, the journal cannot be written.",
                "Put [agent] state_dir on another disk, such as the system's.",
            )
        ]
    return [ok("state", f"{facts.path}: writable, not on a footage disk.")]


def _judge_folder(subject: str, facts: FolderFacts) -> Finding | None:
    if not facts.is_folder:
        return problem(
            subject, f"{facts.exists_as} is not a folder.", "Name a folder, or move the file away."
        )
    if facts.write_error:
        return problem(
            subject,
            f"{facts.exists_as} cannot be written: {facts.write_error}.",
            f"Give it to the agent's user (chown), or mount it writable: it must hold {facts.path}.",
        )
    return None


def _judge_space(facts: FolderFacts, floor_percent: float, reserve_percent: float) -> list[Finding]:
    findings = []
    for what, free, total in (
        ("space", facts.free_bytes, facts.total_bytes),
        ("inodes", facts.free_inodes, facts.total_inodes),
    ):
        if total == 0:  # Btrfs and others count no inodes
            continue
        percent = 100 * free / total
        if percent < reserve_percent:
            findings.append(
                problem(
                    "storage",
                    f"{facts.path}: {percent:.1f} % of {what} free, less than the reserve of "
                    f"{reserve_percent:g} %: recording pauses.",
                    "Free some, or use a larger disk.",
                )
            )
        elif percent < floor_percent:
            findings.append(
                warning(
                    "storage",
                    f"{facts.path}: {percent:.1f} % of {what} free, less than the floor of "
                    f"{floor_percent:g} %: the oldest hours will be deleted.",
                    "Free some, use a larger disk, or lower [retention].",
                )
            )
    return findings
