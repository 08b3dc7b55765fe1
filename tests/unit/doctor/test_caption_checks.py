"""What the doctor says about captions."""

import pytest

from host_agent.doctor.caption_checks import ModelFacts, judge_captions, judge_model, judge_sending
from host_agent.told_captions import ToldSending
from shared.finding import Verdict

URL = "http://127.0.0.1:11434/v1"


@pytest.mark.parametrize(
    ("facts", "verdict", "said"),
    [
        (ModelFacts(URL, "seeing", models=["seeing", "other"]), Verdict.OK, "has 'seeing'"),
        (ModelFacts(URL, "llava", models=["llava:latest"]), Verdict.OK, "has 'llava'"),
        (ModelFacts(URL, "seeing", models=None), Verdict.OK, "does not say"),
        (ModelFacts(URL, "seeing", models=["other"]), Verdict.WARNING, "it names 'other'"),
        (ModelFacts(URL, "seeing", models=[]), Verdict.WARNING, "it names none"),
        (ModelFacts(URL, "seeing", "It cannot be reached.", "Start it."), Verdict.WARNING, "Recording does"),
    ],
)
def test_a_models_server_is_judged(facts: ModelFacts, verdict: Verdict, said: str) -> None:
    found = judge_model(facts)
    assert (found.verdict, found.subject) == (verdict, "captions")
    assert said in found.sentence
    assert bool(found.remedy) is (verdict is not Verdict.OK)


def test_captions_without_a_gateway_or_without_pictures_are_warned_of() -> None:
    assert judge_captions(has_gateway=True, without_frames=[]) == []
    alone, blind = judge_captions(has_gateway=False, without_frames=["door"])
    assert "none are made" in alone.sentence and "door" in blind.sentence
    assert {alone.verdict, blind.verdict} == {Verdict.WARNING}


@pytest.mark.parametrize(
    ("told", "verdicts", "said"),
    [
        (ToldSending(), [], ""),
        (ToldSending(sent=9), [Verdict.OK], "takes them"),
        (
            ToldSending(waiting=1, code="captions_off", sentence="Off."),
            [Verdict.WARNING],
            "1 caption waits: Off.",
        ),
        (
            ToldSending(waiting=7, code="captions_off", sentence="Off."),
            [Verdict.WARNING],
            "7 captions wait: Off.",
        ),
        (
            ToldSending(sent=9, embeddings_dropped=4),
            [Verdict.OK, Verdict.WARNING],
            "taken 4 of them without their embeddings",
        ),
        (ToldSending(sent=9, refused=2, dropped=3), [Verdict.OK, *[Verdict.WARNING] * 2], "refused 2"),
    ],
)
def test_captions_on_their_way_are_judged(told: ToldSending, verdicts: list[Verdict], said: str) -> None:
    found = judge_sending(told)
    assert [finding.verdict for finding in found] == verdicts
    assert said in " ".join(finding.sentence for finding in found)
