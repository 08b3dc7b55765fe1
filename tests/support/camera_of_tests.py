"""A camera as the catalogue gives it, for tests of decisions."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from gateway.cameras.camera import Camera

NOW = datetime(2026, 11, 21, 14, tzinfo=UTC)


def a_camera(**changes: Any) -> Camera:
    made = Camera(
        id="camera-1",
        external_id="front-door",
        name="Front Door",
        address="rtsp://10.0.0.5/stream",
        username=None,
        password_encrypted=None,
        preview_address=None,
        resolution=None,
        fps=None,
        codec=None,
        location=None,
        status="idle",
        is_active=True,
        enable_detection=True,
        detection_sensitivity=0.7,
        group_id=None,
        group=None,
        host_id=None,
        host=None,
        device_name=None,
        managed_by="gateway",
        last_connected=None,
        checked_at=None,
        problem_code=None,
        problem=None,
        failures_in_row=0,
        created_at=NOW,
        updated_at=NOW,
    )
    return replace(made, **changes)
