"""Captions of a host's devices: what their newest frames show, in words.

`POST /api/v1/hosts/captions` with `Authorization: Bearer` and the host's credential; the body may be gzip.
The same report again does no harm. An error 503 or 507 means: later again.
"""

from typing import Annotated

from pydantic import Field

from shared.contracts.contract import Contract

MOST_CAPTIONS = 1_000
LARGEST_CAPTIONS_BYTES = 8 * 1024 * 1024  # once it is unpacked


class CaptionReport(Contract):
    """What a frame of `device` shows. `embedding`: of the text, by the writer's model. `frame`: the writer's
    own reference to the picture. What is wrong with one is said of that one: limits are the gateway's."""

    device: str
    captured_utc_ms: int
    text: str
    embedding: list[float] | None = None
    model: str = ""
    frame: str = ""


class CaptionReports(Contract):
    """The captions, in any order."""

    captions: Annotated[list[CaptionReport], Field(max_length=MOST_CAPTIONS)]


class RefusedCaption(Contract):
    """`index` in the report. To send it again is of no use, but for `unknown_device` (of which the next
    heartbeat may tell) and `in_the_future` (once the gateway's clock has reached it)."""

    index: int
    code: str
    sentence: str


class EmbeddingsDropped(Contract):
    """`count` captions of `device` were kept without their embeddings: others of its camera that wait to be
    merged have longer or shorter ones."""

    device: str
    count: int
    sentence: str


class CaptionsTaken(Contract):
    """All but the refused ones are kept: `stored` are new, `repeated` were there already."""

    stored: int = 0
    repeated: int = 0
    refused: list[RefusedCaption] = Field(default_factory=list)
    embeddings_dropped: list[EmbeddingsDropped] = Field(default_factory=list)
