"""Asks a model's server which models it has: nothing is captioned."""

import json

from host_agent.captioner.model_client import ModelClient
from host_agent.captioner.model_failure import ModelRefusedError
from host_agent.captioner.openai_message import MODELS_PATH
from host_agent.settings import CaptionSettings

LOOK_WITHIN_S = 5.0


def models_at(base_url: str, key: str, settings: CaptionSettings) -> list[str] | None:
    """The names of its models; None where it answers, but not with them. Raises ModelError."""
    client = ModelClient(base_url, key, settings.allowed_networks, answer_within_s=LOOK_WITHIN_S)
    try:
        return _names(client.get(MODELS_PATH))
    except ModelRefusedError as error:
        # Not every server tells.
        if error.code != ModelRefusedError.code:
            raise
        return None
    finally:
        client.close()


def asked_servers(settings: CaptionSettings) -> list[tuple[str, str, str]]:
    """Base URL, key and model of every server that `settings` have asked."""
    found = []
    if settings.captioner == "openai":
        found.append((settings.base_url, settings.key.get_secret_value(), settings.model))
    if settings.embeddings_model:
        base_url, key = settings.embeddings_at
        found.append((base_url, key.get_secret_value(), settings.embeddings_model))
    return found


def _names(answer: bytes) -> list[str] | None:
    try:
        listed = json.loads(answer)["data"]
        return [str(model["id"]) for model in listed]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
