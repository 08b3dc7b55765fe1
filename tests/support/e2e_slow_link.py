"""A thin link to a host: a TCP proxy that lets answers wait, or swallows what it is sent."""

import contextlib
import socket
import threading
import time
from types import TracebackType
from typing import Self

_CHUNK = 65536


class SlowLink:
    """Passes on to `127.0.0.1:port`. Every answer (what comes back after something was sent) waits `delay_s`
    first; `is_dead`: whatever is sent is taken, and never answered."""

    def __init__(self, port: int, *, delay_s: float = 0.0, is_dead: bool = False) -> None:
        self.delay_s = delay_s
        self.is_dead = is_dead
        self.answers = 0
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, name="slow link", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()
        for each in list(self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            self._open.add(near)
            threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        asked = threading.Event()
        with near, contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._port)) as far:
            self._open.add(far)
            back = threading.Thread(target=self._carry_back, args=(far, near, asked), daemon=True)
            back.start()
            while data := near.recv(_CHUNK):
                asked.set()
                if not self.is_dead:
                    far.sendall(data)
            far.shutdown(socket.SHUT_WR)
            back.join()
        self._open.discard(near)

    def _carry_back(self, far: socket.socket, near: socket.socket, asked: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := far.recv(_CHUNK):
                if asked.is_set():
                    asked.clear()
                    self.answers += 1
                    time.sleep(self.delay_s)
                if self.is_dead:
                    return
                near.sendall(data)
            near.shutdown(socket.SHUT_WR)
