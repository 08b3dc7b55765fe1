"""Keeps the cleaner away from the footage of a clip while it is waited for and made."""

import sqlite3
from datetime import timedelta

from host_agent.journal.facts import Lease
from host_agent.journal.journal import Journal
from host_agent.playback.clip import Clip
from shared.clock import Clock

# An agent that dies keeps the footage for this long at most.
LEASE_FOR = timedelta(minutes=10)
_RENEW_EVERY_S = 60.0


class ClipLease:
    """The lease of one clip. Taken by `take`, kept by `renew`, given back by `end`."""

    def __init__(self, journal: Journal, clock: Clock, clip: Clip) -> None:
        self._journal = journal
        self._clock = clock
        self._clip = clip
        self._taken_s = clock.monotonic()

    @property
    def id(self) -> str:
        return f"clip-{self._clip.id}"

    def take(self) -> None:
        """From now on for some minutes. Raises sqlite3.Error."""
        self._taken_s = self._clock.monotonic()
        until = self._clock.now() + LEASE_FOR
        self._journal.take_lease(Lease(self.id, self._clip.device, self._clip.span, until))

    def renew(self) -> str | None:
        """Call it often; once a minute it takes the lease anew. Return why that failed, if it did:
        the clip goes on, and the next call tries again."""
        if self._clock.monotonic() - self._taken_s < _RENEW_EVERY_S:
            return None
        try:
            self.take()
        except sqlite3.Error as error:
            return str(error)
        return None

    def end(self) -> str | None:
        """Give the footage back. Return why that failed, if it did: the lease runs out by itself."""
        try:
            self._journal.end_lease(self.id)
        except sqlite3.Error as error:
            return str(error)
        return None
