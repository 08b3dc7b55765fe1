"""The history of a camera is summed up from its index alone.

A month of one camera lies in as many pages of the table as it has checks, between those of all the others;
in the index it lies in one piece.

Revision ID: 013_health_read_from_index
Revises: 012_snapshot_source
"""

from alembic import op

revision = "013_health_read_from_index"
down_revision = "012_snapshot_source"
branch_labels = None
depends_on = None

UPGRADE = (
    "DROP INDEX ix_camera_health_camera_id_created_at",
    """
    CREATE INDEX ix_camera_health_camera_id_created_at ON camera_health (camera_id, created_at DESC)
        INCLUDE (is_connected, latency_ms, fps_actual)
    """,
)

DOWNGRADE = (
    "DROP INDEX ix_camera_health_camera_id_created_at",
    "CREATE INDEX ix_camera_health_camera_id_created_at ON camera_health (camera_id, created_at DESC)",
)


def upgrade() -> None:
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWNGRADE:
        op.execute(statement)
