"""How a caption is written in Redis: for people in its key, whole in its camera's journal. Plain."""

import hashlib
import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from gateway.captions.caption import Caption, JournalEntry, JournalId

# Of what Redis needs to find them again, a sixth of a caption's: each has six arguments.
_BYTES_BESIDE = 100
# Made once: json.dumps makes one for each text.
_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
# Numbers of an embedding, little-endian single precision.
_NUMBER_BYTES = 4


@dataclass(frozen=True, slots=True)
class ShownCaption:
    """A caption as people see it. `suffix`: of its key. Times are UTC ms; `expires_ms`: when it is shown no
    longer; it is kept until it is merged."""

    camera_id: str
    suffix: str
    captured_ms: int
    received_ms: int
    expires_ms: int
    text: str
    model: str
    frame: str
    has_embedding: bool

    @property
    def id(self) -> str:
        return f"{self.camera_id}:{self.suffix}"


def digest_of(text: str) -> bytes:
    """8 bytes that tell texts of one millisecond apart; the first four are `hash8`."""
    return hashlib.sha256(text.encode()).digest()[:8]


def written(captions: Sequence[Caption], now_ms: int) -> list[str | bytes | int]:
    """What the script that stores them is given: six arguments each."""
    received_at = _iso(now_ms)
    told: list[str | bytes | int] = []
    for caption in captions:
        told += (
            caption.camera_id,
            caption.captured_ms,
            digest_of(caption.text),
            _shown_form(caption, received_at),
            # Models and frames hold no U+0000.
            f"{caption.model}\0{caption.frame}\0{caption.text}",
            packed(caption.embedding),
        )
    return told


def room_bytes(arguments: Sequence[str | bytes | int]) -> int:
    """About how much memory captions of these arguments take."""
    lengths = sum([len(part) for part in arguments if not isinstance(part, int)])
    return 2 * lengths + _BYTES_BESIDE * len(arguments)


def shown(camera_id: str, suffix: str, value: bytes, ttl_s: int) -> ShownCaption:
    """The caption of a key's value. Raises ValueError where it is none."""
    told = json.loads(value)
    received_ms = _ms_of(told["received_at"])
    return ShownCaption(
        camera_id=camera_id,
        suffix=suffix,
        captured_ms=_ms_of(told["captured_at"]),
        received_ms=received_ms,
        expires_ms=received_ms + ttl_s * 1000,
        text=told["text"],
        model=told.get("model", ""),
        frame=told.get("frame", ""),
        has_embedding=told.get("has_embedding", False),
    )


def read_entry(camera_id: str, entry_id: bytes, fields: Sequence[bytes]) -> JournalEntry:
    """An entry of a journal, from its fields as Redis tells them: name, value, name, value."""
    told: Mapping[bytes, bytes] = dict(zip(fields[::2], fields[1::2], strict=True))
    suffix = told[b"s"].decode()
    model, frame, text = told[b"c"].decode().split("\0", 2)
    caption = Caption(
        camera_id=camera_id,
        captured_ms=int(suffix.partition(":")[0]),
        text=text,
        embedding=unpacked(told[b"e"]),
        model=model,
        frame=frame,
        further=":" in suffix,
    )
    return JournalEntry(JournalId.of(entry_id.decode()), suffix, caption)


def packed(embedding: Sequence[float] | None) -> bytes:
    """Numbers in single precision; b"" for None."""
    return b"" if embedding is None else struct.pack(f"<{len(embedding)}f", *embedding)


def unpacked(numbers: bytes) -> tuple[float, ...] | None:
    """What `packed` made bytes of."""
    return struct.unpack(f"<{len(numbers) // _NUMBER_BYTES}f", numbers) if numbers else None


def _shown_form(caption: Caption, received_at: str) -> str:
    told: dict[str, object] = {
        "text": caption.text,
        "captured_at": _iso(caption.captured_ms),
        "received_at": received_at,
    }
    if caption.model:
        told["model"] = caption.model
    if caption.frame:
        told["frame"] = caption.frame
    if caption.embedding is not None:
        told["has_embedding"] = True
    return _encoded(told)


def _iso(ms: int) -> str:
    # To the microsecond a double is exact for as long as there are years of four digits.
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def _ms_of(text: str) -> int:
    moment = datetime.fromisoformat(text)
    return int(moment.replace(microsecond=0).timestamp()) * 1000 + moment.microsecond // 1000
