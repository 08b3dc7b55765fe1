"""What routes stand on: services that the application factory provides and routes ask for by type."""

from typing import TypeVar

from flask import Flask, current_app

_EXTENSION = "coldframe"
_Service = TypeVar("_Service")


def provide(app: Flask, *services: object) -> None:
    """Make each service available to the routes of `app` under its own class."""
    known: dict[type, object] = app.extensions.setdefault(_EXTENSION, {})
    for service in services:
        known[type(service)] = service


def provided(kind: type[_Service]) -> _Service:
    """The service of class `kind` of the application that answers this request."""
    service = current_app.extensions[_EXTENSION][kind]
    assert isinstance(service, kind)
    return service
