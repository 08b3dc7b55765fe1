"""One picture of an hour: 60 tiles of 160×90, ten across, a minute each; black where there is none."""

from collections.abc import Mapping
from io import BytesIO

from PIL import Image

from host_agent.frames.analysis import UnreadablePictureError, opened_jpeg
from host_agent.frames.minutes_file import COLUMNS, ROWS, TILE_HEIGHT, TILE_WIDTH

# 24 of them and their minutes.json stay below 3 MB.
MOSAIC_BYTES_AT_MOST = 105_000
_QUALITIES = (75, 65, 55, 45, 35, 25, 15)
_TILE_QUALITY = 90


def tile_of(jpeg: bytes) -> bytes:
    """Return a JPEG of 160×90 with `jpeg` in it, whole, with bars where its form is another.

    Raises UnreadablePictureError.
    """
    with opened_jpeg(jpeg, "RGB", (TILE_WIDTH, TILE_HEIGHT)) as picture:
        picture.thumbnail((TILE_WIDTH, TILE_HEIGHT), Image.Resampling.BOX)
        tile = Image.new("RGB", (TILE_WIDTH, TILE_HEIGHT))
        tile.paste(picture, ((TILE_WIDTH - picture.width) // 2, (TILE_HEIGHT - picture.height) // 2))
    return _encoded(tile, _TILE_QUALITY)


def mosaic_of(tiles: Mapping[int, bytes]) -> bytes:
    """Return the JPEG of an hour, 1600×540. `tiles`: by minute, as `tile_of` made them."""
    whole = Image.new("RGB", (COLUMNS * TILE_WIDTH, ROWS * TILE_HEIGHT))
    for minute, jpeg in tiles.items():
        with Image.open(BytesIO(jpeg), formats=("JPEG",)) as tile:
            whole.paste(tile, (minute % COLUMNS * TILE_WIDTH, minute // COLUMNS * TILE_HEIGHT))
    encoded = b""
    for quality in _QUALITIES:
        encoded = _encoded(whole, quality)
        if len(encoded) <= MOSAIC_BYTES_AT_MOST:
            break
    return encoded


def _encoded(image: Image.Image, quality: int) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


__all__ = ["MOSAIC_BYTES_AT_MOST", "UnreadablePictureError", "mosaic_of", "tile_of"]
