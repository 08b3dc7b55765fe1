"""Where a snapshot came from: its host's newest frame, or the camera's stream.

Revision ID: 012_snapshot_source
Revises: 011_health_is_no_change
"""

from alembic import op

revision = "012_snapshot_source"
down_revision = "011_health_is_no_change"
branch_labels = None
depends_on = None

UPGRADE = ("ALTER TABLE camera_snapshots ADD COLUMN source varchar(10)",)

DOWNGRADE = ("ALTER TABLE camera_snapshots DROP COLUMN source",)


def upgrade() -> None:
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWNGRADE:
        op.execute(statement)
