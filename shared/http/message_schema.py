"""The document's part of messages between hosts and the gateway: the contracts, as JSON schemas."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

_DEFINITIONS = "$defs"
_PREFIX = f"#/{_DEFINITIONS}/"


def message_schema(kind: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of `kind` with nothing outside of itself: in a document, references to a schema's own
    definitions would mean the document's. `kind` does not hold itself."""
    schema = kind.model_json_schema()
    definitions = schema.pop(_DEFINITIONS, {})
    inlined = _inlined(schema, definitions)
    assert isinstance(inlined, dict)
    return inlined


def _inlined(part: object, definitions: Mapping[str, Any]) -> object:
    if isinstance(part, list):
        return [_inlined(item, definitions) for item in part]
    if not isinstance(part, dict):
        return part
    reference = part.get("$ref")
    if isinstance(reference, str) and reference.startswith(_PREFIX):
        return _inlined(definitions[reference.removeprefix(_PREFIX)], definitions)
    return {key: _inlined(value, definitions) for key, value in part.items()}
