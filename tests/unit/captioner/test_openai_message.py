"""What is asked of a model, and what of its answer is a caption."""

import base64
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_agent.captioner.model_failure import ModelNonsenseError
from host_agent.captioner.openai_message import (
    LONGEST_TEXT,
    chat_question,
    embedding_of,
    embedding_question,
    fit_text,
    text_of,
)

JPEG = b"\xff\xd8\xff\xe0picture\xff\xd9"


def chat(content: object) -> bytes:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode()


def embedded(numbers: object) -> bytes:
    return json.dumps({"data": [{"embedding": numbers}]}).encode()


def test_a_question_holds_the_prompt_and_the_picture_as_it_is() -> None:
    asked: dict[str, Any] = json.loads(chat_question("seeing", "What is there?", JPEG, 99))
    assert (asked["model"], asked["max_tokens"], asked["temperature"]) == ("seeing", 99, 0)
    [message] = asked["messages"]
    text, picture = message["content"]
    assert text == {"type": "text", "text": "What is there?"}
    head, _, data = picture["image_url"]["url"].partition(",")
    assert (head, base64.b64decode(data)) == ("data:image/jpeg;base64", JPEG)


def test_a_question_for_an_embedding_holds_the_text() -> None:
    asked = json.loads(embedding_question("comparing", "Ein Bär"))
    assert (asked["model"], asked["input"]) == ("comparing", "Ein Bär")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("A man walks.", "A man walks."),
        ("  A man\n\nwalks.\t ", "A man walks."),
        ("<think>It is a man.\nHe walks.</think>\n\nA man walks.", "A man walks."),
        ("A \x00man\u202e walks.\ud800", "A man walks."),
        ([{"type": "text", "text": "A man"}, {"type": "text", "text": "walks."}], "A man walks."),
        ("犬が走る。", "犬が走る。"),
    ],
)
def test_a_text_is_taken_on_one_line(content: object, text: str) -> None:
    assert text_of(chat(content)) == text


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html><body>502 Bad Gateway</body></html>",
        b"\xff\xfe",
        b"[" * 100_000,
        b"null",
        b"[]",
        b"{}",
        b'{"choices": []}',
        b'{"choices": {}}',
        b'{"choices": [null]}',
        b'{"choices": [{"message": null}]}',
        b'{"error": {"message": "out of memory"}}',
        chat(None),
        chat(""),
        chat(" \n\t "),
        chat("..."),
        chat("—"),
        chat(17),
        chat({"text": "A man"}),
        chat([]),
        chat([17, None]),
        chat("<think>A man</think>"),
        chat("\n<think>Let me look at the picture once more. There is a"),
    ],
)
def test_what_is_no_text_is_no_caption(answer: bytes) -> None:
    with pytest.raises(ModelNonsenseError) as refused:
        text_of(answer)
    assert refused.value.remedy


@given(st.text(max_size=5000))
def test_whatever_a_model_says_is_cut_to_what_the_gateway_takes(said: str) -> None:
    text = fit_text(said)
    assert len(text) <= LONGEST_TEXT
    assert text == " ".join(text.split()) and text.isprintable()
    assert fit_text(text) == text


def test_a_long_text_ends_behind_a_sentence_or_a_word() -> None:
    sentences = "A man walks to the door. " * 200
    assert fit_text(sentences).endswith("to the door.")
    assert len(fit_text(sentences)) > LONGEST_TEXT - 50
    words = "walking " * 1000
    assert fit_text(words).endswith("walking…")
    assert len(fit_text("x" * 10_000_000)) == LONGEST_TEXT
    # A first sentence alone would leave nearly all of it out.
    assert len(fit_text(f"First. {'y' * 5000} z")) > LONGEST_TEXT // 2


def test_an_embedding_is_taken_number_by_number() -> None:
    assert embedding_of(embedded([0.5, -1, 0.25])) == [0.5, -1.0, 0.25]


@pytest.mark.parametrize(
    "answer",
    [
        b"NaN",
        b"{}",
        embedded([]),
        embedded([1.0]),
        embedded([0.1] * 4097),
        embedded([0.0, 0.0, 0.0]),
        embedded([0.1, math.nan, 0.3]),
        embedded([0.1, math.inf]),
        embedded([0.1, 1e300]),
        embedded([1e17, 1e17]),
        embedded([1e-18, 1e-18]),
        embedded([0.1, "0.2"]),
        embedded([0.1, True]),
        embedded([0.1, None]),
        embedded([[0.1, 0.2]]),
        embedded("AAAA"),
        b'{"data": [{"embedding": [' + b"9" * 400 + b", 1]}]}",
    ],
)
def test_what_cannot_be_compared_is_no_embedding(answer: bytes) -> None:
    with pytest.raises(ModelNonsenseError):
        embedding_of(answer)
