"""What a request does, said by the view that does it and read by whoever keeps a log of deeds."""

from collections.abc import Mapping
from dataclasses import replace

from flask import g

from shared.deed import Deed, Doer


def tell_deed(kind: str, id_: str = "", name: str = "", /, *, verb: str = "", **details: object) -> None:
    """Say what this request is about. The last word counts; without one only the endpoint is known.

    With a GET that is answered it makes a deed of it: something was taken along.
    """
    g.deed = Deed(kind, id_, name, verb, False, details)


def answer_only_if_written() -> None:
    """Hold the answer to this request back where its deed, which was told, cannot be written down: for
    secrets that are taken along."""
    deed = told_deed()
    assert deed is not None
    g.deed = replace(deed, must_be_written=True)


def write_once_in_a_while() -> None:
    """Say of this request's deed, which was told, that a program does it all the time."""
    deed = told_deed()
    assert deed is not None
    g.deed = replace(deed, often=True)


def tell_failed_deed(kind: str, id_: str = "", name: str = "", /, *, verb: str, **details: object) -> None:
    """Say what was tried in this request, which is answered with an error: a login with a wrong password."""
    g.deed = Deed(kind, id_, name, verb, True, details)


def told_deed() -> Deed | None:
    """What was said of this request."""
    found = g.get("deed")
    return found if isinstance(found, Deed) else None


def tell_doer(id_: str | None, name: str) -> None:
    """Say who sends this request. The last word counts."""
    g.doer = Doer(id_, name)


def told_doer() -> Doer | None:
    """Who was said to send this request."""
    found = g.get("doer")
    return found if isinstance(found, Doer) else None


def changes_of(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """What is another `after`, by key: `{"name": {"from": "Door", "to": "Gate"}}`; for `details`."""
    keys = [*before, *(key for key in after if key not in before)]
    return {
        key: {"from": before.get(key), "to": after.get(key)}
        for key in keys
        if before.get(key) != after.get(key)
    }
