"""The tests' own S3 server: versitygw, as the set-up has installed it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.local.s3 import PrivateS3
from deploy.local.s3_program import program_path
from gateway.storage.s3_client import S3Address

STATE_DIR = Path(__file__).resolve().parents[2] / ".coldframe"


def s3_program() -> Path:
    """The server's program. The test fails where the set-up has not been run."""
    program = program_path(STATE_DIR)
    if not program.exists():
        pytest.fail(f"{program} is missing: run `make set-up-test`", pytrace=False)
    return program


@contextmanager
def fleeting_s3(folder: Path) -> Iterator[PrivateS3]:
    """A server whose objects go with it."""
    try:
        with PrivateS3(s3_program(), folder) as server:
            yield server
    finally:
        shutil.rmtree(folder)


def s3_address(server: PrivateS3, bucket: str) -> S3Address:
    """How a gateway gets to a bucket of it."""
    return S3Address(server.endpoint_url, "us-east-1", bucket, server.access_key, server.secret_key)
