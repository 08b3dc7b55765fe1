"""How the migration of captions does, as it crosses the wire."""

from typing import Any

import marshmallow as ma
from marshmallow import fields
from marshmallow.validate import OneOf

from gateway.captions.migration.migration_status import NEXT_CHECK, MigrationStatus, mebibytes, ttl_mode

_OR_LIMITED = ", or the caller is limited to some camera groups."
STATUSES = ("active", "behind", "off")


class CacheStatsSchema(ma.Schema):
    """The hot cache as a whole."""

    used_memory_mb = fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": f"Of the whole Redis server; null: it does not answer{_OR_LIMITED}"},
    )
    max_memory_mb = fields.Float(
        required=True, allow_none=True, metadata={"description": "Its limit; null where it has none."}
    )
    total_keys = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Captions that are not merged yet."}
    )
    ttl_mode = fields.String(required=True, metadata={"description": "How long captions stay, in words."})


class MigrationNumbersSchema(ma.Schema):
    """What is due."""

    keys_near_expiry = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Captions that are due."}
    )
    cameras_affected = fields.Integer(required=True, allow_none=True)
    next_check = fields.String(required=True, metadata={"description": "When it is looked, in words."})


class GraphStateSchema(ma.Schema):
    """The graph, which keeps the events."""

    reachable = fields.Boolean(required=True)
    events = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": f"All of them; null: it cannot be asked{_OR_LIMITED}"},
    )


class MigrationQueueSchema(ma.Schema):
    """Who does it; all null for whoever is limited to some camera groups."""

    waiting = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Jobs of all kinds in its queue."}
    )
    running = fields.Integer(required=True, allow_none=True)
    failed = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Jobs of that queue that failed."}
    )
    workers = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Those that live, whatever they do."}
    )
    scheduler_seen_seconds = fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": "Since a scheduler last looked; null: none ever did."},
    )


class MigrationStatusSchema(ma.Schema):
    """How the migration of captions does."""

    status = fields.String(
        required=True,
        validate=OneOf(STATUSES),
        metadata={"description": "off: nothing is set for it; problem says what to set."},
    )
    cache_stats = fields.Nested(CacheStatsSchema, required=True)
    migration = fields.Nested(MigrationNumbersSchema, required=True)
    oldest_due_seconds = fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": "How long the caption that is due longest has been; 0: none is."},
    )
    behind = fields.Boolean(
        required=True,
        metadata={"description": "What is due waits for too long, or the graph does not answer."},
    )
    problem = fields.String(
        required=True, allow_none=True, metadata={"description": "What is wrong and what to do."}
    )
    graph = fields.Nested(GraphStateSchema, required=True)
    queue = fields.Nested(MigrationQueueSchema, required=True)


def status_body(status: MigrationStatus) -> dict[str, Any]:
    """MigrationStatusSchema's answer."""
    cache = status.measured.cache
    # Of the whole site, for who sees the whole of it.
    memory = None if status.is_of_some else cache
    work = None if status.is_of_some else status.measured.work
    events = status.measured.graph.events
    limit = None if memory is None or memory.max_memory_bytes is None else mebibytes(memory.max_memory_bytes)
    return {
        "status": "off" if status.is_off else "behind" if status.behind else "active",
        "cache_stats": {
            "used_memory_mb": None if memory is None else mebibytes(memory.used_memory_bytes),
            "max_memory_mb": limit,
            "total_keys": None if cache is None else cache.cached,
            "ttl_mode": ttl_mode(status.ttl_s),
        },
        "migration": {
            "keys_near_expiry": None if cache is None else cache.near_expiry,
            "cameras_affected": None if cache is None else cache.cameras_affected,
            "next_check": NEXT_CHECK,
        },
        "oldest_due_seconds": None if cache is None else round(cache.oldest_due_s, 1),
        "behind": status.behind,
        "problem": status.problem,
        "graph": {
            "reachable": events is not None,
            "events": None if status.is_of_some else events,
        },
        "queue": {
            "waiting": None if work is None else work.waiting,
            "running": None if work is None else work.running,
            "failed": None if work is None else work.failed,
            "workers": None if work is None else work.workers,
            "scheduler_seen_seconds": None if work is None else work.scheduler_silent_s,
        },
    }


STATUS_EXAMPLE = {
    "status": "active",
    "cache_stats": {
        "used_memory_mb": 45.2,
        "max_memory_mb": None,
        "total_keys": 1247,
        "ttl_mode": "FIXED 2 HOURS",
    },
    "migration": {
        "keys_near_expiry": 234,
        "cameras_affected": 5,
        "next_check": "Every 60 seconds (automatic)",
    },
    "oldest_due_seconds": 41.3,
    "behind": False,
    "problem": None,
    "graph": {"reachable": True, "events": 18233},
    "queue": {"waiting": 0, "running": 1, "failed": 0, "workers": 2, "scheduler_seen_seconds": 0.8},
}
