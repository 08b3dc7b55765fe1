"""What a picture and the one before it measure, in words. Plain.

Words are coarse and change only when what they stand for has clearly changed: captions of a quiet scene are
equal, and become one event.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

COLUMNS, ROWS = 20, 12
_DIM_FROM, _BRIGHT_FROM = 50.0, 100.0
# How far brightness has to go beyond a limit before another word is said.
_BRIGHTNESS_MARGIN = 5.0
# Shares of the picture that change. A clock that is burnt in changes less.
_SLIGHT_FROM, _STRONG_FROM = 0.0125, 0.08
# Less than this part of a limit, and the weaker word is said again.
_CALMER_BELOW = 0.6
_EVERYWHERE_FROM = 0.5
# Of what changes, so much lies in one third of the picture.
_MOSTLY = 0.6


class Light(StrEnum):
    """How bright it is."""

    DARK = "dark"
    DIM = "dim"
    BRIGHT = "bright"


class Motion(StrEnum):
    """How much changes."""

    NONE = "no motion"
    SLIGHT = "slight motion"
    STRONG = "strong motion"


@dataclass(frozen=True, slots=True)
class SceneFacts:
    """`brightness` 0–255. `changed`: for each of 20 × 12 blocks, row by row, whether it differs from the
    picture before; None where there was none. `is_frozen`: nothing has changed for long."""

    brightness: float
    changed: Sequence[bool] | None
    is_black: bool = False
    is_frozen: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """What is said of a picture. `motion`: None where it is not known; `place`: empty without motion."""

    light: Light
    motion: Motion | None = None
    place: str = ""
    is_black: bool = False
    is_frozen: bool = False

    @property
    def text(self) -> str:
        """Such as "dark scene, strong motion on the left"."""
        if self.is_black:
            return "black picture"
        if self.is_frozen:
            return f"{self.light} scene, frozen picture"
        if self.motion is None:
            return f"{self.light} scene"
        return f"{self.light} scene, {self.motion} {self.place}".rstrip()


def scene_of(facts: SceneFacts, before: Scene | None) -> Scene:
    """What to say of `facts`. `before`: what was said of the device's last picture, None for the first."""
    light = _light(facts.brightness, None if before is None else before.light)
    if facts.is_black or facts.is_frozen:
        return Scene(light, is_black=facts.is_black, is_frozen=facts.is_frozen)
    if facts.changed is None:
        return Scene(light)
    share = sum(facts.changed) / len(facts.changed)
    motion = _motion(share, None if before is None else before.motion)
    return Scene(light, motion, "" if motion is Motion.NONE else _place(facts.changed, share))


def _light(brightness: float, before: Light | None) -> Light:
    def exceeds(limit: float, *, was_above: bool | None) -> bool:
        if was_above is None:
            return brightness >= limit
        return (
            brightness >= limit - _BRIGHTNESS_MARGIN
            if was_above
            else brightness >= limit + _BRIGHTNESS_MARGIN
        )

    if exceeds(_BRIGHT_FROM, was_above=None if before is None else before is Light.BRIGHT):
        return Light.BRIGHT
    if exceeds(_DIM_FROM, was_above=None if before is None else before is not Light.DARK):
        return Light.DIM
    return Light.DARK


def _motion(share: float, before: Motion | None) -> Motion:
    if share >= _STRONG_FROM * (_CALMER_BELOW if before is Motion.STRONG else 1):
        return Motion.STRONG
    if share >= _SLIGHT_FROM * (_CALMER_BELOW if before in (Motion.STRONG, Motion.SLIGHT) else 1):
        return Motion.SLIGHT
    return Motion.NONE


def _place(changed: Sequence[bool], share: float) -> str:
    """Where most of it is: a side before top and bottom, since people and cars go from side to side."""
    if share >= _EVERYWHERE_FROM:
        return "everywhere"
    columns, rows = [0, 0, 0], [0, 0, 0]
    for index, is_changed in enumerate(changed):
        if is_changed:
            columns[index % COLUMNS * 3 // COLUMNS] += 1
            rows[index // COLUMNS * 3 // ROWS] += 1
    column, row = _dominant(columns), _dominant(rows)
    if column in (0, 2):
        return "on the left" if column == 0 else "on the right"
    if row in (0, 2):
        return "at the top" if row == 0 else "at the bottom"
    return "everywhere" if column is None and row is None else "in the centre"


def _dominant(thirds: list[int]) -> int | None:
    most = max(range(3), key=thirds.__getitem__)
    return most if thirds[most] >= _MOSTLY * sum(thirds) > 0 else None
