"""Which minutes go to the gateway, in which order, and how many at once."""

from dataclasses import dataclass

import pytest

from host_agent.fleet.minutes_plan import next_batch_size, oldest_first, unacknowledged

FIRST = 29_000_040
NONE = [-1] * 60


@dataclass(frozen=True, slots=True)
class Written:
    minute: int
    revision: int


def test_what_was_never_acknowledged_goes_by_time() -> None:
    minutes = [Written(FIRST + 2, 1), Written(FIRST, 1), Written(FIRST + 1, 4)]
    assert unacknowledged(minutes, FIRST, NONE) == sorted(minutes, key=lambda minute: minute.minute)


def test_a_minute_goes_again_when_its_revision_grew() -> None:
    acknowledged = [1, 2, 3, *[-1] * 57]
    minutes = [Written(FIRST, 1), Written(FIRST + 1, 3), Written(FIRST + 2, 2), Written(FIRST + 3, 1)]
    assert unacknowledged(minutes, FIRST, acknowledged) == [Written(FIRST + 1, 3), Written(FIRST + 3, 1)]


def test_the_oldest_hours_of_all_devices_go_first() -> None:
    waiting = {("b", 60): 3, ("a", 120): 60, ("a", 60): 1, ("c", 0): 0}
    assert oldest_first(waiting) == [("a", 60), ("b", 60), ("a", 120)]


@pytest.mark.parametrize(
    ("size", "was_taken", "then"),
    [(2000, True, 2000), (1500, True, 2000), (2000, False, 1000), (1, False, 1), (1, True, 2)],
)
def test_a_batch_that_is_not_taken_is_halved_and_grows_again(size: int, was_taken: bool, then: int) -> None:
    assert next_batch_size(size, 2000, was_taken=was_taken) == then
