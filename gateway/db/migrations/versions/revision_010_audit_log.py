"""The audit log: who did what to what, when, from where. Rows are added, never changed.

Revision ID: 010_audit_log
Revises: 009_cameras
"""

from alembic import op

revision = "010_audit_log"
down_revision = "009_cameras"
branch_labels = None
depends_on = None

UPGRADE = (
    # No foreign keys: what somebody did stays when they, or what they did it to, are gone.
    """
    CREATE TABLE audit_log (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT now(),
        user_id uuid,
        username varchar(255) NOT NULL,
        address varchar(64) NOT NULL DEFAULT '',
        request_id varchar(64) NOT NULL DEFAULT '',
        action varchar(60) NOT NULL,
        subject_kind varchar(40) NOT NULL,
        subject_id varchar(255) NOT NULL DEFAULT '',
        subject varchar(255) NOT NULL DEFAULT '',
        details jsonb NOT NULL DEFAULT '{}'
    )
    """,
    "CREATE INDEX ix_audit_log_at ON audit_log (at DESC, id DESC)",
    "CREATE INDEX ix_audit_log_user_id ON audit_log (user_id, at DESC)",
    "CREATE INDEX ix_audit_log_subject ON audit_log (subject_kind, subject_id, at DESC)",
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% only grows: rows are neither changed nor deleted', TG_TABLE_NAME;
    END
    $$
    """,
    "CREATE TRIGGER audit_log_only_grows BEFORE UPDATE OR DELETE ON audit_log"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER audit_log_stays BEFORE TRUNCATE ON audit_log"
    " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
)

DOWNGRADE = ("DROP TABLE audit_log", "DROP FUNCTION refuse_change()")


def upgrade() -> None:
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWNGRADE:
        op.execute(statement)
