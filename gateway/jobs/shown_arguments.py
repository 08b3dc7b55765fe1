"""A job's arguments as people see them: what may be a secret is not shown."""

import re
from collections.abc import Mapping, Sequence

from gateway.jobs.json_value import JSON
from gateway.jobs.shown_text import shown_text

HIDDEN = "***"
_SECRET_NAME = re.compile(
    r"pass|pwd|secret|token|credential|api_?key|private_?key|authori[sz]ation|cookie", re.IGNORECASE
)


def shown_arguments(value: JSON) -> JSON:
    """`value` with the values of secret names replaced and credentials cut out of its texts."""
    if isinstance(value, str):
        return shown_text(value)
    if isinstance(value, Mapping):
        return {
            name: HIDDEN if _SECRET_NAME.search(name) and held is not None else shown_arguments(held)
            for name, held in value.items()
        }
    if isinstance(value, Sequence):
        return [shown_arguments(held) for held in value]
    return value
