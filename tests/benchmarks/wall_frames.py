"""A wall of 36 tiles for 1, 20 and 200 viewers, each asking once a second as a browser does."""

import http.client
import json
import struct
import threading
import time
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from tests.benchmarks.bench import Bench, Setting
from tests.benchmarks.figure import Outcome, quantile
from tests.benchmarks.process_cpu import all_processes, family, total_s
from tests.benchmarks.served_gateway import ServedGateway
from tests.benchmarks.wall_hosts import WallHosts
from tests.benchmarks.wall_stand import PICTURE_BYTES, TILES, wall_stand

PATH = "/api/v1/wall/frames"
VIEWERS = (1, 20, 200)
_EVERY_S = 1.0


class Viewer:
    """A browser with the wall open: a kept connection, the cursor of its last answer."""

    def __init__(self, port: int, headers: Mapping[str, str], devices: Sequence[str]) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = dict(headers)
        self._devices = ",".join(devices)
        self._cursor = ""
        self.taken_ms: list[float] = []
        self.pictures = 0
        self.bytes = 0

    def look(self) -> None:
        """Ask once. Raises RuntimeError for anything but a good answer."""
        query = {"devices": self._devices, **({"after": self._cursor} if self._cursor else {})}
        before_s = time.perf_counter()
        self._connection.request("GET", f"{PATH}?{urlencode(query)}", headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        self.taken_ms.append((time.perf_counter() - before_s) * 1000)
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} {body[:300]!r}")
        (length,) = struct.unpack(">I", body[:4])
        head = json.loads(body[4 : 4 + length])
        self._cursor = head["cursor"]
        self.pictures += sum(frame["length"] > 0 for frame in head["frames"])
        self.bytes += len(body)

    def look_on(self, begin_s: float, until_s: float) -> None:
        """Ask once a second from `begin_s` on, by the monotonic clock."""
        due_s = begin_s
        while due_s < until_s:
            time.sleep(max(0.0, due_s - time.monotonic()))
            self.look()
            due_s += _EVERY_S

    def close(self) -> None:
        self._connection.close()


def measure(setting: Setting) -> Outcome:
    duration_s = setting.choose(20.0, 4.0)
    outcome = Outcome()
    with wall_stand(setting.folder) as stand:
        for count in VIEWERS:
            _measure_viewers(outcome, stand.served, stand.hosts, stand.tiles, count, duration_s)
    outcome.notes.append(
        f"{TILES} tiles of {len(stand.hosts.urls)} hosts, every picture new every second,"
        f" {PICTURE_BYTES / 1000:g} kB each; {duration_s:g} s a round, viewers spread over the second; hosts,"
        " viewers, web (one process),"
        " PostgreSQL and Redis on the same machine."
    )
    return outcome


def _measure_viewers(
    outcome: Outcome,
    served: ServedGateway,
    hosts: WallHosts,
    tiles: Sequence[str],
    count: int,
    duration_s: float,
) -> None:
    viewers = [Viewer(served.port, served.headers, tiles) for _ in range(count)]
    failures: list[Exception] = []
    begin_s = time.monotonic() + 0.2
    until_s = begin_s + duration_s

    def run(viewer: Viewer, phase_s: float) -> None:
        try:
            viewer.look_on(begin_s + phase_s, until_s)
        except Exception as error:  # noqa: BLE001 (raised below, in the thread that measures)
            failures.append(error)
        finally:
            viewer.close()

    threads = [
        threading.Thread(target=run, args=(viewer, index / count)) for index, viewer in enumerate(viewers)
    ]
    asked, cpu_s = hosts.asked(), _cpu_s(served)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took_s = time.monotonic() - begin_s
    if failures:
        raise failures[0]
    taken_ms = [one for viewer in viewers for one in viewer.taken_ms]
    outcome.add(f"{count} viewers: an answer, p50", "ms", [quantile(taken_ms, 0.5)])
    outcome.add("… p99", "ms", [quantile(taken_ms, 0.99)])
    outcome.add("… answers", "per s", [len(taken_ms) / took_s])
    outcome.add("… pictures in an answer", "", [sum(one.pictures for one in viewers) / len(taken_ms)])
    outcome.add("… sent", "MB/s", [sum(viewer.bytes for viewer in viewers) / took_s / 1e6])
    reached = hosts.asked() - asked
    outcome.add("… requests that reached a host", "per s", [reached / len(hosts.urls) / took_s])
    web_s, database_s = (after - before for before, after in zip(cpu_s, _cpu_s(served), strict=True))
    outcome.add("… CPU of web", "% of a core", [100 * web_s / took_s])
    outcome.add("… CPU of PostgreSQL", "% of a core", [100 * database_s / took_s])


def _cpu_s(served: ServedGateway) -> list[float]:
    processes = all_processes()
    return [total_s(family(processes, root)) for root in (served.pid, served.postgres_pid)]


WALL = Bench("wall", "a wall of 36 tiles for 1, 20 and 200 viewers", measure)
