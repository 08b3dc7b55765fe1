"""The wall's pictures and views, put together."""

import secrets
from dataclasses import dataclass

from gateway.bootstrap.hosts import Fleet
from gateway.bootstrap.parts import Parts, new_id
from gateway.catalogue.repository import Catalogue
from gateway.wall.frames.fetching import HostFetcher
from gateway.wall.frames.shared_pictures import SharedPictures
from gateway.wall.frames.wall import WallFrames
from gateway.wall.views.repository import ViewRepository
from gateway.wall.views.views import WallViews


@dataclass(frozen=True, slots=True)
class Wall:
    """What the routes stand on."""

    frames: WallFrames
    views: WallViews


def build_wall(parts: Parts, catalogue: Catalogue, fleet: Fleet) -> Wall:
    """Put the rooms together. To be called after the fork: fetching has threads."""
    shared = SharedPictures(parts.redis)
    fetcher = HostFetcher(shared, fleet.client, parts.clock)
    return Wall(
        WallFrames(catalogue, fleet.reports, shared, fetcher, parts.clock, lambda: secrets.token_urlsafe(16)),
        WallViews(ViewRepository(parts.engine, new_id), catalogue),
    )
