"""Media over HTTP: every file wherever it lies, ranges, validators, nothing torn, nothing outside."""

import gzip
import os
from datetime import timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from host_agent.ring.layout import Hour, Kind, RingFile
from host_agent.ring.playlist import parse_live
from tests.support.http_agent import NOW, TOKEN, HttpAgent, jpeg, make_agent, packets

HOUR = "2026-11-21T14"
SEGMENT = "segment_000000005.ts"


def recorded_agent(folder: Path) -> HttpAgent:
    """40 s of footage of the running hour: the newest 10 segments and 20 frames of each kind are hot."""
    made = make_agent(folder)
    made.record(40, begin=NOW - timedelta(seconds=40))
    made.archive(segments=10, frames=20)
    made.report()
    return made


@pytest.fixture
def agent(tmp_path: Path) -> HttpAgent:
    """For tests that change what is on disk."""
    return recorded_agent(tmp_path)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> HttpAgent:
    """For tests that only ask."""
    return recorded_agent(tmp_path_factory.mktemp("recorded"))


def stream(path: str) -> str:
    return f"/host/stream/capture1/{path}"


@pytest.mark.parametrize(
    "address",
    [
        f"segments/{SEGMENT}",
        f"segments/14/{SEGMENT}",
        f"segments/{HOUR}/{SEGMENT}",
        # The hour is where to look first; a number is given once, so it is found in any.
        f"segments/3/{SEGMENT}",
        f"segments/2020-01-01T00/{SEGMENT}",
        "segments/segment_000000040.ts",
        f"segments/{HOUR}/segment_000000040.ts",
    ],
)
def test_a_segment_is_found_wherever_it_lies_now(reader: HttpAgent, address: str) -> None:
    answer = reader.client.get(stream(address))
    assert answer.status_code == 200
    assert answer.content_type == "video/mp2t"
    number = int(address.partition("segment_")[2].removesuffix(".ts"))
    assert answer.data == packets(4, number)


def test_an_address_stays_good_when_its_file_is_archived_and_lapped(agent: HttpAgent) -> None:
    address = stream("segments/14/segment_000000040.ts")
    first = agent.client.get(address)
    agent.clock.wall = NOW + timedelta(hours=1)
    agent.archive()
    archived = agent.client.get(address)
    agent.clock.wall = NOW + timedelta(days=1)
    agent.record(3, first=100, begin=agent.clock.wall - timedelta(minutes=20))
    agent.archive()
    assert agent.store().folders.vault(Kind.SEGMENTS, Hour.parse(HOUR)).is_dir()
    lapped = agent.client.get(address)
    assert first.data == archived.data == lapped.data == packets(4, 40)
    assert first.headers["ETag"] == archived.headers["ETag"] == lapped.headers["ETag"]


@pytest.mark.parametrize(
    ("address", "content_type", "beginning"),
    [
        ("captures/capture_000000040.jpg", "image/jpeg", b"\xff\xd8"),
        ("thumbnails/14/capture_000000001_thumbnail.jpg", "image/jpeg", b"\xff\xd8"),
        ("metadata/capture_000000040.json", "application/json", b'{"number"'),
        (f"segments/{HOUR}/times.csv", "text/csv; charset=utf-8", b"number,begin_utc_ms"),
        ("segments/14/archive.m3u8", "application/vnd.apple.mpegurl", b"#EXTM3U"),
    ],
)
def test_every_kind_has_its_type(
    reader: HttpAgent, address: str, content_type: str, beginning: bytes
) -> None:
    answer = reader.client.get(stream(address))
    assert (answer.status_code, answer.content_type) == (200, content_type)
    assert answer.data.startswith(beginning)


def test_numbered_media_never_change_and_all_else_is_checked_again(reader: HttpAgent) -> None:
    numbered = reader.client.get(stream(f"segments/{SEGMENT}"))
    assert numbered.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for address in ("segments/14/archive.m3u8", "segments/14/times.csv"):
        derived = reader.client.get(stream(address))
        assert derived.headers["Cache-Control"] == "no-cache"
        assert derived.headers["ETag"]


def test_behind_a_token_only_the_callers_own_cache_keeps_media(tmp_path: Path) -> None:
    agent = make_agent(tmp_path, token=TOKEN)
    agent.record(1, begin=NOW - timedelta(seconds=1))
    answer = agent.client.get(
        stream("segments/segment_000000001.ts"), headers={"Authorization": f"Bearer {TOKEN}"}
    )
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"


WHOLE = packets(4, 5)


@pytest.mark.parametrize(
    ("wanted", "status", "body", "content_range"),
    [
        ("bytes=0-99", 206, WHOLE[:100], "bytes 0-99/752"),
        ("bytes=700-", 206, WHOLE[700:], "bytes 700-751/752"),
        ("bytes=-10", 206, WHOLE[-10:], "bytes 742-751/752"),
        ("bytes=0-99999", 206, WHOLE, "bytes 0-751/752"),
        ("bytes=752-", 416, None, "bytes */752"),
        ("bytes=0-1,5-9", 200, WHOLE, None),
        ("bytes=nonsense", 200, WHOLE, None),
        ("bytes=9-1", 200, WHOLE, None),
        ("pages=1-2", 200, WHOLE, None),
        ("bytes=0-" + "9" * 4000, 206, WHOLE, "bytes 0-751/752"),
    ],
)
def test_a_range_is_answered_with_exactly_its_bytes(
    reader: HttpAgent, wanted: str, status: int, body: bytes | None, content_range: str | None
) -> None:
    answer = reader.client.get(stream(f"segments/{SEGMENT}"), headers={"Range": wanted})
    assert (answer.status_code, answer.headers.get("Content-Range")) == (status, content_range)
    if body is None:
        assert answer.get_json()["code"] == "range_not_satisfiable"
    else:
        assert answer.data == body
        assert answer.content_length == len(body)
        assert answer.headers["Accept-Ranges"] == "bytes"


def test_a_file_that_the_caller_has_is_not_sent_again(reader: HttpAgent) -> None:
    address = stream(f"segments/{SEGMENT}")
    first = reader.client.get(address)
    assert parsedate_to_datetime(first.headers["Last-Modified"]) == NOW - timedelta(seconds=36)
    for name, value in (
        ("If-None-Match", first.headers["ETag"]),
        ("If-None-Match", f'"other", W/{first.headers["ETag"]}'),
        ("If-None-Match", "*"),
        ("If-Modified-Since", first.headers["Last-Modified"]),
    ):
        again = reader.client.get(address, headers={name: value})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
    for name, value in (
        ("If-None-Match", '"other"'),
        ("If-None-Match", "nonsense"),
        ("If-Modified-Since", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ("If-Modified-Since", "nonsense"),
    ):
        assert reader.client.get(address, headers={name: value}).status_code == 200


def test_a_part_is_sent_only_of_the_version_that_the_caller_has(reader: HttpAgent) -> None:
    address = stream(f"segments/{SEGMENT}")
    first = reader.client.get(address)
    for condition, status in (
        (first.headers["ETag"], 206),
        (first.headers["Last-Modified"], 206),
        ('"other"', 200),
        (f"W/{first.headers['ETag']}", 200),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 200),
        ("nonsense", 200),
    ):
        answer = reader.client.get(address, headers={"Range": "bytes=0-9", "If-Range": condition})
        assert answer.status_code == status, condition


def test_head_says_what_get_would_send(reader: HttpAgent) -> None:
    for address in (f"segments/{SEGMENT}", "segments/14/archive.m3u8", "captures/capture_000000040.jpg"):
        got, head = reader.client.get(stream(address)), reader.client.head(stream(address))
        assert (head.status_code, head.data) == (200, b"")
        for name in ("Content-Length", "Content-Type", "ETag"):
            assert head.headers[name] == got.headers[name]


def test_the_running_hours_playlist_begins_with_the_archivers_and_ends_with_what_is_hot(
    agent: HttpAgent,
) -> None:
    folder = agent.store().hour_folder(Kind.SEGMENTS, Hour.parse(HOUR))
    assert folder is not None
    written = (folder / "archive.m3u8").read_text()
    served = agent.client.get(stream("segments/14/archive.m3u8")).get_data(as_text=True)
    assert served.startswith(written)
    assert written.count("#EXTINF") == 30
    assert served.count("#EXTINF") == 40
    assert "#EXT-X-PLAYLIST-TYPE:EVENT" in served
    assert "#EXT-X-ENDLIST" not in served


def test_an_hours_playlist_is_only_appended_to_until_it_is_closed(agent: HttpAgent) -> None:
    address = stream(f"segments/{HOUR}/archive.m3u8")
    texts = [agent.client.get(address).get_data(as_text=True)]
    for second in range(5):
        agent.add_segment(41 + second, NOW + timedelta(seconds=second))
        texts.append(agent.client.get(address).get_data(as_text=True))
    agent.archive(segments=3)
    texts.append(agent.client.get(address).get_data(as_text=True))
    agent.clock.wall = NOW + timedelta(hours=1)
    agent.archive()
    texts.append(agent.client.get(address).get_data(as_text=True))
    for earlier, later in pairwise(texts):
        assert later.startswith(earlier)
    assert texts[-1].endswith("#EXT-X-ENDLIST\n")


def test_a_playlist_does_not_name_a_torn_segment_that_is_still_hot(agent: HttpAgent) -> None:
    agent.add_segment(41, NOW)
    (agent.store().folders.hot(Kind.SEGMENTS) / "segment_000000041.ts").write_bytes(b"\x47torn")
    assert "segment_000000041" not in agent.client.get(stream("segments/14/archive.m3u8")).get_data(
        as_text=True
    )
    assert agent.client.get(stream("segments/segment_000000041.ts")).status_code == 503


@pytest.mark.parametrize("hour", ["15", "2020-01-01T00"])
def test_an_hour_without_footage_has_no_playlist(reader: HttpAgent, hour: str) -> None:
    answer = reader.client.get(stream(f"segments/{hour}/archive.m3u8"))
    assert answer.status_code == 404
    assert "no footage" in answer.get_json()["error"]


def test_yesterdays_hour_is_not_served_as_todays(agent: HttpAgent) -> None:
    agent.clock.wall = NOW + timedelta(days=1)
    assert agent.client.get(stream("segments/14/archive.m3u8")).status_code == 404
    assert agent.client.get(stream(f"segments/{HOUR}/archive.m3u8")).status_code == 200


def test_the_live_playlist_is_the_file_that_capture_writes(agent: HttpAgent) -> None:
    text = "#EXTM3U\n#EXT-X-VERSION:3\n"
    agent.store().folders.live_playlist.write_text(text)
    answer = agent.client.get(stream("segments/output.m3u8"))
    assert answer.get_data(as_text=True) == text
    assert answer.headers["Cache-Control"] == "no-cache"
    again = agent.client.get(
        stream("segments/output.m3u8"), headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize("content", [None, b"", b"\x00" * 100])
def test_a_missing_or_torn_live_playlist_is_a_503(agent: HttpAgent, content: bytes | None) -> None:
    if content is not None:
        agent.store().folders.live_playlist.write_bytes(content)
    answer = agent.client.get(stream("segments/output.m3u8"))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


RANGE = {"from": "2026-11-21T14:00:00Z", "to": "2026-11-21T15:00:00Z"}


@pytest.mark.parametrize(("address", "query"), [("playlist.m3u8", RANGE), ("segments/14/archive.m3u8", {})])
def test_playlists_are_compressed_for_whoever_takes_it(
    reader: HttpAgent, address: str, query: dict[str, str]
) -> None:
    plain = reader.client.get(stream(address), query_string=query)
    packed = reader.client.get(stream(address), query_string=query, headers={"Accept-Encoding": "gzip, br"})
    refused = reader.client.get(stream(address), query_string=query, headers={"Accept-Encoding": "gzip;q=0"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(plain.data)
    assert gzip.decompress(packed.data) == plain.data == refused.data
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert plain.headers.get("ETag") is None or plain.headers["ETag"] != packed.headers["ETag"]


def test_a_range_names_addresses_that_are_served(reader: HttpAgent) -> None:
    text = reader.client.get(stream("playlist.m3u8"), query_string=RANGE).get_data(as_text=True)
    addresses = [line for line in text.splitlines() if not line.startswith("#")]
    assert len(addresses) == 40
    assert all(reader.client.get(stream(address)).status_code == 200 for address in addresses)


def test_a_range_without_footage_is_a_409_that_says_why(reader: HttpAgent) -> None:
    query = {"from": "2026-11-20T14:00:00Z", "to": "2026-11-20T15:00:00Z"}
    answer = reader.client.get(stream("playlist.m3u8"), query_string=query)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "no_footage")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("output.m3u8", "segments/output.m3u8"),
        (SEGMENT, f"segments/{SEGMENT}"),
        ("captures/capture_000000040_thumbnail.jpg", "thumbnails/capture_000000040_thumbnail.jpg"),
        ("captures/capture_000000040.json", "metadata/capture_000000040.json"),
    ],
)
def test_the_flat_addresses_of_old_players_lead_to_their_place(agent: HttpAgent, old: str, new: str) -> None:
    agent.store().folders.live_playlist.write_text("#EXTM3U\n")
    answer = agent.client.get(stream(old))
    assert (answer.status_code, answer.headers["Location"]) == (308, stream(new))
    assert agent.client.get(stream(old), follow_redirects=True).status_code == 200


def test_a_front_server_is_told_where_the_file_is_now(tmp_path: Path) -> None:
    agent = make_agent(tmp_path, x_accel_prefix="/_footage")
    agent.record(20, begin=NOW - timedelta(seconds=20))
    agent.archive()
    for number, place in ((20, "segments"), (1, "segments/14")):
        name = RingFile(Kind.SEGMENTS, number).name
        answer = agent.client.get(stream(f"segments/14/{name}"))
        assert answer.headers["X-Accel-Redirect"] == f"/_footage/capture1/{place}/{name}"
        assert answer.content_type == "video/mp2t"
        assert answer.data == b""


@pytest.mark.parametrize(
    ("kind", "number", "content"),
    [
        (Kind.SEGMENTS, 50, b""),
        (Kind.SEGMENTS, 50, b"\x47" * 100),
        (Kind.SEGMENTS, 50, b"\x00" * 376),
        (Kind.CAPTURES, 50, b""),
        (Kind.CAPTURES, 50, jpeg(32, 18)[:-2]),
        (Kind.THUMBNAILS, 50, b"\x00" * 1000),
        (Kind.METADATA, 50, b'{"captured_at": '),
    ],
)
def test_a_torn_file_is_not_served(agent: HttpAgent, kind: Kind, number: int, content: bytes) -> None:
    path = agent.add(kind, number, NOW, content)
    answer = agent.client.get(stream(f"{kind.value}/{path.name}"))
    assert (answer.status_code, answer.get_json()["code"]) == (503, "torn_file")


# -- nothing outside ---------------------------------------------------------------------------------

HOSTILE = [
    "segments/../../../../etc/passwd",
    "segments/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "segments/..%5c..%5cetc%5cpasswd",
    "segments/%00",
    f"segments/{SEGMENT}%00.jpg",
    f"segments/{SEGMENT}%0a",
    f"segments/14/../{SEGMENT}",
    f"segments//{SEGMENT}",
    f"segments/./{SEGMENT}",
    f"captures/{SEGMENT}%2f..",
    "segments/.hour.json",
    "segments/14/.hour.json",
    "segments/14/hour.json",
    "segments/hour.json",
    "segments/times.csv",
    "segments/archive.m3u8",
    "captures/14/times.csv",
    "captures/output.m3u8",
    ".lock",
    ".staging/segments",
    ".staging/segments/segment_000000001.ts",
    "vault/2026-11-21/14/segments/segment_000000001.ts",
    "segments/segment_5.ts",
    "segments/segment_０００００００05.ts",
    "segments/segment_99999999999.ts",
    f"segments/segment_{'9' * 400}.ts",
    "segments/SEGMENT_000000005.TS",
    "segments/24/" + SEGMENT,
    "segments/-1/" + SEGMENT,
    "segments/abc/" + SEGMENT,
    "segments/１４/" + SEGMENT,
    "heatmap/14/secret.txt",
    "heatmap/14/../14/mosaic.jpg",
    "nonsense/14/" + SEGMENT,
    "%ff%fe",
    "%c0%ae%c0%ae/",
    "a" * 5000,
]


@pytest.mark.parametrize("address", HOSTILE)
def test_a_hostile_address_gets_a_clear_refusal_and_no_file(reader: HttpAgent, address: str) -> None:
    answer = reader.client.get(stream(address))
    assert answer.status_code in (400, 404), address
    assert answer.get_json().keys() == {"error", "code", "remedy"}


@pytest.mark.parametrize(
    "device", ["..", "%2e%2e", "nope", "CAPTURE1", "capture1%00", ".trash", "%2f", "a" * 300, "capture１"]
)
def test_an_unknown_device_is_a_404(reader: HttpAgent, device: str) -> None:
    answer = reader.client.get(f"/host/stream/{device}/segments/{SEGMENT}")
    assert answer.status_code == 404
    assert answer.get_json()["remedy"]


def test_no_link_is_followed_out_of_a_devices_folder(agent: HttpAgent, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "capture_000000777.jpg").write_bytes(jpeg(16, 9, 1))
    (outside / "segment_000000777.ts").write_bytes(packets(1, 9))
    folders = agent.store().folders
    (folders.hot(Kind.CAPTURES) / "capture_000000777.jpg").symlink_to(outside / "capture_000000777.jpg")
    (folders.hot(Kind.CAPTURES) / "capture_000000778.jpg").symlink_to(outside / "missing.jpg")
    cold = folders.cold(Kind.SEGMENTS, 3)
    for entry in cold.iterdir():
        entry.unlink()
    cold.rmdir()
    cold.symlink_to(outside)
    (outside / ".hour.json").write_text('{"hour": "2026-11-21T03"}')
    for address in (
        "captures/capture_000000777.jpg",
        "captures/capture_000000778.jpg",
        "captures/14/capture_000000777.jpg",
        "segments/3/segment_000000777.ts",
        "segments/segment_000000777.ts",
        "segments/3/times.csv",
    ):
        answer = agent.client.get(stream(address))
        assert answer.status_code == 404, address
    picture = agent.client.get("/api/host/screenshot/capture1?max_age=3600")
    assert picture.status_code == 200
    assert picture.data != (outside / "capture_000000777.jpg").read_bytes()


def test_what_is_no_regular_file_is_not_opened(agent: HttpAgent) -> None:
    hot = agent.store().folders.hot(Kind.SEGMENTS)
    os.mkfifo(hot / "segment_000000900.ts")
    (hot / "segment_000000901.ts").mkdir()
    for number in (900, 901):
        assert agent.client.get(stream(f"segments/segment_{number:09d}.ts")).status_code == 404


def test_the_live_playlist_of_another_place_is_not_served(agent: HttpAgent, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("#EXTM3U secret")
    agent.store().folders.live_playlist.symlink_to(tmp_path / "secret")
    answer = agent.client.get(stream("segments/output.m3u8"))
    assert answer.status_code == 503
    assert b"secret" not in answer.data


def test_every_file_of_the_ring_is_sent_to_its_last_byte(agent: HttpAgent) -> None:
    """A large file is sent in pieces; none is lost at their seams."""
    data = packets(3000, 7)
    agent.add(Kind.SEGMENTS, 60, NOW, data)
    address = stream("segments/segment_000000060.ts")
    assert agent.client.get(address).data == data
    part: Any = agent.client.get(address, headers={"Range": "bytes=65535-131073"})
    assert part.data == data[65535:131074]


def test_the_live_playlist_is_one_that_capture_reads_again(agent: HttpAgent) -> None:
    """The playlist that is served is the recorder's own memory: it must be the very text."""
    text = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-DISCONTINUITY-SEQUENCE:0\n"
    agent.store().folders.live_playlist.write_text(text)
    served = agent.client.get(stream("segments/output.m3u8")).get_data(as_text=True)
    assert parse_live(served) is not None
