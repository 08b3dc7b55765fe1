"""Signed addresses on the gateway as it runs: memory, slow readers, senders that break off."""

import http.client
import io
import os
import secrets
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from flask.testing import FlaskClient

from gateway.bootstrap.parts import Parts
from gateway.storage.local_storage import LocalStorage
from gateway.storage.signed_urls import UrlSigner
from shared.clock import SystemClock
from tests.support.gateway_app import gateway_parts, make_web
from tests.support.gateway_under_test import WEB, GatewayUnderTest
from tests.support.storages import LIMIT_BYTES, MadeStream

if TYPE_CHECKING:
    from deploy.local.postgres import PrivatePostgres
    from deploy.local.redis import PrivateRedis

MIB = 1024 * 1024
GIB = 1024 * MIB
SECRET = secrets.token_urlsafe(32)
WITHIN_S = 20.0


@pytest.fixture
def parts() -> Iterator[Parts]:
    made = gateway_parts(storage={"largest_object_bytes": MIB})
    yield made
    made.engine.dispose()


@pytest.fixture
def client(parts: Parts) -> FlaskClient:
    return make_web(parts).test_client()


def put(parts: Parts, key: str, content: bytes, content_type: str = "image/jpeg") -> str:
    parts.storage.upload_file(key, io.BytesIO(content), content_type=content_type)
    return parts.storage.generate_signed_url(key, 60)


def test_a_reader_that_has_it_already_is_told_so(parts: Parts, client: FlaskClient) -> None:
    url = put(parts, "a", b"0123456789")
    first = client.get(url)
    assert first.headers["Accept-Ranges"] == "bytes"
    tag = first.headers["ETag"]
    assert client.get(url, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(url, headers={"Range": "bytes=1-2", "If-Range": tag}).data == b"12"
    put(parts, "a", b"another one")
    assert client.get(url, headers={"If-None-Match": tag}).data == b"another one"
    assert client.get(url, headers={"Range": "bytes=1-2", "If-Range": tag}).data == b"another one"


def test_the_head_alone_says_how_large_it_is(parts: Parts, client: FlaskClient) -> None:
    answer = client.head(put(parts, "a", b"0123456789"))
    assert (answer.status_code, answer.headers["Content-Length"], answer.data) == (200, "10", b"")


@pytest.mark.parametrize("content_type", ["text/html", "image/svg+xml", "application/javascript"])
def test_nothing_that_was_kept_runs_in_a_browser(
    parts: Parts, client: FlaskClient, content_type: str
) -> None:
    answer = client.get(put(parts, "evil.html", b"<script>alert(1)</script>", content_type))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy


def test_an_address_without_its_signature_is_refused(parts: Parts, client: FlaskClient) -> None:
    url = put(parts, "a", b"x")
    assert client.get(url.partition("?")[0]).status_code == 422
    assert client.get(f"{url}&more=1").status_code == 422
    assert client.get(url.replace("&signature=", "&signature=0")).status_code == 422


def test_what_is_too_large_is_refused_before_it_is_read_and_while_it_is(
    parts: Parts, client: FlaskClient
) -> None:
    url = parts.storage.generate_signed_url("a", 60, method="PUT")
    assert client.put(url, data=b"x" * (MIB + 1)).status_code == 413
    assert client.put(url, data=b"x" * MIB).status_code == 200
    assert parts.storage.get_file_size("a") == MIB


def test_an_old_key_still_opens_what_it_signed() -> None:
    old, new = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    before = gateway_parts(security={"secret_key": old})
    folder = before.settings.storage.dir
    url = put(before, "a", b"x")
    for keys, status in ((f"{new},{old}", 200), (new, 403)):
        after = gateway_parts(security={"secret_key": keys}, storage={"dir": folder})
        assert make_web(after).test_client().get(url).status_code == status
        after.engine.dispose()
    before.engine.dispose()


def test_a_storage_that_cannot_be_used_makes_the_gateway_unready(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder, status in ((tmp_path / "objects", "ok"), (tmp_path / "file", "failed")):
        parts = gateway_parts(storage={"dir": str(folder)})
        told = make_web(parts).test_client().get("/readyz").get_json()["data"]["dependencies"]
        assert told["storage"]["status"] == status
        assert str(tmp_path) not in told["storage"]["message"]
        parts.engine.dispose()


# -- the process -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def gateway(
    tmp_path_factory: pytest.TempPathFactory,
    postgres: "PrivatePostgres",
    migrated_template: str,
    redis_server: "PrivateRedis",
) -> Iterator[GatewayUnderTest]:
    from tests.support.servers import fresh_database

    with (
        fresh_database(postgres, migrated_template) as url,
        GatewayUnderTest(
            tmp_path_factory.mktemp("gateway"),
            url,
            redis_server.url(),
            security={"secret_key": SECRET},
            web={"threads": 8, "media_streams": 2},
        ) as made,
    ):
        yield made


@pytest.fixture
def storage(gateway: GatewayUnderTest) -> LocalStorage:
    """The gateway's, as another process of it sees it."""
    clock = SystemClock()
    return LocalStorage(
        gateway.folder / "objects",
        UrlSigner([SECRET], clock),
        clock,
        new_id=lambda: secrets.token_hex(16),
        largest_object_bytes=LIMIT_BYTES,
    )


def resident_bytes(gateway: GatewayUnderTest) -> int:
    """Of the processes of `web`."""
    parent = gateway.processes.pid(WEB)
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return sum(
        int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
        for pid in (parent, *map(int, children))
    )


def open_answer(gateway: GatewayUnderTest, url: str) -> socket.socket:
    """Ask for it over a connection with little room, and read the answer's first bytes."""
    address = httpx.URL(gateway.url)
    connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
    connection.settimeout(WITHIN_S)
    connection.connect((address.host, address.port))
    connection.sendall(f"GET {url} HTTP/1.1\r\nHost: {address.netloc.decode()}\r\n\r\n".encode())
    assert connection.recv(4096).startswith(b"HTTP/1.1 200")
    return connection


def made_sparse(storage: LocalStorage, gateway: GatewayUnderTest, key: str) -> str:
    path = gateway.folder / "objects" / key
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.truncate(2 * GIB)
    return storage.generate_signed_url(key, 60)


def test_two_gibibytes_to_a_slow_reader_are_sent_in_constant_memory(
    gateway: GatewayUnderTest, storage: LocalStorage
) -> None:
    url = made_sparse(storage, gateway, "large.mp4")
    for _ in range(10):  # what every process needs once is not what is measured
        assert httpx.get(f"{gateway.url}{url}", headers={"Range": "bytes=-1000000"}).status_code == 206
    before = resident_bytes(gateway)
    with open_answer(gateway, url) as connection:
        got, highest = 0, before
        buffer = bytearray(256 * 1024)
        until_s = time.monotonic() + 1.0
        while time.monotonic() < until_s:
            time.sleep(0.02)  # it is ready to send more than is taken
            got += connection.recv_into(buffer)
            highest = max(highest, resident_bytes(gateway))
        while got < 512 * MIB:
            got += connection.recv_into(buffer)
        highest = max(highest, resident_bytes(gateway))
    assert highest - before < 20 * MIB


def test_more_readers_than_there_are_places_wait(gateway: GatewayUnderTest, storage: LocalStorage) -> None:
    url = made_sparse(storage, gateway, "large.mp4")
    with open_answer(gateway, url), open_answer(gateway, url):
        refused = httpx.get(f"{gateway.url}{url}")
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "too_many_streams")
        assert httpx.get(f"{gateway.url}/healthz").status_code == 200
    gateway.wait_for(
        "room again",
        lambda: httpx.get(f"{gateway.url}{url}", headers={"Range": "bytes=0-9"}).status_code == 206,
    )


def test_an_upload_is_taken_in_constant_memory(gateway: GatewayUnderTest, storage: LocalStorage) -> None:
    url = f"{gateway.url}{storage.generate_signed_url('sent.mp4', 60, method='PUT')}"
    assert httpx.put(url, content=b"x" * MIB).status_code == 200
    before = resident_bytes(gateway)
    size = 256 * MIB
    answer = httpx.put(
        url, content=pieces_of(MadeStream(size)), headers={"Content-Length": str(size)}, timeout=60
    )
    assert (answer.status_code, answer.json()["data"]["size_bytes"]) == (200, size)
    assert storage.get_file_size("sent.mp4") == size
    assert resident_bytes(gateway) - before < 20 * MIB


def pieces_of(stream: MadeStream) -> Iterator[bytes]:
    while piece := stream.read(MIB):
        yield piece


@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_sender_that_breaks_off_leaves_nothing(
    gateway: GatewayUnderTest, storage: LocalStorage, is_chunked: bool
) -> None:
    url = storage.generate_signed_url("half.mp4", 60, method="PUT")
    address = httpx.URL(gateway.url)
    connection = http.client.HTTPConnection(address.host, address.port or 80, timeout=WITHIN_S)
    connection.putrequest("PUT", url)
    if is_chunked:
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()
        connection.send(b"100000\r\n" + b"x" * MIB + b"\r\n100000\r\nxxx")
    else:
        connection.putheader("Content-Length", str(10 * MIB))
        connection.endheaders()
        connection.send(b"x" * MIB)
    staging = gateway.folder / "objects" / ".staging"
    gateway.wait_for(
        "the upload began",
        lambda: sum(path.stat().st_size for path in staging.iterdir()) > 0,
        within_s=WITHIN_S,
    )
    connection.close()
    gateway.wait_for("the upload ended", lambda: not list(staging.iterdir()), within_s=WITHIN_S)
    assert not storage.file_exists("half.mp4")


def test_a_body_without_a_length_is_taken(gateway: GatewayUnderTest, storage: LocalStorage) -> None:
    url = f"{gateway.url}{storage.generate_signed_url('chunked', 60, method='PUT')}"
    assert httpx.put(url, content=pieces_of(MadeStream(3 * MIB))).status_code == 200
    assert storage.get_file_size("chunked") == 3 * MIB
