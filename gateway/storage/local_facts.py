"""What a folder keeps beside each object: its content type and metadata. Plain.

`cam/1.jpg` has `cam/.1.jpg.facts`: a name with a dot in front, which no key has. Content and facts are two
files, and cannot be replaced at the same moment. So the facts are written first and also say what was there
before; size and time of the content say which of them are its own.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

UNKNOWN_TYPE = "application/octet-stream"
_MOST_VERSIONS = 2


@dataclass(frozen=True, slots=True)
class Facts:
    """Of the content that has this size and time of modification."""

    size_bytes: int
    mtime_ns: int
    content_type: str
    metadata: Mapping[str, str]


def facts_name(name: str) -> str:
    """The file beside the object `name` of the same folder."""
    return f".{name}.facts"


def is_facts_name(name: str) -> bool:
    return name.startswith(".") and name.endswith(".facts")


def encode_facts(new: Facts, before: Sequence[Facts]) -> str:
    """The file's text: the content that is about to take its place, and what was there `before`."""
    versions = [new, *before][:_MOST_VERSIONS]
    return json.dumps(
        [
            {
                "size_bytes": facts.size_bytes,
                "mtime_ns": facts.mtime_ns,
                "content_type": facts.content_type,
                "metadata": dict(facts.metadata),
            }
            for facts in versions
        ]
    )


def parse_facts(text: str | bytes) -> list[Facts]:
    """Read what `encode_facts` wrote, the newest first; nothing where it is something else."""
    try:
        return [
            Facts(
                int(each["size_bytes"]),
                int(each["mtime_ns"]),
                str(each["content_type"]),
                {str(name): str(value) for name, value in each["metadata"].items()},
            )
            for each in json.loads(text)
        ]
    except (ValueError, TypeError, KeyError, AttributeError):
        return []


def facts_of(size_bytes: int, mtime_ns: int, versions: Sequence[Facts]) -> Facts:
    """Those of `versions` that are of this content.

    A backup that was put back may have rounded the time: then size alone counts. An object that
    somebody put there by hand has none.
    """
    same_size = [facts for facts in versions if facts.size_bytes == size_bytes]
    exact = [facts for facts in same_size if facts.mtime_ns == mtime_ns]
    return next(iter(exact or same_size), Facts(size_bytes, mtime_ns, UNKNOWN_TYPE, {}))
