"""An hour of real time over RTSP: is every picture there, and rightly dated?

Three cameras burn a running number and the wall clock into their pictures: one with a true clock, one 2 %
fast, one 2 % slow. What an agent recorded of them is read back through a range's playlist and decoded.
"""

import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta

from deploy.local.rtsp_relay import RtspRelay
from shared.spans import from_utc_ms, iso_ms
from tests.benchmarks.bench import Bench, Setting
from tests.benchmarks.figure import Outcome, Target
from tests.support.agent_under_test import AgentUnderTest
from tests.support.footage_check import (
    DATE_TOLERANCE_MS,
    Footage,
    SegmentDecoder,
    date_errors_ms,
    listed_footage,
)
from tests.support.playlist_check import Listed, Playlist, read_playlist
from tests.support.publisher import Publisher, PublisherOptions

CAMERAS = {"true": 1.0, "fast": 1.02, "slow": 0.98}
_PICTURE_MS = 40
_SETTLE_S = 6.0
# Decoded at a time: an hour at once would be a quarter of a gigabyte.
_SEGMENTS_AT_ONCE = 300
_SAY_EVERY_S = 600.0
_TOLERANCE = Target(at_most=DATE_TOLERANCE_MS)
_NONE = Target(at_most=0)


@dataclass(frozen=True, slots=True)
class Read:
    """What came back of one camera."""

    playlist: Playlist
    footage: Footage
    thumbnails: Footage


def measure(setting: Setting) -> Outcome:
    outcome = Outcome()
    read: dict[str, Read] = {}
    try:
        _record_and_read(setting, read)
    except AssertionError as error:
        if not read:
            raise
        # An agent that does not end well is a defect; an hour's figures are not thrown away for it.
        outcome.notes.append(f"after the figures were taken: {error}"[:500])
    for name, found in read.items():
        _report(outcome, name, found)
    return outcome


def _record_and_read(setting: Setting, read: dict[str, Read]) -> None:
    folder = setting.folder / "agent"
    folder.mkdir()
    with ExitStack() as stack:
        relay = stack.enter_context(RtspRelay(setting.folder, names=list(CAMERAS)))
        publishers = {name: _publisher(setting, relay, name) for name in CAMERAS}
        for publisher in publishers.values():
            stack.callback(_end, publisher)
            publisher.start()
        for publisher in publishers.values():
            publisher.wait_until_sending()
        devices = [{"name": name, "source": relay.url(name)} for name in CAMERAS]
        agent = stack.enter_context(AgentUnderTest(folder, devices))
        begun_s = agent.now_s()
        agent.wait_live()
        _wait(setting.choose(3600.0, 60.0))
        asked = {
            "from": iso_ms(from_utc_ms(int(begun_s * 1000))),
            "to": iso_ms(from_utc_ms(int((agent.now_s() - _SETTLE_S) * 1000))),
        }
        for name in CAMERAS:
            read[name] = _read(agent, name, asked)


def _publisher(setting: Setting, relay: RtspRelay, name: str) -> Publisher:
    return Publisher(
        PublisherOptions(
            url=relay.url(f"pub/{name}"),
            sent_log=str(setting.folder / f"sent-{name}.csv"),
            media_rate=CAMERAS[name],
        )
    )


def _end(publisher: Publisher) -> None:
    if publisher.is_started:
        publisher.stop()


def _wait(lasts_s: float) -> None:
    until_s = time.monotonic() + lasts_s
    while (left_s := until_s - time.monotonic()) > 0:
        print(f"hour: {timedelta(seconds=round(left_s))} to go", flush=True)
        time.sleep(min(_SAY_EVERY_S, left_s))


def _read(agent: AgentUnderTest, name: str, asked: dict[str, str]) -> Read:
    answer = agent.get(f"/host/stream/{name}/playlist.m3u8", **asked)
    playlist = read_playlist(answer.text, str(answer.url))

    def content(segment: Listed) -> bytes:
        got = agent.get(segment.absolute_uri)
        got.raise_for_status()
        return got.content

    footage = Footage([], [])
    for at in range(0, len(playlist.segments), _SEGMENTS_AT_ONCE):
        part = replace(playlist, segments=playlist.segments[at : at + _SEGMENTS_AT_ONCE])
        found = listed_footage(part, content, SegmentDecoder())
        footage.pictures.extend(found.pictures)
        footage.faults.extend(found.faults)
    return Read(playlist, footage, agent.ring(name).jpegs("thumbnails"))


def _report(outcome: Outcome, name: str, read: Read) -> None:
    clock = f"camera with a {name} clock"
    stamps = read.footage.stamps
    if not stamps:
        outcome.notes.append(f"{clock}: nothing could be read: {read.footage.faults[:3]}")
        return
    numbers = {stamp.number for stamp in stamps}
    missing = max(numbers) - min(numbers) + 1 - len(numbers)
    errors = [abs(picture.error_ms) for picture in read.footage.pictures]
    outcome.add(f"{clock}: largest error of a date", "ms", [max(errors)], _TOLERANCE)
    outcome.add(f"{clock}: pictures missing", "pictures", [missing], _NONE)
    outcome.add(f"{clock}: pictures twice", "pictures", [len(stamps) - len(numbers)], _NONE)
    outcome.add(f"{clock}: complaints of the decoder", "lines", [len(read.footage.faults)], _NONE)
    thumbnails = [abs(picture.error_ms) for picture in read.thumbnails.pictures]
    if thumbnails:
        outcome.add(f"{clock}: largest error of a thumbnail's time", "ms", [max(thumbnails)], _TOLERANCE)
    recorded_s = (stamps[-1].wall_ms - stamps[0].wall_ms + _PICTURE_MS) / 1000
    off_s = abs(read.playlist.duration_s - recorded_s)
    longest_s = max(segment.duration_s for segment in read.playlist.segments)
    # A camera whose clock is 2 % off plays 2 % longer or shorter than it recorded.
    target = Target(at_most=longest_s) if CAMERAS[name] == 1.0 else None
    outcome.add(f"{clock}: sum of EXTINF against the wall clock", "s off", [off_s], target)
    low, middle, high = date_errors_ms(read.footage.pictures)
    outcome.notes.append(
        f"{clock}: {len(stamps):,} pictures in {recorded_s:,.1f} s, {len(read.playlist.segments):,} segments,"
        f" {len(read.playlist.runs())} runs; errors of dates {low:+d}, {middle:+d}, {high:+d} ms"
        f" (smallest, median, largest); {len(read.thumbnails.pictures):,} thumbnails."
    )
    outcome.notes += [f"{clock}: {fault}" for fault in [*read.footage.faults, *read.thumbnails.faults][:5]]


HOUR = Bench("hour", "an hour of real time over RTSP: dates, missing pictures", measure, is_long=True)
