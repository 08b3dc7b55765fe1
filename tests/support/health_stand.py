"""Checks of cameras on a real database, with a clock that tests set: cameras are rows, a check is a call."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from sqlalchemy import text

from gateway.bootstrap.camera_health import build_camera_health
from gateway.bootstrap.parts import new_id
from gateway.cameras.health_check import HealthRun
from tests.support.gateway_app import gateway_parts
from tests.support.set_clock import SetClock

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
Row = Mapping[str, Any]


class HealthStand:
    """`settings`: of `[cameras]`. The clock goes on by a minute before each check but the first."""

    def __init__(self, database_url: str, **settings: object) -> None:
        self.parts = gateway_parts(database_url, cameras=settings)
        self.clock = SetClock(NOW)
        self.parts.clock = self.clock
        self.health = build_camera_health(self.parts)
        self._checks = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.parts.engine.dispose()

    def add(self, name: str, url: str, *, password: str | None = None, **columns: Any) -> str:
        """A camera of this name, with the user `cam` where it has a password. Returns its id."""
        values = {
            "id": new_id(),
            "external_id": name,
            "name": name,
            "rtsp_url": url,
            "username": None if password is None else "cam",
            "password_encrypted": None if password is None else self.parts.secrets.close(password),
            **columns,
        }
        names = ", ".join(values)
        self.run(
            f"INSERT INTO cameras ({names}) VALUES ({', '.join(':' + name for name in values)})", **values
        )
        return str(values["id"])

    def check(self) -> HealthRun:
        """A run of checks, a minute after the last one."""
        if self._checks:
            self.clock.pass_time(60)
        self._checks += 1
        return self.health.check()

    def camera(self, name: str) -> Row:
        return self.rows("SELECT * FROM cameras WHERE external_id = :name", name=name)[0]

    def status(self, name: str) -> tuple[str, str | None]:
        """Status and what is wrong, of a camera."""
        row = self.camera(name)
        return row["status"], row["problem_code"]

    def history(self, name: str) -> list[Row]:
        """The checks of a camera, the oldest first."""
        return self.rows(
            "SELECT camera_health.* FROM camera_health JOIN cameras ON cameras.id = camera_id"
            " WHERE external_id = :name ORDER BY camera_health.created_at",
            name=name,
        )

    def run(self, statement: str, **values: Any) -> None:
        with self.parts.engine.begin() as connection:
            connection.execute(text(statement), values)

    def rows(self, query: str, **values: Any) -> list[Row]:
        with self.parts.engine.begin() as connection:
            return [dict(row) for row in connection.execute(text(query), values).mappings()]
