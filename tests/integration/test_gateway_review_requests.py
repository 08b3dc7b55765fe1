"""Requests that are made to bring a defect out: text that is none, wherever a body can hold it."""

import pytest

from tests.support.fleet_stand import FleetStand, error_of
from tests.support.gateway_app import gateway_parts, make_web

HALF = "\\ud800"  # half of a surrogate pair, as JSON writes it


@pytest.fixture
def stand(fleet_gateway: FleetStand) -> FleetStand:
    return fleet_gateway.begin()


@pytest.mark.parametrize("path", ["login", "refresh", "logout"])
@pytest.mark.parametrize(
    "body",
    [
        f'{{"{HALF}": 1}}'.encode(),
        f'{{"username": "a", "password": "{HALF}"}}'.encode(),
        f'{{"username": 5, "password": "x", "a": [{{"\\udfff{HALF}": 2}}]}}'.encode(),
        '{"username": "\ud800", "password": "x"}'.encode("utf-8", "surrogatepass"),
        '{"username": "a"}'.encode("utf-16"),
    ],
)
def test_text_that_is_none_is_refused_whoever_sends_it(path: str, body: bytes) -> None:
    app = make_web(gateway_parts())
    answer = app.test_client().post(
        f"/api/v1/auth/{path}", data=body, content_type="application/json; charset=utf-8"
    )
    assert error_of(answer) == (422, "bad_request")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/cameras/groups", f'{{"name": "{HALF}"}}'),
        ("POST", "/cameras/groups", f'{{"name": "Yard", "location": "\\udfff{HALF}"}}'),
        ("POST", "/hosts/enrolment-tokens", f'{{"host_name": "lab-1", "networks": ["{HALF}"]}}'),
        ("PUT", "/devices/lab-1/street", f'{{"group_id": "{HALF}"}}'),
    ],
)
def test_text_that_is_none_reaches_no_database(stand: FleetStand, method: str, path: str, body: str) -> None:
    stand.beat(stand.enrolled(), "street")
    answer = stand.ask(method, path, data=body, content_type="application/json")
    assert error_of(answer) == (422, "bad_request")


def test_a_pair_in_escapes_is_text(stand: FleetStand) -> None:
    body = '{"name": "\\ud83d\\ude00 yard"}'
    answer = stand.ask("POST", "/cameras/groups", data=body, content_type="application/json")
    assert answer.status_code == 201
    assert answer.get_json()["data"]["name"] == "\U0001f600 yard"
