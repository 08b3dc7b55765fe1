"""A frame that is to be captioned: the newest picture of a device, when it is a new one."""

from collections.abc import Callable
from dataclasses import dataclass

from host_agent.frames.metadata import CONTINUES_WITHIN_MS, Judgement, parse_metadata
from host_agent.frames.screenshot import Picture, newest_picture, read_picture
from host_agent.ring.layout import Kind, RingFile
from host_agent.ring.store import RingStore
from shared.opened_file import open_beneath

# Pictures that are made of segments come some seconds late, and a caption has its frame's own time.
NOT_OLD_S = 15.0
# A clock that was set back: the newest picture is one of the future, and its time no time to send.
_MOST_AHEAD_S = 5.0


@dataclass(frozen=True, slots=True)
class Frame:
    """`before`: the picture just before it, None where there is none. `judgement`: what the frames process
    made of it, None where it has not looked (yet). `reference`: its address below this agent."""

    device: str
    number: int
    captured_utc_ms: int
    jpeg: bytes
    before: bytes | None
    judgement: Judgement | None

    @property
    def reference(self) -> str:
        return f"/host/stream/{self.device}/{Kind.CAPTURES.value}/{RingFile(Kind.CAPTURES, self.number).name}"


def new_frame(
    store: RingStore, last_number: int | None, oldest_allowed_s: Callable[[], float], now_utc_ms: int
) -> Frame | None:
    """The newest frame of a device; None where it is the one with `last_number`, no picture of now, or where
    there is none. Raises OSError.

    `oldest_allowed_s`: how old the newest picture of a healthy device may be, where that is more than 15 s.
    """
    if not store.is_prepared():
        return None
    picture = newest_picture(store, Kind.CAPTURES)
    if picture is None or picture.number == last_number:
        return None
    age_s = (now_utc_ms - picture.taken_utc_ms) / 1000
    if age_s < -_MOST_AHEAD_S or (age_s > NOT_OLD_S and age_s > oldest_allowed_s()):
        return None
    return Frame(
        store.device,
        picture.number,
        picture.taken_utc_ms,
        picture.jpeg,
        _picture_before(store, picture),
        _judgement(store, picture.number),
    )


def _picture_before(store: RingStore, picture: Picture) -> bytes | None:
    name = RingFile(Kind.CAPTURES, picture.number - 1).name
    found = read_picture(store, store.folders.hot(Kind.CAPTURES) / name)
    if found is None or not 0 <= picture.taken_utc_ms - found.taken_utc_ms <= CONTINUES_WITHIN_MS:
        return None  # over a hole nothing can be said of what changed
    return found.jpeg


def _judgement(store: RingStore, number: int) -> Judgement | None:
    """What is known of the capture, or of the one before: metadata come a moment after their picture."""
    for wanted in (number, number - 1, number - 2):
        path = store.folders.hot(Kind.METADATA) / RingFile(Kind.METADATA, wanted).name
        opened = open_beneath(store.folders.base, path)
        if opened is None:
            continue
        with opened:
            facts = parse_metadata(opened.read())
        if facts is not None:
            return facts.judgement
    return None
