"""What became of captions, run by run, and the rules of single cameras.

No foreign keys to cameras: the history of a camera, and how long its events are kept, outlive it.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    Identity,
    Index,
    Integer,
    String,
    Table,
    func,
    text,
)

from gateway.db.metadata import METADATA

caption_migrations = Table(
    "caption_migrations",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    # The camera's external id.
    Column("camera_id", String(130), nullable=False),
    # "schedule", "trigger", "force", "clear", "camera_deleted", "demo"
    Column("trigger", String(20), nullable=False),
    # "running", "done", "failed"; what was running when its process died stays so and is told as interrupted.
    Column("state", String(10), nullable=False, server_default=text("'running'")),
    Column("job_id", String(64), nullable=False, server_default=text("''")),
    Column("started_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("duration_ms", Integer),
    Column("captions_read", Integer, nullable=False, server_default=text("0")),
    Column("events_created", Integer, nullable=False, server_default=text("0")),
    Column("events_extended", Integer, nullable=False, server_default=text("0")),
    Column("late", Integer, nullable=False, server_default=text("0")),
    Column("repeated", Integer, nullable=False, server_default=text("0")),
    Column("error_code", String(50)),
    Column("error", String(500)),
    CheckConstraint("state IN ('running', 'done', 'failed')", name="ck_caption_migrations_state"),
    Index("ix_caption_migrations_started_at", text("started_at DESC"), text("id DESC")),
    Index("ix_caption_migrations_camera_id", "camera_id", text("started_at DESC"), text("id DESC")),
)

# How the whole did, every five minutes.
caption_migration_stats = Table(
    "caption_migration_stats",
    METADATA,
    Column("at", DateTime(timezone=True), primary_key=True, server_default=func.now()),
    Column("keys_near_expiry", BigInteger, nullable=False),
    Column("cached", BigInteger, nullable=False),
    Column("cameras", Integer, nullable=False),
    Column("oldest_due_seconds", Float(53), nullable=False),
    Column("redis_used_bytes", BigInteger, nullable=False),
    # None: the graph could not be asked.
    Column("events", BigInteger),
    Column("behind", Boolean, nullable=False),
)

# Null: as the settings say.
caption_rules = Table(
    "caption_rules",
    METADATA,
    Column("camera_id", String(130), primary_key=True),
    Column("similarity_threshold", Float(53)),
    Column("min_duration_s", Float(53)),
    Column("max_duration_s", Float(53)),
    # 0: for ever
    Column("retention_days", Integer),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
