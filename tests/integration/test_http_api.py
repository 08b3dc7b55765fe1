"""Devices, health, control, pictures and lists over HTTP."""

import json
import struct
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from host_agent.frames.schemas import CaptureMetadataSchema
from host_agent.ring.layout import Hour, Kind
from shared.spans import utc_ms
from tests.support.http_agent import NOW, HttpAgent, jpeg, make_agent

DEVICES = ("capture1", "capture2")


@pytest.fixture
def agent(tmp_path: Path) -> HttpAgent:
    """Two devices, the first with 40 s of footage; capture reports."""
    made = make_agent(tmp_path, devices=DEVICES)
    made.record(40, begin=NOW - timedelta(seconds=40))
    made.archive(segments=10, frames=20)
    for device in DEVICES:
        made.report(device)
    return made


def get(agent: HttpAgent, address: str, **query: str | int | float) -> TestResponse:
    return agent.client.get(address, query_string=query)


# -- devices and health ------------------------------------------------------------------------------


def test_a_device_says_what_it_does_what_it_has_and_what_its_disk_will_do(agent: HttpAgent) -> None:
    agent.report(
        fps=25.0,
        bitrate_bps=2_000_000,
        codec="h264",
        run=3,
        restarts=2,
        newest_segment_utc_ms=utc_ms(NOW) - 400,
        notes=["Recorded as it comes."],
    )
    agent.journal.set_state("capture1", "frames", {"mode": "keyframes", "why": "A key frame a second."})
    told = get(agent, "/api/host/devices/capture1").get_json()
    assert (told["state"], told["code"], told["reason"]) == ("live", "live", "Recording.")
    assert told["label"] == "Label of capture1"
    assert (told["picture"]["fps"], told["picture"]["codec"]) == (25.0, "h264")
    assert told["frames"]["mode"] == "keyframes"
    assert (told["run"], told["restarts"], told["notes"]) == (3, 2, ["Recorded as it comes."])
    assert told["newest_segment_at"] == "2026-11-21T14:29:59.600Z"
    assert told["hot"]["segments"] == {"files": 10, "bytes": 10 * 752, "limit": 10}
    assert told["hot"]["thumbnails"]["files"] == 20
    cold = told["cold"]["segments"]
    assert (cold["hours"], cold["files"], cold["bytes"]) == (1, 30, 30 * 752)
    assert cold["oldest"] == "2026-11-21T14:00:00.000Z"
    assert told["cold"]["captures"]["retention_hours"] == 1
    assert told["storage"]["free_bytes"] > 0
    assert told["forecast"]["sentence"]


def test_no_answer_shows_a_credential(agent: HttpAgent) -> None:
    for address in ("/api/host/devices", "/api/host/devices/capture1", "/api/host/health", "/metrics"):
        assert b"s3cret" not in get(agent, address).data
    assert get(agent, "/api/host/devices/capture1").get_json()["source"] == "rtsp://***@camera/stream"


def test_a_sealed_hour_is_counted_by_its_summary_and_a_running_one_by_its_files(agent: HttpAgent) -> None:
    agent.clock.wall = NOW + timedelta(hours=1)
    agent.archive()
    folder = agent.store().hour_folder(Kind.SEGMENTS, Hour.parse("2026-11-21T14"))
    assert folder is not None
    summary = json.loads((folder / "hour.json").read_text())
    cold = get(agent, "/api/host/devices/capture1").get_json()["cold"]["segments"]
    assert (cold["files"], cold["bytes"]) == (40, 40 * 752)
    assert cold["estimated"] is False
    (folder / "hour.json").write_text(json.dumps({**summary, "files": 12_345}))
    assert get(agent, "/api/host/devices/capture1").get_json()["cold"]["segments"]["files"] == 12_345


def test_the_bytes_of_a_large_running_hour_are_an_estimate_that_says_so(tmp_path: Path) -> None:
    agent = make_agent(tmp_path)
    for number in range(1, 301):
        agent.add(Kind.THUMBNAILS, number, NOW - timedelta(minutes=1), b"x" * (900 + number % 201))
    agent.archive(frames=10)
    cold = get(agent, "/api/host/devices/capture1").get_json()["cold"]["thumbnails"]
    assert (cold["files"], cold["estimated"]) == (290, True)
    assert cold["bytes"] == pytest.approx(290 * 1000, rel=0.1)


def test_without_the_capture_process_the_last_state_is_not_taken_for_true(agent: HttpAgent) -> None:
    agent.clock.wall += timedelta(seconds=27)
    agent.clock.monotonic_s += 27
    told = get(agent, "/api/host/devices/capture1").get_json()
    assert (told["state"], told["code"]) == ("unknown", "capture_not_running")
    assert "27 s ago" in told["reason"]


def test_all_devices_are_listed_by_name(agent: HttpAgent) -> None:
    told = get(agent, "/api/host/devices").get_json()
    assert [device["device"] for device in told["devices"]] == ["capture1", "capture2"]


def test_a_device_that_is_taken_away_is_unknown_from_then_on(agent: HttpAgent) -> None:
    del agent.stores["capture2"], agent.devices["capture2"]
    assert get(agent, "/api/host/devices/capture2").status_code == 404
    assert len(get(agent, "/api/host/devices").get_json()["devices"]) == 1


def test_health_is_ok_degraded_or_down_and_says_why(agent: HttpAgent) -> None:
    assert (get(agent, "/api/host/health").status_code, _status(agent)) == (200, "ok")
    camera = {"state": "backing_off", "code": "source_unreachable", "sentence": "The camera is off."}
    agent.report("capture2", **camera)
    assert (get(agent, "/api/host/health").status_code, _status(agent)) == (200, "degraded")
    agent.report("capture1", **camera)
    answer = get(agent, "/api/host/health")
    assert (answer.status_code, _status(agent)) == (503, "down")
    assert "The camera is off." in answer.get_json()["error"]
    assert answer.get_json()["remedy"]
    assert {device["state"] for device in answer.get_json()["devices"]} == {"backing_off"}


def _status(agent: HttpAgent) -> str:
    return str(get(agent, "/api/host/health").get_json()["status"])


def test_health_says_that_the_footage_cannot_be_written(agent: HttpAgent) -> None:
    agent.root.rename(agent.root.with_name("elsewhere"))
    answer = get(agent, "/api/host/health")
    assert answer.status_code == 503
    assert str(agent.root) in answer.get_json()["storage"][0]["problem"]
    ready = get(agent, "/readyz")
    assert ready.status_code == 503
    assert [check["name"] for check in ready.get_json()["checks"] if not check["ok"]] == ["storage"]
    assert get(agent, "/healthz").status_code == 200


def test_alarms_are_shown_with_the_device_and_with_the_host(agent: HttpAgent) -> None:
    alarm = {"code": "clock_suspect", "sentence": "The clock leapt by a day; nothing is deleted."}
    for device in DEVICES:
        agent.journal.set_state(device, "archive", {"hot": {}, "alarms": [alarm]})
    assert get(agent, "/api/host/devices/capture1").get_json()["alarms"] == [alarm]
    assert get(agent, "/api/host/health").get_json()["alarms"] == [alarm]
    line = 'coldframe_device_alarm{code="clock_suspect",device="capture1"} 1.0'
    assert line in get(agent, "/metrics").get_data(as_text=True)


def test_an_archive_process_that_has_gone_silent_is_an_alarm(agent: HttpAgent) -> None:
    agent.journal.set_state("capture1", "archive", {"hot": {}, "alarms": []})
    agent.clock.pass_time(59)
    assert get(agent, "/api/host/devices/capture1").get_json()["alarms"] == []
    agent.clock.pass_time(2)
    (alarm,) = get(agent, "/api/host/devices/capture1").get_json()["alarms"]
    assert alarm["code"] == "archive_not_running"
    assert "61 s" in alarm["sentence"]


def test_readiness_tells_the_latency_of_what_the_api_stands_on(agent: HttpAgent) -> None:
    answer = get(agent, "/readyz")
    assert (answer.status_code, answer.get_json()["ready"]) == (200, True)
    assert all(check["latency_ms"] >= 0 for check in answer.get_json()["checks"])


# -- control -----------------------------------------------------------------------------------------


def test_a_device_is_stopped_until_it_is_started_again(agent: HttpAgent) -> None:
    stopped = agent.client.post("/api/host/devices/capture1/stop", json={"asked_by": "anna"})
    assert (stopped.status_code, stopped.get_json()["wanted"]) == (202, "stopped")
    wanted = agent.journal.wanted("capture1")
    assert (wanted.wanted, wanted.asked_by) == ("stopped", "anna")
    assert "anna" in get(agent, "/api/host/devices/capture1").get_json()["reason"]
    started = agent.client.post("/api/host/devices/capture1/start")
    assert (started.status_code, started.get_json()["wanted"]) == (202, "running")
    assert agent.journal.wanted("capture1").wanted == "running"
    assert agent.journal.wanted("capture2").at is None


def test_a_restart_is_asked_for_once(agent: HttpAgent) -> None:
    assert agent.client.post("/api/host/devices/capture1/restart").status_code == 202
    assert agent.journal.wanted("capture1").restart_count == 1


def test_control_says_that_nobody_is_there_to_do_it(agent: HttpAgent) -> None:
    agent.clock.monotonic_s += 60
    agent.clock.wall += timedelta(seconds=60)
    told = agent.client.post("/api/host/devices/capture1/start").get_json()
    assert "capture process is not running" in told["sentence"]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"", None, 202),
        (b"{}", "application/json", 202),
        ('{"asked_by": "Zoë 🎥"}'.encode(), "application/json", 202),
        (b"[]", "application/json", 400),
        (b"null", "application/json", 400),
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b'{"asked_by": ""}', "application/json", 400),
        (b'{"asked_by": 7}', "application/json", 400),
        (b'{"asked_by": null}', "application/json", 400),
        (b'{"asked_by": "' + b"a" * 101 + b'"}', "application/json", 400),
        (b'{"asked_by": "a\\u0000b"}', "application/json", 400),
        (b'{"asked_by": "a\\nb"}', "application/json", 400),
        (b'{"asked_by": "\\ud800"}', "application/json", 400),
        (b'{"unknown": 1}', "application/json", 400),
        (b"[" * 30_000, "application/json", 400),
        (b'{"asked_by": ' + b"9" * 10_000 + b"}", "application/json", 400),
        (b"asked_by=anna", "application/x-www-form-urlencoded", 415),
        (b'{"asked_by": "anna"}', "text/plain", 415),
        (b" " * 70_000, "application/json", 413),
    ],
)
def test_a_body_is_taken_or_refused_with_a_reason(
    agent: HttpAgent, body: bytes, content_type: str | None, status: int
) -> None:
    answer = agent.client.post("/api/host/devices/capture1/stop", data=body, content_type=content_type)
    assert answer.status_code == status
    assert status == 202 or answer.get_json().keys() == {"error", "code", "remedy"}
    assert (agent.journal.wanted("capture1").wanted == "stopped") is (status == 202)


def test_an_address_names_the_methods_that_it_takes(agent: HttpAgent) -> None:
    answer = agent.client.delete("/api/host/devices/capture1")
    assert (answer.status_code, answer.get_json()["code"]) == (405, "method_not_allowed")
    assert set(answer.headers["Allow"].replace(" ", "").split(",")) == {"GET", "HEAD"}


# -- pictures ----------------------------------------------------------------------------------------


def test_the_newest_capture_is_the_screenshot_with_its_time_and_age(agent: HttpAgent) -> None:
    agent.add(Kind.CAPTURES, 41, NOW - timedelta(milliseconds=300), jpeg(64, 36, 200))
    answer = get(agent, "/api/host/screenshot/capture1")
    assert (answer.status_code, answer.content_type) == (200, "image/jpeg")
    assert answer.data == jpeg(64, 36, 200)
    assert answer.headers["X-Frame-Time"] == "2026-11-21T14:29:59.700Z"
    assert answer.headers["X-Frame-Age"] == "0.300"
    assert answer.headers["Last-Modified"] == "Sat, 21 Nov 2026 14:29:59 GMT"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_picture_that_is_too_old_is_a_503_with_its_age_unless_it_is_allowed(agent: HttpAgent) -> None:
    agent.clock.wall += timedelta(seconds=59)
    answer = get(agent, "/api/host/screenshot/capture1")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "picture_too_old")
    assert "60.0 s old" in answer.get_json()["error"]
    assert get(agent, "/api/host/screenshot/capture1", max_age=61).status_code == 200
    assert get(agent, "/api/host/screenshot/capture1", max_age=59.9).status_code == 503


def test_where_only_key_frames_become_pictures_three_of_their_intervals_are_allowed(agent: HttpAgent) -> None:
    agent.clock.wall += timedelta(seconds=4)
    assert get(agent, "/api/host/screenshot/capture1").status_code == 503
    agent.report(keyframe_interval_s=2.0)
    agent.journal.set_state("capture1", "frames", {"mode": "keyframes"})
    assert get(agent, "/api/host/screenshot/capture1").status_code == 200


def test_a_device_without_pictures_has_no_screenshot(agent: HttpAgent) -> None:
    assert get(agent, "/api/host/screenshot/capture2").status_code == 503


def test_a_torn_newest_picture_is_passed_over(agent: HttpAgent) -> None:
    agent.add(Kind.CAPTURES, 41, NOW, b"")
    agent.add(Kind.CAPTURES, 42, NOW, jpeg(64, 36)[:50])
    answer = get(agent, "/api/host/screenshot/capture1")
    assert (answer.status_code, answer.data) == (200, jpeg(64, 36))


@pytest.mark.parametrize("age", ["-1", "nan", "inf", "abc", "1e400", "１", "", "9" * 5000])
def test_an_absurd_age_is_refused(agent: HttpAgent, age: str) -> None:
    assert get(agent, "/api/host/screenshot/capture1", max_age=age).status_code == 400


def wall(agent: HttpAgent, **query: str) -> tuple[dict[str, Any], list[bytes]]:
    answer = get(agent, "/api/host/frames", **query)
    assert (answer.status_code, answer.content_type) == (200, "application/vnd.coldframe.frames")
    (length,) = struct.unpack(">I", answer.data[:4])
    head = json.loads(answer.data[4 : 4 + length])
    pictures, at = [], 4 + length
    for frame in head["frames"]:
        pictures.append(answer.data[at : at + frame["length"]])
        at += frame["length"]
    assert at == len(answer.data)
    return head, pictures


def test_the_wall_sends_a_picture_once_and_again_when_it_has_changed(agent: HttpAgent) -> None:
    agent.add(Kind.THUMBNAILS, 7, NOW, jpeg(32, 18, 10), "capture2")
    head, pictures = wall(agent)
    assert [(item["device"], item["state"], item["number"]) for item in head["frames"]] == [
        ("capture1", "live", 40),
        ("capture2", "live", 7),
    ]
    assert pictures == [jpeg(32, 18), jpeg(32, 18, 10)]
    assert head["frames"][0]["time"] == "2026-11-21T14:29:59.000Z"

    head, pictures = wall(agent, after=head["cursor"])
    assert [item["length"] for item in head["frames"]] == [0, 0]
    assert head["frames"][0]["time"] == "2026-11-21T14:29:59.000Z"

    agent.add(Kind.THUMBNAILS, 8, NOW, jpeg(32, 18, 20), "capture2")
    head, pictures = wall(agent, after=head["cursor"])
    assert pictures == [b"", jpeg(32, 18, 20)]


def test_the_wall_can_be_asked_for_some_devices_and_remembers_the_others(agent: HttpAgent) -> None:
    head, _ = wall(agent)
    head, pictures = wall(agent, devices="capture2", after=head["cursor"])
    assert [item["device"] for item in head["frames"]] == ["capture2"]
    _, pictures = wall(agent, after=head["cursor"])
    assert pictures == [b"", b""]


def test_a_stopped_device_shows_its_last_picture_once(agent: HttpAgent) -> None:
    agent.report(state="stopped", code="stopped_by_user", sentence="Stopped.")
    agent.archive(frames=0)
    head, pictures = wall(agent, devices="capture1")
    assert (head["frames"][0]["number"], pictures) == (40, [jpeg(32, 18)])
    _, pictures = wall(agent, devices="capture1", after=head["cursor"])
    assert pictures == [b""]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"devices": "nope"}, 404),
        ({"devices": "capture1,nope"}, 404),
        ({"devices": ""}, 404),
        ({"devices": "capture1,../etc"}, 404),
        ({"devices": "a" * 20_000}, 400),
        ({"after": "x"}, 400),
        ({"after": "MSwuLi9ldGM9MQ"}, 400),
        ({"after": "\x00"}, 400),
        ({"unknown": "1"}, 400),
    ],
)
def test_a_wrong_question_for_the_wall_is_refused(
    agent: HttpAgent, query: dict[str, str], status: int
) -> None:
    answer = get(agent, "/api/host/frames", **query)
    assert (answer.status_code, answer.get_json().keys()) == (status, {"error", "code", "remedy"})


# -- lists -------------------------------------------------------------------------------------------


def test_an_hours_thumbnails_are_listed_by_number_hot_ones_included(agent: HttpAgent) -> None:
    told = get(agent, "/api/host/thumbnails/capture1/14").get_json()
    assert (told["hour"], told["date"], told["count"]) == (14, "2026-11-21", 40)
    assert told["thumbnails"] == [
        f"/host/stream/capture1/thumbnails/14/capture_{number:09d}_thumbnail.jpg" for number in range(1, 41)
    ]
    assert agent.client.get(told["thumbnails"][0]).status_code == 200
    assert agent.client.get(told["thumbnails"][-1]).status_code == 200


def test_a_dated_hour_is_listed_with_dated_addresses(agent: HttpAgent) -> None:
    told = get(agent, "/api/host/thumbnails/capture1/2026-11-21T14").get_json()
    assert told["thumbnails"][0].startswith("/host/stream/capture1/thumbnails/2026-11-21T14/")


def test_thumbnails_are_thinned_by_time(agent: HttpAgent) -> None:
    told = get(agent, "/api/host/thumbnails/capture1/14", every=10).get_json()
    # 14:29:20 to 14:29:59: one for each ten seconds of the clock.
    assert [address[-23:-14] for address in told["thumbnails"]] == [
        "000000001",
        "000000011",
        "000000021",
        "000000031",
    ]
    assert told["count"] == 4


@pytest.mark.parametrize("hour", ["13", "15", "2020-01-01T00", "2500-01-01T00"])
def test_an_hour_without_footage_is_an_empty_list(agent: HttpAgent, hour: str) -> None:
    answer = get(agent, f"/api/host/thumbnails/capture1/{hour}")
    assert (answer.status_code, answer.get_json()["thumbnails"]) == (200, [])
    assert get(agent, f"/api/host/metadata/capture1/{hour}").get_json() == []


@pytest.mark.parametrize("hour", ["24", "-1", "abc", "１４", "05", "1.5", "%20", "2026-11-21T24"])
def test_what_is_no_hour_is_refused(agent: HttpAgent, hour: str) -> None:
    for kind in ("thumbnails", "metadata"):
        answer = get(agent, f"/api/host/{kind}/capture1/{hour}")
        assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_request")


@pytest.mark.parametrize("every", ["0", "-1", "3601", "abc", "1.5", "", "１", "9" * 5000])
def test_an_absurd_thinning_is_refused(agent: HttpAgent, every: str) -> None:
    assert get(agent, "/api/host/thumbnails/capture1/14", every=every).status_code == 400


def test_an_hours_metadata_is_one_array_by_number_hot_ones_included(agent: HttpAgent) -> None:
    told = get(agent, "/api/host/metadata/capture1/14").get_json()
    assert len(told) == 40
    assert told[0]["captured_at"] == "2026-11-21T14:29:20.000Z"
    assert told[-1]["captured_at"] == "2026-11-21T14:29:59.000Z"
    # The document names every field that there is: an unknown one would be refused.
    assert len(CaptureMetadataSchema(many=True).load(told)) == 40


def test_a_sealed_hours_metadata_is_its_array(agent: HttpAgent) -> None:
    before = get(agent, "/api/host/metadata/capture1/14").get_json()
    agent.clock.wall = NOW + timedelta(hours=1)
    agent.archive()
    folder = agent.store().hour_folder(Kind.METADATA, Hour.parse("2026-11-21T14"))
    assert folder is not None
    assert (folder / "metadata.json").is_file()
    assert get(agent, "/api/host/metadata/capture1/2026-11-21T14").get_json() == before
    (folder / "metadata.json").write_text("[torn")
    assert get(agent, "/api/host/metadata/capture1/2026-11-21T14").get_json() == before


def test_torn_metadata_is_left_out(agent: HttpAgent) -> None:
    agent.add(Kind.METADATA, 41, NOW, b"")
    agent.add(Kind.METADATA, 42, NOW, b'{"captured_at": ')
    assert len(get(agent, "/api/host/metadata/capture1/14").get_json()) == 40


# -- time line and heatmap ---------------------------------------------------------------------------

SPAN = {"from": "2026-11-21T14:00:00Z", "to": "2026-11-21T15:00:00Z"}
SPANNED = ["/api/host/timeline/capture1", "/api/host/heatmap/capture1", "/host/stream/capture1/playlist.m3u8"]


def test_the_time_line_tells_spans_and_gaps(agent: HttpAgent) -> None:
    told = get(agent, "/api/host/timeline/capture1", **SPAN).get_json()
    assert told["recorded"] == [{"from": "2026-11-21T14:29:20.000Z", "to": "2026-11-21T14:30:00.000Z"}]
    assert [gap["to"] for gap in told["gaps"]] == ["2026-11-21T14:29:20.000Z"]
    assert all(gap["code"] and gap["sentence"] for gap in told["gaps"])


def test_the_heatmap_has_its_geometry_and_no_invented_minutes(agent: HttpAgent) -> None:
    told = get(agent, "/api/host/heatmap/capture1", **SPAN).get_json()
    assert (told["minutes"], told["mosaics"]) == ([], [])
    assert (told["columns"], told["rows"], told["tile_width"], told["tile_height"]) == (10, 6, 160, 90)
    for name in ("mosaic.jpg", "minutes.json"):
        assert get(agent, f"/host/stream/capture1/heatmap/14/{name}").status_code == 404


@pytest.mark.parametrize("address", SPANNED)
@pytest.mark.parametrize(
    "query",
    [
        {},
        {"from": SPAN["from"]},
        {"to": SPAN["to"]},
        {"from": SPAN["to"], "to": SPAN["from"]},
        {"from": SPAN["from"], "to": SPAN["from"]},
        {"from": "2026-11-21T14:00:00", "to": "2026-11-21T15:00:00"},
        {"from": "2026-10-01T00:00:00Z", "to": "2026-11-21T15:00:00Z"},
        {"from": "0001-01-01T00:00:00Z", "to": "9999-12-31T23:59:59Z"},
        {"from": "9999-12-31T00:00:00Z", "to": "9999-12-31T23:59:59Z"},
        {"from": "99999-12-31T00:00:00Z", "to": "99999-12-31T23:59:59Z"},
        {"from": "yesterday", "to": "today"},
        {"from": "\x00", "to": "\x00"},
        {**SPAN, "unknown": "1"},
        {**SPAN, "device": "capture2"},
    ],
)
def test_a_range_that_makes_no_sense_is_refused(
    agent: HttpAgent, address: str, query: dict[str, str]
) -> None:
    answer = get(agent, address, **query)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_request")
    assert answer.get_json()["remedy"]


def test_a_parameter_that_is_given_twice_is_refused(agent: HttpAgent) -> None:
    answer = agent.client.get(
        f"/api/host/timeline/capture1?from={SPAN['from']}&to={SPAN['to']}&to={SPAN['to']}"
    )
    assert answer.status_code == 400
    assert "to: is given 2 times" in answer.get_json()["error"]


@pytest.mark.parametrize(
    "address",
    ["/api/host/devices", "/api/host/health", "/healthz", "/docs", "/host/stream/capture1/output.m3u8"],
)
def test_an_address_without_parameters_takes_none(agent: HttpAgent, address: str) -> None:
    answer = get(agent, address, x=1)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_request")


@pytest.mark.parametrize(
    "address",
    [
        "/api/host/devices/nope",
        "/api/host/screenshot/nope",
        "/api/host/thumbnails/nope/14",
        "/api/host/metadata/nope/14",
        "/api/host/timeline/nope?from=2026-11-21T14:00:00Z&to=2026-11-21T15:00:00Z",
        "/api/host/heatmap/nope?from=2026-11-21T14:00:00Z&to=2026-11-21T15:00:00Z",
        "/host/stream/nope/playlist.m3u8?from=2026-11-21T14:00:00Z&to=2026-11-21T15:00:00Z",
        "/host/stream/nope/segments/output.m3u8",
        "/host/stream/nope/segments/14/archive.m3u8",
        "/host/stream/nope/heatmap/14/mosaic.jpg",
        "/host/stream/nope/output.m3u8",
    ],
)
def test_an_unknown_device_is_a_404_everywhere(agent: HttpAgent, address: str) -> None:
    answer = agent.client.get(address)
    assert (answer.status_code, answer.get_json()["code"]) == (404, "unknown_device")


# -- for those who keep it running -------------------------------------------------------------------


def test_metrics_tell_states_ages_counts_and_disks(agent: HttpAgent) -> None:
    agent.report(newest_segment_utc_ms=utc_ms(NOW) - 1500, restarts=4)
    text = get(agent, "/metrics").get_data(as_text=True)
    for line in (
        'coldframe_device_state{device="capture1",state="live"} 1.0',
        'coldframe_device_state{device="capture1",state="stalled"} 0.0',
        'coldframe_device_newest_segment_age_seconds{device="capture1"} 1.5',
        'coldframe_device_restarts_total{device="capture1"} 4.0',
        'coldframe_device_hot_files{device="capture1",kind="segments"} 10.0',
        'coldframe_hot_limit_files{kind="segments"} 10.0',
        "coldframe_capture_running 1.0",
        f'coldframe_disk_usable{{root="{agent.root}"}} 1.0',
    ):
        assert line in text.splitlines()
    assert "coldframe_disk_free_bytes" in text


def test_metrics_are_there_when_the_footage_is_not(agent: HttpAgent) -> None:
    agent.root.rename(agent.root.with_name("elsewhere"))
    answer = get(agent, "/metrics")
    assert answer.status_code == 200
    assert f'coldframe_disk_usable{{root="{agent.root}"}} 0.0' in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "address",
    [
        "/api/host/devices",
        "/api/host/frames",
        "/api/host/screenshot/capture1",
        "/api/host/thumbnails/capture1/14",
        "/api/host/metadata/capture1/14",
        "/host/stream/capture1/segments/14/archive.m3u8",
        "/host/stream/capture1/segments/segment_000000001.ts",
    ],
)
def test_a_disk_that_is_gone_is_no_500(agent: HttpAgent, address: str) -> None:
    agent.root.rename(agent.root.with_name("elsewhere"))
    answer = agent.client.get(address)
    assert answer.status_code in (200, 404, 503)
    if answer.status_code != 200:
        assert answer.get_json().keys() == {"error", "code", "remedy"}


def test_the_documentation_runs_no_script_and_asks_nobody_else(agent: HttpAgent) -> None:
    page = get(agent, "/docs")
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "<script" not in text
    assert "style=" not in text
    assert "http://" not in text.replace("http://10.0.0.5", "")
    assert "https://" not in text
    assert "'unsafe-inline'" not in page.headers["Content-Security-Policy"]
    assert get(agent, "/docs.css").content_type == "text/css; charset=utf-8"
    assert "/api/host/screenshot/{device}" in text
