"""What a picture shows, judged on a grey copy of 160×90: brightness, sharpness, and change by blocks.

The copy is cut into 8×8 blocks, 20 across and 12 down (the last row is 2 pixels high). Pillow decodes a
JPEG of 320×180 straight to grey 160×90 by scaling in the frequency domain, which makes it cheap.
"""

import struct
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageFilter, ImageStat

WIDTH, HEIGHT = 160, 90
BLOCK = 8
BLOCKS = 20 * 12
_LARGEST_PIXELS = 64_000_000
# Grey level 128 stands for no edge, so that both signs fit into a byte.
_LAPLACIAN = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=2, offset=128)
_NEUTRAL_SENSITIVITY = 0.7


class UnreadablePictureError(ValueError):
    """The bytes are no JPEG that can be decoded: torn, corrupt, or something else."""


@dataclass(frozen=True, slots=True)
class Look:
    """`brightness` 0–255, mean of the grey picture; `sharpness` ≥ 0, the spread of its Laplacian;
    `blocks` one byte for each block's mean, row by row."""

    brightness: float
    sharpness: float
    blocks: bytes


def opened_jpeg(jpeg: bytes, mode: str, at_least: tuple[int, int]) -> Image.Image:
    """Return the decoded picture in `mode` ("L", "RGB"), scaled down while decoding as far as it stays
    at least as large as `at_least`. Raises UnreadablePictureError."""
    try:
        with Image.open(BytesIO(jpeg), formats=("JPEG",)) as image:
            if image.width * image.height > _LARGEST_PIXELS:
                raise UnreadablePictureError(f"{image.width}×{image.height} is too large a picture")
            image.draft(mode, at_least)
            return image.convert(mode)
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, IndexError, KeyError) as error:
        # Pillow raises all of these for bytes that lie about themselves.
        raise UnreadablePictureError(str(error)) from error


def look_at(jpeg: bytes) -> Look:
    """Return what `jpeg` shows. Raises UnreadablePictureError."""
    grey = opened_jpeg(jpeg, "L", (WIDTH, HEIGHT))
    if grey.size != (WIDTH, HEIGHT):
        grey = grey.resize((WIDTH, HEIGHT), Image.Resampling.BOX)
    # Pillow leaves the outermost pixels as they were: they are no edges.
    edges = grey.filter(_LAPLACIAN).crop((1, 1, WIDTH - 1, HEIGHT - 1))
    return Look(
        brightness=ImageStat.Stat(grey).mean[0],
        sharpness=ImageStat.Stat(edges).stddev[0] * 2,
        blocks=grey.reduce(BLOCK).tobytes(),
    )


def changed_share(before: bytes, now: bytes, threshold: float) -> float:
    """Return the share (0–1) of blocks whose mean changed by more than `threshold` grey levels."""
    changed = sum(abs(one - other) > threshold for one, other in zip(before, now, strict=True))
    return changed / len(now)


def block_threshold(base: float, sensitivity: float) -> float:
    """Return the grey levels that count as motion at a detection sensitivity of 0–1.

    0.7 is neutral and leaves `base` as it is; 0 makes it 3.3 times as large; it is never below 1.
    """
    return max(1.0, base * (1 - sensitivity) / (1 - _NEUTRAL_SENSITIVITY))
