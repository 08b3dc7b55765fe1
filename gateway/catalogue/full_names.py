"""Names of several devices of the fleet in one parameter: `lab-1/street,lab-2/pattern`. Plain."""

import re

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
