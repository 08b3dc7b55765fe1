"""Addresses of cameras: logins are taken out and put back, and never shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cameras.camera_address import Address, shown, taken_apart, with_login

PRINTABLE = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rtsp://192.168.1.100:8554/stream", Address("rtsp://192.168.1.100:8554/stream")),
        ("rtsp://camera", Address("rtsp://camera")),
        ("RTSP://Camera.Example:554/Live", Address("rtsp://camera.example:554/Live")),
        ("rtsps://a:b@cam/1", Address("rtsps://cam/1", "a", "b")),
        ("http://a@cam/1?x=2", Address("http://cam/1?x=2", "a")),
        ("https://:b@cam/1", Address("https://cam/1", None, "b")),
        ("rtsp://@cam/1", Address("rtsp://cam/1")),
        ("rtsp://a:p%40ss%2Fw%3Ard@cam/1", Address("rtsp://cam/1", "a", "p@ss/w:rd")),
        # An @ of a password, unencoded: what is behind the last one is the camera.
        ("rtsp://a:p@ss@cam/1", Address("rtsp://cam/1", "a", "p@ss")),
        ("rtsp://a:b:c@cam/1", Address("rtsp://cam/1", "a", "b:c")),
        ("rtsp://[2001:db8::1]:554/1", Address("rtsp://[2001:db8::1]:554/1")),
        ("rtsp://tür.example/1", Address("rtsp://tür.example/1")),
    ],
)
def test_an_address_is_taken_apart(text: str, expected: Address) -> None:
    assert taken_apart(text) == expected


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("ftp://cam/1", "allowed are rtsp://, rtsps://, http://, https://"),
        ("file:///etc/passwd", "allowed are"),
        ("javascript://cam/1", "allowed are"),
        ("", "no address"),
        ("cam/1", "no address"),
        ("rtsp:/cam/1", "no address"),
        ("rtsp://", "does not name a camera"),
        ("rtsp:///stream", "does not name a camera"),
        ("rtsp://:554/1", "does not name a camera"),
        ("rtsp://cam:0/1", "does not name a camera"),
        ("rtsp://cam:65536/1", "does not name a camera"),
        ("rtsp://cam:port/1", "does not name a camera"),
        ("rtsp://[::1/1", "does not name a camera"),
        ("rtsp://cam/a b", "percent-encoded"),
        ("rtsp://cam/a'b", "percent-encoded"),
        ("rtsp://cam/\n", "percent-encoded"),
        ("rtsp://cam\0/1", "percent-encoded"),
        ("rtsp://cam/\ud800", "percent-encoded"),
        ("rtsp://a:b%00@cam/1", "no text"),
        ("rtsp://a:%ff@cam/1", "UTF-8"),
        ("rtsp://cam/" + "x" * 2048, "longer than"),
        (f"rtsp://a:{'x' * 256}@cam/1", "more than 255"),
    ],
)
def test_what_is_no_address_of_a_camera_is_refused_in_a_sentence(text: str, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        taken_apart(text)


@pytest.mark.parametrize(
    "text",
    [
        "rtsp://admin:secret/word@cam/1",
        "rtsp://admin:12/secret@cam/1",
        "rtsp://admin:secret?@cam/1",
        "rtsp://admin:secret#@cam/1",
        "rtsp://admin:secret%zz%ff@cam/1",
        "ftp://admin:secret@cam/1",
        "rtsp://admin:secret@cam:99999/1",
        "rtsp://admin:secret @cam/1",
    ],
)
def test_a_refusal_does_not_repeat_a_password(text: str) -> None:
    with pytest.raises(ValueError) as refused:
        taken_apart(text)
    assert "secret" not in str(refused.value) and "admin" not in str(refused.value)


@given(PRINTABLE, st.none() | PRINTABLE)
def test_a_login_that_is_put_into_an_address_comes_out_as_it_was(username: str, password: str | None) -> None:
    found = taken_apart(with_login("rtsp://cam:554/1?a=b", username, password))
    assert found == Address("rtsp://cam:554/1?a=b", username, password)


def test_without_a_login_an_address_stays_as_it_is() -> None:
    assert with_login("rtsp://cam/1", None, None) == "rtsp://cam/1"


def test_a_login_in_the_query_is_not_shown() -> None:
    told = shown("rtsp://cam/live?user=admin&password=secret&channel=1")
    assert told == "rtsp://cam/live?user=***&password=***&channel=1"
