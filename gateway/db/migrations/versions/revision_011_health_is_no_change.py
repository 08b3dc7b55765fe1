"""A check of a camera is no change of it: `updated_at` says when somebody changed it.

Revision ID: 011_health_is_no_change
Revises: 010_audit_log
"""

from alembic import op

revision = "011_health_is_no_change"
down_revision = "010_audit_log"
branch_labels = None
depends_on = None

# A trigger names the columns that are written without anybody changing anything.
UPGRADE = (
    """
    CREATE OR REPLACE FUNCTION set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        told constant text[] := ARRAY['last_login_at'] || coalesce(TG_ARGV, '{}');
    BEGIN
        IF NEW.updated_at IS NOT DISTINCT FROM OLD.updated_at
            AND to_jsonb(NEW) - told IS DISTINCT FROM to_jsonb(OLD) - told
        THEN
            NEW.updated_at := now();
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE OR REPLACE TRIGGER cameras_updated_at BEFORE UPDATE ON cameras FOR EACH ROW
    EXECUTE FUNCTION set_updated_at(
        'status', 'last_connected', 'failures_in_row', 'checked_at', 'problem_code', 'problem')
    """,
)

DOWNGRADE = (
    "CREATE OR REPLACE TRIGGER cameras_updated_at BEFORE UPDATE ON cameras"
    " FOR EACH ROW EXECUTE FUNCTION set_updated_at()",
    """
    CREATE OR REPLACE FUNCTION set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.updated_at IS NOT DISTINCT FROM OLD.updated_at
            AND to_jsonb(NEW) - 'last_login_at' IS DISTINCT FROM to_jsonb(OLD) - 'last_login_at'
        THEN
            NEW.updated_at := now();
        END IF;
        RETURN NEW;
    END $$
    """,
)


def upgrade() -> None:
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWNGRADE:
        op.execute(statement)
