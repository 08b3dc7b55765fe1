"""An S3 server of one's own: versitygw on loopback, with keys of its own, gone with whoever started it.

with PrivateS3(program, folder) as s3:
    s3.endpoint_url, s3.access_key, s3.secret_key
"""

import http.client
import os
import secrets
import time
from pathlib import Path
from typing import Self

from deploy.local.child_process import start_bound
from deploy.local.free_port import free_port
from deploy.local.loopback_server import LoopbackServer
from shared.errors import UnavailableError

START_WITHIN_S = 20.0
ACCESS_KEY = "coldframe"
_ATTEMPTS = 5  # at a port: another server may take it before this one does
_POLL_S = 0.01
_ANSWER_WITHIN_S = 2.0


class PrivateS3(LoopbackServer):
    """One server with its objects below `folder`; `port` 0 takes a free one, which it keeps.

    `data`: where the objects lie, else in `folder`; its file system must have extended attributes. The server
    ends with the **thread** that called `start`.
    """

    title = "The S3 server"

    def __init__(self, program: Path, folder: Path, port: int = 0, *, data: Path | None = None) -> None:
        self.folder = folder
        self.log = folder / "s3.log"
        self.port = port
        self.access_key = ACCESS_KEY
        self.secret_key = secrets.token_urlsafe(24)
        self._program = program
        self._data = data or folder / "data"
        super().__init__()

    def start(self) -> Self:
        """Start the server and wait until it answers. Raises UnavailableError where it does not."""
        if self._process is not None:
            return self
        self._data.mkdir(parents=True, exist_ok=True)
        for _attempt in range(_ATTEMPTS):
            port = self.port or free_port()
            if self._starts(port):
                self.port = port
                return self
            self.stop()
            if self.port or "address already in use" not in self._said():
                break
        last = " · ".join(self._said().splitlines()[-3:])
        raise UnavailableError(f"The S3 server did not start: {last}", remedy=f"See {self.log}.")

    @property
    def endpoint_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # -- inside ------------------------------------------------------------------------------

    def _starts(self, port: int) -> bool:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log.write_bytes(b"")
        process = start_bound(
            [self._program, "--port", f"127.0.0.1:{port}", "--quiet", "posix", self._data],
            log=self.log,
            environment={
                "PATH": os.environ.get("PATH", os.defpath),
                "HOME": str(self.folder),
                # No arguments: all see those.
                "ROOT_ACCESS_KEY": self.access_key,
                "ROOT_SECRET_KEY": self.secret_key,
            },
            folder=self.folder,
        )
        self._process = process
        deadline = time.monotonic() + START_WITHIN_S
        while time.monotonic() < deadline and process.poll() is None:
            if _answers(port):
                return process.poll() is None
            time.sleep(_POLL_S)
        return False

    def _said(self) -> str:
        return self.log.read_text(errors="replace")


def _answers(port: int) -> bool:
    """Whether something speaks HTTP there; without a signature it refuses, which is an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_ANSWER_WITHIN_S)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
