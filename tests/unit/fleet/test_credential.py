"""The credential's file: whole, for its owner alone, and no harm from what a failing disk leaves."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_agent.fleet.credential import Credentials, Enrolled, Pending, encode_credentials, parse_credentials
from host_agent.fleet.credential_file import CredentialFile

TEXT = st.text(min_size=1, max_size=20)
PENDING = st.builds(Pending, TEXT, TEXT, TEXT, TEXT)
ENROLLED = st.builds(Enrolled, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, st.floats(0.1, 100))
HELD = Credentials(Enrolled("http://g", "sha", "credential", "secret", "host", "http://g/beat", 10.0), None)


@given(st.builds(Credentials, st.none() | ENROLLED, st.none() | PENDING))
def test_what_is_kept_reads_back(credentials: Credentials) -> None:
    assert parse_credentials(encode_credentials(credentials)) == credentials


@given(st.integers(0, len(encode_credentials(HELD)) - 3))
def test_a_torn_text_says_nothing(length: int) -> None:
    assert parse_credentials(encode_credentials(HELD)[:length]) is None


@pytest.mark.parametrize(
    "text",
    [
        "null",
        "[]",
        '{"enrolled": null}',
        '{"enrolled": {"host_id": 5}, "pending": null}',
        '{"enrolled": [], "pending": null}',
        "[" * 100_000,
        encode_credentials(HELD).replace("10.0", "NaN"),
        encode_credentials(HELD).replace('"credential": "credential"', '"credential": ""'),
    ],
)
def test_what_is_something_else_says_nothing(text: str) -> None:
    assert parse_credentials(text) is None


def test_only_the_agents_user_can_read_it(tmp_path: Path) -> None:
    file = CredentialFile(tmp_path / "state")
    file.save(HELD)
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert file.path.parent.stat().st_mode & 0o777 == 0o700
    assert file.load().credentials == HELD
    assert [path.name for path in file.path.parent.iterdir()] == ["gateway-credential.json"]


def test_a_file_that_others_could_read_is_closed_and_told_of(tmp_path: Path) -> None:
    file = CredentialFile(tmp_path)
    file.save(HELD)
    file.path.chmod(0o644)
    assert file.load().was_open
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert not file.load().was_open


def test_no_file_and_a_torn_one_are_told_apart(tmp_path: Path) -> None:
    file = CredentialFile(tmp_path)
    assert not file.load().is_torn
    for torn in (b"", b"\x00" * 400, encode_credentials(HELD).encode()[:100], b"\xff\xfe{"):
        file.path.write_bytes(torn)
        found = file.load()
        assert found.is_torn
        assert found.credentials == Credentials()


def test_secrets_are_not_shown_by_accident() -> None:
    pending = Pending("http://g", "sha", "the-credential", "the-secret")
    shown = repr(Credentials(replace(HELD.enrolled or pytest.fail(), credential="the-credential"), pending))
    assert "the-credential" not in shown
    assert "the-secret" not in shown
