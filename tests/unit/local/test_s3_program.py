"""Which Go builds the tests' S3 server."""

from pathlib import Path

import pytest

from deploy.local.s3_program import MODULE, VERSION, find_go, go_is_new_enough, program_path


@pytest.mark.parametrize(
    ("said", "is_new"),
    [
        ("go version go1.25.0 linux/amd64", True),
        ("go version go1.24.9 linux/amd64", False),
        ("go version go1.19.8 linux/amd64", False),
        ("go version go2.0 linux/arm64", True),
        ("go version devel +1234567 linux/amd64", False),
        ("", False),
    ],
)
def test_go_is_new_enough_from_1_25_on(said: str, is_new: bool) -> None:
    assert go_is_new_enough(said) is is_new


def test_the_first_go_that_is_new_enough_is_taken() -> None:
    versions = {"go": "go version go1.19.8 linux/amd64", "/venv/go": "go version go1.27.3 linux/amd64"}
    assert find_go(["go", "/venv/go"], versions.__getitem__) == "/venv/go"
    assert find_go(["go"], versions.__getitem__) is None


def test_another_version_of_the_server_is_another_program() -> None:
    assert VERSION in str(program_path(Path("/state")))
    assert MODULE.endswith(f"@v{VERSION}")
