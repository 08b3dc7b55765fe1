"""A wall of 36 tiles for 1, 20 and 200 viewers, each asking once a second as a browser does."""

import http.client
import json
import struct
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode

from sqlalchemy import Engine, text

from gateway.secret_box import SecretBox
from tests.benchmarks.bench import Bench, Setting
from tests.benchmarks.figure import Outcome, quantile
from tests.benchmarks.fleet_rows import DEVICES_A_HOST, make_devices
from tests.benchmarks.process_cpu import all_processes, family, total_s
from tests.benchmarks.served_gateway import SECRET_KEY, ServedGateway, serving_gateway
from tests.benchmarks.wall_hosts import WallHosts, wall_hosts
from tests.support.fleet_rows import add_enrolment
from tests.support.raw_host import SECRET

PATH = "/api/v1/wall/frames"
TILES = 36
VIEWERS = (1, 20, 200)
PICTURE_BYTES = 12_000  # of a thumbnail of a street, 320 pixels wide
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
    with serving_gateway(setting.folder) as served:
        make_devices(served.engine, TILES)
        with served.engine.begin() as connection:
            names = list(connection.execute(text("SELECT name FROM hosts ORDER BY name")).scalars())
        devices = [f"camera-{number}" for number in range(1, DEVICES_A_HOST + 1)]
        tiles = [f"{host}/{device}" for host in names for device in devices]
        with wall_hosts(names, devices, PICTURE_BYTES) as hosts:
            _enrol(served.engine, hosts, devices)
            for count in VIEWERS:
                _measure_viewers(outcome, served, hosts, tiles, count, duration_s)
    outcome.notes.append(
        f"{TILES} tiles of {len(names)} hosts, every picture new every second, {PICTURE_BYTES / 1000:g} kB"
        f" each; {duration_s:g} s a round, viewers spread over the second; hosts, viewers, web (one process),"
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


def _enrol(engine: Engine, hosts: WallHosts, devices: Sequence[str]) -> None:
    """As rows: that they have enrolled and reported a moment ago."""
    secret = SecretBox([SECRET_KEY]).close(SECRET)
    with engine.begin() as connection:
        for name, url in hosts.urls.items():
            add_enrolment(connection, name, url, secret, devices, datetime.now(UTC))


WALL = Bench("wall", "a wall of 36 tiles for 1, 20 and 200 viewers", measure)
