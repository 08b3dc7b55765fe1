"""Loads a playlist again and again, as a player that stays open does, and keeps every state of it."""

import threading
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import httpx


@dataclass(frozen=True, slots=True)
class Load:
    """One answer that differed from the one before."""

    at_s: float
    status: int
    text: str


@dataclass
class PlaylistWatch:
    """Loads `urls` every `period_s` in a thread of its own, from `__enter__` on."""

    urls: list[str]
    period_s: float = 0.5
    _loads: dict[str, list[Load]] = field(default_factory=dict)
    _problems: list[str] = field(default_factory=list)
    _ended: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._loads = {url: [] for url in self.urls}
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop loading. May be called again."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def texts(self, url: str) -> list[str]:
        """Every state of the playlist that was seen, oldest first."""
        return [load.text for load in self._loads[url] if load.status == 200]

    def faults(self, url: str) -> list[str]:
        """Refusals after the playlist had once been there, and connections that broke."""
        loads = self._loads[url]
        first = next((index for index, load in enumerate(loads) if load.status == 200), len(loads))
        refusals = [
            f"{url}: {load.status} after it had been there: {load.text[:200]}"
            for load in loads[first:]
            if load.status != 200
        ]
        return refusals + [problem for problem in self._problems if problem.startswith(f"{url}: ")]

    def _watch(self) -> None:
        with httpx.Client(timeout=10.0) as client:
            while not self._ended.is_set():
                begun = time.monotonic()
                for url in self.urls:
                    self._load(client, url)
                self._ended.wait(max(0.0, begun + self.period_s - time.monotonic()))

    def _load(self, client: httpx.Client, url: str) -> None:
        try:
            answer = client.get(url)
        except httpx.TransportError as error:
            self._problems.append(f"{url}: {type(error).__name__}: {error}")
            return
        loads = self._loads[url]
        if not loads or (loads[-1].status, loads[-1].text) != (answer.status_code, answer.text):
            loads.append(Load(time.time(), answer.status_code, answer.text))
