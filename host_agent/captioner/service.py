"""The captions process: which device's newest frame is captioned now. Recording never waits for it.

One loop starts a thread for each frame that is captioned; another thread sends what was made. A device is
never asked about twice at once, and a frame that comes meanwhile is left out, never put in a line.
"""

import sqlite3
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from host_agent.captioner.captioners import Caption, Captioner, captioner_for
from host_agent.captioner.frame import Frame, new_frame
from host_agent.captioner.model_failure import MODEL_KEY_REFUSED, ModelError
from host_agent.captioner.outbox import Outbox, Waiting
from host_agent.captioner.pace import KEY_PAUSE_S, Pace, to_be_started
from host_agent.captioner.sender import CaptionSender
from host_agent.fleet.schedule import phase_of
from host_agent.frames.analysis import UnreadablePictureError
from host_agent.frames.screenshot import oldest_allowed_s
from host_agent.journal.journal import Journal
from host_agent.ring.store import RingStore
from host_agent.settings import CaptionSettings, FrameSettings, HostSettings
from host_agent.told_captions import (
    HOST,
    STATE_PART,
    TOLD_AT_LEAST_EVERY_S,
    ToldCaptions,
    ToldSending,
    encode_told,
)
from shared.clock import Clock
from shared.errors import ColdframeError
from shared.spans import utc_ms

LOOP_S = 0.05
TELL_EVERY_S = 2.0
STOP_WITHIN_S = 2.0
SAID_AGAIN_AFTER_S = 60.0
_SCENE_LANE = "scene"


@dataclass(frozen=True, slots=True)
class _Device:
    """One device that is captioned."""

    store: RingStore
    settings: CaptionSettings
    picture: FrameSettings
    captioner: Captioner


class CaptionService:
    """Runs until `stop` is set; `stores` may gain and lose devices meanwhile (`reload` follows).

    `tell_every_s`: how often news go into the journal.
    """

    def __init__(
        self,
        settings: HostSettings,
        stores: Mapping[str, RingStore],
        journal: Journal,
        outbox: Outbox,
        sender: CaptionSender,
        clock: Clock,
        log: Any,
        *,
        tell_every_s: float = TELL_EVERY_S,
    ) -> None:
        self._settings = settings
        self._stores = stores
        self._journal = journal
        self._outbox = outbox
        self._sender = sender
        self._clock = clock
        self._log = log
        self._tell_every_s = tell_every_s
        self._reloaded = threading.Event()
        self._devices: dict[str, _Device] = {}
        # What threads write and the loop reads, under the lock.
        self._lock = threading.Lock()
        self._paces: dict[str, Pace] = {}
        self._busy: dict[str, threading.Thread] = {}
        self._told: dict[str, ToldCaptions] = {}
        self._said: dict[str, ToldCaptions | ToldSending] = {}
        self._said_at_s = 0.0
        self._troubles: dict[tuple[str, str], _Trouble] = {}

    def reload(self, settings: HostSettings) -> None:
        """Take changed settings over. Returns at once."""
        self._settings = settings
        self._reloaded.set()

    def run(self, stop: threading.Event) -> None:
        """Work until `stop`. What is being asked then is given up: its frame has no caption."""
        sending = threading.Thread(target=self._sender.run, args=(stop,), name="send", daemon=True)
        self._take_settings()
        sending.start()
        tell_at_s = 0.0
        while not stop.wait(LOOP_S):
            if self._reloaded.is_set():
                self._reloaded.clear()
                self._take_settings()
                self._sender.wake()
            now_s = self._clock.monotonic()
            self._start_due(now_s)
            if now_s >= tell_at_s:
                tell_at_s = now_s + self._tell_every_s
                self._tell()
        self._end(sending)

    # -- devices -----------------------------------------------------------------------------

    def _take_settings(self) -> None:
        settings = self._settings
        wanted: dict[str, tuple[RingStore, CaptionSettings, FrameSettings]] = {}
        for device in settings.device:
            store = self._stores.get(device.name)
            # Without a gateway nobody would ever read them.
            if store is not None and settings.is_captioned(device) and settings.gateway.url:
                wanted[device.name] = (store, settings.captions_of(device), settings.picture_of(device))
        now_s = self._clock.monotonic()
        for name in list(self._devices):
            held = self._devices[name]
            if wanted.get(name) == (held.store, held.settings, held.picture):
                del wanted[name]
                continue
            with self._lock:
                del self._devices[name]
                self._paces.pop(name, None)
                self._told.pop(name, None)
                is_busy = name in self._busy
            if not is_busy:  # else its thread does
                held.captioner.close()
            self._forget(name)
        for name, (store, own, picture) in wanted.items():
            made = _Device(store, own, picture, captioner_for(own, picture))
            with self._lock:
                self._devices[name] = made
                self._paces[name] = Pace.begin(now_s, own.every_s, phase_of(name), _lane(own))
                self._told[name] = ToldCaptions(captioner=own.captioner)

    def _forget(self, name: str) -> None:
        """What was said of it is not true any more."""
        self._said.pop(name, None)
        try:
            self._journal.set_state(name, STATE_PART, encode_told(ToldCaptions()))
        except sqlite3.Error as error:
            self._say_once(name, "captions_not_told", str(error))

    def _start_due(self, now_s: float) -> None:
        with self._lock:
            room = {_lane(device.settings): _room(device.settings) for device in self._devices.values()}
            names = to_be_started(self._paces, self._busy, room, now_s)
            for name in names:
                self._paces[name] = self._paces[name].started(now_s)
                thread = threading.Thread(
                    target=self._work, args=(name, self._devices[name]), name=f"caption-{name}", daemon=True
                )
                self._busy[name] = thread
                thread.start()

    def _end(self, sending: threading.Thread) -> None:
        with self._lock:
            idle = [device for name, device in self._devices.items() if name not in self._busy]
            # Those that are busy find theirs gone, and close it.
            self._devices = {}
        for device in idle:
            device.captioner.close()
        self._sender.wake()
        sending.join(STOP_WITHIN_S)

    # -- a frame -----------------------------------------------------------------------------

    def _work(self, name: str, device: _Device) -> None:
        """One device, once, in a thread of its own."""
        try:
            done = self._caption(name, device)
        except (OSError, sqlite3.Error) as error:
            self._say_once(name, "caption_not_made", str(error))
            done = _failed(
                ColdframeError(f"Its frame cannot be read or kept: {error}.", remedy="", code="state")
            )
        except Exception:  # noqa: BLE001 (the next frame may fare better; the loop must not lose the device)
            self._log.exception("caption_failed", device=name)
            done = _failed(ColdframeError("The captioner met a defect; its log has more.", remedy=""))
        now_s = self._clock.monotonic()
        with self._lock:
            del self._busy[name]
            is_current = self._devices.get(name) is device
            if is_current:
                self._paces[name] = done.pace(self._paces[name], now_s)
                told = done.told(self._told[name], utc_ms(self._clock.now()))
                self._told[name] = replace(told, missed=self._paces[name].missed)
        if not is_current:
            device.captioner.close()
        # Connections are a thread's own.
        self._outbox.close()
        self._journal.close()

    def _caption(self, name: str, device: _Device) -> "_Done":
        frame = new_frame(
            device.store,
            self._outbox.last_number(name),
            lambda: oldest_allowed_s(device.picture, self._journal.states(name)),
            utc_ms(self._clock.now()),
        )
        if frame is None:
            return _Done()
        try:
            made = device.captioner.caption(frame)
        except ModelError as error:
            self._say_once(name, "caption_not_made", error.message, remedy=error.remedy)
            return _failed(error)
        except UnreadablePictureError as error:
            return _failed(
                ColdframeError(f"The picture cannot be decoded: {error}.", remedy="", code="picture")
            )
        self._outbox.add(_waiting(frame, made), frame.number)
        if made.trouble is None:
            self._is_over(name, "caption_not_made")
            self._is_over(name, "embedding_not_made")
        else:
            self._say_once(name, "embedding_not_made", made.trouble.message, remedy=made.trouble.remedy)
        return _Done(frame=frame, made=made)

    # -- telling -----------------------------------------------------------------------------

    def _tell(self) -> None:
        """Write what is new into the journal."""
        with self._lock:
            said: dict[str, ToldCaptions | ToldSending] = dict(self._told)
        now_s = self._clock.monotonic()
        if now_s - self._said_at_s >= TOLD_AT_LEAST_EVERY_S:
            # That the host's part is fresh tells that this process lives.
            self._said_at_s = now_s
            self._said.pop(HOST, None)
        try:
            state = self._sender.state
            said[HOST] = ToldSending(
                self._outbox.count(),
                self._outbox.oldest_utc_ms(),
                sent=state.sent,
                refused=state.refused,
                dropped=state.dropped,
                code=state.code,
                sentence=state.sentence,
                remedy=state.remedy,
                wrong_since_utc_ms=state.wrong_since_utc_ms,
                embeddings_dropped=state.embeddings_dropped,
            )
            for name, told in said.items():
                if self._said.get(name) != told:
                    self._journal.set_state(name, STATE_PART, encode_told(told))
                    self._said[name] = told
        except (OSError, sqlite3.Error) as error:
            self._say_once(HOST, "captions_not_told", str(error))

    def _say_once(self, device: str, event: str, error: str, **more: str) -> None:
        """Log a trouble when it begins or changes, and no oftener than once a minute: not with every frame,
        nor with every second one of a model that answers now and then."""
        now_s = self._clock.monotonic()
        said = self._troubles.get((device, event))
        if said is not None and (said.error == error or now_s - said.at_s < SAID_AGAIN_AFTER_S):
            return
        self._troubles[device, event] = _Trouble(error, now_s)
        self._log.warning(event, device=device, error=error, **more)

    def _is_over(self, device: str, event: str) -> None:
        """The trouble has ended; when it comes again, that is said again."""
        said = self._troubles.get((device, event))
        if said is not None:
            self._troubles[device, event] = replace(said, error="")


@dataclass(frozen=True, slots=True)
class _Trouble:
    """What was logged last, and when. `error`: empty once it is over."""

    error: str
    at_s: float


@dataclass(frozen=True, slots=True)
class _Done:
    """What became of a frame: a caption, a failure, or (neither) nothing new to caption."""

    frame: Frame | None = None
    made: Caption | None = None
    error: ColdframeError | None = None

    def pace(self, pace: Pace, now_s: float) -> Pace:
        if self.error is None:
            return pace.done(now_s)
        at_least_s = self.error.retry_after_s if isinstance(self.error, ModelError) else 0.0
        if self.error.code == MODEL_KEY_REFUSED:
            at_least_s = max(at_least_s, KEY_PAUSE_S)
        return pace.failed(now_s, at_least_s=at_least_s)

    def told(self, told: ToldCaptions, now_utc_ms: int) -> ToldCaptions:
        if self.error is not None:
            return _with_trouble(replace(told, failed=told.failed + 1), self.error, now_utc_ms)
        if self.frame is None or self.made is None:
            return told
        made = replace(
            told,
            made=told.made + 1,
            last_captured_utc_ms=self.frame.captured_utc_ms,
            last_text=self.made.text,
        )
        return _with_trouble(made, self.made.trouble, now_utc_ms)


def _failed(error: ColdframeError) -> _Done:
    return _Done(error=error)


def _with_trouble(told: ToldCaptions, error: ColdframeError | None, now_utc_ms: int) -> ToldCaptions:
    if error is None:
        return replace(told, code="", sentence="", remedy="", wrong_since_utc_ms=None)
    since_ms = told.wrong_since_utc_ms if told.code else now_utc_ms
    return replace(
        told,
        code=error.code,
        sentence=error.message,
        remedy=error.remedy,
        wrong_since_utc_ms=since_ms,
    )


def _waiting(frame: Frame, made: Caption) -> Waiting:
    return Waiting(
        frame.device, frame.captured_utc_ms, made.text, made.embedding, made.model, frame.reference
    )


def _lane(settings: CaptionSettings) -> str:
    """What is asked about a few devices at once: a server that is slow delays those of no other."""
    models = f"{settings.base_url} {settings.model}" if settings.captioner == "openai" else ""
    embeddings = (
        f"{settings.embeddings_at[0]} {settings.embeddings_model}" if settings.embeddings_model else ""
    )
    return f"{models} {embeddings}".strip() or _SCENE_LANE


def _room(settings: CaptionSettings) -> int:
    """Of a lane. Measuring takes processor time, of which recording needs more."""
    return 1 if _lane(settings) == _SCENE_LANE else settings.at_once
