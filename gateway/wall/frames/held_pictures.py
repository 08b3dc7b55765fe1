"""Pictures that this process has read already: many viewers, one read."""

import threading
from collections import OrderedDict

from gateway.wall.frames.picture import Picture, PictureFacts

MOST_BYTES = 64 * 1024 * 1024

Key = tuple[str, str]


class HeldPictures:
    """One picture a device, the latest read; those least looked at go when there are too many bytes. Safe to
    be used by many threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._held: OrderedDict[Key, Picture] = OrderedDict()
        self._bytes = 0

    def get(self, key: Key, facts: PictureFacts) -> Picture | None:
        """The picture with these facts; None where another one is held, or none."""
        with self._lock:
            found = self._held.get(key)
            if found is None or found.facts != facts:
                return None
            self._held.move_to_end(key)
            return found

    def put(self, key: Key, picture: Picture) -> None:
        with self._lock:
            before = self._held.pop(key, None)
            self._bytes += len(picture.jpeg) - (0 if before is None else len(before.jpeg))
            self._held[key] = picture
            while self._bytes > self._most_bytes and self._held:
                _, dropped = self._held.popitem(last=False)
                self._bytes -= len(dropped.jpeg)
