"""Objects in a folder: disks that are full or read-only, links, kills, and many who write at once."""

import io
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway.doctor.storage_check import examine_storage
from gateway.settings import GatewaySettings
from gateway.storage.local_storage import LocalStorage
from shared.errors import ConflictError, NotFoundError, StorageError
from shared.finding import Verdict
from tests.support.gateway_app import gateway_parts, make_web
from tests.support.small_disk import SmallDisk, small_disk
from tests.support.storages import MadeStream, local_storage

ROOT = Path(__file__).resolve().parents[2]
MIB = 1024 * 1024
ENDLESS = """
import sys
from pathlib import Path
from tests.support.storages import MadeStream, local_storage
print("begins", flush=True)
local_storage(Path(sys.argv[1])).upload_file("a/half", MadeStream(10**12), content_type="video/mp4")
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "objects"


@pytest.fixture
def storage(root: Path) -> LocalStorage:
    return local_storage(root)


@pytest.fixture
def disk(root: Path) -> Iterator[SmallDisk]:
    with small_disk(root, "size=8m") as made:
        yield made


def put(storage: LocalStorage, key: str, content: bytes = b"x", content_type: str = "image/jpeg") -> None:
    storage.upload_file(key, io.BytesIO(content), content_type=content_type)


def get(storage: LocalStorage, key: str) -> bytes:
    with storage.download_file(key) as reader:
        return b"".join(reader.chunks())


def keys(storage: LocalStorage) -> list[str]:
    return [stored.key for stored in storage.list_files()]


def files_below(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_an_object_lies_where_its_key_says_and_what_is_said_of_it_beside_it(
    storage: LocalStorage, root: Path
) -> None:
    put(storage, "snapshots/door.jpg", b"JPEG")
    assert (root / "snapshots" / "door.jpg").read_bytes() == b"JPEG"
    assert files_below(root / "snapshots") == [".door.jpg.facts", "door.jpg"]
    assert list((root / ".staging").iterdir()) == []


def test_nobody_else_may_read_what_is_kept(storage: LocalStorage, root: Path) -> None:
    put(storage, "cam/1.jpg")
    assert (root / "cam" / "1.jpg").stat().st_mode & 0o007 == 0
    assert (root / "cam").stat().st_mode & 0o007 == 0


def test_folders_that_hold_nothing_more_go(storage: LocalStorage, root: Path) -> None:
    put(storage, "a/b/c/1")
    put(storage, "a/2")
    storage.delete_file("a/b/c/1")
    assert (root / "a").is_dir()
    assert not (root / "a" / "b").exists()
    storage.delete_directory("a")
    assert not (root / "a").exists()
    assert root.is_dir()


def test_asking_makes_no_folder(storage: LocalStorage, root: Path) -> None:
    assert keys(storage) == []
    assert not storage.file_exists("a")
    storage.delete_file("a")
    with pytest.raises(NotFoundError):
        storage.copy_file("a", "b")
    assert not root.exists()


def test_links_lead_nowhere(storage: LocalStorage, root: Path, tmp_path: Path) -> None:
    secret = tmp_path / "outside"
    secret.mkdir()
    (secret / "key.pem").write_text("secret")
    put(storage, "cam/1.jpg")
    (root / "out").symlink_to(secret)
    (root / "cam" / "key.pem").symlink_to(secret / "key.pem")
    for key in ("out/key.pem", "cam/key.pem"):
        with pytest.raises(NotFoundError):
            get(storage, key)
        assert not storage.file_exists(key)
    assert keys(storage) == ["cam/1.jpg"]
    with pytest.raises(ConflictError):
        put(storage, "out/new.jpg")
    storage.delete_directory("out")
    storage.delete_file("out/key.pem")
    assert (secret / "key.pem").read_text() == "secret"
    assert sorted(path.name for path in secret.iterdir()) == ["key.pem"]


def test_a_link_in_the_place_of_an_object_is_replaced_and_not_followed(
    storage: LocalStorage, root: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.write_text("untouched")
    put(storage, "other")
    (root / "a").symlink_to(outside)
    put(storage, "a", b"mine")
    assert (get(storage, "a"), outside.read_text()) == (b"mine", "untouched")


def test_an_object_that_somebody_put_there_by_hand_is_one(storage: LocalStorage, root: Path) -> None:
    (root / "restored").mkdir(parents=True)
    (root / "restored" / "1.jpg").write_bytes(b"JPEG")
    found = storage.describe_file("restored/1.jpg")
    assert (found.size_bytes, found.content_type) == (4, "application/octet-stream")
    assert keys(storage) == ["restored/1.jpg"]


def test_facts_that_a_crash_left_keep_no_folder_and_block_no_key(storage: LocalStorage, root: Path) -> None:
    put(storage, "cam/1/x.jpg")
    (root / "cam" / "1" / ".y.jpg.facts").write_text("[]")
    storage.delete_file("cam/1/x.jpg")
    assert not (root / "cam").exists()
    put(storage, "cam", b"an object now")


def test_a_full_disk_is_said_and_what_was_there_stays(disk: SmallDisk, root: Path) -> None:
    storage = local_storage(root)
    put(storage, "key", b"was there")
    with pytest.raises(StorageError) as full:
        storage.upload_file("key", MadeStream(20 * MIB), content_type="video/mp4")
    assert full.value.code == "storage_full"
    assert full.value.remedy
    assert get(storage, "key") == b"was there"
    assert list((root / ".staging").iterdir()) == []
    upload = storage.start_multipart("video", content_type="video/mp4")
    storage.upload_part("video", upload, 1, MadeStream(5 * MIB))
    with pytest.raises(StorageError) as full:
        storage.complete_multipart("video", upload)  # a second copy has no room
    assert full.value.code == "storage_full"
    assert [part.size_bytes for part in storage.list_parts("video", upload)] == [5 * MIB]
    storage.abort_multipart("video", upload)
    storage.upload_file("key", MadeStream(5 * MIB), content_type="video/mp4")


def test_a_full_disk_is_a_507_for_who_sends(disk: SmallDisk, root: Path) -> None:
    parts = gateway_parts(storage={"dir": str(root)})
    client = make_web(parts).test_client()
    url = parts.storage.generate_signed_url("video", 60, method="PUT")
    answer = client.put(url, data=b"x" * (20 * MIB))
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (507, "storage_full")
    assert list(parts.storage.list_files()) == []
    parts.engine.dispose()


def test_a_disk_that_cannot_be_written_is_said_and_can_be_read(disk: SmallDisk, root: Path) -> None:
    storage = local_storage(root)
    put(storage, "key", b"was there")
    disk.make_read_only()
    attempts: list[Callable[[], object]] = [
        lambda: put(storage, "key"),
        lambda: storage.delete_file("key"),
        storage.check,
    ]
    for attempt in attempts:
        with pytest.raises(StorageError) as refused:
            attempt()
        assert refused.value.code == "storage"
        assert "Read-only file system" in refused.value.message
        assert "storage.dir" in refused.value.remedy
    assert get(storage, "key") == b"was there"
    disk.make_writable()
    storage.check()


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    storage = local_storage(tmp_path / "file")
    for attempt in (storage.check, lambda: put(storage, "a")):
        with pytest.raises(StorageError):
            attempt()


def test_a_writer_that_is_killed_leaves_nothing(root: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", ENDLESS, str(root)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    staging = root / ".staging"
    try:
        deadline = time.monotonic() + 20
        while not staging.is_dir() or sum(path.stat().st_size for path in staging.iterdir()) < 4 * MIB:
            assert time.monotonic() < deadline
            time.sleep(0.005)
    finally:
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
    storage = local_storage(root)
    assert keys(storage) == []
    assert not storage.file_exists("a/half")
    assert len(list(staging.iterdir())) == 1
    put(storage, "other")
    assert list(staging.iterdir()) == []


def test_what_another_process_is_writing_is_not_taken_for_left_behind(root: Path) -> None:
    class OtherProcess(MadeStream):
        """While it is read, a process starts that has not looked through the folder yet."""

        def read(self, size: int = -1) -> bytes:
            put(local_storage(root), "other")
            return super().read(size)

    local_storage(root).upload_file("mine", OtherProcess(3 * MIB), content_type="video/mp4")
    assert keys(local_storage(root)) == ["mine", "other"]


def test_content_and_facts_belong_together_whoever_writes_at_the_same_time(root: Path) -> None:
    storages = [local_storage(root) for _ in range(4)]
    wrong: list[str] = []
    until = time.monotonic() + 1.0

    def write(number: int) -> None:
        while time.monotonic() < until:
            put(storages[number], "a/b/key", str(number).encode() * (number + 1), f"image/x-{number}")
            if number == 3:
                storages[number].delete_directory("a")

    def read() -> None:
        while time.monotonic() < until:
            try:
                with storages[0].download_file("a/b/key") as reader:
                    content = b"".join(reader.chunks()).decode()
                    if f"image/x-{content[0]}" != reader.content_type or len(set(content)) != 1:
                        wrong.append(f"{content} is {reader.content_type}")
            except NotFoundError:
                continue

    threads = [threading.Thread(target=write, args=[number]) for number in range(4)]
    threads += [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_copy_takes_no_room(storage: LocalStorage, root: Path) -> None:
    storage.upload_file("a", MadeStream(MIB), content_type="video/mp4")
    storage.copy_file("a", "b")
    assert (root / "a").samefile(root / "b")


def test_the_doctor_says_whether_the_folder_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder, verdict in (("objects", Verdict.OK), ("file", Verdict.PROBLEM)):
        settings = GatewaySettings.model_validate({"storage": {"dir": str(tmp_path / folder)}})
        found = examine_storage(settings)
        assert found.verdict is verdict
        assert verdict is Verdict.OK or "storage.dir" in found.remedy
