"""Where a camera's stream is, and how ffmpeg is told without anybody else seeing its password."""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from shared.ffmpeg.masking import mask_secrets

_PORT_OF_SCHEME = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}
# What a stream may open. RTSP goes through its one connection; HTTP may lead from one page to the next.
# `pipe` carries the script. No `file`: a stream cannot make ffmpeg read this machine's.
_PROTOCOLS = {
    "rtsp": "pipe,rtsp,tcp",
    "rtsps": "pipe,rtsp,rtsps,tls,tcp",
    "http": "pipe,http,https,tcp,tls,crypto",
    "https": "pipe,http,https,tcp,tls,crypto",
}
# What a page may send. Nothing that names further addresses (HLS, DASH): ffmpeg would ask there at once.
# Where a playlist leads is for us to read.
STREAM_FORMATS = (
    "concat,mpjpeg,mjpeg,smjpeg,jpeg_pipe,image2pipe,mpegts,mov,matroska,flv,live_flv,h264,hevc,m4v,mpeg,"
    "mpegvideo,avi,asf,ogg,ivf,nut,aac,mp3,wav,flac,ac3"
)
_CONTROL = re.compile(r"[\x00-\x20\x7f]")
# What may stand in a path or query as it is. Not the quote, which would end the name in the script.
_KEPT = "/?&=:;,+$@!*()~-._%[]|"


class AddressError(ValueError):
    """A text that is no address of a stream; the sentence says why."""


@dataclass(frozen=True, slots=True)
class StreamAddress:
    """`url` may hold a login, which counts where `username` is None. Both are as people write them: not
    percent-encoded, unless they stand in `url`."""

    url: str = field(repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return mask_secrets(self.url)


@dataclass(frozen=True, slots=True)
class Target:
    """A stream's address, taken apart. `name`: a DNS name or an IP address, without brackets."""

    scheme: str
    name: str
    port: int
    path: str
    login: str = field(repr=False)

    @property
    def is_rtsp(self) -> bool:
        return self.scheme in ("rtsp", "rtsps")

    @property
    def literal(self) -> str | None:
        """The IP address, where the name is one."""
        try:
            return str(ipaddress.ip_address(self.name))
        except ValueError:
            return None

    @property
    def plain_url(self) -> str:
        """The address without its login."""
        return f"{self.scheme}://{_bracketed(self.name)}:{self.port}{self.path or '/'}"

    @property
    def url(self) -> str:
        """The address with its login."""
        return f"{self.scheme}://{self.login}{_bracketed(self.name)}:{self.port}{self.path}"

    @property
    def shown(self) -> str:
        """`10.0.0.5:554`, for sentences."""
        return f"{_bracketed(self.name)}:{self.port}"


def parse_target(address: StreamAddress) -> Target:
    """Take an address apart. Raises AddressError."""
    text = address.url.strip()
    if _CONTROL.search(text):
        raise AddressError("The address holds a blank or a control character.")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise AddressError("The address is none: is its port a number?") from None
    if parts.scheme not in _PORT_OF_SCHEME or not parts.hostname or port == 0:
        raise AddressError("The address does not begin with rtsp, rtsps, http or https and a host.")
    try:
        name = parts.hostname if ":" in parts.hostname else parts.hostname.encode("idna").decode("ascii")
    except UnicodeError:
        raise AddressError("The address has a host whose name cannot be one.") from None
    path = quote(parts.path, safe=_KEPT) + (f"?{quote(parts.query, safe=_KEPT)}" if parts.query else "")
    return Target(parts.scheme, name, port or _PORT_OF_SCHEME[parts.scheme], path, _login(address, parts))


def stream_input(
    target: Target, ip_address: str, *, patience_s: float, options: Sequence[str] = ()
) -> tuple[list[str], str]:
    """ffmpeg's arguments up to and with `-i …`, and what to write to its standard input.

    It connects to `ip_address` and to nothing that the name may stand for a moment later. The address, with
    the password, is in the script (an ffconcat list), never in the process title, which every user of the
    machine can read. `patience_s`: ffmpeg's own, which must outlast the caller's. `options`: of the stream.
    """
    url = f"{target.scheme}://{target.login}{_bracketed(ip_address)}:{target.port}{target.path}"
    microseconds = int(patience_s * 1_000_000)
    if target.is_rtsp:
        told = ["rtsp_transport tcp", f"timeout {microseconds}"]
    else:
        # Where it leads is for us to judge (`onward`): ffmpeg would go anywhere.
        told = [f"rw_timeout {microseconds}", "max_redirects 0", f"headers 'Host: {_host_header(target)}'"]
    if target.scheme == "https" and target.literal is None:
        told.append(f"verifyhost {target.name}")  # the name that TLS asks for
    lines = ["ffconcat version 1.0", f"file '{url}'", *(f"option {option}" for option in (*told, *options))]
    arguments = [
        "-f",
        "concat",
        "-safe",
        "0",
        "-protocol_whitelist",
        _PROTOCOLS[target.scheme],
        "-i",
        "pipe:0",
    ]
    if not target.is_rtsp:
        arguments = ["-format_whitelist", STREAM_FORMATS, *arguments]
    return arguments, "\n".join(lines) + "\n"


def onward(target: Target, moved_to: str) -> StreamAddress | None:
    """The address that a redirection leads to, with the same login; None where that is another host, or
    `moved_to` (as a Location header has it) is empty or no address."""
    if not moved_to:
        return None
    try:
        found = parse_target(StreamAddress(urljoin(target.plain_url, moved_to), "", ""))
    except ValueError:
        return None
    is_downgrade = target.scheme == "https" and found.scheme == "http"  # the login would go in the clear
    if found.name != target.name or found.is_rtsp or is_downgrade:
        return None
    return StreamAddress(replace(found, login=target.login).url)


def _login(address: StreamAddress, parts: SplitResult) -> str:
    """`user:password@`, percent-encoded; empty without a user."""
    if address.username is not None:
        username, password = address.username, address.password or ""
    else:
        username, password = unquote(parts.username or ""), unquote(parts.password or "")
    return f"{quote(username, safe='')}:{quote(password, safe='')}@" if username else ""


def _host_header(target: Target) -> str:
    name = _bracketed(target.name)
    return name if target.port == _PORT_OF_SCHEME[target.scheme] else f"{name}:{target.port}"


def _bracketed(name: str) -> str:
    return f"[{name}]" if ":" in name else name
