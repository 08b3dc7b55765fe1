"""`METADATA` with the tables of every room in it: what Alembic and the schema's tests compare with."""

from gateway.accounts import tables as accounts
from gateway.audit import tables as audit
from gateway.cameras import tables as cameras
from gateway.captions import tables as captions
from gateway.catalogue import tables as catalogue
from gateway.db.metadata import METADATA
from gateway.hosts import tables as hosts
from gateway.videos import tables as videos
from gateway.wall import tables as wall

__all__ = ["METADATA", "accounts", "audit", "cameras", "captions", "catalogue", "hosts", "videos", "wall"]
