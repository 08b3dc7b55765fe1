"""What makes a text of a frame: the measured scene, or a model that is asked."""

from dataclasses import dataclass
from typing import Protocol

from host_agent.captioner.frame import Frame
from host_agent.captioner.model_client import ModelClient
from host_agent.captioner.model_failure import ModelError
from host_agent.captioner.openai_message import (
    CHAT_PATH,
    EMBEDDINGS_PATH,
    chat_question,
    embedding_of,
    embedding_question,
    text_of,
)
from host_agent.captioner.scene import Scene, SceneFacts, scene_of
from host_agent.frames.analysis import Look, UnreadablePictureError, block_threshold, look_at
from host_agent.settings import CaptionSettings, FrameSettings

SCENE_MODEL = "scene"


@dataclass(frozen=True, slots=True)
class Caption:
    """What was made of a frame. `embedding`: none where nobody makes them, or where that failed:
    `trouble` says why then."""

    text: str
    model: str
    embedding: tuple[float, ...] | None = None
    trouble: ModelError | None = None


class Captioner(Protocol):
    """Of one device, for one thread at a time."""

    def caption(self, frame: Frame) -> Caption:
        """Raises ModelError, UnreadablePictureError."""
        ...

    def close(self) -> None:
        """Give connections back."""
        ...


class SceneCaptioner:
    """Says what is measured. Remembers the device's last picture."""

    def __init__(self, picture: FrameSettings) -> None:
        self._picture = picture
        self._before: Scene | None = None
        self._look_before: Look | None = None

    def caption(self, frame: Frame) -> Caption:
        look = look_at(frame.jpeg)
        judged = frame.judgement
        facts = SceneFacts(
            brightness=look.brightness,
            changed=None if frame.before is None else self._changed(frame.before, look),
            is_black=look.brightness < self._picture.black_below,
            # A quiet scene counts as frozen where nothing moves; a camera's picture of it is never the same.
            is_frozen=judged is not None
            and judged.freeze
            and self._look_before is not None
            and self._look_before.blocks == look.blocks,
        )
        self._before, self._look_before = scene_of(facts, self._before), look
        return Caption(self._before.text, SCENE_MODEL)

    def _changed(self, before: bytes, look: Look) -> list[bool] | None:
        try:
            blocks = look_at(before).blocks
        except UnreadablePictureError:
            return None
        threshold = block_threshold(self._picture.motion_block_threshold, self._picture.detection_sensitivity)
        return [abs(one - other) > threshold for one, other in zip(blocks, look.blocks, strict=True)]

    def close(self) -> None:
        """It has none."""


class ModelCaptioner:
    """Asks a model behind an OpenAI-compatible API."""

    def __init__(self, settings: CaptionSettings) -> None:
        self._settings = settings
        self._client = ModelClient(
            settings.base_url,
            settings.key.get_secret_value(),
            settings.allowed_networks,
            answer_within_s=settings.timeout_s,
        )

    def caption(self, frame: Frame) -> Caption:
        settings = self._settings
        question = chat_question(settings.model, settings.prompt, frame.jpeg, settings.most_tokens)
        return Caption(text_of(self._client.post(CHAT_PATH, question)), settings.model)

    def close(self) -> None:
        self._client.close()


class WithEmbeddings:
    """Has another captioner's texts embedded. A text without its embedding is better than none."""

    def __init__(self, captioner: Captioner, settings: CaptionSettings) -> None:
        base_url, key = settings.embeddings_at
        self._captioner = captioner
        self._model = settings.embeddings_model
        self._client = ModelClient(
            base_url,
            key.get_secret_value(),
            settings.allowed_networks,
            answer_within_s=settings.timeout_s,
        )
        self._last: tuple[str, tuple[float, ...]] | None = None

    def caption(self, frame: Frame) -> Caption:
        made = self._captioner.caption(frame)
        if self._last is not None and self._last[0] == made.text:
            return Caption(made.text, made.model, self._last[1])
        try:
            numbers = tuple(
                embedding_of(self._client.post(EMBEDDINGS_PATH, embedding_question(self._model, made.text)))
            )
        except ModelError as error:
            return Caption(made.text, made.model, None, error)
        self._last = (made.text, numbers)
        return Caption(made.text, made.model, numbers)

    def close(self) -> None:
        self._client.close()
        self._captioner.close()


def captioner_for(settings: CaptionSettings, picture: FrameSettings) -> Captioner:
    """The captioner that a device's settings ask for."""
    made: Captioner = SceneCaptioner(picture) if settings.captioner == "scene" else ModelCaptioner(settings)
    return WithEmbeddings(made, settings) if settings.embeddings_model else made
