"""A name that nobody has yet. Plain."""

from collections.abc import Container


def free_name(base: str, taken: Container[str], longest: int) -> str:
    """`base`, or the first of base-2, base-3, … that is not taken; of `longest` characters at most."""
    name, number = base[:longest], 1
    while name in taken:
        number += 1
        ending = f"-{number}"
        name = base[: longest - len(ending)] + ending
    return name
