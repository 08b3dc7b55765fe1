"""The wall as it runs: two `web` processes of the gateway, twenty viewers, and one host that counts."""

import json
import struct
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from deploy.local.gateway_processes import WEB
from gateway.catalogue.repository import Catalogue
from gateway.db.engine import create_database
from gateway.secret_box import SecretBox
from tests.support.fleet_rows import add_enrolment, add_host
from tests.support.gateway_under_test import GatewayUnderTest
from tests.support.picture_host import PictureHost
from tests.support.raw_host import SECRET

KEY = "a-key-of-this-test-alone-0123456789-abc"
DEVICES = ("street", "yard", "door", "gate")
WATCHED_S = 4.0


@dataclass(frozen=True, slots=True)
class Stand:
    host: PictureHost
    urls: list[str]
    headers: dict[str, str]


@pytest.fixture
def stand(tmp_path: Path, migrated_database_url: str, redis_url: str) -> Iterator[Stand]:
    """Two processes on one database and one Redis; a login of the first is good for the second."""
    with ExitStack() as stack:
        host = PictureHost(DEVICES, size_bytes=12_000)
        stack.enter_context(host.server)
        engine = create_database(migrated_database_url, pool_size=1)
        stack.callback(engine.dispose)
        with engine.begin() as connection:
            now = datetime.now(UTC)
            add_host(connection, Catalogue(engine, lambda: str(uuid.uuid4())), "lab", DEVICES, now)
            secret = SecretBox([KEY]).close(SECRET)
            add_enrolment(connection, "lab", host.server.url, secret, DEVICES, now)
        gateways = [
            GatewayUnderTest(
                tmp_path / name,
                migrated_database_url,
                redis_url,
                security={"secret_key": KEY},
                fleet={"late_after_s": 600, "offline_after_s": 601},
            )
            for name in ("first", "second")
        ]
        for gateway in gateways:
            stack.push(gateway)
            gateway.start(WEB)
        headers = {"Authorization": gateways[0].login().headers["Authorization"]}
        yield Stand(host, [gateway.url for gateway in gateways], headers)


def test_a_host_is_asked_once_a_second_whoever_looks_through_whichever_process(stand: Stand) -> None:
    until_s = time.monotonic() + WATCHED_S
    seen: list[set[int]] = []
    trouble: list[str] = []

    def look(url: str) -> None:
        cursor, numbers = "", set()
        with httpx.Client(base_url=url, headers=stand.headers, timeout=20) as client:
            while time.monotonic() < until_s:
                query = {"devices": ",".join(f"lab/{name}" for name in DEVICES), "after": cursor}
                answer = client.get("/api/v1/wall/frames", params=query)
                if answer.status_code != 200:
                    trouble.append(answer.text)
                    return
                (length,) = struct.unpack(">I", answer.content[:4])
                head = json.loads(answer.content[4 : 4 + length])
                cursor = head["cursor"]
                numbers |= {frame["number"] for frame in head["frames"] if frame["length"]}
                time.sleep(0.1)
        seen.append(numbers)

    threads = [threading.Thread(target=look, args=(stand.urls[viewer % 2],)) for viewer in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trouble == []
    asked = stand.host.asked_at_s
    assert len(asked) >= 2
    # The last may have come quickly and the first slowly.
    assert len(asked) - 1 <= asked[-1] - asked[0] + 0.5
    # What was fetched for one was shown to all, in both processes.
    assert len(seen) == 20
    assert all(len(numbers) >= 2 for numbers in seen)
    assert set.union(*seen) <= set(range(1, len(asked) + 1))
