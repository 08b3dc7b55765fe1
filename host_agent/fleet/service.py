"""Enrols this host with its gateway, then reports: heartbeats, minutes, and back what the gateway wants.

In a thread of the process that serves. Nothing here reaches the recording: what goes wrong is counted,
logged once for each change, shown, and tried again.
"""

import json
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from host_agent.fleet.commands import CommandRunner
from host_agent.fleet.credential import Credentials, Enrolled, Pending
from host_agent.fleet.credential_file import CredentialFile
from host_agent.fleet.enrolment_plan import (
    ENROL_PATH,
    Aim,
    Wish,
    calling_secret,
    next_aim,
    pending_for,
    report_url,
    sha256_hex,
)
from host_agent.fleet.gateway_answer import (
    GatewayNonsenseError,
    GatewayRefusedError,
    GatewayUnreachableError,
)
from host_agent.fleet.gateway_client import GatewayClient
from host_agent.fleet.minutes_ledger import MinutesLedger
from host_agent.fleet.minutes_plan import next_batch_size
from host_agent.fleet.schedule import (
    MINUTE_S,
    Patience,
    minutes_offset_s,
    phase_of,
    sane_interval_s,
    until_next_s,
)
from host_agent.gateway_state import GatewayState, GatewayStatus
from host_agent.journal.fleet_records import FleetRecords
from shared.clock import Clock
from shared.contracts.enrolment import EnrolmentAnswer, EnrolmentRequest
from shared.contracts.heartbeat import (
    MOST_MINUTES,
    CommandResult,
    DeviceReport,
    DiskReport,
    Heartbeat,
    HeartbeatAnswer,
)
from shared.contracts.minutes import MinuteReport
from shared.errors import ColdframeError
from shared.spans import utc_ms

IDLE_PAUSE_S = 60.0
FAULT_PAUSE_S = 10.0
DEFECT_PAUSE_S = 30.0
# Batches of an outage follow each other at once; the devices need not be looked at for each.
FACTS_ARE_NEW_FOR_S = 1.0
_REFUSED = Patience(first_s=5.0, longest_s=300.0)
_NOT_ANSWERED = Patience(first_s=1.0, longest_s=15.0)
_NEW_TOKEN = (
    "Make a new enrolment token for this host at the gateway, put it into [gateway] enrolment_token of"
    " host.toml, and reload the agent (SIGHUP)."
)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who this host says it is."""

    name: str
    public_url: str
    version: str


class HostFacts(Protocol):
    """What a heartbeat tells. Raises OSError, sqlite3.Error."""

    def devices(self) -> Sequence[DeviceReport]: ...

    def disks(self) -> Sequence[DiskReport]: ...

    def alarms(self) -> Sequence[str]: ...

    def versions(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class FleetParts:
    """What the service stands on. `wish` and `identity` give what the settings say now (`identity`
    raises OSError where this machine has no address); `random` numbers in [0, 1); `new_secret` a text
    that nobody can guess."""

    wish: Callable[[], Wish]
    identity: Callable[[], Identity]
    facts: HostFacts
    file: CredentialFile
    records: FleetRecords
    ledger: MinutesLedger
    commands: CommandRunner
    client: GatewayClient
    clock: Clock
    random: Callable[[], float]
    new_secret: Callable[[], str]
    log: Any


class FleetService:
    """One host's side of the relation. `step` and `run` are for one thread; the rest is for any."""

    def __init__(self, parts: FleetParts) -> None:
        self._parts = parts
        self._wake = threading.Event()
        self._state = GatewayState()
        self._held: Credentials | None = None
        self._wish: Wish | None = None
        self._reports_as = ""
        self._interval_s = 0.0
        self._is_revoked = False
        self._refused = _REFUSED
        self._not_answered = _NOT_ANSWERED
        self._survey_at_s: float | None = None
        self._batch_size = MOST_MINUTES
        self._spares_minutes = False
        self._facts: Heartbeat | None = None
        self._facts_at_s = 0.0

    # -- for other threads -------------------------------------------------------------------

    def state(self) -> GatewayState:
        """How things stand."""
        return self._state

    def calling_secret(self) -> str:
        """What the gateway sends when it calls this host; empty where this host is in no fleet."""
        held = self._held
        return "" if held is None else calling_secret(self._parts.wish(), held)

    def wake(self) -> None:
        """Do what is due now: settings have changed."""
        self._wake.set()

    # -- the thread --------------------------------------------------------------------------

    def load(self) -> None:
        """Read the credential. Before the first request is served, so that its secret is known."""
        try:
            self._load()
        except OSError as error:
            self._fault(error)

    def run(self, stop: threading.Event) -> None:
        """Enrol and report until `stop` is set."""
        while not stop.is_set():
            pause_s = self.step()
            self._wake.wait(pause_s)
            self._wake.clear()
        self._parts.client.close()

    def step(self) -> float:
        """Do what is due; return the seconds until there is more to do, 0 for at once."""
        try:
            return self._step()
        except (OSError, sqlite3.Error) as error:
            return self._fault(error)
        except Exception:
            # One report that brings a defect out must not be the last one.
            self._parts.log.exception("fleet_failed")
            self._tell(
                GatewayStatus.FAULTY, "defect", "Reporting met a defect of the agent; its log has more.", ""
            )
            return DEFECT_PAUSE_S

    def _step(self) -> float:
        held = self._load()
        wish = self._parts.wish()
        if wish != self._wish:
            self._wish = wish
            self._refused, self._not_answered = _REFUSED, _NOT_ANSWERED
        aim = next_aim(wish, held, is_revoked=self._is_revoked)
        if aim is Aim.NOTHING:
            self._tell(GatewayStatus.NONE, "", "", "")
            return IDLE_PAUSE_S
        if aim is Aim.NEED_TOKEN:
            sentence = f"This host is not enrolled with {wish.url}, and has no enrolment token."
            self._tell(GatewayStatus.REFUSED, "no_token", sentence, _NEW_TOKEN)
            return IDLE_PAUSE_S
        try:
            identity = self._parts.identity()
        except OSError as error:
            unreachable = GatewayUnreachableError(
                f"{wish.url} cannot be reached: {error.strerror or error}.",
                remedy="Check [gateway] url and the name server, or set [agent] public_url.",
            )
            return self._not_usable(unreachable)
        if aim is Aim.ENROL or held.enrolled is None:
            return self._enrol(wish, held, identity)
        return self._report(wish, held.enrolled, identity)

    def _load(self) -> Credentials:
        if self._held is None:
            found = self._parts.file.load()
            if found.is_torn:
                self._parts.log.error(
                    "credential_file_torn", path=str(self._parts.file.path), remedy=_NEW_TOKEN
                )
            if found.was_open:
                self._parts.log.warning("credential_file_was_open", path=str(self._parts.file.path))
            self._held = found.credentials
        return self._held

    def _keep(self, credentials: Credentials) -> None:
        self._parts.file.save(credentials)
        self._held = credentials

    # -- enrolment ---------------------------------------------------------------------------

    def _enrol(self, wish: Wish, held: Credentials, identity: Identity) -> float:
        pending = pending_for(wish, held, self._parts.new_secret)
        if pending != held.pending:
            # Kept before they are sent: an answer that is lost has made them valid.
            self._keep(replace(held, pending=pending))
        if self._state.status not in (GatewayStatus.REFUSED, GatewayStatus.UNREACHABLE):
            self._tell(GatewayStatus.ENROLLING, "", f"Enrolling with {wish.url}.", "")
        request = EnrolmentRequest(
            token=wish.token,
            name=identity.name,
            public_url=identity.public_url,
            version=identity.version,
            credential_sha256=sha256_hex(pending.credential),
            calling_secret=pending.calling_secret,
        )
        try:
            answer = self._parts.client.enrol(wish.url + ENROL_PATH, request)
            enrolled = _enrolled(pending, answer)
        except GatewayRefusedError as error:
            self._tell(GatewayStatus.REFUSED, error.code, error.message, error.remedy or _NEW_TOKEN)
            self._refused = self._refused.after_failure()
            return self._refused.pause_s(self._parts.random)
        except (GatewayUnreachableError, GatewayNonsenseError) as error:
            return self._not_usable(error)
        self._keep(Credentials(enrolled, None))
        self._is_revoked = False
        self._parts.log.info("enrolled", gateway=wish.url, host_id=enrolled.host_id)
        return 0.0

    def _not_usable(self, error: ColdframeError) -> float:
        self._tell(GatewayStatus.UNREACHABLE, error.code, error.message, error.remedy)
        self._not_answered = self._not_answered.after_failure()
        return self._not_answered.pause_s(self._parts.random)

    # -- reports -----------------------------------------------------------------------------

    def _report(self, wish: Wish, enrolled: Enrolled, identity: Identity) -> float:
        self._report_as(enrolled)
        batch = self._batch(identity)
        results = self._parts.commands.unreported()
        message = self._heartbeat(identity).model_copy(
            update={
                "sent_utc_ms": utc_ms(self._parts.clock.now()),
                "minutes": batch,
                "minutes_waiting": self._parts.ledger.waiting,
                "command_results": results,
            }
        )
        try:
            answer = self._parts.client.heartbeat(report_url(wish, enrolled), enrolled.credential, message)
        except GatewayRefusedError as error:
            self._count_failure(batch)
            if error.status == 401 or error.code == "revoked":
                return self._revoked(wish, error)
            self._tell(GatewayStatus.REFUSED, error.code, error.message, error.remedy)
            return self._until_next_beat_s(identity)
        except (GatewayUnreachableError, GatewayNonsenseError) as error:
            self._count_failure(batch)
            self._tell(GatewayStatus.UNREACHABLE, error.code, error.message, error.remedy)
            return self._until_next_beat_s(identity)
        self._take(answer, batch, results, wish, enrolled)
        is_behind = self._parts.ledger.waiting > 0
        return 0.0 if is_behind else self._until_next_beat_s(identity)

    def _report_as(self, enrolled: Enrolled) -> None:
        if self._reports_as == enrolled.host_id:
            return
        self._parts.records.belong_to(enrolled.host_id)
        self._parts.ledger.forget()
        self._reports_as = enrolled.host_id
        self._interval_s = sane_interval_s(enrolled.interval_s)
        self._survey_at_s = None
        self._state = replace(self._state, host_id=enrolled.host_id)
        self._tell(GatewayStatus.CONNECTING, "", "Enrolled; the first report is on its way.", "")

    def _batch(self, identity: Identity) -> list[MinuteReport]:
        """What to send of the minutes that wait; nothing right after a failure, so that a host whose
        minutes make trouble is still seen to be alive."""
        clock, ledger = self._parts.clock, self._parts.ledger
        now = clock.now()
        try:
            if self._survey_at_s is None or clock.monotonic() >= self._survey_at_s:
                ledger.survey(utc_ms(now) // 60_000)
                offset_s = minutes_offset_s(phase_of(identity.name))
                self._survey_at_s = clock.monotonic() + until_next_s(now.timestamp(), MINUTE_S, offset_s)
            return [] if self._spares_minutes else ledger.next_batch(self._batch_size)
        except (OSError, sqlite3.Error) as error:
            self._parts.log.error("minutes_not_read", error=str(error))
            return []

    def _heartbeat(self, identity: Identity) -> Heartbeat:
        now_s = self._parts.clock.monotonic()
        facts = self._facts
        if facts is None or now_s - self._facts_at_s >= FACTS_ARE_NEW_FOR_S:
            told = self._parts.facts
            facts = Heartbeat(
                name=identity.name,
                public_url=identity.public_url,
                version=identity.version,
                versions=dict(told.versions()),
                sent_utc_ms=utc_ms(self._parts.clock.now()),
                devices=list(told.devices()),
                disks=list(told.disks()),
                alarms=list(told.alarms()),
            )
            self._facts, self._facts_at_s = facts, now_s
        return facts

    def _take(
        self,
        answer: HeartbeatAnswer,
        batch: Sequence[MinuteReport],
        results: Sequence[CommandResult],
        wish: Wish,
        enrolled: Enrolled,
    ) -> None:
        """Note that a report was taken, and do what its answer asks for. Raises OSError, sqlite3.Error."""
        parts = self._parts
        self._is_revoked, self._spares_minutes = False, False
        self._refused, self._not_answered = _REFUSED, _NOT_ANSWERED
        self._interval_s = sane_interval_s(answer.interval_s)
        if batch:
            self._batch_size = next_batch_size(self._batch_size, MOST_MINUTES, was_taken=True)
        self._state = replace(
            self._state,
            last_success_at=parts.clock.now(),
            last_success_monotonic_s=parts.clock.monotonic(),
            heartbeats_sent=self._state.heartbeats_sent + 1,
        )
        parts.ledger.acknowledge(batch)
        parts.commands.reported(results)
        parts.commands.run(answer.commands)
        if answer.cameras is not None:
            cameras = json.dumps([camera.model_dump() for camera in answer.cameras])
            if parts.records.assign(cameras):
                parts.log.info("assignment_changed", cameras=[camera.name for camera in answer.cameras])
        if answer.minutes.too_new:
            parts.log.warning("minutes_too_new", minutes=answer.minutes.too_new)
        if enrolled.gateway_url != wish.url:
            # The gateway has moved, and knows this host.
            moved = replace(enrolled, gateway_url=wish.url, heartbeat_url=report_url(wish, enrolled))
            self._keep(Credentials(moved, None))
        self._state = replace(self._state, minutes_waiting=parts.ledger.waiting)
        self._tell(GatewayStatus.ONLINE, "", f"Reporting to {wish.url}.", "")

    def _count_failure(self, batch: Sequence[MinuteReport]) -> None:
        if batch:
            self._spares_minutes = True
            self._batch_size = next_batch_size(len(batch), MOST_MINUTES, was_taken=False)
        self._state = replace(
            self._state,
            heartbeats_failed=self._state.heartbeats_failed + 1,
            minutes_waiting=self._parts.ledger.waiting,
        )

    def _revoked(self, wish: Wish, error: GatewayRefusedError) -> float:
        self._is_revoked = True
        self._tell(GatewayStatus.REVOKED, error.code, error.message, _NEW_TOKEN)
        held = self._held or Credentials()
        if next_aim(wish, held, is_revoked=True) is Aim.ENROL:
            return 0.0
        self._refused = self._refused.after_failure()
        return self._refused.pause_s(self._parts.random)

    def _until_next_beat_s(self, identity: Identity) -> float:
        offset_s = phase_of(identity.name) * self._interval_s
        return until_next_s(self._parts.clock.now().timestamp(), self._interval_s, offset_s)

    # -- state -------------------------------------------------------------------------------

    def _fault(self, error: OSError | sqlite3.Error) -> float:
        why = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
        self._tell(
            GatewayStatus.FAULTY,
            "state_dir",
            f"What is agreed with the gateway cannot be kept: {why}.",
            "Check the disk and the owner of state_dir: python -m host_agent doctor",
        )
        return FAULT_PAUSE_S

    def _tell(self, status: GatewayStatus, code: str, sentence: str, remedy: str) -> None:
        """Show how things stand, and log it where it is new."""
        before = self._state
        if (before.status, before.code, before.sentence) == (status, code, sentence):
            return
        is_new = (before.status, before.code) != (status, code)
        self._state = replace(
            before,
            status=status,
            code=code,
            sentence=sentence,
            remedy=remedy,
            since=self._parts.clock.now() if is_new else before.since,
        )
        is_well = status in (
            GatewayStatus.NONE,
            GatewayStatus.ENROLLING,
            GatewayStatus.CONNECTING,
            GatewayStatus.ONLINE,
        )
        tell = self._parts.log.info if is_well else self._parts.log.warning
        tell("gateway", state=status.value, code=code, sentence=sentence, remedy=remedy)


def _enrolled(pending: Pending, answer: EnrolmentAnswer) -> Enrolled:
    """Raises GatewayNonsenseError for an answer that would send the credential in the clear."""
    wants_tls = pending.gateway_url.startswith("https://")
    schemes = ("https://",) if wants_tls else ("http://", "https://")
    if not answer.heartbeat_url.startswith(schemes) or not answer.host_id:
        raise GatewayNonsenseError(
            "The gateway wants reports at an address that is not as safe as its own."
            if wants_tls
            else "The gateway does not say where it wants reports.",
            remedy="Correct the gateway's own address in its settings.",
        )
    return Enrolled(
        pending.gateway_url,
        pending.token_sha256,
        pending.credential,
        pending.calling_secret,
        host_id=answer.host_id,
        heartbeat_url=answer.heartbeat_url,
        interval_s=sane_interval_s(answer.interval_s),
    )
