"""What a request does, said by the view that does it and read by whoever keeps a log of deeds."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import g


@dataclass(frozen=True, slots=True)
class Deed:
    """What was changed or taken: `kind` ("camera"), `id`, its `name` then, and what else tells about it.

    `details` hold plain JSON and never a secret: of a changed password, that it was changed.
    """

    kind: str
    id: str = ""
    name: str = ""
    details: Mapping[str, object] = field(default_factory=dict)


def tell_deed(kind: str, id_: str = "", name: str = "", /, **details: object) -> None:
    """Say what this request is about. The last word counts; without one only the endpoint is known."""
    g.deed = Deed(kind, id_, name, details)


def told_deed() -> Deed | None:
    """What was said of this request."""
    found = g.get("deed")
    return found if isinstance(found, Deed) else None
