"""Errors of hosts as the gateway's callers get them."""

import json

import pytest

from gateway.hosts.host_client_answer import HeldAnswer, refusal


@pytest.mark.parametrize(
    ("remedy", "told"),
    [
        (
            "GET /api/host/devices has its state; /api/host/frame finds older pictures.",
            "GET /api/v1/devices has its state; /api/v1/devices/{host}/{device}/frame finds older pictures.",
        ),
        ("GET /api/host/timeline says what there is.", "GET /api/v1/timeline says what there is."),
        ("Ask for a time that is recorded.", "Ask for a time that is recorded."),
    ],
)
def test_a_hosts_remedy_names_addresses_that_callers_of_the_gateway_can_ask(remedy: str, told: str) -> None:
    body = json.dumps({"code": "no_picture", "error": "There is none.", "remedy": remedy}).encode()
    answer = HeldAnswer(status=404, headers={"content-type": "application/json"}, body=body)
    assert refusal("lab-1", answer).remedy == told
