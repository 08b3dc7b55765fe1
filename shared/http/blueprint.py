"""flask-smorest's blueprint and document with this system's rules, and with types."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, ClassVar, TypeVar

import marshmallow as ma
from flask import Flask
from flask_smorest import Api, Blueprint  # type: ignore[import-untyped]
from werkzeug.routing import BaseConverter, ValidationError

from shared.http.errors import EnvelopeForm, ErrorForm
from shared.http.fields import UtcTime
from shared.http.parsing import TAKES_QUERY, StrictParser

View = TypeVar("View", bound=Callable[..., Any])
Schema = ma.Schema | type[ma.Schema] | Mapping[str, Any]

BINARY: Mapping[str, Any] = {"type": "string", "format": "binary"}
JSON: Mapping[str, Any] = {"type": ["object", "array"]}
TEXT: Mapping[str, Any] = {"type": "string"}


class DescribedPart(BaseConverter):
    """A part of an address. Any text is taken, so that what is wrong with it can be said; only the character
    U+0000, which no file system and no database can be asked for, makes it an address that is not there."""

    OPENAPI_SCHEMA: ClassVar[Mapping[str, Any]] = {"type": "string"}

    # Not only in `to_python`: there, of several methods of an address, all but the first would be a 405.
    regex = r"[^/\x00]+"
    part_isolating = True

    def to_python(self, value: str) -> str:
        if "\0" in value:
            raise ValidationError
        return value


class ErrorSchema(ma.Schema):
    """The body of every error."""

    error = ma.fields.String(required=True, metadata={"description": "What went wrong, a sentence."})
    code = ma.fields.String(required=True, metadata={"description": "The same for programs; stable."})
    remedy = ma.fields.String(required=True, metadata={"description": "What to do about it."})


class ErrorDetailsSchema(ma.Schema):
    """What an error of the gateway says."""

    code = ma.fields.String(required=True, metadata={"description": "For programs; stable."})
    message = ma.fields.String(required=True, metadata={"description": "What went wrong, a sentence."})
    remedy = ma.fields.String(required=True, metadata={"description": "What to do about it."})
    details = ma.fields.Dict(required=True, metadata={"description": "More for programs; may be empty."})


class EnvelopeErrorSchema(ma.Schema):
    """The body of every error of the gateway."""

    success = ma.fields.Boolean(required=True, metadata={"description": "false"})
    error = ma.fields.Nested(ErrorDetailsSchema, required=True)


class ApiBlueprint(Blueprint):  # type: ignore[misc]
    """Routes of one feature, with their part of the document."""

    ARGUMENTS_PARSER = StrictParser()

    def get(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Answer GET (and HEAD) at `rule`."""
        return self._typed(self.route(rule, methods=["GET"], **options))

    def post(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Answer POST at `rule`."""
        return self._typed(self.route(rule, methods=["POST"], **options))

    def put(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Answer PUT at `rule`."""
        return self._typed(self.route(rule, methods=["PUT"], **options))

    def patch(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Answer PATCH at `rule`."""
        return self._typed(self.route(rule, methods=["PATCH"], **options))

    def delete(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Answer DELETE at `rule`."""
        return self._typed(self.route(rule, methods=["DELETE"], **options))

    def query(self, schema: type[ma.Schema]) -> Callable[[View], View]:
        """Read the query string by `schema`; what it loads to is the view's first argument."""
        inner = self.arguments(schema, location="query")

        def declare(view: View) -> View:
            # The server refuses an address that is too long before anything here sees it.
            reading: View = self.errors(414)(inner(view))
            setattr(reading, TAKES_QUERY, True)
            return reading

        return declare

    def body(
        self, schema: type[ma.Schema], *, example: Mapping[str, Any], required: bool = True
    ) -> Callable[[View], View]:
        """Read a JSON body by `schema`; what it loads to is the view's first argument."""
        inner = self.arguments(schema, location="json", required=required, example=dict(example))

        def declare(view: View) -> View:
            reading: View = self.errors(413, 415)(inner(view))
            return reading

        return declare

    def message(self, schema: Mapping[str, Any], *, example: Mapping[str, Any]) -> Callable[[View], View]:
        """Document a JSON body that the view reads itself (`shared/http/message_body.py`)."""
        content = {"application/json": {"schema": dict(schema), "example": dict(example)}}

        def declare(view: View) -> View:
            described: View = self.doc(requestBody={"required": True, "content": content})(view)
            return self.errors(413, 415)(described)

        return declare

    def body_or_form(
        self, schema: type[ma.Schema], form: type[ma.Schema], *, example: Mapping[str, Any]
    ) -> Callable[[View], View]:
        """Document a body that is JSON or a form with a file; the view reads itself which."""
        content = {
            "application/json": {"schema": schema, "example": dict(example)},
            "multipart/form-data": {"schema": form},
        }

        def declare(view: View) -> View:
            described: View = self.doc(requestBody={"required": True, "content": content})(view)
            return self.errors(413, 415)(described)

        return declare

    def takes_file(self, content_type: str) -> Callable[[View], View]:
        """Document a body of bytes that the view reads itself, as they come."""
        content = {content_type: {"schema": dict(BINARY)}}

        def declare(view: View) -> View:
            described: View = self.doc(requestBody={"required": True, "content": content})(view)
            return self.errors(413, 415)(described)

        return declare

    def answer(
        self,
        status: int,
        schema: Schema | None = None,
        *,
        description: str,
        example: Any = None,
        content_type: str | None = None,
        headers: Mapping[str, Any] | None = None,
    ) -> Callable[[View], View]:
        """Document (and where the view returns no Response, make) the answer of success."""
        return self._typed(
            self.response(
                status,
                schema,
                description=description,
                example=example,
                content_type=content_type,
                headers=headers,
            )
        )

    def also(
        self,
        status: int,
        *,
        description: str,
        schema: Schema | None = None,
        content_type: str | None = None,
        headers: Mapping[str, Any] | None = None,
    ) -> Callable[[View], View]:
        """Document another answer that is no error."""
        return self._typed(
            self.alt_response(
                status, description=description, schema=schema, content_type=content_type, headers=headers
            )
        )

    def sends_file(self, *content_types: str) -> Callable[[View], View]:
        """Document a file of one of these types: whole, in part, unchanged, or not so long."""

        def declare(view: View) -> View:
            for kind in content_types:
                schema = JSON if kind == "application/json" else BINARY
                view = self.also(206, schema=schema, description="A part of it.", content_type=kind)(view)
                view = self.answer(200, schema, description="The file.", content_type=kind)(view)
            view = self.also(304, description="The caller has it already.")(view)
            return self.errors(416)(view)

        return declare

    def errors(self, *statuses: int) -> Callable[[View], View]:
        """Document the errors that an endpoint has beside those that `requires` brings."""

        def declare(view: View) -> View:
            for status in statuses:
                view = self.alt_response(status, HTTPStatus(status).name)(view)
            return view

        return declare

    def deprecated(self) -> Callable[[View], View]:
        """Document that an endpoint is only kept for old callers."""
        return self._typed(self.doc(deprecated=True))

    @staticmethod
    def _typed(decorator: Any) -> Callable[[View], View]:
        typed: Callable[[View], View] = decorator
        return typed


class ApiDocument(Api):  # type: ignore[misc]
    """The OpenAPI document of an application: its blueprints and the one form of errors."""

    def __init__(self, app: Flask, *, form: ErrorForm, spec_kwargs: Mapping[str, Any]) -> None:
        self._form = form
        self.ERROR_SCHEMA = EnvelopeErrorSchema if isinstance(form, EnvelopeForm) else ErrorSchema
        super().__init__(app, spec_kwargs=dict(spec_kwargs))

    # Each status is documented by name; a catch-all would hide the ones that are not.
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Errors are answered by `shared/http/errors.py`."""

    def _register_responses(self) -> None:
        for status in HTTPStatus:
            if status < 400:
                continue
            self.spec.components.response(
                status.name,
                {
                    "description": status.phrase,
                    "content": {
                        "application/json": {
                            "schema": self.ERROR_SCHEMA,
                            "example": self._form.refusal(status),
                        }
                    },
                },
                lazy=True,
            )

    def to_dict(self) -> dict[str, Any]:
        """The document as plain data."""
        document: dict[str, Any] = self.spec.to_dict()
        return document


def _pattern_of_the_document(
    _: object, _field: object, ret: Mapping[str, Any], **_more: object
) -> dict[str, Any]:
    """The field's pattern as JSON Schema has it: there, `$` is the end of the text and `\\Z` the letter Z.

    The page that tries operations checks what was typed against the pattern, in JavaScript.
    """
    pattern: str = ret.get("pattern", "")
    return {"pattern": pattern.removesuffix(r"\Z") + "$"} if pattern.endswith(r"\Z") else {}


def new_document(
    app: Flask,
    *,
    title: str,
    version: str,
    description: str,
    converters: Mapping[str, type[DescribedPart]],
    form: ErrorForm,
) -> ApiDocument:
    """Begin the document of `app`; blueprints are registered with it.

    `converters`: parts of addresses, by the name that rules give them.
    """
    app.config["OPENAPI_VERSION"] = "3.1.0"
    api = ApiDocument(
        app,
        form=form,
        spec_kwargs={
            "title": title,
            "version": version,
            "info": {"description": description, "license": {"name": "MIT", "identifier": "MIT"}},
        },
    )
    for name, converter in converters.items():
        app.url_map.converters[name] = converter
        api.register_converter(converter, lambda part: dict(part.OPENAPI_SCHEMA))
    api.register_field(UtcTime, "string", "date-time")
    api.ma_plugin.converter.add_attribute_function(_pattern_of_the_document)
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    return api
