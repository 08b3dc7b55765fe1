"""Whose media a caller may see, asked of the database every few seconds and not for every segment."""

import threading
from collections import OrderedDict
from collections.abc import Callable

from gateway.catalogue.device import Scope

# What is taken away from somebody is gone after this.
REMEMBERED_S = 5.0
MOST_REMEMBERED = 10_000

# Raises NotFoundError for a device that is not there or not in the scope: host, device, scope.
CheckDevice = Callable[[str, str, Scope], object]


class DeviceAccess:
    """Remembers that a device is in a scope. Safe to be used by many threads."""

    def __init__(
        self, check: CheckDevice, monotonic: Callable[[], float], *, remembered_s: float = REMEMBERED_S
    ) -> None:
        self._check = check
        self._monotonic = monotonic
        self._remembered_s = remembered_s
        self._lock = threading.Lock()
        self._until_s: OrderedDict[tuple[str, str, Scope], float] = OrderedDict()

    def require(self, host: str, device: str, scope: Scope) -> None:
        """Raises NotFoundError, which is not remembered, for what this scope does not hold."""
        key = (host, device, scope)
        now_s = self._monotonic()
        with self._lock:
            until_s = self._until_s.get(key)
        if until_s is not None and now_s < until_s:
            return
        self._check(host, device, scope)
        with self._lock:
            self._until_s[key] = now_s + self._remembered_s
            self._until_s.move_to_end(key)
            while len(self._until_s) > MOST_REMEMBERED:
                self._until_s.popitem(last=False)
