"""A doctor's findings for a terminal."""

from collections import Counter
from collections.abc import Sequence

import click

from shared.ffmpeg.masking import mask_secrets
from shared.finding import Finding, Verdict

_COLOURS = {Verdict.OK: "green", Verdict.WARNING: "yellow", Verdict.PROBLEM: "red"}


def print_findings(findings: Sequence[Finding]) -> int:
    """Print a finding a line, with a remedy below each that is not ok. Returns 1 where there is a problem."""
    click.echo(render(findings))
    return 1 if any(finding.verdict is Verdict.PROBLEM for finding in findings) else 0


def render(findings: Sequence[Finding]) -> str:
    """Lay findings out for a terminal; the last line counts them."""
    width = max((len(finding.subject) for finding in findings), default=0)
    lines = []
    for finding in findings:
        mark = click.style(f"{finding.verdict:<8}", fg=_COLOURS[finding.verdict])
        lines.append(f"{mark} {finding.subject:<{width}}  {mask_secrets(finding.sentence)}")
        if finding.remedy:
            lines.append(f"{'':8} {'':{width}}  → {finding.remedy}")
    counts = Counter(finding.verdict for finding in findings)
    lines.append(f"problems: {counts[Verdict.PROBLEM]}, warnings: {counts[Verdict.WARNING]}")
    return "\n".join(lines)
