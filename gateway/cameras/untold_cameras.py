"""What a host is told where not all of its assignment can be told, and what people read of that. Plain.

A host records what its assignment names, and nothing else that was ever assigned: what is left out stops
being recorded. So a camera whose password cannot be read is named as one that the host goes on with; where
its agent is too old to understand that, and records the camera, the host is told nothing new at all.
"""

import hashlib
import json
from collections.abc import Collection, Sequence

from gateway.cameras.assignment import AssignedRow, HostRows, assignment_digest
from gateway.hosts.heartbeats import InForce
from gateway.hosts.stored_report import Untold

# An agent reads 1 MiB of an answer, and takes none of a longer one: neither commands nor receipts of minutes.
LARGEST_ASSIGNMENT_BYTES = 900_000

_SHOWN = 5
_REMEDY = (
    "Add the old key behind the new one (COLDFRAME_SECRET_KEY=new,old) for all processes of the gateway, or"
    " enter the password anew."
)


def digest_without(rows: HostRows, unreadable: Collection[str]) -> str:
    """Names the part of an assignment that is told, without the devices of these names."""
    if not unreadable:
        return assignment_digest(rows)
    readable = [row for row in rows.cameras if row.device_name not in unreadable]
    told = [assignment_digest(HostRows(readable, rows.overrides)), sorted(unreadable)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def would_stop(unreadable: Collection[str], has: InForce) -> set[str]:
    """Which of these the host would stop recording if it were told the others alone."""
    return set() if has.goes_on_with_kept else set(unreadable) & has.recorded


def unreadable_passwords(unreadable: Sequence[AssignedRow], would_stop: Collection[str]) -> Untold | None:
    """What is said of cameras whose passwords cannot be read; None: there are none."""
    if not unreadable:
        return None
    names = _listed([row.name for row in unreadable])
    why = f"the password of {names} was encrypted with a secret key that is not given any more."
    others = ""
    said = f"It is not told all of its cameras: {why} It goes on with what it has of these. {_REMEDY}"
    if would_stop:
        # Read by whoever sees one of the others, and may not know the cameras that it is about.
        others = (
            "it is told nothing new, since passwords of some of its cameras were encrypted with a secret key"
            f" that is not given any more. {_REMEDY}"
        )
        said = f"It is told nothing new of its cameras, or its older agent would stop some: {why} {_REMEDY}"
    own = f"its password was encrypted with a secret key that is not given any more. {_REMEDY}"
    devices = dict.fromkeys((row.device_name for row in unreadable), own)
    return Untold(sentence=said, devices=devices, others=others)


def too_long(size_bytes: int) -> Untold:
    """What is said of an assignment that no agent would read."""
    why = (
        f"all of its cameras together take {size_bytes:,} bytes, and {LARGEST_ASSIGNMENT_BYTES:,} are the"
        " most. Shorten their addresses, or have another host record some."
    )
    return Untold(
        sentence=f"It is told nothing new of its cameras: {why}", others=f"it is told nothing new: {why}"
    )


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(name[:60] for name in names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} and {len(names) - _SHOWN} more"
