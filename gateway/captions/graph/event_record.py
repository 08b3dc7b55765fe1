"""An event as the graph keeps it, and back. Plain: what the driver takes and gives, no driver.

Times go over as UTC milliseconds; the statements make DATETIMEs of them. Embeddings are kept in single
precision, as captions have them in their journal.
"""

from collections.abc import Mapping, Sequence
from typing import cast

from gateway.captions.caption import Caption, JournalId
from gateway.captions.event import Event, EventFrame
from gateway.captions.graph.event_tokens import tokens_of
from gateway.captions.merging import CameraRecord, Known

Row = Mapping[str, object]


def row_of(event: Event) -> dict[str, object]:
    """What the statements write of `event`, but for its embedding."""
    return {
        "event_id": event.event_id,
        "caption": event.caption,
        "variants": list(event.variants),
        "start_ms": event.start_ms,
        "end_ms": event.end_ms,
        "duration_seconds": event.duration_seconds,
        "frame_count": event.frame_count,
        "brief": event.brief,
        "model": event.model,
        "frame": event.frame,
        "frame_ms": [frame.ms for frame in event.frames],
        "frame_variants": [frame.variant for frame in event.frames],
        "tokens": tokens_of(event),
    }


def event_of(properties: Row) -> Event:
    """An event of the properties of its node, as `event_cypher` returns them."""
    embedding = cast(Sequence[float] | None, properties.get("embedding"))
    times = cast(Sequence[int], properties["frame_ms"])
    said = cast(Sequence[int], properties["frame_variants"])
    return Event(
        event_id=str(properties["event_id"]),
        camera_id=str(properties["camera_id"]),
        caption=str(properties["caption"]),
        variants=tuple(cast(Sequence[str], properties["variants"])),
        frames=tuple(EventFrame(ms, variant) for ms, variant in zip(times, said, strict=True)),
        brief=bool(properties["brief"]),
        embedding=None if embedding is None else tuple(embedding),
        model=str(properties["model"]),
        frame=str(properties["frame"]),
    )


def last_of(camera_id: str, properties: Row) -> Caption | None:
    """The newest caption that was merged, of the properties of its camera's node."""
    if properties.get("last_ms") is None:
        return None
    embedding = cast(Sequence[float] | None, properties.get("last_embedding"))
    return Caption(
        camera_id=camera_id,
        captured_ms=cast(int, properties["last_ms"]),
        text=str(properties["last_text"]),
        embedding=None if embedding is None else tuple(embedding),
    )


def record_of(camera_id: str, row: Row) -> CameraRecord:
    """What is kept with a camera, of the properties of its node and of its open event."""
    camera, opened = cast(Row, row["camera"]), cast(Row | None, row["open"])
    position = camera.get("journal_position")
    return CameraRecord(
        journal=str(camera.get("journal", "")),
        position=None if position is None else JournalId.of(str(position)),
        known=Known(last=last_of(camera_id, camera), open=None if opened is None else event_of(opened)),
    )
