"""Whether the disk that held the footage is the one that is mounted there now.

A root carries a small file with an id, and the journal remembers which id belongs to which path. An
empty mount point has no such file: recording into it would fill the system disk, out of sight once
the footage disk is mounted again.
"""

import errno
import json
import sqlite3
import threading
from collections.abc import Callable, Iterable
from enum import Enum
from pathlib import Path

from host_agent.journal.journal import Journal
from host_agent.retention.refusal import DISK_FULL, DISK_MISSING, MISCONFIGURED, Refusal
from host_agent.ring.layout import ROOT_IDENTITY_NAME
from shared.atomic_write import write_atomically
from shared.kernel import sync_file_system


class Verdict(Enum):
    """What an identity file and the journal say together."""

    SAME = "same"
    ADOPT = "adopt"
    CREATE = "create"
    MISSING = "missing"
    OTHER = "other"


UNREADABLE = "?"
_PREFIX = "root:"


def judge_identity(known: str | None, found: str | None) -> Verdict:
    """`known`: the id that the journal remembers for this path. `found`: the id in the file; None
    without a file, empty for an empty file (an operator's word that this disk is meant), `?` for one
    that is not ours."""
    if found == "":
        return Verdict.CREATE
    if found is None:
        return Verdict.CREATE if known is None else Verdict.MISSING
    if known is None:
        return Verdict.OTHER if found == UNREADABLE else Verdict.ADOPT
    return Verdict.SAME if found == known else Verdict.OTHER


class RootIdentity:
    """Checks roots, and claims those that the journal does not know yet.

    `new_id` makes an id that no other disk has.
    """

    def __init__(self, journal: Journal, new_id: Callable[[], str]) -> None:
        self._journal = journal
        self._new_id = new_id
        self._known: dict[Path, str] = {}
        self._claiming = threading.Lock()

    def problem(self, root: Path) -> Refusal | None:
        """Why `root` must not be used now; None where nothing is known against it. Changes nothing."""
        try:
            _, verdict = self._judged(root)
        except OSError as error:
            return _unreadable(root, error)
        except sqlite3.Error as error:
            return _unknown(root, error)
        return _problem(root, verdict) if verdict in (Verdict.MISSING, Verdict.OTHER) else None

    def claim(self, root: Path) -> Refusal | None:
        """As `problem`, but the first use of a root makes it ours: an identity that is there already
        is adopted, else one is written. For one process only (capture); its threads may share it."""
        try:
            _, verdict = self._judged(root)
            if verdict is not Verdict.SAME:
                with self._claiming:
                    verdict = self._claimed(root)
        except OSError as error:
            return _unreadable(root, error)
        except sqlite3.Error as error:
            return _unknown(root, error)
        return None if verdict is Verdict.SAME else _problem(root, verdict)

    def _claimed(self, root: Path) -> Verdict:
        # Judged again: another thread, whose device has the same root, may have come first.
        found, verdict = self._judged(root)
        if verdict is Verdict.CREATE:
            self._create(root, renews=found == "")
            return Verdict.SAME
        if verdict is Verdict.ADOPT and found is not None:
            self._remember(root, found)
            return Verdict.SAME
        return verdict

    def usable_roots(self, roots: Iterable[Path]) -> list[Path]:
        """Those of `roots`, and of all that were ever claimed, that nothing is known against.

        Raises sqlite3.Error.
        """
        return [root for root in self.known_roots(roots) if self.problem(root) is None]

    def known_roots(self, roots: Iterable[Path]) -> list[Path]:
        """`roots` and all that were ever claimed: a device that was taken away leaves its footage
        there. Raises sqlite3.Error."""
        claimed = self._journal.recall_all(_PREFIX)
        return sorted({*roots, *(Path(name.removeprefix(_PREFIX)) for name in claimed)})

    def _judged(self, root: Path) -> tuple[str | None, Verdict]:
        remembered = self._known.get(root)
        if remembered is not None and _read_identity(root) == remembered:
            return remembered, Verdict.SAME
        # Not by what this object remembers: another may have claimed the root since. The journal
        # first, since a root gets its file before the journal knows of it.
        known = self._journal.recall(_name(root))
        found = _read_identity(root)
        verdict = judge_identity(known, found)
        if verdict is Verdict.SAME and known is not None:
            self._known[root] = known
        return found, verdict

    def _create(self, root: Path, *, renews: bool) -> None:
        """Whatever is killed in between, the next claim must end well: an empty file is filled again
        and needs the journal to know its id first; a root that has no file must not be known yet."""
        identity = self._new_id()
        root.mkdir(parents=True, exist_ok=True)
        if renews:
            self._remember(root, identity)
        write_atomically(root / ROOT_IDENTITY_NAME, json.dumps({"id": identity}) + "\n", sync=True)
        # The journal must not know what a power cut could take from the disk.
        sync_file_system(root)
        if not renews:
            self._remember(root, identity)

    def _remember(self, root: Path, identity: str) -> None:
        self._journal.remember(_name(root), identity)


def _name(root: Path) -> str:
    return f"{_PREFIX}{root}"


def _read_identity(root: Path) -> str | None:
    try:
        text = (root / ROOT_IDENTITY_NAME).read_text(errors="replace")
    except FileNotFoundError:
        return None
    if not text.strip():
        return ""
    try:
        read = json.loads(text)
    except ValueError:
        return UNREADABLE
    identity = read.get("id") if isinstance(read, dict) else None
    return identity if isinstance(identity, str) and identity else UNREADABLE


def _problem(root: Path, verdict: Verdict) -> Refusal:
    meant = f"If this disk is meant, say so: truncate -s 0 {root / ROOT_IDENTITY_NAME}"
    if verdict is Verdict.OTHER:
        return Refusal(
            DISK_MISSING,
            f"Another disk than before is mounted at {root}. Mount the one that held the footage. {meant}",
        )
    return Refusal(
        DISK_MISSING,
        f"The disk that held the footage is not mounted at {root}. Mount it. {meant}",
    )


def _unreadable(root: Path, error: OSError) -> Refusal:
    reason = error.strerror or str(error)
    if isinstance(error, PermissionError | NotADirectoryError | FileExistsError):
        return Refusal(
            MISCONFIGURED,
            f"{root} cannot be used: {reason}. It must be a folder that the agent's user may write to.",
        )
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Refusal(DISK_FULL, f"The disk at {root} is full. Free some of it; recording then goes on.")
    return Refusal(
        DISK_MISSING, f"The disk at {root} cannot be used: {reason}. Check the disk and its mount."
    )


def _unknown(root: Path, error: sqlite3.Error) -> Refusal:
    return Refusal(
        MISCONFIGURED,
        f"It cannot be told whether the right disk is mounted at {root}, since the journal cannot be read"
        f" ({error}). Check state_dir.",
    )
