"""For tests of connections: an address that swallows what is sent, and which ffmpegs are still asking."""

import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.network_namespace import network_namespace

# Only what reads a camera's stream says as much of it.
_OF_A_PROBE = {"level+debug", "level+trace"}
# 198.18.0.0/15 is set aside for trying networks (RFC 2544): nobody's camera is there.
_ADDRESSES = 2**17


@contextmanager
def swallowing_address() -> Iterator[str]:
    """An address at which nothing answers, not even with a refusal: a network of the test's own takes what is
    sent there and passes it on to nobody."""
    with network_namespace() as network:
        number = (198 << 24) + (18 << 16) + secrets.randbelow(_ADDRESSES)
        address = ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))
        subprocess.run(["ip", "route", "add", f"{address}/32", "via", network.far], check=True)
        # The route goes with the network's cable.
        yield address


def probes_running() -> list[list[str]]:
    """The command lines of the ffmpegs that this process has reading a stream."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
            arguments = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue  # it has just ended
        if int(parent) == os.getpid() and _OF_A_PROBE & set(arguments):
            found.append(arguments)
    return found
