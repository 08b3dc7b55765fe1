"""The sample camera's thumbnails, with the time of day burnt in, and what analysis says of them."""

from dataclasses import dataclass
from datetime import tzinfo
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from deploy.local.sample_day_plan import CAPTURE_EVERY_MS, PlannedCapture, Scene
from deploy.local.sample_day_scenes import THUMBNAIL_WIDTH, Scenes
from host_agent.frames.analysis import changed_share, look_at
from host_agent.frames.metadata import CONTINUES_WITHIN_MS, Judgement, Stillness, follow_stillness
from host_agent.settings import FrameSettings
from shared.spans import from_utc_ms

MARK = "SAMPLE "
_LETTERS = "0123456789-: "
_FONT_PX = 11
_MARGIN_PX = 3
_THUMBNAIL_QUALITY = 72
_CAPTURE_QUALITY = 85
_INK = (235, 235, 235)
# It goes on and off from capture to capture, as cameras show that they record. Large enough for the
# analysis to see: a street in which nothing moves is not a picture that stands still.
_DOT_PX = 12
_DOT_INK = (255, 40, 40)


@dataclass(frozen=True, slots=True)
class Picture:
    """A thumbnail, and size and bytes of the capture that it stands for."""

    thumbnail: bytes
    capture_width: int
    capture_height: int
    capture_bytes: int


class PictureMaker:
    """Draws thumbnails. Each picture of a scene is decoded and scaled once, each letter drawn once."""

    def __init__(self, scenes: Scenes, zone: tzinfo) -> None:
        self._scenes = scenes
        self._zone = zone
        font = ImageFont.load_default(_FONT_PX)
        self._letters = {letter: _drawn(letter, font) for letter in _LETTERS}
        self._mark = _drawn(MARK, font)
        self._drawn_minute = ("", self._mark)
        self._dot = Image.new("RGB", (_DOT_PX + _MARGIN_PX, self._mark.height))
        self._no_dot = self._dot.copy()
        ImageDraw.Draw(self._dot).ellipse((0, 1, _DOT_PX, _DOT_PX + 1), fill=_DOT_INK)
        self._ready: dict[Scene, list[tuple[Image.Image, Picture]]] = {}

    def picture(self, capture: PlannedCapture) -> Picture:
        """Raises UnavailableError where the scene's pictures cannot be decoded."""
        bare, sizes = self._scaled(capture.scene, capture.frame)
        image = bare.copy()
        if capture.shown_utc_ms // CAPTURE_EVERY_MS % 2:
            image.paste(self._dot, (_MARGIN_PX, _MARGIN_PX))
        across = _MARGIN_PX + self._dot.width + self._mark.width
        shown = from_utc_ms(capture.shown_utc_ms).astimezone(self._zone)
        for part in (
            self._minute(f"{shown:%Y-%m-%d %H:%M:}"),
            *(self._letters[digit] for digit in f"{shown:%S}"),
        ):
            image.paste(part, (across, _MARGIN_PX))
            across += part.width
        return Picture(
            _jpeg(image, _THUMBNAIL_QUALITY), sizes.capture_width, sizes.capture_height, sizes.capture_bytes
        )

    def _minute(self, text: str) -> Image.Image:
        """The label up to the minute, drawn once for all captures of it."""
        if self._drawn_minute[0] != text:
            letters = [self._letters[letter] for letter in text]
            label = Image.new("RGB", (sum(letter.width for letter in letters), self._mark.height))
            across = 0
            for letter in letters:
                label.paste(letter, (across, 0))
                across += letter.width
            self._drawn_minute = (text, label)
        return self._drawn_minute[1]

    def _scaled(self, scene: Scene, frame: int) -> tuple[Image.Image, Picture]:
        if scene not in self._ready:
            self._ready[scene] = [self._prepared(whole) for whole in self._scenes.frames(scene)]
        return self._ready[scene][frame]

    def _prepared(self, whole: Image.Image) -> tuple[Image.Image, Picture]:
        height = round(whole.height * THUMBNAIL_WIDTH / whole.width / 2) * 2
        small = whole.resize((THUMBNAIL_WIDTH, height), Image.Resampling.BOX)
        small.paste(self._no_dot, (_MARGIN_PX, _MARGIN_PX))
        small.paste(self._mark, (_MARGIN_PX + self._dot.width, _MARGIN_PX))
        return small, Picture(b"", whole.width, whole.height, len(_jpeg(whole, _CAPTURE_QUALITY)))


class Judge:
    """Judges thumbnails in the order they were taken, as the frames process does with its defaults."""

    def __init__(self, settings: FrameSettings) -> None:
        self._settings = settings
        self._before: tuple[int, bytes] | None = None
        self._stillness: Stillness | None = None

    def judge(self, jpeg: bytes, at_utc_ms: int) -> Judgement:
        """Raises UnreadablePictureError."""
        settings, look = self._settings, look_at(jpeg)
        motion = 0.0
        if self._before is not None and 0 <= at_utc_ms - self._before[0] <= CONTINUES_WITHIN_MS:
            motion = changed_share(self._before[1], look.blocks, settings.motion_block_threshold)
        self._before = (at_utc_ms, look.blocks)
        self._stillness = follow_stillness(self._stillness, at_utc_ms, motion, settings.freeze_motion_below)
        still_s = (at_utc_ms - self._stillness.since_utc_ms) / 1000
        frozen = still_s >= settings.freeze_after_s
        return Judgement(
            brightness=round(look.brightness, 1),
            blackscreen=look.brightness < settings.black_below,
            freeze=frozen,
            freeze_s=round(still_s, 1) if frozen else 0.0,
            motion=round(motion, 4),
            sharpness=round(look.sharpness, 1),
        )


def _drawn(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> Image.Image:
    """A label, light on black; all digits are as wide as the widest."""
    wide = max(font.getlength(digit) for digit in _LETTERS[:10]) if text.isdecimal() else font.getlength(text)
    image = Image.new("RGB", (round(wide), _FONT_PX + 4))
    ImageDraw.Draw(image).text((0, 1), text, font=font, fill=_INK)
    return image


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()
