"""Questions to OpenAI-compatible servers and what they answer: chat completions with a picture, embeddings.

Encoder and parser, plain. https://platform.openai.com/docs/api-reference (chat, embeddings); vLLM, Ollama and
llama.cpp speak the same.
"""

import base64
import json
import math
from typing import Any

from host_agent.captioner.model_failure import ModelNonsenseError

CHAT_PATH = "/chat/completions"
EMBEDDINGS_PATH = "/embeddings"
MODELS_PATH = "/models"
# What the gateway takes of a caption.
LONGEST_TEXT = 2_000
LONGEST_EMBEDDING = 4_096
# Others have no direction in single precision.
_LONGEST_VECTOR, _SHORTEST_VECTOR = 1e17, 1e-17
_THOUGHT_BEGIN, _THOUGHT_END = "<think>", "</think>"
_REMEDY = "Check [captions] base_url and model: they have to be those of an OpenAI-compatible server."


def chat_question(model: str, prompt: str, jpeg: bytes, most_tokens: int) -> bytes:
    """The body that asks for a text about a picture. The same picture is to get the same text."""
    picture = f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"
    return json.dumps(
        {
            "model": model,
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": prompt},
                        {"type": "image_url", "image_url": {"url": picture}},
                    ],
                }
            ],
            "max_tokens": most_tokens,
            "temperature": 0,
            "stream": False,
        }
    ).encode()


def embedding_question(model: str, text: str) -> bytes:
    """The body that asks for the embedding of a text."""
    return json.dumps({"model": model, "input": text, "encoding_format": "float"}).encode()


def text_of(answer: bytes) -> str:
    """The caption in an answer. Raises ModelNonsenseError where there is none."""
    content = _of(_decoded(answer), "choices", 0, "message", "content")
    if isinstance(content, list):
        # Some servers answer in parts, as they are asked.
        texts = [_of(part, "text") for part in content]
        content = " ".join(text for text in texts if isinstance(text, str))
    if not isinstance(content, str):
        raise _nonsense("it has no text in choices[0].message.content")
    text = fit_text(content)
    if not any(letter.isalnum() for letter in text):
        raise _nonsense("its text is empty")
    return text


def embedding_of(answer: bytes) -> list[float]:
    """The numbers in an answer. Raises ModelNonsenseError where they are none that can be compared."""
    found = _of(_decoded(answer), "data", 0, "embedding")
    if not isinstance(found, list) or not 2 <= len(found) <= LONGEST_EMBEDDING:
        raise _nonsense(f"it has no embedding of 2 to {LONGEST_EMBEDDING} numbers in data[0].embedding")
    if not all(isinstance(number, int | float) and not isinstance(number, bool) for number in found):
        raise _nonsense("its embedding holds what is no number")
    numbers = [float(number) for number in found if abs(number) < _LONGEST_VECTOR]
    if len(numbers) != len(found) or not _SHORTEST_VECTOR < math.hypot(*numbers) < _LONGEST_VECTOR:
        raise _nonsense("its embedding cannot be compared with others")
    return numbers


def fit_text(text: str) -> str:
    """`text` as a caption: without what cannot be shown and what a model thought before it, on one line, cut
    to what the gateway takes: behind a sentence where there is one, else behind a word."""
    text = text.rpartition(_THOUGHT_END)[2].lstrip()
    if text.startswith(_THOUGHT_BEGIN):
        return ""  # it has not come to an end
    # Four times as long as what is kept: a text of megabytes is not looked through.
    shown = "".join(letter if letter.isprintable() else " " for letter in text[: 4 * LONGEST_TEXT])
    line = " ".join(shown.split())
    if len(line) <= LONGEST_TEXT:
        return line
    cut = line[: LONGEST_TEXT - 1]
    sentence, word = max(cut.rfind(f"{end} ") for end in ".!?"), cut.rfind(" ")
    if sentence >= LONGEST_TEXT // 2:
        return cut[: sentence + 1]
    return (cut[:word] if word >= LONGEST_TEXT // 2 else cut) + "…"


def _decoded(answer: bytes) -> Any:
    try:
        return json.loads(answer)
    except (ValueError, RecursionError):
        raise _nonsense("it is not JSON") from None


def _of(value: Any, *path: str | int) -> Any:
    """What lies at `path`; None where there is nothing like it."""
    for step in path:
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
        else:
            value = value[step] if isinstance(value, list) and len(value) > step else None
    return value


def _nonsense(why: str) -> ModelNonsenseError:
    return ModelNonsenseError(f"What the model's server answers cannot be used: {why}.", remedy=_REMEDY)
