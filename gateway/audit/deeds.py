"""Which answered requests are deeds for the log, and what stands there about them. Plain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gateway.audit.details import fit_details
from gateway.audit.entry import NewEntry
from shared.deed import AnsweredRequest

READING = frozenset({"GET", "HEAD", "OPTIONS"})
_FORBIDDEN = 403
_PART = 206

# By the first word of an operation's name; what is not here cannot be read by who looks the log up.
VERBS: Mapping[str, str] = {
    "create": "create",
    "make": "create",
    "save": "create",
    "add": "create",
    "take": "create",
    "change": "change",
    "update": "change",
    "put": "change",
    "set": "change",
    "patch": "change",
    "delete": "delete",
    "remove": "delete",
    "withdraw": "withdraw",
    "revoke": "revoke",
    "enrol": "enrol",
    "start": "start",
    "stop": "stop",
    "restart": "restart",
    "run": "run",
    "cancel": "cancel",
    "retry": "retry",
    "requeue": "retry",
    "test": "test",
    "try": "test",
    "import": "import",
    "export": "export",
    "download": "download",
}


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An entry to be written. `once`: the same again within a while needs no entry of its own."""

    entry: NewEntry
    once: bool = False


def occurrence_of(seen: AnsweredRequest, now: datetime) -> Occurrence | None:
    """What `seen` is for the log; None: nothing that it keeps.

    Kept is what changed something for somebody who is signed in, or whom the view named; what was taken
    along (a GET that told a deed); what the view says was tried in vain; and what a user was refused.
    """
    if seen.doer is None:
        return None
    if seen.deed is not None and seen.deed.failed:
        return Occurrence(_entry(seen, now))
    if seen.status == _FORBIDDEN and seen.doer.id is not None:
        return Occurrence(_refusal(seen, now), once=True)
    if seen.status >= 400 or seen.method in ("HEAD", "OPTIONS"):
        return None
    if seen.method in READING and seen.deed is None:
        return None
    # A file that is taken in parts is asked for many times.
    often = seen.status == _PART or (seen.deed is not None and seen.deed.often)
    return Occurrence(_entry(seen, now), once=often)


def action_of(operation: str, kind: str = "", verb: str = "") -> str:
    """Kind and verb: what was told of them, else what the operation's name says: `change_user`."""
    first, _, rest = operation.partition("_")
    return f"{kind or rest or 'request'}.{verb or VERBS.get(first, first)}"


def _entry(seen: AnsweredRequest, now: datetime) -> NewEntry:
    deed = seen.deed
    action = action_of(seen.operation) if deed is None else action_of(seen.operation, deed.kind, deed.verb)
    parts = "/".join(seen.parts.values())
    return NewEntry(
        at=now,
        user_id=None if seen.doer is None else seen.doer.id,
        username="" if seen.doer is None else seen.doer.name,
        address=seen.address,
        request_id=seen.request_id,
        action=action,
        subject_kind=action.rpartition(".")[0],
        subject_id=parts if deed is None else deed.id or parts,
        subject="" if deed is None else deed.name,
        details={} if deed is None else fit_details(deed.details),
    )


def _refusal(seen: AnsweredRequest, now: datetime) -> NewEntry:
    assert seen.doer is not None
    return NewEntry(
        at=now,
        user_id=seen.doer.id,
        username=seen.doer.name,
        address=seen.address,
        request_id=seen.request_id,
        action="access.refuse",
        subject_kind="access",
        subject_id="/".join(seen.parts.values()),
        subject=f"{seen.method} {seen.rule}",
    )
