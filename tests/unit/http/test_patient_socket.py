"""How long a client may take to send a request."""

import socket
import threading
import time

import pytest

from shared.http import server


def test_a_byte_now_and_then_keeps_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "REQUEST_WITHIN_S", 0.4)
    done = threading.Event()
    far, near = socket.socketpair()

    def trickle() -> None:
        while not done.wait(0.05):
            far.send(b"G")

    with far, server._PatientSocket(fileno=near.detach()) as patient:
        trickling = threading.Thread(target=trickle)
        trickling.start()
        try:
            patient.setblocking(True)
            begun_s = time.monotonic()
            with pytest.raises(TimeoutError):
                while patient.recv(100):
                    assert time.monotonic() - begun_s < 5.0
            # The next request has its own time.
            patient.setblocking(True)
            assert patient.recv(100)
        finally:
            done.set()
            trickling.join()


def test_what_is_there_already_is_read_without_waiting() -> None:
    far, near = socket.socketpair()
    with far, server._PatientSocket(fileno=near.detach()) as patient:
        far.send(b"GET")
        patient.setblocking(False)
        assert patient.recv(100) == b"GET"
        with pytest.raises(BlockingIOError):
            patient.recv(100)
        assert patient.gettimeout() == 0.0


def test_a_large_body_has_the_time_of_a_request_for_each_of_its_pieces(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server, "REQUEST_WITHIN_S", 0.4)
    far, near = socket.socketpair()
    with far, server._PatientSocket(fileno=near.detach()) as patient:
        patient.setblocking(True)
        begun_s = time.monotonic()
        while time.monotonic() - begun_s < 0.8:
            far.send(b"x")
            time.sleep(0.05)
            server.read_on({"gunicorn.socket": patient})
            assert patient.recv(100)
        with pytest.raises(TimeoutError):
            patient.recv(100)
    server.read_on({})  # another server than ours: it has its own rules
