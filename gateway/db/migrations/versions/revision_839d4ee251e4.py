"""The initial schema: malls, camera pins, users and videos in their Phase 1 form.

Revision ID: 839d4ee251e4
Revises: nothing
"""

import sqlalchemy as sa
from alembic import op

from gateway.db.migrations.guards import refuse_what_is_there

revision = "839d4ee251e4"
down_revision = None
branch_labels = None
depends_on = None

TABLES = ("malls", "camera_pins", "users", "videos")


def created_at() -> sa.Column[object]:
    return sa.Column(
        "created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")
    )


def upgrade() -> None:
    op.execute(refuse_what_is_there(revision, relations=TABLES, columns={}))
    op.create_table(
        "malls",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.String(255), nullable=False),
        created_at(),
    )
    op.create_table(
        "camera_pins",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("mall_id", sa.Uuid(), sa.ForeignKey("malls.id", ondelete="CASCADE"), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("location_lat", sa.Double()),
        sa.Column("location_lng", sa.Double()),
        created_at(),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("email", sa.String(255), nullable=False, unique=True),
        sa.Column("username", sa.String(100), nullable=False, unique=True),
        sa.Column("hashed_password", sa.String(255), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False, server_default=sa.text("true")),
        created_at(),
    )
    # No foreign key from camera_pin_id: rows without their pin exist.
    op.create_table(
        "videos",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("camera_pin_id", sa.Uuid(), nullable=False),
        sa.Column("file_path", sa.String(512), nullable=False),
        sa.Column("original_filename", sa.String(255), nullable=False),
        sa.Column("file_size_bytes", sa.BigInteger()),
        sa.Column("duration_seconds", sa.Double()),
        sa.Column("upload_timestamp", sa.DateTime(timezone=True), nullable=False),
        sa.Column("processed", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("processing_status", sa.String(20), nullable=False, server_default="pending"),
        created_at(),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
