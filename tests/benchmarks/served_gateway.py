"""The gateway's `web` over a durable PostgreSQL and a Redis of its own, asked by somebody signed in."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import Engine

from deploy.local.gateway_processes import WEB
from deploy.local.postgres import PrivatePostgres
from deploy.local.redis import PrivateRedis
from gateway.db.commands import upgrade
from gateway.db.engine import create_database
from tests.benchmarks.timed_client import TimedClient
from tests.support.gateway_under_test import GatewayUnderTest

SECRET_KEY = "a-key-of-the-benchmarks-own-0123456789"
# Rows of a million minutes take longer to make than any request may.
_FILL_WITHIN_MS = 600_000
_LOGIN_S = 7200


@dataclass(frozen=True, slots=True)
class ServedGateway:
    """`client`: signed in as an admin, takes gzip. `engine`: to make rows with."""

    gateway: GatewayUnderTest
    engine: Engine
    port: int
    headers: dict[str, str]
    client: TimedClient
    postgres_pid: int

    @property
    def pid(self) -> int:
        return self.gateway.processes.pid(WEB)

    def times_ms(self, count: int, path: str, **query: str) -> list[float]:
        """How long each of `count` good answers took, after one that warms up."""
        self.client.good(path, **query)
        return [self.client.good(path, **query).took_ms for _ in range(count)]


@contextmanager
def serving_gateway(folder: Path, **sections: Mapping[str, object]) -> Iterator[ServedGateway]:
    """Run it; hosts are heard for as long as the benchmark lasts once they have a report. `sections`: more
    of its settings."""
    with PrivatePostgres(folder / "postgres") as postgres, PrivateRedis(folder / "redis") as redis:
        url = postgres.create_database("bench")
        upgrade(url)
        engine = create_database(url, pool_size=2, statement_timeout_ms=_FILL_WITHIN_MS)
        gateway = GatewayUnderTest(
            folder / "gateway",
            url,
            redis.url(),
            security={"secret_key": SECRET_KEY, "access_token_s": _LOGIN_S},
            fleet={"late_after_s": 7200, "offline_after_s": 7300},
            **sections,
        )
        try:
            gateway.start(WEB)
            port = urlsplit(gateway.url).port or 0
            headers = {"Authorization": gateway.login().headers["Authorization"]}
            client = TimedClient(port, {**headers, "Accept-Encoding": "gzip"})
            try:
                yield ServedGateway(gateway, engine, port, headers, client, postgres.pid)
            finally:
                client.close()
        finally:
            engine.dispose()
            gateway.stop()
