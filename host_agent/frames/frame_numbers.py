"""Numbers for frames: reserved durably in blocks, growing for the life of the device, never repeated."""

from host_agent.journal.journal import Journal
from host_agent.ring.layout import Kind
from host_agent.ring.store import RingStore

BLOCK = 1000
# A capture's metadata has its number and lives longer: a lost journal must not give it out again.
_SHARING = {Kind.CAPTURES: (Kind.CAPTURES, Kind.METADATA), Kind.THUMBNAILS: (Kind.THUMBNAILS,)}


class FrameNumbers:
    """The next number of one device and kind (captures or thumbnails)."""

    def __init__(self, journal: Journal, store: RingStore, kind: Kind) -> None:
        self._journal = journal
        self._store = store
        self._kind = kind
        self._left: range = range(0)

    def peek(self) -> int:
        """The number to use next, reserved. Raises sqlite3.Error, OSError where none can be."""
        if not self._left:
            known = self._journal.knows_numbers(self._store.device, self._kind.value)
            self._reserve(1 if known else self._highest_on_disk() + 1)
        return self._left[0]

    def used(self) -> None:
        """The number that `peek` gave is taken."""
        self._left = self._left[1:]

    def collided(self) -> None:
        """The number that `peek` gave is on disk already: the journal is older than the disk.

        Goes on above everything there is. Raises as `peek` does.
        """
        self._reserve(self._highest_on_disk() + 1)

    def _reserve(self, at_least: int) -> None:
        self._left = self._journal.reserve_numbers(
            self._store.device, self._kind.value, BLOCK, at_least=at_least
        )

    def _highest_on_disk(self) -> int:
        return max(self._store.highest_number(kind) for kind in _SHARING[self._kind])
