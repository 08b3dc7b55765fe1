"""The names of folders in the trash: a name carries the whole receipt, so a kill loses none."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from host_agent.ring.layout import ASIDE_NAME, Hour, Kind
from shared.spans import from_utc_ms, utc_ms

# A device's name has no dot, so dots separate.
_FORM = re.compile(
    r"^(?P<device>[a-z0-9][a-z0-9_-]{0,62})\.(?P<kind>[a-z]+)\.(?P<hour>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2})"
    r"\.(?P<reason>[a-z_]+)\.(?P<at>-?[0-9]{1,15})\.(?P<origin>ring|vault|aside)\.(?P<nonce>[0-9a-f]{8})"
    r"(?:\.(?P<files>[0-9]{1,12})\.(?P<size>[0-9]{1,18}))?$"
)
_KINDS = frozenset({*(kind.value for kind in Kind), ASIDE_NAME})


class Origin(StrEnum):
    """Which place a trashed folder had: what we did not write is put back there."""

    RING = "ring"
    VAULT = "vault"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class TrashName:
    """One deletion. `kind` is a `Kind`'s value, or `aside`; `reason` as in the receipt.

    `at_utc_ms`: when it left sight. `nonce`: eight hexadecimal digits that keep two deletions of one
    hour apart. `files` and `size_bytes` are None until they have been counted.
    """

    device: str
    kind: str
    hour: Hour
    reason: str
    at_utc_ms: int
    origin: Origin
    nonce: str
    files: int | None = None
    size_bytes: int | None = None

    @classmethod
    def of(
        cls, device: str, kind: str, hour: Hour, reason: str, at: datetime, origin: Origin, nonce: str
    ) -> "TrashName":
        return cls(device, kind, hour, reason, utc_ms(at), origin, nonce)

    @property
    def at(self) -> datetime:
        return from_utc_ms(self.at_utc_ms)

    @property
    def deletion_id(self) -> str:
        """The same before and after counting: one deletion, one receipt."""
        return (
            f"{self.device}.{self.kind}.{self.hour}.{self.reason}.{self.at_utc_ms}.{self.origin}.{self.nonce}"
        )

    @property
    def text(self) -> str:
        counts = "" if self.files is None else f".{self.files}.{self.size_bytes}"
        return self.deletion_id + counts

    @property
    def is_counted(self) -> bool:
        return self.files is not None

    def counted(self, files: int, size_bytes: int) -> "TrashName":
        return replace(self, files=files, size_bytes=size_bytes)


def parse_trash_name(text: str) -> TrashName | None:
    """Return what a folder's name says, or None where it is not a name of the trash."""
    found = _FORM.match(text)
    if found is None or found["kind"] not in _KINDS:
        return None
    if (found["kind"] == ASIDE_NAME) != (found["origin"] == Origin.ASIDE):
        return None
    try:
        hour = Hour.parse(found["hour"])
    except ValueError:
        return None
    name = TrashName(
        device=found["device"],
        kind=found["kind"],
        hour=hour,
        reason=found["reason"],
        at_utc_ms=int(found["at"]),
        origin=Origin(found["origin"]),
        nonce=found["nonce"],
    )
    return name if found["files"] is None else name.counted(int(found["files"]), int(found["size"]))
