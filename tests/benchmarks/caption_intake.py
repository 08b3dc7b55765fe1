"""Captions taken in: by the service on a durable Redis, and over HTTP by the gateway's `web`."""

import secrets
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import httpx

from deploy.local.gateway_processes import WEB
from deploy.local.postgres import PrivatePostgres
from deploy.local.redis import PrivateRedis
from gateway.bootstrap.caption_intake import build_caption_rooms
from gateway.bootstrap.parts import Parts
from gateway.captions.intake.caption_request import read_body
from gateway.captions.intake.host_captions import Sender
from gateway.db.commands import upgrade
from gateway.settings import GatewaySettings
from shared.errors import UnauthorisedError
from shared.spans import utc_ms
from tests.benchmarks.bench import Bench, Setting
from tests.benchmarks.caption_crowd import BATCH, add_cameras, batches, body_of
from tests.benchmarks.figure import Outcome, Target
from tests.support.gateway_under_test import GatewayUnderTest

CLIENTS = 4
EMBEDDING = [round(0.001 * number - 0.19, 4) for number in range(384)]
# Taking captions in does not ask the graph.
GRAPH = {"uri": "bolt://127.0.0.1:1"}
_TAKEN = Target(at_least=20_000)


def measure(setting: Setting) -> Outcome:
    outcome = Outcome()
    rounds, count = setting.choose((5, 100), (1, 10))
    folder = setting.folder
    with PrivatePostgres(folder / "postgres") as postgres, PrivateRedis(folder / "redis") as redis:
        url = postgres.create_database("bench")
        upgrade(url)
        parts = Parts(_settings(folder, url, redis.url()))
        add_cameras(parts.engine)
        try:
            _by_the_service(outcome, parts, rounds, count)
            _over_http(outcome, parts, folder / "gateway", rounds, count)
        finally:
            parts.engine.dispose()
    outcome.notes.append(
        f"Batches of {BATCH:,}, a caption of each of as many cameras: JSON read, checked, stored in a Redis"
        f" with an append-only file. Over HTTP: {CLIENTS} senders on the same machine, one process of `web`."
    )
    return outcome


def _by_the_service(outcome: Outcome, parts: Parts, rounds: int, count: int) -> None:
    intake = build_caption_rooms(parts, _no_host).intake

    def send(body: bytes) -> None:
        if intake.take(read_body(body), None).stored != BATCH:
            raise RuntimeError("not all captions were new")

    def send_all(bodies: Sequence[bytes]) -> None:
        for body in bodies:
            send(body)

    rates, with_numbers = [], []
    for _ in range(rounds):
        rates.append(_rate(parts, _bodies(count), send_all))
        bodies = _bodies(max(1, count // 5), EMBEDDING)
        with_numbers.append(_rate(parts, bodies, send_all))
    outcome.add("captions taken by the service", "1/s", rates, _TAKEN)
    outcome.add(f"captions taken with {len(EMBEDDING)} numbers each", "1/s", with_numbers)


def _over_http(outcome: Outcome, parts: Parts, folder: Path, rounds: int, count: int) -> None:
    settings = parts.settings
    gateway = GatewayUnderTest(
        folder,
        settings.database.url.get_secret_value(),
        settings.redis.url.get_secret_value(),
        security={"access_token_s": 7200},
        graph=GRAPH,
    )
    try:
        gateway.start(WEB)
        login = gateway.login()

        def send(body: bytes) -> None:
            answer = login.post(
                "/api/v1/captions", content=body, headers={"Content-Type": "application/json"}, timeout=60
            )
            if answer.status_code != httpx.codes.CREATED:
                raise RuntimeError(f"{answer.status_code} {answer.text[:300]}")

        with ThreadPoolExecutor(CLIENTS) as pool:
            rates = [
                _rate(parts, _bodies(count), lambda bodies: list(pool.map(send, bodies)))
                for _ in range(rounds)
            ]
        outcome.add("captions taken over HTTP", "1/s", rates)
    finally:
        gateway.stop()


def _rate(parts: Parts, bodies: Sequence[bytes], send_all: Callable[[Sequence[bytes]], object]) -> float:
    """Captions a second, into a Redis that has none."""
    parts.captions_redis.flushall()
    before = time.perf_counter()
    send_all(bodies)
    return len(bodies) * BATCH / (time.perf_counter() - before)


def _bodies(count: int, embedding: Sequence[float] | None = None) -> list[bytes]:
    """Of the last minutes: frames of now are taken, those of later are not."""
    from_ms = utc_ms(datetime.now(UTC)) - count * 2000
    return [body_of(captions, embedding) for captions in batches(count, from_ms=from_ms, every_ms=2000)]


def _settings(folder: Path, database_url: str, redis_url: str) -> GatewaySettings:
    return GatewaySettings.model_validate(
        {
            "database": {"url": database_url, "pool": 2},
            "redis": {"url": redis_url},
            "security": {"secret_key": secrets.token_urlsafe(32)},
            "storage": {"dir": str(folder / "objects")},
            "graph": GRAPH,
        }
    )


def _no_host(_credential: str | None) -> Sender:
    raise UnauthorisedError("No host sends here.", remedy="")


CAPTION_INTAKE = Bench("caption-intake", "captions taken in batches, by the service and over HTTP", measure)
