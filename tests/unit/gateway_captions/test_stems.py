"""Words and their stems, as the full-text index has them."""

import pytest

from gateway.captions.events.stems import stem


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        # Examples of the paper, step by step.
        ("caresses", "caress"),
        ("ponies", "poni"),
        ("ties", "ti"),
        ("cats", "cat"),
        ("feed", "feed"),
        ("agreed", "agre"),
        ("plastered", "plaster"),
        ("bled", "bled"),
        ("motoring", "motor"),
        ("sing", "sing"),
        ("conflated", "conflat"),
        ("troubled", "troubl"),
        ("sized", "size"),
        ("hopping", "hop"),
        ("falling", "fall"),
        ("hissing", "hiss"),
        ("failing", "fail"),
        ("filing", "file"),
        ("happy", "happi"),
        ("sky", "sky"),
        ("relational", "relat"),
        ("rational", "ration"),
        ("digitizer", "digit"),
        ("vietnamization", "vietnam"),
        ("hopefulness", "hope"),
        ("sensibiliti", "sensibl"),
        ("triplicate", "triplic"),
        ("formalize", "formal"),
        ("electrical", "electr"),
        ("goodness", "good"),
        ("allowance", "allow"),
        ("replacement", "replac"),
        ("adoption", "adopt"),
        ("homologou", "homolog"),
        ("probate", "probat"),
        ("rate", "rate"),
        ("cease", "ceas"),
        ("controll", "control"),
        ("roll", "roll"),
        # Later changes of its author.
        ("possibly", "possibl"),
        ("archaeology", "archaeolog"),
        # What is no English word stays a word.
        ("is", "is"),
        ("10.5", "10.5"),
        ("straße", "straße"),
        ("車", "車"),
    ],
)
def test_a_word_has_the_stem_that_the_index_gives_it(word: str, expected: str) -> None:
    assert stem(word) == expected


@pytest.mark.parametrize(
    "forms",
    [("truck", "trucks"), ("park", "parked", "parking", "parks"), ("walk", "walking"), ("bus", "bus")],
)
def test_forms_of_a_word_have_one_stem(forms: tuple[str, ...]) -> None:
    assert len({stem(form) for form in forms}) == 1
