"""Findings of checks, as a test reports them."""

from collections.abc import Iterable


def assert_none(findings: Iterable[str]) -> None:
    """Raises AssertionError that lists every finding in full."""
    found = list(findings)
    if found:
        raise AssertionError(f"{len(found)} findings:\n" + "\n".join(f"  {finding}" for finding in found))
