"""Judges captions: who makes them, and whether they arrive. Plain: data in, findings out."""

from collections.abc import Sequence
from dataclasses import dataclass

from host_agent.told_captions import ToldSending
from shared.finding import Finding, ok, warning


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """A server that is asked about pictures or texts. `error`, `remedy`: why it did not say which
    models it has; empty where it did. `models`: None where it answers, but not that."""

    base_url: str
    model: str
    error: str = ""
    remedy: str = ""
    models: Sequence[str] | None = None


def judge_captions(*, has_gateway: bool, without_frames: Sequence[str]) -> list[Finding]:
    """Whether there is anything to caption, and anybody to send it to. `without_frames`: captioned devices
    of which no pictures are made."""
    findings = []
    if not has_gateway:
        findings.append(
            warning(
                "captions",
                "[captions] asks for them, and there is no gateway to take them: none are made.",
                "Set [gateway] url, or [captions] enabled = false.",
            )
        )
    for name in without_frames:
        findings.append(
            warning(
                "captions",
                f"{name} is to be captioned, and no pictures are made of it.",
                f'Set frames of {name} to "auto", or captions = {{ enabled = false }}.',
            )
        )
    return findings


def judge_model(facts: ModelFacts) -> Finding:
    """Whether a model's server can be asked."""
    if facts.error:
        return warning("captions", f"{facts.error} Recording does not need it.", facts.remedy)
    if facts.models is None:
        return ok("captions", f"{facts.base_url} answers; it does not say whether it has {facts.model!r}.")
    if facts.model not in facts.models and f"{facts.model}:latest" not in facts.models:
        known = ", ".join(repr(name[:100]) for name in facts.models[:5]) or "none"
        return warning(
            "captions",
            f"{facts.base_url} does not have the model {facts.model!r}; it names {known}.",
            "Correct [captions] model, or have the server load it.",
        )
    return ok("captions", f"{facts.base_url} has {facts.model!r}.")


def judge_sending(told: ToldSending) -> list[Finding]:
    """Whether captions arrive at the gateway."""
    findings = []
    if told.code:
        count = "1 caption waits" if told.waiting == 1 else f"{told.waiting} captions wait"
        findings.append(warning("captions", f"{count}: {told.sentence}", told.remedy))
    elif told.sent:
        findings.append(ok("captions", "the gateway takes them."))
    if told.refused:
        findings.append(
            warning(
                "captions",
                f"the gateway has refused {told.refused} of them.",
                "The agent's log says which and why (caption_refused).",
            )
        )
    if told.embeddings_dropped:
        findings.append(
            warning(
                "captions",
                f"the gateway has taken {told.embeddings_dropped} of them without their embeddings.",
                "Where the embeddings' model was changed, that ends within hours by itself, when captions of"
                " the model before are merged; the agent's log says of which device"
                " (caption_embeddings_dropped).",
            )
        )
    if told.dropped:
        findings.append(
            warning(
                "captions",
                f"{told.dropped} were dropped: there was no room for more that wait.",
                "See why the gateway took none for so long.",
            )
        )
    return findings
