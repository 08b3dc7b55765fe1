"""The light question to a camera: its words, the login that the camera asks for, what its answer means."""

import pytest

from gateway.cameras.health_request import (
    Answer,
    Login,
    authorization,
    login_of,
    not_connected,
    parse_head,
    request_text,
    too_late,
    uri_of,
    verdict,
)
from shared.ffmpeg.stream_address import StreamAddress, Target, parse_target
from shared.ffmpeg.stream_probe_failure import Asked

ASKED = Asked("10.0.0.5:554", had_login=True, timeout_s=10)
SDP = "v=0\r\ns=cam\r\nm=audio 0 RTP/AVP 8\r\nm=video 0 RTP/AVP 96\r\n"


def asks(*challenges: str) -> Answer:
    """A camera that wants a login, in one of these ways."""
    return Answer(401, {"www-authenticate": list(challenges)})


def target(url: str, username: str | None = None, password: str | None = None) -> Target:
    return parse_target(StreamAddress(url, username, password))


def test_rtsp_is_asked_to_describe_the_stream_without_its_login() -> None:
    camera = target("rtsp://cam:s3cret@door.example/ch/1?sub=0")
    assert request_text(camera, 1, None) == (
        "DESCRIBE rtsp://door.example:554/ch/1?sub=0 RTSP/1.0\r\n"
        "CSeq: 1\r\nAccept: application/sdp\r\nUser-Agent: coldframe\r\n\r\n"
    )
    assert login_of(camera) == Login("cam", "s3cret")


def test_http_is_asked_for_the_stream_itself() -> None:
    assert request_text(target("http://[fd00::5]:8080"), 2, "Basic x") == (
        "GET / HTTP/1.1\r\nHost: [fd00::5]:8080\r\nAccept: */*\r\nUser-Agent: coldframe\r\n"
        "Authorization: Basic x\r\n\r\n"
    )


@pytest.mark.parametrize("password", ["s3cret", "a:b@c/d %20é", ""])
def test_a_login_is_what_the_camera_knows_and_not_how_it_stands_in_an_address(password: str) -> None:
    assert login_of(target("rtsp://10.0.0.5/x", "us er", password)) == Login("us er", password)


def test_an_address_without_a_login_has_none() -> None:
    assert login_of(target("rtsp://10.0.0.5/x")) is None


@pytest.mark.parametrize(
    ("challenge", "login", "method", "uri", "response"),
    [
        (  # RFC 2617, 3.5
            'Digest realm="testrealm@host.com", qop="auth,auth-int",'
            ' nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
            Login("Mufasa", "Circle Of Life"),
            "GET",
            "/dir/index.html",
            "6629fae49393a05397450978507c4ef1",
        ),
        (  # RFC 7616, 3.9.1
            'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256,'
            ' nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",'
            ' opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
            Login("Mufasa", "Circle of Life"),
            "GET",
            "/dir/index.html",
            "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
        ),
    ],
)
def test_a_digest_login_is_the_one_of_the_standard(
    challenge: str, login: Login, method: str, uri: str, response: str
) -> None:
    nonce = {
        "GET": "0a4f113b" if "testrealm" in challenge else "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    }[method]
    header = authorization(asks(challenge), login, method, uri, nonce)
    assert header is not None
    assert f'response="{response}"' in header
    assert "qop=auth, nc=00000001" in header
    assert 'opaque="' in header
    assert login.password not in header


def test_cameras_that_know_only_the_old_digest_are_answered_in_it() -> None:
    header = authorization(
        asks('Digest realm="IP Camera", nonce="abc"'), Login('ad"min', "pw"), "DESCRIBE", "rtsp://c/1", "n"
    )
    # md5(md5('ad"min:IP Camera:pw'):abc:md5(DESCRIBE:rtsp://c/1))
    assert header == (
        'Digest username="ad\\"min", realm="IP Camera", nonce="abc", uri="rtsp://c/1",'
        ' response="f78fe242d703f68df3ee035b5dcfc43a"'
    )


@pytest.mark.parametrize(
    ("challenges", "begin"),
    [
        (['Basic realm="c"'], "Basic Y2FtOnMzY3JldA=="),
        (['Basic realm="c"', 'Digest realm="c", nonce="1"'], "Digest "),
        (
            ['Digest realm="c", nonce="1", algorithm=MD5', 'Digest realm="c", nonce="2", algorithm=SHA-256'],
            "Digest ",
        ),
    ],
)
def test_the_strongest_way_that_a_camera_offers_is_taken(challenges: list[str], begin: str) -> None:
    header = authorization(asks(*challenges), Login("cam", "s3cret"), "DESCRIBE", "rtsp://c/1", "n")
    assert header is not None
    assert header.startswith(begin)
    assert ("SHA-256" in header) is (len(challenges) == 2 and "SHA-256" in challenges[1])


@pytest.mark.parametrize(
    "challenge",
    [
        "Bearer",
        'Digest realm="c", nonce="1", qop="auth-int"',
        'Digest realm="c", nonce="1", algorithm=SHA-512',
    ],
)
def test_a_way_that_is_not_known_is_left_to_somebody_who_knows_more(challenge: str) -> None:
    assert authorization(asks(challenge), Login("cam", "x"), "GET", "/", "n") is None


@pytest.mark.parametrize(
    "challenge", ["Digest realm=", 'Digest realm="c", nonce', "Digest =", "Digest realm=,"]
)
def test_a_challenge_that_cannot_be_read_is_no_answer_and_no_defect(challenge: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        authorization(asks(challenge), Login("cam", "x"), "GET", "/", "n")


def test_a_challenge_cannot_bring_in_another_header() -> None:
    with pytest.raises(ValueError, match="ends of lines"):
        authorization(asks('Digest realm="c", nonce="1"'), Login("cam\r\nX-Evil: 1", "x"), "GET", "/", "n")


def test_an_answer_is_read_whatever_the_case_of_its_names() -> None:
    answer = parse_head(
        "RTSP/1.0 401 Unauthorized\r\nWWW-AUTHENTICATE: Basic\r\nwww-authenticate: Digest x\r\n"
    )
    assert (answer.status, answer.headers["www-authenticate"]) == (401, ["Basic", "Digest x"])
    assert answer.body_bytes is None
    assert parse_head("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n").body_bytes == 12
    assert parse_head("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n").body_bytes is None


@pytest.mark.parametrize("text", ["", "SSH-2.0-OpenSSH_9.2", "RTSP/1.0 OK", "HTTP/1.1 2000 x"])
def test_what_is_no_answer_is_not_taken_for_one(text: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        parse_head(text)


@pytest.mark.parametrize(
    ("answer", "is_rtsp", "code"),
    [
        (Answer(200, {}, SDP), True, "ok"),
        (Answer(200, {}, "v=0\r\nm=audio 0 RTP/AVP 8\r\n"), True, "not_video"),
        (Answer(200, {}), True, None),
        (Answer(200, {"content-type": ["multipart/x-mixed-replace;boundary=x"]}), False, "ok"),
        (Answer(200, {"content-type": ["application/vnd.apple.mpegurl"]}), False, "ok"),
        (Answer(200, {"content-type": ["video/mp2t"]}), False, "ok"),
        (Answer(200, {"content-type": ["text/html; charset=utf-8"]}), False, None),
        (Answer(200, {}), False, None),
        (Answer(401, {}), True, "unauthorised"),
        (Answer(403, {}), True, "unauthorised"),
        (Answer(404, {}), True, "not_found"),
        (Answer(302, {"location": ["http://elsewhere/"]}), False, None),
        (Answer(405, {}), True, None),
        (Answer(454, {}), True, None),
        (Answer(503, {}), True, None),
    ],
)
def test_an_answer_counts_only_where_it_is_clear(answer: Answer, is_rtsp: bool, code: str | None) -> None:
    found = verdict(answer, ASKED, is_rtsp=is_rtsp, latency_ms=7)
    assert (None if found is None else found.code) == code
    if found is not None:
        assert found.latency_ms == (7 if found.is_ok else None)
        assert bool(found.message) is not found.is_ok


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Connection refused", "refused"),
        ("No route to host", "unreachable"),
        ("Network is unreachable", "unreachable"),
        ("Connection timed out", "timeout"),
        ("Connection reset by peer", "ended"),
        ("End of file", "ended"),
    ],
)
def test_trouble_of_a_connection_is_told_as_ffmpegs_is(words: str, code: str) -> None:
    assert not_connected(ASKED, words).code == code


def test_a_camera_that_is_silent_is_told_from_one_that_is_not_there() -> None:
    silent, absent = too_late(ASKED, connected=True), too_late(ASKED, connected=False)
    assert {silent.code, absent.code} == {"timeout"}
    assert silent.message != absent.message


def test_the_uri_is_what_the_login_is_made_for() -> None:
    assert uri_of(target("http://cam/live.mjpg?x=1")) == "/live.mjpg?x=1"
    assert uri_of(target("rtsps://cam/1")) == "rtsps://cam:322/1"
