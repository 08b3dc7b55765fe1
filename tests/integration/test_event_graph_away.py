"""What the addresses of events say where there is no graph, or none that answers."""

import socket
import time
from collections.abc import Iterator

import pytest

from deploy.local.free_port import free_port
from tests.support.events_stand import events_app
from tests.support.gateway_app import gateway_parts
from tests.support.gateway_rooms import RoomsClient

ADDRESSES = (
    "/api/v1/events",
    "/api/v1/events?text=truck",
    "/api/v1/events?text=truck&sort=best",
    "/api/v1/events?similar_to=evt_1",
    "/api/v1/events/minutes?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z",
    "/api/v1/events/evt_1",
    "/api/v1/events/evt_1/neighbours",
)


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(16)
        port: int = listening.getsockname()[1]
        yield port


def told(address: str, **graph: object) -> tuple[int, dict[str, str], float]:
    """The status, the error, and how many seconds it took."""
    client = RoomsClient(events_app(gateway_parts(graph=graph)).test_client(), "viewer")
    before_s = time.monotonic()
    answer = client.send("GET", address)
    error: dict[str, str] = answer.get_json()["error"]
    return answer.status_code, error, time.monotonic() - before_s


@pytest.mark.parametrize("address", ADDRESSES)
def test_without_a_graph_events_are_off_and_it_is_said_what_to_set(address: str) -> None:
    status, error, _ = told(address)
    assert (status, error["code"]) == (503, "captions_off")
    assert "NEO4J_URI" in error["remedy"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_graph_that_is_down_is_told_of_at_once(address: str) -> None:
    status, error, took_s = told(address, uri=f"bolt://127.0.0.1:{free_port()}")
    assert (status, error["code"]) == (503, "graph_unreachable")
    assert "NEO4J_URI" in error["remedy"]
    assert took_s < 5


def test_a_graph_that_hangs_is_told_of_in_seconds(silent_port: int) -> None:
    status, error, took_s = told("/api/v1/events", uri=f"bolt://127.0.0.1:{silent_port}")
    assert (status, error["code"]) == (503, "graph_unreachable")
    assert took_s < 6
