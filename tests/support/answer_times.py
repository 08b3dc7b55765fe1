"""How long answers take, measured from outside."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median

import httpx

_PAUSE_S = 0.01


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    """Seconds that answers took, and what they were."""

    seconds: Sequence[float]
    statuses: Mapping[int, int]

    @property
    def p50_ms(self) -> float:
        return median(self.seconds) * 1000

    @property
    def p95_ms(self) -> float:
        return sorted(self.seconds)[int(len(self.seconds) * 0.95)] * 1000

    @property
    def longest_s(self) -> float:
        return max(self.seconds)

    def __str__(self) -> str:
        return f"p50 {self.p50_ms:.0f} ms, p95 {self.p95_ms:.0f} ms, longest {self.longest_s * 1000:.0f} ms"


def answer_times(client: httpx.Client, path: str, count: int) -> AnswerTimes:
    """Ask `count` times, one after the other."""
    seconds: list[float] = []
    statuses: dict[int, int] = {}
    for _ in range(count):
        before = time.monotonic()
        status = client.get(path).status_code
        seconds.append(time.monotonic() - before)
        statuses[status] = statuses.get(status, 0) + 1
    return AnswerTimes(seconds, statuses)


@dataclass(slots=True)
class Watcher:
    """Somebody who goes on asking, whatever is answered. `odd`: bodies of what should not be answered."""

    statuses: dict[int, int] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


@contextmanager
def watching(client: httpx.Client, paths: Sequence[str], *, expected: Sequence[int]) -> Iterator[Watcher]:
    """Ask for `paths` again and again during the block, each in a thread of its own."""
    watcher, stop, lock = Watcher(), threading.Event(), threading.Lock()

    def watch(path: str) -> None:
        while not stop.wait(_PAUSE_S):
            try:
                answer = client.get(path)
            except httpx.TransportError as error:
                with lock:
                    watcher.failures.append(f"{path}: {error!r}")
                continue
            with lock:
                watcher.statuses[answer.status_code] = watcher.statuses.get(answer.status_code, 0) + 1
                if answer.status_code not in expected:
                    watcher.odd.append(f"{path}: {answer.status_code} {answer.text[:300]}")

    threads = [threading.Thread(target=watch, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    try:
        yield watcher
    finally:
        stop.set()
        for thread in threads:
            thread.join()
