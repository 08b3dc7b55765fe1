"""The assignment in an answer of the gateway, judged apart: what is wrong with it shall not cost the rest."""

from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from shared.contracts.enrolment import HostName
from shared.contracts.heartbeat import MOST_DEVICES, AssignedCamera, DetectionOverride, HeartbeatAnswer
from shared.errors import ColdframeError

_CAMERAS = TypeAdapter(list[AssignedCamera])
_OVERRIDES = TypeAdapter(list[DetectionOverride])
_KEPT = TypeAdapter(list[HostName])
_LONGEST_PLACE = 50
_Named = TypeVar("_Named", AssignedCamera, DetectionOverride)


class ReadAnswer(HeartbeatAnswer):
    """An answer to a heartbeat as it came. `cameras`, `kept`, `overrides`: anything, for `checked_cameras`,
    `checked_kept` and `checked_overrides`."""

    cameras: Any = None
    kept: Any = None
    overrides: Any = None


class NonsenseAssignmentError(ColdframeError):
    """What the gateway assigns cannot be meant; what was assigned before stays."""

    code = "assignment_nonsense"


def checked_cameras(told: object) -> list[AssignedCamera]:
    """Return the cameras that an answer assigns. Raises NonsenseAssignmentError: it is taken whole, or
    not at all."""
    return _checked("cameras", told, _CAMERAS)


def checked_overrides(told: object) -> list[DetectionOverride]:
    """Return what an answer says over the host's own settings; None: an older gateway, which says nothing.
    Raises NonsenseAssignmentError."""
    return [] if told is None else _checked("overrides", told, _OVERRIDES)


def checked_kept(told: object) -> list[str]:
    """Return the names of cameras that an answer leaves as they are; None: an older gateway, which says
    nothing. Raises NonsenseAssignmentError."""
    if told is None:
        return []
    try:
        return _KEPT.validate_python(told)
    except ValidationError:
        raise _nonsense("kept is not as agreed") from None


def _checked(what: str, told: object, form: TypeAdapter[list[_Named]]) -> list[_Named]:
    if isinstance(told, list) and len(told) > MOST_DEVICES:
        raise _nonsense(f"it assigns {len(told)} {what}, and a host has {MOST_DEVICES} at most")
    try:
        found = form.validate_python(told)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
        shown = "".join(letter for letter in place if letter.isprintable())[:_LONGEST_PLACE]
        raise _nonsense(f"{f'{what}.{shown}' if shown else what} is not as agreed") from None
    names = [each.name for each in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise _nonsense(f"it names {twice!r} twice")
    return found


def _nonsense(why: str) -> NonsenseAssignmentError:
    return NonsenseAssignmentError(
        f"What the gateway assigns to this host cannot be used: {why}. What it assigned before stays.",
        remedy="Correct the cameras of this host at the gateway.",
    )
