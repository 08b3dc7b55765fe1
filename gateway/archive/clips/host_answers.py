"""What hosts say of clips, checked: they are other programs, perhaps of another version."""

from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from gateway.hosts.host_client_answer import nonsense
from shared.contracts.contract import Contract

Time = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}Z$")]
FileName = Annotated[str, Field(pattern=r"^[a-z0-9][A-Za-z0-9_.-]{0,150}\.(mp4|zip)$")]
Count = Annotated[int, Field(ge=0, lt=2**53)]


class ToldPart(Contract):
    """One MP4: footage of one coding."""

    name: FileName
    start: Annotated[Time, Field(alias="from")]
    end: Annotated[Time, Field(alias="to")]
    footage_ms: Count
    coding: Annotated[str, Field(max_length=200)]


class ToldClip(Contract):
    """A clip as its host has it."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    device: str
    start: Annotated[Time, Field(alias="from")]
    end: Annotated[Time, Field(alias="to")]
    format: Annotated[str, Field(max_length=20)]
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    progress: Annotated[float, Field(ge=0, le=1)]
    message: Annotated[str, Field(max_length=1000)]
    created_at: Time
    expires_at: Time
    footage_ms: Count
    file_name: FileName | None
    size_bytes: Count | None
    parts: Annotated[list[ToldPart], Field(max_length=10_000)]


def clip_of(host: str, told: Any) -> ToldClip:
    """Raises UpstreamError."""
    try:
        return ToldClip.model_validate(told)
    except ValidationError:
        raise nonsense(host, "a clip in a form that is not known here") from None
