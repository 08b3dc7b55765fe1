"""An event while captions are merged into it. Plain."""

from bisect import bisect_right

from gateway.captions.caption import Caption
from gateway.captions.deduplication.similarity import Saying
from gateway.captions.event import Event, EventFrame


class DraftEvent:
    """One event, new or known, that takes captions. Most have one caption: it is kept light."""

    __slots__ = (
        "_caption",
        "_embedding",
        "_frame",
        "_frames",
        "_model",
        "_numbers",
        "_variants",
        "event_id",
        "is_changed",
        "is_new",
        "start_ms",
    )

    def __init__(self, event_id: str, first: Caption | None = None, known: Event | None = None) -> None:
        """Of its `first` caption, or a `known` one; exactly one of the two."""
        self.event_id = event_id
        self.is_new = known is None
        self.is_changed = known is None
        if known is not None:
            self._caption, self._model, self._frame = known.caption, known.model, known.frame
            self._embedding = known.embedding
            self._variants = list(known.variants)
            self._frames = [(frame.ms, frame.variant) for frame in known.frames]
        else:
            assert first is not None
            self._caption, self._model, self._frame = first.text, first.model, first.frame
            self._embedding = first.embedding
            self._variants = [first.text]
            self._frames = [(first.captured_ms, 0)]
        self.start_ms = self._frames[0][0]
        # Which variant a text is; filled when a second text is asked for.
        self._numbers: dict[str, int] | None = None

    @property
    def end_ms(self) -> int:
        return self._frames[-1][0]

    def spans(self, ms: int) -> bool:
        return self.start_ms <= ms <= self.end_ms

    def has(self, ms: int, text: str) -> bool:
        """Whether just this caption is in it already."""
        number = self._text_numbers().get(text)
        if number is None or not self.spans(ms):
            return False
        at = bisect_right(self._frames, (ms, number))
        return at > 0 and self._frames[at - 1] == (ms, number)

    def says_at(self, ms: int) -> tuple[Saying, ...]:
        """What it says as a whole, and what it said last before `ms`."""
        whole = Saying(self._caption, self._embedding)
        at = bisect_right(self._frames, ms, key=lambda frame: frame[0])
        variant = self._frames[at - 1][1] if at else 0
        return (whole,) if variant == 0 else (whole, Saying(self._variants[variant]))

    def take(self, caption: Caption) -> None:
        """Merge `caption`, which is not older than the event's start."""
        text = caption.text
        numbers = self._text_numbers()
        number = numbers.setdefault(text, len(numbers))
        if number == len(self._variants):
            self._variants.append(text)
        frame = (caption.captured_ms, number)
        if frame > self._frames[-1]:
            self._frames.append(frame)
        else:
            self._frames.insert(bisect_right(self._frames, frame), frame)
        self.is_changed = True

    def event(self, camera_id: str, min_duration_s: float) -> Event:
        """As it is now."""
        return Event(
            event_id=self.event_id,
            camera_id=camera_id,
            caption=self._caption,
            variants=tuple(self._variants),
            frames=tuple(EventFrame(ms, variant) for ms, variant in self._frames),
            brief=(self.end_ms - self.start_ms) / 1000 < min_duration_s,
            embedding=self._embedding,
            model=self._model,
            frame=self._frame,
        )

    def _text_numbers(self) -> dict[str, int]:
        if self._numbers is None:
            self._numbers = {variant: number for number, variant in enumerate(self._variants)}
        return self._numbers
