"""Who may see jobs at all: they are about all cameras, and name some of them."""

from gateway.catalogue.device import Scope
from shared.errors import ForbiddenError


def check_unlimited(scope: Scope) -> None:
    """Raises ForbiddenError for somebody who is limited to some camera groups."""
    if scope is not None:
        raise jobs_refused()


def jobs_refused() -> ForbiddenError:
    """What somebody who is limited to some camera groups is told."""
    return ForbiddenError(
        "Jobs are about all cameras, and you are limited to some.",
        remedy="Use an account that is not limited to camera groups.",
    )
