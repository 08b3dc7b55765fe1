"""An end to a request, however slowly its answer trickles: limits of single reads do not add up to one."""

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

_CONNECTED = ("connection.connect_tcp.complete", "connection.start_tls.complete")


class RequestDeadline:
    """Shuts the connection of the request down that runs for longer than `within_s`; whoever reads from
    it then fails. Connections are kept for the next request: the object lives as long as its client."""

    def __init__(self, within_s: float) -> None:
        self._within_s = within_s
        self._socket: socket.socket | None = None
        self._timer: threading.Timer | None = None
        self.has_passed = False

    def __enter__(self) -> Self:
        self.has_passed = False
        self._timer = threading.Timer(self._within_s, self._shut_down)
        self._timer.daemon = True
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """httpcore's trace extension: learns of the connection that is used."""
        if event in _CONNECTED:
            self._socket = info["return_value"].get_extra_info("socket")
            if self.has_passed:
                self._shut_down()

    def _shut_down(self) -> None:
        self.has_passed = True
        if self._socket is not None:
            with suppress(OSError):  # it is closed already
                self._socket.shutdown(socket.SHUT_RDWR)
