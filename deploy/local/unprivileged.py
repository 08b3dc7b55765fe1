"""How root starts a server that refuses to run as root, and yet keeps its files below root's own folders."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.errors import UnavailableError

_NOBODY = 65534


@dataclass(frozen=True, slots=True)
class RunAs:
    """`prefix` goes before the command; `uid` and `gid` have to own the server's folder."""

    prefix: tuple[str, ...]
    uid: int
    gid: int

    def own(self, path: Path) -> None:
        """Give `path` to the user that the server runs as."""
        if path.stat().st_uid != self.uid:
            os.chown(path, self.uid, self.gid)


def candidates(uid: int, gid: int) -> list[RunAs]:
    """The ways for root to run a command as somebody else, the least powerful first.

    1. As user `uid`, which is enough where that user can reach the folder.
    2. The same with the one capability that a checkout below a 0700 home takes; a container's root has it.
    3. As root's own files see it, yet with another number inside: for a root that is none outside
       (`unshare -r`, rootless containers with one user), which cannot become anybody else.
    """
    become = ("setpriv", "--reuid", str(uid), "--regid", str(gid), "--clear-groups")
    reach = ("--inh-caps", "+dac_override", "--ambient-caps", "+dac_override")
    seem = ("unshare", "--user", f"--map-user={uid}", f"--map-group={gid}", "--")
    return [RunAs((*become, "--"), uid, gid), RunAs((*become, *reach, "--"), uid, gid), RunAs(seem, 0, 0)]


def run_as_for(folder: Path, user: str) -> RunAs:
    """Return how a server is run that keeps its files in `folder`, which then belongs to that user.

    As oneself where one is not root. As root: as the folder's owner where it has one already (data of an
    earlier start), else as `user`, else as nobody. Raises UnavailableError where nothing works.
    """
    if os.geteuid() != 0:
        return RunAs((), os.geteuid(), os.getegid())
    owner = folder.stat()
    uid, gid = (owner.st_uid, owner.st_gid) if owner.st_uid else _numbers(user)
    for way in candidates(uid, gid):
        try:
            way.own(folder)
        except OSError:
            continue  # that user does not exist in here
        if _can_write(way.prefix, folder):
            return way
    raise UnavailableError(
        f"Root cannot run a server as {user} that writes to {folder}.",
        remedy="Run this as an ordinary user, or from a folder that everybody can enter.",
    )


def _numbers(user: str) -> tuple[int, int]:
    try:
        entry = pwd.getpwnam(user)
    except KeyError:
        return _NOBODY, _NOBODY
    return entry.pw_uid, entry.pw_gid


def _can_write(prefix: Sequence[str], folder: Path) -> bool:
    """Tried, not asked: `test -w` knows nothing of capabilities."""
    probe = folder / ".probe"
    try:
        tried = subprocess.run([*prefix, "touch", probe], cwd="/", capture_output=True, check=False)
    except FileNotFoundError:
        return False
    probe.unlink(missing_ok=True)
    return tried.returncode == 0
