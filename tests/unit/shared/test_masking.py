"""Credentials are cut out of every text that a person or a log will see."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.ffmpeg.masking import mask_secrets

# What the settings take in a source: nothing that is white or cannot be printed, no single quote.
SECRETS = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_characters="'").filter(str.isprintable),
    min_size=6,
    max_size=20,
).filter(lambda secret: secret not in "Impossible to open rtsp://camera.example:554/stream")


@given(SECRETS, st.sampled_from(["rtsp", "rtsps", "http", "https"]))
@example("pa/ss/word", "rtsp")
@example("p@ss@word", "rtsp")
@example('pa"ssword', "rtsp")
@example("pass?word#1", "rtsp")
@example("::::::", "http")
def test_the_password_of_an_address_never_survives(secret: str, scheme: str) -> None:
    address = f"{scheme}://admin:{secret}@camera.example:554/stream"
    for line in (address, f"[concat @ 0x55] [error] Impossible to open '{address}'", f'"{address}": 401'):
        masked = mask_secrets(line)
        assert secret not in masked
        assert "camera.example:554/stream" in masked


@given(SECRETS.filter(lambda secret: not set(secret) & set("&")))
def test_the_value_of_a_secret_parameter_never_survives(secret: str) -> None:
    for name in ("password", "PWD", "token", "user", "api_key", "secret"):
        masked = mask_secrets(f"http://camera.example/video.cgi?channel=1&{name}={secret}&size=2")
        assert secret not in masked
        assert masked.startswith("http://camera.example/video.cgi?channel=1&")
        assert masked.endswith("&size=2")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("rtsp://cam:s3cret@10.0.0.5/live", "rtsp://***@10.0.0.5/live"),
        ("rtsp://cam@10.0.0.5/live", "rtsp://***@10.0.0.5/live"),
        ("rtsp://10.0.0.5:554/live", "rtsp://10.0.0.5:554/live"),
        ("a rtsp://u:p@h/1 and http://u:p@g/2", "a rtsp://***@h/1 and http://***@g/2"),
        ("http://h/cgi?user=admin&password=a%20b", "http://h/cgi?user=***&password=***"),
        ("http://h/c.cgi?loginuse=a&loginpas=b&next=1", "http://h/c.cgi?loginuse=***&loginpas=***&next=1"),
        ("rtsp://h/1?rtsp_pass=a&userPwd=b&psw=c", "rtsp://h/1?rtsp_pass=***&userPwd=***&psw=***"),
        ("rtsp://h/1?auth.token=a&subtype=0", "rtsp://h/1?auth.token=***&subtype=0"),
        ("rtsp://h/user=admin&password=x&channel=1", "rtsp://h/user=***&password=***&channel=1"),
        ("Authorization: Basic Y2FtOnMzY3JldA==", "Authorization: Basic ***"),
        ("authorization: bearer abc.def", "authorization: bearer ***"),
        ('Authorization: Digest username="cam", realm="r", response="0123"', "Authorization: Digest ***"),
        ("Stream #0:0: Video: h264, 25 fps", "Stream #0:0: Video: h264, 25 fps"),
        ("write to support@example.org", "write to support@example.org"),
        ("see https://docs.example/a@b", "see https://docs.example/a@b"),
    ],
)
def test_nothing_else_is_cut(text: str, masked: str) -> None:
    assert mask_secrets(text) == masked


@given(st.text(max_size=80))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    assert mask_secrets(mask_secrets(text)) == mask_secrets(text)


def test_a_word_without_end_is_looked_through_once() -> None:
    """Looked through once for each of its letters it would take minutes."""
    for word in ("a" * 500_000, "a://" * 50_000, "a://b:" * 50_000, "user" * 100_000):
        assert mask_secrets(word) == word
