"""A fleet in a database, made by the database itself: hosts with four devices each, and their minutes."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, text

from gateway.hosts.partition_repository import PartitionRepository

DEVICES_A_HOST = 4
GROUP_OF = 100  # devices

_DEVICES = (
    "TRUNCATE hosts, cameras, camera_groups CASCADE",
    """
    INSERT INTO hosts (id, name)
    SELECT gen_random_uuid(), 'host-' || to_char(number, 'FM0000')
    FROM generate_series(1, CAST(:hosts AS integer)) AS number
    """,
    """
    INSERT INTO camera_groups (id, name)
    SELECT 'group-' || number, 'Group ' || number FROM generate_series(0, :hosts * 4 / 100) AS number
    """,
    """
    INSERT INTO cameras (id, name, rtsp_url, host_id, device_name, external_id, group_id)
    SELECT gen_random_uuid()::text, 'Camera ' || number, 'rtsp://camera/' || number, id, 'camera-' || number,
        name || '__camera-' || number,
        'group-' || (row_number() OVER (ORDER BY number, name) - 1) / :group_of
    FROM hosts, generate_series(1, :devices) AS number
    """,
    """
    INSERT INTO devices (host_id, name, label, source, camera_id)
    SELECT host_id, device_name, name, rtsp_url, id FROM cameras
    """,
)
# Hour after hour as hosts report: every minute all devices, each time in another order.
_MINUTES = """
    INSERT INTO activity_minutes (device_id, at, revision, frames, analysed, motion_mean, motion_peak,
        black_s, frozen_s, missing_s, thumbnail, thumbnail_at)
    SELECT id, at, 1, 58 + random() * 4, true, moved * 0.4, moved,
        CASE WHEN random() < 0.01 THEN random() * 60 ELSE 0 END,
        CASE WHEN random() < 0.03 THEN random() * 60 ELSE 0 END,
        CASE WHEN random() < 0.01 THEN random() * 60 ELSE 0 END,
        1000000 + extract(epoch FROM at) / 10, at + random() * interval '59 seconds'
    FROM (
        SELECT id, at, CASE WHEN random() < 0.5 THEN 0 ELSE random() ^ 3 END AS moved
        FROM generate_series(CAST(:start AS timestamptz), CAST(:end AS timestamptz) - interval '1 minute',
            interval '1 minute') AS at, devices
        ORDER BY at, random()
    ) AS reported
"""


def make_devices(engine: Engine, count: int) -> None:
    """As many devices, in groups of a hundred that each spread over many hosts, and nothing else."""
    values = {"hosts": count // DEVICES_A_HOST, "devices": DEVICES_A_HOST, "group_of": GROUP_OF}
    with engine.begin() as connection:
        for statement in _DEVICES:
            connection.execute(text(statement), values)


def make_minutes(engine: Engine, start: datetime, end: datetime) -> int:
    """A minute of every device for every minute of `[start, end)`; how many they are."""
    repository = PartitionRepository(engine)
    day = start.date()
    while day <= end.date():
        repository.make(day)
        day += timedelta(days=1)
    with engine.begin() as connection:
        made = connection.execute(text(_MINUTES), {"start": start, "end": end}).rowcount
        connection.execute(text("ANALYZE activity_minutes, devices, cameras, hosts"))
    return made
