"""A PostgreSQL server of one's own: on loopback, behind a random password, gone with whoever started it.

    with PrivatePostgres(folder) as postgres:
        url = postgres.create_database("coldframe")

Databases belong to the role `coldframe`, which is no superuser: as on a machine of an operator's.
"""

import fcntl
import os
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from deploy.local.child_process import start_bound, stop
from deploy.local.free_port import free_port
from deploy.local.postgres_programs import PACKAGE, find_programs
from deploy.local.unprivileged import RunAs, run_as_for
from shared.atomic_write import write_atomically
from shared.errors import ConflictError, UnavailableError

ROLE = "coldframe"
SUPERUSER = "postgres"
START_WITHIN_S = 60.0  # after a kill it first goes through what it had written
_ATTEMPTS = 5  # at a port: another server may take it before this one does
_POLL_S = 0.02
# Nothing of the caller's own PostgreSQL settings (PGDATA, PGOPTIONS, …), and no language that is not there.
_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}
_ALWAYS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # their paths may have 107 characters only
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "100",
    "shared_buffers": "64MB",
}
# For data that nobody misses: three times faster. What is committed survives a kill of the server all the
# same (it has been handed to the kernel), and is gone after a power cut.
_FLEETING = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}


class PrivatePostgres:
    """One server with its data in `folder`; `port` 0 takes a free one, anew at every start of the object.

    `durable=False`: as fast as can be, the data does not survive a crash of the machine. The server ends
    with the **thread** that called `start`. As root it runs as another user, who then owns `folder`.
    """

    def __init__(self, folder: Path, port: int = 0, *, durable: bool = True) -> None:
        self.folder = folder
        self.log = folder / "postgres.log"
        self.port = port
        self._durable = durable
        self._data = folder / "data"
        self._password = ""
        self._lock: int | None = None
        self._process: subprocess.Popen[bytes] | None = None

    # -- life --------------------------------------------------------------------------------

    def start(self) -> Self:
        """Start the server, on new data where there is none, and wait until it answers.

        Raises ConflictError where another process runs one on `folder`, UnavailableError where PostgreSQL
        is missing or does not start.
        """
        if self._process is not None:
            return self
        self.folder.mkdir(parents=True, exist_ok=True)
        self._take_lock()
        try:
            runner = run_as_for(self.folder, SUPERUSER)
            programs = self._programs()
            self._password = self._read_password()
            if not self._data.exists():
                self._make_data(programs, runner)
            self._end_leftover()
            self._start_server(programs, runner)
            self._make_role()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End the server in order, open connections or not. It can be started again, on the same port."""
        if self._process is not None:
            stop(self._process, number=signal.SIGINT)
            self._process = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def kill(self) -> None:
        """End the server as a crash does; its data stays as it is. Start it again with `start`."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Of the server's first process. Raises UnavailableError where it does not run."""
        if self._process is None:
            raise UnavailableError("PostgreSQL is not running.", remedy="Start it.")
        return self._process.pid

    # -- databases ---------------------------------------------------------------------------

    def url(self, database: str) -> str:
        """Where `database` is found, password and all."""
        return self._url(ROLE, database)

    def create_database(self, name: str, template: str | None = None) -> str:
        """Make `name` where it is missing, as a copy of `template` or empty; return its URL.

        Nobody may be connected to the template meanwhile.
        """
        with self._superuser() as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is None:
                connection.execute(
                    SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                        Identifier(name), Identifier(ROLE), Identifier(template or "template1")
                    )
                )
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop `name` where it is there, and end whoever is connected to it."""
        with self._superuser() as connection:
            connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))

    # -- inside ------------------------------------------------------------------------------

    def _url(self, role: str, database: str) -> str:
        return f"postgresql://{role}:{self._password}@127.0.0.1:{self.port}/{database}"

    def _superuser(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self._url(SUPERUSER, "postgres"), autocommit=True, connect_timeout=10)

    def _take_lock(self) -> None:
        descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise ConflictError(
                f"A PostgreSQL server is running on {self.folder} already.",
                remedy="End the process that started it.",
            ) from None
        self._lock = descriptor

    def _programs(self) -> Path:
        """Data can be read by the major version that wrote it and by no other."""
        version = self._data / "PG_VERSION"
        major = version.read_text().strip() if version.exists() else ""
        programs = find_programs(major)
        if programs is None and major:
            raise UnavailableError(
                f"The data in {self._data} is PostgreSQL {major}'s, which is not installed.",
                remedy=f"Install postgresql-{major}, or begin anew: rm -r {self.folder}",
            )
        if programs is None:
            raise UnavailableError(
                "PostgreSQL is missing.",
                remedy=f"Install it: apt-get install --no-install-recommends {PACKAGE}.",
            )
        return programs

    def _read_password(self) -> str:
        """The password of both roles: made once, since it stands in the data too."""
        path = self.folder / "password"
        if not path.exists():
            write_atomically(path, secrets.token_urlsafe(24), mode=0o600)
        return path.read_text()

    def _make_data(self, programs: Path, runner: RunAs) -> None:
        """Made beside its place: what a kill leaves half made is never taken for data."""
        partial = self.folder / "data.part"
        shutil.rmtree(partial, ignore_errors=True)
        runner.own(self.folder / "password")
        made = subprocess.run(
            [
                *runner.prefix,
                *(programs / "initdb", "--pgdata", partial, "--username", SUPERUSER),
                *("--auth", "scram-sha-256", "--pwfile", self.folder / "password"),
                *("--encoding", "UTF8", "--locale", "C.UTF-8", "--no-instructions"),
                *([] if self._durable else ["--no-sync"]),
            ],
            env=_ENVIRONMENT,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode != 0:
            raise UnavailableError(
                f"PostgreSQL's data could not be made: {' · '.join(made.stderr.splitlines()[-3:])}",
                remedy=f"Look at {self.folder}.",
            )
        partial.rename(self._data)

    def _end_leftover(self) -> None:
        """After a kill: wait for the old server to end, and drop its pid, which may be anybody's by now.

        Whoever started it is gone, or the lock would be taken.
        """
        pid_file = self._data / "postmaster.pid"
        pid = _first_number(pid_file)
        deadline = time.monotonic() + START_WITHIN_S
        while pid and _works_in(pid, self._data):
            if time.monotonic() > deadline:
                raise UnavailableError(
                    f"An old PostgreSQL (process {pid}) does not end.", remedy=f"kill {pid}"
                )
            os.kill(pid, signal.SIGINT)
            time.sleep(_POLL_S)
        pid_file.unlink(missing_ok=True)

    def _start_server(self, programs: Path, runner: RunAs) -> None:
        settings = {**_ALWAYS, **({} if self._durable else _FLEETING)}
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        for _attempt in range(_ATTEMPTS):
            port = self.port or free_port()
            self.log.write_bytes(b"")
            process = start_bound(
                [programs / "postgres", "-D", self._data, "-p", str(port), *options],
                log=self.log,
                environment=_ENVIRONMENT,
                death_signal=signal.SIGINT,  # SIGTERM would wait for whoever is connected
                prefix=runner.prefix,
            )
            self._process = process
            if self._wait_until_ready(process):
                self.port = port
                return
            stop(process, number=signal.SIGINT)
            self._process = None
            if self.port or "could not create any TCP/IP sockets" not in self.log.read_text(errors="replace"):
                break
        raise UnavailableError(
            f"PostgreSQL did not start: {_last_lines(self.log)}", remedy=f"See {self.log}."
        )

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> bool:
        """The eighth line of its pid file says how far it is, as `pg_ctl` reads it."""
        deadline = time.monotonic() + START_WITHIN_S
        pid_file = self._data / "postmaster.pid"
        while time.monotonic() < deadline and process.poll() is None:
            try:
                lines = pid_file.read_text().splitlines()
            except FileNotFoundError:
                lines = []
            if len(lines) >= 8 and lines[7].strip() == "ready":
                return True
            time.sleep(_POLL_S)
        return False

    def _make_role(self) -> None:
        with self._superuser() as connection:
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (ROLE,)).fetchone()
            if known is None:
                connection.execute(
                    SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(Identifier(ROLE), Literal(self._password))
                )


def _first_number(pid_file: Path) -> int:
    """The process that a pid file names; 0 where it names none."""
    try:
        first = pid_file.read_text().partition("\n")[0].strip()
    except FileNotFoundError:
        return 0
    return int(first) if first.isdigit() else 0


def _works_in(pid: int, folder: Path) -> bool:
    """Whether `pid` is a process whose working folder is `folder`, as a server's is its data's."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == folder.resolve()
    except OSError:
        return False


def _last_lines(log: Path, count: int = 3) -> str:
    return " · ".join(log.read_text(errors="replace").splitlines()[-count:])
