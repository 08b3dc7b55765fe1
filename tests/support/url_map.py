"""What an application serves and what its document says, in one form."""

from collections.abc import Collection
from typing import Any

from flask import Flask

_METHODS = ("get", "post", "put", "patch", "delete")


def documented(document: dict[str, Any]) -> set[tuple[str, str]]:
    """(method, path) of every operation of an OpenAPI document."""
    return {
        (method.upper(), path)
        for path, item in document["paths"].items()
        for method in item
        if method in _METHODS
    }


def served(app: Flask, *, leave_out: Collection[str]) -> set[tuple[str, str]]:
    """(method, path) of every rule of `app`, written as a document writes it."""
    return {
        (method, _as_documented(rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.rule not in leave_out
        for method in (rule.methods or set()) - {"HEAD"}
    }


def _as_documented(rule: str) -> str:
    """`/<device:device>/<any('a','b'):name>` → `/{device}/{name}`."""
    return "/".join(
        "{" + part.rpartition(":")[2].removesuffix(">") + "}" if part.startswith("<") else part
        for part in rule.split("/")
    )
