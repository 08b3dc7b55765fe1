"""Requests are taken at their word: an unknown, doubled or malformed parameter is a 400 that names it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import marshmallow as ma
from flask import Flask, Request, current_app, request
from webargs import missing
from webargs.flaskparser import FlaskParser

from shared.errors import BadRequestError

TAKES_QUERY = "coldframe_takes_query"
# On views whose query is for a script in the browser.
IGNORES_QUERY = "coldframe_ignores_query"
_SHOWN_NAME_LENGTH = 60
_ESCAPE = "\\u"


class StrictParser(FlaskParser):
    """Reads arguments by marshmallow schemas; every error is a BadRequestError."""

    DEFAULT_VALIDATION_STATUS = 400
    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {  # noqa: RUF012 (declared so by webargs)
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": ma.RAISE,
    }

    def _raw_load_json(self, req: Request) -> Any:
        body = req.get_data(cache=True)
        if not body:
            return missing
        if not req.is_json:
            raise BadRequestError(
                "The body is not JSON.",
                code="unsupported_media_type",
                remedy="Send it with the header Content-Type: application/json.",
            )
        try:
            text = body.decode()
            found = json.loads(text)
            if _ESCAPE in text:
                # Half of a surrogate pair is no text: neither an answer nor a database can hold it.
                json.dumps(found, ensure_ascii=False).encode()
        # Not only JSONDecodeError: integers of many thousand digits, wrong encodings, endless nesting.
        except (ValueError, RecursionError):
            raise BadRequestError("The body is not valid JSON.", remedy="Send one JSON object.") from None
        return found

    def handle_error(
        self,
        error: ma.ValidationError,
        req: Request,
        schema: ma.Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        known = sorted(field.data_key or name for name, field in schema.fields.items())
        found = list(_sentences(error.messages))
        raise BadRequestError(
            " ".join(f"{name}: {text}" if name else text for name, text in found),
            remedy=f"Known here: {', '.join(known)}. /docs shows their form.",
            details={"fields": {name: text for name, text in found if name}},
        ) from None


def _sentences(messages: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Flatten webargs's nesting: {"query": {"from": ["is missing"]}} → ("from", "is missing")."""
    if isinstance(messages, Mapping):
        for key, value in messages.items():
            yield from _sentences(value, (*path, str(key)[:_SHOWN_NAME_LENGTH]))
    elif isinstance(messages, list):
        for value in messages:
            yield from _sentences(value, path)
    else:
        yield ".".join(part for part in path[1:] if part != "_schema"), str(messages)


def refuse_stray_queries(app: Flask) -> None:
    """Refuse a parameter given twice, and any parameter where an endpoint takes none."""

    def check() -> None:
        if not request.args or request.endpoint is None:
            return
        view = current_app.view_functions.get(request.endpoint)
        if getattr(view, IGNORES_QUERY, False):
            return
        for name, values in request.args.lists():
            if len(values) > 1:
                raise BadRequestError(
                    f"{name[:_SHOWN_NAME_LENGTH]}: is given {len(values)} times.", remedy="Give it once."
                )
        if not getattr(view, TAKES_QUERY, False):
            name = next(iter(request.args))[:_SHOWN_NAME_LENGTH]
            raise BadRequestError(
                f"{name}: is no parameter here; this address takes none.",
                remedy="Leave out what follows the question mark. /docs shows each address's parameters.",
            )

    app.before_request(check)
