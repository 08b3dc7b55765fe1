"""Programs that know only the Phase 1 columns of videos go on reading and writing them.

A trigger keeps legacy and new columns in step in both directions; where a statement changes both, the new
column wins. A second foreign key has a video's mall be its pin's mall, also after a pin has moved.

Revision ID: 003_legacy_columns_in_step
Revises: 002_phase_2_video_mgmt
"""

from alembic import op

from gateway.db.migrations.guards import refuse_what_is_there

revision = "003_legacy_columns_in_step"
down_revision = "002_phase_2_video_mgmt"
branch_labels = None
depends_on = None

PIN_IN_ITS_MALL = "uq_camera_pins_id_mall_id"
VIDEO_IN_ITS_PINS_MALL = "fk_videos_pin_in_mall"

# Rows that were written while nothing kept them in step. `updated_at` stays: no person changed them.
BRING_INTO_STEP = """
UPDATE videos v
SET mall_id = cp.mall_id,
    camera_pin_id = v.pin_id,
    original_filename = v.filename,
    file_path = COALESCE(v.original_path, ''),
    upload_timestamp = v.uploaded_at,
    processing_status = CASE
        WHEN v.processed AND v.processing_status = 'pending' THEN 'completed' ELSE v.processing_status
    END,
    processed = v.processing_status = 'completed' OR (v.processed AND v.processing_status = 'pending')
FROM camera_pins cp
WHERE cp.id = v.pin_id
  AND (v.mall_id <> cp.mall_id OR v.camera_pin_id <> v.pin_id OR v.original_filename <> v.filename
       OR v.file_path <> COALESCE(v.original_path, '') OR v.upload_timestamp <> v.uploaded_at
       OR v.processed <> (v.processing_status = 'completed'))
"""

# `file_path` may not be NULL, `original_path` is until the file is there: an empty path stands for none.
# 'pending' is also the status that nobody has set, so there `processed` has the word.
KEEP_IN_STEP = """
CREATE FUNCTION videos_in_step() RETURNS trigger LANGUAGE plpgsql AS $function$
DECLARE
    mall_follows_pin boolean;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.pin_id IS NULL AND NEW.filename IS NULL THEN
            -- Written by a program of Phase 1, which knows only finished uploads.
            NEW.upload_status := COALESCE(NEW.upload_status, 'uploaded');
        END IF;
        NEW.pin_id := COALESCE(NEW.pin_id, NEW.camera_pin_id);
        NEW.filename := COALESCE(NEW.filename, NEW.original_filename);
        NEW.original_path := COALESCE(NEW.original_path, NULLIF(NEW.file_path, ''));
        NEW.uploaded_at := COALESCE(NEW.uploaded_at, NEW.upload_timestamp);
        NEW.updated_at := COALESCE(NEW.updated_at, NEW.created_at, now());
        IF NEW.processed AND NEW.processing_status = 'pending' THEN
            NEW.processing_status := 'completed';
        END IF;
        mall_follows_pin := NEW.mall_id IS NULL;
    ELSE
        IF NEW.pin_id IS NOT DISTINCT FROM OLD.pin_id
            AND NEW.camera_pin_id IS DISTINCT FROM OLD.camera_pin_id THEN
            NEW.pin_id := NEW.camera_pin_id;
        END IF;
        IF NEW.filename IS NOT DISTINCT FROM OLD.filename
            AND NEW.original_filename IS DISTINCT FROM OLD.original_filename THEN
            NEW.filename := NEW.original_filename;
        END IF;
        IF NEW.original_path IS NOT DISTINCT FROM OLD.original_path
            AND NEW.file_path IS DISTINCT FROM OLD.file_path THEN
            NEW.original_path := NULLIF(NEW.file_path, '');
        END IF;
        IF NEW.uploaded_at IS NOT DISTINCT FROM OLD.uploaded_at
            AND NEW.upload_timestamp IS DISTINCT FROM OLD.upload_timestamp THEN
            NEW.uploaded_at := NEW.upload_timestamp;
        END IF;
        IF NEW.processing_status IS NOT DISTINCT FROM OLD.processing_status
            AND NEW.processed IS DISTINCT FROM OLD.processed THEN
            NEW.processing_status := CASE WHEN NEW.processed THEN 'completed' ELSE 'pending' END;
        END IF;
        -- A pin that moves takes its videos along by the foreign key, which changes mall_id alone.
        mall_follows_pin := NEW.pin_id IS DISTINCT FROM OLD.pin_id
            AND NEW.mall_id IS NOT DISTINCT FROM OLD.mall_id;
    END IF;

    IF mall_follows_pin AND NEW.pin_id IS NOT NULL THEN
        -- Locked as the foreign key will lock it, or the pin could move in between.
        SELECT mall_id INTO NEW.mall_id FROM camera_pins WHERE id = NEW.pin_id FOR KEY SHARE;
        IF NOT FOUND THEN
            RAISE foreign_key_violation USING
                TABLE = 'videos', CONSTRAINT = 'fk_videos_pin_id',
                MESSAGE = 'the video names a camera pin that does not exist: ' || NEW.pin_id;
        END IF;
    END IF;

    NEW.camera_pin_id := NEW.pin_id;
    NEW.original_filename := NEW.filename;
    NEW.file_path := COALESCE(NEW.original_path, '');
    NEW.upload_timestamp := NEW.uploaded_at;
    NEW.processed := NEW.processing_status = 'completed';
    IF TG_OP = 'UPDATE' AND NEW IS DISTINCT FROM OLD
        AND NEW.updated_at IS NOT DISTINCT FROM OLD.updated_at THEN
        NEW.updated_at := now();
    END IF;
    RETURN NEW;
END
$function$
"""


def upgrade() -> None:
    op.execute(refuse_what_is_there(revision, relations=(PIN_IN_ITS_MALL,), columns={}))
    op.execute("LOCK TABLE videos, camera_pins IN ACCESS EXCLUSIVE MODE")
    op.execute(BRING_INTO_STEP)
    op.create_unique_constraint(PIN_IN_ITS_MALL, "camera_pins", ["id", "mall_id"])
    op.create_foreign_key(
        VIDEO_IN_ITS_PINS_MALL,
        "videos",
        "camera_pins",
        ["pin_id", "mall_id"],
        ["id", "mall_id"],
        onupdate="CASCADE",
        ondelete="CASCADE",
    )
    op.execute(KEEP_IN_STEP)
    op.execute(
        "CREATE TRIGGER videos_in_step BEFORE INSERT OR UPDATE ON videos"
        " FOR EACH ROW EXECUTE FUNCTION videos_in_step()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER videos_in_step ON videos")
    op.execute("DROP FUNCTION videos_in_step()")
    op.drop_constraint(VIDEO_IN_ITS_PINS_MALL, "videos", type_="foreignkey")
    op.drop_constraint(PIN_IN_ITS_MALL, "camera_pins", type_="unique")
