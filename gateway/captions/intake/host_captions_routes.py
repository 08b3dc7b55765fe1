"""Where hosts send captions of their devices. In the application for hosts, and in the browser's."""

from flask import request

from gateway.accounts.permissions import HOST, requires
from gateway.captions.intake.body_places import BodyPlaces
from gateway.captions.intake.host_captions import HostCaptions
from gateway.captions.intake.host_captions_schemas import REPORTS_EXAMPLE, TAKEN_EXAMPLE, CaptionsTakenSchema
from shared.contracts.captions import LARGEST_CAPTIONS_BYTES, CaptionReports, CaptionsTaken
from shared.http.envelope import EnvelopeBlueprint
from shared.http.message_body import bearer_token, read_message
from shared.http.message_schema import message_schema
from shared.http.provided import provided

blp = EnvelopeBlueprint(
    "host_captions", __name__, url_prefix="/api/v1/hosts", description="What hosts' devices see, in words."
)


@blp.post("/captions")
@requires(HOST)
@blp.message(message_schema(CaptionReports), example=REPORTS_EXAMPLE)
@blp.data(CaptionsTakenSchema, description="What can be kept is kept.", example=TAKEN_EXAMPLE)
@blp.errors(503, 507)
def take_host_captions() -> CaptionsTaken:
    """Report captions of a host's devices

    With the host's credential as a bearer token. The body may be gzip, 8 MiB at most once it is unpacked.
    What is refused would be refused again, but for `unknown_device` and `in_the_future`; a 503 or 507 says
    that nothing was kept: send it again later.
    """
    captions = provided(HostCaptions)
    sender = captions.sender(bearer_token())
    request.max_content_length = LARGEST_CAPTIONS_BYTES
    with provided(BodyPlaces).place(request.content_length):
        return captions.take(sender, read_message(CaptionReports, largest_bytes=LARGEST_CAPTIONS_BYTES))
