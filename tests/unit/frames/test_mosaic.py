from io import BytesIO

import pytest
from PIL import Image

from host_agent.frames.mosaic import MOSAIC_BYTES_AT_MOST, UnreadablePictureError, mosaic_of, tile_of


def jpeg(size: tuple[int, int], colour: tuple[int, int, int]) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", size, colour).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def colour_at(data: bytes, x: int, y: int) -> tuple[int, ...]:
    with Image.open(BytesIO(data)) as picture:
        pixel = picture.convert("RGB").getpixel((x, y))
    assert isinstance(pixel, tuple)
    return tuple(int(value) for value in pixel)


@pytest.mark.parametrize(
    ("size", "inside", "outside"),
    [
        ((320, 180), [(2, 2), (157, 87)], []),
        ((320, 240), [(80, 2), (22, 45), (137, 45)], [(10, 45), (150, 45)]),
        ((180, 320), [(80, 2), (80, 87)], [(40, 45), (120, 45)]),
        ((640, 90), [(2, 45), (157, 45)], [(80, 20), (80, 70)]),
    ],
)
def test_a_tile_shows_the_whole_picture_with_bars_where_its_form_is_another(
    size: tuple[int, int], inside: list[tuple[int, int]], outside: list[tuple[int, int]]
) -> None:
    tile = tile_of(jpeg(size, (200, 40, 40)))
    with Image.open(BytesIO(tile)) as picture:
        assert picture.size == (160, 90)
    for x, y in inside:
        assert colour_at(tile, x, y) == pytest.approx((200, 40, 40), abs=12)
    for x, y in outside:
        assert max(colour_at(tile, x, y)) < 12


def test_minute_m_is_in_column_m_mod_10_and_row_m_div_10() -> None:
    shown = {minute: (40 + minute * 3, 255 - minute * 4, minute * 2) for minute in (0, 9, 10, 37, 59)}
    mosaic = mosaic_of({minute: tile_of(jpeg((320, 180), colour)) for minute, colour in shown.items()})
    with Image.open(BytesIO(mosaic)) as picture:
        assert picture.size == (1600, 540)
    for minute in range(60):
        x, y = minute % 10 * 160 + 80, minute // 10 * 90 + 45
        assert colour_at(mosaic, x, y) == pytest.approx(shown.get(minute, (0, 0, 0)), abs=14)


def test_the_busiest_hour_keeps_a_day_below_3_mb() -> None:
    buffer = BytesIO()
    Image.merge("RGB", [Image.effect_noise((320, 180), 90) for _ in range(3)]).save(
        buffer, "JPEG", quality=90
    )
    mosaic = mosaic_of({minute: tile_of(buffer.getvalue()) for minute in range(60)})
    assert len(mosaic) <= MOSAIC_BYTES_AT_MOST


def test_a_thumbnail_that_is_no_picture_is_named_unreadable() -> None:
    with pytest.raises(UnreadablePictureError):
        tile_of(jpeg((320, 180), (1, 2, 3))[:300])
