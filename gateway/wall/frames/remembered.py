"""Answers that are good for a moment: many viewers ask for the same."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

MOST_REMEMBERED = 1000


class Remembered(Generic[Key, Value]):
    """Values that are `kept_s` old at most. Safe to be used by many threads; two that ask for the same at
    the same time may both make it."""

    def __init__(self, kept_s: float, monotonic: Callable[[], float], *, most: int = MOST_REMEMBERED) -> None:
        self._kept_s = kept_s
        self._monotonic = monotonic
        self._most = most
        self._lock = threading.Lock()
        self._values: OrderedDict[Key, tuple[float, Value]] = OrderedDict()

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """What is remembered for `key`, else what `make` makes. What it raises is not remembered."""
        now_s = self._monotonic()
        with self._lock:
            found = self._values.get(key)
        if found is not None and now_s - found[0] < self._kept_s:
            return found[1]
        value = make()
        with self._lock:
            self._values[key] = (now_s, value)
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value
