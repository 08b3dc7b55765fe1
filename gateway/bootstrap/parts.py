"""What every process of the gateway opens for itself, after the fork."""

import uuid
from collections.abc import Mapping

import redis
import structlog
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from gateway.bootstrap.caption_stores import captions_redis, event_graph, has_address_alone
from gateway.bootstrap.redis_sharing import RedisSharing
from gateway.bootstrap.storage import build_storage
from gateway.captions.graph.event_graph import EventGraph
from gateway.db.engine import create_database
from gateway.operation.dependencies import Check, Dependencies
from gateway.secret_box import SecretBox
from gateway.settings import GatewaySettings
from gateway.storage.signed_urls import UrlSigner
from gateway.storage.storage import Storage
from shared.clock import Clock, SystemClock
from shared.errors import ColdframeError

READINESS_DEADLINE_S = 3.0
REDIS_TIMEOUT_S = 2.0
CAPTIONS_OFF = "is not set (NEO4J_URI): captions are off"


def new_id() -> str:
    """A random UUID."""
    return str(uuid.uuid4())


class Parts:
    """Connections and clocks of one process. Nothing is connected before it is used."""

    def __init__(self, settings: GatewaySettings) -> None:
        self.settings = settings
        self.clock: Clock = SystemClock(settings.testing.clock_offset_s)
        self.engine: Engine = create_database(
            settings.database.url.get_secret_value(), pool_size=settings.database.pool
        )
        self.redis: redis.Redis = redis.Redis.from_url(
            settings.redis.url.get_secret_value(),
            socket_timeout=REDIS_TIMEOUT_S,
            socket_connect_timeout=REDIS_TIMEOUT_S,
            health_check_interval=30,
        )
        self.captions_redis: redis.Redis = captions_redis(settings)
        self.redis_sharing = RedisSharing(
            self.captions_redis, self.redis if has_address_alone(settings) else None, self.clock.monotonic
        )
        # None: captions are off.
        self.graph: EventGraph | None = event_graph(settings)
        self.secrets = SecretBox(settings.security.secrets)
        self.url_signer = UrlSigner(settings.security.secrets, self.clock)
        self.storage: Storage = build_storage(settings, self.url_signer, self.clock, new_id)
        self.log = structlog.get_logger()

    def close(self) -> None:
        """Let go of what commands and tests, which go on afterwards, have opened."""
        self.engine.dispose()
        self.redis.close()
        self.captions_redis.close()

    def dependencies(self, *, keeps_objects: bool = True, reads_events: bool = True) -> Dependencies:
        """What `/readyz` tries. `keeps_objects`, `reads_events`: whether this process has to do with the
        storage, and with the graph."""
        checks = {"database": self._try_database, "redis": self._try_redis}
        if keeps_objects:
            checks["storage"] = self.storage.check
        return Dependencies(
            checks,
            (SQLAlchemyError, redis.RedisError, OSError, ColdframeError),
            self.clock.monotonic,
            READINESS_DEADLINE_S,
            wanted=self._of_captions(reads_events),
            off=CAPTIONS_OFF,
        )

    def _of_captions(self, reads_events: bool) -> Mapping[str, Check | None]:
        """Where captions wait everything else goes on."""
        wanted: dict[str, Check | None] = {}
        if reads_events:
            wanted["graph"] = None if self.graph is None else self.graph.check
        if self.graph is not None and has_address_alone(self.settings):
            wanted["captions_redis"] = self._try_captions_redis
        return wanted

    def _try_database(self) -> None:
        with self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def _try_redis(self) -> None:
        self.redis.ping()

    def _try_captions_redis(self) -> None:
        self.captions_redis.ping()
