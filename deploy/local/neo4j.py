"""A Neo4j server of one's own: on loopback, behind a random password, gone with whoever started it.

with PrivateNeo4j(jars, folder) as graph:
    graph.uri, graph.user, graph.password
"""

import os
import secrets
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from deploy.local.child_process import start_bound, stop
from deploy.local.free_port import free_port
from deploy.local.loopback_server import LoopbackServer
from deploy.local.neo4j_program import JAVA, USER
from shared.atomic_write import write_atomically
from shared.errors import UnavailableError

# After a crash it reads its log first.
START_WITHIN_S = 120.0
STOP_WITHIN_S = 30.0
_ATTEMPTS = 5  # at a port: another server may take it before this one does
_POLL_S = 0.02
_ANSWER_WITHIN_S = 2.0
_TAKEN = "Address already in use"
# The parts of Java's library that the server reaches into.
_OPEN_MODULES = ("java.nio", "java.io", "sun.nio.ch")
# One thread collects garbage, and nothing is left in /tmp.
_LEAN = ("-XX:+UseSerialGC", "-XX:-UsePerfData")
_LIGHTLY_COMPILED = ("-XX:TieredStopAtLevel=1",)
# What every Bolt server answers with a version to: the magic number and the versions that one speaks.
_HANDSHAKE = bytes.fromhex("6060b017 00000805 00000005 00000004 00000000")


class PrivateNeo4j(LoopbackServer):
    """One server on the parts in `jars`, with its data in `folder`; `port` 0 takes a free one and keeps it.

    Data and password survive restarts. `heap_mb`: the most that Java takes for objects; the server needs
    some 200 MB beside it. `short_lived`: it starts with half the work, and never gets fast. The server ends
    with the **thread** that called `start`.
    """

    title = "Neo4j"

    def __init__(
        self,
        jars: Path,
        folder: Path,
        port: int = 0,
        *,
        heap_mb: int = 512,
        page_cache_mb: int = 256,
        short_lived: bool = False,
    ) -> None:
        self.folder = folder.absolute()
        self.log = self.folder / "neo4j.log"
        self.port = port
        self.user = USER
        self._jars = jars
        self._heap_mb = heap_mb
        self._page_cache_mb = page_cache_mb
        self._short_lived = short_lived
        super().__init__()

    def start(self) -> Self:
        """Start the server and wait until it answers. Raises UnavailableError where it does not."""
        if self._process is not None:
            return self
        had_port = bool(self.port)
        for _attempt in range(_ATTEMPTS):
            self.begin()
            try:
                self.wait_until_up()
            except UnavailableError:
                if had_port or _TAKEN not in self._said():
                    raise
                self.port = 0
            else:
                return self
        raise self._failure()

    def begin(self) -> Self:
        """Start the server, which takes seconds to answer; `uri` and `password` are good from now on.

        Raises UnavailableError where this machine has no Java.
        """
        self._prepare()
        self.port = self.port or free_port()
        self._write_config(self.port)
        self.log.write_bytes(b"")
        self._process = start_bound(self._command(), log=self.log, environment=self._environment())
        return self

    def wait_until_up(self) -> None:
        """Raises UnavailableError, and ends the server, where it does not answer in time."""
        deadline = time.monotonic() + START_WITHIN_S
        while time.monotonic() < deadline and self.is_running:
            if _answers(self.port) and self.is_running:
                return
            time.sleep(_POLL_S)
        self.kill()
        raise self._failure()

    def stop(self) -> None:
        """End the server in order, which takes two seconds or more."""
        if self._process is not None:
            stop(self._process, within_s=STOP_WITHIN_S)
            self._process = None

    @property
    def uri(self) -> str:
        return f"bolt://127.0.0.1:{self.port}"

    @property
    def password(self) -> str:
        """Raises FileNotFoundError before the first start."""
        return (self.folder / "password").read_text()

    # -- inside ------------------------------------------------------------------------------

    def _prepare(self) -> None:
        """Make the folders and, once, the password: the server reads it at its first start alone."""
        for name in ("home", "conf"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        if (self.folder / "password").exists():
            return
        password = secrets.token_hex(
            24
        )  # of letters and digits: what begins with a dash is read as an option
        self._write_config(port=0)
        # In a file that Java reads, as everybody sees the arguments of processes.
        arguments = self.folder / "set-password.arguments"
        command = (
            *("-Xmx128m", *_LEAN, *_LIGHTLY_COMPILED, "-cp", f"{self._jars}/*"),
            *("org.neo4j.cli.AdminTool", "dbms", "set-initial-password", password),
        )
        write_atomically(arguments, "\n".join(f'"{word}"' for word in command), mode=0o600)
        try:
            done = subprocess.run(
                [JAVA, f"@{arguments}"], env=self._environment(), capture_output=True, text=True, check=False
            )
        except FileNotFoundError:
            raise UnavailableError("Java is missing.", remedy="make set-up-demo says what to do.") from None
        finally:
            arguments.unlink()
        if done.returncode != 0:
            said = " · ".join(done.stderr.strip().splitlines()[-3:])
            raise UnavailableError(f"Neo4j takes no password: {said}", remedy=f"Delete {self.folder}.")
        # Written last: without it, everything is done again.
        write_atomically(self.folder / "password", password, mode=0o600)

    def _command(self) -> Sequence[str]:
        return (
            *(JAVA, "-cp", f"{self._jars}/*", "-Xms128m", f"-Xmx{self._heap_mb}m", *_LEAN),
            *(_LIGHTLY_COMPILED if self._short_lived else ()),
            *("-XX:+ExitOnOutOfMemoryError", "-Dlog4j2.disable.jmx=true", "-Dfile.encoding=UTF-8"),
            *(f"--add-opens=java.base/{module}=ALL-UNNAMED" for module in _OPEN_MODULES),
            "org.neo4j.server.CommunityEntryPoint",
            *(f"--home-dir={self.folder / 'home'}", f"--config-dir={self.folder / 'conf'}"),
        )

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.folder),
            "LC_ALL": "C.UTF-8",
            "NEO4J_HOME": str(self.folder / "home"),
            "NEO4J_CONF": str(self.folder / "conf"),
        }

    def _write_config(self, port: int) -> None:
        lines = (
            "server.default_listen_address=127.0.0.1",
            f"server.bolt.listen_address=127.0.0.1:{port}",
            f"server.bolt.advertised_address=127.0.0.1:{port}",
            "server.http.enabled=false",
            "server.https.enabled=false",
            "dbms.security.auth_enabled=true",
            "dbms.usage_report.enabled=false",
            f"server.memory.pagecache.size={self._page_cache_mb}m",
            "db.tx_log.rotation.retention_policy=1 hours 128M",
            "db.tx_log.rotation.size=32m",
            # Else a stop takes 12 s.
            "internal.dbms.bolt.netty_server_shutdown_quiet_period=0",
        )
        write_atomically(self.folder / "conf" / "neo4j.conf", "\n".join(lines) + "\n")

    def _failure(self) -> UnavailableError:
        last = " · ".join(self._said().splitlines()[-3:])
        return UnavailableError(f"Neo4j did not start: {last}", remedy=f"See {self.log}.")

    def _said(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""


def _answers(port: int) -> bool:
    """Whether something speaks Bolt there."""
    try:
        with socket.create_connection(("127.0.0.1", port), _ANSWER_WITHIN_S) as connection:
            connection.settimeout(_ANSWER_WITHIN_S)
            connection.sendall(_HANDSHAKE)
            return len(connection.recv(4)) > 0
    except OSError:
        return False
