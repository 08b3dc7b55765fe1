"""Settings from a TOML file and the environment; every finding names the file or variable and the key."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from shared.errors import SettingsError

Settings = TypeVar("Settings", bound=BaseModel)
_ENTRY_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


@dataclass(frozen=True, slots=True)
class SettingsForm(Generic[Settings]):
    """Where the settings of an application come from.

    `prefix`: of environment variables; what follows is `SECTION__KEY`. `named`: variables with names of
    their own, and the section and key that each is. `file_remedy`: what to do where the file is missing.
    `needed_example`: for a section that is missing. Sections whose type is a tuple are `[[lists]]` of
    tables with a `name`; the environment cannot set those. Keys whose type is a tuple are lists of texts,
    which stand in a variable with commas between them.
    """

    model: type[Settings]
    prefix: str
    file_remedy: str
    needed_example: str = ""
    variable_example: str = "SECTION__KEY"
    named: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def read(self, path: Path | None, environment: Mapping[str, str]) -> Settings:
        """Read and check `path` (where there is one) and `environment`.

        Raises SettingsError with one line a finding: file or variable, key, what is wrong, an example.
        Values are not shown: they may be secret.
        """
        raw = {} if path is None else self._read_file(path)
        variables = self._lay_over(raw, environment)
        try:
            return self.model.model_validate(raw)
        except ValidationError as error:
            origin = "settings" if path is None else str(path)
            raise SettingsError(
                "\n".join(self._findings(origin, error, raw, variables)),
                remedy="Correct that and try again.",
            ) from None

    def is_list(self, section: str) -> bool:
        """Whether `section` is written `[[section]]`."""
        known = self.model.model_fields.get(section)
        return known is not None and get_origin(known.annotation) is tuple

    def _read_file(self, path: Path) -> dict[str, Any]:
        try:
            with path.open("rb") as file:
                return tomllib.load(file)
        except FileNotFoundError:
            raise SettingsError(f"{path}: there is no such file.", remedy=self.file_remedy) from None
        except OSError as error:
            raise SettingsError(
                f"{path}: cannot be read: {error.strerror}.", remedy="Check its owner and mode."
            ) from None
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise SettingsError(
                f"{path}: is not TOML: line {line} holds a byte that is not UTF-8.",
                remedy="Save the file as UTF-8 text.",
            ) from None
        except tomllib.TOMLDecodeError as error:
            raise SettingsError(f"{path}: is not TOML: {error}.", remedy="Correct that line.") from None

    def _lay_over(self, raw: dict[str, Any], environment: Mapping[str, str]) -> dict[tuple[str, str], str]:
        """Lay the environment over the file; return which variable stands for which section and key."""
        variables: dict[tuple[str, str], str] = {}
        for name, value in sorted(environment.items()):
            if name in self.named:
                keys = list(self.named[name])
            elif name.startswith(self.prefix):
                keys = name.removeprefix(self.prefix).lower().split("__")
            else:
                continue
            section = None if self.is_list(keys[0]) else raw.setdefault(keys[0], {})
            if len(keys) != 2 or not isinstance(section, dict):
                raise SettingsError(
                    f"{name}: names no setting.",
                    remedy=f"Use {self.prefix}SECTION__KEY, such as {self.prefix}{self.variable_example}.",
                )
            section[keys[1]] = texts_of(value) if self._is_text_list(keys[0], keys[1]) else value
            variables[keys[0], keys[1]] = name
        return variables

    def _is_text_list(self, section: str, key: str) -> bool:
        model = self._model_at((section,))
        known = None if model is None else model.model_fields.get(key)
        return known is not None and is_text_list(known.annotation)

    def _findings(
        self,
        origin: str,
        error: ValidationError,
        raw: Mapping[str, Any],
        variables: Mapping[tuple[str, str], str],
    ) -> list[str]:
        lines = []
        for found in error.errors(include_url=False, include_input=False):
            place = found["loc"]
            location = ".".join(str(part) for part in place) + _entry_in(raw, place)
            message = found["msg"].removeprefix("Value error, ")
            if found["type"] == "extra_forbidden":
                message = f"is no setting; known here are {', '.join(self._known_keys(place[:-1]))}"
            if found["type"] == "tuple_type" and len(place) == 1:
                message = f"every {place[0]} is a [[{place[0]}]], with two brackets on either side"
            example = self._example(place)
            if found["type"] == "missing":
                message, example = "is missing", example or self.needed_example
            where = next((name for keys, name in variables.items() if place[:2] == keys), origin)
            # A rule about a whole section may be broken by any of its variables.
            where += "".join(f", {name}" for keys, name in variables.items() if place == keys[:1])
            lines.append(
                ": ".join(part for part in (where, location, message) if part)
                + "."
                + (f" Example: {example}" if example else "")
            )
        return lines

    def _model_at(self, location: tuple[int | str, ...]) -> type[BaseModel] | None:
        model: type[BaseModel] = self.model
        for part in location:
            if isinstance(part, int):
                continue
            known = model.model_fields.get(part)
            inner = None if known is None else section_model(known.annotation)
            if inner is None:
                return None
            model = inner
        return model

    def _known_keys(self, location: tuple[int | str, ...]) -> list[str]:
        model = self._model_at(location)
        return sorted(model.model_fields) if model is not None else []

    def _example(self, location: tuple[int | str, ...]) -> str:
        model = self._model_at(location[:-1]) if location else None
        known = model.model_fields.get(str(location[-1])) if model is not None else None
        if known is None or not known.examples:
            return ""
        return f"{location[-1]} = {json.dumps(known.examples[0], ensure_ascii=False)}"


def is_text_list(annotation: object) -> bool:
    """Whether a key of this type is a list of texts."""
    return get_origin(annotation) is tuple and get_args(annotation) == (str, ...)


def texts_of(variable: str) -> list[str]:
    """The texts in a variable's value: `10.0.0.0/8, 127.0.0.0/8`; none where it is empty."""
    return [text.strip() for text in variable.split(",")] if variable.strip() else []


def section_model(annotation: object) -> type[BaseModel] | None:
    """The model that a field holds: itself, in a tuple of them, or where it may be None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (tuple, Union, UnionType):
        return next((model for part in get_args(annotation) if (model := section_model(part))), None)
    return None


def _entry_in(raw: Mapping[str, Any], location: tuple[int | str, ...]) -> str:
    """Say whose setting it is: people know the entries of a list by name, not by place."""
    match location:
        case (str(section), int(index), *_):
            entries = raw.get(section)
            if isinstance(entries, list) and isinstance(entries[index], dict):
                name = entries[index].get("name")
                return f" (of {name!r})" if isinstance(name, str) and _ENTRY_NAME.fullmatch(name) else ""
    return ""
