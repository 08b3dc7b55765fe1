"""What every storage does: a folder, and a bucket of a real S3 server."""

import io
import time
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from flask.testing import FlaskClient

from gateway.storage.storage import Storage
from gateway.storage.unfinished_uploads import abort_abandoned
from shared.errors import BadRequestError, ColdframeError, ConflictError, NotFoundError
from shared.http.byte_range import ByteRange
from tests.support.gateway_app import gateway_parts, make_web
from tests.support.storages import MadeStream, local_storage, s3_storage

if TYPE_CHECKING:
    from deploy.local.s3 import PrivateS3

JPEG = b"\xff\xd8\xff\xe0 a picture \xff\xd9"
PART_BYTES = 5 * 1024 * 1024
SMALL_BYTES = 6 * 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """What came of an address."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Asked(Protocol):
    """Somebody without a login who has an address."""

    def __call__(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, content: bytes = b""
    ) -> Answer: ...


@dataclass(frozen=True)
class Stand:
    """A storage that is empty, the same with a small limit, and how its addresses are asked."""

    storage: Storage
    small: Storage
    ask: Asked


@pytest.fixture(scope="module", params=["folder", "s3"])
def standing(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """One of each; to make one a test would take longer than the tests."""
    if request.param == "s3":
        server: PrivateS3 = request.getfixturevalue("s3_server")
        bucket = f"contract-{uuid.uuid4().hex[:12]}"
        yield Stand(
            s3_storage(server, bucket=bucket),
            s3_storage(server, bucket=bucket, limit_bytes=SMALL_BYTES),
            ask_server,
        )
        return
    folder = tmp_path_factory.mktemp("contract") / "objects"
    parts = gateway_parts(storage={"dir": str(folder)})
    client = make_web(parts).test_client()
    yield Stand(parts.storage, local_storage(folder, limit_bytes=SMALL_BYTES), asking(client))
    parts.engine.dispose()


@pytest.fixture
def stand(standing: Stand) -> Stand:
    for stored in list(standing.storage.list_files()):
        standing.storage.delete_file(stored.key)
    for pending in list(standing.storage.pending_multiparts()):
        standing.storage.abort_multipart(pending.key, pending.upload_id)
    return standing


@pytest.fixture
def storage(stand: Stand) -> Storage:
    return stand.storage


def ask_server(
    method: str, url: str, headers: Mapping[str, str] | None = None, content: bytes = b""
) -> Answer:
    answer = httpx.request(method, url, headers=dict(headers or {}), content=content)
    return Answer(answer.status_code, answer.headers, answer.content)


def asking(client: FlaskClient) -> Asked:
    def ask(method: str, url: str, headers: Mapping[str, str] | None = None, content: bytes = b"") -> Answer:
        answer = client.open(url, method=method, headers=dict(headers or {}), data=content)
        return Answer(answer.status_code, httpx.Headers(list(answer.headers)), answer.data)

    return ask


def put(storage: Storage, key: str, content: bytes = JPEG, content_type: str = "image/jpeg") -> None:
    storage.upload_file(key, io.BytesIO(content), content_type=content_type)


def get(storage: Storage, key: str, byte_range: ByteRange | None = None) -> bytes:
    with storage.download_file(key, byte_range=byte_range) as reader:
        return b"".join(reader.chunks())


def keys(storage: Storage, prefix: str = "") -> list[str]:
    return [stored.key for stored in storage.list_files(prefix)]


# -- objects ---------------------------------------------------------------------------------


def test_what_is_kept_comes_back_with_all_that_was_said_of_it(storage: Storage) -> None:
    metadata = {"camera": "Tür im Süden 100 %", "taken-at": "2026-11-21T14:00:00Z"}
    before = datetime.now(UTC) - timedelta(seconds=2)
    kept = storage.upload_file(
        "snapshots/door.jpg", io.BytesIO(JPEG), content_type="image/jpeg", metadata=metadata
    )
    assert (kept.key, kept.size_bytes) == ("snapshots/door.jpg", len(JPEG))
    assert before < kept.modified_at < datetime.now(UTC) + timedelta(seconds=2)
    with storage.download_file("snapshots/door.jpg") as reader:
        assert b"".join(reader.chunks()) == JPEG
        assert (reader.size_bytes, reader.content_type) == (len(JPEG), "image/jpeg")
        assert (dict(reader.metadata), reader.etag) == (metadata, kept.etag)
    found = storage.describe_file("snapshots/door.jpg")
    assert (found.size_bytes, found.content_type, dict(found.metadata)) == (len(JPEG), "image/jpeg", metadata)
    assert storage.get_file_size("snapshots/door.jpg") == len(JPEG)
    assert storage.file_exists("snapshots/door.jpg")


def test_nothing_of_the_one_that_was_replaced_is_left(storage: Storage) -> None:
    storage.upload_file("a", io.BytesIO(b"old"), content_type="image/png", metadata={"old": "yes"})
    old = storage.describe_file("a")
    storage.upload_file("a", io.BytesIO(b"newer"), content_type="image/jpeg")
    found = storage.describe_file("a")
    assert get(storage, "a") == b"newer"
    assert (found.content_type, dict(found.metadata), found.etag != old.etag) == ("image/jpeg", {}, True)
    assert keys(storage) == ["a"]


@pytest.mark.parametrize(
    "key",
    [
        "a",
        "a.facts",
        "cam/1.jpg",
        "with blank/ä ö ü.jpg",
        "q?x=1&y=2#z",
        "100%41",
        "a+b",
        "x" * 200,
        "日本/門",
    ],
)
def test_a_key_may_hold_all_that_is_text(stand: Stand, key: str) -> None:
    put(stand.storage, key)
    assert get(stand.storage, key) == JPEG
    assert keys(stand.storage) == [key]
    assert stand.ask("GET", stand.storage.generate_signed_url(key, 60)).body == JPEG


@pytest.mark.parametrize(
    "key",
    [
        *("", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../../b", "a/./b", ".lock", "a/.b"),
        *("a\0b", "a\nb", "a\\b", "\udce9", "x" * 201, "/".join(["x" * 100] * 11), "a\x7f"),
    ],
)
def test_a_key_that_leads_elsewhere_or_is_no_text_is_refused(storage: Storage, key: str) -> None:
    for attempt in (
        lambda: put(storage, key),
        lambda: get(storage, key),
        lambda: storage.file_exists(key),
        lambda: storage.delete_file(key),
        lambda: storage.copy_file("a", key),
        lambda: storage.generate_signed_url(key, 60),
        lambda: storage.start_multipart(key, content_type="video/mp4"),
        lambda: storage.part_url(key, "0" * 32, 1, 60),
    ):
        with pytest.raises(BadRequestError) as refused:
            attempt()
        assert refused.value.code == "bad_key"


def test_an_empty_object_is_one(storage: Storage) -> None:
    put(storage, "empty", b"")
    assert (get(storage, "empty"), storage.get_file_size("empty")) == (b"", 0)


def test_what_is_not_there_is_said(storage: Storage) -> None:
    for attempt in (
        lambda: get(storage, "nothing"),
        lambda: storage.get_file_size("nothing"),
        lambda: storage.copy_file("nothing", "something"),
    ):
        with pytest.raises(NotFoundError) as missing:
            attempt()
        assert missing.value.code == "no_such_object"
    assert not storage.file_exists("nothing")
    assert keys(storage) == []


@pytest.mark.parametrize(
    ("start", "stop", "expected"),
    [(0, 4, b"0123"), (3, 5, b"34"), (8, 10, b"89"), (9, 1000, b"9"), (0, 10, b"0123456789")],
)
def test_a_part_of_an_object_is_read(storage: Storage, start: int, stop: int, expected: bytes) -> None:
    put(storage, "digits", b"0123456789")
    with storage.download_file("digits", byte_range=ByteRange(start, stop)) as reader:
        assert b"".join(reader.chunks()) == expected
        assert (reader.size_bytes, reader.part) == (10, ByteRange(start, min(stop, 10)))


def test_a_part_behind_the_end_is_refused(storage: Storage) -> None:
    put(storage, "digits", b"0123456789")
    with pytest.raises(BadRequestError) as refused:
        get(storage, "digits", ByteRange(10, 12))
    assert (refused.value.code, refused.value.details) == ("range_not_satisfiable", {"size_bytes": 10})


def test_an_object_is_deleted_once_and_again(storage: Storage) -> None:
    put(storage, "cam/1.jpg")
    storage.delete_file("cam/1.jpg")
    storage.delete_file("cam/1.jpg")
    assert keys(storage) == []
    assert not storage.file_exists("cam/1.jpg")
    put(storage, "cam", b"a name that was a folder's")
    assert keys(storage) == ["cam"]


def test_a_folder_is_deleted_and_none_that_only_begins_like_it(storage: Storage) -> None:
    for key in ("cam/1.jpg", "cam/2/3.jpg", "camera.jpg", "came/4.jpg"):
        put(storage, key)
    assert storage.delete_directory("cam") == 2
    assert keys(storage) == ["came/4.jpg", "camera.jpg"]
    assert storage.delete_directory("cam/") == 0


@pytest.mark.parametrize("prefix", ["", "/", ".", ".."])
def test_all_there_is_is_not_deleted_by_a_name_that_is_none(storage: Storage, prefix: str) -> None:
    put(storage, "a")
    with pytest.raises(BadRequestError):
        storage.delete_directory(prefix)
    assert keys(storage) == ["a"]


def test_objects_are_listed_in_the_order_of_their_keys(storage: Storage) -> None:
    for key in ("b", "a/2", "a-1", "a/10", "a.x", "c/d/e"):
        put(storage, key, key.encode())
    assert keys(storage) == ["a-1", "a.x", "a/10", "a/2", "b", "c/d/e"]
    assert keys(storage, "a") == keys(storage, "a/") == ["a/10", "a/2"]
    assert keys(storage, "nowhere") == keys(storage, "b") == []
    assert [stored.size_bytes for stored in storage.list_files()] == [3, 3, 4, 3, 1, 5]


def test_more_than_a_thousand_objects_are_listed_counted_and_deleted(storage: Storage) -> None:
    count = 1_010  # S3 lists a thousand at a time
    with ThreadPoolExecutor(8) as senders:
        list(senders.map(lambda number: put(storage, f"many/{number:05d}", b"x"), range(count)))
    put(storage, "other")
    assert keys(storage, "many") == [f"many/{number:05d}" for number in range(count)]
    stats = storage.get_bucket_stats()
    assert (stats.objects, stats.size_bytes) == (count + 1, count + len(JPEG))
    assert storage.delete_directory("many") == count
    assert keys(storage) == ["other"]


def test_a_copy_has_everything_and_a_life_of_its_own(storage: Storage) -> None:
    storage.upload_file("a", io.BytesIO(JPEG), content_type="image/jpeg", metadata={"camera": "Tür"})
    assert storage.copy_file("a", "copies/b").size_bytes == len(JPEG)
    storage.copy_file("a", "a")
    put(storage, "a", b"another")
    found = storage.describe_file("copies/b")
    assert (found.content_type, dict(found.metadata)) == ("image/jpeg", {"camera": "Tür"})
    storage.delete_file("a")
    assert get(storage, "copies/b") == JPEG
    put(storage, "c", b"was there")
    storage.copy_file("copies/b", "c")
    assert get(storage, "c") == JPEG


def test_a_large_object_is_copied_whole(storage: Storage) -> None:
    """On S3 one of more than 6 MiB goes in parts here."""
    size = 11 * 1024 * 1024 + 7
    storage.upload_file("large", MadeStream(size), content_type="video/mp4", metadata={"pin": "7"})
    storage.copy_file("large", "copy")
    found = storage.describe_file("copy")
    assert (found.size_bytes, found.content_type, dict(found.metadata)) == (size, "video/mp4", {"pin": "7"})
    assert get(storage, "copy", ByteRange(size - 3, size)) == get(storage, "large", ByteRange(size - 3, size))


@pytest.mark.parametrize("size", [6 * 1024 * 1024 + 1, 30 * 1024 * 1024])
def test_what_is_larger_than_the_limit_is_refused_and_leaves_nothing(stand: Stand, size: int) -> None:
    put(stand.storage, "key", b"was there")
    with pytest.raises(BadRequestError) as refused:
        stand.small.upload_file("key", MadeStream(size), content_type="video/mp4")
    assert refused.value.code == "too_large"
    assert get(stand.storage, "key") == b"was there"
    assert (keys(stand.storage), list(stand.storage.pending_multiparts())) == (["key"], [])
    stand.small.upload_file("key", MadeStream(6 * 1024 * 1024), content_type="video/mp4")


@pytest.mark.parametrize("fail_at", [0, 1024 * 1024, 20 * 1024 * 1024])
def test_a_sender_that_breaks_off_leaves_nothing(storage: Storage, fail_at: int) -> None:
    with pytest.raises(BadRequestError) as broken:
        storage.upload_file("half", MadeStream(30 * 1024 * 1024, fail_at=fail_at), content_type="video/mp4")
    assert broken.value.code == "broke_off"
    assert (keys(storage), list(storage.pending_multiparts())) == ([], [])


def test_an_object_does_not_show_before_it_is_whole(storage: Storage) -> None:
    class Looking(MadeStream):
        def read(self, size: int = -1) -> bytes:
            assert not storage.file_exists("growing")
            assert keys(storage) == []
            return super().read(size)

    storage.upload_file("growing", Looking(20 * 1024 * 1024), content_type="video/mp4")
    assert keys(storage) == ["growing"]


def test_who_reads_an_object_that_is_replaced_gets_the_one_that_they_opened(storage: Storage) -> None:
    size = 3 * 1024 * 1024
    storage.upload_file("a", MadeStream(size), content_type="video/mp4")
    with storage.download_file("a") as reader:
        chunks = reader.chunks()
        first = next(chunks)
        put(storage, "a", b"another")
        assert len(first) + sum(map(len, chunks)) == size
    assert get(storage, "a") == b"another"


def test_a_key_is_not_an_object_and_a_folder(storage: Storage) -> None:
    put(storage, "cam/1")
    for key in ("cam", "cam/1/2"):
        with pytest.raises(ConflictError) as refused:
            put(storage, key)
        assert refused.value.code == "key_in_the_way"
    assert keys(storage) == ["cam/1"]


@pytest.mark.parametrize(
    ("content_type", "metadata", "code"),
    [
        ("nonsense", {}, "bad_content_type"),
        ("image/jpeg\r\nX-Evil: 1", {}, "bad_content_type"),
        ("image/jpeg", {"Capital": "x"}, "bad_metadata"),
        ("image/jpeg", {"a": "x\ny"}, "bad_metadata"),
        ("image/jpeg", {"a": "x" * 2048}, "bad_metadata"),
    ],
)
def test_what_is_said_of_an_object_is_checked(
    storage: Storage, content_type: str, metadata: dict[str, str], code: str
) -> None:
    with pytest.raises(BadRequestError) as refused:
        storage.upload_file("a", io.BytesIO(b""), content_type=content_type, metadata=metadata)
    assert refused.value.code == code
    assert keys(storage) == []


def test_stats_count_all_that_is_kept(storage: Storage) -> None:
    assert storage.get_bucket_stats().objects == 0
    put(storage, "a", b"12345")
    put(storage, "b/c", b"123")
    stats = storage.get_bucket_stats()
    assert (stats.objects, stats.size_bytes) == (2, 8)
    assert stats.free_bytes is None or stats.free_bytes > 0


def test_a_storage_that_can_be_used_is_found_so(storage: Storage) -> None:
    storage.check()
    assert keys(storage) == []


# -- uploads in parts ------------------------------------------------------------------------


def test_parts_become_one_object_in_the_order_of_their_numbers(storage: Storage) -> None:
    upload = storage.start_multipart("video.mp4", content_type="video/mp4", metadata={"pin": "7"})
    assert storage.list_parts("video.mp4", upload) == []
    storage.upload_part("video.mp4", upload, 3, io.BytesIO(b"the end"))
    storage.upload_part("video.mp4", upload, 1, io.BytesIO(b"wrong"))
    storage.upload_part("video.mp4", upload, 1, MadeStream(PART_BYTES))
    sent = storage.upload_part("video.mp4", upload, 2, io.BytesIO(b"2" * PART_BYTES))
    found = storage.list_parts("video.mp4", upload)
    sizes = [(part.number, part.size_bytes) for part in found]
    assert sizes == [(1, PART_BYTES), (2, PART_BYTES), (3, 7)]
    assert found[1] == sent
    assert keys(storage) == []
    assert [(one.key, one.upload_id) for one in storage.pending_multiparts()] == [("video.mp4", upload)]
    made = storage.complete_multipart("video.mp4", upload)
    assert made.size_bytes == 2 * PART_BYTES + 7
    assert get(storage, "video.mp4", ByteRange(PART_BYTES - 1, PART_BYTES + 2)) == b"\xff22"
    assert get(storage, "video.mp4", ByteRange(2 * PART_BYTES - 1, made.size_bytes)) == b"2the end"
    found_facts = storage.describe_file("video.mp4")
    assert (found_facts.content_type, dict(found_facts.metadata)) == ("video/mp4", {"pin": "7"})
    assert list(storage.pending_multiparts()) == []


def test_an_upload_that_is_aborted_leaves_nothing(storage: Storage) -> None:
    upload = storage.start_multipart("a", content_type="video/mp4")
    storage.upload_part("a", upload, 1, io.BytesIO(b"x"))
    storage.abort_multipart("a", upload)
    storage.abort_multipart("a", upload)
    assert (keys(storage), list(storage.pending_multiparts())) == ([], [])
    for attempt in (
        lambda: storage.list_parts("a", upload),
        lambda: storage.upload_part("a", upload, 1, io.BytesIO(b"x")),
        lambda: storage.complete_multipart("a", upload),
    ):
        with pytest.raises(NotFoundError) as missing:
            attempt()
        assert missing.value.code == "no_such_upload"


def test_an_upload_that_began_a_while_ago_is_found(storage: Storage) -> None:
    storage.start_multipart("a", content_type="video/mp4")
    (pending,) = storage.pending_multiparts()
    assert abs(pending.begun_at - datetime.now(UTC)) < timedelta(seconds=5)


def test_uploads_that_nobody_has_gone_on_with_for_a_day_are_aborted(storage: Storage) -> None:
    for key in ("a", "b/c"):
        upload = storage.start_multipart(key, content_type="video/mp4")
        storage.upload_part(key, upload, 1, io.BytesIO(b"x"))
    now = datetime.now(UTC)
    assert abort_abandoned(storage, now + timedelta(hours=23, minutes=59)) == 0
    assert storage.list_parts("b/c", upload) != []
    assert abort_abandoned(storage, now + timedelta(hours=24, minutes=1)) == 2
    assert list(storage.pending_multiparts()) == []
    with pytest.raises(NotFoundError):
        storage.list_parts("b/c", upload)
    assert abort_abandoned(storage, now + timedelta(days=9)) == 0


@pytest.mark.parametrize("sizes", [(), (5, 5), (PART_BYTES, 5, PART_BYTES)])
def test_parts_that_are_missing_or_too_small_make_no_object(storage: Storage, sizes: tuple[int, ...]) -> None:
    upload = storage.start_multipart("a", content_type="video/mp4")
    for number, size in enumerate(sizes, 1):
        storage.upload_part("a", upload, number, MadeStream(size))
    with pytest.raises(BadRequestError) as refused:
        storage.complete_multipart("a", upload)
    assert refused.value.code == "bad_part"
    assert keys(storage) == []


@pytest.mark.parametrize("number", [0, -1, 10_001])
def test_a_part_has_a_number_from_1_to_10000(storage: Storage, number: int) -> None:
    upload = storage.start_multipart("a", content_type="video/mp4")
    for attempt in (
        lambda: storage.upload_part("a", upload, number, io.BytesIO(b"x")),
        lambda: storage.part_url("a", upload, number, 60),
    ):
        with pytest.raises(BadRequestError) as refused:
            attempt()
        assert refused.value.code == "bad_part"


def test_parts_that_are_too_large_together_make_no_object(stand: Stand) -> None:
    upload = stand.small.start_multipart("a", content_type="video/mp4")
    for number in (1, 2):
        stand.small.upload_part("a", upload, number, MadeStream(PART_BYTES))
    with pytest.raises(BadRequestError) as refused:
        stand.small.complete_multipart("a", upload)
    assert refused.value.code == "too_large"
    with pytest.raises(BadRequestError) as refused:
        stand.small.upload_part("a", upload, 3, MadeStream(2 * PART_BYTES))
    assert refused.value.code == "too_large"
    assert keys(stand.storage) == []


@pytest.mark.parametrize("upload", ["no-such-upload", "0" * 32, "../../x", "", "a\0b"])
def test_an_upload_that_is_not_there_is_said(storage: Storage, upload: str) -> None:
    with pytest.raises((NotFoundError, BadRequestError)) as missing:
        storage.upload_part("a", upload, 1, io.BytesIO(b"x"))
    assert missing.value.code == "no_such_upload"


# -- signed addresses ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "status", "body", "content_range"),
    [
        ("", 200, b"0123456789", None),
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=5-500", 206, b"56789", "bytes 5-9/10"),
        ("bytes=10-12", 416, None, None),
    ],
)
def test_an_address_is_read_whole_and_in_part(
    stand: Stand, asked: str, status: int, body: bytes | None, content_range: str | None
) -> None:
    put(stand.storage, "cam/digits.mp4", b"0123456789", "video/mp4")
    url = stand.storage.generate_signed_url("cam/digits.mp4", 60)
    answer = stand.ask("GET", url, {"Range": asked} if asked else None)
    assert answer.status == status
    if body is not None:
        assert answer.body == body
        assert answer.headers["Content-Type"] == "video/mp4"
        assert answer.headers.get("Content-Range") == content_range
        assert answer.headers["Content-Length"] == str(len(body))
        assert "ETag" in answer.headers


def test_an_address_with_a_filename_is_saved_under_it(stand: Stand) -> None:
    put(stand.storage, "a")
    url = stand.storage.generate_signed_url("a", 60, filename='Tür "1"; x.jpg')
    told = stand.ask("GET", url).headers["Content-Disposition"]
    assert told == "attachment; filename=\"T_r _1__ x.jpg\"; filename*=UTF-8''T%C3%BCr%20%221%22%3B%20x.jpg"


def changed(url: str, name: str, value: str) -> str:
    """The address with one parameter replaced."""
    parts = urlsplit(url)
    query = [(key, value if key == name else old) for key, old in parse_qsl(parts.query)]
    assert name in dict(query)
    return parts._replace(query=urlencode(query)).geturl()


def test_an_address_that_was_changed_is_refused(stand: Stand) -> None:
    put(stand.storage, "mine")
    put(stand.storage, "theirs")
    url = stand.storage.generate_signed_url("mine", 60, filename="mine.jpg")
    signature, filename = (
        ("X-Amz-Signature", "response-content-disposition") if "X-Amz" in url else ("signature", "filename")
    )
    expiry = ("X-Amz-Expires", "600") if "X-Amz" in url else ("expires", "4000000000")
    assert stand.ask("GET", url).status == 200
    for wrong in (
        url.replace("/mine", "/theirs", 1),
        changed(url, signature, "0" * 64),
        changed(url, filename, "evil.html"),
        changed(url, *expiry),
    ):
        assert wrong != url
        assert stand.ask("GET", wrong).status == 403, wrong
    assert stand.ask("PUT", url, content=b"evil").status in (403, 422)
    assert get(stand.storage, "mine") == JPEG


def test_an_address_is_good_until_its_time_is_over(stand: Stand) -> None:
    put(stand.storage, "a")
    url = stand.storage.generate_signed_url("a", 1)
    assert stand.ask("GET", url).status == 200
    until = time.monotonic() + 10
    while (answer := stand.ask("GET", url)).status == 200:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert answer.status == 403


@pytest.mark.parametrize("expires_s", [0, -1, 7 * 86_400 + 1])
def test_an_address_is_given_for_a_second_to_seven_days(storage: Storage, expires_s: int) -> None:
    with pytest.raises(ColdframeError):
        storage.generate_signed_url("a", expires_s)


def test_an_address_of_what_is_not_there_is_a_404(stand: Stand) -> None:
    assert stand.ask("GET", stand.storage.generate_signed_url("nothing", 60)).status == 404


def test_an_object_is_sent_to_an_address(stand: Stand) -> None:
    url = stand.storage.generate_signed_url("up/1.jpg", 60, method="PUT", content_type="image/jpeg")
    refused = stand.ask("PUT", url, {"Content-Type": "text/html"}, JPEG)
    assert refused.status in (403, 415)
    assert keys(stand.storage) == []
    assert stand.ask("PUT", url, {"Content-Type": "image/jpeg"}, JPEG).status == 200
    assert stand.storage.describe_file("up/1.jpg").content_type == "image/jpeg"
    assert get(stand.storage, "up/1.jpg") == JPEG
    assert stand.ask("GET", url).status in (403, 422)


def test_parts_are_sent_to_addresses(stand: Stand) -> None:
    upload = stand.storage.start_multipart("video.mp4", content_type="video/mp4")
    first, second = (stand.storage.part_url("video.mp4", upload, number, 60) for number in (1, 2))
    assert stand.ask("PUT", second, content=b"end").status == 200
    assert stand.ask("PUT", first, content=b"1" * PART_BYTES).status == 200
    parts = [(part.number, part.size_bytes) for part in stand.storage.list_parts("video.mp4", upload)]
    assert parts == [(1, PART_BYTES), (2, 3)]
    assert stand.storage.complete_multipart("video.mp4", upload).size_bytes == PART_BYTES + 3
    assert stand.ask("PUT", first, content=b"late").status == 404
