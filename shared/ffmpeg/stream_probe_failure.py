"""What a test of a connection came to, from what was seen of ffmpeg. Plain."""

from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from urllib.parse import urlsplit

from shared.ffmpeg.failure import explain_failure
from shared.ffmpeg.stream_observation import Observed

OK = "ok"
_MATCHES_NOTHING = "matches no streams"
# Pictures that carry no times: so many must have come before their rate is told from their arrival.
_FEWEST_PICTURES = 4


@dataclass(frozen=True, slots=True)
class StreamProbe:
    """`code`: ok, refused, unreachable, timeout, unauthorised, not_found, not_video, leads_elsewhere,
    not_allowed, bad_address, ended, other. `message`: what to do, in a sentence; empty where it is ok.

    `latency_ms`: from the attempt to connect to the stream's first packet, logging in included; neither the
    look-up of the name nor ffmpeg's start and its study of the stream. `fps`: as the stream says, or as its
    pictures came where it does not; None where neither tells.
    """

    code: str
    message: str = ""
    latency_ms: int | None = None
    width: int | None = None
    height: int | None = None
    fps: float | None = None
    codec: str | None = None

    @property
    def is_ok(self) -> bool:
        return self.code == OK

    @property
    def resolution(self) -> str | None:
        """`1920x1080`."""
        return None if self.width is None or self.height is None else f"{self.width}x{self.height}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a test was about. `shown`: host and port, for sentences."""

    shown: str
    had_login: bool
    timeout_s: float


def latency_ms(seen: Observed, begun_s: float) -> int | None:
    """`begun_s`: when ffmpeg was started, which counts where it did not say when it connected."""
    if not seen.packets_s:
        return None
    from_s = begun_s if seen.attempted_s is None else seen.attempted_s
    return max(0, round((seen.packets_s[0] - from_s) * 1000))


def success(seen: Observed, begun_s: float) -> StreamProbe | None:
    """What was learned of a stream that has a picture; None where none is known of yet."""
    facts, latency = seen.facts, latency_ms(seen, begun_s)
    if facts.video_codec is None or latency is None or seen.strayed_to:
        return None
    fps = facts.fps if facts.fps is not None else measured_fps(seen)
    return StreamProbe(OK, "", latency, facts.width, facts.height, fps, facts.video_codec)


def measured_fps(seen: Observed) -> float | None:
    """The rate at which pictures came. Only of Motion JPEG, where a packet is a picture."""
    times_s = seen.packets_s
    if seen.facts.video_codec != "mjpeg" or len(times_s) < _FEWEST_PICTURES:
        return None
    # The usual distance: a camera may send its first pictures at once.
    between_s = median(later - earlier for earlier, later in pairwise(times_s))
    return round(1 / between_s, 1) if between_s > 0 else None


def failure(seen: Observed, asked: Asked, *, status: int | None, out_of_time: bool) -> StreamProbe:
    """Why there is no picture. `status`: ffmpeg's, None where we ended it."""
    elsewhere = seen.strayed_to or _host_of(seen.moved_to)
    if elsewhere:
        return StreamProbe(
            "leads_elsewhere",
            f"What answers at {asked.shown} leads to another address, {elsewhere}: enter that one.",
        )
    if out_of_time:
        return StreamProbe("timeout", _why_late(seen, asked))
    if seen.facts.audio_codec is not None and any(_MATCHES_NOTHING in line for line in seen.told):
        return StreamProbe(
            "not_video", f"{asked.shown} sends sound without a picture: enter the path of the camera's video."
        )
    known = explain_failure(status, seen.told, network=True)
    if known.answer == "unauthorised" and not asked.had_login and "401" in known.sentence:
        return StreamProbe(
            "unauthorised", "The camera asks for a login (401) and was given none: enter user and password."
        )
    return StreamProbe(known.answer, known.sentence)


def _host_of(moved_to: str) -> str:
    """Host and port of a redirection, without the rest, which may hold secrets."""
    try:
        return urlsplit(moved_to).netloc.rpartition("@")[2][:255] or ("a page of its own" if moved_to else "")
    except ValueError:
        return "one that is none" if moved_to else ""


def _why_late(seen: Observed, asked: Asked) -> str:
    within = f"within {asked.timeout_s:g} s"
    if not seen.connected:
        return (
            f"Nothing answers at {asked.shown} {within}, not even with a refusal:"
            " check address and power, and whether a firewall lies between."
        )
    if not seen.packets_s:
        return (
            f"{asked.shown} accepts the connection, but sent no picture {within}:"
            " check port and path, restart the camera."
        )
    return f"{asked.shown} sends a stream, but no picture could be read of it {within}: give it more time."
