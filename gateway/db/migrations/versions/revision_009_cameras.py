"""Cameras of the whole fleet: who manages each, how it does, its health over time, its snapshots.

Revision ID: 009_cameras
Revises: 008_wall_views
"""

from alembic import op

revision = "009_cameras"
down_revision = "008_wall_views"
branch_labels = None
depends_on = None

UPGRADE = (
    # Until now every camera was made by what a host reported.
    "ALTER TABLE cameras ADD COLUMN managed_by varchar(10) NOT NULL DEFAULT 'host'",
    """
    ALTER TABLE cameras
        ALTER COLUMN managed_by SET DEFAULT 'gateway',
        ADD CONSTRAINT ck_cameras_managed_by CHECK (managed_by IN ('gateway', 'host')),
        ADD COLUMN preview_url varchar(2048),
        ADD COLUMN failures_in_row integer NOT NULL DEFAULT 0,
        ADD COLUMN checked_at timestamptz,
        ADD COLUMN problem_code varchar(50),
        ADD COLUMN problem varchar(500)
    """,
    "CREATE INDEX ix_cameras_rtsp_url ON cameras (md5(rtsp_url))",
    """
    CREATE TABLE camera_health (
        id varchar(36) PRIMARY KEY,
        camera_id varchar(36) NOT NULL REFERENCES cameras (id) ON DELETE CASCADE,
        is_connected boolean,
        latency_ms integer,
        fps_actual double precision,
        last_check timestamptz DEFAULT now(),
        created_at timestamptz DEFAULT now(),
        status varchar(50),
        judged_by varchar(10),
        problem_code varchar(50),
        problem varchar(500)
    )
    """,
    "CREATE INDEX ix_camera_health_camera_id_created_at ON camera_health (camera_id, created_at DESC)",
    "CREATE INDEX ix_camera_health_created_at ON camera_health (created_at)",
    """
    CREATE TABLE camera_snapshots (
        id varchar(36) PRIMARY KEY,
        camera_id varchar(36) NOT NULL REFERENCES cameras (id) ON DELETE CASCADE,
        filename varchar(255) NOT NULL,
        storage_path varchar(512) NOT NULL,
        file_size integer,
        expiry_date timestamptz,
        created_at timestamptz DEFAULT now(),
        thumbnail_path varchar(512),
        taken_at timestamptz
    )
    """,
    "CREATE INDEX ix_camera_snapshots_camera_id_created_at ON camera_snapshots (camera_id, created_at DESC)",
    "CREATE INDEX ix_camera_snapshots_expiry_date ON camera_snapshots (expiry_date)",
)

DOWNGRADE = (
    "DROP TABLE camera_snapshots",
    "DROP TABLE camera_health",
    "DROP INDEX ix_cameras_rtsp_url",
    """
    ALTER TABLE cameras
        DROP COLUMN managed_by,
        DROP COLUMN preview_url,
        DROP COLUMN failures_in_row,
        DROP COLUMN checked_at,
        DROP COLUMN problem_code,
        DROP COLUMN problem
    """,
)


def upgrade() -> None:
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWNGRADE:
        op.execute(statement)
