"""Carries out what the gateway asks for: once, however often it is delivered."""

from collections.abc import Callable, Iterable
from typing import Any

from host_agent.journal.fleet_records import FleetRecords
from shared.contracts.heartbeat import MOST_COMMANDS, Command, CommandResult
from shared.errors import ColdframeError

_LONGEST_NAME = 100
_LONGEST_SENTENCE = 500

# (action, device, asked_by) → a sentence. Raises ColdframeError where it cannot be done.
Control = Callable[[str, str, str], str]


class CommandRunner:
    """Raises sqlite3.Error where the journal refuses: the command is delivered again then."""

    def __init__(self, control: Control, records: FleetRecords, log: Any) -> None:
        self._control = control
        self._records = records
        self._log = log

    def run(self, commands: Iterable[Command]) -> None:
        """Carry out those that were not before; what became of each is in `unreported`."""
        for command in list(commands)[:MOST_COMMANDS]:
            self._run(command, shown_name(command.asked_by))

    def _run(self, command: Command, asked_by: str) -> None:
        is_new = self._records.carry_out_once(command.id, lambda: self._outcome(command, asked_by))
        if is_new:
            self._log.info(
                "command", id=command.id, device=command.device, action=command.action, by=asked_by
            )

    def unreported(self) -> list[CommandResult]:
        """What the gateway does not know yet."""
        return [
            CommandResult(id=outcome.id, done=outcome.done, sentence=outcome.sentence)
            for outcome in self._records.unreported(MOST_COMMANDS)
        ]

    def reported(self, results: Iterable[CommandResult]) -> None:
        """The gateway knows these now."""
        self._records.reported(result.id for result in results)

    def _outcome(self, command: Command, asked_by: str) -> tuple[bool, str]:
        try:
            return True, self._control(command.action, command.device, asked_by)[:_LONGEST_SENTENCE]
        except ColdframeError as error:
            return False, error.message[:_LONGEST_SENTENCE]


def shown_name(asked_by: str) -> str:
    """A name for people, as the time line can show it."""
    printable = "".join(letter if letter.isprintable() else " " for letter in asked_by)
    return printable.strip()[:_LONGEST_NAME] or "somebody through the gateway"
