"""Enrolment, reports and commands of hosts.

Revision ID: 006_hosts
Revises: 005_catalogue
"""

from alembic import op

revision = "006_hosts"
down_revision = "005_catalogue"
branch_labels = None
depends_on = None

UPGRADE = (
    """
    CREATE TABLE enrolment_tokens (
        id uuid PRIMARY KEY,
        token_sha256 varchar(64) NOT NULL UNIQUE,
        host_name varchar(63) NOT NULL,
        networks text[] NOT NULL,
        replaces_host boolean NOT NULL DEFAULT false,
        created_by uuid REFERENCES users (id) ON DELETE SET NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        used_at timestamptz,
        used_credential_sha256 varchar(64)
    )
    """,
    "CREATE INDEX ix_enrolment_tokens_host_name ON enrolment_tokens (host_name)",
    """
    CREATE TABLE host_enrolments (
        host_id uuid PRIMARY KEY REFERENCES hosts (id) ON DELETE CASCADE,
        public_url varchar(255) NOT NULL,
        networks text[] NOT NULL,
        credential_sha256 varchar(64) NOT NULL UNIQUE,
        calling_secret_encrypted text NOT NULL,
        enrolled_at timestamptz NOT NULL,
        revoked_at timestamptz
    )
    """,
    """
    CREATE TABLE host_reports (
        host_id uuid PRIMARY KEY REFERENCES hosts (id) ON DELETE CASCADE,
        received_at timestamptz NOT NULL,
        version varchar(50) NOT NULL,
        clock_offset_s double precision NOT NULL,
        minutes_waiting integer NOT NULL DEFAULT 0,
        report jsonb NOT NULL,
        devices_digest varchar(64) NOT NULL
    ) WITH (fillfactor = 50)
    """,
    """
    CREATE TABLE host_commands (
        id uuid PRIMARY KEY,
        host_id uuid NOT NULL REFERENCES hosts (id) ON DELETE CASCADE,
        device_name varchar(63) NOT NULL,
        action varchar(20) NOT NULL,
        asked_by varchar(200) NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        delivered_at timestamptz,
        finished_at timestamptz,
        done boolean,
        sentence varchar(500)
    )
    """,
    "CREATE INDEX ix_host_commands_pending ON host_commands (host_id, created_at) WHERE finished_at IS NULL",
)

DOWNGRADE = (
    "DROP TABLE host_commands",
    "DROP TABLE host_reports",
    "DROP TABLE host_enrolments",
    "DROP TABLE enrolment_tokens",
)


def upgrade() -> None:
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWNGRADE:
        op.execute(statement)
