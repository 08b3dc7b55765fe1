"""The Flask applications of the gateway: `web` for browsers and programs, `ingest` for hosts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import redis
import structlog
from flask import Blueprint, Flask
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix

from gateway.address_parts import CONVERTERS
from gateway.documentation.routes import documentation
from gateway.hosts.ingest_routes import LARGEST_HEARTBEAT_BYTES
from gateway.operation.routes import blp as operation_routes
from shared.errors import UnavailableError
from shared.http.application import new_application
from shared.http.blueprint import ApiBlueprint
from shared.http.errors import EnvelopeForm
from shared.http.provided import provide

_DESCRIPTION = """\
One archive over many hosts: who is there, live pictures, the last day as a heatmap, any moment played back.

Every answer is `{"success": true, "data": …}`, lists with `meta`; every error
`{"success": false, "error": {"code", "message", "remedy", "details"}}`. Times are ISO 8601 with an offset;
spans include their begin and not their end. A device's name in the fleet is `host/device`.
Programs sign in at `/api/v1/auth/login` and send `Authorization: Bearer` with the access token."""
# SQLSTATEs of a table and of a column that are not there: waiting helps nobody.
_NOT_THERE = ("42P01", "42703")


@dataclass(frozen=True, slots=True)
class Rooms:
    """What an application is made of. `services` are what the routes ask for by type; `record_deeds`
    installs what writes every deed to the audit log."""

    blueprints: Iterable[ApiBlueprint]
    services: Iterable[object]
    check_access: Callable[[Flask], None]
    monotonic: Callable[[], float]
    version: str
    trusted_proxies: int = 0
    pages: Iterable[Blueprint] = ()
    record_deeds: Callable[[Flask], None] | None = None


def create_web_app(rooms: Rooms) -> Flask:
    """The browser's and programs' application. To be called in the process that serves."""
    return _create("Coldframe gateway", rooms)


def create_ingest_app(rooms: Rooms) -> Flask:
    """The hosts' application. To be called in the process that serves."""
    return _create("Coldframe gateway: ingest", rooms)


def _create(title: str, rooms: Rooms) -> Flask:
    app, _ = new_application(
        title=title,
        version=rooms.version,
        description=_DESCRIPTION,
        blueprints=(*rooms.blueprints, operation_routes),
        converters=CONVERTERS,
        documentation=documentation,
        check_access=rooms.check_access,
        form=EnvelopeForm(),
        translations={
            SQLAlchemyError: _database_refuses,
            redis.RedisError: _redis_refuses,
        },
        monotonic=rooms.monotonic,
        # Both take heartbeats, the largest body that there is.
        largest_body_bytes=LARGEST_HEARTBEAT_BYTES,
        pages=rooms.pages,
    )
    provide(app, *rooms.services)
    if rooms.record_deeds is not None:
        rooms.record_deeds(app)
    if rooms.trusted_proxies:
        count = rooms.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]
    return app


def _database_refuses(error: SQLAlchemyError) -> UnavailableError:
    structlog.get_logger().error("database_refuses", error=str(error), kind=type(error).__name__)
    if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _NOT_THERE:
        return UnavailableError(
            "The database's schema is not the one that this version needs.",
            remedy="Ask the operator to run: python -m gateway doctor",
            code="wrong_schema",
        )
    return UnavailableError(
        "The database cannot be used now.",
        remedy="Send the request again in a while; /readyz says what is wrong.",
    )


def _redis_refuses(error: redis.RedisError) -> UnavailableError:
    structlog.get_logger().error("redis_refuses", error=str(error), kind=type(error).__name__)
    return UnavailableError(
        "Redis cannot be used now.",
        remedy="Send the request again in a while; /readyz says what is wrong.",
    )
