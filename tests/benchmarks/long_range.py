"""24 h at once: the time line, and a playlist of 86,400 segments."""

import gc
import tracemalloc
from collections.abc import Callable

from host_agent.journal.journal import Journal
from host_agent.playback.range_playlist import RangePlaylists
from host_agent.ring.layout import Kind
from host_agent.timeline.timeline import TimelineService
from shared.spans import iso_ms
from tests.benchmarks.bench import Bench, Setting
from tests.benchmarks.figure import Outcome
from tests.benchmarks.made_day import DEVICE, MadeDay, made_day
from tests.benchmarks.made_hour import count_of
from tests.benchmarks.served_day import serving
from tests.benchmarks.timing import times_ms

_MB = 1_000_000


def measure(setting: Setting) -> Outcome:
    day = made_day(setting)
    rounds = setting.choose(9, 3)
    outcome = Outcome()
    _measure_services(outcome, day, rounds)
    span = day.last_24_hours
    asked = {"from": iso_ms(span.start), "to": iso_ms(span.end)}
    with serving(day, setting.folder) as served:
        timeline = f"/api/host/timeline/{DEVICE}"
        playlist = f"/host/stream/{DEVICE}/playlist.m3u8"
        outcome.add("time line over HTTP", "ms", served.times_ms(rounds, timeline, **asked))
        before_kb = served.memory_kb("VmRSS")
        served.client.good(playlist, **asked)
        grown_kb = served.memory_kb("VmHWM") - before_kb
        outcome.add("playlist over HTTP", "ms", served.times_ms(rounds, playlist, **asked))
        size = len(served.client.good(playlist, **asked).body)
        outcome.add("playlist, its text", "MB", [size / _MB])
        outcome.add("playlist over HTTP, growth of the process at its first", "MB", [max(0, grown_kb) / 1000])
    outcome.notes.append(f"{24 * count_of(Kind.SEGMENTS, day.share):,} segments, one unbroken run.")
    return outcome


def _measure_services(outcome: Outcome, day: MadeDay, rounds: int) -> None:
    clock, stores, span = day.clock, {DEVICE: day.store}, day.last_24_hours
    journal = Journal(day.state_dir / "journal.db", clock)
    timelines = TimelineService(stores, journal, clock)
    playlists = RangePlaylists(stores, timelines, clock)

    def render() -> None:
        for _ in playlists.render(DEVICE, span):
            pass

    outcome.add("time line", "ms", times_ms(rounds, lambda: timelines.timeline(DEVICE, span)))
    outcome.add("playlist", "ms", times_ms(rounds, render))
    outcome.add(
        "time line, peak of Python's memory", "MB", [_peak_mb(lambda: timelines.timeline(DEVICE, span))]
    )
    outcome.add("playlist, peak of Python's memory", "MB", [_peak_mb(render)])
    journal.close()


def _peak_mb(call: Callable[[], object]) -> float:
    """What was allocated at the same time, at most; untimed, since watching it slows it down."""
    gc.collect()
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1] / _MB
    finally:
        tracemalloc.stop()


LONG_RANGE = Bench("range", "time line and playlist of 24 h with 86,400 segments", measure)
