"""Everything that changes something, and every export, comes into the audit log; a new address too."""

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from gateway.accounts.permissions import HOST, PUBLIC
from gateway.audit.deeds import READING, VERBS, occurrence_of
from shared.deed import AnsweredRequest, Doer
from shared.http import answered
from shared.http.permissions import declared_permission
from tests.support.gateway_app import gateway_parts, make_ingest, make_web

ROOT = Path(__file__).resolve().parents[2]
WORDS = ROOT / "frontend" / "src" / "features" / "audit" / "words.ts"
NOW = datetime(2026, 11, 21, 14, tzinfo=UTC)
# Nobody is signed in there; what is kept of them is told by the views themselves, or nothing.
KEPT_OTHERWISE = {
    "/api/v1/auth/login": "the view tells who signed in, and who tried in vain",
    "/api/v1/auth/logout": "the view tells whose login ended",
    "/api/v1/auth/refresh": "a login that goes on is no deed",
    "/api/v1/hosts/enrol": "the view tells which host enrolled",
    "/api/v1/hosts/heartbeat": "a machine reports every ten seconds",
    "/api/v1/hosts/captions": "a machine reports every few seconds",
    "/storage/<storage_key:key>": "whoever was given the signed address is kept where it was given",
}
# What a view tells in other words than its operation's name.
SAYS_ITSELF = {"change_password"}
# It takes nothing along: it says how far the file is.
NOTHING_TAKEN = {"get_device_clip"}


@dataclass(frozen=True)
class Operation:
    """One method at one rule."""

    method: str
    rule: str
    name: str
    permission: str | None


@pytest.fixture(scope="module")
def web() -> Flask:
    return make_web(gateway_parts())


@pytest.fixture(scope="module")
def ingest() -> Flask:
    return make_ingest(gateway_parts())


def operations(app: Flask) -> Iterator[Operation]:
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            permission = declared_permission(app.view_functions[rule.endpoint])
            yield Operation(method, rule.rule, rule.endpoint.rpartition(".")[2], permission)


@pytest.mark.parametrize("name", ["web", "ingest"])
def test_every_answer_is_watched(name: str, request: pytest.FixtureRequest) -> None:
    app: Flask = request.getfixturevalue(name)
    assert answered.__name__ in {watcher.__module__ for watcher in app.after_request_funcs[None]}


def test_whatever_changes_something_asks_who_is_signed_in_or_tells_itself(web: Flask, ingest: Flask) -> None:
    found = {
        operation.rule
        for app in (web, ingest)
        for operation in operations(app)
        if operation.method not in READING and operation.permission in (PUBLIC, HOST)
    }
    assert found == set(KEPT_OTHERWISE)


def test_whatever_changes_something_is_kept_under_a_name_that_says_what_it_does(web: Flask) -> None:
    """Name the operation by one of the verbs, or have its view say one: `tell_deed(…, verb="…")`."""
    wrong = []
    for operation in operations(web):
        if operation.method in READING or operation.rule in KEPT_OTHERWISE or operation.name in SAYS_ITSELF:
            continue
        kept = occurrence_of(seen(operation), NOW)
        if kept is None or kept.entry.action.rpartition(".")[2] not in set(VERBS.values()):
            wrong.append(f"{operation.method} {operation.rule} ({operation.name})")
    assert wrong == []


def seen(operation: Operation) -> AnsweredRequest:
    return AnsweredRequest(
        method=operation.method,
        rule=operation.rule,
        operation=operation.name,
        parts={},
        status=200,
        address="192.0.2.7",
        request_id="r-1",
        doer=Doer("0d4c7cf5-7a0f-4b9c-9a52-6b5e9f3c2a11", "guard"),
    )


def test_every_export_tells_what_was_taken(web: Flask) -> None:
    taking = {
        operation.name: rule.endpoint
        for rule in web.url_map.iter_rules()
        for operation in [Operation("GET", rule.rule, rule.endpoint.rpartition(".")[2], None)]
        if "GET" in (rule.methods or set())
        and (
            declared_permission(web.view_functions[rule.endpoint]) == "archive:export"
            or rule.rule.endswith("/export")
        )
    }
    assert {"export_audit", "device_clip_file"} <= taking.keys()
    silent = [
        name
        for name, endpoint in taking.items()
        if name not in NOTHING_TAKEN
        and "tell_deed(" not in inspect.getsource(inspect.unwrap(web.view_functions[endpoint]))
    ]
    assert silent == []


def test_the_page_has_words_for_every_kind_and_every_verb() -> None:
    kinds, verbs = told_in_views()
    assert {"camera", "user", "clip"} <= kinds and {"download", "login"} <= verbs
    assert kinds - words("KIND_WORDS") == set()
    assert (verbs | set(VERBS.values())) - words("VERB_WORDS") == set()


def told_in_views() -> tuple[set[str], set[str]]:
    """The kinds and the verbs that are told of deeds as plain text."""
    kinds: set[str] = set()
    verbs: set[str] = set()
    for path in (ROOT / "gateway").rglob("*routes.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
                continue
            if call.func.id not in ("tell_deed", "tell_failed_deed"):
                continue
            if call.args and isinstance(call.args[0], ast.Constant):
                kinds.add(str(call.args[0].value))
            for keyword in call.keywords:
                if keyword.arg == "verb" and isinstance(keyword.value, ast.Constant):
                    verbs.add(str(keyword.value.value))
    return kinds, verbs


def words(table: str) -> set[str]:
    """The keys of a table of the page."""
    found = re.search(rf"{table}[^{{]*\{{(.*?)\n\}};", WORDS.read_text(), re.DOTALL)
    assert found is not None
    return set(re.findall(r'^  "?([\w-]+)"?:', found.group(1), re.MULTILINE))
