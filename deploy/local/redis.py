"""A Redis server of one's own: on loopback, behind a random password, gone with whoever started it.

with PrivateRedis(folder) as redis:
    url = redis.url()
"""

import os
import secrets
import time
from pathlib import Path
from typing import Self

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from deploy.local.child_process import start_bound
from deploy.local.free_port import free_port
from deploy.local.loopback_server import LoopbackServer
from shared.atomic_write import write_atomically
from shared.errors import UnavailableError

PROGRAM = "redis-server"
PACKAGE = "redis-server"
START_WITHIN_S = 20.0
_ATTEMPTS = 5  # at a port: another server may take it before this one does
_POLL_S = 0.02
# It refuses to start where the caller's language is not installed.
_LANGUAGE = {"LC_ALL": "C.UTF-8"}


class PrivateRedis(LoopbackServer):
    """One server with its data in `folder`; `port` 0 takes a free one, anew at every start of the object.

    `durable`: what it holds survives restarts (append-only file). The server ends with the **thread** that
    called `start`.
    """

    title = "Redis"

    def __init__(self, folder: Path, port: int = 0, *, durable: bool = True) -> None:
        self.folder = folder
        self.log = folder / "redis.log"
        self.port = port
        self._durable = durable
        self._password = secrets.token_urlsafe(24)
        super().__init__()

    def start(self) -> Self:
        """Start the server and wait until it answers. Raises UnavailableError where it does not."""
        if self._process is not None:
            return self
        self.folder.mkdir(parents=True, exist_ok=True)
        for _attempt in range(_ATTEMPTS):
            port = self.port or free_port()
            if self._starts(port):
                self.port = port
                return self
            self.stop()
            if self.port or "Address already in use" not in self.log.read_text(errors="replace"):
                break
        last = " · ".join(self.log.read_text(errors="replace").splitlines()[-3:])
        raise UnavailableError(
            f"Redis did not start: {last}", remedy=f"Install {PACKAGE}, or see {self.log}."
        )

    def url(self, database: int = 0) -> str:
        """Where it is found, password and all."""
        return f"redis://:{self._password}@127.0.0.1:{self.port}/{database}"

    # -- inside ------------------------------------------------------------------------------

    def _starts(self, port: int) -> bool:
        config = self.folder / "redis.conf"
        write_atomically(config, self._config(port), mode=0o600)  # the password is no argument: all see those
        self.log.write_bytes(b"")
        process = start_bound([PROGRAM, config], log=self.log, environment={**os.environ, **_LANGUAGE})
        self._process = process
        deadline = time.monotonic() + START_WITHIN_S
        once = Retry(NoBackoff(), 0)
        with redis.Redis(port=port, password=self._password, socket_timeout=1.0, retry=once) as client:
            while time.monotonic() < deadline and process.poll() is None:
                try:
                    client.ping()
                    return True
                except redis.RedisError:  # it does not listen yet, or is still reading its file
                    time.sleep(_POLL_S)
        return False

    def _config(self, port: int) -> str:
        lines = (
            "bind 127.0.0.1",
            f"port {port}",
            f"requirepass {self._password}",
            f'dir "{self.folder}"',
            "daemonize no",
            'save ""',
            f"appendonly {'yes' if self._durable else 'no'}",
        )
        return "\n".join(lines) + "\n"
