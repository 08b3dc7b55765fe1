"""Takes a host out of the fleet for good: its machine was scrapped, or is called otherwise now."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.catalogue.device import Scope
from gateway.catalogue.repository import Catalogue
from gateway.hosts.removal_repository import RemovalRepository
from shared.clock import Clock
from shared.errors import ConflictError


@dataclass(frozen=True, slots=True)
class RemovedHost:
    """`devices`: the names of those that it still had. `released`: external ids of the cameras that it
    recorded for the gateway, which have no host now."""

    devices: Sequence[str]
    released: Sequence[str]


class HostRemoval:
    """What a host reported stays, under its name: one that enrols under it again goes on with that."""

    def __init__(self, repository: RemovalRepository, catalogue: Catalogue, clock: Clock) -> None:
        self._repository = repository
        self._catalogue = catalogue
        self._clock = clock

    def remove(self, host: str, scope: Scope) -> RemovedHost:
        """Remove a revoked host. Raises NotFoundError, ConflictError (host_not_revoked)."""

        def check(has_credential: bool) -> None:
            if has_credential:
                raise ConflictError(
                    f"The host {host} has a credential that counts: with its next report it would be back.",
                    code="host_not_revoked",
                    remedy=f"Revoke it first: DELETE /api/v1/hosts/{host}/credential.",
                )

        host_id = self._catalogue.host_id(host, scope)
        return RemovedHost(*self._repository.remove(host_id, self._clock.now(), check))
