"""What the gateway knows of hosts beside their names: credentials, reports, minutes, commands."""

from sqlalchemy import (
    ARRAY,
    REAL,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from gateway.db.metadata import METADATA

enrolment_tokens = Table(
    "enrolment_tokens",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("token_sha256", String(64), nullable=False, unique=True),
    Column("host_name", String(63), nullable=False),
    # Where the host's public_url may be: CIDR, `10.0.0.0/8`.
    Column("networks", ARRAY(Text), nullable=False),
    # The admin's decision that a host of that name, dead or alive, gives way.
    Column("replaces_host", Boolean, nullable=False, server_default=text("false")),
    Column("created_by", Uuid, ForeignKey("users.id", ondelete="SET NULL")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
    # Of the credential that it was traded for: the same request is answered again.
    Column("used_credential_sha256", String(64)),
    Index("ix_enrolment_tokens_host_name", "host_name"),
)

host_enrolments = Table(
    "host_enrolments",
    METADATA,
    Column("host_id", Uuid, ForeignKey("hosts.id", ondelete="CASCADE"), primary_key=True),
    Column("public_url", String(255), nullable=False),
    Column("networks", ARRAY(Text), nullable=False),
    Column("credential_sha256", String(64), nullable=False, unique=True),
    Column("calling_secret_encrypted", Text, nullable=False),
    Column("enrolled_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
)

# One row a host, rewritten with every heartbeat: half of each page stays free for that.
host_reports = Table(
    "host_reports",
    METADATA,
    Column("host_id", Uuid, ForeignKey("hosts.id", ondelete="CASCADE"), primary_key=True),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("version", String(50), nullable=False),
    # The host's clock minus the gateway's.
    Column("clock_offset_s", Float(53), nullable=False),
    Column("minutes_waiting", Integer, nullable=False, server_default=text("0")),
    # Devices, disks, versions, alarms, as the heartbeat gave them.
    Column("report", JSONB, nullable=False),
    # Of names, labels and sources: the catalogue is looked at only when it changes.
    Column("devices_digest", String(64), nullable=False),
    postgresql_with={"fillfactor": 50},
)

host_commands = Table(
    "host_commands",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("host_id", Uuid, ForeignKey("hosts.id", ondelete="CASCADE"), nullable=False),
    Column("device_name", String(63), nullable=False),
    Column("action", String(20), nullable=False),
    Column("asked_by", String(200), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("delivered_at", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    Column("done", Boolean),
    Column("sentence", String(500)),
    Index("ix_host_commands_pending", "host_id", "created_at", postgresql_where=text("finished_at IS NULL")),
)

# Partitioned by day of `at`; partitions are made by gateway/hosts/minute_partitions.py.
activity_minutes = Table(
    "activity_minutes",
    METADATA,
    Column("device_id", Integer, ForeignKey("devices.id", ondelete="CASCADE"), primary_key=True),
    Column("at", DateTime(timezone=True), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("frames", SmallInteger, nullable=False),
    Column("analysed", Boolean, nullable=False),
    Column("motion_mean", REAL),
    Column("motion_peak", REAL),
    Column("black_s", REAL),
    Column("frozen_s", REAL),
    Column("missing_s", REAL, nullable=False),
    Column("thumbnail", BigInteger),
    Column("thumbnail_at", DateTime(timezone=True)),
    postgresql_partition_by="RANGE (at)",
)

# Minutes that lie ahead of the gateway's clock, until their time has come: one of two clocks is not right.
activity_minutes_set_aside = Table(
    "activity_minutes_set_aside",
    METADATA,
    Column("device_id", Integer, ForeignKey("devices.id", ondelete="CASCADE"), primary_key=True),
    Column("at", DateTime(timezone=True), primary_key=True),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("report", JSONB, nullable=False),
)
