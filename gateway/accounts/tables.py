"""Users and their sessions."""

from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Index, String, Table, Uuid, func, text

from gateway.db.metadata import METADATA

users = Table(
    "users",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("email", String(255), nullable=False, unique=True),
    Column("username", String(100), nullable=False, unique=True),
    Column("hashed_password", String(255), nullable=False),
    Column("role", String(20), nullable=False),
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("last_login_at", DateTime(timezone=True)),
    # Where true, only devices of the groups in user_camera_groups are seen: none, where there are none.
    Column("limited_to_groups", Boolean, nullable=False, server_default=text("false")),
)

# One row a login. A refresh token is good once: its id is `refresh_jti`; the one before is remembered for
# two tabs that refresh at the same time, and to notice a stolen one.
sessions = Table(
    "sessions",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("user_id", Uuid, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("refresh_jti", Uuid, nullable=False),
    Column("previous_jti", Uuid),
    Column("rotated_at", DateTime(timezone=True)),
    Column("media_token_sha256", String(64), unique=True),
    Column("revoked_at", DateTime(timezone=True)),
    Column("address", String(64)),
    Column("user_agent", String(255)),
    Index("ix_sessions_user_id", "user_id"),
    Index("ix_sessions_expires_at", "expires_at"),
)
