"""What is seen of an ffmpeg that opens a camera's stream, line by line. Plain."""

import re
from dataclasses import dataclass, field, replace

from shared.ffmpeg.address_policy import same_address
from shared.ffmpeg.stream_facts import StreamFacts

# Makes ffmpeg say of each packet when it comes.
STREAM_OPTIONS = ("fdebug ts",)

_ATTEMPT = re.compile(r"Starting connection attempt to (?P<address>\S+) port ")
_MOVED = re.compile(r"\[trace\] header='Location: *(?P<where>[^']*)'", re.IGNORECASE)
_CONNECTED = "Successfully connected to "
_PACKET = "ff_read_packet stream="
_OPENED = "[info] Input #0"
_TOLD = ("[error]", "[fatal]", "[warning]")
_OF_OUR_OWN_MAKING = "No trailing CRLF found in HTTP header"
_OTHER_FORMAT = "Format not on whitelist"
_MOST_PACKETS = 64
_MOST_TOLD = 30


def log_level(*, is_rtsp: bool) -> list[str]:
    """ffmpeg's options for it to say what is looked for here. HTTP's headers are told among the finest."""
    return ["-hide_banner", "-nostats", "-loglevel", "level+debug" if is_rtsp else "level+trace"]


@dataclass(frozen=True, slots=True)
class Observed:
    """Times are seconds of one monotonic clock.

    `attempted_s`: when ffmpeg began to connect. `packets_s`: when the first packets came. `told`: its errors
    and warnings. `moved_to`: where a page said that it has moved. `strayed_to`: another address than the one
    that ffmpeg was given, which it was about to connect to. `is_no_stream`: what came is none itself, but may
    name one, as a playlist does.
    """

    attempted_s: float | None = None
    connected: bool = False
    packets_s: tuple[float, ...] = ()
    facts: StreamFacts = field(default_factory=StreamFacts)
    told: tuple[str, ...] = ()
    moved_to: str = ""
    strayed_to: str = ""
    is_no_stream: bool = False

    def after(self, line: str, now_s: float, ip_address: str) -> "Observed":
        """What is known after one more line of ffmpeg's output; `ip_address`: the one it was given."""
        if _PACKET in line:
            return self if len(self.packets_s) >= _MOST_PACKETS else self._with_packet(now_s)
        attempt = _ATTEMPT.search(line)
        if attempt is not None:
            strayed = "" if same_address(attempt["address"], ip_address) else attempt["address"]
            first_s = now_s if self.attempted_s is None else self.attempted_s
            return replace(self, attempted_s=first_s, strayed_to=self.strayed_to or strayed)
        if _CONNECTED in line:
            return replace(self, connected=True)
        moved = _MOVED.search(line)
        if moved is not None:
            return replace(self, moved_to=moved["where"])
        if any(mark in line for mark in _TOLD):
            if _OTHER_FORMAT in line:
                return replace(self, is_no_stream=True)
            told = () if _OF_OUR_OWN_MAKING in line else (line,)
            return replace(self, told=(*self.told, *told)[-_MOST_TOLD:])
        # Opened, and nothing was said of packets: another ffmpeg than those that are known.
        seen = self._with_packet(now_s) if line.startswith(_OPENED) and not self.packets_s else self
        facts = seen.facts.after(line)
        return seen if facts is seen.facts else replace(seen, facts=facts)

    def _with_packet(self, now_s: float) -> "Observed":
        return replace(self, packets_s=(*self.packets_s, now_s))
