"""What a server says where it cannot listen."""

import socket

import pytest

from shared.errors import UnavailableError
from shared.http.errors import EnvelopeForm
from shared.http.server import Served, Server, serve


def never_built() -> Served:
    raise AssertionError("nothing may be built before there is an address")


def test_an_address_that_is_taken_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.http.server.ADDRESS_WITHIN_S", 0.0)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        listen = f"127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(UnavailableError, match=listen) as refusal:
            serve(never_built, Server(listen, 2, EnvelopeForm()))
    assert "in use" in refusal.value.message
    assert listen.rpartition(":")[2] in refusal.value.remedy


def test_an_address_of_another_machine_is_refused_at_once() -> None:
    with pytest.raises(UnavailableError, match=r"192\.0\.2\.1"):
        serve(never_built, Server("192.0.2.1:8000", 2, EnvelopeForm()))
