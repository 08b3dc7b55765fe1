"""Trying cameras over HTTP, as the gateway asks."""

from host_agent.probe.camera_probe import CameraProbe
from host_agent.probe.schemas import (
    PICTURE_ANSWER_EXAMPLE,
    PICTURE_EXAMPLE,
    PROBE_ANSWER_EXAMPLE,
    PROBE_EXAMPLE,
    PictureAnswerSchema,
    ProbeAnswerSchema,
)
from shared.contracts.probe import PictureAnswer, ProbeAnswer, ProbeRequest
from shared.http.blueprint import ApiBlueprint
from shared.http.message_body import read_message
from shared.http.message_schema import message_schema
from shared.http.permissions import requires
from shared.http.provided import provided

LARGEST_REQUEST_BYTES = 64 * 1024

blp = ApiBlueprint("probe", __name__, description="Tries cameras that are not recorded here, or not yet.")


@blp.post("/api/host/probe")
@requires("hosts:control")
@blp.message(message_schema(ProbeRequest), example=PROBE_EXAMPLE)
@blp.answer(200, ProbeAnswerSchema, description="What it came to.", example=PROBE_ANSWER_EXAMPLE)
@blp.errors(503)
def probe_camera() -> ProbeAnswer:
    """Try a camera: whether it answers, how fast, with what picture

    A camera that does not answer is a 200 with its reason. 503 while too many are being tried.
    """
    return provided(CameraProbe).probe(read_message(ProbeRequest, largest_bytes=LARGEST_REQUEST_BYTES))


@blp.post("/api/host/picture")
@requires("hosts:control")
@blp.message(message_schema(ProbeRequest), example=PICTURE_EXAMPLE)
@blp.answer(200, PictureAnswerSchema, description="What it came to.", example=PICTURE_ANSWER_EXAMPLE)
@blp.errors(503)
def picture_of_camera() -> PictureAnswer:
    """Take one picture of a camera that is not recorded here

    A camera that does not answer is a 200 with its reason. 503 while too many are being tried.
    """
    return provided(CameraProbe).picture(read_message(ProbeRequest, largest_bytes=LARGEST_REQUEST_BYTES))
