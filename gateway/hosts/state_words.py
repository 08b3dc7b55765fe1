"""The words that tiles, lists and tables show of a device: one table for all of them. Plain."""

from collections.abc import Mapping
from enum import StrEnum

from gateway.hosts.host_states import HostState


class Word(StrEnum):
    """What a person is told of a device now."""

    LIVE = "live"
    STARTING = "starting"
    STALLED = "stalled"
    NO_SOURCE = "no source"
    STOPPED = "stopped"
    FROZEN = "frozen"
    BLACK = "black"
    HOST_SILENT = "host silent"


# A host that is only late may be back with its next heartbeat: what it said last still stands.
SILENT_STATES = frozenset({HostState.OFFLINE, HostState.REVOKED})

# (what a host says of the device, what its newest pictures show) → word. A host that is heard and says
# nothing of a device (None) does not have it any more.
DEVICE_WORDS: Mapping[tuple[str | None, str | None], Word] = {
    (state, picture): (
        {"frozen": Word.FROZEN, "black": Word.BLACK}.get(picture or "", word) if state == "live" else word
    )
    for state, word in {
        "live": Word.LIVE,
        "starting": Word.STARTING,
        "stalled": Word.STALLED,
        "backing_off": Word.NO_SOURCE,
        "misconfigured": Word.NO_SOURCE,
        "stopped": Word.STOPPED,
        None: Word.STOPPED,
    }.items()
    for picture in (None, "ok", "frozen", "black")
}


def word_of_device(host: HostState, state: str | None, picture: str | None) -> Word:
    """The word for a device of a host. `state` and `picture` as in the host's last report, None where it
    does not name the device. Raises KeyError for a state that no host reports."""
    return Word.HOST_SILENT if host in SILENT_STATES else DEVICE_WORDS[state, picture]


def reports_with(word: Word) -> frozenset[tuple[str | None, str | None]]:
    """Which (state, picture) of a host that is heard make `word`."""
    return frozenset(told for told, shown in DEVICE_WORDS.items() if shown is word)
