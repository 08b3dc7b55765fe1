"""History of caption migrations, how the whole did over time, and the rules of single cameras.

Revision ID: 014_captions
Revises: 013_health_read_from_index
"""

from alembic import op

revision = "014_captions"
down_revision = "013_health_read_from_index"
branch_labels = None
depends_on = None

UPGRADE = (
    # No foreign keys: what became of a camera's captions outlives the camera.
    """
    CREATE TABLE caption_migrations (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        camera_id varchar(130) NOT NULL,
        trigger varchar(20) NOT NULL,
        state varchar(10) NOT NULL DEFAULT 'running'
            CONSTRAINT ck_caption_migrations_state CHECK (state IN ('running', 'done', 'failed')),
        job_id varchar(64) NOT NULL DEFAULT '',
        started_at timestamptz NOT NULL DEFAULT now(),
        duration_ms integer,
        captions_read integer NOT NULL DEFAULT 0,
        events_created integer NOT NULL DEFAULT 0,
        events_extended integer NOT NULL DEFAULT 0,
        late integer NOT NULL DEFAULT 0,
        repeated integer NOT NULL DEFAULT 0,
        error_code varchar(50),
        error varchar(500)
    )
    """,
    "CREATE INDEX ix_caption_migrations_started_at ON caption_migrations (started_at DESC, id DESC)",
    "CREATE INDEX ix_caption_migrations_camera_id"
    " ON caption_migrations (camera_id, started_at DESC, id DESC)",
    """
    CREATE TABLE caption_migration_stats (
        at timestamptz PRIMARY KEY DEFAULT now(),
        keys_near_expiry bigint NOT NULL,
        cached bigint NOT NULL,
        cameras integer NOT NULL,
        oldest_due_seconds double precision NOT NULL,
        redis_used_bytes bigint NOT NULL,
        events bigint,
        behind boolean NOT NULL
    )
    """,
    """
    CREATE TABLE caption_rules (
        camera_id varchar(130) PRIMARY KEY,
        similarity_threshold double precision,
        min_duration_s double precision,
        max_duration_s double precision,
        retention_days integer,
        updated_at timestamptz NOT NULL DEFAULT now()
    )
    """,
)

DOWNGRADE = (
    "DROP TABLE caption_rules",
    "DROP TABLE caption_migration_stats",
    "DROP TABLE caption_migrations",
)


def upgrade() -> None:
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWNGRADE:
        op.execute(statement)
