"""What comes back from the gateway is an answer, a refusal, or nothing that can be used."""

import json

import pytest

from host_agent.fleet.gateway_answer import (
    GatewayNonsenseError,
    GatewayRefusedError,
    GatewayUnreachableError,
    read_answer,
)
from shared.contracts.enrolment import EnrolmentAnswer
from shared.contracts.heartbeat import HeartbeatAnswer

DATA = {"host_id": "h1", "heartbeat_url": "http://g/beat", "interval_s": 10}


def body(**fields: object) -> bytes:
    return json.dumps(fields).encode()


def failure(code: str = "taken", message: str = "It is taken.") -> bytes:
    return body(success=False, error={"code": code, "message": message, "remedy": "Choose another."})


def test_data_is_taken_out_of_the_envelope_and_what_is_unknown_is_left() -> None:
    found = read_answer(EnrolmentAnswer, 200, body(success=True, data={**DATA, "new": 1}, meta={}))
    assert found == EnrolmentAnswer.model_validate(DATA)


def test_a_refusal_keeps_its_code_sentence_and_remedy() -> None:
    with pytest.raises(GatewayRefusedError) as refused:
        read_answer(EnrolmentAnswer, 409, failure())
    error = refused.value
    assert (error.status, error.code, error.message, error.remedy) == (
        409,
        "taken",
        "It is taken.",
        "Choose another.",
    )


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_gateway_that_is_not_well_is_no_refusal(status: int) -> None:
    with pytest.raises(GatewayUnreachableError, match="taken"):
        read_answer(EnrolmentAnswer, status, failure())


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (200, b""),
        (200, b"<html>"),
        (200, b"[" * 200_000),
        (200, b"\xff"),
        (200, b"null"),
        (200, body(success=True)),
        (200, body(success=True, data={**DATA, "interval_s": "soon"})),
        (200, b'{"success": true, "data": {"host_id": "h", "heartbeat_url": "u", "interval_s": NaN}}'),
        (200, failure()),
        (404, body(success=True, data=DATA)),
        (502, b"<h1>Bad gateway</h1>"),
        (401, b"Unauthorized"),
        (200, body(success=True, data=[1])),
    ],
)
def test_what_is_no_answer_of_a_gateway_is_told_as_that(status: int, answer: bytes) -> None:
    with pytest.raises(GatewayNonsenseError) as nonsense:
        read_answer(EnrolmentAnswer, status, answer)
    assert str(status) in nonsense.value.message


def test_words_of_another_machine_are_cut_and_made_printable() -> None:
    with pytest.raises(GatewayRefusedError) as refused:
        read_answer(HeartbeatAnswer, 400, failure("c" * 999, "line\nbreak\x1b[31m" + "x" * 9999))
    assert len(refused.value.code) == 50
    assert len(refused.value.message) == 300
    assert refused.value.message.isprintable()


def test_an_answer_with_an_assignment_tells_none_from_nothing() -> None:
    plain = {"received_utc_ms": 5, "interval_s": 10}
    assert read_answer(HeartbeatAnswer, 200, body(success=True, data=plain)).cameras is None
    assert read_answer(HeartbeatAnswer, 200, body(success=True, data={**plain, "cameras": []})).cameras == []
