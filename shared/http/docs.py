"""The documentation page: the OpenAPI document for people, without scripts or anything from elsewhere."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify, render_template

from shared.http.blueprint import ApiDocument
from shared.http.permissions import requires
from shared.http.security_headers import DOCS_POLICY

_METHODS = ("get", "post", "put", "patch", "delete")
_REFERENCE = "#/components/"


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    place: str
    form: str
    required: bool
    description: str
    example: str


@dataclass(frozen=True, slots=True)
class Answer:
    status: str
    description: str
    content_type: str
    example: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method at one address, ready to be shown."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    permission: str
    parameters: list[Parameter]
    body_example: str
    answers: list[Answer]


@dataclass(frozen=True, slots=True)
class Section:
    """The operations of one feature."""

    name: str
    description: str
    operations: list[Operation]


def sections(document: Mapping[str, Any]) -> list[Section]:
    """The operations of an OpenAPI document by tag, in the order of its tags."""
    described = {tag["name"]: tag.get("description", "") for tag in document.get("tags", [])}
    found: dict[str, list[Operation]] = {name: [] for name in described}
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                operation = _operation(document, path, method, item)
                found.setdefault(item[method].get("tags", ["other"])[0], []).append(operation)
    return [
        Section(name, described.get(name, ""), operations) for name, operations in found.items() if operations
    ]


def _operation(document: Mapping[str, Any], path: str, method: str, item: Mapping[str, Any]) -> Operation:
    told = item[method]
    parameters = [
        _parameter(_resolved(document, parameter))
        for parameter in [*item.get("parameters", []), *told.get("parameters", [])]
    ]
    body: Mapping[str, Any] = next(iter(told.get("requestBody", {}).get("content", {}).values()), {})
    return Operation(
        anchor=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told.get("summary", ""),
        description=told.get("description", ""),
        permission=told.get("x-permission", ""),
        parameters=parameters,
        body_example=_pretty(body["example"]) if "example" in body else "",
        answers=list(_answers(document, told.get("responses", {}))),
    )


def _parameter(told: Mapping[str, Any]) -> Parameter:
    schema = told.get("schema", {})
    forms = [schema, *schema.get("oneOf", []), *schema.get("anyOf", [])]
    named = [str(form.get("format") or form.get("type") or "") for form in forms]
    example = told.get("example", schema.get("example", ""))
    return Parameter(
        name=told["name"],
        place=told["in"],
        form=" or ".join(dict.fromkeys(name for name in named if name)),
        required=bool(told.get("required")),
        description=told.get("description", schema.get("description", "")),
        example=str(example),
    )


def _answers(document: Mapping[str, Any], responses: Mapping[str, Any]) -> Iterator[Answer]:
    for status, told in sorted(responses.items()):
        response = _resolved(document, told)
        contents: Mapping[str, Mapping[str, Any]] = response.get("content", {})
        content_type = next(iter(contents), "")
        content = contents.get(content_type, {})
        # Every error has the same form: shown once, at the top of the page.
        shows = "example" in content and not status.startswith(("4", "5"))
        yield Answer(
            status=status,
            description=response.get("description", HTTPStatus(int(status)).phrase),
            content_type=content_type,
            example=_pretty(content["example"]) if shows else "",
        )


def _resolved(document: Mapping[str, Any], told: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = told.get("$ref", "")
    if not reference.startswith(_REFERENCE):
        return told
    found: Any = document["components"]
    for part in reference.removeprefix(_REFERENCE).split("/"):
        found = found[part]
    resolved: Mapping[str, Any] = found
    return resolved


def _pretty(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)


def docs_blueprint(api: ApiDocument, permission: str) -> Blueprint:
    """`/openapi.json`, and `/docs` with its style sheet."""
    blueprint = Blueprint("docs", __name__, template_folder="templates", static_folder=None)

    @blueprint.get("/openapi.json")
    @requires(permission)
    def openapi_json() -> Response:
        return jsonify(api.to_dict())

    @blueprint.get("/docs")
    @requires(permission)
    def docs() -> Response:
        document = api.to_dict()
        page = Response(render_template("docs.html", info=document["info"], sections=sections(document)))
        page.headers["Content-Security-Policy"] = DOCS_POLICY
        return page

    @blueprint.get("/docs.css")
    @requires(permission)
    def docs_css() -> Response:
        return Response(render_template("docs.css"), content_type="text/css; charset=utf-8")

    return blueprint
