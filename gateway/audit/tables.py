"""The audit log. Rows are added, never changed: triggers see to it."""

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, String, Table, Uuid, func, text
from sqlalchemy.dialects.postgresql import JSONB

from gateway.db.metadata import METADATA

# No foreign keys: what somebody did stays when they, or what they did it to, are gone.
audit_log = Table(
    "audit_log",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    # None: nobody who is signed in (a command on the gateway's machine, a failed login).
    Column("user_id", Uuid),
    Column("username", String(255), nullable=False),
    Column("address", String(64), nullable=False, server_default=text("''")),
    Column("request_id", String(64), nullable=False, server_default=text("''")),
    # "camera.create", "export.download", "user.change": kind and verb.
    Column("action", String(60), nullable=False),
    Column("subject_kind", String(40), nullable=False),
    Column("subject_id", String(255), nullable=False, server_default=text("''")),
    # Its name then.
    Column("subject", String(255), nullable=False, server_default=text("''")),
    Column("details", JSONB, nullable=False, server_default=text("'{}'")),
    Index("ix_audit_log_at", text("at DESC"), text("id DESC")),
    Index("ix_audit_log_user_id", "user_id", text("at DESC")),
    Index("ix_audit_log_subject", "subject_kind", "subject_id", text("at DESC")),
)
