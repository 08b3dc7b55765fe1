"""Captions: taken in, and asked for while they are young."""

from typing import Any

from flask import request

from gateway.accounts.permissions import caller, requires
from gateway.captions.cache.hot_captions import CaptionQuestion, HotAnswer, HotCaptions
from gateway.captions.intake.body_places import BodyPlaces
from gateway.captions.intake.caption_request import LARGEST_BODY_BYTES, read_body
from gateway.captions.intake.caption_schemas import (
    CAPTIONS_BODY,
    CAPTIONS_EXAMPLE,
    HOT_EXAMPLE,
    TAKEN_EXAMPLE,
    CaptionsQuerySchema,
    HotCaptionsSchema,
    TakenCaptionsSchema,
)
from gateway.captions.intake.intake import CaptionIntake, Taken
from shared.errors import BadRequestError
from shared.http.deed import tell_deed, write_once_in_a_while
from shared.http.envelope import EnvelopeBlueprint
from shared.http.provided import provided
from shared.spans import from_utc_ms

blp = EnvelopeBlueprint(
    "captions", __name__, url_prefix="/api/v1/captions", description="What cameras see, in words."
)


@blp.post("")
@requires("captions:write")
@blp.message(CAPTIONS_BODY, example=CAPTIONS_EXAMPLE)
@blp.data(TakenCaptionsSchema, status=201, description="All are kept.", example=TAKEN_EXAMPLE)
@blp.errors(503, 507)
def take_captions() -> dict[str, Any]:
    """Send captions of frames: one, a list, or up to 1,000 in `captions`; all are kept, or none

    The same caption again (camera, millisecond and text) does no harm; another text of the same
    millisecond is kept beside it. For two hours captions answer questions of now, then they are merged into
    events. A 507 (`captions_full`) says that there is no room, and nothing of the request was kept.
    """
    intake = provided(CaptionIntake)
    intake.check_on()
    request.max_content_length = LARGEST_BODY_BYTES
    with provided(BodyPlaces).place(request.content_length):
        taken = intake.take(read_body(_body()), caller().scope)
    _tell(taken)
    return {
        "stored": taken.stored,
        "repeated": taken.repeated,
        "captions": [
            {
                "id": caption.id,
                "camera_id": caption.camera_id,
                "captured_at": from_utc_ms(caption.captured_ms),
                "repeated": caption.repeated,
            }
            for caption in taken.captions
        ],
    }


@blp.get("")
@requires("captions:read")
@blp.query(CaptionsQuerySchema)
@blp.data(HotCaptionsSchema, description="Captions.", example=HOT_EXAMPLE)
@blp.errors(404, 503)
def list_captions(query: CaptionQuestion) -> HotAnswer:
    """Captions of the last two hours, newest first; older ones are in events"""
    return provided(HotCaptions).answer(query, caller().scope)


def _body() -> bytes:
    body = request.get_data(cache=False)
    if not request.is_json:
        raise BadRequestError(
            "The body is not JSON.",
            code="unsupported_media_type",
            remedy="Send it with the header Content-Type: application/json.",
        )
    return body


def _tell(taken: Taken) -> None:
    cameras = list(taken.cameras.values())
    alone = cameras[0] if len(cameras) == 1 else None
    tell_deed(
        "caption",
        "" if alone is None else alone.camera_id,
        "several cameras" if alone is None else alone.name,
        stored=taken.stored,
        repeated=taken.repeated,
    )
    write_once_in_a_while()
