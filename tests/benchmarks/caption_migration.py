"""Captions of fifty cameras brought from Redis into the graph, as one worker does it."""

import random
import secrets
import time

from deploy.local.neo4j import PrivateNeo4j
from deploy.local.postgres import PrivatePostgres
from deploy.local.redis import PrivateRedis
from gateway.bootstrap.parts import Parts
from gateway.captions.caption import Caption
from gateway.db.commands import upgrade
from gateway.settings import GatewaySettings
from tests.benchmarks.bench import Bench, Setting
from tests.benchmarks.figure import Outcome
from tests.support.migration_stand import MigrationStand
from tests.support.neo4j import graph_section, neo4j_jars

CAMERAS = 50
EVERY_MS = 10_000
SAYS_THE_SAME = 3
EMBEDDING = 384
_FIRST_MS = 1_761_742_800_000
_THINGS = ("person", "white van", "two cyclists", "delivery truck", "dog", "man with umbrella", "ladder")


def measure(setting: Setting) -> Outcome:
    outcome = Outcome()
    rounds, count = setting.choose((5, 400), (1, 20))
    folder = setting.folder
    with (
        PrivatePostgres(folder / "postgres") as postgres,
        PrivateRedis(folder / "redis") as redis,
        PrivateNeo4j(neo4j_jars(), folder / "neo4j") as neo4j,
    ):
        url = postgres.create_database("bench")
        upgrade(url)
        settings = GatewaySettings.model_validate(
            {
                "database": {"url": url},
                "redis": {"url": redis.url()},
                "graph": graph_section(neo4j),
                "security": {"secret_key": secrets.token_urlsafe(32)},
                "storage": {"dir": str(folder / "objects")},
            }
        )
        stand = MigrationStand(Parts(settings))
        try:
            for title, length in (("", 0), (f", with embeddings of {EMBEDDING}", EMBEDDING)):
                _migrated(stand, f"warm{length}", count, length)  # a fresh Java is a slow one
                rates, slowest = zip(
                    *(_migrated(stand, f"cam{length}_{number}", count, length) for number in range(rounds)),
                    strict=True,
                )
                outcome.add(f"migrated{title}", "captions/s", list(rates))
                outcome.add(f"… the slowest camera{title}", "ms", list(slowest))
        finally:
            stand.close()
    outcome.notes.append(
        f"{CAMERAS} cameras with {count} captions each, {SAYS_THE_SAME} of which are an event; one process,"
        " one transaction for each camera, its row of the history; durable PostgreSQL, Redis and Neo4j."
    )
    return outcome


def _migrated(stand: MigrationStand, name: str, count: int, length: int) -> tuple[float, float]:
    """Captions in a second, and milliseconds of the slowest camera."""
    cameras = [f"{name}_{number:02}" for number in range(CAMERAS)]
    for camera_id in cameras:
        stand.put(_captions(camera_id, count, length))
    slowest_s = 0.0
    before = time.perf_counter()
    for camera_id in cameras:
        began = time.perf_counter()
        counts = stand.migration.migrate_now(camera_id, trigger="force")
        slowest_s = max(slowest_s, time.perf_counter() - began)
        if counts.read != count or not counts.created:
            raise RuntimeError(f"{camera_id}: {counts}")
    return CAMERAS * count / (time.perf_counter() - before), slowest_s * 1000


def _captions(camera_id: str, count: int, length: int) -> list[Caption]:
    chance = random.Random(camera_id)
    embeddings = [tuple(chance.gauss(0, 1) for _ in range(length)) or None for _number in range(16)]
    return [
        Caption(
            camera_id,
            _FIRST_MS + number * EVERY_MS,
            f"a {_THINGS[number // SAYS_THE_SAME % len(_THINGS)]} near entrance {number // 21}",
            embeddings[number % len(embeddings)],
            "blip-large",
        )
        for number in range(count)
    ]


CAPTION_MIGRATION = Bench("caption-migration", "captions of 50 cameras from Redis into the graph", measure)
