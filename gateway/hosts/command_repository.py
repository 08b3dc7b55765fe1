"""Commands that wait for hosts, in PostgreSQL."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, Row, func, insert, select

from gateway.hosts.tables import host_commands
from shared.contracts.heartbeat import MOST_COMMANDS
from shared.paging import Page, PageQuery


@dataclass(frozen=True, slots=True)
class HostCommand:
    """A command. `done`: None while nobody knows; then `sentence` says what became of it."""

    id: str
    device: str
    action: str
    asked_by: str
    created_at: datetime
    expires_at: datetime
    delivered_at: datetime | None
    finished_at: datetime | None
    done: bool | None
    sentence: str | None


class CommandRepository:
    """Reads and writes of commands; heartbeats deliver them."""

    def __init__(self, engine: Engine, new_id: Callable[[], str]) -> None:
        self._engine = engine
        self._new_id = new_id

    def add(
        self, host_id: str, device: str, action: str, asked_by: str, now: datetime, expires_at: datetime
    ) -> HostCommand | None:
        """Keep a command for the host's next heartbeat; None where too many wait already."""
        waiting = (
            select(func.count())
            .select_from(host_commands)
            .where(
                host_commands.c.host_id == host_id,
                host_commands.c.finished_at.is_(None),
                host_commands.c.expires_at > now,
            )
        )
        with self._engine.begin() as connection:
            if connection.execute(waiting).scalar_one() >= MOST_COMMANDS:
                return None
            row = connection.execute(
                insert(host_commands)
                .values(
                    id=self._new_id(),
                    host_id=host_id,
                    device_name=device,
                    action=action,
                    asked_by=asked_by,
                    created_at=now,
                    expires_at=expires_at,
                )
                .returning(host_commands)
            ).one()
        return _command(row)

    def page(self, host_id: str, asked: PageQuery) -> Page[HostCommand]:
        """A page of the commands of a host, the newest first."""
        own = host_commands.c.host_id == host_id
        query = (
            select(host_commands)
            .where(own)
            .order_by(host_commands.c.created_at.desc(), host_commands.c.id)
            .offset(asked.offset)
            .limit(asked.page_size)
        )
        with self._engine.begin() as connection:
            total = connection.execute(
                select(func.count()).select_from(host_commands).where(own)
            ).scalar_one()
            return Page([_command(row) for row in connection.execute(query)], total, asked)


def _command(row: Row[tuple[object, ...]]) -> HostCommand:
    return HostCommand(
        id=str(row.id),
        device=row.device_name,
        action=row.action,
        asked_by=row.asked_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        delivered_at=row.delivered_at,
        finished_at=row.finished_at,
        done=row.done,
        sentence=row.sentence,
    )
