"""Enrols this host with its gateway, then reports to it, in a thread of the process that serves.

Nothing here reaches the recording: what goes wrong is counted, shown, and tried again.
"""

import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

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
from host_agent.fleet.identity import Identity
from host_agent.fleet.reports import Reports
from host_agent.fleet.schedule import Patience, phase_of, sane_interval_s, until_next_s
from host_agent.fleet.standing import Standing
from host_agent.gateway_state import GatewayState, GatewayStatus
from shared.clock import Clock
from shared.contracts.enrolment import EnrolmentAnswer, EnrolmentRequest
from shared.errors import ColdframeError

IDLE_PAUSE_S = 60.0
FAULT_PAUSE_S = 10.0
DEFECT_PAUSE_S = 30.0
_REFUSED = Patience(first_s=5.0, longest_s=300.0)
_NOT_ANSWERED = Patience(first_s=1.0, longest_s=15.0)
# The credential is of no use as long as that is what the gateway says.
_NEEDS_ANEW = frozenset({"revoked", "wrong_name"})
_NEW_TOKEN = (
    "Make a new enrolment token for this host at the gateway, put it into [gateway] enrolment_token of"
    " host.toml, and reload the agent (SIGHUP)."
)


@dataclass(frozen=True, slots=True)
class FleetParts:
    """What the service stands on. `wish` and `identity` give what the settings say now (`identity`
    raises OSError where this machine has no address); `random` numbers in [0, 1); `new_secret` a text
    that nobody can guess."""

    wish: Callable[[], Wish]
    identity: Callable[[], Identity]
    file: CredentialFile
    reports: Reports
    client: GatewayClient
    clock: Clock
    random: Callable[[], float]
    new_secret: Callable[[], str]
    log: Any


class FleetService:
    """One host's side of the relation. `step` and `run` are for one thread; the rest is for any."""

    def __init__(self, parts: FleetParts) -> None:
        self._parts = parts
        self._standing = Standing(parts.clock, parts.log)
        self._wake = threading.Event()
        self._held: Credentials | None = None
        self._wish: Wish | None = None
        self._reports_as = ""
        self._interval_s = 0.0
        self._is_revoked = False
        self._refused = _REFUSED
        self._not_answered = _NOT_ANSWERED

    # -- for other threads -------------------------------------------------------------------

    def state(self) -> GatewayState:
        """How things stand."""
        return self._standing.state

    def calling_secret(self) -> str:
        """What the gateway sends when it calls this host; empty where this host is in no fleet."""
        held = self._held
        return "" if held is None else calling_secret(self._parts.wish(), held)

    def wake(self) -> None:
        """Do what is due now: settings have changed."""
        self._wake.set()

    # -- the thread --------------------------------------------------------------------------

    def load(self) -> None:
        """Read the credential: before the first request is served, so that its secret is known."""
        try:
            self._load()
        except OSError as error:
            self._standing.tell_fault(error)

    def run(self, stop: threading.Event) -> None:
        """Enrol and report until `stop` is set."""
        while not stop.is_set():
            self._wake.wait(self.step())
            self._wake.clear()
        self._parts.client.close()

    def step(self) -> float:
        """Do what is due; return the seconds until there is more to do, 0 for at once."""
        try:
            return self._step()
        except (OSError, sqlite3.Error) as error:
            self._standing.tell_fault(error)
            return FAULT_PAUSE_S
        except Exception:
            # One report that brings a defect out must not be the last one.
            self._parts.log.exception("fleet_failed")
            self._standing.tell_defect()
            return DEFECT_PAUSE_S

    def _step(self) -> float:
        held, wish = self._load(), self._parts.wish()
        if wish != self._wish:
            self._wish = wish
            self._refused, self._not_answered = _REFUSED, _NOT_ANSWERED
        aim = next_aim(wish, held, is_revoked=self._is_revoked)
        if aim is Aim.NOTHING:
            self._standing.tell(GatewayStatus.NONE)
            return IDLE_PAUSE_S
        if aim is Aim.NEED_TOKEN:
            sentence = f"This host is not enrolled with {wish.url}, and has no enrolment token."
            self._standing.tell(GatewayStatus.REFUSED, "no_token", sentence, _NEW_TOKEN)
            return IDLE_PAUSE_S
        try:
            identity = self._parts.identity()
        except OSError as error:
            why = error.strerror or str(error)
            return self._is_not_answered(
                GatewayUnreachableError(
                    f"{wish.url} cannot be reached: {why}.",
                    remedy="Check [gateway] url and the name server, or set [agent] public_url.",
                )
            )
        if aim is Aim.ENROL or held.enrolled is None:
            return self._enrol(wish, held, identity)
        return self._report(wish, held.enrolled, identity)

    def _load(self) -> Credentials:
        if self._held is None:
            file, log = self._parts.file, self._parts.log
            found = file.load()
            if found.is_torn:
                log.error("credential_file_torn", path=str(file.path), remedy=_NEW_TOKEN)
            if found.was_open:
                log.warning("credential_file_was_open", path=str(file.path))
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
        if self.state().status not in (GatewayStatus.REFUSED, GatewayStatus.UNREACHABLE):
            self._standing.tell(GatewayStatus.ENROLLING, sentence=f"Enrolling with {wish.url}.")
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
            self._standing.tell_error(GatewayStatus.REFUSED, error)
            return self._is_refused()
        except (GatewayUnreachableError, GatewayNonsenseError) as error:
            return self._is_not_answered(error)
        self._keep(Credentials(enrolled, None))
        self._is_revoked = False
        self._parts.log.info("enrolled", gateway=wish.url, host_id=enrolled.host_id)
        return 0.0

    def _is_refused(self) -> float:
        self._refused = self._refused.after_failure()
        return self._refused.pause_s(self._parts.random)

    def _is_not_answered(self, error: ColdframeError) -> float:
        self._standing.tell_error(GatewayStatus.UNREACHABLE, error)
        self._not_answered = self._not_answered.after_failure()
        return self._not_answered.pause_s(self._parts.random)

    # -- reports -----------------------------------------------------------------------------

    def _report(self, wish: Wish, enrolled: Enrolled, identity: Identity) -> float:
        self._report_as(enrolled)
        reports = self._parts.reports
        heartbeat = reports.compose(identity)
        url = report_url(wish, enrolled)
        try:
            answer = self._parts.client.heartbeat(url, enrolled.credential, heartbeat)
        except (GatewayRefusedError, GatewayUnreachableError, GatewayNonsenseError) as error:
            reports.was_not_taken(heartbeat)
            self._standing.count(taken=False, minutes_waiting=reports.minutes_waiting)
            return self._is_not_taken(error, identity)
        self._is_revoked = False
        self._refused, self._not_answered = _REFUSED, _NOT_ANSWERED
        self._interval_s = sane_interval_s(answer.interval_s)
        try:
            reports.was_taken(heartbeat, answer)
        finally:
            self._standing.count(taken=True, minutes_waiting=reports.minutes_waiting)
            self._standing.tell_assignment(reports.assignment_problem)
        if enrolled.gateway_url != wish.url:
            # The gateway has moved, and knows this host.
            self._keep(Credentials(replace(enrolled, gateway_url=wish.url, heartbeat_url=url), None))
        self._standing.tell(GatewayStatus.ONLINE, sentence=f"Reporting to {wish.url}.")
        return 0.0 if reports.has_more else self._until_next_beat_s(identity)

    def _report_as(self, enrolled: Enrolled) -> None:
        if self._reports_as == enrolled.host_id:
            return
        self._parts.reports.begin(enrolled.host_id)
        self._reports_as = enrolled.host_id
        self._interval_s = sane_interval_s(enrolled.interval_s)
        self._standing.enrolled_as(enrolled.host_id)
        self._standing.tell(GatewayStatus.CONNECTING, sentence="Enrolled; the first report is on its way.")

    def _is_not_taken(self, error: ColdframeError, identity: Identity) -> float:
        if not isinstance(error, GatewayRefusedError):
            self._standing.tell_error(GatewayStatus.UNREACHABLE, error)
            return self._until_next_beat_s(identity)
        if error.status != 401 and error.code not in _NEEDS_ANEW:
            self._standing.tell_error(GatewayStatus.REFUSED, error)
            return self._until_next_beat_s(identity)
        self._is_revoked = True
        # Of a host that was renamed the gateway says it better: its old name back is enough.
        remedy = "" if error.code == "wrong_name" else _NEW_TOKEN
        self._standing.tell_error(GatewayStatus.REVOKED, error, remedy)
        aim = next_aim(self._parts.wish(), self._load(), is_revoked=True)
        return 0.0 if aim is Aim.ENROL else self._is_refused()

    def _until_next_beat_s(self, identity: Identity) -> float:
        offset_s = phase_of(identity.name) * self._interval_s
        return until_next_s(self._parts.clock.now().timestamp(), self._interval_s, offset_s)


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
