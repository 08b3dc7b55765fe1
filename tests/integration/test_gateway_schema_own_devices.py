"""What rows of hosts' own devices say of detection after the upgrade: what somebody set, and no defaults."""

from gateway.db.commands import downgrade, upgrade
from tests.support.schema_stand import rows, run

BEFORE = "015_former_cameras"
AFTER = "016_own_devices"
SAID = "SELECT id, enable_detection, detection_sensitivity, updated_at::text FROM cameras ORDER BY id"


def said(url: str) -> dict[str, tuple[object, object]]:
    """By id; nobody changed any of them."""
    found = rows(url, SAID)
    assert all(str(row["updated_at"]).startswith("2026-11-01") for row in found)
    return {row["id"]: (row["enable_detection"], row["detection_sensitivity"]) for row in found}


def test_defaults_of_hosts_own_devices_are_no_settings_and_what_was_set_is_kept(database_url: str) -> None:
    upgrade(database_url, BEFORE)
    run(
        database_url,
        """
        INSERT INTO cameras (id, name, rtsp_url, external_id, managed_by, enable_detection,
            detection_sensitivity, updated_at)
        VALUES ('made here', 'A', 'rtsp://a', 'a', 'gateway', true, 0.7, '2026-11-01 12:00Z'),
            ('as made', 'B', 'v4l2:/dev/video0', 'b', 'host', true, 0.7, '2026-11-01 12:00Z'),
            ('set', 'C', 'v4l2:/dev/video1', 'c', 'host', false, 0.2, '2026-11-01 12:00Z')
        """,
    )
    upgrade(database_url, AFTER)
    assert said(database_url) == {"made here": (True, 0.7), "as made": (None, None), "set": (False, 0.2)}
    downgrade(database_url, BEFORE)
    assert said(database_url) == {"made here": (True, 0.7), "as made": (True, 0.7), "set": (False, 0.2)}
