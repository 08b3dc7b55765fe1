"""What passes between callers and hosts, and how many files at a time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.hosts.host_client import FrontTarget
from gateway.hosts.media.carried_headers import answered_headers, asked_headers, is_media_type
from gateway.hosts.media.device_access import DeviceAccess
from gateway.hosts.media.front import front_answer
from gateway.hosts.media.media_path import is_numbered, media_address, media_addresses, stream_path
from gateway.hosts.media.stream_slots import StreamSlots
from shared.errors import NotFoundError, UnavailableError


def test_of_a_request_only_conditions_and_ranges_pass() -> None:
    sent = {
        "Range": "bytes=0-",
        "If-Range": '"a"',
        "If-None-Match": '"a"',
        "If-Modified-Since": "Sat, 21 Nov 2026 14:00:00 GMT",
        "Cookie": "secret",
        "Authorization": "Bearer secret",
        "Host": "gateway",
        "X-Forwarded-For": "10.0.0.1",
    }
    passed = asked_headers(sent, takes_gzip=True)
    assert set(passed) == {"Range", "If-Range", "If-None-Match", "If-Modified-Since", "Accept-Encoding"}
    assert passed["Accept-Encoding"] == "gzip"
    assert asked_headers({}, takes_gzip=False) == {"Accept-Encoding": "identity"}


@pytest.mark.parametrize("value", ["a\r\nX: y", "bytes=0-\x00", "x" * 2000, "bÿtes=0-"])
def test_odd_values_do_not_pass_in_either_direction(value: str) -> None:
    assert "Range" not in asked_headers({"Range": value}, takes_gzip=False)
    assert "ETag" not in answered_headers({"etag": value})


@given(st.dictionaries(st.text(max_size=20).map(str.lower), st.text(max_size=50)))
def test_of_an_answer_nothing_passes_but_what_is_known(headers: dict[str, str]) -> None:
    known = {
        *("Content-Type", "Content-Length", "Content-Range", "Content-Encoding", "Accept-Ranges"),
        *("ETag", "Last-Modified", "Vary", "Cache-Control"),
    }
    assert set(answered_headers(headers)) <= known


def test_no_cache_between_may_keep_what_one_caller_may_see() -> None:
    for told in ("public, max-age=60", "public, max-age=31536000, immutable", "", "s-maxage=9"):
        assert answered_headers({"cache-control": told})["Cache-Control"].startswith("private")


@pytest.mark.parametrize(
    ("content_type", "may"),
    [
        ("video/mp2t", True),
        ("Image/JPEG", True),
        ("text/csv; charset=utf-8", True),
        ("text/html", False),
        ("image/svg+xml", False),
        ("", False),
        ("video/mp2t, text/html", False),
    ],
)
def test_a_host_sends_media_and_no_pages(content_type: str, may: bool) -> None:
    assert is_media_type(content_type) is may


def test_addresses_of_a_host_become_the_gateways() -> None:
    assert media_address("lab-1", "street", "/host/stream/street/segments/output.m3u8") == (
        "/media/lab-1/street/segments/output.m3u8"
    )
    assert media_addresses("lab-1", "street", []) == []


@pytest.mark.parametrize(
    "address",
    [
        "/host/stream/office/a.jpg",
        "/host/stream/street2/a.jpg",
        "/host/stream/street",
        "/host/stream/street/",
        "/api/host/clips/1/file",
        "https://elsewhere/host/stream/street/a.jpg",
        "/host/stream/street/../office/a.jpg",
        "/host/stream/street/a.jpg#x",
        "",
    ],
)
def test_an_address_of_anything_else_does_not(address: str) -> None:
    assert media_address("lab-1", "street", address) is None
    assert media_addresses("lab-1", "street", ["/host/stream/street/a.jpg", address]) is None


@pytest.mark.parametrize(
    ("rest", "numbered"),
    [
        ("segments/segment_000000001.ts", True),
        ("segments/2026-11-21T14/segment_1000000001.ts", True),
        ("thumbnails/capture_000000001_thumbnail.jpg", True),
        ("metadata/3/capture_000000001.json", True),
        ("segments/output.m3u8", False),
        ("heatmap/3/mosaic.jpg", False),
        ("segments/3/times.csv", False),
    ],
)
def test_only_numbered_files_move(rest: str, numbered: bool) -> None:
    path = stream_path("street", rest)
    assert path is not None
    assert is_numbered(path) is numbered


def test_no_more_places_are_given_than_there_are_and_each_comes_back_once() -> None:
    slots = StreamSlots(2)
    first, _second = slots.take(), slots.take()
    with pytest.raises(UnavailableError) as caught:
        slots.take()
    assert caught.value.details == {"retry_after_s": 1}
    first.give_back()
    first.give_back()
    assert slots.in_use == 1
    slots.take()
    assert slots.in_use == 2


def test_access_is_asked_for_again_after_a_few_seconds_and_a_refusal_is_not_remembered() -> None:
    asked: list[tuple[str, str, object]] = []
    now_s = 0.0
    may = True

    def check(host: str, device: str, scope: object) -> None:
        asked.append((host, device, scope))
        if not may:
            raise NotFoundError("No.", remedy="-")

    access = DeviceAccess(check, lambda: now_s, remembered_s=5)
    for _ in range(3):
        access.require("lab-1", "street", frozenset({"a"}))
    assert len(asked) == 1
    access.require("lab-1", "street", frozenset({"b"}))
    access.require("lab-1", "street", None)
    assert len(asked) == 3, "somebody else's access is no proof"
    may, now_s = False, 4.9
    access.require("lab-1", "street", None)
    now_s = 5.0
    for _ in range(2):
        with pytest.raises(NotFoundError):
            access.require("lab-1", "street", None)
    assert len(asked) == 5


def test_the_front_server_gets_address_name_and_secret() -> None:
    target = FrontTarget("https", "fd00::5", 8101, "host.example", "host.example:8101", "s3cret")
    answer = front_answer("/_host", target, "/host/stream/street/playlist.m3u8", {"from": "a b"})
    assert answer.headers == {
        "X-Accel-Redirect": "/_host/https/[fd00::5]:8101/host/stream/street/playlist.m3u8?from=a+b",
        "X-Coldframe-Host": "host.example:8101",
        "X-Coldframe-Name": "host.example",
        "X-Coldframe-Authorization": "Bearer s3cret",
    }
