"""What somebody sends to have captions taken: one, a list, or `{"captions": […]}`."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gateway.captions.caption import LONGEST_EMBEDDING, LONGEST_TEXT, MOST_AT_ONCE, Caption
from gateway.captions.intake.caption_checks import CaptionFaultError, checked_camera_id, checked_caption
from shared.errors import BadRequestError
from shared.http.fields import parse_time
from shared.spans import utc_ms

# As many of the longest captions, with an embedding of 1,024 numbers each, fit in.
LARGEST_BODY_BYTES = 64 * 1024 * 1024
MOST_FAULTS_TOLD = 20
_REQUIRED = frozenset({"camera_id", "captured_at", "text"})
_KNOWN = _REQUIRED | {"embedding", "model", "frame"}
_REMEDY = f"Known here: {', '.join(sorted(_KNOWN))}. /docs shows their form."
_SHOWN_NAME_LENGTH = 60
# A small body may hold millions of nothings, each of which takes a hundred times its room once it is read.
_MOST_BRACKETS = MOST_AT_ONCE * (LONGEST_TEXT + 10)
_MOST_COMMAS = MOST_AT_ONCE * (LONGEST_TEXT + LONGEST_EMBEDDING + 10)


@dataclass(frozen=True, slots=True)
class AskedCaptions:
    """`items`: as they came, not looked at. `is_list`: of one that came alone, fields have no index."""

    items: Sequence[object]
    is_list: bool

    def path(self, index: int, field: str) -> str:
        """A field as an error names it: `captions.3.text`."""
        if not self.is_list:
            return field
        return f"captions.{index}.{field}" if field else f"captions.{index}"


def read_body(body: bytes) -> AskedCaptions:
    """The captions of a JSON body. Raises BadRequestError."""
    if body.count(b"{") + body.count(b"[") > _MOST_BRACKETS or body.count(b",") > _MOST_COMMAS:
        raise BadRequestError(
            f"The body holds more than {MOST_AT_ONCE} captions can.", remedy="Send fewer at a time."
        )
    try:
        told = json.loads(body.decode())
    # Not only JSONDecodeError: integers of many thousand digits, wrong encodings, endless nesting.
    except (ValueError, RecursionError):
        raise BadRequestError("The body is not valid JSON.", remedy=_REMEDY) from None
    if isinstance(told, list):
        return _list_of(told)
    if not isinstance(told, dict):
        raise BadRequestError("The body is no caption.", remedy=_REMEDY)
    if "captions" not in told:
        return AskedCaptions([told], False)
    if len(told) > 1:
        name = next(name for name in told if name != "captions")
        raise _refused({_shown(name): "is unknown beside captions."})
    if not isinstance(told["captions"], list):
        raise _refused({"captions": "is no list."})
    return _list_of(told["captions"])


def checked(asked: AskedCaptions, now_ms: int) -> list[Caption]:
    """All of them, as they must be. Raises BadRequestError, which names what is wrong by index and field."""
    captions: list[Caption] = []
    faults: dict[str, str] = {}
    for index, item in enumerate(asked.items):
        try:
            captions.append(_caption(item, now_ms))
        except CaptionFaultError as fault:
            faults[asked.path(index, fault.field)] = fault.sentence
            if len(faults) == MOST_FAULTS_TOLD:
                break
    if faults:
        raise _refused(faults)
    return captions


def refused_cameras(
    asked: AskedCaptions, captions: Sequence[Caption], is_known: Callable[[str], bool]
) -> None:
    """Raise BadRequestError where a caption is of a camera that is not known."""
    faults = {
        asked.path(index, "camera_id"): f"there is no camera {caption.camera_id}."
        for index, caption in enumerate(captions)
        if not is_known(caption.camera_id)
    }
    if faults:
        told = dict(list(faults.items())[:MOST_FAULTS_TOLD])
        raise _refused(told, "GET /api/v1/cameras lists the cameras; a caption names one by its external_id.")


def refused_embedding(asked: AskedCaptions, index: int, camera_id: str, expected: int) -> BadRequestError:
    """Of a caption whose embedding is not as long as others of its camera."""
    return _refused(
        {asked.path(index, "embedding"): f"must have {expected} numbers, as others of {camera_id} have."},
        "Use one model for a camera. To change it, have what is cached merged first:"
        f" POST /api/v1/migration/camera/{camera_id}/migrate?force=true",
    )


def _caption(item: object, now_ms: int) -> Caption:
    if not isinstance(item, dict):
        raise CaptionFaultError("", "no_caption", "is no caption.")
    if not _KNOWN.issuperset(item):
        name = next(name for name in item if name not in _KNOWN)
        raise CaptionFaultError(_shown(name), "unknown_field", "is unknown.")
    if not _REQUIRED.issubset(item):
        name = next(name for name in ("camera_id", "captured_at", "text") if name not in item)
        raise CaptionFaultError(name, "missing_field", "is missing.")
    return checked_caption(
        checked_camera_id(item["camera_id"]),
        _captured_ms(item["captured_at"]),
        now_ms,
        text=item["text"],
        embedding=item.get("embedding"),
        model=item.get("model"),
        frame=item.get("frame"),
    )


def _captured_ms(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise CaptionFaultError(
            "captured_at", "bad_time", "is neither whole milliseconds since 1970 nor a time in ISO 8601."
        )
    try:
        return utc_ms(parse_time(value))
    except ValueError as error:
        raise CaptionFaultError("captured_at", "bad_time", str(error)) from None


def _list_of(items: list[object]) -> AskedCaptions:
    if not 1 <= len(items) <= MOST_AT_ONCE:
        raise _refused({"captions": f"has {len(items)} entries; 1 to {MOST_AT_ONCE} are taken."})
    return AskedCaptions(items, True)


def _shown(name: str) -> str:
    """A name that somebody made up, as an answer can hold it."""
    return name[:_SHOWN_NAME_LENGTH].encode("utf-8", "backslashreplace").decode()


def _refused(faults: Mapping[str, str], remedy: str = _REMEDY) -> BadRequestError:
    sentences = [f"{name}: {sentence}" for name, sentence in faults.items()]
    return BadRequestError(" ".join(sentences[:3]), remedy=remedy, details={"fields": dict(faults)})
