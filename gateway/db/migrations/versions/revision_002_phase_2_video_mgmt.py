"""Phase 2 of the videos: uploads with checksums, metadata, proxies, background jobs.

The Phase 1 columns stay as they are, for programs that know only them.

Revision ID: 002_phase_2_video_mgmt
Revises: 839d4ee251e4
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from gateway.db.migrations.guards import refuse_orphans, refuse_what_is_there

revision = "002_phase_2_video_mgmt"
down_revision = "839d4ee251e4"
branch_labels = None
depends_on = None

NEW_COLUMNS: dict[str, sa.types.TypeEngine[Any]] = {
    "mall_id": sa.Uuid(),
    "pin_id": sa.Uuid(),
    "filename": sa.String(255),
    "original_path": sa.String(512),
    "proxy_path": sa.String(512),
    "checksum_sha256": sa.String(64),
    "width": sa.Integer(),
    "height": sa.Integer(),
    "fps": sa.Double(),
    "codec": sa.String(50),
    "recorded_at": sa.DateTime(timezone=True),
    "operator_notes": sa.Text(),
    "uploaded_by_user_id": sa.Uuid(),
    "upload_status": sa.String(20),
    "processing_job_id": sa.String(255),
    "processing_error": sa.Text(),
    "uploaded_at": sa.DateTime(timezone=True),
    "processing_started_at": sa.DateTime(timezone=True),
    "processing_completed_at": sa.DateTime(timezone=True),
    "updated_at": sa.DateTime(timezone=True),
}
FILLED_COLUMNS = ("mall_id", "pin_id", "filename", "upload_status", "uploaded_at", "updated_at")
# Name → columns; in the order in which they are made.
VIDEO_INDEXES: dict[str, list[str | sa.TextClause]] = {
    "ix_videos_mall_id": ["mall_id"],
    "ix_videos_pin_id": ["pin_id"],
    "ix_videos_checksum": ["checksum_sha256"],
    "ix_videos_uploaded_at": [sa.text("uploaded_at DESC")],
    "ix_videos_recorded_at": [sa.text("recorded_at DESC")],
    "ix_videos_upload_status": ["upload_status"],
}
JOB_INDEXES: dict[str, list[str | sa.TextClause]] = {
    "ix_jobs_video_id": ["video_id"],
    "ix_jobs_status": ["status"],
    "ix_jobs_celery_task_id": ["celery_task_id"],
    "ix_jobs_queued_at": [sa.text("queued_at DESC")],
}
UNIQUE_CHECKSUM = "ix_videos_unique_checksum_pin"
# Name → column, the table it points to, what happens when the row there is deleted.
FOREIGN_KEYS = {
    "fk_videos_mall_id": ("mall_id", "malls", "CASCADE"),
    "fk_videos_pin_id": ("pin_id", "camera_pins", "CASCADE"),
    "fk_videos_uploaded_by": ("uploaded_by_user_id", "users", "SET NULL"),
}
FILL = """
UPDATE videos v
SET mall_id = cp.mall_id,
    pin_id = v.camera_pin_id,
    filename = v.original_filename,
    original_path = v.file_path,
    upload_status = 'uploaded',
    uploaded_at = v.upload_timestamp,
    updated_at = v.created_at
FROM camera_pins cp
WHERE v.camera_pin_id = cp.id
"""


def upgrade() -> None:
    made = ("processing_jobs", *VIDEO_INDEXES, UNIQUE_CHECKSUM, *JOB_INDEXES)
    op.execute(refuse_what_is_there(revision, relations=made, columns={"videos": tuple(NEW_COLUMNS)}))
    # What the foreign keys need in the end is taken at once: a wait must not come after minutes of work, and
    # nobody may add a video or remove a pin while the rows are filled.
    op.execute("LOCK TABLE videos IN ACCESS EXCLUSIVE MODE")
    op.execute("LOCK TABLE malls, camera_pins, users IN SHARE ROW EXCLUSIVE MODE")
    op.execute(refuse_orphans("videos", "camera_pin_id", "camera_pins"))
    for name, kind in NEW_COLUMNS.items():
        op.add_column("videos", sa.Column(name, kind))
    op.execute(FILL)
    for name in FILLED_COLUMNS:
        op.alter_column("videos", name, nullable=False)
    for name, columns in VIDEO_INDEXES.items():
        op.create_index(name, "videos", columns)
    op.create_index(
        UNIQUE_CHECKSUM,
        "videos",
        ["checksum_sha256", "pin_id"],
        unique=True,
        postgresql_where=sa.text("checksum_sha256 IS NOT NULL"),
    )
    for name, (column, table, rule) in FOREIGN_KEYS.items():
        op.create_foreign_key(name, "videos", table, [column], ["id"], ondelete=rule)
    create_processing_jobs()


def create_processing_jobs() -> None:
    op.create_table(
        "processing_jobs",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("video_id", sa.Uuid(), sa.ForeignKey("videos.id", ondelete="CASCADE"), nullable=False),
        sa.Column("job_type", sa.String(50), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("celery_task_id", sa.String(255)),
        sa.Column("worker_hostname", sa.String(255)),
        sa.Column("result_data", JSONB()),
        sa.Column("error_message", sa.Text()),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("completed_at", sa.DateTime(timezone=True)),
    )
    for name, columns in JOB_INDEXES.items():
        op.create_index(name, "processing_jobs", columns)


def downgrade() -> None:
    """Back to Phase 1. Jobs and what only Phase 2 knows are deleted; videos and their files stay."""
    op.drop_table("processing_jobs")
    for name in FOREIGN_KEYS:
        op.drop_constraint(name, "videos", type_="foreignkey")
    for name in (UNIQUE_CHECKSUM, *VIDEO_INDEXES):
        op.drop_index(name, "videos")
    for name in reversed(NEW_COLUMNS):
        op.drop_column("videos", name)
