import contextlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from host_agent.frames.analysis import (
    BLOCKS,
    UnreadablePictureError,
    block_threshold,
    changed_share,
    look_at,
)


def jpeg(picture: Image.Image) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


def grey(level: int, size: tuple[int, int] = (320, 180)) -> Image.Image:
    return Image.new("RGB", size, (level, level, level))


@pytest.mark.parametrize("level", [0, 16, 128, 255])
@pytest.mark.parametrize("size", [(320, 180), (1920, 1080), (320, 240), (64, 36), (180, 320)])
def test_brightness_is_the_mean_grey_level(level: int, size: tuple[int, int]) -> None:
    look = look_at(jpeg(grey(level, size)))
    assert look.brightness == pytest.approx(level, abs=1.5)
    assert look.sharpness == pytest.approx(0, abs=0.5)
    assert len(look.blocks) == BLOCKS


def test_a_blurred_picture_is_less_sharp_than_the_same_in_focus() -> None:
    noise = Image.effect_noise((320, 180), 80).convert("RGB")
    assert (
        look_at(jpeg(noise)).sharpness
        > 3 * look_at(jpeg(noise.filter(ImageFilter.GaussianBlur(4)))).sharpness
    )


def test_motion_is_the_share_of_blocks_that_changed() -> None:
    before = grey(100)
    now = before.copy()
    now.paste((160, 160, 160), (0, 0, 160, 96))  # a quarter: ten blocks across, six down
    share = changed_share(look_at(jpeg(before)).blocks, look_at(jpeg(now)).blocks, 12)
    assert share == pytest.approx(60 / BLOCKS)


@pytest.mark.parametrize(
    ("change", "threshold", "share"), [(12, 12, 0.0), (13, 12, 1.0), (-13, 12, 1.0), (1, 1, 0.0), (2, 1, 1.0)]
)
def test_a_change_counts_above_the_threshold(change: int, threshold: float, share: float) -> None:
    before = bytes([100]) * BLOCKS
    assert changed_share(before, bytes([100 + change]) * BLOCKS, threshold) == share


@pytest.mark.parametrize(
    ("sensitivity", "threshold"), [(0.7, 12), (1.0, 1), (0.99, 1), (0.4, 24), (0.0, 40), (0.85, 6)]
)
def test_sensitivity_moves_the_threshold(sensitivity: float, threshold: float) -> None:
    assert block_threshold(12, sensitivity) == pytest.approx(threshold)


@pytest.mark.parametrize(
    "broken",
    [b"", b"\xff\xd8\xff\xd9", b"no picture at all", jpeg(grey(50))[:200], jpeg(grey(50))[:-300]],
)
def test_a_torn_picture_is_named_unreadable(broken: bytes) -> None:
    with pytest.raises(UnreadablePictureError):
        look_at(broken)


@settings(max_examples=60)
@given(st.data())
def test_whatever_is_in_the_file_it_is_a_look_or_unreadable(data: st.DataObject) -> None:
    whole = bytearray(jpeg(Image.radial_gradient("L").resize((64, 36))))
    for _ in range(data.draw(st.integers(1, 12))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(UnreadablePictureError):
        assert len(look_at(bytes(whole)).blocks) == BLOCKS
