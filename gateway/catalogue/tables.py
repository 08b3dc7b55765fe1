"""Who is who: hosts, their devices, cameras, groups of cameras, and which groups a user is limited to."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Identity,
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

from gateway.db.metadata import METADATA

hosts = Table(
    "hosts",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("name", String(63), nullable=False, unique=True),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

camera_groups = Table(
    "camera_groups",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("name", String(255), nullable=False, unique=True),
    Column("location", String(255)),
    Column("created_at", DateTime(timezone=True), server_default=func.now()),
    Column("updated_at", DateTime(timezone=True), server_default=func.now()),
)

cameras = Table(
    "cameras",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("name", String(255), nullable=False),
    Column("rtsp_url", String(2048), nullable=False),
    Column("status", String(50), server_default=text("'idle'")),
    Column("is_active", Boolean, server_default=text("true")),
    # Of a host's own device NULL: as its host says. Else what is set here lies over that.
    Column("enable_detection", Boolean, server_default=text("true")),
    Column("detection_sensitivity", Float(53), server_default=text("0.7")),
    Column("group_id", String(36), ForeignKey("camera_groups.id", ondelete="SET NULL")),
    Column("last_connected", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), server_default=func.now()),
    Column("updated_at", DateTime(timezone=True), server_default=func.now()),
    Column("username", String(255)),
    Column("password_encrypted", Text),
    Column("resolution", String(20)),
    Column("fps", Integer),
    Column("codec", String(20)),
    Column("location", String(255)),
    Column("host_id", Uuid, ForeignKey("hosts.id", ondelete="SET NULL")),
    Column("device_name", String(63)),
    # Never changes once set; the seed's cam_001, or {host}__{device} of a device that a host reported.
    Column("external_id", String(130), nullable=False, unique=True),
    # "host": made by what a host reports, whose settings say how it is recorded; "gateway": made here.
    Column("managed_by", String(10), nullable=False, server_default=text("'gateway'")),
    # A sub-stream that supplies frames in place of the main one.
    Column("preview_url", String(2048)),
    # Of its health, written by every check: how many failed in a row, when it was, what is wrong.
    Column("failures_in_row", Integer, nullable=False, server_default=text("0")),
    Column("checked_at", DateTime(timezone=True)),
    Column("problem_code", String(50)),
    Column("problem", String(500)),
    UniqueConstraint("host_id", "device_name"),
    CheckConstraint("managed_by IN ('gateway', 'host')", name="ck_cameras_managed_by"),
    # Of the address's hash: the address may be longer than an index takes.
    Index("ix_cameras_rtsp_url", text("md5(rtsp_url)")),
    Index("ix_cameras_group_id", "group_id"),
    Index("ix_cameras_status", "status"),
    Index("ix_cameras_name", "name"),
)

# External ids of cameras that are gone. Their events and history are still found by them, so that no camera
# gets one by itself, and none of somebody who is limited to some groups: they would see what was another's.
# `host_id`, `device_name`: of a host's own device, which may come back, and has its own again then.
former_cameras = Table(
    "former_cameras",
    METADATA,
    Column("external_id", String(130), primary_key=True),
    Column("deleted_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("host_id", Uuid, ForeignKey("hosts.id", ondelete="SET NULL")),
    Column("device_name", String(63)),
)

# What is recorded is known by host and name. The camera that fills a device may move to another host; what
# it recorded stays where it is, and stays the camera's.
devices = Table(
    "devices",
    METADATA,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("host_id", Uuid, ForeignKey("hosts.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(63), nullable=False),
    Column("label", String(200), nullable=False, server_default=text("''")),
    Column("source", String(2048), nullable=False, server_default=text("''")),
    Column("camera_id", String(36), ForeignKey("cameras.id", ondelete="SET NULL")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    # Since when the host does not report it any more; its footage is there until retention ends it.
    Column("removed_at", DateTime(timezone=True)),
    # How its host analyses it now, and would by its own settings alone; NULL: it does not say.
    Column("detection_enabled", Boolean),
    Column("detection_sensitivity", Float(53)),
    Column("own_detection_enabled", Boolean),
    Column("own_detection_sensitivity", Float(53)),
    UniqueConstraint("host_id", "name"),
    Index("ix_devices_camera_id", "camera_id"),
)

user_camera_groups = Table(
    "user_camera_groups",
    METADATA,
    Column("user_id", Uuid, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("group_id", String(36), ForeignKey("camera_groups.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_user_camera_groups_group_id", "group_id"),
)
