"""Minutes of activity, partitioned by day; the partitions are made by the running gateway.

Revision ID: 007_activity_minutes
Revises: 006_hosts
"""

from alembic import op

revision = "007_activity_minutes"
down_revision = "006_hosts"
branch_labels = None
depends_on = None

UPGRADE = (
    """
    CREATE TABLE activity_minutes (
        device_id integer NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
        at timestamptz NOT NULL,
        revision integer NOT NULL,
        frames smallint NOT NULL,
        analysed boolean NOT NULL,
        motion_mean real,
        motion_peak real,
        black_s real,
        frozen_s real,
        missing_s real NOT NULL,
        thumbnail bigint,
        thumbnail_at timestamptz,
        PRIMARY KEY (device_id, at)
    ) PARTITION BY RANGE (at)
    """,
    "CREATE TABLE activity_minutes_default PARTITION OF activity_minutes DEFAULT",
    """
    CREATE TABLE activity_minutes_set_aside (
        device_id integer NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
        at timestamptz NOT NULL,
        received_at timestamptz NOT NULL,
        report jsonb NOT NULL,
        PRIMARY KEY (device_id, at)
    )
    """,
)

DOWNGRADE = (
    "DROP TABLE activity_minutes_set_aside",
    "DROP TABLE activity_minutes",
)


def upgrade() -> None:
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWNGRADE:
        op.execute(statement)
