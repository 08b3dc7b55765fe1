"""Hosts with new pictures at every request, in a process of their own, for the wall's benchmark."""

import multiprocessing
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from tests.support.picture_host import PictureHost

_START_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True)
class WallHosts:
    """`urls` by name."""

    urls: dict[str, str]
    _pipe: Connection

    def asked(self) -> int:
        """How many requests have reached the hosts."""
        self._pipe.send("asked")
        count = self._pipe.recv()
        assert isinstance(count, int)
        return count


@contextmanager
def wall_hosts(
    names: Sequence[str], devices: Sequence[str], picture_bytes: int, pictures: Sequence[bytes] = ()
) -> Iterator[WallHosts]:
    """Hosts of these names, each with all of `devices`, which show `pictures`, or bytes like pictures."""
    spawning = multiprocessing.get_context("spawn")
    ours, theirs = spawning.Pipe()
    process: BaseProcess = spawning.Process(
        target=_serve, args=(theirs, list(names), list(devices), picture_bytes, list(pictures)), daemon=True
    )
    process.start()
    try:
        if not ours.poll(_START_WITHIN_S):
            raise RuntimeError("the hosts did not start")
        yield WallHosts(ours.recv(), ours)
        ours.send("stop")
    finally:
        process.join(_START_WITHIN_S)
        if process.is_alive():
            process.kill()


def _serve(
    pipe: Connection, names: list[str], devices: list[str], size_bytes: int, pictures: list[bytes]
) -> None:
    # Threads of sockets that are reset are no news.
    threading.excepthook = lambda _arguments: None
    with ExitStack() as stack:
        hosts = {name: PictureHost(devices, size_bytes=size_bytes, pictures=pictures) for name in names}
        for host in hosts.values():
            stack.enter_context(host.server)
        pipe.send({name: host.server.url for name, host in hosts.items()})
        while pipe.recv() == "asked":
            pipe.send(sum(len(host.asked_at_s) for host in hosts.values()))
