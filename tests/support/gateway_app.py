"""The gateway's applications in this process, as they are put together for real."""

import secrets
import shutil
import tempfile
import weakref
from collections.abc import Mapping

from flask import Flask

from gateway.bootstrap.ingest import ingest_app
from gateway.bootstrap.parts import Parts
from gateway.bootstrap.web import web_app
from gateway.settings import GatewaySettings

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"
NO_REDIS = "redis://127.0.0.1:1/0"


def gateway_parts(
    database_url: str = NOWHERE, redis_url: str = NO_REDIS, **sections: Mapping[str, object]
) -> Parts:
    """The parts of one process. Without servers nothing that needs them works, but all is put together.

    Objects are kept in a folder that goes with the parts."""
    objects = tempfile.mkdtemp(prefix="coldframe-objects-")
    raw: dict[str, dict[str, object]] = {
        "database": {"url": database_url, "pool": 4},
        "redis": {"url": redis_url},
        "security": {"secret_key": secrets.token_urlsafe(32)},
        "storage": {"dir": objects},
    }
    for name, keys in sections.items():
        raw.setdefault(name, {}).update(keys)
    parts = Parts(GatewaySettings.model_validate(raw))
    weakref.finalize(parts, shutil.rmtree, objects, ignore_errors=True)
    return parts


def make_web(parts: Parts) -> Flask:
    """The application of `web`; nothing runs in the background."""
    return web_app(parts)


def make_ingest(parts: Parts) -> Flask:
    """The application of `ingest`."""
    return ingest_app(parts)
