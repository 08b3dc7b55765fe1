"""ffmpeg's errors in words: from its exit status and last lines to a code and a sentence."""

import re
import signal
from collections.abc import Sequence
from dataclasses import dataclass

from shared.ffmpeg.masking import mask_secrets


@dataclass(frozen=True, slots=True)
class Failure:
    """Why ffmpeg ended: a gap code and a sentence with a remedy; no credentials in it."""

    code: str
    sentence: str


# In the order of trust: what the source itself said comes before what follows from it.
_KNOWN: tuple[tuple[str, str, str], ...] = (
    (
        r"No space left on device|Disk quota exceeded",
        "disk_full",
        "The disk is full, so the recorder stopped.",
    ),
    (
        r"\b401\b|[Uu]nauthori[sz]ed",
        "source_refused",
        "The camera refused the login (401): check user and password.",
    ),
    (
        r"\b403\b|Forbidden",
        "source_refused",
        "The camera forbids access to this stream (403): check its users' rights.",
    ),
    (
        r"\b404\b|Not Found|Stream not found",
        "source_refused",
        "The camera has no stream under this path (404): check the path.",
    ),
    (
        r"\b45[0-9]\b|\b400\b Bad",
        "source_refused",
        "The camera did not accept the request: check address and transport.",
    ),
    (
        r"\b50[0-9]\b",
        "source_unreachable",
        "The camera reports an error of its own (5xx): try again, restart the camera.",
    ),
    (
        r"Connection refused",
        "source_unreachable",
        "Nothing listens at the camera's address (connection refused): check host, port and power.",
    ),
    (
        r"No route to host|Network is unreachable",
        "source_unreachable",
        "There is no way to the camera's address: check the network.",
    ),
    (
        r"Failed to resolve|Name or service not known|Temporary failure in name resolution|not known",
        "source_unreachable",
        "The camera's host name cannot be resolved: check the name and DNS.",
    ),
    (
        r"timed out|Connection timed out|Operation timed out",
        "source_unreachable",
        "The camera did not answer in time: check that it is on and reachable.",
    ),
    (
        r"Connection reset|Broken pipe|End of file|Input/output error",
        "source_unreachable",
        "The connection to the source broke off.",
    ),
    (r"Device or resource busy", "source_unreachable", "Another program is using the capture device."),
    (
        r"/dev/video\S*: No such (?:file or directory|device)|No such device",
        "source_unreachable",
        "The capture device is not there: check that it is plugged in.",
    ),
    (
        r"No such file or directory",
        "misconfigured",
        "The file that is to be played is not there: check the path.",
    ),
    (r"Permission denied", "misconfigured", "Permission was denied: check the rights of the agent's user."),
    (
        r"Unknown encoder|Cannot load|No VA display|No capable devices"
        r"|Could not find a valid device|Device creation failed",
        "misconfigured",
        'The encoder is not available on this machine: set encode = "x264", or see doctor.',
    ),
    (
        r"Invalid data found|could not find codec parameters|does not contain any stream"
        r"|matches no streams|Protocol not found|Nonmatching transport",
        "source_refused",
        "What answers at this address is not video: check the address; a web page is no stream.",
    ),
    (
        r"Unrecognized option|Option .* not found|Error (?:parsing|splitting)|Unable to parse|No such filter",
        "misconfigured",
        "ffmpeg does not accept the settings of this device: see its last line in the log.",
    ),
)


def explain_failure(status: int | None, lines: Sequence[str], *, network: bool) -> Failure:
    """Return why an ffmpeg ended that was not asked to.

    `status` is the exit status as `subprocess` gives it (negative: a signal), None where it was ended
    by us. The status alone says nothing: with `-c copy` ffmpeg ends with 0 when a camera goes away.
    """
    if status is not None and status < 0:
        return Failure("ffmpeg_crashed", f"ffmpeg was ended by {_signal_name(-status)}.")
    told = [line for line in lines if "[error]" in line or "[fatal]" in line or "[warning]" in line]
    text = "\n".join(told or lines)
    for pattern, code, sentence in _KNOWN:
        if re.search(pattern, text):
            return Failure(code, sentence)
    last = mask_secrets(next((line for line in reversed(told) if line.strip()), "")).strip()
    if network and status == 0:
        return Failure("source_unreachable", "The camera ended the stream.")
    detail = f": {last[:200]}" if last else ""
    return Failure("ffmpeg_crashed", f"ffmpeg ended with status {status}{detail}")


def _signal_name(number: int) -> str:
    try:
        return f"signal {number} ({signal.Signals(number).name})"
    except ValueError:
        return f"signal {number}"
