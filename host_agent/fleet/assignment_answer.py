"""The cameras in an answer of the gateway, judged apart: what is wrong with them shall not cost the rest."""

from typing import Any

from pydantic import TypeAdapter, ValidationError

from shared.contracts.heartbeat import MOST_DEVICES, AssignedCamera, HeartbeatAnswer
from shared.errors import ColdframeError

_CAMERAS = TypeAdapter(list[AssignedCamera])
_LONGEST_PLACE = 50


class ReadAnswer(HeartbeatAnswer):
    """An answer to a heartbeat as it came. `cameras`: anything, for `checked_cameras`."""

    cameras: Any = None


class NonsenseAssignmentError(ColdframeError):
    """What the gateway assigns cannot be meant; what was assigned before stays."""

    code = "assignment_nonsense"


def checked_cameras(told: object) -> list[AssignedCamera]:
    """Return the cameras that an answer assigns. Raises NonsenseAssignmentError: it is taken whole, or
    not at all."""
    if isinstance(told, list) and len(told) > MOST_DEVICES:
        raise _nonsense(f"it assigns {len(told)} cameras, and a host has {MOST_DEVICES} at most")
    try:
        cameras = _CAMERAS.validate_python(told)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
        shown = "".join(letter for letter in place if letter.isprintable())[:_LONGEST_PLACE]
        raise _nonsense(f"{f'cameras.{shown}' if shown else 'cameras'} is not as agreed") from None
    names = [camera.name for camera in cameras]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise _nonsense(f"it names {twice!r} twice")
    return cameras


def _nonsense(why: str) -> NonsenseAssignmentError:
    return NonsenseAssignmentError(
        f"What the gateway assigns to this host cannot be used: {why}. What it assigned before stays.",
        remedy="Correct the cameras of this host at the gateway.",
    )
