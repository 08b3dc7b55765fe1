"""Shows settings: the effective ones with secrets hidden, and the reference of all declared ones."""

import json
import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import annotated_types
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from shared.errors import SettingsError
from shared.ffmpeg.masking import mask_secrets
from shared.settings.reading import SettingsForm, is_text_list, section_model
from shared.toml_text import toml_string

HIDDEN = "***"
_ADDRESSES = frozenset({"source", "preview_source", "url"})


def render_settings(settings: BaseModel) -> str:
    """Return `settings` in the form of their TOML file; what was not set is marked as a default."""
    lines: list[str] = []
    for section, value in settings:
        blocks = value if isinstance(value, tuple) else (value,)
        head = f"[[{section}]]" if isinstance(value, tuple) else f"[{section}]"
        for block in blocks:
            lines += ["", head, *_rendered_keys(block)]
    return "\n".join(lines[1:]) + "\n"


def _rendered_keys(block: BaseModel) -> Iterator[str]:
    for key, value in block:
        if value is None:
            yield f"# {key} is not set"
            continue
        default = "" if key in block.model_fields_set else "  # default"
        yield f"{key} = {_shown_as(key, value)}{default}"


def _shown_as(key: str, value: object) -> str:
    # An address stays readable without its password; any other secret is nothing but secret.
    if isinstance(value, SecretStr) and key in _ADDRESSES:
        return toml_string(mask_secrets(value.get_secret_value()))
    return _shown(value)


def _shown(value: object) -> str:
    if isinstance(value, SecretStr):
        return toml_string(HIDDEN if value.get_secret_value() else "")
    if isinstance(value, BaseModel):
        inner = ", ".join(f"{key} = {_shown(part)}" for key, part in value if part is not None)
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, tuple):
        return f"[{', '.join(_shown(part) for part in value)}]"
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    return toml_string(mask_secrets(str(value.value if isinstance(value, Enum) else value)))


def render_reference(form: SettingsForm[Any]) -> str:
    """Return the Markdown tables of every declared setting, from the declarations."""
    parts = []
    for section, field in form.model.model_fields.items():
        model = section_model(field.annotation)
        assert model is not None
        head = f"[[{section}]]" if form.is_list(section) else f"[{section}]"
        about = f"{model.__doc__.strip()}\n\n" if model.__doc__ else ""
        rows = "\n".join(_row(key, own) for key, own in model.model_fields.items())
        parts.append(
            f"### `{head}`\n\n{about}| key | type | default | meaning |\n| --- | --- | --- | --- |\n{rows}\n"
        )
    lists = "".join(f" but `[[{name}]]`" for name in form.model.model_fields if form.is_list(name))
    first, key = next(
        (section, key)
        for section, field in form.model.model_fields.items()
        if (model := section_model(field.annotation))
        for key in model.model_fields
        if key == "listen"
    )
    parts.append(
        f"A key of any section{lists} can be set by an environment variable too: "
        f"`{form.prefix}{first.upper()}__{key.upper()}` is `[{first}] {key}`."
        + "".join(f" `{name}` is `[{section}] {key}`." for name, (section, key) in form.named.items())
        + (" A list stands there with commas between its texts." if _has_text_lists(form) else "")
        + "\n"
    )
    return "\n".join(parts)


def _has_text_lists(form: SettingsForm[Any]) -> bool:
    sections = (section_model(field.annotation) for field in form.model.model_fields.values())
    return any(
        is_text_list(own.annotation) for model in sections if model for own in model.model_fields.values()
    )


def _row(key: str, field: FieldInfo) -> str:
    if field.is_required():
        default = "needed"
    elif field.default_factory is not None or field.default is None:
        default = "–"
    else:
        default = f"`{_shown_as(key, field.default)}`"
    cells = (f"`{key}`", _type_words(field), default, field.description or "")
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _type_words(field: FieldInfo) -> str:
    annotation = field.annotation
    if get_origin(annotation) in (Union, UnionType):
        annotation = next(part for part in get_args(annotation) if part is not type(None))
    if get_origin(annotation) is Literal:
        return " or ".join(f"`{choice}`" for choice in get_args(annotation))
    if isinstance(annotation, type):
        if issubclass(annotation, Enum):
            return ", ".join(f"`{choice.value}`" for choice in annotation)
        if issubclass(annotation, BaseModel):
            return "table"
        words = _PLAIN_TYPES.get(annotation, "text")
    elif is_text_list(annotation):
        words = "list of text"
    else:
        words = "number"
    bounds = _bounds(field)
    return f"{words}, {bounds}" if bounds else words


_PLAIN_TYPES = {
    bool: "true or false",
    int: "whole number",
    float: "number",
    Path: "path",
    SecretStr: "secret",
}


def _bounds(field: FieldInfo) -> str:
    words = []
    for rule in field.metadata:
        if isinstance(rule, annotated_types.Gt):
            words.append(f"> {rule.gt}")
        elif isinstance(rule, annotated_types.Ge):
            words.append(f"≥ {rule.ge}")
        elif isinstance(rule, annotated_types.Le):
            words.append(f"≤ {rule.le}")
        elif isinstance(rule, annotated_types.Lt):
            words.append(f"< {rule.lt}")
    return ", ".join(words)


def with_reference(document: str, name: str, form: SettingsForm[Any]) -> str:
    """Return `document` with what stands between the two marks of `name` replaced by the reference.

    Raises SettingsError where the marks are missing.
    """
    begin, end = reference_marks(name)
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    block = f"{begin}\n\n{render_reference(form)}\n{end}"
    replaced, count = pattern.subn(lambda _found: block, document)
    if count != 1:
        raise SettingsError(
            "the marks of the settings reference are missing.",
            remedy=f"Put {begin} and {end} where it belongs.",
        )
    return replaced


def reference_marks(name: str) -> tuple[str, str]:
    """The lines between which the reference of `name` stands in a document."""
    return (
        f"<!-- settings of {name}: generated by `make reference` -->",
        f"<!-- end of settings of {name} -->",
    )
