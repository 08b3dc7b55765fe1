"""A gateway with a wall of devices whose hosts have a new picture at every request."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, text

from gateway.secret_box import SecretBox
from tests.benchmarks.fleet_rows import DEVICES_A_HOST, make_devices
from tests.benchmarks.served_gateway import SECRET_KEY, ServedGateway, serving_gateway
from tests.benchmarks.wall_hosts import WallHosts, wall_hosts
from tests.support.fleet_rows import add_enrolment
from tests.support.raw_host import SECRET

TILES = 36
PICTURE_BYTES = 12_000  # of a thumbnail of a street, 320 pixels wide
_SOI, _EOI = b"\xff\xd8", b"\xff\xd9"


@dataclass(frozen=True, slots=True)
class WallStand:
    """`tiles`: full names of its devices."""

    served: ServedGateway
    hosts: WallHosts
    tiles: Sequence[str]


@contextmanager
def wall_stand(folder: Path, pictures: Sequence[bytes] = ()) -> Iterator[WallStand]:
    """Run it, with `TILES` devices; without `pictures` they send bytes that only look like some."""
    with serving_gateway(folder) as served:
        make_devices(served.engine, TILES)
        with served.engine.begin() as connection:
            names = list(connection.execute(text("SELECT name FROM hosts ORDER BY name")).scalars())
        devices = [f"camera-{number}" for number in range(1, DEVICES_A_HOST + 1)]
        with wall_hosts(names, devices, PICTURE_BYTES, pictures) as hosts:
            _enrol(served.engine, hosts, devices)
            yield WallStand(served, hosts, [f"{host}/{device}" for host in names for device in devices])


def real_pictures(count: int) -> list[bytes]:
    """Thumbnails of 320 × 180 pixels, each another one, made by ffmpeg. Raises CalledProcessError."""
    source = f"testsrc2=size=320x180:rate=1,noise=alls=14:allf=t,trim=end_frame={count}"
    made = subprocess.run(
        [
            "ffmpeg",
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            source,
            "-f",
            "image2pipe",
            "-c:v",
            "mjpeg",
            "-q:v",
            "7",
            "-",
        ],
        check=True,
        capture_output=True,
    ).stdout
    found = [_SOI + part for part in made.split(_SOI)[1:]]
    if len(found) != count or not all(picture.endswith(_EOI) for picture in found):
        raise RuntimeError(f"{len(found)} pictures instead of {count}")
    return found


def _enrol(engine: Engine, hosts: WallHosts, devices: Sequence[str]) -> None:
    """As rows: that they have enrolled and reported a moment ago."""
    secret = SecretBox([SECRET_KEY]).close(SECRET)
    with engine.begin() as connection:
        for name, url in hosts.urls.items():
            add_enrolment(connection, name, url, secret, devices, datetime.now(UTC))
