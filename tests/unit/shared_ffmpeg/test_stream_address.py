"""A stream's address taken apart, and what of it ffmpeg is told where."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ffmpeg.stream_address import (
    AddressError,
    StreamAddress,
    Target,
    onward,
    parse_target,
    stream_input,
)


def script_of(target: Target, ip_address: str = "10.0.0.5") -> str:
    return stream_input(target, ip_address, patience_s=15)[1]


@pytest.mark.parametrize(
    ("url", "scheme", "name", "port", "path"),
    [
        ("rtsp://10.0.0.5/stream", "rtsp", "10.0.0.5", 554, "/stream"),
        ("rtsps://cam.example/stream", "rtsps", "cam.example", 322, "/stream"),
        ("http://CAM.example:8080", "http", "cam.example", 8080, ""),
        ("https://[fd00::5]/video?channel=1&q=a%20b", "https", "fd00::5", 443, "/video?channel=1&q=a%20b"),
        (" rtsp://cam/it's ".strip(), "rtsp", "cam", 554, "/it%27s"),
    ],
)
def test_an_address_is_taken_apart(url: str, scheme: str, name: str, port: int, path: str) -> None:
    found = parse_target(StreamAddress(url))
    assert (found.scheme, found.name, found.port, found.path, found.login) == (scheme, name, port, path, "")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "cam",
        "file:///etc/passwd",
        "rtsp:///stream",
        "rtsp://cam:0/x",
        "rtsp://cam:70000/x",
        "rtsp://cam:x/y",
        "rtsp://cam/a b",
        "rtsp://cam/a\noption protocol_whitelist file",
        "rtsp://[::1/x",
        "concat:a|b",
        "rtsp://" + "ä" * 80 + ".example/x",
    ],
)
def test_what_is_no_stream_of_a_camera_is_refused(url: str) -> None:
    with pytest.raises(AddressError):
        parse_target(StreamAddress(url))


@given(username=st.text(min_size=1, max_size=20), password=st.text(max_size=20))
def test_any_login_reaches_the_camera_as_it_is_and_breaks_out_of_nothing(
    username: str, password: str
) -> None:
    try:
        username.encode(), password.encode()
    except UnicodeEncodeError:
        return
    target = parse_target(StreamAddress("rtsp://cam.example/stream", username, password))
    lines = script_of(target).splitlines()
    assert lines[1].startswith("file 'rtsp://")
    assert lines[1].endswith("@10.0.0.5:554/stream'")
    user, _, rest = lines[1].removeprefix("file 'rtsp://").partition(":")
    assert (unquote(user), unquote(rest.partition("@")[0])) == (username, password)


def test_a_login_in_the_address_counts_where_none_is_given_beside_it() -> None:
    url = "rtsp://us%40er:p%2Fw@cam.example/stream"
    assert parse_target(StreamAddress(url)).login == "us%40er:p%2Fw@"
    assert parse_target(StreamAddress(url, "other", "secret")).login == "other:secret@"
    assert parse_target(StreamAddress(url, "", None)).login == ""


def test_the_password_is_in_the_script_and_never_in_the_arguments_or_in_what_is_shown() -> None:
    address = StreamAddress("rtsp://cam:s3cret@10.0.0.5/stream", "cam", "s3cret")
    target = parse_target(address)
    arguments, script = stream_input(target, "10.0.0.5", patience_s=15)
    assert "s3cret" in script
    assert "s3cret" not in f"{arguments} {address} {address!r} {target!r} {target.shown}"


def test_only_the_address_that_was_looked_up_is_connected_to_and_the_name_is_told_to_the_server() -> None:
    script = script_of(parse_target(StreamAddress("https://cam.example:8443/video")), "fd00::7")
    assert "file 'https://[fd00::7]:8443/video'" in script
    assert "option headers 'Host: cam.example:8443'" in script
    assert "option verifyhost cam.example" in script


@pytest.mark.parametrize("scheme", ["rtsp", "rtsps", "http", "https"])
def test_no_stream_may_open_a_file(scheme: str) -> None:
    arguments, _ = stream_input(parse_target(StreamAddress(f"{scheme}://cam/x")), "10.0.0.5", patience_s=15)
    allowed = arguments[arguments.index("-protocol_whitelist") + 1].split(",")
    assert "file" not in allowed
    assert not {"udp", "rtp"} & set(allowed)


def test_names_in_other_scripts_are_written_as_dns_has_them() -> None:
    assert parse_target(StreamAddress("rtsp://köln.example/x")).name == "xn--kln-sna.example"


@pytest.mark.parametrize(
    ("moved_to", "further"),
    [
        ("", None),
        ("/live", "http://u:p%2F@cam.example:8080/live"),
        ("live?x=1", "http://u:p%2F@cam.example:8080/a/live?x=1"),
        ("http://CAM.example:8080/live", "http://u:p%2F@cam.example:8080/live"),
        ("https://cam.example/live", "https://u:p%2F@cam.example:443/live"),
        ("http://other:login@cam.example/live", "http://u:p%2F@cam.example:80/live"),
        ("http://elsewhere.example/live", None),
        ("//elsewhere.example/live", None),
        ("http://10.0.0.5/live", None),
        ("rtsp://cam.example/live", None),
        ("file:///etc/passwd", None),
        ("http://[", None),
    ],
)
def test_a_redirection_is_followed_to_the_same_host_alone_and_with_the_same_login(
    moved_to: str, further: str | None
) -> None:
    target = parse_target(StreamAddress("http://cam.example:8080/a/b", "u", "p/"))
    found = onward(target, moved_to)
    assert (None if found is None else found.url) == further
    if found is not None:
        assert parse_target(found).login == "u:p%2F@"


def test_no_redirection_takes_the_encryption_from_a_login() -> None:
    target = parse_target(StreamAddress("https://cam.example/a", "u", "p"))
    assert onward(target, "http://cam.example/a") is None
    assert onward(target, "https://cam.example/b") is not None
