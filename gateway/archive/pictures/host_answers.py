"""What hosts say of pictures, checked: they are other programs, perhaps of another version."""

from typing import Annotated, Any, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from gateway.hosts.host_client_answer import nonsense
from gateway.hosts.media.media_path import media_address, media_addresses
from shared.contracts.contract import Contract

_Told = TypeVar("_Told")
_MOST_PICTURES = 200_000  # of an hour: 50 a second
_MOST_MINUTES = 31 * 24 * 60 + 2
_MOST_HOURS = 31 * 24 + 2

Time = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}Z$")]
DatedHour = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}$")]
HostPath = Annotated[str, Field(max_length=400)]
Number = Annotated[int, Field(ge=0, lt=10**10)]
Count = Annotated[int, Field(ge=0, lt=2**53)]
Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(ge=0, le=2**31)]


class ToldThumbnails(Contract):
    """An hour's thumbnails."""

    hour: Annotated[int, Field(ge=0, le=23)]
    date: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    count: Count
    thumbnails: Annotated[list[HostPath], Field(max_length=_MOST_PICTURES)]


class ToldCapture(Contract):
    """What is known of a capture; from `brightness` on only where it was analysed."""

    number: Number
    captured_at: Time
    width: Count
    height: Count
    bytes: Count
    thumbnail: Number | None
    brightness: Annotated[float, Field(ge=0, le=255)] | None = None
    blackscreen: bool | None = None
    freeze: bool | None = None
    freeze_seconds: Seconds | None = None
    motion: Share | None = None
    sharpness: Annotated[float, Field(ge=0)] | None = None


class ToldMinute(Contract):
    """A minute of a device's heatmap."""

    start: Time
    frames: Count
    analysed: bool
    motion_mean: Share | None
    motion_peak: Share | None
    black_s: Seconds | None
    frozen_s: Seconds | None
    missing_s: Seconds
    thumbnail: Number | None
    revision: Count


class ToldMosaic(Contract):
    """An hour's picture of 60 tiles."""

    hour: DatedHour
    url: HostPath
    sealed: bool


class ToldHeatmap(Contract):
    """Minutes and mosaics of one device."""

    start: Annotated[Time, Field(alias="from")]
    end: Annotated[Time, Field(alias="to")]
    minutes: Annotated[list[ToldMinute], Field(max_length=_MOST_MINUTES)]
    mosaics: Annotated[list[ToldMosaic], Field(max_length=_MOST_HOURS)]
    columns: Annotated[int, Field(ge=1, le=60)]
    rows: Annotated[int, Field(ge=1, le=60)]
    tile_width: Annotated[int, Field(ge=1, le=10_000)]
    tile_height: Annotated[int, Field(ge=1, le=10_000)]


_CAPTURES = TypeAdapter(Annotated[list[ToldCapture], Field(max_length=_MOST_PICTURES)])


def thumbnails_of(host: str, device: str, told: Any) -> dict[str, Any]:
    """The list with the gateway's addresses. Raises UpstreamError."""
    found = _checked(host, TypeAdapter(ToldThumbnails), told)
    addresses = media_addresses(host, device, found.thumbnails)
    if addresses is None or len(addresses) != found.count:
        raise nonsense(host, "thumbnails of somewhere else")
    return {**found.model_dump(), "thumbnails": addresses}


def captures_of(host: str, told: Any) -> list[dict[str, Any]]:
    """What is known of each capture. Raises UpstreamError."""
    found = _checked(host, _CAPTURES, told)
    listed: list[dict[str, Any]] = _CAPTURES.dump_python(found, exclude_unset=True)
    return listed


def heatmap_of(host: str, device: str, told: Any) -> dict[str, Any]:
    """Minutes, and mosaics with the gateway's addresses. Raises UpstreamError."""
    found = _checked(host, TypeAdapter(ToldHeatmap), told)
    mosaics: list[dict[str, Any]] = []
    for mosaic in found.mosaics:
        address = media_address(host, device, mosaic.url)
        if address is None:
            raise nonsense(host, "a mosaic of somewhere else")
        mosaics.append({**mosaic.model_dump(), "url": address})
    return {**found.model_dump(by_alias=True), "mosaics": mosaics}


def _checked(host: str, form: TypeAdapter[_Told], told: Any) -> _Told:
    try:
        return form.validate_python(told)
    except ValidationError:
        raise nonsense(host, "facts in a form that is not known here") from None
