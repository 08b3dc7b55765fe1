"""Many hosts asked at once, within one deadline."""

import threading
from collections import deque
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Executor
from contextvars import Context, copy_context
from dataclasses import dataclass
from typing import Generic, TypeVar

from gateway.hosts.host_client_answer import unreachable
from shared.errors import ColdframeError

Key = TypeVar("Key", bound=Hashable)
Answer = TypeVar("Answer")

MOST_AT_ONE_HOST = 8


@dataclass(frozen=True, slots=True)
class HostCall(Generic[Answer]):
    """Something to ask of `host`. `ask` is given the seconds that are left and takes no longer.

    It raises ColdframeError; anything else is a defect, and is raised to whoever fanned out.
    """

    host: str
    ask: Callable[[float], Answer]


class FanOut:
    """Runs calls side by side on `workers`. Bounded three ways:

    - the caller waits until its deadline and no longer; what is not there by then is `host_unreachable`,
      and a call that has not begun by then never begins;
    - at most `MOST_AT_ONE_HOST` calls wait for one host at a time, whoever asked; further ones wait in the
      host's own line, not in a thread: a slow host takes its share of the threads and no more;
    - `workers` has so many threads and no more: with 64 it takes eight hosts that hang at once, for the
      first seconds until the client's memory knows them, before another host's call has to wait.
    """

    def __init__(self, workers: Executor, monotonic: Callable[[], float]) -> None:
        self._workers = workers
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._waiting: dict[str, deque[Callable[[], None]]] = {}
        self._running: dict[str, int] = {}

    def gather(
        self, calls: Mapping[Key, HostCall[Answer]], deadline_s: float
    ) -> dict[Key, Answer | ColdframeError]:
        """What each call came to after `deadline_s` seconds at most, in the order of `calls`."""
        gathering: _Gathering[Key, Answer] = _Gathering(set(calls), self._monotonic() + deadline_s)
        for key, call in calls.items():
            context = copy_context()  # the request's id goes with it
            self._enqueue(call.host, lambda k=key, c=call, x=context: self._run(gathering, k, c, x))  # type: ignore[misc]
        return gathering.wait(calls, deadline_s)

    def _enqueue(self, host: str, work: Callable[[], None]) -> None:
        with self._lock:
            if self._running.get(host, 0) >= MOST_AT_ONE_HOST:
                self._waiting.setdefault(host, deque()).append(work)
                return
            self._running[host] = self._running.get(host, 0) + 1
        self._workers.submit(self._work_off, host, work)

    def _work_off(self, host: str, work: Callable[[], None] | None) -> None:
        """Do `work`, then what waits for the same host."""
        while work is not None:
            work()
            with self._lock:
                line = self._waiting.get(host)
                work = line.popleft() if line else None
                if not line:
                    self._waiting.pop(host, None)
                if work is None:
                    self._running[host] -= 1
                    if not self._running[host]:
                        del self._running[host]

    def _run(
        self, gathering: "_Gathering[Key, Answer]", key: Key, call: HostCall[Answer], context: Context
    ) -> None:
        left_s = gathering.until_s - self._monotonic()
        if left_s <= 0:
            return  # nobody waits for it any more
        try:
            gathering.put(key, context.run(call.ask, left_s))
        except ColdframeError as error:
            gathering.put(key, error)
        except Exception as error:  # noqa: BLE001 (a defect: raised where somebody reads of it)
            gathering.break_off(error)


class _Gathering(Generic[Key, Answer]):
    """The answers to one fan-out."""

    def __init__(self, missing: set[Key], until_s: float) -> None:
        self.until_s = until_s
        self._missing = missing
        self._changed = threading.Condition()
        self._found: dict[Key, Answer | ColdframeError] = {}
        self._defect: Exception | None = None

    def put(self, key: Key, answer: Answer | ColdframeError) -> None:
        with self._changed:
            self._found[key] = answer
            self._missing.discard(key)
            if not self._missing:
                self._changed.notify()

    def break_off(self, defect: Exception) -> None:
        with self._changed:
            self._defect = defect
            self._changed.notify()

    def wait(
        self, calls: Mapping[Key, HostCall[Answer]], deadline_s: float
    ) -> dict[Key, Answer | ColdframeError]:
        with self._changed:
            self._changed.wait_for(lambda: not self._missing or self._defect is not None, deadline_s)
            if self._defect is not None:
                raise self._defect
            found = dict(self._found)
        return {
            key: found[key]
            if key in found
            else unreachable(call.host, f"it did not answer within {deadline_s:g} s")
            for key, call in calls.items()
        }
