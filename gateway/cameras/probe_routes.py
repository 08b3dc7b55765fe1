"""Tests of connections to cameras."""

from typing import Any

from gateway.accounts.permissions import caller, requires
from gateway.cameras.connection_test import ConnectionTest, ConnectionTests
from gateway.cameras.probe_schemas import (
    TEST_EXAMPLE,
    TEST_QUESTION_EXAMPLE,
    ConnectionTestQuestionSchema,
    ConnectionTestSchema,
)
from shared.http.deed import tell_deed
from shared.http.envelope import EnvelopeBlueprint
from shared.http.provided import provided

blp = EnvelopeBlueprint(
    "connection_tests",
    __name__,
    url_prefix="/api/v1/cameras",
    description="Whether a camera answers, and if not, why.",
)


@blp.post("/<id:camera_id>/test-connection")
@requires("cameras:read")
@blp.body(ConnectionTestQuestionSchema, example=TEST_QUESTION_EXAMPLE, required=False)
@blp.data(ConnectionTestSchema, description="What it came to.", example=TEST_EXAMPLE)
@blp.errors(404, 503)
def test_camera_connection(asked: dict[str, Any], camera_id: str) -> ConnectionTest:
    """Try a camera: on the host that records it, or would; without one from the gateway

    A camera that does not answer is a 200 with `success` false and its reason. What a host's own settings
    name is not opened a second time: its host says how it is. 503 while too many cameras are being tried.
    """
    camera, test = provided(ConnectionTests).test(
        camera_id,
        caller().scope,
        timeout_s=asked["timeout_seconds"],
        check_credentials=asked["check_credentials"],
    )
    tell_deed("camera", camera.id, camera.name, code=test.code, tested_by=test.tested_by)
    return test
