"""Which hosts may be called, where, and with which secret; remembered for seconds."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from gateway.catalogue.repository import unknown_host
from gateway.hosts.directory_repository import DirectoryRepository, EnrolmentRow
from gateway.hosts.host_address import Destination, HostUrl, parse_host_url
from gateway.secret_box import SecretBox
from shared.clock import Clock
from shared.errors import UnavailableError, UpstreamError

# What is revoked or enrolled anew is so everywhere after this.
REMEMBERED_S = 3.0
MOST_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class KnownHost:
    """How a host is called. `is_silent`: its heartbeats have stopped, it will hardly answer."""

    name: str
    url: HostUrl
    networks: tuple[str, ...]
    secret: str = field(repr=False)
    is_silent: bool

    @property
    def destination(self) -> Destination:
        # Secrets are random and long: what is left of a digest tells enrolments apart, and nothing else.
        enrolment = hashlib.sha256(self.secret.encode()).hexdigest()[:16]
        return Destination(self.url.name, self.networks, enrolment)


class HostDirectory:
    """Finds hosts by name. Safe to be used by many threads."""

    def __init__(
        self,
        repository: DirectoryRepository,
        secrets: SecretBox,
        clock: Clock,
        *,
        offline_after_s: float,
        remembered_s: float = REMEMBERED_S,
    ) -> None:
        self._repository = repository
        self._secrets = secrets
        self._clock = clock
        self._offline_after = timedelta(seconds=offline_after_s)
        self._remembered_s = remembered_s
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[float, KnownHost]] = OrderedDict()

    def host(self, name: str) -> KnownHost:
        """How the host is called.

        Raises NotFoundError (`unknown_host`), UnavailableError (`host_not_enrolled`, `host_revoked`),
        UpstreamError where its enrolment cannot be used.
        """
        now_s = self._clock.monotonic()
        with self._lock:
            remembered = self._known.get(name)
        if remembered is not None and now_s - remembered[0] < self._remembered_s:
            return remembered[1]
        # Refusals are not remembered: they are rare, and must end when the host is enrolled.
        found = self._look_up(name)
        with self._lock:
            self._known[name] = (now_s, found)
            self._known.move_to_end(name)
            while len(self._known) > MOST_REMEMBERED:
                self._known.popitem(last=False)
        return found

    def forget(self, name: str) -> None:
        """Look the host up anew the next time: it was just enrolled or revoked in this process."""
        with self._lock:
            self._known.pop(name, None)

    def _look_up(self, name: str) -> KnownHost:
        row = self._repository.enrolment(name)
        if row is None:
            raise unknown_host(name)
        if row.public_url is None:
            raise UnavailableError(
                f"Host {name} is not enrolled.",
                code="host_not_enrolled",
                remedy="Make an enrolment token and give it to the host's agent.",
            )
        if row.revoked:
            raise UnavailableError(
                f"The credential of host {name} is revoked.",
                code="host_revoked",
                remedy="Enrol it again with a new enrolment token.",
            )
        return KnownHost(
            name=name,
            url=_checked_url(name, row.public_url),
            networks=row.networks,
            secret=self._secrets.open(row.calling_secret_encrypted),
            is_silent=self._is_silent(row),
        )

    def _is_silent(self, row: EnrolmentRow) -> bool:
        # A host that was enrolled a moment ago has not reported yet and is worth a try.
        # A report that lies ahead as far was written before the gateway's clock was set back.
        return row.reported_at is not None and abs(self._clock.now() - row.reported_at) > self._offline_after


def _checked_url(name: str, public_url: str) -> HostUrl:
    try:
        return parse_host_url(public_url)
    except ValueError:
        raise UpstreamError(
            f"Host {name} was enrolled with an address that cannot be called.",
            remedy="Set agent.public_url in its host.toml and enrol it again.",
        ) from None


# What the client needs of a directory.
FindHost = Callable[[str], KnownHost]
