"""What the captions process says of itself and of devices in the journal, for whoever shows it. Encoder and
parser, plain."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

STATE_PART = "captions"
# The journal's device for what is of no device.
HOST = ""


@dataclass(frozen=True, slots=True)
class ToldCaptions:
    """Of one device. `made`, `missed`, `failed` since the process began: captions; times at which the frame
    before was still being captioned; frames that got no text. `code`, `sentence`, `remedy`: what is wrong
    now; empty where nothing is."""

    captioner: str = ""
    made: int = 0
    missed: int = 0
    failed: int = 0
    last_captured_utc_ms: int | None = None
    last_text: str = ""
    code: str = ""
    sentence: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class ToldSending:
    """Of the host. `waiting`: captions that the gateway does not have yet; the rest is as in SenderState."""

    waiting: int = 0
    oldest_waiting_utc_ms: int | None = None
    sent: int = 0
    refused: int = 0
    dropped: int = 0
    code: str = ""
    sentence: str = ""
    remedy: str = ""


def encode_told(told: ToldCaptions | ToldSending) -> dict[str, Any]:
    """As the journal keeps it."""
    return asdict(told)


def parse_captions(state: Mapping[str, Any] | None) -> ToldCaptions:
    """What was said of a device; nothing where nothing was, or by another version."""
    return ToldCaptions(**_known(ToldCaptions(), state))


def parse_sending(state: Mapping[str, Any] | None) -> ToldSending:
    """The same of the host."""
    return ToldSending(**_known(ToldSending(), state))


def _known(empty: ToldCaptions | ToldSending, state: Mapping[str, Any] | None) -> dict[str, Any]:
    defaults = asdict(empty)
    found = {}
    for name, value in (state or {}).items():
        if name in defaults and (isinstance(value, type(defaults[name])) or _fits(defaults[name], value)):
            found[name] = value
    return found


def _fits(default: object, value: object) -> bool:
    return default is None and isinstance(value, int)
