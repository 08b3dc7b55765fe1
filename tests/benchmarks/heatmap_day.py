"""A day's heatmap of one device: how many bytes it is, and how long it takes to answer."""

from datetime import timedelta

from host_agent.frames.heatmap import HeatmapReader
from host_agent.frames.heatmap_writer import SEAL_AFTER_S, HeatmapWriter
from host_agent.ring.layout import MINUTES_NAME, MOSAIC_NAME, Hour, Kind
from shared.spans import iso_ms
from tests.benchmarks.bench import Bench, Setting
from tests.benchmarks.figure import Outcome, Target
from tests.benchmarks.made_day import DEVICE, MadeDay, made_day
from tests.benchmarks.served_day import serving
from tests.benchmarks.timing import times_ms
from tests.support.set_clock import SetClock

_MB = 1_000_000


def measure(setting: Setting) -> Outcome:
    day = made_day(setting)
    rounds = setting.choose(25, 5)
    span = day.last_24_hours
    _write_heatmap(day)
    sizes = [_size_bytes(day, hour) for hour in day.sealed_hours]
    reader = HeatmapReader({DEVICE: day.store}, day.clock)
    outcome = Outcome()
    outcome.add("24 h of one device on disk", "MB", [sum(sizes) / _MB], Target(at_most=3.0))
    outcome.add("… an hour of it", "kB", [size / 1000 for size in sizes])
    outcome.add("24 h read", "ms", times_ms(rounds, lambda: reader.heatmap(DEVICE, span)))
    with serving(day, setting.folder) as served:
        address = f"/api/host/heatmap/{DEVICE}"
        asked = {"from": iso_ms(span.start), "to": iso_ms(span.end)}
        outcome.add("24 h over HTTP", "ms", served.times_ms(rounds, address, **asked))
        answer = served.client.good(address, **asked)
        outcome.add("24 h over HTTP, the answer", "kB", [len(answer.body) / 1000])
        newest = f"/host/stream/{DEVICE}/heatmap/{day.sealed_hours[-1]}/{MOSAIC_NAME}"
        outcome.add("a mosaic over HTTP", "ms", served.times_ms(rounds, newest))
    outcome.notes.append("Tiles are real pictures of a street with cars and people, sixty an hour.")
    return outcome


def _write_heatmap(day: MadeDay) -> None:
    """As the frames process does while hours pass."""
    clock = SetClock(day.sealed_hours[0].start)
    writer = HeatmapWriter(day.store, clock)
    for hour in day.sealed_hours:
        clock.set_to(hour.end - timedelta(seconds=1))
        writer.step()
        clock.set_to(hour.end + timedelta(seconds=SEAL_AFTER_S))
        writer.step()
        if writer.trouble:
            raise RuntimeError(writer.trouble)


def _size_bytes(day: MadeDay, hour: Hour) -> int:
    folder = day.store.hour_folder(Kind.HEATMAP, hour)
    if folder is None:
        raise RuntimeError(f"the hour {hour} has no heatmap")
    return sum((folder / name).stat().st_size for name in (MINUTES_NAME, MOSAIC_NAME))


HEATMAP = Bench("heatmap", "24 h heatmap of one device: bytes, and time to answer", measure)
