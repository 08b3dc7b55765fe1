"""A fleet's heartbeats without the fleet: each host with its own kept connection, sending on time.

A request is timed from when it was due, not from when it could be sent: a server that holds up one host
must not look fast to the next.
"""

import asyncio
import gzip
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.spans import utc_ms

COMPRESS_FROM_BYTES = 1024  # as agents do
_ANSWER_WITHIN_S = 15.0
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SimulatedHost:
    """`phase`: 0 to 1, where in the interval it reports. `credential`: as it was enrolled with."""

    name: str
    credential: str
    phase: float
    devices: Sequence[str]


@dataclass(slots=True)
class LoadResult:
    """`first_ms`: of first heartbeats, from which the catalogue learns; `taken_ms`: of all others."""

    first_ms: list[float] = field(default_factory=list)
    taken_ms: list[float] = field(default_factory=list)
    minutes: int = 0
    failures: list[str] = field(default_factory=list)


class Load:
    """Sends for `rounds` intervals. `now`: wall time, for what heartbeats say."""

    def __init__(
        self, port: int, hosts: Sequence[SimulatedHost], *, interval_s: float, rounds: int, began_at: datetime
    ) -> None:
        self._port = port
        self._hosts = hosts
        self._interval_s = interval_s
        self._rounds = rounds
        self._began_at = began_at
        self._began_s = 0.0
        self.result = LoadResult()

    def run(self) -> LoadResult:
        """Blocks until all is sent and answered."""
        asyncio.run(self._run())
        return self.result

    async def _run(self) -> None:
        self._began_s = time.monotonic() + 0.5
        await asyncio.gather(*(self._report(host) for host in self._hosts))

    async def _report(self, host: SimulatedHost) -> None:
        connection: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        for index in range(self._rounds):
            due_s = self._began_s + (index + host.phase) * self._interval_s
            await asyncio.sleep(due_s - time.monotonic())
            try:
                if connection is None:
                    connection = await asyncio.open_connection("127.0.0.1", self._port)
                async with asyncio.timeout(_ANSWER_WITHIN_S):
                    status = await _exchange(*connection, self._request(host, index))
            except (OSError, EOFError, TimeoutError, ValueError) as error:
                self.result.failures.append(f"{type(error).__name__}: {error}")
                if connection is not None:
                    connection[1].close()
                connection = None
                continue
            if status != 200:
                self.result.failures.append(f"status {status}")
            taken = self.result.first_ms if index == 0 else self.result.taken_ms
            taken.append((time.monotonic() - due_s) * 1000)
        if connection is not None:
            connection[1].close()

    def _request(self, host: SimulatedHost, index: int) -> bytes:
        body = json.dumps(self._heartbeat(host, index)).encode()
        encoding = ""
        if len(body) > COMPRESS_FROM_BYTES:
            body = gzip.compress(body, compresslevel=5, mtime=0)
            encoding = "Content-Encoding: gzip\r\n"
        head = (
            "POST /api/v1/hosts/heartbeat HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {host.credential}\r\n{encoding}Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def _heartbeat(self, host: SimulatedHost, index: int) -> dict[str, object]:
        elapsed = timedelta(seconds=(index + host.phase) * self._interval_s)
        now = self._began_at + elapsed
        return {
            "name": host.name,
            "public_url": "http://127.0.0.1:8700",
            "version": "0.1.0",
            "versions": {"agent": "0.1.0", "ffmpeg": "ffmpeg version 5.1.6", "python": "3.11.2"},
            "sent_utc_ms": utc_ms(now),
            "devices": [_device(name, utc_ms(now)) for name in host.devices],
            "disks": [{"root": "/srv", "free_bytes": 10**12, "total_bytes": 2 * 10**12}],
            "minutes": self._minutes(host, now, index),
        }

    def _minutes(self, host: SimulatedHost, now: datetime, index: int) -> list[dict[str, object]]:
        """Those that ended since the last report, at an offset of the host's own."""
        offset = timedelta(seconds=host.phase * 50)
        before = now - timedelta(seconds=self._interval_s)
        finished = utc_ms(now - offset) // 60_000
        if index == 0 or finished == utc_ms(before - offset) // 60_000:
            return []
        self.result.minutes += len(host.devices)
        return [_minute(name, finished - 1) for name in host.devices]


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> int:
    """Send, and read one answer to its end; its status."""
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    lines = head.lower().split("\r\n")
    length = next(int(line.partition(":")[2]) for line in lines if line.startswith("content-length:"))
    await reader.readexactly(length)
    return int(lines[0].split()[1])


def _device(name: str, now_utc_ms: int) -> dict[str, object]:
    return {
        "name": name,
        "label": f"Camera {name}",
        "source": f"rtsp://10.1.2.9:554/{name}",
        "state": "live",
        "code": "live",
        "sentence": "It records.",
        "since_utc_ms": now_utc_ms - 3_600_000,
        "picture": "ok",
        "fps": 25.0,
        "bitrate_bps": 2_100_000.0,
        "width": 1280,
        "height": 720,
        "codec": "h264",
        "newest_segment_utc_ms": now_utc_ms - 500,
    }


def _minute(device: str, minute: int) -> dict[str, object]:
    return {
        "device": device,
        "minute": minute,
        "revision": 1,
        "frames": 300,
        "analysed": True,
        "motion_mean": 0.0123,
        "motion_peak": 0.25,
        "black_s": 0.0,
        "frozen_s": 0.0,
        "missing_s": 0.0,
        "thumbnail": 12_345,
        "thumbnail_utc_ms": minute * 60_000 + 30_000,
    }
