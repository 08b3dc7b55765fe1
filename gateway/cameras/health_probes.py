"""Checks of many cameras at once by connections of our own, within a deadline.

**Two steps.** A light question (`LightCheck`) to every camera; an ffmpeg that opens the stream only where
that does not say enough, where it says something else than the last time, and once in
`OPENED_EVERY_MINUTES`. An ffmpeg costs 70 ms of a processor and a second or two; 500 a minute would be most
of a processor for nothing new.

**Two lanes.** Cameras that did not answer the last time are asked in a lane of their own, a quarter of the
places, so that they never keep the others waiting; once these are done, their places help. What is not
reached within the deadline is left out, and comes first the next time: the caller gives the longest
unchecked first.
"""

import asyncio
import zlib
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace

from gateway.cameras.health_light_check import LightCheck
from gateway.cameras.health_status import LIVE
from shared.ffmpeg.address_lookup import NotReachedError, Resolve, choose_address, resolve
from shared.ffmpeg.stream_address import AddressError, StreamAddress, parse_target
from shared.ffmpeg.stream_probe_failure import StreamProbe

OPENED_EVERY_MINUTES = 10
# Trouble of a moment: a camera that restarts, a full table of connections. Not after a timeout, which has
# waited already, nor after an answer, which would be the same.
WORTH_A_RETRY = frozenset({"refused", "ended", "unreachable", "other"})
_RETRY_AFTER_S = 0.5
_STORED_EVERY_S = 1.0
# What the deadline cuts off has found nothing: its own patience ends after it, or it would say "timeout".
_AFTER_DEADLINE_S = 0.5
# For less of what is left of a run an ffmpeg is not started.
_LEAST_S = 2.0


@dataclass(frozen=True, slots=True)
class Question:
    """A camera to be checked, its `status` so far, and its `trouble`: what was wrong the last time."""

    camera_id: str
    address: StreamAddress = field(repr=False)
    status: str
    trouble: str | None

    @property
    def is_slow(self) -> bool:
        """Whether it is likely to keep somebody waiting."""
        return self.trouble == "timeout"


@dataclass(frozen=True, slots=True)
class ProbeLimits:
    """`at_once`: cameras that are asked at the same time. `deadline_s`: of all together."""

    at_once: int
    timeout_s: float
    deadline_s: float
    networks: tuple[str, ...] = ()


Found = tuple[str, StreamProbe]
Probe = Callable[[StreamAddress, float], StreamProbe]
Store = Callable[[Sequence[Found]], None]


def is_turn_to_open(camera_id: str, minute: int) -> bool:
    """Whether this camera's stream is to be opened in this minute: evenly many of them in each."""
    return (zlib.crc32(camera_id.encode()) + minute) % OPENED_EVERY_MINUTES == 0


def must_open(question: Question, light: StreamProbe | None, minute: int) -> bool:
    """Whether an ffmpeg must be asked, too, after the camera's answer to a light question (None: unclear)."""
    if light is None:
        return True
    if light.is_ok:
        return question.status != LIVE or is_turn_to_open(question.camera_id, minute)
    # That nobody answers needs no second look. An answer that is news does: a person will act on it.
    is_answer = light.code in ("unauthorised", "not_found", "not_video")
    return is_answer and light.code != question.trouble


class HealthProbes:
    """`probe` opens a stream, within so many seconds. `new_nonce`: a random text."""

    def __init__(
        self, limits: ProbeLimits, probe: Probe, new_nonce: Callable[[], str], resolve: Resolve = resolve
    ) -> None:
        self._limits = limits
        self._probe = probe
        self._new_nonce = new_nonce
        self._resolve = resolve

    def run(self, questions: Sequence[Question], minute: int, store: Store) -> None:
        """Check `questions`, the first first; ends a second after the deadline at most.

        `store` is given results as they come, many at a time, never two at once. Raises what it raises, and
        the first defect of a check once the others were made. FileNotFoundError: there is no ffmpeg; what
        light questions could tell was stored.
        """
        if questions:
            limits = self._limits
            round_ = _Round(limits, self._probe, LightCheck(self._new_nonce), self._resolve, minute, store)
            asyncio.run(round_.go(questions))


class _Round:
    """One run, in one event loop."""

    def __init__(
        self,
        limits: ProbeLimits,
        probe: Probe,
        light: LightCheck,
        resolve: Resolve,
        minute: int,
        store: Store,
    ) -> None:
        self._limits = limits
        self._probe = probe
        self._light = light
        self._resolve = resolve
        self._minute = minute
        self._store = store
        self._found: list[Found] = []
        self._defects: list[Exception] = []
        self._ended = asyncio.Event()
        # ffmpegs at the same time; slow streams have places of their own here as well.
        places = {False: max(1, limits.at_once // 2), True: max(1, limits.at_once // 4)}
        self._places = {is_slow: asyncio.Semaphore(count) for is_slow, count in places.items()}
        # Names are looked up, streams opened and results stored in threads: none waits for another.
        self._threads = ThreadPoolExecutor(limits.at_once + sum(places.values()) + 1, "camera-health")

    async def go(self, questions: Sequence[Question]) -> None:
        self._until_s = asyncio.get_running_loop().time() + self._limits.deadline_s
        quick = deque(question for question in questions if not question.is_slow)
        slow = deque(question for question in questions if question.is_slow)
        of_slow = min(len(slow), self._limits.at_once // 4)
        lanes = [[slow]] * of_slow + [[quick, slow]] * (self._limits.at_once - of_slow)
        with self._threads:
            storing = asyncio.create_task(self._store_as_they_come())
            with suppress(TimeoutError):  # the rest comes first the next time
                async with asyncio.timeout_at(self._until_s):
                    await asyncio.gather(*(self._work(lane) for lane in lanes[: len(questions)]))
            self._ended.set()
            await storing
        if self._defects:
            raise self._defects[0]

    async def _work(self, lanes: "Sequence[deque[Question]]") -> None:
        for lane in lanes:
            while lane:
                question = lane.popleft()
                try:
                    found = await self._check(question)
                except Exception as defect:  # noqa: BLE001 (raised once the other cameras were checked)
                    self._defects.append(defect)
                    continue
                if found is not None:
                    self._found.append((question.camera_id, found))

    async def _store_as_they_come(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), _STORED_EVERY_S)
            is_last = self._ended.is_set()
            found, self._found = self._found, []
            if found:
                await asyncio.get_running_loop().run_in_executor(self._threads, self._store, found)
            if is_last:
                return

    async def _check(self, question: Question) -> StreamProbe | None:
        """What a camera came to; None where the time does not suffice to say."""
        light = await self._ask(question)
        if light is not None and light.code in WORTH_A_RETRY:
            await asyncio.sleep(_RETRY_AFTER_S)
            light = await self._ask(question)
        if not must_open(question, light, self._minute):
            return light
        try:
            opened = await self._open(question)
        except FileNotFoundError as error:
            self._defects.append(error)
            return light
        if opened is not None and opened.is_ok and light is not None and light.is_ok:
            # One measure in the history: how fast the camera answers.
            return replace(opened, latency_ms=light.latency_ms)
        return opened

    async def _ask(self, question: Question) -> StreamProbe | None:
        """The light question."""
        loop = asyncio.get_running_loop()
        limit_s = min(loop.time() + self._limits.timeout_s, self._until_s + _AFTER_DEADLINE_S)
        try:
            target = parse_target(question.address)
            choose = (target, self._limits.networks, self._resolve)
            ip_address = await loop.run_in_executor(
                self._threads, lambda: choose_address(*choose, limit_s=limit_s, monotonic=loop.time)
            )
        except AddressError as error:
            return StreamProbe("bad_address", str(error))
        except NotReachedError as error:
            return StreamProbe(error.code, error.sentence)
        return await self._light.ask(target, ip_address, limit_s - loop.time())

    async def _open(self, question: Question) -> StreamProbe | None:
        async with self._places[question.is_slow]:
            loop = asyncio.get_running_loop()
            left_s, timeout_s = self._until_s - loop.time(), self._limits.timeout_s
            if left_s < min(_LEAST_S, timeout_s):
                return None
            within_s = min(left_s + _AFTER_DEADLINE_S, timeout_s)
            return await loop.run_in_executor(self._threads, self._probe, question.address, within_s)
