"""Sends captions to the gateway, oldest first, until it has taken them or said that it never will."""

import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from host_agent.captioner.held_back import HeldBack
from host_agent.captioner.outbox import Outbox, Waiting
from host_agent.fleet.gateway_answer import (
    GatewayNonsenseError,
    GatewayRefusedError,
    GatewayUnreachableError,
    GatewayUnwellError,
)
from host_agent.fleet.schedule import Patience
from shared.clock import Clock
from shared.contracts.captions import (
    MOST_CAPTIONS,
    CaptionReport,
    CaptionReports,
    CaptionsTaken,
    EmbeddingsDropped,
)
from shared.errors import ColdframeError
from shared.spans import utc_ms

MOST_BYTES_AT_ONCE = 4_000_000
# A thousand hosts send: each gathers what it has.
SEND_EVERY_S = 5.0
FAULT_PAUSE_S = 10.0
OFF_PAUSE_S = 120.0
DEFECT_PAUSE_S = 30.0
LET_GO_EVERY_S = 60.0
CAPTIONS_OFF = "captions_off"
NOT_ENROLLED = "not_enrolled"
UNKNOWN_DEVICE = "unknown_device"
IN_THE_FUTURE = "in_the_future"
EMBEDDINGS_DROPPED = "caption_embeddings_dropped"
_PATIENCE = Patience(first_s=1.0, longest_s=60.0)
# What is wrong with a message; any other refusal is about who sends it.
_BAD_MESSAGE = frozenset({400, 413, 422})


@dataclass(frozen=True, slots=True)
class Target:
    """Where captions go, and the credential that the gateway knows this host by."""

    url: str
    credential: str = field(repr=False)


class Gateway(Protocol):
    """The part of the fleet's client that is needed here."""

    def captions(self, url: str, credential: str, reports: CaptionReports) -> CaptionsTaken:
        """Raises GatewayUnreachableError, GatewayNonsenseError, GatewayRefusedError."""
        ...


@dataclass(frozen=True, slots=True)
class SenderState:
    """`code`: empty while captions are taken. Counts are since this process began; `embeddings_dropped`: of
    captions that were taken without them."""

    code: str = ""
    sentence: str = ""
    remedy: str = ""
    sent: int = 0
    refused: int = 0
    dropped: int = 0
    wrong_since_utc_ms: int | None = None
    embeddings_dropped: int = 0


class CaptionSender:
    """`run` and `step` are for one thread; `state` and `wake` for any.

    `target`: None while this host is in no fleet; raises OSError. `random`: numbers in [0, 1). `every_s`:
    how often it looks for new captions.
    """

    def __init__(
        self,
        outbox: Outbox,
        gateway: Gateway,
        target: Callable[[], Target | None],
        random: Callable[[], float],
        clock: Clock,
        log: Any,
        every_s: float = SEND_EVERY_S,
    ) -> None:
        self._outbox = outbox
        self._gateway = gateway
        self._target = target
        self._random = random
        self._clock = clock
        self._log = log
        self._every_s = every_s
        self._wake = threading.Event()
        self._most = MOST_CAPTIONS
        self._patience = _PATIENCE
        self._let_go_at_s = 0.0
        self._code = self._sentence = self._remedy = ""
        self._wrong_since_utc_ms: int | None = None
        self._sent = self._refused = self._dropped = self._embeddings_dropped = 0
        self._said: set[tuple[str, str]] = set()
        self._held = HeldBack()

    @property
    def state(self) -> SenderState:
        """How things stand."""
        return SenderState(
            *(self._code, self._sentence, self._remedy),
            *(self._sent, self._refused, self._dropped),
            self._wrong_since_utc_ms,
            self._embeddings_dropped,
        )

    def wake(self) -> None:
        """Settings have changed: what failed may not fail again."""
        self._patience = _PATIENCE
        self._held = HeldBack()
        self._wake.set()

    def run(self, stop: threading.Event) -> None:
        """Send until `stop` is set."""
        while not stop.is_set():
            pause_s = self.step()
            if pause_s and self._wake.wait(pause_s):
                self._wake.clear()

    def step(self) -> float:
        """Send what is there once; return the seconds until there is more to do."""
        try:
            self._let_go()
            return self._step()
        except (OSError, sqlite3.Error) as error:
            self._tell(
                "outbox",
                f"Captions that wait cannot be read or kept: {error}.",
                "Check the disk and the owner of state_dir: python -m host_agent doctor",
            )
            return FAULT_PAUSE_S
        except Exception:  # noqa: BLE001 (one caption that brings a defect out must not be the last)
            self._log.exception("captions_not_sent")
            self._tell("defect", "Sending captions met a defect of the agent; its log has more.", "")
            return DEFECT_PAUSE_S

    def _let_go(self) -> None:
        now_s = self._clock.monotonic()
        if now_s < self._let_go_at_s:
            return
        self._let_go_at_s = now_s + LET_GO_EVERY_S
        dropped = self._outbox.let_go()
        if dropped:
            self._dropped += dropped
            self._log.error(
                "captions_dropped",
                captions=dropped,
                remedy="The gateway has not taken captions for very long, and there is no room for more:"
                " python -m host_agent doctor",
            )

    def _step(self) -> float:
        now_s = self._clock.monotonic()
        batch, has_more = self._outbox.oldest(
            self._most,
            MOST_BYTES_AT_ONCE,
            passing_over=self._held.passed_over(now_s, self._every_s),
            before_utc_ms=self._held.before_utc_ms(now_s),
        )
        if not batch:
            return self._every_s
        target = self._target()
        if target is None:
            self._tell(
                NOT_ENROLLED,
                "Captions wait until this host is enrolled with its gateway.",
                "Set [gateway] url and enrolment_token.",
            )
            return FAULT_PAUSE_S
        try:
            taken = self._gateway.captions(target.url, target.credential, _reports(batch))
        except GatewayRefusedError as error:
            if error.status in _BAD_MESSAGE:
                return self._is_refused(batch, error)
            return self._is_not_taken(error, error.code)
        except GatewayUnwellError as error:
            pause_s = self._is_not_taken(error, error.gateway_code)
            return max(pause_s, OFF_PAUSE_S) if error.gateway_code == CAPTIONS_OFF else pause_s
        except (GatewayUnreachableError, GatewayNonsenseError) as error:
            return self._is_not_taken(error, error.code)
        self._was_taken(batch, taken)
        return 0.0 if has_more else self._every_s

    def _was_taken(self, batch: Sequence[Waiting], taken: CaptionsTaken) -> None:
        refused = {one.index: one for one in taken.refused if 0 <= one.index < len(batch)}
        stays = self._hold_back(batch, {index: why.code for index, why in refused.items()})
        self._outbox.remove(caption for index, caption in enumerate(batch) if index not in stays)
        self._sent += len(batch) - len(refused)
        for index, why in refused.items():
            if index not in stays:
                self._count_refusal(batch[index], why.code, why.sentence)
        for dropped in taken.embeddings_dropped:
            self._count_embeddings_dropped(dropped)
        self._most = min(MOST_CAPTIONS, self._most * 2)
        self._patience = _PATIENCE
        self._tell_of_future()

    def _hold_back(self, batch: Sequence[Waiting], refused: Mapping[int, str]) -> set[int]:
        """Return those that stay. `refused`: codes, by place in the batch."""
        now_s = self._clock.monotonic()
        unknown = {batch[index].device for index, code in refused.items() if code == UNKNOWN_DEVICE}
        ahead = {index for index, code in refused.items() if code == IN_THE_FUTURE}
        future_ms = self._held.future_from_utc_ms
        if future_ms is not None and any(
            caption.captured_utc_ms >= future_ms
            for index, caption in enumerate(batch)
            if index not in refused
        ):
            self._held = self._held.without_future()
        self._held = self._held.after(
            unknown,
            {caption.device for caption in batch} - unknown,
            [batch[index].captured_utc_ms for index in ahead],
            now_s,
        )
        return ahead | {
            index
            for index, code in refused.items()
            if code == UNKNOWN_DEVICE and self._held.waits_for(batch[index].device, now_s)
        }

    def _tell_of_future(self) -> None:
        """All is well, or captions wait for the gateway's clock to reach them."""
        future_ms = self._held.future_from_utc_ms
        if future_ms is not None and self._outbox.has_from(future_ms):
            self._tell(
                IN_THE_FUTURE,
                "Some are of frames that lie in the gateway's future: this host's clock is ahead, or was.",
                "See that both clocks are right (timedatectl). They are sent again when their time has come.",
            )
        else:
            self._held = self._held.without_future()
            self._tell("", "", "")

    def _is_refused(self, batch: Sequence[Waiting], error: GatewayRefusedError) -> float:
        """One of them makes the whole message unfit: it is looked for by halves, and left out."""
        if len(batch) > 1:
            self._most = len(batch) // 2
            return 0.0
        self._outbox.remove(batch)
        self._count_refusal(batch[0], error.code, error.message)
        return 0.0

    def _count_refusal(self, caption: Waiting, code: str, sentence: str) -> None:
        self._refused += 1
        # A camera that the gateway does not know is refused with every caption: said once.
        if self._is_news(caption.device, code):
            self._log.error(
                "caption_refused",
                device=caption.device,
                captured_utc_ms=caption.captured_utc_ms,
                code=code[:50],
                sentence=sentence[:300],
            )

    def _count_embeddings_dropped(self, dropped: EmbeddingsDropped) -> None:
        self._embeddings_dropped += dropped.count
        if self._is_news(dropped.device, EMBEDDINGS_DROPPED):
            self._log.warning(EMBEDDINGS_DROPPED, device=dropped.device, sentence=dropped.sentence[:300])

    def _is_news(self, device: str, code: str) -> bool:
        """Whether that was not said of the device before."""
        is_news = (device, code) not in self._said
        self._said.add((device, code))
        return is_news

    def _is_not_taken(self, error: ColdframeError, code: str) -> float:
        self._tell(code, error.message, error.remedy)
        self._patience = self._patience.after_failure()
        return self._patience.pause_s(self._random)

    def _tell(self, code: str, sentence: str, remedy: str) -> None:
        is_news = code != self._code
        if not code or not self._code:
            self._wrong_since_utc_ms = utc_ms(self._clock.now()) if code else None
        self._code, self._sentence, self._remedy = code, sentence, remedy
        if not is_news:
            return
        if code:
            self._log.warning("captions_wait", code=code, sentence=sentence, remedy=remedy)
        else:
            self._log.info("captions_taken")


def _reports(batch: Sequence[Waiting]) -> CaptionReports:
    return CaptionReports(
        captions=[
            CaptionReport(
                device=caption.device,
                captured_utc_ms=caption.captured_utc_ms,
                text=caption.text,
                embedding=None if caption.embedding is None else list(caption.embedding),
                model=caption.model,
                frame=caption.frame,
            )
            for caption in batch
        ]
    )
