"""What `web` does beside answering: keeps the partitions of minutes, at its start and hourly.

At its start it says where captions are not safe.
"""

import threading
from typing import Any

import redis
from sqlalchemy.exc import SQLAlchemyError

from gateway.bootstrap.parts import Parts
from gateway.captions.cache.redis_safety import facts_of, faults_of
from gateway.hosts.minute_partitions import MinutePartitions
from gateway.hosts.partition_repository import PartitionRepository

EVERY_S = 3600.0
# After a database that refused: it is tried again before the hour is over.
AGAIN_AFTER_S = 60.0


def start_upkeep(parts: Parts) -> None:
    """Start the thread; it ends with the process. Any number of processes may do this."""
    partitions = MinutePartitions(
        PartitionRepository(parts.engine), parts.clock, parts.settings.fleet.minutes_kept_days
    )
    threading.Thread(target=_keep_up, args=(parts, partitions), name="upkeep", daemon=True).start()


def _keep_up(parts: Parts, partitions: MinutePartitions) -> None:
    pause = threading.Event()
    has_looked = parts.graph is None
    while True:
        has_looked = has_looked or look_at_captions(parts)
        try:
            report = partitions.maintain()
        except SQLAlchemyError as error:
            parts.log.warning("minute_partitions_not_kept", error=str(error))
            pause.wait(AGAIN_AFTER_S)
            continue
        if report.kept_longer:
            parts.log.warning(
                "old_minutes_are_kept",
                reason="no host told of a time near this gateway's: is its clock ahead?",
            )
        moved = report.moved_minutes + report.taken_up_minutes
        if report.made or report.dropped or moved or report.not_done:
            parts.log.info(
                "minute_partitions_kept",
                made=report.made,
                dropped=report.dropped,
                moved_minutes=report.moved_minutes,
                taken_up_minutes=report.taken_up_minutes,
                unreadable_minutes=report.unreadable_minutes,
                not_done=report.not_done,
            )
        pause.wait(AGAIN_AFTER_S if report.not_done else EVERY_S)


def look_at_captions(parts: Parts) -> bool:
    """Warn of what is wrong with the captions' Redis; False where it does not answer."""
    client: Any = parts.captions_redis
    try:
        info = client.info("memory") | client.info("persistence")
    except redis.RedisError as error:
        parts.log.warning("captions_redis_refuses", error=str(error), kind=type(error).__name__)
        return False
    for fault in faults_of(facts_of(info)):
        parts.log.warning("captions_redis_unsafe", sentence=fault.sentence, remedy=fault.remedy)
    return True
