"""The OpenAPI document is complete: for people who read it and for programs that are made from it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from shared.http.permissions import PUBLIC
from tests.support.gateway_app import gateway_parts, make_ingest, make_web
from tests.support.http_agent import HttpAgent, make_agent

METHODS = ("get", "post", "put", "patch", "delete")
Operation = tuple[str, dict[str, Any], dict[str, Any]]


@dataclass(frozen=True)
class Form:
    """How an application writes its errors in the document."""

    schema: str
    keys: frozenset[str]
    statuses: frozenset[str]


FLAT = Form("/Error", frozenset({"error", "code", "remedy"}), frozenset({"400", "403"}))
ENVELOPE = Form(
    "/EnvelopeError", frozenset({"success", "error"}), frozenset({"400", "403", "422", "429", "503"})
)
FORMS = {"host": FLAT, "web": ENVELOPE, "ingest": ENVELOPE}


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> HttpAgent:
    return make_agent(tmp_path_factory.mktemp("agent"))


@pytest.fixture(scope="module", params=list(FORMS))
def application(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def form(application: str) -> Form:
    return FORMS[application]


@pytest.fixture(scope="module")
def document(application: str, agent: HttpAgent) -> dict[str, Any]:
    clients = {
        "host": lambda: agent.client,
        "web": lambda: make_web(gateway_parts()).test_client(),
        "ingest": lambda: make_ingest(gateway_parts()).test_client(),
    }
    read: dict[str, Any] = clients[application]().get("/openapi.json").get_json()
    return read


def operations(document: dict[str, Any]) -> Iterator[Operation]:
    """(name, operation, path item) of every operation."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield f"{method.upper()} {path}", item[method], item


def resolve(document: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in told:
        return told
    found: Any = document
    for part in told["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    resolved: dict[str, Any] = found
    return resolved


def references(told: object) -> Iterator[str]:
    if isinstance(told, dict):
        for key, value in told.items():
            if key == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(told, list):
        for value in told:
            yield from references(value)


def test_the_document_names_its_version_and_its_security(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert document["info"]["title"]
    assert document["info"]["version"] == "0.1.0"
    assert document["components"]["securitySchemes"]["bearer"] == {"type": "http", "scheme": "bearer"}


def test_every_operation_has_a_summary_a_permission_and_an_id_of_its_own(document: dict[str, Any]) -> None:
    ids = []
    for name, operation, _ in operations(document):
        assert operation["summary"], name
        assert not operation["summary"].endswith("."), name
        assert operation["x-permission"], name
        assert operation["security"] == ([] if operation["x-permission"] == PUBLIC else [{"bearer": []}]), (
            name
        )
        ids.append(operation["operationId"])
    assert len(ids) == len(set(ids)) > 3


def test_every_operation_names_its_errors_with_an_example(document: dict[str, Any], form: Form) -> None:
    for name, operation, item in operations(document):
        responses = operation["responses"]
        needed = set(form.statuses) | (set() if operation["x-permission"] == PUBLIC else {"401"})
        if any(part["name"] == "device" for part in item.get("parameters", [])):
            needed.add("404")
        if "requestBody" in operation:
            needed |= {"413", "415"}
        assert needed <= responses.keys(), name
        for status, told in responses.items():
            if not status.startswith(("4", "5")) or "$ref" not in told:
                continue
            content = resolve(document, told)["content"]["application/json"]
            assert content["schema"]["$ref"].endswith(form.schema), (name, status)
            assert content["example"].keys() == form.keys, (name, status)


def test_every_answer_of_success_is_shown_by_an_example(document: dict[str, Any]) -> None:
    for name, operation, _ in operations(document):
        successes = [status for status in operation["responses"] if status.startswith("2")]
        assert successes or "308" in operation["responses"], name
        for status in successes:
            for content_type, content in operation["responses"][status].get("content", {}).items():
                if content_type == "application/json" and "$ref" in str(content["schema"]):
                    assert content["example"], (name, status)


def test_every_parameter_says_what_it_is_and_shows_an_example(document: dict[str, Any]) -> None:
    for name, operation, item in operations(document):
        for parameter in [*item.get("parameters", []), *operation.get("parameters", [])]:
            schema = parameter["schema"]
            if "enum" in schema:
                continue
            assert parameter.get("description") or schema.get("description"), (name, parameter["name"])
            assert "example" in schema, (name, parameter["name"])


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    found = list(references(document))
    assert found
    for reference in found:
        assert resolve(document, {"$ref": reference})


def test_the_hosts_page_for_people_shows_every_operation(agent: HttpAgent) -> None:
    page = agent.client.get("/docs").get_data(as_text=True)
    for name, operation, _ in operations(agent.client.get("/openapi.json").get_json()):
        assert f'id="{operation["operationId"]}"' in page, name
