"""Hosts, devices, cameras and their groups, and which groups a user is limited to.

Revision ID: 005_catalogue
Revises: 004_accounts
"""

from alembic import op

revision = "005_catalogue"
down_revision = "004_accounts"
branch_labels = None
depends_on = None

UPGRADE = (
    """
    CREATE TABLE hosts (
        id uuid PRIMARY KEY,
        name varchar(63) NOT NULL UNIQUE,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    """
    CREATE TABLE camera_groups (
        id varchar(36) PRIMARY KEY,
        name varchar(255) NOT NULL UNIQUE,
        location varchar(255),
        created_at timestamptz DEFAULT now(),
        updated_at timestamptz DEFAULT now()
    )
    """,
    """
    CREATE TABLE cameras (
        id varchar(36) PRIMARY KEY,
        name varchar(255) NOT NULL,
        rtsp_url varchar(2048) NOT NULL,
        status varchar(50) DEFAULT 'idle',
        is_active boolean DEFAULT true,
        enable_detection boolean DEFAULT true,
        detection_sensitivity double precision DEFAULT 0.7,
        group_id varchar(36) REFERENCES camera_groups (id) ON DELETE SET NULL,
        last_connected timestamptz,
        created_at timestamptz DEFAULT now(),
        updated_at timestamptz DEFAULT now(),
        username varchar(255),
        password_encrypted text,
        resolution varchar(20),
        fps integer,
        codec varchar(20),
        location varchar(255),
        host_id uuid REFERENCES hosts (id) ON DELETE SET NULL,
        device_name varchar(63),
        external_id varchar(130) NOT NULL UNIQUE,
        UNIQUE (host_id, device_name)
    )
    """,
    "CREATE INDEX ix_cameras_group_id ON cameras (group_id)",
    "CREATE INDEX ix_cameras_status ON cameras (status)",
    "CREATE INDEX ix_cameras_name ON cameras (name)",
    """
    CREATE TABLE devices (
        id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        host_id uuid NOT NULL REFERENCES hosts (id) ON DELETE CASCADE,
        name varchar(63) NOT NULL,
        label varchar(200) NOT NULL DEFAULT '',
        source varchar(2048) NOT NULL DEFAULT '',
        camera_id varchar(36) REFERENCES cameras (id) ON DELETE SET NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        removed_at timestamptz,
        UNIQUE (host_id, name)
    )
    """,
    "CREATE INDEX ix_devices_camera_id ON devices (camera_id)",
    """
    CREATE TABLE user_camera_groups (
        user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        group_id varchar(36) NOT NULL REFERENCES camera_groups (id) ON DELETE CASCADE,
        PRIMARY KEY (user_id, group_id)
    )
    """,
    "CREATE INDEX ix_user_camera_groups_group_id ON user_camera_groups (group_id)",
    "CREATE TRIGGER hosts_updated_at BEFORE UPDATE ON hosts FOR EACH ROW EXECUTE FUNCTION set_updated_at()",
    "CREATE TRIGGER camera_groups_updated_at BEFORE UPDATE ON camera_groups"
    " FOR EACH ROW EXECUTE FUNCTION set_updated_at()",
    "CREATE TRIGGER cameras_updated_at BEFORE UPDATE ON cameras"
    " FOR EACH ROW EXECUTE FUNCTION set_updated_at()",
    "CREATE TRIGGER devices_updated_at BEFORE UPDATE ON devices"
    " FOR EACH ROW EXECUTE FUNCTION set_updated_at()",
)

DOWNGRADE = (
    "DROP TABLE user_camera_groups",
    "DROP TABLE devices",
    "DROP TABLE cameras",
    "DROP TABLE camera_groups",
    "DROP TABLE hosts",
)


def upgrade() -> None:
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWNGRADE:
        op.execute(statement)
