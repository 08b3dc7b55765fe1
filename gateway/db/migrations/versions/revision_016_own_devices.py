"""How hosts' own devices are analysed: as their hosts say, and what is set here over that; and which former
camera was which host's own device.

Revision ID: 016_own_devices
Revises: 015_former_cameras
"""

from alembic import op

revision = "016_own_devices"
down_revision = "015_former_cameras"
branch_labels = None
depends_on = None

UPGRADE = (
    """
    ALTER TABLE devices
        ADD COLUMN detection_enabled boolean,
        ADD COLUMN detection_sensitivity double precision,
        ADD COLUMN own_detection_enabled boolean,
        ADD COLUMN own_detection_sensitivity double precision
    """,
    """
    ALTER TABLE former_cameras
        ADD COLUMN host_id uuid REFERENCES hosts (id) ON DELETE SET NULL,
        ADD COLUMN device_name varchar(63)
    """,
    # Nobody set these: they were the columns' defaults. What somebody did set is carried out now.
    "ALTER TABLE cameras DISABLE TRIGGER cameras_updated_at",
    "UPDATE cameras SET enable_detection = NULL WHERE managed_by = 'host' AND enable_detection",
    """
    UPDATE cameras SET detection_sensitivity = NULL WHERE managed_by = 'host' AND detection_sensitivity = 0.7
    """,
    "ALTER TABLE cameras ENABLE TRIGGER cameras_updated_at",
)

DOWNGRADE = (
    "ALTER TABLE cameras DISABLE TRIGGER cameras_updated_at",
    "UPDATE cameras SET enable_detection = true WHERE managed_by = 'host' AND enable_detection IS NULL",
    """
    UPDATE cameras SET detection_sensitivity = 0.7 WHERE managed_by = 'host' AND detection_sensitivity IS NULL
    """,
    "ALTER TABLE cameras ENABLE TRIGGER cameras_updated_at",
    "ALTER TABLE former_cameras DROP COLUMN host_id, DROP COLUMN device_name",
    """
    ALTER TABLE devices
        DROP COLUMN detection_enabled,
        DROP COLUMN detection_sensitivity,
        DROP COLUMN own_detection_enabled,
        DROP COLUMN own_detection_sensitivity
    """,
)


def upgrade() -> None:
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWNGRADE:
        op.execute(statement)
