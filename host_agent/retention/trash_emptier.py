"""Frees in the background what the cleaner took out of sight, so that no live cycle waits for it.

Of each deletion, in this order: what this system did not write is put back, the rest is counted into
the folder's name, the receipt is written, the files go, the folder goes. After a kill between any two
of these the next start goes on, and the receipt is written once.
"""

import os
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

from host_agent.journal.facts import REPAIRED, Receipt
from host_agent.journal.journal import Journal
from host_agent.retention.alarm import DELETION_FAILED, FOREIGN_FILES, JOURNAL_FAILED, Alarm
from host_agent.ring.store import ignore_operation
from host_agent.ring.trash import Trash
from host_agent.ring.trash_name import TrashName
from shared.clock import Clock

# A slice is some milliseconds of disk time; between two of them recording has the disk.
_FILES_A_SLICE = 500
_PAUSE_S = 0.01
_LOOK_EVERY_S = 30.0
_TOLD_FOR = timedelta(hours=24)
_KEPT_FINDINGS = 200


class TrashEmptier:
    """`roots` gives the roots whose disk is there (`RootIdentity.usable_roots`).

    One thread runs `run`; any thread may call `wake` and `alarms`.
    """

    def __init__(
        self,
        roots: Callable[[], Iterable[Path]],
        journal: Journal,
        clock: Clock,
        on_operation: Callable[[str], None] = ignore_operation,
    ) -> None:
        self._roots = roots
        self._journal = journal
        self._clock = clock
        self._on_operation = on_operation
        self._woken = threading.Event()
        self._receipted: set[str] = set()
        self._told: set[tuple[str, str]] = set()
        self._foreign: deque[tuple[float, Alarm]] = deque(maxlen=_KEPT_FINDINGS)
        self._failures: list[Alarm] = []

    def wake(self) -> None:
        """There is something to do: an hour left, or the thread is to end (`stop` was set)."""
        self._woken.set()

    def run(self, stop: threading.Event) -> None:
        """Empty the trash whenever there is something in it, until `stop` is set (then call `wake`)."""
        while not stop.is_set():
            self.empty(stop)
            self._woken.wait(_LOOK_EVERY_S)
            self._woken.clear()
        self._journal.close()

    def empty(self, stop: threading.Event | None = None) -> None:
        """Free all that can be freed now. What fails is told by `alarms` and tried again next time."""
        failures: list[Alarm] = []
        try:
            roots = sorted(set(self._roots()))
        except sqlite3.Error as error:
            roots = []
            failures.append(Alarm(JOURNAL_FAILED, f"The journal cannot be read ({error}). Check state_dir."))
        for root in roots:
            try:
                self._empty_root(root, stop or threading.Event(), failures)
            except OSError as error:
                failures.append(_failure(f"the trash of {root}", error))
        self._failures = failures

    def alarms(self) -> list[Alarm]:
        """What failed last time, and which files of others were met in the last 24 h."""
        oldest = self._clock.monotonic() - _TOLD_FOR.total_seconds()
        return [*self._failures, *(alarm for at, alarm in list(self._foreign) if at >= oldest)]

    def _empty_root(self, root: Path, stop: threading.Event, failures: list[Alarm]) -> None:
        trash = Trash(root, self._on_operation)
        for stranger in trash.strangers():
            self._tell(str(root), [stranger], f"in the trash of {root}; nothing here removes it", None)
        tried: set[str] = set()
        given_up: set[str] = set()
        while not stop.is_set():
            for name in trash.names():
                if name.deletion_id in tried:
                    continue
                tried.add(name.deletion_id)
                if not self._settled(trash, name, failures):
                    given_up.add(name.deletion_id)
            left = [name for name in trash.names() if name.is_counted and name.deletion_id not in given_up]
            if not left:
                return
            try:
                if trash.free(left[0], stop_after_files=_FILES_A_SLICE) and not self._forgotten(
                    trash, left[0], failures
                ):
                    given_up.add(left[0].deletion_id)
            except OSError as error:
                failures.append(_failure(_in_words(left[0]), error))
                given_up.add(left[0].deletion_id)
            stop.wait(_PAUSE_S)

    def _settled(self, trash: Trash, name: TrashName, failures: list[Alarm]) -> bool:
        """Count and write the receipt, once. True also where only the receipt could not be written:
        a full disk may be why, and freeing the files then is what helps."""
        if name.deletion_id in self._receipted:
            return True
        try:
            settled = trash.settle(name)
        except OSError as error:
            failures.append(_failure(_in_words(name), error))
            return False
        where = f"where {_in_words(name)} was"
        self._tell(name.deletion_id, settled.spared, f"{where}; they are still there", name.device)
        self._tell(name.deletion_id, settled.stuck, f"{where}; they wait in the trash", name.device)
        self._write_receipt(settled.name, failures)
        return True

    def _write_receipt(self, name: TrashName, failures: list[Alarm]) -> bool:
        receipt = Receipt(
            at=name.at,
            device=name.device,
            kind=name.kind,
            hour=str(name.hour),
            files=name.files or 0,
            size_bytes=name.size_bytes or 0,
            reason=name.reason,
        )
        try:
            self._journal.write_receipt(receipt, deletion_id=name.deletion_id)
        except sqlite3.Error as error:
            failures.append(
                Alarm(
                    JOURNAL_FAILED,
                    f"The receipt of {_in_words(name)} could not be written ({error}); it will be, once the"
                    " journal works again. Check state_dir.",
                    name.device,
                )
            )
            return False
        self._receipted.add(name.deletion_id)
        self._on_operation("receipt")
        return True

    def _forgotten(self, trash: Trash, name: TrashName, failures: list[Alarm]) -> bool:
        """Drop the empty folder: only once its receipt stands, since its name is the only other copy."""
        if name.deletion_id not in self._receipted and not self._write_receipt(name, failures):
            return False
        if not trash.forget(name):
            return False
        self._receipted.discard(name.deletion_id)
        return True

    def _tell(self, where: str, names: list[str], remark: str, device: str | None) -> None:
        """Report files that are not ours once, in the journal and for a day as an alarm."""
        if not names or (where, remark) in self._told:
            return
        self._told.add((where, remark))
        shown = ", ".join(os.fsencode(name).decode(errors="replace") for name in names[:5])
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        alarm = Alarm(
            FOREIGN_FILES,
            f"{shown}{more}: files that this system did not write were found {remark}. Move them elsewhere.",
            device,
        )
        self._foreign.append((self._clock.monotonic(), alarm))
        try:
            self._journal.note(REPAIRED, FOREIGN_FILES, alarm.sentence, device=device)
        except sqlite3.Error:
            return  # the alarm stands; the journal's own failure is told with the receipt


def _in_words(name: TrashName) -> str:
    return f"the hour {name.hour} of {name.device}'s {name.kind}"


def _failure(what: str, error: OSError) -> Alarm:
    return Alarm(
        DELETION_FAILED,
        f"Deleting {what} failed: {error.strerror or error}. Check the disk and the owner of its files.",
    )
