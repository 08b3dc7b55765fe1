"""Which entries of the log are asked for. Plain."""

from dataclasses import asdict, dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """None: whatever it is. `user`: a username, in any case, or a user's id. `action`: "camera.change", or
    a verb of any kind, "change". From `start` on, up to and not including `end`. `search`: in all texts."""

    user: str | None = None
    action: str | None = None
    subject_kind: str | None = None
    subject_id: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    search: str | None = None

    def asked(self) -> dict[str, object]:
        """What is asked for, by the names that the API has."""
        names = {"start": "from", "end": "to"}
        return {names.get(key, key): value for key, value in asdict(self).items() if value is not None}
