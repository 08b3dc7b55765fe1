"""The audit log, put together: for the processes that answer, and for commands."""

import os
import pwd
from collections.abc import Mapping

from gateway.audit.audit_log import AuditLog
from gateway.audit.details import fit_details
from gateway.audit.entry import NewEntry
from gateway.audit.recent_deeds import RecentDeeds
from gateway.audit.repository import AuditStore
from gateway.bootstrap.parts import Parts
from gateway.db.engine import create_database
from gateway.settings import GatewaySettings
from shared.clock import Clock, SystemClock

# No account is called so: usernames have no blanks.
COMMAND = "command on the gateway's machine"


def build_audit(parts: Parts) -> AuditLog:
    """Put the room together."""
    return AuditLog(AuditStore(parts.engine), RecentDeeds(parts.clock.monotonic), parts.clock)


def record_command(
    settings: GatewaySettings,
    action: str,
    subject_id: str,
    subject: str,
    details: Mapping[str, object],
) -> None:
    """Write what a command on this machine has done, where there is a log to write it to."""
    engine = create_database(settings.database.url.get_secret_value(), pool_size=1)
    try:
        clock: Clock = SystemClock(settings.testing.clock_offset_s)
        store = AuditStore(engine)
        if not store.is_there():
            return
        AuditLog(store, RecentDeeds(clock.monotonic), clock).write(
            NewEntry(
                at=clock.now(),
                user_id=None,
                username=COMMAND,
                address="",
                request_id="",
                action=action,
                subject_kind=action.rpartition(".")[0],
                subject_id=subject_id,
                subject=subject,
                details=fit_details({**details, "run_by": _who_runs_this()}),
            )
        )
    finally:
        engine.dispose()


def _who_runs_this() -> str:
    """The machine's own user."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
