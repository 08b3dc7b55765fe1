"""A parameter that names several devices of the fleet."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from gateway.catalogue.full_names import FullName, parse_full_names


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
