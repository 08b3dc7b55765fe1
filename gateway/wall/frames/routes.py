"""The newest pictures of many devices over HTTP."""

from flask import Response

from gateway.accounts.permissions import caller, requires
from gateway.wall.frames.frames_answer import FRAMES_TYPE
from gateway.wall.frames.schemas import FramesQuery, FramesQuerySchema
from gateway.wall.frames.wall import WallFrames
from shared.http.blueprint import BINARY
from shared.http.envelope import EnvelopeBlueprint
from shared.http.provided import provided

blp = EnvelopeBlueprint(
    "wall", __name__, url_prefix="/api/v1/wall", description="Every device at once: newest pictures, views."
)


@blp.get("/frames")
@requires("archive:read")
@blp.query(FramesQuerySchema)
@blp.answer(200, BINARY, description="Head and pictures, see above.", content_type=FRAMES_TYPE)
@blp.errors(503)
def wall_frames(asked: FramesQuery) -> Response:
    """The newest thumbnails of devices of any hosts in one answer

    Four bytes, big-endian: the length of the head. Then the head, a JSON object `{"cursor": "…", "frames":
    [{"device", "word", "state", "sentence", "time", "age_s", "stale", "number", "length"}]}`, a frame for
    each device in the order asked for. Then the JPEGs in the same order, each of its `length` bytes; 0:
    unchanged since `after`, or there is none. Send the cursor as `after` the next time, once a second.

    `word` is what a tile shows: live, starting, stalled, no source, stopped, frozen, black, host silent, or
    unknown for a device that is not there. `stale`: the picture is older than eight seconds, or its host is
    silent: it is not to be shown as a picture of now. Each host is asked once a second at most, whoever
    looks; without Redis there are no pictures (503).
    """
    body = provided(WallFrames).frames(asked.devices, asked.cursor, caller().scope)
    response = Response(body, content_type=FRAMES_TYPE)
    response.headers["Cache-Control"] = "no-store"
    return response
