"""What is measured is said in words that stay the same while the scene does."""

from collections.abc import Sequence
from itertools import pairwise

import pytest

from host_agent.captioner.scene import COLUMNS, ROWS, Light, Motion, Scene, SceneFacts, scene_of

ALL = COLUMNS * ROWS


def blocks(columns: range = range(0), rows: range = range(0)) -> list[bool]:
    """The picture with what changes between these columns and rows."""
    return [index % COLUMNS in columns and index // COLUMNS in rows for index in range(ALL)]


def some(count: int) -> list[bool]:
    """So many blocks, spread over the picture."""
    step = ALL // max(1, count)
    return [index % step == 0 and index // step < count for index in range(ALL)]


NOTHING = blocks()


@pytest.mark.parametrize(
    ("brightness", "changed", "text"),
    [
        (20.0, NOTHING, "dark scene, no motion"),
        (49.9, NOTHING, "dark scene, no motion"),
        (50.0, NOTHING, "dim scene, no motion"),
        (99.9, NOTHING, "dim scene, no motion"),
        (100.0, NOTHING, "bright scene, no motion"),
        (255.0, NOTHING, "bright scene, no motion"),
        (20.0, None, "dark scene"),
        (20.0, blocks(range(6), range(ROWS)), "dark scene, strong motion on the left"),
        (120.0, blocks(range(14, 20), range(ROWS)), "bright scene, strong motion on the right"),
        (70.0, blocks(range(COLUMNS), range(4)), "dim scene, strong motion at the top"),
        (70.0, blocks(range(COLUMNS), range(8, 12)), "dim scene, strong motion at the bottom"),
        (70.0, blocks(range(7, 13), range(4, 8)), "dim scene, strong motion in the centre"),
        (70.0, blocks(range(COLUMNS), range(ROWS)), "dim scene, strong motion everywhere"),
        (70.0, some(60), "dim scene, strong motion everywhere"),
        (70.0, blocks(range(2), range(2)), "dim scene, slight motion on the left"),
        (70.0, blocks(range(19, 20), range(3)), "dim scene, slight motion on the right"),
        (70.0, blocks(range(9, 11), range(2)), "dim scene, slight motion at the top"),
        # A clock that is burnt in changes two blocks a second.
        (70.0, blocks(range(1, 3), range(1)), "dim scene, no motion"),
    ],
)
def test_brightness_motion_and_place_are_said(
    brightness: float, changed: Sequence[bool] | None, text: str
) -> None:
    assert scene_of(SceneFacts(brightness, changed), None).text == text


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        (SceneFacts(3.0, NOTHING, is_black=True), "black picture"),
        (SceneFacts(3.0, NOTHING, is_black=True, is_frozen=True), "black picture"),
        (SceneFacts(120.0, NOTHING, is_frozen=True), "bright scene, frozen picture"),
        (SceneFacts(30.0, some(200), is_frozen=True), "dark scene, frozen picture"),
    ],
)
def test_a_picture_that_shows_nothing_is_said_to(facts: SceneFacts, text: str) -> None:
    assert scene_of(facts, None).text == text


def texts_of(brightnesses: Sequence[float], counts: Sequence[int]) -> list[str]:
    """What is said of one picture after the other."""
    scene: Scene | None = None
    said = []
    for brightness, count in zip(brightnesses, counts, strict=True):
        scene = scene_of(SceneFacts(brightness, some(count)), scene)
        said.append(scene.text)
    return said


@pytest.mark.parametrize("limit", [50.0, 100.0])
def test_a_scene_at_the_edge_of_two_words_says_the_same_all_the_time(limit: float) -> None:
    flicker = [limit - 0.5, limit + 0.5, limit - 4.9, limit + 4.9] * 5
    assert len(set(texts_of(flicker, [0] * len(flicker)))) == 1
    assert len(set(texts_of(flicker[::-1], [0] * len(flicker)))) == 1


def test_nightfall_and_morning_are_said_once_each() -> None:
    night = [float(level) for level in range(130, 20, -1)]
    said = texts_of(night + night[::-1], [0] * (2 * len(night)))
    changes = [after for before, after in pairwise(said) if after != before]
    assert changes == [f"{word} scene, no motion" for word in ("dim", "dark", "dim", "bright")]


def test_motion_that_ebbs_a_little_is_still_the_same_motion() -> None:
    scene = scene_of(SceneFacts(70.0, some(24)), None)
    assert scene.motion is Motion.STRONG
    assert scene_of(SceneFacts(70.0, some(15)), scene).motion is Motion.STRONG
    assert scene_of(SceneFacts(70.0, some(9)), scene).motion is Motion.SLIGHT
    slight = scene_of(SceneFacts(70.0, some(5)), None)
    assert scene_of(SceneFacts(70.0, some(2)), slight).motion is Motion.SLIGHT
    assert scene_of(SceneFacts(70.0, some(1)), slight).motion is Motion.NONE


def test_after_a_black_picture_the_light_is_what_it_is() -> None:
    black = scene_of(SceneFacts(2.0, NOTHING, is_black=True), None)
    assert (black.light, scene_of(SceneFacts(120.0, NOTHING), black).light) == (Light.DARK, Light.BRIGHT)
