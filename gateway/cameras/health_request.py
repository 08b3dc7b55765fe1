"""A light question to a camera (is this stream there?) as text, and what its answer means. Plain.

RTSP: `DESCRIBE` (RFC 2326, 10.2), HTTP: `GET`; both are answered in the same form (RFC 2326, 6). A login is
given when the camera asks for one: Basic (RFC 7617) or Digest (RFC 7616, and RFC 2617 without `qop`).
"""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote
from urllib.request import parse_http_list, parse_keqv_list

from shared.ffmpeg.stream_address import Target
from shared.ffmpeg.stream_observation import Observed
from shared.ffmpeg.stream_probe_failure import OK, Asked, StreamProbe, failure

_DIGESTS: Mapping[str, Callable[[bytes], "hashlib._Hash"]] = {
    "MD5": hashlib.md5,
    "SHA-256": hashlib.sha256,
}
_STATUS_LINE = re.compile(r"(?:RTSP|HTTP)/[0-9]\.[0-9] (?P<status>[0-9]{3})(?: |$)")
_STREAM_TYPES = re.compile(
    r"multipart/x-mixed-replace|video/|application/(?:vnd\.apple\.|x-)mpegurl", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a camera answered. `headers`: by name in small letters, each value apart."""

    status: int
    headers: Mapping[str, Sequence[str]]
    body: str = ""

    @property
    def body_bytes(self) -> int | None:
        """How long the body says it is; None where nothing is said."""
        told = self.headers.get("content-length", ("",))[0]
        return int(told) if re.fullmatch(r"[0-9]{1,9}", told) else None


@dataclass(frozen=True, slots=True)
class Login:
    """As the camera knows it."""

    username: str
    password: str = field(repr=False)


def login_of(target: Target) -> Login | None:
    """The login that an address has."""
    if not target.login:
        return None
    username, _, password = target.login.removesuffix("@").partition(":")
    return Login(unquote(username), unquote(password))


def method_of(target: Target) -> str:
    """What the camera is asked to do."""
    return "DESCRIBE" if target.is_rtsp else "GET"


def uri_of(target: Target) -> str:
    """What it is asked for."""
    return f"{target.scheme}://{target.shown}{target.path}" if target.is_rtsp else target.path or "/"


def request_text(target: Target, number: int, authorization: str | None) -> str:
    """The `number`-th request of a connection, from 1."""
    if target.is_rtsp:
        lines = [f"DESCRIBE {uri_of(target)} RTSP/1.0", f"CSeq: {number}", "Accept: application/sdp"]
    else:
        lines = [f"GET {uri_of(target)} HTTP/1.1", f"Host: {target.shown}", "Accept: */*"]
    lines.append("User-Agent: coldframe")
    if authorization is not None:
        lines.append(f"Authorization: {authorization}")
    return "\r\n".join([*lines, "", ""])


def parse_head(text: str) -> Answer:
    """An answer up to its empty line. Raises ValueError where it is none."""
    first, *lines = text.split("\r\n")
    found = _STATUS_LINE.match(first)
    if found is None:
        raise ValueError("this is neither RTSP nor HTTP")
    headers: dict[str, list[str]] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers.setdefault(name.strip().lower(), []).append(value.strip())
    return Answer(int(found["status"]), headers)


def authorization(answer: Answer, login: Login, method: str, uri: str, nonce: str) -> str | None:
    """How to log in as `answer` (a 401) asks for; the strongest of the ways that it offers.

    `nonce`: of ours, random. None where it asks for what is not known here. Raises ValueError where what it
    asks for cannot be read.
    """
    digests = {}
    offers_basic = False
    for challenge in answer.headers.get("www-authenticate", ()):
        scheme, _, rest = challenge.partition(" ")
        offers_basic = offers_basic or scheme.lower() == "basic"
        if scheme.lower() == "digest":
            asked = _parameters(rest)
            digests[asked.get("algorithm", "MD5").upper()] = asked
    for algorithm in ("SHA-256", "MD5"):
        if algorithm in digests:
            return _digest(digests[algorithm], algorithm, login, method, uri, nonce)
    if offers_basic:
        return "Basic " + base64.b64encode(f"{login.username}:{login.password}".encode()).decode()
    return None


def verdict(answer: Answer, asked: Asked, *, is_rtsp: bool, latency_ms: int) -> StreamProbe | None:
    """What `answer` says of the stream; None where it does not say enough, and the stream must be opened."""
    if answer.status == 200:
        return _good(answer, asked, is_rtsp=is_rtsp, latency_ms=latency_ms)
    if answer.status in (401, 403, 404):
        # In the words in which ffmpeg's failures are told: the same trouble, the same sentence.
        seen = Observed(connected=True, told=(f"[error] Server returned {answer.status}",))
        return failure(seen, asked, status=1, out_of_time=False)
    return None


def not_connected(asked: Asked, words: str) -> StreamProbe:
    """The connection did not come about, or broke off; `words` as the system says it."""
    return failure(Observed(told=(f"[error] {words}",)), asked, status=1, out_of_time=False)


def too_late(asked: Asked, *, connected: bool) -> StreamProbe:
    """It took longer than it may."""
    return failure(Observed(connected=connected), asked, status=None, out_of_time=True)


def _good(answer: Answer, asked: Asked, *, is_rtsp: bool, latency_ms: int) -> StreamProbe | None:
    if is_rtsp:
        if not answer.body:
            return None
        if not re.search(r"^m=video ", answer.body, re.MULTILINE):
            return StreamProbe("not_video", f"{asked.shown} has no video under this path: check the path.")
        return StreamProbe(OK, "", latency_ms)
    kind = answer.headers.get("content-type", ("",))[0]
    return StreamProbe(OK, "", latency_ms) if _STREAM_TYPES.match(kind) else None


def _parameters(text: str) -> dict[str, str]:
    """Those of a challenge, by name in small letters. Raises ValueError where they are none."""
    try:
        return {name.lower(): value for name, value in parse_keqv_list(parse_http_list(text)).items()}
    except IndexError:  # of an empty value, which the parser does not expect
        raise ValueError("a parameter has no value") from None


def _digest(
    asked: Mapping[str, str], algorithm: str, login: Login, method: str, uri: str, nonce: str
) -> str | None:
    def hashed(*parts: str) -> str:
        return _DIGESTS[algorithm](":".join(parts).encode()).hexdigest()

    realm, server_nonce = asked.get("realm", ""), asked.get("nonce", "")
    ways = {way.strip() for way in asked.get("qop", "").split(",")}
    whom, what = hashed(login.username, realm, login.password), hashed(method, uri)
    told = {"username": login.username, "realm": realm, "nonce": server_nonce, "uri": uri}
    if "qop" not in asked:
        told["response"] = hashed(whom, server_nonce, what)
        more = ""
    elif "auth" in ways:
        told["response"] = hashed(whom, server_nonce, "00000001", nonce, "auth", what)
        told["cnonce"] = nonce
        more = ", qop=auth, nc=00000001"
    else:
        return None
    if "opaque" in asked:
        told["opaque"] = asked["opaque"]
    if "algorithm" in asked:
        more += f", algorithm={algorithm}"
    quoted = ", ".join(f'{key}="{_escaped(value)}"' for key, value in told.items())
    return f"Digest {quoted}{more}"


def _escaped(value: str) -> str:
    """For a quoted string (RFC 9110, 5.6.4); a line's end would begin another header."""
    if "\r" in value or "\n" in value:
        raise ValueError("a login holds no ends of lines")
    return value.replace("\\", "\\\\").replace('"', '\\"')
