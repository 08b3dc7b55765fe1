"""What hosts send: enrolment and heartbeats. In the application for hosts, and in the browser's."""

from gateway.accounts.permissions import HOST, PUBLIC, requires
from gateway.hosts.enrolment import Enrolment
from gateway.hosts.heartbeats import Heartbeats
from gateway.hosts.schemas import (
    ENROLMENT_ANSWER_EXAMPLE,
    ENROLMENT_EXAMPLE,
    HEARTBEAT_ANSWER_EXAMPLE,
    HEARTBEAT_EXAMPLE,
    EnrolmentAnswerSchema,
    HeartbeatAnswerSchema,
)
from shared.contracts.enrolment import EnrolmentAnswer, EnrolmentRequest
from shared.contracts.heartbeat import Heartbeat, HeartbeatAnswer
from shared.http.deed import tell_deed, tell_doer
from shared.http.envelope import EnvelopeBlueprint
from shared.http.message_body import bearer_token, read_message
from shared.http.message_schema import message_schema
from shared.http.provided import provided

LARGEST_ENROLMENT_BYTES = 64 * 1024
LARGEST_HEARTBEAT_BYTES = 4 * 1024 * 1024

blp = EnvelopeBlueprint(
    "ingest", __name__, url_prefix="/api/v1/hosts", description="What hosts send: enrolment and heartbeats."
)


@blp.post("/enrol")
@requires(PUBLIC)
@blp.message(message_schema(EnrolmentRequest), example=ENROLMENT_EXAMPLE)
@blp.data(EnrolmentAnswerSchema, description="The host is enrolled.", example=ENROLMENT_ANSWER_EXAMPLE)
@blp.errors(401, 409, 503)
def enrol_host() -> EnrolmentAnswer:
    """Trade an enrolment token for a host's own credential

    The same request again is answered the same, so that an answer that was lost costs nothing.
    """
    request = read_message(EnrolmentRequest, largest_bytes=LARGEST_ENROLMENT_BYTES)
    answer = provided(Enrolment).enrol(request)
    # No user is called so: usernames have no blanks.
    tell_doer(None, f"host {request.name}")
    tell_deed("host", request.name, request.name, public_url=request.public_url, version=request.version)
    return answer


@blp.post("/heartbeat")
@requires(HOST)
@blp.message(message_schema(Heartbeat), example=HEARTBEAT_EXAMPLE)
@blp.data(HeartbeatAnswerSchema, description="It is kept.", example=HEARTBEAT_ANSWER_EXAMPLE)
@blp.errors(503)
def heartbeat() -> HeartbeatAnswer:
    """Report a host's state, its devices and its minutes of activity

    With the host's credential as a bearer token. The body may be gzip, 4 MiB at most once it is unpacked.
    All minutes are acknowledged by the answer.
    """
    heartbeats = provided(Heartbeats)
    sender = heartbeats.sender(bearer_token())
    return heartbeats.take(sender, read_message(Heartbeat, largest_bytes=LARGEST_HEARTBEAT_BYTES))
