"""Two gibibytes through each storage: the memory that it takes does not depend on the size."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.s3 import s3_address

if TYPE_CHECKING:
    from deploy.local.s3 import PrivateS3

ROOT = Path(__file__).resolve().parents[2]
MIB = 1024 * 1024
SIZE_BYTES = 2 * 1024 * MIB
MOST_GROWN_BYTES = 64 * MIB
WITHIN_S = 600  # nothing is measured but memory
# A process of its own: its peak is what it needed for this and nothing else.
PASSES_THROUGH = """
import resource, sys
from pathlib import Path
from gateway.storage.s3_client import S3Address
from gateway.storage.s3_storage import S3Storage
from tests.support.storages import LIMIT_BYTES, MadeStream, local_storage

def passes(size):
    storage.upload_file("video", MadeStream(size), content_type="video/mp4")
    with storage.download_file("video") as reader:
        assert sum(map(len, reader.chunks())) == reader.size_bytes == size
    storage.delete_file("video")

def peak_bytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

kind, size, *rest = sys.argv[1:]
storage = (
    local_storage(Path(rest[0])) if kind == "folder"
    else S3Storage(S3Address(*rest), largest_object_bytes=LIMIT_BYTES)
)
passes(20 * 1024 * 1024)
before = peak_bytes()
passes(int(size))
print(peak_bytes() - before)
"""


def grown_bytes(*arguments: str) -> int:
    run = subprocess.run(
        [sys.executable, "-c", PASSES_THROUGH, arguments[0], str(SIZE_BYTES), *arguments[1:]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return int(run.stdout.split()[-1])


def test_two_gibibytes_pass_through_a_folder_in_constant_memory(tmp_path: Path) -> None:
    if shutil.disk_usage(tmp_path).free < 2 * SIZE_BYTES:
        pytest.skip("this disk has no room for it")
    assert grown_bytes("folder", str(tmp_path / "objects")) < MOST_GROWN_BYTES


@pytest.mark.slow
def test_two_gibibytes_pass_through_an_s3_server_in_constant_memory(s3_server: "PrivateS3") -> None:
    if shutil.disk_usage(s3_server.folder).free < 3 * SIZE_BYTES:
        pytest.skip("this disk has no room for it")
    address = s3_address(s3_server, "large")
    grown = grown_bytes(
        "s3", address.endpoint_url, address.region, address.bucket, address.access_key, address.secret_key
    )
    assert grown < MOST_GROWN_BYTES
