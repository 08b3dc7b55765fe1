"""Minutes of activity in PostgreSQL: one statement a batch, the newest revision counts."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection, text

from shared.contracts.minutes import MinuteReport

# PostgreSQL refuses what is closer to nothing than its `real` can tell, and with it all that comes along.
_SMALLEST_REAL = 1e-37


def _real(value: float | None) -> float | None:
    return 0.0 if value is not None and value < _SMALLEST_REAL else value


# What crosses: a column of the statement, its type, its value.
_FIELDS: Sequence[tuple[str, str, Callable[[MinuteReport], object]]] = (
    ("name", "text", lambda minute: minute.device),
    ("minute", "bigint", lambda minute: minute.minute),
    ("revision", "integer", lambda minute: minute.revision),
    ("frames", "smallint", lambda minute: minute.frames),
    ("analysed", "boolean", lambda minute: minute.analysed),
    ("motion_mean", "real", lambda minute: _real(minute.motion_mean)),
    ("motion_peak", "real", lambda minute: _real(minute.motion_peak)),
    ("black_s", "real", lambda minute: _real(minute.black_s)),
    ("frozen_s", "real", lambda minute: _real(minute.frozen_s)),
    ("missing_s", "real", lambda minute: _real(minute.missing_s)),
    ("thumbnail", "bigint", lambda minute: minute.thumbnail),
    ("thumbnail_utc_ms", "bigint", lambda minute: minute.thumbnail_utc_ms),
)
_CHANGING = (
    "revision",
    "frames",
    "analysed",
    "motion_mean",
    "motion_peak",
    "black_s",
    "frozen_s",
    "missing_s",
    "thumbnail",
    "thumbnail_at",
)
_UPSERT = text(
    f"""
    INSERT INTO activity_minutes (device_id, at, {", ".join(_CHANGING)})
    SELECT devices.id, to_timestamp(told.minute * 60), told.revision, told.frames, told.analysed,
        told.motion_mean, told.motion_peak, told.black_s, told.frozen_s, told.missing_s,
        told.thumbnail, to_timestamp(told.thumbnail_utc_ms / 1000.0)
    FROM unnest({", ".join(f"CAST(:{name} AS {kind}[])" for name, kind, _value in _FIELDS)})
        AS told ({", ".join(name for name, _kind, _value in _FIELDS)})
    JOIN devices ON devices.host_id = :host_id AND devices.name = told.name
    ORDER BY devices.id, told.minute
    ON CONFLICT (device_id, at) DO UPDATE
    SET {", ".join(f"{name} = excluded.{name}" for name in _CHANGING)}
    WHERE excluded.revision > activity_minutes.revision
    """
)
_SET_ASIDE = text(
    """
    INSERT INTO activity_minutes_set_aside (device_id, at, received_at, report)
    SELECT devices.id, to_timestamp(told.minute * 60), :received_at, told.report
    FROM unnest(CAST(:name AS text[]), CAST(:minute AS bigint[]), CAST(:report AS jsonb[]))
        AS told (name, minute, report)
    JOIN devices ON devices.host_id = :host_id AND devices.name = told.name
    ORDER BY devices.id, told.minute
    ON CONFLICT (device_id, at) DO UPDATE SET received_at = excluded.received_at, report = excluded.report
    WHERE (excluded.report ->> 'revision')::integer
        > (activity_minutes_set_aside.report ->> 'revision')::integer
    """
)


def store_minutes(connection: Connection, host_id: str, minutes: Sequence[MinuteReport]) -> None:
    """Write `minutes` of devices of this host that the catalogue knows; an older or equal revision than
    the one that is there changes nothing. No device and minute may be in it twice."""
    if not minutes:
        return
    columns = {name: [value(minute) for minute in minutes] for name, _kind, value in _FIELDS}
    connection.execute(_UPSERT, {"host_id": host_id, **columns})


def set_aside(
    connection: Connection, host_id: str, minutes: Sequence[MinuteReport], received_at: datetime
) -> None:
    """Keep minutes that lie ahead of the clock, out of every heatmap's sight."""
    if not minutes:
        return
    connection.execute(
        _SET_ASIDE,
        {
            "host_id": host_id,
            "received_at": received_at,
            "name": [minute.device for minute in minutes],
            "minute": [minute.minute for minute in minutes],
            "report": [minute.model_dump_json(exclude_none=True) for minute in minutes],
        },
    )
