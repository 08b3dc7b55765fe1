"""What workers do to captions, put together."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import text

from gateway.bootstrap.captions import (
    build_caption_cache,
    build_caption_rules,
    build_migration,
    build_migration_lots,
    graph_of,
)
from gateway.bootstrap.parts import Parts
from gateway.captions.migration.lot_migration import LotMigration, LotOrder, LotTerms
from gateway.captions.migration.migration import CaptionMigration
from gateway.captions.migration.migration_check import MigrationCheck
from gateway.captions.migration.migration_history_repository import MigrationHistory
from gateway.captions.migration.migration_run import TRIGGERS
from gateway.captions.migration.retention import prune
from gateway.jobs.json_value import JSON
from gateway.jobs.progress import JobProgress
from shared.errors import BadRequestError

OFF: Mapping[str, JSON] = {"status": "off"}
# Rows of the history that go in one transaction.
FORGOTTEN_AT_ONCE = 10_000


def check_and_migrate(parts: Parts) -> JSON:
    """Begin jobs for what is due."""
    if parts.graph is None:
        return dict(OFF)
    check = MigrationCheck(build_caption_cache(parts), build_migration_lots(parts), parts.clock).check()
    return {"cameras": check.cameras, "jobs": list(check.jobs)}


def migrate_cameras(
    parts: Parts,
    arguments: Mapping[str, JSON],
    progress: JobProgress,
    migration: CaptionMigration | None = None,
) -> JSON:
    """Do one of these jobs. `migration`: another than the settings' own."""
    graph, settings = graph_of(parts), parts.settings

    def check() -> None:
        graph.check()
        parts.captions_redis.ping()
        with parts.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    lot = LotMigration(
        migration or build_migration(parts),
        build_migration_lots(parts),
        parts.clock,
        # Whoever takes longer is warned of.
        LotTerms(ends_after_s=settings.jobs.warning_s, waits_s=settings.captions.lock_s),
        check,
        progress.tell,
    )
    return lot.migrate(_order(arguments, progress.job_id)).as_json()


def prune_events(parts: Parts, progress: JobProgress) -> JSON:
    """Delete events past their time."""
    if parts.graph is None:
        return dict(OFF)
    rules = build_caption_rules(parts)
    pruned = prune(
        graph_of(parts),
        rules.retention(),
        rules.of_all.retention_days,
        parts.clock,
        parts.settings.jobs.warning_s,
        progress.tell,
    )
    return {"events": pruned.events, "cameras": pruned.cameras, "is_done": pruned.is_done}


def forget_old_history(parts: Parts) -> JSON:
    """Delete what the history is not to keep any longer."""
    history = MigrationHistory(parts.engine)
    before = parts.clock.now() - timedelta(days=parts.settings.captions.history_kept_days)
    deleted = 0
    while count := history.forget(before, FORGOTTEN_AT_ONCE):
        deleted += count
    return {"deleted": deleted, "deleted_stats": history.forget_stats(before)}


def _order(arguments: Mapping[str, JSON], job_id: str) -> LotOrder:
    cameras, trigger = arguments.get("cameras"), arguments.get("trigger")
    found = next((known for known in TRIGGERS if known == trigger), None)
    if not isinstance(cameras, list) or found is None:
        raise BadRequestError(
            "cameras and trigger say what is to be migrated, and why.", remedy="Start it with the API."
        )
    return LotOrder([str(camera) for camera in cameras], found, bool(arguments.get("only_due", True)), job_id)
