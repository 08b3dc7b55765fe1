"""Metadata as S3 carries it: in headers, which hold ASCII without blanks at their ends. Plain."""

import string
from collections.abc import Mapping
from urllib.parse import quote, unquote

# All that a header holds as it is; `%` begins what it does not.
_AS_IT_IS = "".join(set(string.punctuation) - {"%"})


def metadata_to_headers(metadata: Mapping[str, str]) -> dict[str, str]:
    """Encode the values."""
    return {name: quote(value, safe=_AS_IT_IS) for name, value in metadata.items()}


def metadata_from_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Decode the values; names come in small letters."""
    return {name.lower(): unquote(value) for name, value in headers.items()}
