"""How many media files are carried at the same time: fewer than threads, so that the rest is answered."""

import threading

from shared.errors import UnavailableError

_RETRY_AFTER_S = 1


class StreamSlots:
    """`count` places; whoever finds none is sent away at once. Safe to be used by many threads."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._free = count
        self._lock = threading.Lock()

    @property
    def in_use(self) -> int:
        return self._count - self._free

    def take(self) -> "Slot":
        """A place, to be given back. Raises UnavailableError (`too_many_streams`)."""
        with self._lock:
            if self._free == 0:
                raise UnavailableError(
                    f"{self._count} media files are being sent already.",
                    code="too_many_streams",
                    remedy="Ask again in a second; web.media_streams is how many are sent at a time.",
                    details={"retry_after_s": _RETRY_AFTER_S},
                )
            self._free -= 1
        return Slot(self)

    def give_back(self) -> None:
        with self._lock:
            self._free += 1


class Slot:
    """One place. Giving it back again does nothing."""

    def __init__(self, slots: StreamSlots) -> None:
        self._slots: StreamSlots | None = slots

    def give_back(self) -> None:
        slots, self._slots = self._slots, None
        if slots is not None:
            slots.give_back()
