"""A host whose devices have a new picture whenever a test says so, in the agent's own binary form."""

import itertools
import socket
import threading
import time
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qs, urlsplit

from host_agent.frames.wall import (
    CONTENT_TYPE,
    WallFrame,
    encode_cursor,
    encode_wall,
    next_cursor,
    parse_cursor,
)
from shared.clock import SystemClock
from shared.spans import utc_ms
from tests.support.raw_host import RawHost, answering, target_of

_PATH = "/api/host/frames"


class PictureHost:
    """What a RawHost answers with. `asked_at_s`: when each request came, by the monotonic clock.

    Every answer shows a new picture of each device, but of those in `still` only one. `delay_s`: how long it
    takes to answer. `pictures`: real ones, shown one after the other; without them they only look like some.
    """

    def __init__(
        self,
        devices: Iterable[str],
        *,
        delay_s: float = 0.0,
        size_bytes: int = 200,
        pictures: Sequence[bytes] = (),
    ) -> None:
        self.devices = list(devices)
        self._pictures = pictures
        self.still: set[str] = set()
        self.delay_s = delay_s
        self.asked_at_s: list[float] = []
        self._size_bytes = size_bytes
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._clock = SystemClock()
        self.server = RawHost(self._answer)

    def jpeg(self, device: str, number: int) -> bytes:
        """The picture of that number."""
        if self._pictures:
            return self._pictures[number % len(self._pictures)]
        text = f"{device} {number}".encode()
        return b"\xff\xd8" + text.ljust(self._size_bytes, b".") + b"\xff\xd9"

    def _answer(self, connection: socket.socket, head: bytes) -> None:
        with self._lock:
            self.asked_at_s.append(time.monotonic())
            number = next(self._numbers)
        target = urlsplit(target_of(head))
        query = {name: values[0] for name, values in parse_qs(target.query).items()}
        names = query["devices"].split(",") if "devices" in query else self.devices
        time.sleep(self.delay_s)
        if target.path != _PATH or not set(names) <= set(self.devices):
            body = b'{"error": "There is no such device.", "code": "unknown_device", "remedy": "Look."}'
            answering(body, status="404 Not Found")(connection, head)
            return
        cursor = parse_cursor(query.get("after", ""))
        frames = [self._frame(name, 0 if name in self.still else number, cursor) for name in names]
        has = next_cursor(frames, cursor, self.devices)
        answering(encode_wall(frames, encode_cursor(has)), content_type=CONTENT_TYPE)(connection, head)

    def _frame(self, device: str, number: int, cursor: dict[str, int]) -> WallFrame:
        is_had = cursor.get(device) == number
        taken_utc_ms = utc_ms(self._clock.now())
        jpeg = b"" if is_had else self.jpeg(device, number)
        return WallFrame(device, "live", number, taken_utc_ms, jpeg)
