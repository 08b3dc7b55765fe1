"""What the first design of the ring promised: the times of counting, listing and cleaning a device."""

import time
from datetime import UTC, datetime

from host_agent.capture.footage_counts import count_footage, count_hot
from host_agent.frames.hour_listing import numbers_of_hour
from host_agent.playback.hour_playlist import hour_playlist
from host_agent.ring.layout import NUMBERED_KINDS, TRASH_NAME, Hour, Kind
from tests.benchmarks.bench import Bench, Setting
from tests.benchmarks.figure import Outcome, Target
from tests.benchmarks.made_day import DEVICE, MadeDay, made_day
from tests.benchmarks.made_hour import count_of
from tests.benchmarks.served_day import serving
from tests.benchmarks.timing import times_ms

_COUNTS = Target(at_most=5)
_LISTING = Target(at_most=50)
_PLAYLIST = Target(at_most=20)
_CLEANING = Target(at_most=1)


def measure(setting: Setting) -> Outcome:
    day = made_day(setting)
    rounds = setting.choose(25, 5)
    outcome = Outcome()
    _measure_functions(outcome, day, rounds)
    with serving(day, setting.folder) as served:
        sealed, running = day.sealed_hours[-1], day.running_hour
        device = f"/api/host/devices/{DEVICE}"
        outcome.add("the device over HTTP, counts included", "ms", served.times_ms(rounds, device), _COUNTS)
        for what, hour in (("sealed", sealed), ("running", running)):
            address = f"/api/host/thumbnails/{DEVICE}/{hour}"
            listed = served.times_ms(rounds, address)
            outcome.add(f"thumbnails of a {what} hour over HTTP", "ms", listed, _LISTING)
        for what, hour in (("sealed", sealed), ("running", running)):
            address = f"/host/stream/{DEVICE}/segments/{hour}/archive.m3u8"
            outcome.add(
                f"playlist of a {what} hour over HTTP", "ms", served.times_ms(rounds, address), _PLAYLIST
            )
        every = served.times_ms(rounds, f"/api/host/thumbnails/{DEVICE}/{sealed}", every="60")
        outcome.add("thumbnails of a sealed hour, one a minute, over HTTP", "ms", every)
        array = served.times_ms(rounds, f"/api/host/metadata/{DEVICE}/{sealed}")
        outcome.add("metadata of a sealed hour over HTTP", "ms", array)
    outcome.add("an hour of thumbnails out of sight", "ms", _clean(day, rounds), _CLEANING)
    listed_files, running_files = (
        count_of(Kind.THUMBNAILS, day.share),
        count_of(Kind.THUMBNAILS, 0.75 * day.share),
    )
    outcome.notes.append(
        f"25 hours on disk, {sum(24 * count_of(kind, day.share) for kind in NUMBERED_KINDS):,} files sealed;"
        f" {listed_files:,} thumbnails in a sealed hour, {running_files:,} in the running one."
    )
    return outcome


def _measure_functions(outcome: Outcome, day: MadeDay, rounds: int) -> None:
    store = day.store
    hot = times_ms(rounds, lambda: [count_hot(store, kind) for kind in NUMBERED_KINDS])
    outcome.add("counts of what is hot", "ms", hot, _COUNTS)
    outcome.add(
        "counts of a device, all hours", "ms", times_ms(rounds, lambda: count_footage(store)), _COUNTS
    )
    for what, hour in (("sealed", day.sealed_hours[-1]), ("running", day.running_hour)):
        listed = times_ms(rounds, lambda hour=hour: numbers_of_hour(store, Kind.THUMBNAILS, hour))  # type: ignore[misc]
        outcome.add(f"thumbnails of a {what} hour listed", "ms", listed, _LISTING)
        rendered = times_ms(rounds, lambda hour=hour: hour_playlist(store, hour))  # type: ignore[misc]
        outcome.add(f"playlist of a {what} hour", "ms", rendered, _PLAYLIST)


def _clean(day: MadeDay, rounds: int) -> list[float]:
    """Milliseconds of taking an hour of thumbnails out of sight; each is put back untimed."""
    store = day.store
    taken: list[float] = []
    # The oldest hour has been lapped into the vault by the running one.
    for hour in day.sealed_hours[1:rounds]:
        before = time.perf_counter()
        name = store.trash_hour(Kind.THUMBNAILS, hour, reason="expired", at=datetime.now(UTC))
        taken.append((time.perf_counter() - before) * 1000)
        if name is None:
            raise RuntimeError(f"the hour {hour} was not there")
        _put_back(day, hour, name.text)
    return taken


def _put_back(day: MadeDay, hour: Hour, trashed: str) -> None:
    place = day.store.folders.cold(Kind.THUMBNAILS, hour.number)
    place.rmdir()
    (day.root / TRASH_NAME / trashed).rename(place)


ANSWERS = Bench("answers", "counts, lists, playlists and clean-up of a device with a day of footage", measure)
