"""What the doctor says about one thing."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """`problem`: something would not be recorded or served. `warning`: it works, but not as it should."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """`subject` is one word for the table, `sentence` what is so, `remedy` what to do (empty where ok)."""

    verdict: Verdict
    subject: str
    sentence: str
    remedy: str = ""


def ok(subject: str, sentence: str) -> Finding:
    return Finding(Verdict.OK, subject, sentence)


def warning(subject: str, sentence: str, remedy: str) -> Finding:
    return Finding(Verdict.WARNING, subject, sentence, remedy)


def problem(subject: str, sentence: str, remedy: str) -> Finding:
    return Finding(Verdict.PROBLEM, subject, sentence, remedy)
