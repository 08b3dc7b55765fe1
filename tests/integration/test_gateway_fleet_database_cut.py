"""The network between the gateway and its database is cut: nobody says so, and nobody waits for long."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.local.postgres import PrivatePostgres
from tests.support.network_namespace import network_namespace

SILENT_AFTER_S = 2
ENDS_WITHIN_S = 20.0
# Of a request: what it makes of a connection that was in use before the cut, and what it says.
_ASK = """
import sys, time
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from gateway.db.engine import create_database

engine = create_database(sys.argv[1], pool_size=1, silent_after_s=int(sys.argv[2]))
def ask():
    with engine.connect() as connection:
        return connection.execute(text("SELECT 1")).scalar()
print(ask(), flush=True)
sys.stdin.readline()
begun_s = time.monotonic()
try:
    ask()
except SQLAlchemyError as error:
    print(f"{time.monotonic() - begun_s:.1f} {type(error).__name__}", flush=True)
sys.stdin.readline()
print(ask(), flush=True)
"""


@contextmanager
def reachable_at(address: str, port: int) -> Iterator[int]:
    """Pass connections to `address` on to this machine's own `port`; the port to connect to."""
    listener = socket.create_server((address, 0))
    opened: list[socket.socket] = [listener]

    def pass_on(source: socket.socket, sink: socket.socket) -> None:
        try:
            while piece := source.recv(65_536):
                sink.sendall(piece)
        except OSError:
            pass  # one of the two is gone

    def accept() -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return  # the block has ended
            far = socket.create_connection(("127.0.0.1", port))
            opened.extend((near, far))
            for ends in ((near, far), (far, near)):
                threading.Thread(target=pass_on, args=ends, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        for each in opened:
            each.close()


def test_a_request_fails_soon_when_the_database_cannot_be_reached_any_more(
    postgres: PrivatePostgres, database_url: str
) -> None:
    with network_namespace() as network, reachable_at(network.near, postgres.port) as port:
        url = database_url.replace(f"127.0.0.1:{postgres.port}", f"{network.near}:{port}")
        asking = subprocess.Popen(
            [*network.prefix, sys.executable, "-c", _ASK, url, str(SILENT_AFTER_S)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert asking.stdin is not None and asking.stdout is not None
        giving_up = threading.Timer(ENDS_WITHIN_S, asking.kill)
        giving_up.start()
        try:
            assert asking.stdout.readline() == "1\n"
            network.cut()
            print("\n", file=asking.stdin, flush=True, end="")
            said = asking.stdout.readline().split()
            assert said, f"still waiting after {ENDS_WITHIN_S:g} s"
            print(f"failed after {said[0]} s")
            assert said[1] == "OperationalError"
            network.mend()
            print("\n", file=asking.stdin, flush=True, end="")
            assert asking.stdout.readline() == "1\n"
        finally:
            giving_up.cancel()
            asking.kill()
            asking.wait()
            asking.stdin.close()
            asking.stdout.close()
