"""Where a camera's page leads to, as long as that is a page of its own: ffmpeg would go anywhere."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from shared.ffmpeg.address_lookup import Resolve, resolve
from shared.ffmpeg.playlist_fetch import fetch_redirection
from shared.ffmpeg.stream_address import StreamAddress, Target, onward
from shared.ffmpeg.stream_visit import visit


@dataclass(frozen=True, slots=True)
class Lead:
    """`url`: where the stream is instead, with its login; empty: nowhere else. `refusal`: why it is not
    followed, in a sentence; empty where it is."""

    url: str = field(default="", repr=False)
    refusal: str = ""


def lead_of(
    url: str,
    within_s: float,
    *,
    resolve: Resolve = resolve,
    monotonic: Callable[[], float] = time.monotonic,
) -> Lead:
    """Ask the page at `url` (http or https), and those that it leads to. Nothing is learned of one that does
    not answer."""
    limit_s = monotonic() + within_s
    first: list[Target] = []

    def look(target: Target, ip_address: str) -> tuple[Lead, str]:
        first.append(target)
        moved_to = fetch_redirection(target, ip_address, limit_s, monotonic)
        if moved_to and onward(target, moved_to) is None:
            return Lead(refusal=_elsewhere(target, moved_to)), moved_to
        return Lead() if target == first[0] else Lead(target.url), moved_to

    return visit(
        StreamAddress(url),
        look,
        lambda _code, sentence: Lead(refusal=sentence),
        networks=(),
        resolve=resolve,
        limit_s=limit_s,
        monotonic=monotonic,
    )


def _elsewhere(target: Target, moved_to: str) -> str:
    """Host and port of a redirection, without the rest, which may hold secrets."""
    try:
        place = urlsplit(urljoin(target.plain_url, moved_to)).netloc.rpartition("@")[2][:255]
    except ValueError:
        place = "one that is none"
    return f"What answers at {target.shown} leads to another address, {place}: enter that one."
