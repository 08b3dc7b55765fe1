"""What a host's last calls come to for the next ones."""

import pytest

from gateway.hosts.host_client_memory import SUSPECT_AFTER, TRIED_EVERY_S, HostMemory
from shared.errors import UnavailableError


class Seconds:
    """Monotonic time by hand."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def memory(seconds: Seconds) -> HostMemory:
    return HostMemory(seconds)


def suspect(memory: HostMemory, host: str = "lab-1") -> None:
    for _ in range(SUSPECT_AFTER):
        memory.failed(host)


def test_a_host_is_waited_for_until_it_has_failed_three_times_in_a_row(memory: HostMemory) -> None:
    for _ in range(SUSPECT_AFTER):
        assert memory.admit("lab-1")
        memory.failed("lab-1")
    with pytest.raises(UnavailableError) as caught:
        memory.admit("lab-1")
    assert caught.value.code == "host_unreachable"


def test_one_answer_in_between_begins_the_count_anew(memory: HostMemory) -> None:
    for _ in range(5):
        memory.failed("lab-1")
        memory.failed("lab-1")
        memory.answered("lab-1")
    assert memory.admit("lab-1")


def test_a_suspect_host_is_tried_by_one_caller_at_a_time(memory: HostMemory, seconds: Seconds) -> None:
    suspect(memory)
    seconds.now_s += TRIED_EVERY_S
    assert memory.admit("lab-1") is False, "tried, with little patience"
    with pytest.raises(UnavailableError):
        memory.admit("lab-1")
    memory.failed("lab-1")
    seconds.now_s += TRIED_EVERY_S
    assert memory.admit("lab-1") is False
    memory.answered("lab-1")
    assert memory.admit("lab-1") is True


def test_one_hosts_failures_are_not_anothers(memory: HostMemory) -> None:
    suspect(memory)
    assert memory.admit("lab-2")


def test_what_is_remembered_is_bounded(memory: HostMemory) -> None:
    suspect(memory, "first")
    for number in range(5000):
        memory.failed(f"host-{number}")
    assert memory.admit("first"), "forgotten: the oldest goes"
