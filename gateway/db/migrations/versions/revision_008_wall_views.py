"""Saved views of the wall.

Revision ID: 008_wall_views
Revises: 007_activity_minutes
"""

from alembic import op

revision = "008_wall_views"
down_revision = "007_activity_minutes"
branch_labels = None
depends_on = None

UPGRADE = (
    """
    CREATE TABLE wall_views (
        id uuid PRIMARY KEY,
        user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        name varchar(100) NOT NULL,
        shared boolean NOT NULL DEFAULT false,
        layout jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (user_id, name)
    )
    """,
    "CREATE TRIGGER wall_views_updated_at BEFORE UPDATE ON wall_views"
    " FOR EACH ROW EXECUTE FUNCTION set_updated_at()",
)

DOWNGRADE = ("DROP TABLE wall_views",)


def upgrade() -> None:
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWNGRADE:
        op.execute(statement)
