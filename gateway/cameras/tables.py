"""How cameras did over time, and the pictures that were taken of them."""

from sqlalchemy import Boolean, Column, DateTime, Float, ForeignKey, Index, Integer, String, Table, func, text

from gateway.db.metadata import METADATA

camera_health = Table(
    "camera_health",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("camera_id", String(36), ForeignKey("cameras.id", ondelete="CASCADE"), nullable=False),
    Column("is_connected", Boolean),
    Column("latency_ms", Integer),
    Column("fps_actual", Float(53)),
    Column("last_check", DateTime(timezone=True), server_default=func.now()),
    Column("created_at", DateTime(timezone=True), server_default=func.now()),
    # The camera's status after this check.
    Column("status", String(50)),
    # "heartbeat": by what its host reports; "probe": by a connection of our own.
    Column("judged_by", String(10)),
    Column("problem_code", String(50)),
    Column("problem", String(500)),
    # With what is summed up: the checks of one camera lie in as many pages of the table as there are.
    Index(
        "ix_camera_health_camera_id_created_at",
        "camera_id",
        text("created_at DESC"),
        postgresql_include=["is_connected", "latency_ms", "fps_actual"],
    ),
    Index("ix_camera_health_created_at", "created_at"),
)

camera_snapshots = Table(
    "camera_snapshots",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("camera_id", String(36), ForeignKey("cameras.id", ondelete="CASCADE"), nullable=False),
    Column("filename", String(255), nullable=False),
    Column("storage_path", String(512), nullable=False),
    Column("file_size", Integer),
    Column("expiry_date", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), server_default=func.now()),
    Column("thumbnail_path", String(512)),
    # Of the picture, which may be older than the request.
    Column("taken_at", DateTime(timezone=True)),
    # "host": its host's newest frame; "stream": taken of the camera for this.
    Column("source", String(10)),
    Index("ix_camera_snapshots_camera_id_created_at", "camera_id", text("created_at DESC")),
    Index("ix_camera_snapshots_expiry_date", "expiry_date"),
)
