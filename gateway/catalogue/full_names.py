"""Names of several devices of the fleet in one parameter: `lab-1/street,lab-2/pattern`."""

import re
from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from shared.contracts.enrolment import HOST_NAME_PATTERN

FullName = tuple[str, str]
_PART = HOST_NAME_PATTERN.removeprefix("^").removesuffix("$")
_FULL_NAME = re.compile(rf"({_PART})/({_PART})", re.ASCII)


def parse_full_name(text: str) -> FullName:
    """`lab-1/street` as (host, device). Raises ValueError with a sentence."""
    found = _FULL_NAME.fullmatch(text)
    if found is None:
        raise ValueError(f"{text[:130]!r} is no device's name such as lab-1/street.")
    return found[1], found[2]


def parse_full_names(text: str, *, most: int) -> list[FullName]:
    """Names with commas between, each once, in the order given. Raises ValueError with a sentence."""
    names = list(dict.fromkeys(map(parse_full_name, text.split(","))))
    if len(names) > most:
        raise ValueError(f"names {len(names)} devices; {most} are answered at once.")
    return names


class FullNames(ma.fields.Field[list[FullName]]):
    """Names of devices in a query string, `most` at most; loads to pairs of host and device."""

    def __init__(self, *, most: int, **options: Any) -> None:
        super().__init__(**options)
        self._most = most

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_kwargs: Any
    ) -> list[FullName]:
        if not isinstance(value, str):
            raise ma.ValidationError("is not text.")
        try:
            return parse_full_names(value, most=self._most)
        except ValueError as error:
            raise ma.ValidationError(str(error)) from None
