"""What the captions process says of itself and of devices in the journal; which of it is an alarm. Plain."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from host_agent.reported_state import ToldAlarm

STATE_PART = "captions"
# The journal's device for what is of no device.
HOST = ""
TOLD_AT_LEAST_EVERY_S = 20.0
SILENT_AFTER_S = 90.0
NOT_RUNNING = "captions_not_running"
NOT_MADE = "captions_not_made"
NOT_TAKEN = "captions_not_taken"
DROPPED = "captions_dropped"
# What goes away by itself is an alarm when it has not; the rest waits for a person.
_WAIT_BEFORE_ALARM_S = 600.0
_FOR_A_PERSON = frozenset({"model_key_refused", "model_refused", "model_not_allowed"})
_CAPTIONS_OFF = "captions_off"
_WAITS_AT_THE_GATEWAY = frozenset({"captions_full", "in_the_future"})


@dataclass(frozen=True, slots=True)
class ToldCaptions:
    """Of one device. Since the process began: `made` captions, `missed` times at which it or others were
    still being captioned, `failed` frames. `code`, `sentence`, `remedy`: what is wrong now, since
    `wrong_since_utc_ms`; empty where nothing is."""

    captioner: str = ""
    made: int = 0
    missed: int = 0
    failed: int = 0
    last_captured_utc_ms: int | None = None
    last_text: str = ""
    code: str = ""
    sentence: str = ""
    remedy: str = ""
    wrong_since_utc_ms: int | None = None


@dataclass(frozen=True, slots=True)
class ToldSending:
    """Of the host. `waiting`: captions that the gateway does not have yet. Since the process began: `sent`
    were taken, `refused` never will be, `dropped` found no room, `embeddings_dropped` were taken without
    their embeddings. The rest is as in ToldCaptions."""

    waiting: int = 0
    oldest_waiting_utc_ms: int | None = None
    sent: int = 0
    refused: int = 0
    dropped: int = 0
    code: str = ""
    sentence: str = ""
    remedy: str = ""
    wrong_since_utc_ms: int | None = None
    embeddings_dropped: int = 0


def encode_told(told: ToldCaptions | ToldSending) -> dict[str, Any]:
    """As the journal keeps it."""
    return asdict(told)


def parse_captions(state: Mapping[str, Any] | None) -> ToldCaptions:
    """What was said of a device; nothing where nothing was. What another version says is left out."""
    return ToldCaptions(**_known(ToldCaptions, state))


def parse_sending(state: Mapping[str, Any] | None) -> ToldSending:
    """The same of the host."""
    return ToldSending(**_known(ToldSending, state))


def caption_alarms(told: ToldCaptions, now_utc_ms: int) -> list[ToldAlarm]:
    """What a person must know of a device's captions."""
    if not told.code:
        return []
    since_ms = now_utc_ms if told.wrong_since_utc_ms is None else told.wrong_since_utc_ms
    if told.code not in _FOR_A_PERSON and now_utc_ms - since_ms < _WAIT_BEFORE_ALARM_S * 1000:
        return []
    return [ToldAlarm(NOT_MADE, f"Captions are not made: {told.sentence} {told.remedy}".strip())]


def sending_alarms(state: Mapping[str, Any] | None, now_utc_ms: int) -> list[ToldAlarm]:
    """What a person must know of the host's captions. `state`: the journal's, None before the first."""
    if state is None:
        return []
    told, alarms = parse_sending(state), []
    silent_s = (now_utc_ms - int(state.get("at_utc_ms", now_utc_ms))) / 1000
    if silent_s > SILENT_AFTER_S:
        sentence = (
            f"The captions process has not reported for {silent_s:.0f} s: no captions are made."
            " Start it: python -m host_agent run, or the service coldframe-host-captions."
        )
        alarms.append(ToldAlarm(NOT_RUNNING, sentence))
    since_ms = now_utc_ms if told.wrong_since_utc_ms is None else told.wrong_since_utc_ms
    is_late = now_utc_ms - since_ms >= _WAIT_BEFORE_ALARM_S * 1000
    if told.code == _CAPTIONS_OFF or (told.code in _WAITS_AT_THE_GATEWAY and is_late):
        alarms.append(ToldAlarm(NOT_TAKEN, f"Captions wait: {told.sentence} {told.remedy}".strip()))
    if told.dropped:
        sentence = (
            f"{told.dropped} captions were dropped, oldest first: the gateway has not taken any for so long"
            " that there was no room for more."
        )
        alarms.append(ToldAlarm(DROPPED, sentence))
    return alarms


def _known(kind: type[ToldCaptions | ToldSending], state: Mapping[str, Any] | None) -> dict[str, Any]:
    found = {}
    for field in fields(kind):
        value = (state or {}).get(field.name)
        expected = int if field.default is None else type(field.default)
        if isinstance(value, expected) and not isinstance(value, bool):
            found[field.name] = value
    return found
