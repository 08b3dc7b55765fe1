"""`python -m gateway captions status`: how the migration does, in a terminal."""

from collections.abc import Sequence

from gateway.bootstrap.caption_numbers import build_migration_overview, build_prompt_graph, work_numbers
from gateway.bootstrap.captions import graph_of
from gateway.bootstrap.jobs import build_jobs
from gateway.bootstrap.parts import Parts
from gateway.captions.migration.migration_status import MigrationStatus, mebibytes
from gateway.settings import GatewaySettings, require_secret


def told_status(settings: GatewaySettings) -> tuple[Sequence[str], bool]:
    """Lines, and whether migration keeps up. Raises UnavailableError (`captions_off`), SettingsError."""
    require_secret(settings)
    parts = Parts(settings)
    graph_of(parts)
    try:
        jobs = build_jobs(parts, ())
        overview = build_migration_overview(
            parts, build_prompt_graph(parts), lambda: work_numbers(parts, jobs)
        )
        status = overview.status()
    finally:
        parts.close()
    return lines_of(status), not status.behind


def lines_of(status: MigrationStatus) -> list[str]:
    """What is measured, and what is wrong."""
    cache, work = status.measured.cache, status.measured.work
    lines = [f"status         {'behind' if status.behind else 'active'}"]
    if cache is not None:
        limit = "" if cache.max_memory_bytes is None else f" of {mebibytes(cache.max_memory_bytes)}"
        lines += [
            f"cached         {cache.cached} captions of {cache.cameras} cameras",
            f"due            {cache.near_expiry} captions of {cache.cameras_affected} cameras",
            f"oldest due     for {cache.oldest_due_s:.0f} s",
            f"redis          {mebibytes(cache.used_memory_bytes)}{limit} MB",
        ]
    if status.measured.graph.events is not None:
        lines.append(f"events         {status.measured.graph.events}")
    if work is not None:
        lines.append(f"jobs           {work.running} running, {work.waiting} waiting, {work.failed} failed")
        lines.append(f"workers        {work.workers}")
    return lines if status.problem is None else [*lines, f"problem        {status.problem}"]
