"""A camera's address and its login: taken apart, put together, and shown without secrets. Plain."""

import re
from dataclasses import dataclass, field
from urllib.parse import quote, unquote_to_bytes

from shared.ffmpeg.masking import mask_secrets

SCHEMES = ("rtsp", "rtsps", "http", "https")
LONGEST_ADDRESS = 2048
LONGEST_LOGIN = 255
# What every address fits; `taken_apart` says more of what does not.
ADDRESS_PATTERN = r"^(rtsp|rtsps|http|https)://[^\s'\"<>\\]+\Z"
MASK = "***"

_ADDRESS = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<rest>.*)\Z", re.DOTALL
)
_PLACE = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[\w.~-]+)(?::(?P<port>[0-9]{1,5}))?\Z")
# An agent writes addresses into a script of ffmpeg's, between quotes.
_FORBIDDEN = re.compile(r"[\s'\"<>\\]")
_EXAMPLE = "rtsp://192.168.1.100:554/stream"


@dataclass(frozen=True, slots=True)
class Address:
    """An address, `url` without the login; the login decoded, None where the address had none of it."""

    url: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def has_login(self) -> bool:
        return self.username is not None or self.password is not None


def taken_apart(text: str) -> Address:
    """The parts of an address that somebody gives. Raises ValueError with a sentence, which repeats nothing
    of what may be a secret."""
    if len(text) > LONGEST_ADDRESS:
        raise ValueError(f"is longer than {LONGEST_ADDRESS} characters.")
    if not text.isprintable() or _FORBIDDEN.search(text):
        raise ValueError("holds a blank, a quote or another character that must be percent-encoded.")
    found = _ADDRESS.match(text)
    if found is None:
        raise ValueError(f"is no address such as {_EXAMPLE}.")
    scheme = found["scheme"].lower()
    if scheme not in SCHEMES:
        allowed = ", ".join(f"{name}://" for name in SCHEMES)
        raise ValueError(f"begins with {scheme[:20]}://; allowed are {allowed}.")
    login, _, place = found["authority"].rpartition("@")
    # What follows an unencoded "/" of a password would be stored, and shown, as a path.
    if "@" in found["rest"]:
        raise ValueError(
            "has an @ behind its first slash; write @ as %40 and / as %2F in a password, or give it apart."
        )
    located = _PLACE.match(place)
    if located is None or not 0 < int(located["port"] or 1) < 65_536:
        raise ValueError(f"does not name a camera and, if at all, a port as {_EXAMPLE} does.")
    username, colon, password = login.partition(":")
    return Address(
        url=f"{scheme}://{place.lower()}{found['rest']}",
        username=_decoded(username),
        password=_decoded(password) if colon else None,
    )


def with_login(url: str, username: str | None, password: str | None) -> str:
    """The address with the login in it, percent-encoded: `taken_apart` gives the same parts again."""
    if not username and not password:
        return url
    scheme, _, rest = url.partition("://")
    secret = f":{quote(password, safe='')}" if password else ""
    return f"{scheme}://{quote(username or '', safe='')}{secret}@{rest}"


def shown(url: str) -> str:
    """The address for answers, logs and people: some cameras take their login in the query."""
    return mask_secrets(url)


def _decoded(part: str) -> str | None:
    """A part of a login as the camera knows it; None where it is empty."""
    try:
        text = unquote_to_bytes(part).decode()
    except UnicodeDecodeError:
        raise ValueError("has a login that is not percent-encoded UTF-8.") from None
    if not text.isprintable():
        raise ValueError("has a login with characters that are no text.")
    if len(text) > LONGEST_LOGIN:
        raise ValueError(f"has a login of more than {LONGEST_LOGIN} characters.")
    return text or None
