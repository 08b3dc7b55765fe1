"""kill -9 between any two operations of a deletion: one receipt an hour, nothing of others lost."""

import multiprocessing
import os
import signal
from collections import Counter
from pathlib import Path

from host_agent.ring.layout import Hour, Kind
from host_agent.ring.trash import trash_is_empty
from tests.support.clean_host import CleanHost, record_hour

FILES_AN_HOUR = 3


class KilledAt:
    """Counts operations and kills its process with SIGKILL after the `at`-th."""

    def __init__(self, at: int, log: Path) -> None:
        self._left = at
        self._log = log

    def __call__(self, operation: str) -> None:
        self._left -= 1
        if self._left == 0:
            self._log.write_text(operation)
            os.kill(os.getpid(), signal.SIGKILL)


def clean_until_killed(folder: Path, kill_at: int) -> None:
    host = CleanHost(
        folder / "state",
        {"capture1": folder / "footage"},
        on_operation=KilledAt(kill_at, folder / "killed_at"),
    )
    host.cleaner.run_cycle()
    host.emptier.empty()


def fill(folder: Path) -> tuple[dict[str, Hour], list[Hour]]:
    """Two hours of the ring, one of the vault and torn files that go, each with a file of a person's in
    it, and two hours that stay. Return those that go by kind, and those that stay."""
    host = CleanHost(folder / "state", {"capture1": folder / "footage"})
    host.start()
    store = host.stores["capture1"]
    number = 1
    # 26 hours ago has the place of 2 hours ago, so that it is lapped into the vault.
    for kind, ago in ((Kind.SEGMENTS, 26), (Kind.SEGMENTS, 27), (Kind.THUMBNAILS, 28)):
        place = record_hour(store, kind, host.hour(ago), range(number, number + FILES_AN_HOUR))
        (place / f"mine-{kind.value}-{ago}.txt").write_text(f"{kind.value} {ago}")
        number += 10
    for ago in (2, 1):
        record_hour(store, Kind.SEGMENTS, host.hour(ago), range(number, number + FILES_AN_HOUR))
        number += 10
    for torn_number in range(FILES_AN_HOUR):
        torn = store.folders.segment_staging / f"{torn_number:09d}.ts"
        torn.write_bytes(b"torn")
        store.set_aside(torn, host.hour(29))
    (store.folders.aside(host.hour(29)) / "mine-aside.txt").write_text("aside 29")
    host.journal.close()
    going = {
        "segments 26": host.hour(26),
        "segments 27": host.hour(27),
        "thumbnails 28": host.hour(28),
        "aside 29": host.hour(29),
    }
    return going, [host.hour(2), host.hour(1)]


def test_a_kill_between_any_two_operations_costs_no_receipt_and_no_file_of_others(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    hit: Counter[str] = Counter()
    for kill_at in range(1, 200):
        folder = tmp_path / str(kill_at)
        going, staying = fill(folder)
        process = context.Process(target=clean_until_killed, args=(folder, kill_at))
        process.start()
        process.join(60)
        if process.exitcode == 0:
            break  # there are no more operations than that
        assert process.exitcode == -signal.SIGKILL
        hit[(folder / "killed_at").read_text()] += 1

        host = CleanHost(folder / "state", {"capture1": folder / "footage"})
        host.start()
        host.cleaner.run_cycle()
        host.emptier.empty()

        what = f"killed at operation {kill_at}, after {(folder / 'killed_at').read_text()!r}"
        receipts = host.journal.receipts("capture1")
        assert sorted((receipt.kind, receipt.hour, receipt.files) for receipt in receipts) == sorted(
            (kind.split()[0], str(hour), FILES_AN_HOUR) for kind, hour in going.items()
        ), what
        store = host.stores["capture1"]
        assert store.hours(Kind.SEGMENTS) == staying, what
        assert all(len(store.hour_files(Kind.SEGMENTS, hour)) == FILES_AN_HOUR for hour in staying), what
        assert trash_is_empty(store.folders.root), what
        spared = sorted(path.read_text() for path in folder.rglob("mine-*.txt"))
        assert spared == sorted(going), what
        assert not list(folder.rglob("*.conflict-*")), what
        for number in range(24):
            assert store.folders.cold(Kind.SEGMENTS, number).is_dir(), what
        host.journal.close()
    else:
        raise AssertionError("the cleaner never came to an end")
    assert {"trash", "fresh", "spare", "count", "receipt", "free", "forget"} <= set(hit)
    assert hit.total() > 30
