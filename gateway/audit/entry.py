"""What the audit log holds, and how long its texts may be. Plain."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gateway.audit.details import plain_text

LONGEST_NAME = 255
LONGEST_ADDRESS = 64
LONGEST_ACTION = 60
LONGEST_KIND = 40


@dataclass(frozen=True, slots=True)
class NewEntry:
    """Who did what to what, when, from where.

    `user_id`: None where nobody is signed in; `username` then says who it was. `action`: kind and verb,
    "camera.change". `subject`: the name of what it was done to, then. `details`: plain JSON without secrets.
    """

    at: datetime
    user_id: str | None
    username: str
    address: str
    request_id: str
    action: str
    subject_kind: str
    subject_id: str
    subject: str
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditEntry(NewEntry):
    """A row of the log; later ones have larger ids."""

    id: int = 0


def fitting(entry: NewEntry) -> NewEntry:
    """`entry` with its texts cut to what the table takes, and without what no database can hold."""
    return NewEntry(
        at=entry.at,
        user_id=entry.user_id,
        username=plain_text(entry.username, LONGEST_NAME),
        address=plain_text(entry.address, LONGEST_ADDRESS),
        request_id=plain_text(entry.request_id, LONGEST_ADDRESS),
        action=plain_text(entry.action, LONGEST_ACTION),
        subject_kind=plain_text(entry.subject_kind, LONGEST_KIND),
        subject_id=plain_text(entry.subject_id, LONGEST_NAME),
        subject=plain_text(entry.subject, LONGEST_NAME),
        details=entry.details,
    )
