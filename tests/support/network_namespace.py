"""A network of its own for some processes, and the cable to it, which can be pulled."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

_ADDRESSES = 2**14


@dataclass(frozen=True, slots=True)
class Network:
    """Two ends of a cable. `prefix` goes before a command that is to run at the far end.

    `near`: the address at this end, where everything else is; `far`: the one at the other; `cidr`: of both.
    """

    prefix: Sequence[str]
    near: str
    far: str
    cidr: str
    _far_link: str

    def cut(self) -> None:
        """Pull the cable: what is sent vanishes, and nobody is told."""
        _run(*self.prefix, "ip", "link", "set", self._far_link, "down")

    def mend(self) -> None:
        """Put it back."""
        _run(*self.prefix, "ip", "link", "set", self._far_link, "up")


@contextmanager
def network_namespace() -> Iterator[Network]:
    """Make a network; its cable goes with the block. Skips where this machine does not permit it."""
    if os.geteuid() != 0:
        pytest.skip("only root may make a network namespace: run the tests as root to have a host cut off")
    if shutil.which("ip") is None:
        pytest.skip("iproute2 is missing: install it to have a host cut off")
    # Its network lives as long as a process is in it.
    holder = subprocess.Popen(
        ["unshare", "--net", "--", "sh", "-c", "echo made; exec sleep infinity"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None and holder.stderr is not None
    try:
        if holder.stdout.readline() != "made\n":
            pytest.skip(f"network namespaces are not permitted here: {holder.stderr.read().strip()}")
        yield _joined(holder.pid)
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
        holder.stderr.close()


def _joined(pid: int) -> Network:
    """Lay the cable to the network of the process `pid`."""
    # Chosen by lot, since tests run side by side: a /30 of 10.192.0.0/12, which hardly anybody uses.
    base = (10 << 24) + (192 << 16) + 4 * secrets.randbelow(_ADDRESSES)
    near, far = _dotted(base + 1), _dotted(base + 2)
    name = f"cf{secrets.token_hex(5)}"
    near_link, far_link = f"{name}n", f"{name}f"
    prefix = ("nsenter", "--net", f"--target={pid}", "--")
    try:
        _run("ip", "link", "add", near_link, "type", "veth", "peer", "name", far_link, "netns", str(pid))
    except subprocess.CalledProcessError as error:
        pytest.skip(f"a cable between networks cannot be made here: {error.stderr}")
    _run("ip", "address", "add", f"{near}/30", "dev", near_link)
    _run("ip", "link", "set", near_link, "up")
    _run(*prefix, "ip", "link", "set", "lo", "up")
    _run(*prefix, "ip", "address", "add", f"{far}/30", "dev", far_link)
    _run(*prefix, "ip", "link", "set", far_link, "up")
    return Network(prefix, near, far, f"{_dotted(base)}/30", far_link)


def _dotted(address: int) -> str:
    return ".".join(str(address >> shift & 255) for shift in (24, 16, 8, 0))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)
