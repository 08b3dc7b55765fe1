"""What may stand in the fields of a camera: one judgement for requests and for imported rows. Plain."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from gateway.cameras.camera_address import LONGEST_LOGIN, MASK, taken_apart
from shared.contracts.enrolment import HOST_NAME_PATTERN

LONGEST_NAME = 255
LONGEST_ID = 36
EXTERNAL_ID_PATTERN = r"^[A-Za-z0-9_-]{1,130}\Z"
RESOLUTION_PATTERN = r"^[1-9][0-9]{0,4}[xX][1-9][0-9]{0,4}\Z"
CODECS = ("h264", "h265", "mjpeg", "vp9")
LEAST_FPS, MOST_FPS = 1, 240
# Addresses of their own below /api/v1/cameras: a camera of that name could not be asked for.
RESERVED_IDS = frozenset({"export", "groups", "health-report", "import", "summary"})
# A new camera's, where nothing else is said.
DEFAULTS: Mapping[str, Any] = {"is_active": True, "enable_detection": True, "detection_sensitivity": 0.7}
LONGEST_SLUG = 100


class FieldsError(ValueError):
    """What is wrong, by field: sentences that go on where the field's name ends."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(f"{name}: {sentence}" for name, sentence in errors.items()))
        self.errors = dict(errors)


def checked_values(given: Mapping[str, Any]) -> dict[str, Any]:
    """The given fields of a camera as they are stored, and the login that an address held.

    Texts lose blanks at their ends, and are None where nothing is left. A login in `rtsp_url` or
    `preview_url` becomes `username` and `password`. Raises FieldsError, which repeats no secret.
    """
    errors: dict[str, str] = {}
    values: dict[str, Any] = {}
    for name, value in given.items():
        try:
            values[name] = _CHECKS[name](value)
        except ValueError as error:
            errors[name] = str(error)
    for name in ("rtsp_url", "preview_url"):
        text = values.get(name)
        if text is None:
            continue
        try:
            values |= _address_and_login(name, text, values)
        except ValueError as error:
            errors[name] = str(error)
    if errors:
        raise FieldsError(errors)
    return values


def slug_of(name: str) -> str:
    """A readable `external_id` of a name: `Tür 2 (Süd)` → `tur-2-sud`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].rstrip("-") or "camera"


def _address_and_login(name: str, text: str, values: Mapping[str, Any]) -> dict[str, str | None]:
    """The address without its login, and the login. Raises ValueError where `values` has another one."""
    address = taken_apart(text)
    found: dict[str, str | None] = {name: address.url}
    for key, part in (("username", address.username), ("password", address.password)):
        if part is None:
            continue
        if values.get(key) not in (None, part):
            raise ValueError("holds another login than the other fields; a camera has one.")
        found[key] = part
    return found


def _text(longest: int, *, needed: bool = False) -> Callable[[Any], str | None]:
    def check(value: Any) -> str | None:
        if value is None and not needed:
            return None
        if not isinstance(value, str):
            raise ValueError("is not text.")
        text = value.strip()
        if not text and not needed:
            return None
        if not 1 <= len(text) <= longest:
            raise ValueError(f"must have 1 to {longest} characters.")
        if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text):
            raise ValueError("has characters that are no text.")
        return text

    return check


def _password(value: Any) -> str | None:
    """As it is: a blank at an end may be a part of it."""
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > LONGEST_LOGIN:
        raise ValueError(f"must be text of at most {LONGEST_LOGIN} characters.")
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in value):
        raise ValueError("has characters that are no text.")
    return value


def _address(value: Any, *, needed: bool) -> str | None:
    if value is None and not needed:
        return None
    if not isinstance(value, str):
        raise ValueError("is not text.")
    text = value.strip()
    if MASK in text:
        raise ValueError(
            f"holds {MASK}, which stands for a secret that is not shown; give the secret itself."
        )
    if not text and not needed:
        return None
    return text


def _resolution(value: Any) -> str | None:
    text = _text(20)(value)
    if text is not None and not re.match(RESOLUTION_PATTERN, text):
        raise ValueError("is no width and height such as 1920x1080.")
    return None if text is None else text.lower()


def _fps(value: Any) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not LEAST_FPS <= value <= MOST_FPS:
        raise ValueError(f"must be a whole number from {LEAST_FPS} to {MOST_FPS}.")
    return value


def _codec(value: Any) -> str | None:
    text = _text(20)(value)
    if text is not None and text.lower() not in CODECS:
        raise ValueError(f"must be one of {', '.join(CODECS)}.")
    return None if text is None else text.lower()


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false.")
    return value


def _sensitivity(value: Any) -> float | None:
    if value is None:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
        raise ValueError("must be a number from 0 to 1.")
    return float(value)


def _external_id(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not re.match(EXTERNAL_ID_PATTERN, value):
        raise ValueError("must be 1 to 130 letters, digits, dashes and underscores.")
    if value in RESERVED_IDS:
        raise ValueError("is an address of its own; take another.")
    return value


def _name_of_host_or_device(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not re.fullmatch(HOST_NAME_PATTERN.removesuffix("$"), value):
        raise ValueError(
            "must be 1 to 63 small letters, digits, dashes and underscores, the first a letter or a digit."
        )
    return value


_CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "name": _text(LONGEST_NAME, needed=True),
    "rtsp_url": lambda value: _address(value, needed=True),
    "preview_url": lambda value: _address(value, needed=False),
    "username": _text(LONGEST_LOGIN),
    "password": _password,
    "resolution": _resolution,
    "fps": _fps,
    "codec": _codec,
    "location": _text(LONGEST_NAME),
    "group_id": _text(LONGEST_ID),
    "is_active": _flag,
    # None: as the host says whose own device it is.
    "enable_detection": lambda value: None if value is None else _flag(value),
    "detection_sensitivity": _sensitivity,
    "external_id": _external_id,
    "host": _name_of_host_or_device,
    "host_id": _text(LONGEST_ID),
    "device_name": _name_of_host_or_device,
}
FIELDS = tuple(_CHECKS)
