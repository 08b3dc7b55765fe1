"""Whose media cookie this is, asked of the database once in a while instead of with every segment."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from gateway.accounts.sessions.repository import SignedIn

# For so long at most a login that ended elsewhere still opens media.
KEPT_S = 10.0
LARGEST = 4096


@dataclass(slots=True)
class _Answer:
    """What the database said. `lock`: of many streams of one login, one asks and the others wait for it."""

    lock: Lock = field(default_factory=Lock)
    found: SignedIn | None = None
    good_until_s: float = float("-inf")


class MediaSessions:
    """The logins that media cookies open, at most `largest` of them, those in use.

    `find`: asks the database by the cookie's SHA-256.
    """

    def __init__(
        self,
        find: Callable[[str], SignedIn | None],
        monotonic: Callable[[], float],
        *,
        kept_s: float = KEPT_S,
        largest: int = LARGEST,
    ) -> None:
        self._find = find
        self._monotonic = monotonic
        self._kept_s = kept_s
        self._largest = largest
        self._answers: OrderedDict[str, _Answer] = OrderedDict()
        self._lock = Lock()

    def signed_in(self, token_sha256: str) -> SignedIn | None:
        """Whose cookie it is; None where it opens nothing."""
        with self._lock:
            answer = self._answers.setdefault(token_sha256, _Answer())
            self._answers.move_to_end(token_sha256)
            while len(self._answers) > self._largest:
                self._answers.popitem(last=False)
        with answer.lock:
            if self._monotonic() >= answer.good_until_s:
                asked_s = self._monotonic()
                answer.found = self._find(token_sha256)
                # An invented cookie takes no place from a true one.
                answer.good_until_s = asked_s + self._kept_s if answer.found else float("-inf")
            found = answer.found
        if found is None:
            with self._lock:
                self._answers.pop(token_sha256, None)
        return found

    def forget(self) -> None:
        """Ask anew for each: a login ended, or a user changed, in this process."""
        with self._lock:
            self._answers.clear()
