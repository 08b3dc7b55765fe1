"""Keeps the credential in `state_dir`: for the agent's user alone, whole or not at all, durably."""

import os
from dataclasses import dataclass
from pathlib import Path

from host_agent.fleet.credential import Credentials, encode_credentials, parse_credentials
from shared.atomic_write import write_atomically

CREDENTIAL_NAME = "gateway-credential.json"
_ONLY_OURS = 0o600


@dataclass(frozen=True, slots=True)
class HeldCredentials:
    """`is_torn`: there is a file that says nothing, as a failing disk leaves it. `was_open`: others could
    read it, until now."""

    credentials: Credentials
    is_torn: bool = False
    was_open: bool = False


class CredentialFile:
    """Raises OSError where the disk refuses."""

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / CREDENTIAL_NAME

    @property
    def path(self) -> Path:
        return self._path

    def load(self) -> HeldCredentials:
        """What is kept; nothing where there is no file, or a torn one."""
        try:
            mode = self._path.stat().st_mode & 0o777
            text = self._path.read_text(errors="replace")
        except FileNotFoundError:
            return HeldCredentials(Credentials())
        was_open = bool(mode & 0o077)
        if was_open:
            self._path.chmod(_ONLY_OURS)
        found = parse_credentials(text)
        return HeldCredentials(found or Credentials(), is_torn=found is None, was_open=was_open)

    def save(self, credentials: Credentials) -> None:
        """Keep `credentials`, durably: what was sent to the gateway is known after a power cut."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomically(self._path, encode_credentials(credentials), mode=_ONLY_OURS, sync=True)
        folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
