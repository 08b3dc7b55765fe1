"""A camera that is created at the gateway: recorded by its host, seen, photographed, missed, found again."""

import json
import struct
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx

from deploy.local.rtsp_relay import RtspRelay, h264_encoding, pattern_source
from tests.support.gateway_under_test import INGEST, WEB, WORKER, GatewayUnderTest, enrolled_agent

HEARTBEAT_INTERVAL_S = 4.0
# 20 s where heartbeats come every 10 s.
RECORDED_WITHIN_S = 14.0
ON_THE_WALL_WITHIN_S = 20.0
CHECKED_WITHIN_S = 60.0
FEW_CHECKS = 6
CAMERA = "/api/v1/cameras/door"
OWN_DEVICE = {"name": "pattern", "source": "pattern:testsrc2", "size": "320x180"}


def publish(relay: RtspRelay) -> None:
    """Have the camera send pictures."""
    relay.publish("front", pattern_source("testsrc2=size=640x360:rate=25"), h264_encoding())


def is_recorded(http: httpx.Client) -> bool:
    """Whether the device is there, live, and has footage."""
    answer = http.get("/api/v1/devices/lab-1/door")
    if answer.status_code == 404:
        return False
    device = answer.json()["data"]
    return device["word"] == "live" and device["newest_segment_at"] is not None


def wall_picture(http: httpx.Client) -> bytes:
    """The newest picture that a wall gets of it; empty where there is none yet."""
    answer = http.get("/api/v1/wall/frames", params={"devices": "lab-1/door"})
    assert answer.status_code == 200, answer.text
    (length,) = struct.unpack(">I", answer.content[:4])
    [frame] = json.loads(answer.content[4 : 4 + length])["frames"]
    return answer.content[4 + length :] if frame["length"] else b""


def checked(gateway: GatewayUnderTest, http: httpx.Client) -> dict[str, Any]:
    """The camera after one more check of all cameras."""
    started = http.post("/api/v1/jobs/schedule/cameras.health/run")
    assert started.status_code == 201, started.text
    job = started.json()["data"]["id"]
    gateway.wait_for(
        "the check has run",
        lambda: http.get(f"/api/v1/jobs/{job}").json()["data"]["state"] == "finished",
        within_s=CHECKED_WITHIN_S,
    )
    camera: dict[str, Any] = http.get(CAMERA).json()["data"]
    return camera


def test_a_camera_is_created_assigned_recorded_shown_photographed_and_watched_over(
    tmp_path: Path, migrated_database_url: str, redis_url: str
) -> None:
    gateway = GatewayUnderTest(
        tmp_path / "gateway",
        migrated_database_url,
        redis_url,
        fleet={"heartbeat_interval_s": HEARTBEAT_INTERVAL_S},
        cameras={"checked_once_within_s": 0.1},
    )
    with ExitStack() as stack:
        relay = stack.enter_context(RtspRelay(tmp_path, names=["front"], auth="digest"))
        stack.push(gateway)
        publish(relay)
        gateway.start(WEB, INGEST, WORKER)
        http = gateway.login()
        with enrolled_agent(gateway, tmp_path / "lab-1", "lab-1", [OWN_DEVICE]) as host:
            gateway.wait_host("lab-1")
            host.wait_healthy()
            untouched = host.child_pid("capture"), [seen.pid for seen in host.ffmpegs("pattern")]

            begun = time.monotonic()
            made = http.post(
                "/api/v1/cameras",
                json={
                    "name": "Door",
                    "external_id": "door",
                    "rtsp_url": f"rtsp://127.0.0.1:{relay.port}/front",
                    "username": relay.user,
                    "password": relay.password,
                },
            )
            assert made.status_code == 201, made.text
            given = http.put(CAMERA, json={"host": "lab-1", "device_name": "door"})
            assert given.status_code == 200, given.text
            segments = host.root / "door" / "segments"
            gateway.wait_for("it is recorded", lambda: any(segments.glob("*.ts")), within_s=RECORDED_WITHIN_S)
            print(f"recorded {time.monotonic() - begun:.1f} s after it was created")
            gateway.wait_for("the gateway knows it", lambda: is_recorded(http))
            assert (
                host.child_pid("capture"),
                [seen.pid for seen in host.ffmpegs("pattern")],
            ) == untouched

            gateway.wait_for(
                "it is on the wall",
                lambda: wall_picture(http)[:2] == b"\xff\xd8",
                within_s=ON_THE_WALL_WITHIN_S,
            )
            taken = http.post(f"{CAMERA}/snapshot", json={"timeout_seconds": 10, "save_thumbnail": True})
            assert taken.status_code == 201, taken.text
            snapshot = taken.json()["data"]
            assert snapshot["source"] == "host"
            picture = httpx.get(gateway.url + snapshot["url"])
            assert picture.content[:2] == b"\xff\xd8"
            assert len(picture.content) == snapshot["file_size"]

            tried = http.post(f"{CAMERA}/test-snapshot")
            assert tried.status_code == 202, tried.text
            job = f"/api/v1/jobs/{tried.json()['data']['job_id']}"
            gateway.wait_for(
                "a worker has tried one", lambda: http.get(job).json()["data"]["state"] == "finished"
            )
            assert len(http.get(f"{CAMERA}/snapshots").json()["data"]) == 1

            camera = checked(gateway, http)
            assert (camera["status"], camera["failures_in_row"]) == ("live", 0)
            assert camera["last_connected"] is not None

            relay.stop()
            gateway.wait_for("its host misses it", lambda: not is_recorded(http))
            # A check that finds its recorder between two tries, before the first failure, is none.
            for _ in range(FEW_CHECKS):
                if checked(gateway, http)["status"] == "offline":
                    break
            camera = http.get(CAMERA).json()["data"]
            assert camera["problem"]
            assert camera["problem_code"]

            relay.start()
            publish(relay)
            gateway.wait_for("it is recorded again", lambda: is_recorded(http), within_s=60)
            assert checked(gateway, http)["status"] == "live"
            history = http.get(f"{CAMERA}/health").json()["data"]
            assert [row["status"] for row in history if row["is_connected"]] == ["live", "live"]
            assert [row["status"] for row in history if row["is_connected"] is False] == [
                *("offline", "degraded", "degraded")
            ]
            assert {row["judged_by"] for row in history} == {"heartbeat"}

            deleted = http.delete(CAMERA)
            assert deleted.status_code == 200, deleted.text
            assert "lab-1" in deleted.json()["data"]["footage"]
            gateway.wait_for("nobody records it any more", lambda: host.ffmpegs("door") == [])
            assert (
                host.child_pid("capture"),
                [seen.pid for seen in host.ffmpegs("pattern")],
            ) == untouched
            assert [seen["external_id"] for seen in http.get("/api/v1/cameras").json()["data"]] == [
                "lab-1__pattern"
            ]
