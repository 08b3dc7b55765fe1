"""Takes heartbeats: who sends it, what is kept of it, and what the host is told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from gateway.catalogue.reported_repository import ReportedDevice
from gateway.hosts.address_check import AddressCheck
from gateway.hosts.enrolment import sha256_of
from gateway.hosts.heartbeat_repository import (
    CredentialEndedError,
    HeartbeatRepository,
    Reported,
    ReportingHost,
)
from gateway.hosts.minute_intake import sort_minutes
from gateway.hosts.stored_report import AddressClaim, Untold, devices_digest, stored_report
from shared.clock import Clock
from shared.contracts.heartbeat import AssignedCamera, DetectionOverride, Heartbeat, HeartbeatAnswer
from shared.errors import BadRequestError, ForbiddenError, UnauthorisedError
from shared.spans import utc_ms

# A refused address is looked at again after so long: its name may mean another one by then.
JUDGED_AGAIN_AFTER_MS = 300_000


@dataclass(frozen=True, slots=True)
class Assignment:
    """All cameras that a host is to record, and all that is set over its own settings. `digest` names them:
    others have another one; empty: none. `kept`: those beside `cameras` that it goes on with as they are."""

    cameras: Sequence[AssignedCamera]
    digest: str
    overrides: Sequence[DetectionOverride] = ()
    kept: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class InForce:
    """What a host says of the assignment that it has. `digest`: the name of it. `recorded`: devices that it
    has by it. `goes_on_with_kept`: its agent understands `Assignment.kept`."""

    digest: str
    recorded: frozenset[str] = frozenset()
    goes_on_with_kept: bool = True


@dataclass(frozen=True, slots=True)
class Told:
    """`assignment`: None: the host has it, or it cannot be said now. `untold`: what is left out, and why."""

    assignment: Assignment | None = None
    untold: Untold | None = None


# (a host's id, what it has) → what it is told
Assignments = Callable[[str, InForce], Told]


def nothing_assigned(_host_id: str, _has: InForce) -> Told:
    """For hosts that nobody assigns cameras to."""
    return Told()


class Heartbeats:
    """`assignments`: which cameras a host is to record."""

    def __init__(
        self,
        repository: HeartbeatRepository,
        address_check: AddressCheck,
        clock: Clock,
        *,
        interval_s: float,
        minutes_kept_days: int,
        assignments: Assignments = nothing_assigned,
    ) -> None:
        self._repository = repository
        self._address_check = address_check
        self._clock = clock
        self._interval_s = interval_s
        self._minutes_kept_days = minutes_kept_days
        self._assignments = assignments

    def sender(self, credential: str | None) -> ReportingHost:
        """The host that has this credential. Raises UnauthorisedError (unknown_credential, revoked)."""
        host = None
        if credential:
            host = self._repository.reporting_host(sha256_of(credential), self._clock.now())
        if host is None:
            raise UnauthorisedError(
                "This host is not known here.",
                code="unknown_credential",
                remedy="Ask an admin for an enrolment token and give it to its agent.",
            )
        if host.is_revoked:
            raise _revoked(host)
        return host

    def take(self, host: ReportingHost, heartbeat: Heartbeat) -> HeartbeatAnswer:
        """Keep what `host` says; its minutes are safe once this returns.

        Raises ForbiddenError (wrong_name) where it says it is another, BadRequestError for a device that
        is named twice and for more devices than a host may have, UnauthorisedError (revoked) where its
        credential has ended since `sender` looked.
        """
        now = self._clock.now()
        if heartbeat.name != host.name:
            raise ForbiddenError(
                f"This credential is the host {host.name}'s, not {heartbeat.name}'s.",
                code="wrong_name",
                remedy="Set agent.name back, or enrol the host again under its new name.",
            )
        _check_names(heartbeat)
        public_url = heartbeat.public_url.rstrip("/")
        has_moved = public_url != host.public_url
        claim = self._judged(host, public_url, utc_ms(now)) if has_moved else None
        finished = {result.id for result in heartbeat.command_results}
        commands = [command for command in host.commands if command.id not in finished]
        digest = devices_digest(heartbeat.devices)
        intake = sort_minutes(
            heartbeat.minutes, now, self._minutes_kept_days, sent_utc_ms=heartbeat.sent_utc_ms
        )
        self._store(
            host,
            Reported(
                received_at=now,
                version=heartbeat.version,
                clock_offset_s=(heartbeat.sent_utc_ms - utc_ms(now)) / 1000,
                minutes_waiting=heartbeat.minutes_waiting,
                report=stored_report(heartbeat, claim, host.untold),
                devices_digest=digest,
                devices=None
                if digest == host.devices_digest
                else [
                    ReportedDevice(
                        device.name,
                        device.label,
                        device.source,
                        device.assigned,
                        device.detection,
                        device.own_detection,
                    )
                    for device in heartbeat.devices
                ],
                minutes=intake,
                results=heartbeat.command_results,
                delivered=commands,
                moved_to=public_url if has_moved and claim is None else None,
            ),
        )
        told = self._assignments(host.id, _in_force(heartbeat))
        if told.untold != host.untold:
            if told.untold is not None:
                structlog.get_logger().error(
                    "assignment_not_told", host=host.name, sentence=told.untold.sentence
                )
            self._repository.note_untold(host, told.untold)
        assignment = told.assignment
        return HeartbeatAnswer(
            received_utc_ms=utc_ms(now),
            interval_s=self._interval_s,
            minutes=intake.as_answer(),
            commands=commands,
            cameras=None if assignment is None else list(assignment.cameras),
            kept=[] if assignment is None else list(assignment.kept),
            overrides=[] if assignment is None else list(assignment.overrides),
            assignment="" if assignment is None else assignment.digest,
        )

    def _store(self, host: ReportingHost, reported: Reported) -> None:
        try:
            self._repository.store(host, reported)
        except CredentialEndedError:
            raise _revoked(host) from None

    def _judged(self, host: ReportingHost, public_url: str, now_utc_ms: int) -> AddressClaim | None:
        """What is wrong with the address that the host claims now; None where it may have it."""
        before = host.claim
        if (
            before is not None
            and before.public_url == public_url
            and 0 <= now_utc_ms - before.judged_utc_ms < JUDGED_AGAIN_AFTER_MS
        ):
            return before
        problem = self._address_check.problem(public_url, host.networks)
        return (
            AddressClaim(public_url=public_url, problem=problem, judged_utc_ms=now_utc_ms)
            if problem
            else None
        )


def _in_force(heartbeat: Heartbeat) -> InForce:
    recorded = frozenset(device.name for device in heartbeat.devices if device.assigned)
    return InForce(heartbeat.assignment, recorded, heartbeat.goes_on_with_kept)


def _revoked(host: ReportingHost) -> UnauthorisedError:
    return UnauthorisedError(
        f"The credential of {host.name} was revoked.",
        code="revoked",
        remedy="Ask an admin for a new enrolment token.",
    )


def _check_names(heartbeat: Heartbeat) -> None:
    seen: set[str] = set()
    for index, device in enumerate(heartbeat.devices):
        if device.name in seen:
            field = f"devices.{index}.name"
            raise BadRequestError(
                f"{field}: {device.name} is named twice.",
                remedy="Name each device once.",
                details={"field": field},
            )
        seen.add(device.name)
