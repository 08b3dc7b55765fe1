"""ffmpeg's errors in words: from its exit status and last lines to a code and a sentence."""

import re
import signal
from collections.abc import Sequence
from dataclasses import dataclass

from shared.ffmpeg.masking import mask_secrets


@dataclass(frozen=True, slots=True)
class Failure:
    """Why ffmpeg ended: a gap code and a sentence with a remedy; no credentials in it.

    `answer`: what the camera's side came to, finer than the code, in one word for programs: refused,
    unreachable, timeout, unauthorised, not_found, not_video, ended, other.
    """

    code: str
    sentence: str
    answer: str = "other"


# An answer: the connection ended. It is also all that ffmpeg says of a redirection that it does not follow.
BROKE_OFF = "ended"

# How a status of RTSP or HTTP stands in ffmpeg's lines; a bare number may be a port or a timestamp.
_STATUS = r"(?:failed:|HTTP error|Server returned) "
_NOT_VIDEO = (
    r"Invalid data found|could not find codec parameters|does not contain any stream|matches no streams"
)
_DAMAGED_PICTURE = re.compile(r"while decoding stream|Error submitting (?:a )?packet")
# ffmpeg gives up on a silent camera after its `timeout`, and says the same of it as of a web page.
_PATIENCE_S = 8.0
_NO_ANSWER = Failure(
    "source_unreachable", "The camera did not answer in time: check that it is on and reachable.", "timeout"
)

# In the order of trust: what the source itself said comes before what follows from it.
_KNOWN: tuple[tuple[str, Failure], ...] = tuple(
    (pattern, Failure(code, sentence, *answer))
    for pattern, code, sentence, *answer in (
        (
            r"No space left on device|Disk quota exceeded",
            "disk_full",
            "The disk is full, so the recorder stopped.",
        ),
        (
            _STATUS + "401",
            "source_refused",
            "The camera refused the login (401): check user and password.",
            "unauthorised",
        ),
        (
            _STATUS + "403",
            "source_refused",
            "The camera forbids access to this stream (403): check its users' rights.",
            "unauthorised",
        ),
        (
            _STATUS + "404",
            "source_refused",
            "The camera has no stream under this path (404): check the path.",
            "not_found",
        ),
        (
            _STATUS + "4[0-9X]{2}|Nonmatching transport",
            "source_refused",
            "The camera did not accept the request: check address and transport.",
        ),
        (
            _STATUS + "5[0-9X]{2}",
            "source_unreachable",
            "The camera reports an error of its own (5xx): try again, restart the camera.",
        ),
        (
            r"Connection refused",
            "source_unreachable",
            "Nothing listens at the camera's address (connection refused): check host, port and power.",
            "refused",
        ),
        (
            r"No route to host|Network is unreachable",
            "source_unreachable",
            "There is no way to the camera's address: check the network.",
            "unreachable",
        ),
        (
            r"Failed to resolve|Name or service not known|Temporary failure in name resolution",
            "source_unreachable",
            "The camera's host name cannot be resolved: check the name and DNS.",
            "unreachable",
        ),
        (r"timed out", _NO_ANSWER.code, _NO_ANSWER.sentence, _NO_ANSWER.answer),
        (
            r"unexpected TLS packet|TLS handshake",
            "source_unreachable",
            "The camera does not speak TLS here: check port and scheme (rtsp or rtsps, http or https).",
        ),
        (
            r"Cannot open display",
            "source_unreachable",
            "The display cannot be opened: check that it is there and lets the agent's user in.",
        ),
        (
            r"Device or resource busy",
            "source_unreachable",
            "Another program is using the capture device.",
        ),
        (
            r"/dev/\S+: No such (?:file or directory|device)|No such device",
            "source_unreachable",
            "The capture device is not there: check that it is plugged in.",
        ),
        (
            r"Inappropriate ioctl",
            "misconfigured",
            "What the source names is no capture device: doctor lists those of this machine.",
        ),
        (
            r"Connection reset|Broken pipe|End of file|Input/output error",
            "source_unreachable",
            "The connection to the source broke off.",
            BROKE_OFF,
        ),
        (
            r"No such file or directory",
            "misconfigured",
            "The file that is to be played is not there: check the path.",
        ),
        (
            r"Is a directory",
            "misconfigured",
            "What is to be played is a folder: name a file in it.",
        ),
        (
            r"Permission denied",
            "misconfigured",
            "Permission was denied: check the rights of the agent's user.",
        ),
        (
            r"Unknown encoder|Cannot load|No VA display|No capable devices"
            r"|Could not find a valid device|Device creation failed",
            "misconfigured",
            'The encoder is not available on this machine: set encode = "x264", or see doctor.',
        ),
    )
)
_BAD_SETTING = re.compile(
    r"Unrecognized option|Option .* not found|Error (?:parsing|splitting)|Unable to parse|No such filter"
)

# All that ffmpeg says of a redirection to a protocol that this kind of source may not use.
_LED_ASTRAY = re.compile(r"pipe:0: Invalid argument")


def explain_failure(
    status: int | None, lines: Sequence[str], *, network: bool, waited_s: float = 0.0
) -> Failure:
    """Return why an ffmpeg ended that was not asked to.

    `status` is the exit status as `subprocess` gives it (negative: a signal), None where it was ended
    by us. The status alone says nothing: with `-c copy` ffmpeg ends with 0 when a camera goes away.
    `network`: the source is a camera in the network. `waited_s`: how long it ran without a picture.
    """
    if status is not None and status < 0:
        return Failure("ffmpeg_crashed", f"ffmpeg was ended by {_signal_name(-status)}.")
    told = [line for line in lines if "[error]" in line or "[fatal]" in line or "[warning]" in line]
    told = [line for line in told if not _DAMAGED_PICTURE.search(line)]
    text = "\n".join(told)
    for pattern, failure in _KNOWN:
        if re.search(pattern, text):
            return failure
    if network and _LED_ASTRAY.search(text):
        return Failure(
            "source_refused",
            "What answers at this address leads elsewhere, to what is no stream: check the address.",
            "not_video",
        )
    if re.search(_NOT_VIDEO, text):
        return _not_video(network=network, waited_s=waited_s)
    for line in told:
        if _BAD_SETTING.search(line):
            return Failure("misconfigured", f"ffmpeg does not accept this device's settings: {_shown(line)}")
    if network and status == 0:
        return Failure("source_unreachable", "The camera ended the stream.", "ended")
    last = _shown(next((line for line in reversed(told) if line.strip()), ""))
    return Failure("ffmpeg_crashed", f"ffmpeg ended with status {status}{f': {last}' if last else ''}")


def _not_video(*, network: bool, waited_s: float) -> Failure:
    if not network:
        return Failure("misconfigured", "The source holds no video that can be read: check the file.")
    if waited_s >= _PATIENCE_S:
        return _NO_ANSWER
    return Failure(
        "source_refused",
        "What answers at this address is not video: check the address; a web page is no stream.",
        "not_video",
    )


def _shown(line: str) -> str:
    """A line of ffmpeg without its prefixes and secrets, cut to a length that can be shown."""
    return mask_secrets(re.sub(r"^(?:\[[^\]]*\] )+", "", line)).strip()[:200]


def _signal_name(number: int) -> str:
    try:
        return f"signal {number} ({signal.Signals(number).name})"
    except ValueError:
        return f"signal {number}"
