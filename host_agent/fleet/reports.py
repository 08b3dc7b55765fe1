"""Composes heartbeats, and does what their answers ask for."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from host_agent.fleet.assignment_answer import ReadAnswer
from host_agent.fleet.assignment_keeper import AssignmentKeeper
from host_agent.fleet.commands import CommandRunner
from host_agent.fleet.identity import Identity
from host_agent.fleet.minutes_ledger import MinutesLedger
from host_agent.fleet.minutes_plan import next_batch_size
from host_agent.fleet.schedule import MINUTE_S, minutes_offset_s, phase_of, until_next_s
from host_agent.journal.fleet_records import FleetRecords
from shared.clock import Clock
from shared.contracts.heartbeat import (
    MOST_ALARMS,
    MOST_MINUTES,
    DeviceReport,
    DiskReport,
    Heartbeat,
)
from shared.contracts.minutes import MinuteReport
from shared.spans import utc_ms

# Batches of an outage follow each other at once; the devices need not be looked at for each.
_FACTS_ARE_NEW_FOR_S = 1.0


class HostFacts(Protocol):
    """What a heartbeat tells. Raises OSError, sqlite3.Error."""

    def devices(self) -> Sequence[DeviceReport]: ...

    def disks(self) -> Sequence[DiskReport]: ...

    def alarms(self) -> Sequence[str]: ...

    def versions(self) -> Mapping[str, str]: ...


class Reports:
    """One host's heartbeats under one identity at a time. For one thread. Raises OSError, sqlite3.Error."""

    def __init__(
        self,
        facts: HostFacts,
        ledger: MinutesLedger,
        commands: CommandRunner,
        records: FleetRecords,
        assignment: AssignmentKeeper,
        clock: Clock,
        log: Any,
    ) -> None:
        self._facts = facts
        self._ledger = ledger
        self._commands = commands
        self._records = records
        self._assignment = assignment
        self._clock = clock
        self._log = log
        self._survey_at_s: float | None = None
        self._batch_size = MOST_MINUTES
        self._spares_minutes = False
        self._cannot_look = False
        self._told: Heartbeat | None = None
        self._told_at_s = 0.0

    @property
    def minutes_waiting(self) -> int:
        """Minutes that the gateway does not have, as far as was looked."""
        return self._ledger.waiting

    @property
    def has_more(self) -> bool:
        """Whether the next heartbeat has minutes to bring. Those that cannot be read now wait, and hurry
        nobody."""
        return self.minutes_waiting > 0 and not self._cannot_look

    def begin(self, host_id: str) -> None:
        """Report under this identity from now on: what another one's gateway has counts for nothing."""
        self._records.belong_to(host_id)
        self._assignment.belong_to(host_id)
        self._ledger.forget()
        self._survey_at_s = None

    def compose(self, identity: Identity) -> Heartbeat:
        """The next heartbeat, with the oldest minutes that wait."""
        return self._facts_now(identity).model_copy(
            update={
                # What the facts say may be of a moment ago, before the settings were changed.
                "name": identity.name,
                "public_url": identity.public_url,
                "sent_utc_ms": utc_ms(self._clock.now()),
                "minutes": self._next_minutes(identity),
                "minutes_waiting": self._ledger.waiting,
                "command_results": self._commands.unreported(),
                "assignment": self._assignment.digest(),
                "goes_on_with_kept": True,
            }
        )

    def was_not_taken(self, heartbeat: Heartbeat) -> None:
        """No usable answer came."""
        if heartbeat.minutes:
            self._spares_minutes = True
            size = len(heartbeat.minutes)
            self._batch_size = next_batch_size(size, MOST_MINUTES, was_taken=False)

    @property
    def assignment_problem(self) -> str:
        """Why the cameras that the gateway told last are not taken over; empty where they are."""
        return self._assignment.problem

    def was_taken(self, heartbeat: Heartbeat, answer: ReadAnswer) -> None:
        """Note what the gateway has now, and do what it asks for."""
        self._spares_minutes = False
        if heartbeat.minutes:
            self._batch_size = next_batch_size(self._batch_size, MOST_MINUTES, was_taken=True)
        self._ledger.acknowledge(heartbeat.minutes)
        self._commands.reported(heartbeat.command_results)
        self._commands.run(answer.commands)
        if answer.cameras is not None:
            self._assignment.take(answer.cameras, answer.assignment, answer.overrides, answer.kept)
        if answer.minutes.too_new:
            self._log.warning("minutes_too_new", minutes=answer.minutes.too_new)

    def _next_minutes(self, identity: Identity) -> list[MinuteReport]:
        """Nothing right after a failure, so that a host whose minutes make trouble is seen to be alive."""
        now, now_s = self._clock.now(), self._clock.monotonic()
        try:
            if self._survey_at_s is None or now_s >= self._survey_at_s:
                self._ledger.survey(utc_ms(now) // 60_000)
                offset_s = minutes_offset_s(phase_of(identity.name))
                self._survey_at_s = now_s + until_next_s(now.timestamp(), MINUTE_S, offset_s)
            batch = [] if self._spares_minutes else self._ledger.next_batch(self._batch_size)
        except (OSError, sqlite3.Error) as error:
            self._log.error("minutes_not_read", error=str(error))
            self._cannot_look = True
            return []
        self._cannot_look = False
        return batch

    def _own_alarms(self) -> list[str]:
        return [self._assignment.problem] if self._assignment.problem else []

    def _facts_now(self, identity: Identity) -> Heartbeat:
        now_s = self._clock.monotonic()
        if self._told is None or now_s - self._told_at_s >= _FACTS_ARE_NEW_FOR_S:
            self._told_at_s = now_s
            self._told = Heartbeat(
                name=identity.name,
                public_url=identity.public_url,
                version=identity.version,
                versions=dict(self._facts.versions()),
                sent_utc_ms=utc_ms(self._clock.now()),
                devices=list(self._facts.devices()),
                disks=list(self._facts.disks()),
                alarms=[*self._own_alarms(), *self._facts.alarms()][:MOST_ALARMS],
            )
        return self._told
