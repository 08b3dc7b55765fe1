"""What the last calls to each host came to: one that does not answer is not waited for by everybody."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from gateway.hosts.host_client_answer import unreachable

# So many failures in a row, and none but a try now and then is made.
SUSPECT_AFTER = 3
TRIED_EVERY_S = 2.0
MOST_REMEMBERED = 4096


@dataclass(slots=True)
class _Failures:
    in_a_row: int
    next_try_s: float


class HostMemory:
    """Counts failures in a row. Safe to be used by many threads."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._failing: OrderedDict[str, _Failures] = OrderedDict()

    def admit(self, host: str) -> bool:
        """Whether the host may be waited for as usual; False: it is tried, with little patience.

        Raises UnavailableError where it has failed again and again and another caller tries it already.
        """
        with self._lock:
            failures = self._failing.get(host)
            if failures is None or failures.in_a_row < SUSPECT_AFTER:
                return True
            now_s = self._monotonic()
            if now_s < failures.next_try_s:
                raise unreachable(host, "it has not answered lately")
            failures.next_try_s = now_s + TRIED_EVERY_S
            return False

    def answered(self, host: str) -> None:
        """It lives."""
        if host in self._failing:
            with self._lock:
                self._failing.pop(host, None)

    def failed(self, host: str) -> None:
        """It did not accept a connection, broke it, or did not answer in a time that is enough."""
        with self._lock:
            failures = self._failing.setdefault(host, _Failures(0, 0.0))
            failures.in_a_row += 1
            failures.next_try_s = self._monotonic() + TRIED_EVERY_S
            self._failing.move_to_end(host)
            while len(self._failing) > MOST_REMEMBERED:
                self._failing.popitem(last=False)
