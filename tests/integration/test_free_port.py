"""Ports for servers that tests and the demo start, stop and start again."""

import socket
import subprocess
import sys
from pathlib import Path

from deploy.local.free_port import free_port, is_free

BLOCK = 100
_PRINT_PORTS = """
from deploy.local.free_port import free_port
print(*(free_port() for _ in range(100)))
"""


def _connections_begin() -> int:
    return int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])


def test_a_port_comes_again_only_after_many_others() -> None:
    ports = [free_port() for _ in range(BLOCK // 2)]
    assert len(set(ports)) == len(ports)


def test_no_connection_that_goes_out_takes_the_port_of_a_server_that_is_being_restarted() -> None:
    assert max(free_port() for _ in range(BLOCK)) < _connections_begin()


def test_processes_side_by_side_get_different_ports() -> None:
    own = {free_port() for _ in range(BLOCK)}
    printed = subprocess.run([sys.executable, "-c", _PRINT_PORTS], check=True, capture_output=True, text=True)
    assert not own & {int(port) for port in printed.stdout.split()}


def test_a_port_that_somebody_listens_on_is_passed_over() -> None:
    with socket.socket() as listener:
        taken = free_port()
        listener.bind(("127.0.0.1", taken))
        listener.listen()
        assert not is_free(taken)
        assert taken not in [free_port() for _ in range(BLOCK)]
        assert free_port(taken) != taken
    assert free_port(taken) == taken
