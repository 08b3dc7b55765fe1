"""Malls, camera pins, videos and processing jobs.

Columns marked legacy are those of programs that know only Phase 1: the trigger `videos_in_step` fills them
from the new ones and the other way round, so code here reads and writes the new ones alone.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from gateway.db.metadata import METADATA

malls = Table(
    "malls",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("name", String(255), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

camera_pins = Table(
    "camera_pins",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("mall_id", Uuid, ForeignKey("malls.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(255), nullable=False),
    Column("location_lat", Double),
    Column("location_lng", Double),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    # What a video's foreign key points to, so that its mall is its pin's.
    UniqueConstraint("id", "mall_id", name="uq_camera_pins_id_mall_id"),
)

videos = Table(
    "videos",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("camera_pin_id", Uuid, nullable=False),  # legacy: pin_id
    Column("file_path", String(512), nullable=False),  # legacy: original_path, '' while that is NULL
    Column("original_filename", String(255), nullable=False),  # legacy: filename
    Column("file_size_bytes", BigInteger),
    Column("duration_seconds", Double),
    Column("upload_timestamp", DateTime(timezone=True), nullable=False),  # legacy: uploaded_at
    Column("processed", Boolean, nullable=False, server_default=text("false")),  # legacy: processing_status
    Column("processing_status", String(20), nullable=False, server_default=text("'pending'")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("mall_id", Uuid, nullable=False),
    Column("pin_id", Uuid, nullable=False),
    Column("filename", String(255), nullable=False),
    Column("original_path", String(512)),
    Column("proxy_path", String(512)),
    Column("checksum_sha256", String(64)),
    Column("width", Integer),
    Column("height", Integer),
    Column("fps", Double),
    Column("codec", String(50)),
    Column("recorded_at", DateTime(timezone=True)),
    Column("operator_notes", Text),
    Column("uploaded_by_user_id", Uuid),
    Column("upload_status", String(20), nullable=False),
    Column("processing_job_id", String(255)),
    Column("processing_error", Text),
    Column("uploaded_at", DateTime(timezone=True), nullable=False),
    Column("processing_started_at", DateTime(timezone=True)),
    Column("processing_completed_at", DateTime(timezone=True)),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    ForeignKeyConstraint(["mall_id"], ["malls.id"], name="fk_videos_mall_id", ondelete="CASCADE"),
    ForeignKeyConstraint(["pin_id"], ["camera_pins.id"], name="fk_videos_pin_id", ondelete="CASCADE"),
    ForeignKeyConstraint(
        ["uploaded_by_user_id"], ["users.id"], name="fk_videos_uploaded_by", ondelete="SET NULL"
    ),
    ForeignKeyConstraint(
        ["pin_id", "mall_id"],
        ["camera_pins.id", "camera_pins.mall_id"],
        name="fk_videos_pin_in_mall",
        onupdate="CASCADE",
        ondelete="CASCADE",
    ),
    Index("ix_videos_mall_id", "mall_id"),
    Index("ix_videos_pin_id", "pin_id"),
    Index("ix_videos_checksum", "checksum_sha256"),
    Index("ix_videos_uploaded_at", text("uploaded_at DESC")),
    Index("ix_videos_recorded_at", text("recorded_at DESC")),
    Index("ix_videos_upload_status", "upload_status"),
    Index(
        "ix_videos_unique_checksum_pin",
        "checksum_sha256",
        "pin_id",
        unique=True,
        postgresql_where=text("checksum_sha256 IS NOT NULL"),
    ),
)

processing_jobs = Table(
    "processing_jobs",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("video_id", Uuid, ForeignKey("videos.id", ondelete="CASCADE"), nullable=False),
    Column("job_type", String(50), nullable=False),
    Column("status", String(20), nullable=False),
    Column("celery_task_id", String(255)),  # holds the id of the RQ job
    Column("worker_hostname", String(255)),
    Column("result_data", JSONB),
    Column("error_message", Text),
    Column("queued_at", DateTime(timezone=True), nullable=False),
    Column("started_at", DateTime(timezone=True)),
    Column("completed_at", DateTime(timezone=True)),
    Index("ix_jobs_video_id", "video_id"),
    Index("ix_jobs_status", "status"),
    Index("ix_jobs_celery_task_id", "celery_task_id"),
    Index("ix_jobs_queued_at", text("queued_at DESC")),
)
