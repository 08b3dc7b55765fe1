"""The archive process: archiver, lapping, playlists of hours, cleaner."""

from pathlib import Path

from host_agent.bootstrap.parts import Parts, Service, new_id
from host_agent.journal.fleet_records import FleetRecords
from host_agent.playback.clip_relief import ClipRelief
from host_agent.retention.archive_state import ArchiveProcess, ArchiveState
from host_agent.retention.cleaner import Cleaner
from host_agent.retention.clock_guard import ClockGuard
from host_agent.retention.root_identity import RootIdentity
from host_agent.retention.trash_emptier import TrashEmptier
from host_agent.ring.archive_service import ArchiveService
from host_agent.unreported_minutes import UnreportedMinutes


def build(parts: Parts) -> Service:
    """Give archiver and cleaner what they need."""
    roots = RootIdentity(parts.journal, new_id)
    emptier = TrashEmptier(
        lambda: roots.usable_roots(parts.roots()), parts.journal, parts.clock, parts.on_operation
    )
    cleaner = Cleaner(
        stores=parts.stores,
        settings=parts.settings,
        journal=parts.journal,
        clock=parts.clock,
        clock_guard=ClockGuard(parts.journal, parts.clock, parts.is_synchronised),
        roots=roots,
        emptier=emptier,
        make_store=parts.make_store,
        let_a_copy_go=ClipRelief(
            parts.clock,
            lambda clip: parts.log.warning(
                "clip_deleted", clip=clip.id, device=clip.device, reason="The disk is full."
            ),
        ).let_one_go,
        unreported=UnreportedMinutes(FleetRecords(parts.journal.database, parts.clock)).among,
    )
    state = ArchiveState(
        cleaner, parts.journal, parts.stores, lambda: parts.settings.ring.free_floor_percent, parts.log
    )
    archive = ArchiveService(
        parts.settings,
        parts.stores,
        parts.clock,
        parts.log,
        clean=state.clean,
        must_clean=state.must_clean,
        publish=state.publish,
    )
    return ArchiveProcess(archive, cleaner, emptier)


def confirm_clock(path: Path, by: str) -> bool:
    """Take an operator's word that the clock is right; False where it is not suspect."""
    parts = Parts(path, "confirm-clock")
    return ClockGuard(parts.journal, parts.clock, parts.is_synchronised).confirm(by)
