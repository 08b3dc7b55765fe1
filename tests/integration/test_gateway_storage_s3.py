"""An S3 server that dies, comes back, is full, or does not know us."""

import io
import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from deploy.local.s3 import PrivateS3
from gateway.doctor.storage_check import examine_storage
from gateway.settings import GatewaySettings
from gateway.storage.s3_storage import S3Storage
from shared.errors import ColdframeError, NotFoundError, UnavailableError
from shared.finding import Verdict
from tests.support.gateway_app import gateway_parts, make_web
from tests.support.s3 import s3_address, s3_program
from tests.support.small_disk import small_disk
from tests.support.storages import LIMIT_BYTES, MadeStream, s3_storage

MIB = 1024 * 1024
# Three attempts with their pauses, on a machine that is busy.
GIVES_UP_WITHIN_S = 15.0


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PrivateS3]:
    """A server of this test's own, to be stopped and killed."""
    with PrivateS3(s3_program(), tmp_path / "s3") as running:
        yield running


def put(storage: S3Storage, key: str, content: bytes = b"x") -> None:
    storage.upload_file(key, io.BytesIO(content), content_type="image/jpeg")


def get(storage: S3Storage, key: str) -> bytes:
    with storage.download_file(key) as reader:
        return b"".join(reader.chunks())


def keys(storage: S3Storage) -> list[str]:
    return [stored.key for stored in storage.list_files()]


class Interrupting(MadeStream):
    """Does something when half of it was read."""

    def __init__(self, size_bytes: int, at_half: Callable[[], None]) -> None:
        super().__init__(size_bytes)
        self._half = size_bytes // 2
        self._at_half: Callable[[], None] | None = at_half

    def read(self, size: int = -1) -> bytes:
        if self._read >= self._half and self._at_half is not None:
            act, self._at_half = self._at_half, None
            act()
        return super().read(size)


def assert_unreachable(error: ColdframeError, server: PrivateS3) -> None:
    assert isinstance(error, UnavailableError)
    assert error.code == "storage_unreachable"
    assert server.endpoint_url in error.message
    assert "storage.s3_endpoint_url" in error.remedy


def test_a_server_that_is_killed_in_the_middle_of_an_upload_leaves_no_object(server: PrivateS3) -> None:
    storage = s3_storage(server)
    put(storage, "before", b"was there")
    begun_s = time.monotonic()
    with pytest.raises(ColdframeError) as failed:
        storage.upload_file("video", Interrupting(40 * MIB, server.kill), content_type="video/mp4")
    assert time.monotonic() - begun_s < GIVES_UP_WITHIN_S
    assert_unreachable(failed.value, server)
    server.start()
    assert keys(storage) == ["before"]
    assert not storage.file_exists("video")
    with pytest.raises(NotFoundError):
        get(storage, "video")
    # What the server still has of it can be found and cleaned up.
    (left,) = storage.pending_multiparts()
    assert left.key == "video"
    storage.abort_multipart(left.key, left.upload_id)
    storage.upload_file("video", MadeStream(40 * MIB), content_type="video/mp4")
    assert keys(storage) == ["before", "video"]
    assert get(storage, "before") == b"was there"
    assert list(storage.pending_multiparts()) == []


def test_a_server_that_comes_back_while_it_is_asked_again_is_not_noticed(server: PrivateS3) -> None:
    storage = s3_storage(server)
    put(storage, "before")

    def restart() -> None:
        server.kill()
        server.start()

    storage.upload_file("video", Interrupting(40 * MIB, restart), content_type="video/mp4")
    assert storage.get_file_size("video") == 40 * MIB


def test_a_server_that_is_killed_while_an_object_is_read_is_said(server: PrivateS3) -> None:
    storage = s3_storage(server)
    storage.upload_file("video", MadeStream(64 * MIB), content_type="video/mp4")
    with storage.download_file("video") as reader:
        chunks = reader.chunks()
        next(chunks)
        server.kill()
        with pytest.raises(UnavailableError) as failed:
            sum(map(len, chunks))
    assert_unreachable(failed.value, server)


def test_a_server_that_is_down_is_said_of_everything_that_is_asked(server: PrivateS3) -> None:
    storage = s3_storage(server)
    put(storage, "a")
    server.stop()
    attempts: list[Callable[[], object]] = [
        storage.check,
        lambda: put(storage, "b"),
        lambda: get(storage, "a"),
        lambda: keys(storage),
        lambda: storage.delete_directory("cam"),
        lambda: storage.start_multipart("a", content_type="video/mp4"),
    ]
    for attempt in attempts:
        with pytest.raises(ColdframeError) as failed:
            attempt()
        assert_unreachable(failed.value, server)
    assert storage.generate_signed_url("a", 60).startswith(server.endpoint_url)
    server.start()
    storage.check()
    assert get(storage, "a") == b"x"


def test_a_bucket_that_somebody_removed_is_made_again(s3_server: PrivateS3) -> None:
    storage, other = (s3_storage(s3_server, bucket="removed") for _ in range(2))
    put(storage, "a")
    other.delete_file("a")
    httpx.delete(f"{s3_server.endpoint_url}/removed")  # not signed: refused
    put(storage, "a")
    storage.delete_file("a")
    remove_bucket(s3_server, "removed")
    with pytest.raises(UnavailableError):
        put(storage, "a")
    put(storage, "a")
    assert get(storage, "a") == b"x"


def remove_bucket(server: PrivateS3, name: str) -> None:
    from gateway.storage.s3_client import connect

    connect(s3_address(server, name)).delete_bucket(Bucket=name)


@pytest.mark.parametrize("wrong", [{"secret_key": "guessed"}, {"access_key": "nobody"}])
def test_keys_that_the_server_does_not_take_are_said(s3_server: PrivateS3, wrong: dict[str, str]) -> None:
    address = replace(s3_address(s3_server, "guarded"), **wrong)
    storage = S3Storage(address, largest_object_bytes=LIMIT_BYTES)
    for attempt in (storage.check, lambda: put(storage, "a")):
        with pytest.raises(UnavailableError) as refused:
            attempt()
        assert refused.value.code == "storage_refuses"
        assert "storage.s3_access_key" in refused.value.remedy
        assert "guessed" not in str(refused.value)


def test_a_server_that_hangs_holds_up_nobody_who_only_asks_whether_it_is_well(server: PrivateS3) -> None:
    storage = s3_storage(server)
    storage.check()
    os.kill(server.pid, signal.SIGSTOP)
    try:
        with ThreadPoolExecutor(4) as askers:
            begun_s = time.monotonic()
            failed = [asked.exception() for asked in [askers.submit(storage.check) for _ in range(4)]]
        assert time.monotonic() - begun_s < GIVES_UP_WITHIN_S
        assert [getattr(error, "code", "") for error in failed] == ["storage_unreachable"] * 4
    finally:
        os.kill(server.pid, signal.SIGCONT)
    storage.check()


def test_nobody_gets_in_without_a_signature(s3_server: PrivateS3) -> None:
    storage = s3_storage(s3_server, bucket="private")
    put(storage, "a")
    url = storage.generate_signed_url("a", 60)
    assert httpx.get(url).status_code == 200
    assert httpx.get(url.partition("?")[0]).status_code == 403
    assert httpx.put(url.partition("?")[0], content=b"evil").status_code == 403


def test_pages_of_the_gateway_may_use_addresses_of_a_bucket_that_was_made_for_it(
    s3_server: PrivateS3,
) -> None:
    storage = s3_storage(s3_server)
    put(storage, "a")
    answer = httpx.get(storage.generate_signed_url("a", 60), headers={"Origin": "https://gateway.example"})
    assert answer.headers["Access-Control-Allow-Origin"] in ("*", "https://gateway.example")
    asked = httpx.options(
        storage.generate_signed_url("b", 60, method="PUT"),
        headers={
            "Origin": "https://gateway.example",
            "Access-Control-Request-Method": "PUT",
            "Access-Control-Request-Headers": "content-type",
        },
    )
    assert asked.status_code in (200, 204)
    assert "PUT" in asked.headers["Access-Control-Allow-Methods"]


def test_the_gateways_policy_lets_pages_show_what_is_on_the_server(s3_server: PrivateS3) -> None:
    parts = gateway_parts(storage={"s3_endpoint_url": s3_server.endpoint_url})
    page = make_web(parts).test_client().get("/wall")
    policy = dict(
        part.strip().partition(" ")[::2] for part in page.headers["Content-Security-Policy"].split(";")
    )
    allowing = {name for name, sources in policy.items() if s3_server.endpoint_url in sources.split()}
    assert allowing == {"img-src", "media-src", "connect-src"}
    parts.engine.dispose()


def test_a_server_without_room_is_said_and_leaves_no_object(tmp_path: Path) -> None:
    with (
        small_disk(tmp_path / "disk", "size=24m") as disk,
        PrivateS3(s3_program(), tmp_path / "s3", data=disk.path / "data") as server,
    ):
        storage = s3_storage(server)
        put(storage, "before")
        with pytest.raises(ColdframeError) as full:
            storage.upload_file("video", MadeStream(40 * MIB), content_type="video/mp4")
        assert full.value.code == "storage_full"
        assert keys(storage) == ["before"]
        assert list(storage.pending_multiparts()) == []
        storage.upload_file("video", MadeStream(5 * MIB), content_type="video/mp4")


def test_an_address_that_is_no_server_is_said(tmp_path: Path) -> None:
    from deploy.local.free_port import free_port
    from gateway.storage.s3_client import S3Address

    nobody = S3Address(f"http://127.0.0.1:{free_port()}", "us-east-1", "bucket", "key", "secret")
    begun_s = time.monotonic()
    with pytest.raises(UnavailableError) as failed:
        S3Storage(nobody, largest_object_bytes=LIMIT_BYTES).check()
    assert failed.value.code == "storage_unreachable"
    assert time.monotonic() - begun_s < GIVES_UP_WITHIN_S


@pytest.mark.parametrize(
    ("changes", "is_well", "says"),
    [
        ({}, True, "the bucket looked-at at"),
        ({"s3_secret_key": "guessed"}, False, "storage.s3_access_key"),
        ({"s3_endpoint_url": "http://127.0.0.1:1"}, False, "storage.s3_endpoint_url"),
    ],
)
def test_the_doctor_says_whether_the_server_can_be_used(
    s3_server: PrivateS3, changes: dict[str, str], is_well: bool, says: str
) -> None:
    storage = {
        "s3_endpoint_url": s3_server.endpoint_url,
        "s3_bucket": "looked-at",
        "s3_access_key": s3_server.access_key,
        "s3_secret_key": s3_server.secret_key,
    }
    found = examine_storage(GatewaySettings.model_validate({"storage": {**storage, **changes}}))
    assert (found.verdict is Verdict.OK) is is_well
    assert says in f"{found.sentence} {found.remedy}"
