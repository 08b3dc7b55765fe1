"""The client of models at a real HTTP server: what it takes, how long it waits, where it goes."""

import ssl
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from host_agent.captioner.captioners import ModelCaptioner
from host_agent.captioner.frame import Frame
from host_agent.captioner.model_client import ModelClient
from host_agent.captioner.model_failure import (
    ModelBusyError,
    ModelError,
    ModelKeyRefusedError,
    ModelNonsenseError,
    ModelRefusedError,
    ModelUnreachableError,
)
from host_agent.captioner.model_look import models_at
from host_agent.captioner.openai_message import CHAT_PATH
from host_agent.settings import CaptionSettings
from tests.support.captioner_stand import painted
from tests.support.openai_server import (
    EMBEDDING_MODEL,
    KEY,
    VISION_MODEL,
    OpenAiServer,
    answers,
    hangs_up,
    trickles,
)
from tests.support.own_authority import OwnAuthority


@pytest.fixture
def models() -> Iterator[OpenAiServer]:
    with OpenAiServer() as server:
        yield server


def failure(
    base_url: str, *, key: str = KEY, within_s: float = 5.0, networks: Sequence[str] = ()
) -> ModelError:
    """How a question ends."""
    client = ModelClient(base_url, key, networks, answer_within_s=within_s)
    try:
        with pytest.raises(ModelError) as failed:
            client.post(CHAT_PATH, b"{}")
        return failed.value
    finally:
        client.close()


def test_a_model_is_asked_with_the_key_over_one_connection_after_the_other(models: OpenAiServer) -> None:
    settings = CaptionSettings.model_validate(
        {"captioner": "openai", "base_url": models.base_url, "model": VISION_MODEL, "key": KEY}
    )
    captioner = ModelCaptioner(settings)
    frame = Frame("cam", 1, 0, painted(50), None, None)
    for _ in range(3):
        assert captioner.caption(frame).text == f"A picture of {len(frame.jpeg)} bytes."
    captioner.close()
    assert [asked.jpeg for asked in models.asked] == [frame.jpeg] * 3


@pytest.mark.parametrize(
    ("status", "kind", "retry_after", "patience_s"),
    [
        (400, ModelRefusedError, None, 0),
        (401, ModelKeyRefusedError, None, 0),
        (403, ModelKeyRefusedError, None, 0),
        (404, ModelRefusedError, None, 0),
        (413, ModelRefusedError, None, 0),
        (429, ModelBusyError, None, 0),
        (429, ModelBusyError, "7", 7),
        (429, ModelBusyError, "86400", 600),
        (429, ModelBusyError, "-5", 60),
        (429, ModelBusyError, "9" * 500, 60),
        (429, ModelBusyError, "Fri, 31 Dec 2027 23:59:59 GMT", 60),
        (503, ModelBusyError, "3", 3),
        (503, ModelUnreachableError, None, 0),
        (500, ModelUnreachableError, "3", 0),
        (302, ModelRefusedError, None, 0),
    ],
)
def test_what_a_server_refuses_is_a_failure_with_a_remedy(
    models: OpenAiServer, status: int, kind: type[ModelError], retry_after: str | None, patience_s: float
) -> None:
    headers = {} if retry_after is None else {"Retry_After": retry_after}
    models.always = answers(status, b"<h1>no</h1>", **headers)
    failed = failure(models.base_url)
    assert type(failed) is kind
    assert failed.retry_after_s == patience_s
    assert failed.remedy and KEY not in f"{failed} {failed!r}"


def test_a_redirect_is_not_followed(models: OpenAiServer) -> None:
    with OpenAiServer() as other:
        models.always = answers(307, Location=f"{other.base_url}/chat/completions")
        assert "somewhere else" in failure(models.base_url).message
        assert other.requests == 0


def test_an_answer_without_end_is_cut_off(models: OpenAiServer) -> None:
    models.always = answers(200, b"x" * 10_000_000)
    assert isinstance(failure(models.base_url), ModelNonsenseError)


@pytest.mark.parametrize("takes", ["trickles", "sleeps"])
def test_an_answer_that_does_not_come_in_time_is_given_up(models: OpenAiServer, takes: str) -> None:
    if takes == "trickles":
        models.always = trickles(5.0)
    else:
        models.always = lambda _request: time.sleep(5.0)
    before_s = time.monotonic()
    failed = failure(models.base_url, within_s=0.5)
    assert time.monotonic() - before_s < 3.0
    assert isinstance(failed, ModelUnreachableError)
    assert "no whole answer within 0.5 s" in failed.message


def test_a_server_that_hangs_up_or_is_not_there_cannot_be_reached(models: OpenAiServer) -> None:
    models.always = hangs_up
    assert isinstance(failure(models.base_url), ModelUnreachableError)
    models.close()
    assert isinstance(failure(models.base_url), ModelUnreachableError)
    assert isinstance(failure("http://no-such-host.invalid/v1"), ModelUnreachableError)


def test_a_server_that_does_not_prove_its_name_is_not_asked(tmp_path: Path) -> None:
    authority = OwnAuthority(tmp_path)
    with OpenAiServer(context=authority.server_context("localhost")) as models:
        failed = failure(models.base_url.replace("127.0.0.1", "localhost"))
        assert isinstance(failed, ModelUnreachableError)
        assert "certificate" in failed.message.lower()
        assert models.requests == 0


def test_over_tls_a_server_that_proves_its_name_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = OwnAuthority(tmp_path)
    trusted: ssl.SSLContext = authority.client_context()
    monkeypatch.setattr("host_agent.captioner.model_client.trusted_here", lambda: trusted)
    with OpenAiServer(context=authority.server_context("localhost")) as models:
        base_url = models.base_url.replace("127.0.0.1", "localhost")
        assert models_at(base_url, KEY, CaptionSettings()) == [VISION_MODEL, EMBEDDING_MODEL]
        # Another name for the same server is one that it does not prove.
        assert isinstance(failure(models.base_url), ModelUnreachableError)


@pytest.mark.parametrize(
    ("name", "networks"),
    [
        ("127.0.0.1", ["10.0.0.0/8"]),
        ("localhost", ["10.0.0.0/8", "192.168.0.0/16"]),
        ("[::ffff:127.0.0.1]", ["10.0.0.0/8"]),
        ("169.254.169.254", []),
        ("[::ffff:169.254.169.254]", []),
        ("[fd00:ec2::254]", []),
        ("0.0.0.0", []),
        ("224.0.0.1", []),
    ],
)
def test_models_are_asked_only_where_they_may_be(
    models: OpenAiServer, name: str, networks: Sequence[str]
) -> None:
    failed = failure(models.base_url.replace("127.0.0.1", name), networks=networks)
    assert failed.code == "model_not_allowed"
    assert "model" in failed.message and failed.remedy
    assert models.requests == 0


def test_a_name_that_leads_to_several_places_is_not_asked_where_one_of_them_is_not_allowed(
    models: OpenAiServer,
) -> None:
    for addresses in (["127.0.0.1", "169.254.169.254"], ["169.254.169.254", "127.0.0.1"]):
        client = ModelClient(
            models.base_url.replace("127.0.0.1", "model.example"),
            KEY,
            answer_within_s=2.0,
            resolve_name=lambda _name, addresses=addresses: addresses,  # type: ignore[misc]
        )
        with pytest.raises(ModelRefusedError):
            client.post(CHAT_PATH, b"{}")
        client.close()
    assert models.requests == 0


def test_a_name_that_leads_to_a_server_that_is_away_is_tried_at_its_other_address(
    models: OpenAiServer,
) -> None:
    client = ModelClient(
        models.base_url.replace("127.0.0.1", "model.example"),
        KEY,
        ["127.0.0.0/8"],
        answer_within_s=2.0,
        resolve_name=lambda _name: ["127.0.0.2", "127.0.0.1"],
    )
    assert VISION_MODEL.encode() in client.get("/models")
    client.close()


def test_proxies_of_the_environment_are_not_used(
    models: OpenAiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")
    assert models_at(models.base_url, KEY, CaptionSettings()) == [VISION_MODEL, EMBEDDING_MODEL]


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (answers(200, b'{"data": [{"id": "a"}, {"id": 7}]}'), ["a", "7"]),
        (answers(200, b'{"data": []}'), []),
        (answers(200, b"<html>"), None),
        (answers(200, b'{"data": 1}'), None),
        (answers(200, b'{"data": [1]}'), None),
        (answers(404, b"Not Found"), None),
        (answers(405, b"Method Not Allowed"), None),
    ],
)
def test_a_server_need_not_say_which_models_it_has(
    models: OpenAiServer, answer: object, found: list[str] | None
) -> None:
    models.always = answer  # type: ignore[assignment]
    assert models_at(models.base_url, KEY, CaptionSettings()) == found
