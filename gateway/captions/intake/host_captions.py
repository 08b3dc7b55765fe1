"""Takes captions that hosts send of their devices: each that can be kept, and says why another cannot."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol

import structlog

from gateway.captions.cache.caption_cache import CaptionCache, EmbeddingLengthError, Stored
from gateway.captions.caption import Caption
from gateway.captions.intake.caption_checks import CaptionFaultError, checked_caption
from gateway.captions.known_cameras_repository import KnownCamera, KnownCameras
from gateway.captions.troubles import captions_off
from shared.clock import Clock
from shared.contracts.captions import (
    CaptionReport,
    CaptionReports,
    CaptionsTaken,
    EmbeddingsDropped,
    RefusedCaption,
)
from shared.errors import UnavailableError
from shared.spans import utc_ms

_SHOWN_LENGTH = 63
_DROPPED = (
    "The embeddings are not {} numbers long, as those of the camera's captions that wait to be merged are."
    " Others are taken once these are merged."
)


class Sender(Protocol):
    """A host that has shown its credential."""

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...


# Whose credential this is; raises UnauthorisedError.
KnowSender = Callable[[str | None], Sender]


class HostCaptions:
    """`know_sender`: the hosts' room. `is_on`: whether there is a graph that keeps events."""

    def __init__(
        self,
        cache: CaptionCache,
        known: KnownCameras,
        clock: Clock,
        know_sender: KnowSender,
        *,
        is_on: bool,
    ) -> None:
        self._cache = cache
        self._known = known
        self._clock = clock
        self._know_sender = know_sender
        self._is_on = is_on

    def sender(self, credential: str | None) -> Sender:
        """The host that has this credential. Raises UnauthorisedError, UnavailableError (captions_off)."""
        sender = self._know_sender(credential)
        if not self._is_on:
            raise captions_off()
        return sender

    def take(self, host: Sender, reports: CaptionReports) -> CaptionsTaken:
        """Keep what can be kept; the rest is refused, each with a code and a sentence.

        A caption whose embedding is of another length than those of its camera that wait to be merged is
        kept without, and that is told: words of a host are not lost because its model changed. Raises
        CaptionsFullError and UnavailableError, and nothing is kept.
        """
        now_ms = utc_ms(self._clock.now())
        devices = self._known.of_devices(host.id, {report.device for report in reports.captions})
        judged = judge(reports.captions, devices, now_ms)
        stored, expected = self._stored(judged.captions, now_ms)
        dropped = _dropped(judged.captions, stored, expected)
        self._count_dropped(host, dropped, expected)
        self._count_refused(host, judged.refused)
        repeated = sum(one.repeated for one in stored)
        device_of = {camera.camera_id: device for device, camera in devices.items()}
        return CaptionsTaken(
            stored=len(stored) - repeated,
            repeated=repeated,
            refused=list(judged.refused),
            embeddings_dropped=[
                EmbeddingsDropped(
                    device=device_of[camera_id], count=count, sentence=_DROPPED.format(expected[camera_id])
                )
                for camera_id, count in dropped.items()
            ],
        )

    def _stored(self, captions: Sequence[Caption], now_ms: int) -> tuple[list[Stored], dict[str, int]]:
        """Also how long embeddings must be, of cameras of which one is not."""
        kept = list(captions)
        expected: dict[str, int] = {}
        while True:
            try:
                return self._cache.put(kept, now_ms), expected
            except EmbeddingLengthError as error:
                camera_id = kept[error.index].camera_id
                expected[camera_id] = error.expected
                kept = [_fitting(caption, camera_id, error.expected) for caption in kept]

    def _count_dropped(self, host: Sender, dropped: Mapping[str, int], expected: Mapping[str, int]) -> None:
        for camera_id, count in dropped.items():
            structlog.get_logger().warning(
                "caption_embedding_dropped",
                host=host.name,
                camera_id=camera_id,
                count=count,
                expected=expected[camera_id],
            )
        if dropped:
            with suppress(UnavailableError):
                self._cache.count_embeddings_dropped(sum(dropped.values()))

    def _count_refused(self, host: Sender, refused: Sequence[RefusedCaption]) -> None:
        if not refused:
            return
        first = refused[0]
        structlog.get_logger().info(
            "captions_refused", host=host.name, count=len(refused), code=first.code, reason=first.sentence
        )
        # What could be kept is kept: an answer is worth more than a count.
        with suppress(UnavailableError):
            self._cache.count_refused(len(refused))


@dataclass(frozen=True, slots=True)
class Judged:
    """What can be kept of a report, and what cannot."""

    captions: Sequence[Caption]
    refused: Sequence[RefusedCaption]


def judge(reports: Sequence[CaptionReport], devices: Mapping[str, KnownCamera], now_ms: int) -> Judged:
    """Each report by itself. `devices`: cameras of the host, by its device's name."""
    captions: list[Caption] = []
    refused: list[RefusedCaption] = []
    for index, report in enumerate(reports):
        camera = devices.get(report.device)
        if camera is None:
            sentence = f"No camera is called {report.device[:_SHOWN_LENGTH]!r} on this host."
            refused.append(RefusedCaption(index=index, code="unknown_device", sentence=sentence))
            continue
        try:
            captions.append(
                checked_caption(
                    camera.camera_id,
                    report.captured_utc_ms,
                    now_ms,
                    text=report.text,
                    embedding=report.embedding,
                    model=report.model,
                    frame=report.frame,
                    time_field="captured_utc_ms",
                )
            )
        except CaptionFaultError as fault:
            refused.append(RefusedCaption(index=index, code=fault.code, sentence=str(fault)))
    return Judged(captions, refused)


def _dropped(
    captions: Sequence[Caption], stored: Sequence[Stored], expected: Mapping[str, int]
) -> dict[str, int]:
    """How many new ones of each camera are kept without the embedding that they came with."""
    return dict(
        Counter(
            caption.camera_id
            for caption, one in zip(captions, stored, strict=True)
            if not one.repeated
            and caption.embedding is not None
            and len(caption.embedding) != expected.get(caption.camera_id, len(caption.embedding))
        )
    )


def _fitting(caption: Caption, camera_id: str, expected: int) -> Caption:
    if caption.camera_id != camera_id or caption.embedding is None or len(caption.embedding) == expected:
        return caption
    return replace(caption, embedding=None)
