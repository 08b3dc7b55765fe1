"""Users of the gateway and their sessions.

Revision ID: 004_accounts
Revises: 003_legacy_columns_in_step
"""

from alembic import op

revision = "004_accounts"
down_revision = "003_legacy_columns_in_step"
branch_labels = None
depends_on = None

UPGRADE = (
    # A login is no change of a user, and writing what is there already is no change of anything.
    """
    CREATE FUNCTION set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.updated_at IS NOT DISTINCT FROM OLD.updated_at
            AND to_jsonb(NEW) - 'last_login_at' IS DISTINCT FROM to_jsonb(OLD) - 'last_login_at'
        THEN
            NEW.updated_at := now();
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    ALTER TABLE users
        ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now(),
        ADD COLUMN last_login_at timestamptz,
        ADD COLUMN limited_to_groups boolean NOT NULL DEFAULT false
    """,
    "CREATE TRIGGER users_updated_at BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION set_updated_at()",
    """
    CREATE TABLE sessions (
        id uuid PRIMARY KEY,
        user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        refresh_jti uuid NOT NULL,
        previous_jti uuid,
        rotated_at timestamptz,
        media_token_sha256 varchar(64) UNIQUE,
        revoked_at timestamptz,
        address varchar(64),
        user_agent varchar(255)
    )
    """,
    "CREATE INDEX ix_sessions_user_id ON sessions (user_id)",
    "CREATE INDEX ix_sessions_expires_at ON sessions (expires_at)",
)

DOWNGRADE = (
    "DROP TABLE sessions",
    "DROP TRIGGER users_updated_at ON users",
    """
    ALTER TABLE users
        DROP COLUMN limited_to_groups,
        DROP COLUMN last_login_at,
        DROP COLUMN updated_at
    """,
    "DROP FUNCTION set_updated_at()",
)


def upgrade() -> None:
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWNGRADE:
        op.execute(statement)
