"""Captions of a thousand cameras, as many as a benchmark needs."""

import json
from collections.abc import Iterator, Sequence

from sqlalchemy import Engine, text

from gateway.captions.caption import Caption

CAMERAS = 1000
BATCH = 1000
_WORDS = ("person", "white van", "two cyclists", "delivery truck", "dog", "man with umbrella", "empty street")


def camera_ids() -> list[str]:
    return [f"cam_{number:04}" for number in range(CAMERAS)]


def add_cameras(engine: Engine) -> None:
    """The cameras' rows."""
    rows = [{"id": camera_id} for camera_id in camera_ids()]
    statement = text(
        "INSERT INTO cameras (id, name, rtsp_url, external_id) VALUES (:id, :id, 'rtsp://10.0.0.1/', :id)"
    )
    with engine.begin() as connection:
        connection.execute(statement, rows)


def text_of(number: int) -> str:
    return f"surveillance camera view of {_WORDS[number % len(_WORDS)]} near entrance {number % 97}"


def batches(count: int, *, from_ms: int, every_ms: int) -> Iterator[list[Caption]]:
    """`count` batches, each with a caption of each camera; `every_ms` after each other."""
    cameras = camera_ids()
    for number in range(count):
        at_ms = from_ms + number * every_ms
        yield [
            Caption(camera_id, at_ms + index, text_of(number * 7 + index), model="blip-large")
            for index, camera_id in enumerate(cameras)
        ]


def body_of(captions: Sequence[Caption], embedding: Sequence[float] | None = None) -> bytes:
    """As a program sends them."""
    told = [
        {
            "camera_id": caption.camera_id,
            "captured_at": caption.captured_ms,
            "text": caption.text,
            "model": caption.model,
            **({} if embedding is None else {"embedding": list(embedding)}),
        }
        for caption in captions
    ]
    return json.dumps({"captions": told}).encode()
