"""Media of hosts under the gateway's address: agents' playlists and files, and hosts that misbehave."""

import gzip
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urljoin

import pytest

from deploy.local.postgres import PrivatePostgres
from host_agent.ring.layout import Kind
from tests.support.http_agent import NOW, HttpAgent, packets
from tests.support.media_stand import MediaStand, fill_catalogue, media_stand, served_agent
from tests.support.raw_host import Answer, RawHost, answering, header_of, target_of
from tests.support.servers import fresh_database

BEGIN = NOW - timedelta(seconds=60)
SEGMENT = "/media/lab-1/street/segments/segment_000000001.ts"


@dataclass(frozen=True, slots=True)
class Stand:
    agent: HttpAgent
    rooms: MediaStand


@pytest.fixture(scope="module")
def database(postgres: PrivatePostgres, migrated_template: str) -> Iterator[str]:
    with fresh_database(postgres, migrated_template) as url:
        fill_catalogue(url)
        yield url


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory, database: str) -> Iterator[Stand]:
    """Host lab-1 with a minute of `street`, which the guard may see, and of `office`, which they may not."""
    with served_agent(tmp_path_factory.mktemp("lab-1"), "lab-1") as (agent, known):
        for device in ("street", "office"):
            agent.record(60, begin=BEGIN, device=device)
            agent.archive(device=device)
        with media_stand(database, known) as rooms:
            yield Stand(agent, rooms)


def test_a_segment_is_the_hosts_own_bytes_with_the_hosts_validators(stand: Stand) -> None:
    answer = stand.rooms.viewer.get(SEGMENT)
    assert answer.status_code == 200
    assert answer.data == packets(4, 1)
    assert answer.headers["Content-Type"] == "video/mp2t"
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    again = stand.rooms.viewer.send("GET", SEGMENT, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert stand.rooms.slots.in_use == 0


def test_ranges_pass_through(stand: Stand) -> None:
    whole = packets(4, 1)
    part = stand.rooms.viewer.send("GET", SEGMENT, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.data) == (206, whole[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole)}"
    beyond = stand.rooms.viewer.send("GET", SEGMENT, headers={"Range": "bytes=99999-"})
    assert beyond.status_code == 416
    assert beyond.headers["Content-Range"] == f"bytes */{len(whole)}"
    assert beyond.get_json()["error"]["code"] == "range_not_satisfiable"


def test_head_tells_the_length_and_sends_nothing(stand: Stand) -> None:
    answer = stand.rooms.viewer.send("HEAD", SEGMENT)
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(packets(4, 1)))
    missing = stand.rooms.viewer.send("HEAD", SEGMENT.replace("001.ts", "999.ts"))
    assert missing.status_code == 404
    assert stand.rooms.slots.in_use == 0


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_every_playlist_leads_to_files_that_are_there(stand: Stand, encoding: str) -> None:
    span = f"from={BEGIN:%Y-%m-%dT%H:%M:%SZ}&to={NOW:%Y-%m-%dT%H:%M:%SZ}"
    paths = [
        f"/media/lab-1/street/segments/{NOW:%Y-%m-%dT%H}/archive.m3u8",
        f"/media/lab-1/street/segments/{NOW.hour}/archive.m3u8",
        f"/media/lab-1/street/playlist.m3u8?{span}",
    ]
    for path in paths:
        answer = stand.rooms.viewer.send("GET", path, headers={"Accept-Encoding": encoding})
        assert answer.status_code == 200, path
        assert answer.headers["Content-Type"] == "application/vnd.apple.mpegurl"
        is_packed = answer.headers.get("Content-Encoding") == "gzip"
        assert is_packed == (encoding == "gzip")
        text = (gzip.decompress(answer.data) if is_packed else answer.data).decode()
        named = [line for line in text.splitlines() if line and not line.startswith("#")]
        assert len(named) == 60
        for line in (named[0], named[-1]):
            address = urljoin(path, line)
            assert address.startswith("/media/lab-1/street/segments/")
            assert stand.rooms.viewer.get(address).status_code == 200, address


def test_pictures_and_facts_are_media_too(stand: Stand) -> None:
    thumbnail = stand.rooms.viewer.get("/media/lab-1/street/thumbnails/capture_000000060_thumbnail.jpg")
    assert thumbnail.data.startswith(b"\xff\xd8")
    facts = stand.rooms.viewer.get("/media/lab-1/street/metadata/capture_000000060.json")
    assert facts.headers["Content-Type"] == "application/json"


def test_a_flat_address_of_old_players_leads_to_the_gateways_own(stand: Stand) -> None:
    answer = stand.rooms.viewer.get("/media/lab-1/street/segment_000000001.ts")
    assert answer.status_code == 308
    assert answer.headers["Location"] == SEGMENT


def test_a_device_outside_the_callers_groups_is_not_there(stand: Stand) -> None:
    guard = stand.rooms.guard
    assert guard.get(SEGMENT).status_code == 200
    hidden = guard.get(SEGMENT.replace("street", "office"))
    missing = guard.get(SEGMENT.replace("street", "nowhere"))
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert hidden.get_json()["error"]["code"] == missing.get_json()["error"]["code"] == "unknown_device"
    assert stand.rooms.viewer.get(SEGMENT.replace("street", "office")).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "../office/segments/segment_000000001.ts",
        "segments/../../office/segments/segment_000000001.ts",
        "..%2foffice/segments/segment_000000001.ts",
        "%2e%2e/office/segments/segment_000000001.ts",
        "%252e%252e/office/segments/segment_000000001.ts",
        "segments//segment_000000001.ts",
        "segments/./segment_000000001.ts",
        "segments/%00",
        "segments/%0d%0aX-Y:%201",
        "segments%5csegment_000000001.ts",
        "segments/segment_000000001.ts%3fx=y",
        "ſegments/segment_000000001.ts",
    ],
)
def test_no_path_leads_out_of_the_device(stand: Stand, path: str) -> None:
    answer = stand.rooms.guard.get(f"/media/lab-1/street/{path}")
    assert answer.status_code == 404, answer.data
    assert answer.get_json()["success"] is False


def test_a_range_without_footage_is_refused_in_the_hosts_words_and_the_gateways_form(stand: Stand) -> None:
    path = "/media/lab-1/street/playlist.m3u8"
    answer = stand.rooms.viewer.get(path, **{"from": "2026-11-20T14:00:00Z", "to": "2026-11-20T15:00:00Z"})
    assert answer.status_code == 409
    error = answer.get_json()["error"]
    assert error["code"] == "no_footage"
    assert error["details"] == {"host": "lab-1"}
    for query in ({"from": "yesterday"}, {"unknown": "1"}, {"codec": "vp9"}):
        assert stand.rooms.viewer.get(path, **query).status_code == 422


def test_files_stay_found_while_the_archiver_moves_them(stand: Stand) -> None:
    number = 100
    stand.agent.record(60, first=number, begin=NOW, device="street")
    moving = threading.Thread(target=lambda: stand.agent.archive(segments=0, frames=0, device="street"))
    moving.start()
    statuses = [
        stand.rooms.viewer.get(f"/media/lab-1/street/segments/segment_{number + i:09d}.ts").status_code
        for i in range(60)
    ]
    moving.join()
    assert statuses == [200] * 60
    assert not stand.agent.stores["street"].hot_files(Kind.SEGMENTS)


# -- hosts that misbehave ----------------------------------------------------------------------------


def test_only_harmless_headers_of_a_host_pass(database: str) -> None:
    bad = (
        "Set-Cookie: coldframe_access=stolen; Path=/\r\nX-Accel-Redirect: /_host/http/10.0.0.1/x\r\n"
        "X-Accel-Buffering: no\r\nContent-Security-Policy: default-src *\r\n"
        "Access-Control-Allow-Origin: *\r\n"
        "Location: https://elsewhere.example/\r\nRefresh: 0\r\nCache-Control: public, max-age=60\r\n"
        'ETag: "a"\r\nServer: odd\r\nLink: <https://elsewhere.example>\r\n'
    )
    with (
        RawHost(answering(b"G" * 188, content_type="video/mp2t", headers=bad)) as host,
        media_stand(database, host.known()) as rooms,
    ):
        answer = rooms.viewer.get(SEGMENT)
    assert answer.status_code == 200
    assert answer.headers["ETag"] == '"a"'
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    for name in ("Set-Cookie", "X-Accel-Redirect", "X-Accel-Buffering", "Location", "Refresh", "Link"):
        assert name not in answer.headers, name
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_what_the_caller_sends_to_the_gateway_stays_there(database: str) -> None:
    with (
        RawHost(answering(b"G" * 188, content_type="video/mp2t")) as host,
        media_stand(database, host.known()) as rooms,
    ):
        rooms.viewer.send(
            "GET",
            SEGMENT,
            headers={"Cookie": "coldframe_media=secret", "Range": "bytes=0-", "X-Forwarded-For": "10.0.0.1"},
        )
        head = host.heads[0]
    assert header_of(head, "Range") == "bytes=0-"
    assert header_of(head, "Cookie") is None
    assert header_of(head, "X-Forwarded-For") is None
    assert header_of(head, "Authorization") != "Bearer viewer"


@pytest.mark.parametrize(
    "answer",
    [
        answering(b"<script>", content_type="text/html"),
        answering(b"<svg/>", content_type="image/svg+xml"),
        answering(b"alert(1)", content_type="text/javascript"),
        answering(b"", status="308 Moved", headers="Location: https://elsewhere.example/\r\n"),
        answering(b"", status="302 Found", headers="Location: /host/stream/office/a.ts\r\n"),
        answering(b"", status="302 Found", headers="Location: /host/stream/street/../office/a.ts\r\n"),
        answering(b"x", status="500 Oh", content_type="text/html"),
        answering(b"x", status="201 Created", content_type="video/mp2t"),
        # Passed on, the caller's next answer would begin in the middle of this one.
        answering(
            b"3\r\nGGG\r\n0\r\n\r\n",
            content_type="video/mp2t",
            headers="Transfer-Encoding: chunked\r\n",
        ),
    ],
)
def test_a_host_cannot_put_pages_or_redirections_on_the_gateways_address(
    database: str, answer: Answer
) -> None:
    with (
        RawHost(answer) as host,
        media_stand(database, host.known()) as rooms,
    ):
        found = rooms.viewer.get(SEGMENT)
        assert rooms.slots.in_use == 0
    assert found.status_code == 502
    assert found.get_json()["error"]["code"] == "bad_upstream"


def test_a_numbered_file_that_has_just_moved_is_asked_for_once_more(database: str) -> None:
    missing = answering(b'{"error": "Gone.", "code": "not_found", "remedy": "-"}', status="404 Not Found")

    def answer(connection: socket.socket, head: bytes) -> None:
        is_first = sum(target_of(known) == target_of(head) for known in host.heads) == 1
        (missing if is_first else answering(b"G" * 188, content_type="video/mp2t"))(connection, head)

    with (
        RawHost(answer) as host,
        media_stand(database, host.known()) as rooms,
    ):
        assert rooms.viewer.get(SEGMENT).status_code == 200
        assert len(host.heads) == 2
        live = rooms.viewer.get("/media/lab-1/street/segments/output.m3u8")
        assert live.status_code == 404, "a playlist does not move"
        assert len(host.heads) == 3


def test_a_host_that_is_silent_or_dies_in_the_middle_ends_the_answer_and_frees_its_place(
    database: str,
) -> None:
    go_on = threading.Event()

    def stalling(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp2t\r\nContent-Length: 999\r\n\r\nGGG")
        go_on.wait(10)

    with (
        RawHost(stalling) as host,
        media_stand(database, host.known()) as rooms,
    ):
        response = rooms.viewer.client.get(
            SEGMENT, headers={"Authorization": "Bearer viewer"}, buffered=False
        )
        assert response.status_code == 200
        assert rooms.slots.in_use == 1
        pieces = response.iter_encoded()
        assert next(pieces) == b"GGG"
        with pytest.raises(Exception, match="did not answer in time"):
            next(pieces)
        response.close()
        assert rooms.slots.in_use == 0
        go_on.set()


def test_when_all_places_are_taken_the_next_is_told_when_to_come_back(database: str) -> None:
    go_on = threading.Event()

    def endless(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp2t\r\nContent-Length: 999\r\n\r\nG")
        go_on.wait(10)

    with (
        RawHost(endless) as host,
        media_stand(database, host.known(), streams=3) as rooms,
    ):
        headers = {"Authorization": "Bearer viewer"}
        taken = [rooms.viewer.client.get(SEGMENT, headers=headers, buffered=False) for _ in range(3)]
        refused = rooms.viewer.get(SEGMENT)
        assert refused.status_code == 503
        assert refused.headers["Retry-After"] == "1"
        assert refused.get_json()["error"]["code"] == "too_many_streams"
        for response in taken:
            response.close()
        assert rooms.slots.in_use == 0
        go_on.set()


def test_an_unreachable_host_is_a_503_and_not_a_missing_file(database: str) -> None:
    with RawHost(answering()) as host:
        known = host.known()
    with media_stand(database, known) as rooms:
        answer = rooms.viewer.get(SEGMENT)
    assert answer.status_code == 503
    assert answer.get_json()["error"]["code"] == "host_unreachable"


def test_a_front_server_is_told_where_to_fetch_and_with_which_secret(database: str) -> None:
    with (
        RawHost(answering()) as host,
        media_stand(database, host.known(), front_prefix="/_host") as rooms,
    ):
        answer = rooms.guard.get(
            "/media/lab-1/street/playlist.m3u8",
            **{"from": "2026-11-21T14:00:00+01:00", "to": "2026-11-21T15:00:00+01:00"},
        )
        hidden = rooms.guard.get(SEGMENT.replace("street", "office"))
        assert host.heads == []
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["X-Accel-Redirect"] == (
        f"/_host/http/127.0.0.1:{host.port}/host/stream/street/playlist.m3u8"
        "?from=2026-11-21T13%3A00%3A00.000Z&to=2026-11-21T14%3A00%3A00.000Z"
    )
    assert answer.headers["X-Coldframe-Host"] == f"127.0.0.1:{host.port}"
    assert answer.headers["X-Coldframe-Authorization"] == f"Bearer {host.known().secret}"
    assert hidden.status_code == 404
    assert "X-Accel-Redirect" not in hidden.headers
