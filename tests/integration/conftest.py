"""What several files of integration tests ask for beside the servers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # most files need none of it
    from deploy.local.postgres import PrivatePostgres
    from tests.support.fleet_stand import FleetStand


@pytest.fixture(scope="module")
def fleet_database(postgres: PrivatePostgres, migrated_template: str) -> Iterator[str]:
    """A database with the newest schema, one for all tests of a file."""
    from tests.support.servers import fresh_database

    with fresh_database(postgres, migrated_template) as url:
        yield url


@pytest.fixture(scope="module")
def fleet_gateway(fleet_database: str) -> Iterator[FleetStand]:
    """A gateway that can call no host, one for all tests of a file: each of them begins it anew."""
    from tests.support.fleet_stand import FleetStand
    from tests.support.no_hosts import Unreachable

    made = FleetStand(fleet_database, Unreachable())
    yield made
    made.close()
