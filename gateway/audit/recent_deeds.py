"""What was logged a moment ago, where the same again needs no row of its own."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from gateway.audit.entry import NewEntry

KEPT_S = 600.0
LARGEST = 4096


class RecentDeeds:
    """Remembers the last `largest` of them for `kept_s`. Each process for itself: a few rows more harm
    nobody, endless ones would (a player asks for a file in hundreds of parts; a script tries for ever)."""

    def __init__(
        self, monotonic: Callable[[], float], *, kept_s: float = KEPT_S, largest: int = LARGEST
    ) -> None:
        self._monotonic = monotonic
        self._kept_s = kept_s
        self._largest = largest
        self._logged_at_s: OrderedDict[tuple[object, ...], float] = OrderedDict()
        self._lock = Lock()

    def is_new(self, entry: NewEntry) -> bool:
        """Whether the same was not asked about within `kept_s`."""
        key = (entry.user_id, entry.username, entry.address, entry.action, entry.subject_id, entry.subject)
        now_s = self._monotonic()
        with self._lock:
            logged_at_s = self._logged_at_s.get(key)
            if logged_at_s is not None and now_s < logged_at_s + self._kept_s:
                return False
            self._logged_at_s[key] = now_s
            self._logged_at_s.move_to_end(key)
            while len(self._logged_at_s) > self._largest:
                self._logged_at_s.popitem(last=False)
            return True
