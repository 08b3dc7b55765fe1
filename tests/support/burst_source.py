"""A camera behind HTTP that sends its last seconds at once to whoever connects, then goes on in real time.

Such sources (MPEG-TS over HTTP, as encoders and other recorders serve it) are why arrival alone does
not say when a picture was taken: the first of them arrive seconds late, within milliseconds.
"""

import threading
import time
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from tests.support.publisher import STANDARD_OUTPUT, Publisher, PublisherOptions

_PACKET_BYTES = 188
_KEPT_GROUPS = 60


@dataclass
class _Group:
    """The packets of one group of pictures; grows while it is the last."""

    begun_monotonic_s: float
    packets: bytearray = field(default_factory=bytearray)


class _Backlog:
    """The stream's last groups of pictures, and a bell that rings for more."""

    def __init__(self) -> None:
        self.more = threading.Condition()
        self.groups: deque[_Group] = deque(maxlen=_KEPT_GROUPS)
        self.ended = False

    def append(self, packet: bytes, now: float) -> None:
        if packet[1] & 0x1F == 0 and packet[2] == 0:  # a program association table: a group begins
            self.groups.append(_Group(now))
        if self.groups:
            self.groups[-1].packets += packet

    def first_group(self, backlog_s: float, now: float) -> _Group:
        """The newest group that begins at least `backlog_s` ago, else the oldest there is."""
        old_enough = [group for group in self.groups if group.begun_monotonic_s <= now - backlog_s]
        return old_enough[-1] if old_enough else self.groups[0]


class BurstSource:
    """Serves one publisher's stream as `url`. `options` name no address: the stream stays here."""

    def __init__(self, options: PublisherOptions, *, backlog_s: float = 5.0) -> None:
        assert options.url == STANDARD_OUTPUT, "a burst source serves what its publisher writes to pipe:1"
        self.publisher = Publisher(options)
        # When somebody connected, by the burnt clock.
        self.connected_ms: list[int] = []
        self._backlog_s = backlog_s
        self._clock_offset_s = options.clock_offset_s
        self._backlog = _Backlog()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._threads = [
            threading.Thread(target=self._server.serve_forever, daemon=True),
            threading.Thread(target=self._read, daemon=True),
        ]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/live.ts"

    def is_filled(self) -> bool:
        """Whether there is as much to be sent at once as was asked for, and a group to spare."""
        with self._backlog.more:
            groups = self._backlog.groups
            return bool(groups) and time.monotonic() - groups[0].begun_monotonic_s > self._backlog_s + 1

    def __enter__(self) -> Self:
        self.publisher.start()
        for thread in self._threads:
            thread.start()
        self.publisher.wait_until_sending()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the stream and every connection to it. May be called again."""
        if self.publisher.is_started:
            self.publisher.stop()
        with self._backlog.more:
            self._backlog.ended = True
            self._backlog.more.notify_all()
        self._server.shutdown()
        self._server.server_close()
        for thread in self._threads:
            thread.join()

    def _read(self) -> None:
        with self.publisher.output as output:
            while packet := output.read(_PACKET_BYTES):
                with self._backlog.more:
                    self._backlog.append(packet, time.monotonic())
                    self._backlog.more.notify_all()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        source = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                source.connected_ms.append(round((time.time() + source._clock_offset_s) * 1000))
                self.send_response(200)
                self.send_header("Content-Type", "video/mp2t")
                self.end_headers()
                try:
                    source._send(self)
                except (BrokenPipeError, ConnectionResetError):
                    return  # the reader went

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base names it so)
                return

        return Handler

    def _send(self, handler: BaseHTTPRequestHandler) -> None:
        backlog = self._backlog
        with backlog.more:
            backlog.more.wait_for(lambda: backlog.groups or backlog.ended)
            if not backlog.groups:
                return
            group = backlog.first_group(self._backlog_s, time.monotonic())
        sent = 0
        while True:
            with backlog.more:
                while sent == len(group.packets):
                    following = self._after(group)
                    if following is not None:
                        group, sent = following, 0
                    elif backlog.ended:
                        return
                    else:
                        backlog.more.wait()
                packets = bytes(group.packets[sent:])
            handler.wfile.write(packets)
            sent += len(packets)

    def _after(self, group: _Group) -> _Group | None:
        groups = self._backlog.groups
        at = next((index for index, kept in enumerate(groups) if kept is group), None)
        if at is None:
            return groups[0] if groups else None  # this reader is too slow: what it missed is gone
        return groups[at + 1] if at + 1 < len(groups) else None
