"""When a clock must not be believed, and until when."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_agent.journal.facts import ClockPair
from host_agent.retention.clock_suspicion import (
    ClockMemory,
    Suspicion,
    decode_memory,
    encode_memory,
    judge,
)

START = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass
class Machine:
    """A machine whose clocks a test moves, and what the guard remembers of it."""

    wall: datetime = START
    monotonic: timedelta = timedelta(hours=5)
    boot_id: str = "boot-1"
    synchronised: bool | None = None
    newest_file: datetime | None = None
    memory: ClockMemory = field(default_factory=ClockMemory)

    def pass_time(self, by: timedelta) -> None:
        self.wall += by
        self.monotonic += by

    def step(self, by: timedelta) -> None:
        self.wall += by

    def reboot(self, *, off_for: timedelta, clock_says: datetime | None = None) -> None:
        self.wall = self.wall + off_for if clock_says is None else clock_says
        self.monotonic = timedelta(seconds=20)
        self.boot_id += "+"

    @property
    def pair(self) -> ClockPair:
        return ClockPair(self.wall, self.monotonic // timedelta(milliseconds=1), self.boot_id)

    def judge(self, *, confirmed_id: str | None = None) -> Suspicion | None:
        self.memory = judge(
            self.memory,
            self.pair,
            newest_file=self.newest_file,
            synchronised=self.synchronised,
            confirmed_id=confirmed_id,
        )
        return self.memory.suspicion


def running_machine(*, synchronised: bool | None = None) -> Machine:
    machine = Machine(synchronised=synchronised)
    assert machine.judge() is None
    machine.pass_time(MINUTE)
    machine.newest_file = machine.wall - timedelta(seconds=2)
    assert machine.judge() is None
    return machine


@pytest.mark.parametrize(
    ("step", "is_suspect"),
    [
        (DAY, True),
        (timedelta(days=365), True),
        (timedelta(minutes=61), True),
        (timedelta(minutes=59), False),
        (timedelta(seconds=3), False),
        (-timedelta(seconds=3), False),  # a time daemon steps by so much
        (-timedelta(minutes=5), True),  # older than the newest file
        (-HOUR, True),
        (-DAY, True),
        (datetime(1970, 1, 1, tzinfo=UTC) - START, True),
    ],
)
def test_a_clock_that_was_stepped_is_suspect(step: timedelta, is_suspect: bool) -> None:
    machine = running_machine()
    machine.pass_time(MINUTE)
    machine.step(step)
    suspicion = machine.judge()
    assert (suspicion is not None) is is_suspect
    assert suspicion is None or suspicion.sentence.startswith("The clock of this host")


def test_a_long_pause_between_two_looks_is_no_step() -> None:
    machine = running_machine()
    machine.pass_time(timedelta(days=40))
    assert machine.judge() is None


def test_steps_that_are_small_each_do_not_add_up() -> None:
    machine = running_machine()
    for _ in range(10):
        machine.pass_time(MINUTE)
        machine.step(timedelta(minutes=30))
        assert machine.judge() is None


@pytest.mark.parametrize(
    ("off_for", "clock_says", "synchronised", "is_suspect"),
    [
        (timedelta(minutes=2), None, None, False),
        (timedelta(days=9), None, None, False),  # switched off for long: proves nothing
        (MINUTE, datetime(1970, 1, 1, tzinfo=UTC), None, True),  # the battery is dead
        (MINUTE, datetime(1970, 1, 1, tzinfo=UTC), True, False),
        (MINUTE, START - timedelta(minutes=10), None, True),
        # A year ahead. The kernel of a machine that has a time source knows that it is not set yet.
        (MINUTE, START + timedelta(days=365), None, False),
        (MINUTE, START + timedelta(days=365), True, False),
    ],
)
def test_after_a_restart_of_the_machine_only_an_earlier_clock_is_suspect(
    off_for: timedelta, clock_says: datetime | None, synchronised: bool | None, is_suspect: bool
) -> None:
    machine = running_machine()
    machine.reboot(off_for=off_for, clock_says=clock_says)
    machine.synchronised = synchronised
    assert (machine.judge() is not None) is is_suspect


@pytest.mark.parametrize(
    ("was_synchronised", "off_for", "is_suspect"),
    [
        (True, timedelta(days=365), True),
        (True, timedelta(minutes=5), False),  # that long a restart takes
        (False, timedelta(days=365), False),  # a machine without any time source never is
    ],
)
def test_a_machine_that_used_to_be_synchronised_and_is_not_yet_is_not_believed_a_leap_ahead(
    was_synchronised: bool, off_for: timedelta, is_suspect: bool
) -> None:
    machine = running_machine(synchronised=was_synchronised)
    machine.reboot(off_for=off_for)
    machine.synchronised = False
    assert (machine.judge() is not None) is is_suspect
    machine.pass_time(MINUTE)
    machine.synchronised = True
    assert machine.judge() is None


def test_a_clock_that_is_synchronised_is_believed_whatever_it_was_before() -> None:
    machine = running_machine(synchronised=False)
    machine.step(timedelta(days=20_000))
    machine.synchronised = True
    assert machine.judge() is None


def suspect_machine() -> tuple[Machine, Suspicion]:
    machine = running_machine()
    machine.step(DAY)
    suspicion = machine.judge()
    assert suspicion is not None
    return machine, suspicion


def test_suspicion_ends_when_the_clock_is_synchronised() -> None:
    machine, _ = suspect_machine()
    machine.synchronised = True
    assert machine.judge() is None


def test_suspicion_ends_when_an_operator_confirms_this_one() -> None:
    machine, suspicion = suspect_machine()
    assert machine.judge(confirmed_id="boot-1:4711") is not None
    assert machine.judge(confirmed_id=suspicion.id) is None
    machine.pass_time(MINUTE)
    assert machine.judge(confirmed_id=suspicion.id) is None


def test_a_confirmation_says_nothing_of_the_next_jump() -> None:
    machine, first = suspect_machine()
    machine.pass_time(MINUTE)
    machine.step(DAY)
    second = machine.judge(confirmed_id=first.id)
    assert second is not None and second.id != first.id
    assert machine.judge(confirmed_id=first.id) == second


def test_suspicion_ends_after_a_day_of_monotonic_time_and_not_of_wall_time() -> None:
    machine, suspicion = suspect_machine()
    machine.step(timedelta(minutes=50))
    machine.pass_time(timedelta(hours=23, minutes=59))
    assert machine.judge() == suspicion
    machine.pass_time(MINUTE)
    assert machine.judge() is None


def test_time_in_which_the_machine_is_off_does_not_count() -> None:
    machine, suspicion = suspect_machine()
    machine.pass_time(timedelta(hours=13))
    assert machine.judge() is not None
    machine.reboot(off_for=timedelta(hours=20))
    carried = machine.judge()
    assert carried is not None and carried.id == suspicion.id
    machine.pass_time(timedelta(hours=10, minutes=59))
    assert machine.judge() is not None
    machine.reboot(off_for=timedelta(minutes=1))
    assert machine.judge() is not None
    machine.pass_time(MINUTE)
    assert machine.judge() is None


@pytest.mark.parametrize("how", ["synchronised", "confirmed", "a day has passed"])
def test_files_of_the_wrong_time_raise_no_new_suspicion_after_the_old_one_has_ended(how: str) -> None:
    machine = running_machine()
    machine.newest_file = machine.wall + timedelta(days=200)
    suspicion = machine.judge()
    assert suspicion is not None and "there is footage of" in suspicion.sentence
    if how == "synchronised":
        machine.synchronised = True
        assert machine.judge() is None
        machine.synchronised = None
    elif how == "confirmed":
        assert machine.judge(confirmed_id=suspicion.id) is None
    else:
        machine.pass_time(DAY)
        assert machine.judge() is None
    machine.pass_time(MINUTE)
    assert machine.judge() is None
    machine.newest_file += HOUR
    assert machine.judge() is not None, "newer ones are new evidence"


def test_the_first_look_of_all_believes_the_clock_where_there_is_no_file() -> None:
    assert Machine().judge() is None
    assert Machine(newest_file=START - DAY).judge() is None
    assert Machine(newest_file=START + DAY).judge() is not None


PAIRS = st.builds(
    ClockPair,
    st.integers(0, 4 * 10**12).map(lambda ms: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)),
    st.integers(0, 10**11),
    st.text(max_size=40),
)
MEMORIES = st.builds(
    ClockMemory,
    last=st.none() | PAIRS,
    suspicion=st.none()
    | st.builds(Suspicion, st.text(), st.text(), began=PAIRS, since=PAIRS, counted_ms=st.integers(0, 10**10)),
    accepted_until=st.none() | PAIRS.map(lambda pair: pair.wall),
    was_synchronised=st.booleans(),
)


@given(MEMORIES)
def test_what_is_remembered_survives_a_restart(memory: ClockMemory) -> None:
    assert decode_memory(encode_memory(memory)) == memory


@given(MEMORIES, PAIRS, st.none() | PAIRS.map(lambda pair: pair.wall), st.none() | st.text())
def test_a_synchronised_clock_is_never_suspect(
    memory: ClockMemory, now: ClockPair, newest_file: datetime | None, confirmed_id: str | None
) -> None:
    judged = judge(memory, now, newest_file=newest_file, synchronised=True, confirmed_id=confirmed_id)
    assert judged.suspicion is None and judged.last == now


@given(MEMORIES, PAIRS, st.none() | st.booleans())
def test_a_clock_that_is_older_than_the_newest_file_is_suspect_or_that_file_was_accepted(
    memory: ClockMemory, now: ClockPair, synchronised: bool | None
) -> None:
    newest = now.wall + timedelta(minutes=2)
    judged = judge(memory, now, newest_file=newest, synchronised=synchronised, confirmed_id=None)
    if judged.suspicion is None:
        assert (
            synchronised
            or memory.suspicion is not None  # it just ended
            or (memory.accepted_until is not None and newest <= memory.accepted_until)
        )
        assert judged.accepted_until is not None and judged.accepted_until >= newest


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"last": 1}', "null", '{"last": [1, 2], "suspicion": null}']
)
def test_a_memory_that_nobody_wrote_is_refused(text: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        decode_memory(text)
