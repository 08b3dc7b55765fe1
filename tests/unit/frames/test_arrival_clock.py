"""Pictures of a sub-stream, dated by their arrival: right to half a second, whatever comes on the way."""

from collections.abc import Iterable

from host_agent.frames.arrival_clock import ArrivalClock

LOOK_EVERY_S = 0.2


def errors_s(
    pictures: Iterable[tuple[float, float, float]], clock: ArrivalClock | None = None
) -> list[tuple[float, float]]:
    """(taken, error) of each picture in the order they are dated. `pictures`: (taken, media, arrived), as
    a collector sees them that looks every 0.2 s."""
    clock = ArrivalClock() if clock is None else clock
    coming = sorted(pictures, key=lambda picture: picture[2])
    waiting: list[tuple[float, float]] = []
    found: list[tuple[float, float]] = []
    now_s = coming[0][2]
    while coming or waiting:
        now_s += LOOK_EVERY_S
        while coming and coming[0][2] <= now_s:
            taken, media, _arrived = coming.pop(0)
            clock.arrive(media, now_s)
            waiting.append((taken, media))
        still: list[tuple[float, float]] = []
        for taken, media in waiting:
            dated = clock.taken_at_s(media, now_s)
            if dated is None:
                still.append((taken, media))
            else:
                found.append((taken, dated - taken))
        waiting = still
    return found


def steady(
    count: int, *, every_s: float = 0.2, begin_s: float = 1000.0, drift: float = 0.0
) -> list[tuple[float, float, float]]:
    """Taken on time, each 0.1 s on its way."""
    return [
        (begin_s + index * every_s, index * every_s * (1 + drift), begin_s + index * every_s + 0.1)
        for index in range(count)
    ]


def worst(found: list[tuple[float, float]]) -> float:
    return max(abs(error) for _taken, error in found)


def test_pictures_that_come_in_time_are_dated_by_their_coming() -> None:
    assert worst(errors_s(steady(100))) < 0.4


def test_rare_key_frames_are_dated_as_well() -> None:
    assert worst(errors_s(steady(20, every_s=2.0))) < 0.4


def test_a_burst_at_the_begin_is_held_back_until_it_is_over() -> None:
    # Three seconds of pictures that waited at the camera come at once, at 1003.
    pictures = [(taken, media, max(arrived, 1003.0)) for taken, media, arrived in steady(60)]
    assert worst(errors_s(pictures)) < 0.4


def test_a_stall_of_the_network_is_none_of_the_camera() -> None:
    pictures = [
        (taken, media, 1016.0 if 1008.0 <= taken < 1016.0 else arrived)
        for taken, media, arrived in steady(150)
    ]
    assert worst(errors_s(pictures)) < 0.5


def test_a_camera_that_paused_goes_on_where_it_is() -> None:
    # Its media time stood still for 5 s.
    pictures = [
        (taken + 5, media, arrived + 5) if media >= 10 else (taken, media, arrived)
        for taken, media, arrived in steady(150)
    ]
    found = errors_s(pictures)
    settled = [(taken, error) for taken, error in found if not 1015 <= taken < 1018]
    assert worst(settled) < 0.5


def test_a_clock_that_runs_two_percent_off_is_followed() -> None:
    for drift in (-0.02, 0.02):
        assert worst(errors_s(steady(600, drift=drift))) < 0.5


def test_media_time_that_leaps_begins_anew() -> None:
    pictures = steady(50) + [
        (taken, media + 50_000, arrived) for taken, media, arrived in steady(50, begin_s=1010.0)
    ]
    assert worst(errors_s(pictures)) < 0.5


def test_nothing_is_said_before_anything_came() -> None:
    assert ArrivalClock().taken_at_s(1.0, 5.0) is None
