"""Start, stop and restart of any device of the fleet: called at once, or left for the next heartbeat."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from gateway.catalogue.device import Device, Scope
from gateway.catalogue.repository import Catalogue
from gateway.hosts.command_repository import CommandRepository, HostCommand
from gateway.hosts.host_client_answer import one_line
from shared.clock import Clock
from shared.errors import ForbiddenError, TooManyRequestsError, UnavailableError
from shared.paging import Page, PageQuery

Action = Literal["start", "stop", "restart"]
WAITS_FOR = timedelta(minutes=10)
# Of a call that nobody took; other refusals (a revoked credential, a host's own) are the answer.
_UNREACHABLE = "host_unreachable"
_LONGEST_NAME = 200
_HAS_BEEN_TOLD = "The host has been told."


class HostCaller(Protocol):
    """Calls hosts: `HostClient`."""

    def call_json(self, host: str, method: str, path: str, *, json: object = None) -> Any:
        """The JSON value that the host answers with. Raises ColdframeError; UnavailableError
        (`host_unreachable`) where nobody took the call."""
        ...


@dataclass(frozen=True, slots=True)
class ControlOutcome:
    """What will happen. `command_id`, `expires_at`: of the command that waits, where the host could not be
    reached; else None."""

    host: str
    device: str
    action: Action
    delivered: bool
    sentence: str
    command_id: str | None = None
    expires_at: datetime | None = None


class DeviceControl:
    """Passes on who asked: the host's time line says so."""

    def __init__(
        self, catalogue: Catalogue, commands: CommandRepository, caller: HostCaller, clock: Clock
    ) -> None:
        self._catalogue = catalogue
        self._commands = commands
        self._caller = caller
        self._clock = clock

    def control(self, host: str, name: str, action: Action, asked_by: str, scope: Scope) -> ControlOutcome:
        """Have a device started, stopped or restarted.

        Raises NotFoundError (not there, or not in `scope`), TooManyRequestsError where too many commands
        wait for the host, and the host's own refusals.
        """
        device = self._catalogue.device(host, name, scope)
        asked_by = asked_by[:_LONGEST_NAME]
        try:
            told = self._caller.call_json(
                host, "POST", f"/api/host/devices/{name}/{action}", json={"asked_by": asked_by}
            )
        except UnavailableError as error:
            if error.code != _UNREACHABLE:
                raise
            return self._leave(device, action, asked_by)
        sentence = told.get("sentence") if isinstance(told, dict) else None
        return ControlOutcome(
            host, name, action, True, one_line(sentence) if isinstance(sentence, str) else _HAS_BEEN_TOLD
        )

    def commands(self, host: str, asked: PageQuery, scope: Scope) -> Page[HostCommand]:
        """The commands that waited for a host or still do, the newest first.

        Raises NotFoundError, ForbiddenError where the caller is limited to some cameras.
        """
        host_id = self._catalogue.host_id(host, scope)
        if scope is not None:
            raise ForbiddenError(
                "These are commands for all devices of a host, and you are limited to some cameras.",
                remedy="Use an account that is not limited to camera groups.",
            )
        return self._commands.page(host_id, asked)

    def _leave(self, device: Device, action: Action, asked_by: str) -> ControlOutcome:
        now = self._clock.now()
        command = self._commands.add(device.host_id, device.name, action, asked_by, now, now + WAITS_FOR)
        if command is None:
            raise TooManyRequestsError(
                f"The host {device.host} cannot be reached, and too many commands wait for it already.",
                remedy="Wait until it is back, or until they expire.",
            )
        return ControlOutcome(
            device.host,
            device.name,
            action,
            False,
            f"The host {device.host} cannot be reached from here; it is told with its next report, within"
            f" {WAITS_FOR.total_seconds() / 60:.0f} minutes.",
            command.id,
            command.expires_at,
        )
