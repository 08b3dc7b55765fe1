"""The external ids of cameras that are gone: their events and history are still found by them.

Revision ID: 015_former_cameras
Revises: 014_captions
"""

from alembic import op

revision = "015_former_cameras"
down_revision = "014_captions"
branch_labels = None
depends_on = None

UPGRADE = (
    """
    CREATE TABLE former_cameras (
        external_id varchar(130) PRIMARY KEY,
        deleted_at timestamptz NOT NULL DEFAULT now()
    )
    """,
)

DOWNGRADE = ("DROP TABLE former_cameras",)


def upgrade() -> None:
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWNGRADE:
        op.execute(statement)
