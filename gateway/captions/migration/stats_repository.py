"""How the migration did, every five minutes, in PostgreSQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, select
from sqlalchemy.dialects.postgresql import insert

from gateway.captions.migration.stats import StatsRow
from gateway.captions.tables import caption_migration_stats


class StatsHistory:
    """Every method raises sqlalchemy.exc.SQLAlchemyError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, row: StatsRow) -> None:
        """Write it down; of one moment the last word counts."""
        values = row.as_json()
        with self._engine.begin() as connection:
            connection.execute(
                insert(caption_migration_stats)
                .values(at=row.at, **values)
                .on_conflict_do_update(index_elements=["at"], set_=values)
            )

    def since(self, moment: datetime) -> list[StatsRow]:
        """What was written down from then on, the oldest first."""
        query = (
            select(caption_migration_stats)
            .where(caption_migration_stats.c.at >= moment)
            .order_by(caption_migration_stats.c.at)
        )
        with self._engine.begin() as connection:
            return [_row(row) for row in connection.execute(query)]


def _row(row: Row[*tuple[Any, ...]]) -> StatsRow:
    return StatsRow(
        row.at,
        row.keys_near_expiry,
        row.cached,
        row.cameras,
        row.oldest_due_seconds,
        row.redis_used_bytes,
        row.events,
        row.behind,
    )
