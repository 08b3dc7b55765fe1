"""`[captions]`: off unless asked for, told whom to ask, and silent about keys."""

from pathlib import Path
from typing import Any

import pytest
import tomli_w

from host_agent.settings import HostSettings, load_settings
from shared.errors import SettingsError
from shared.settings.report import render_settings

MODEL = {"enabled": True, "captioner": "openai", "base_url": "http://127.0.0.1:11434/v1/", "model": "seeing"}
DOOR = {"name": "door", "source": "pattern:testsrc2"}


def loaded(
    tmp_path: Path, captions: dict[str, Any] | None = None, device: dict[str, Any] | None = None
) -> HostSettings:
    path = tmp_path / "host.toml"
    settings: dict[str, Any] = {"agent": {"root": str(tmp_path / "footage")}, "device": [device or DOOR]}
    if captions is not None:
        settings["captions"] = captions
    path.write_bytes(tomli_w.dumps(settings).encode())
    return load_settings(path, {})


def test_no_captions_are_made_unless_somebody_asks_for_them(tmp_path: Path) -> None:
    assert not loaded(tmp_path).makes_captions
    assert not loaded(tmp_path, {**MODEL, "enabled": False}).makes_captions
    assert loaded(tmp_path, {"enabled": True}).makes_captions
    assert loaded(tmp_path, device={**DOOR, "captions": {"enabled": True}}).makes_captions
    # A camera that the gateway assigns would be captioned.
    assert loaded(tmp_path, {"enabled": True}, {**DOOR, "captions": {"enabled": False}}).makes_captions


@pytest.mark.parametrize(
    ("device", "captioned"),
    [
        ({}, True),
        ({"picture": {"enable_detection": False}}, False),
        ({"picture": {"capture_fps": 1}}, True),
        ({"captions": {"enabled": False}, "picture": {"enable_detection": True}}, False),
    ],
)
def test_what_is_not_to_be_looked_at_has_no_captions(
    tmp_path: Path, device: dict[str, Any], captioned: bool
) -> None:
    settings = loaded(tmp_path, {"enabled": True}, {**DOOR, **device})
    assert settings.is_captioned(settings.device[0]) is captioned


def test_a_device_differs_in_what_it_says_itself(tmp_path: Path) -> None:
    settings = loaded(tmp_path, MODEL, {**DOOR, "captions": {"every_s": 60, "prompt": "A parcel?"}})
    [door] = settings.device
    own = settings.captions_of(door)
    assert (own.every_s, own.prompt, own.model, own.enabled) == (60, "A parcel?", "seeing", True)
    assert own.base_url == "http://127.0.0.1:11434/v1"


@pytest.mark.parametrize(
    ("own", "key"),
    [
        ({"every_s": 60}, "sk-1"),
        ({"base_url": "http://127.0.0.1:11434/v1/"}, "sk-1"),
        ({"base_url": "http://other/v1"}, ""),
        ({"base_url": "http://other/v1", "key": "sk-2"}, "sk-2"),
    ],
)
def test_a_device_with_a_server_of_its_own_does_not_tell_it_the_others_key(
    tmp_path: Path, own: dict[str, Any], key: str
) -> None:
    settings = loaded(tmp_path, {**MODEL, "key": "sk-1"}, {**DOOR, "captions": own})
    assert settings.captions_of(settings.device[0]).key.get_secret_value() == key


@pytest.mark.parametrize(
    ("captions", "named"),
    [
        ({"enabled": True, "captioner": "openai"}, ["captions", "base_url"]),
        ({**MODEL, "model": ""}, ["captions", "model"]),
        ({**MODEL, "base_url": "file:///etc/passwd"}, ["captions.base_url", "http://"]),
        ({**MODEL, "base_url": "gopher://127.0.0.1/v1"}, ["captions.base_url"]),
        ({**MODEL, "base_url": "http://user:pass@host/v1"}, ["captions.base_url", "without a user"]),
        ({**MODEL, "base_url": "http://host/v1?key=1"}, ["captions.base_url"]),
        ({**MODEL, "base_url": "http://host:99999/v1"}, ["captions.base_url", "port"]),
        ({**MODEL, "base_url": "http://host:1x/v1"}, ["captions.base_url", "port"]),
        ({**MODEL, "key": "two words"}, ["captions.key"]),
        ({**MODEL, "key": "line\nbreak"}, ["captions.key"]),
        ({**MODEL, "every_s": 0.5}, ["captions.every_s", "1"]),
        ({**MODEL, "captioner": "magic"}, ["captions.captioner", "scene"]),
        ({**MODEL, "allowed_networks": ["everywhere"]}, ["captions.allowed_networks", "10.0.0.0/8"]),
        ({"enabled": True, "embeddings_model": "m"}, ["captions", "embeddings_base_url"]),
        ({"enabled": True, "speed": 3}, ["captions.speed"]),
    ],
)
def test_mistakes_are_named_with_their_key(
    tmp_path: Path, captions: dict[str, Any], named: list[str]
) -> None:
    with pytest.raises(SettingsError) as refused:
        loaded(tmp_path, captions)
    assert all(text in refused.value.message for text in named), refused.value.message


def test_a_device_that_asks_for_a_model_that_nobody_named_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"captions\.base_url.*'door'"):
        loaded(tmp_path, {"enabled": True}, {**DOOR, "captions": {"captioner": "openai"}})


def test_keys_are_not_printed_with_the_settings(tmp_path: Path) -> None:
    keys = {"key": "sk-of-pictures", "embeddings_key": "sk-of-texts"}
    settings = loaded(tmp_path, {**MODEL, **keys}, {**DOOR, "captions": {"key": "sk-of-the-door"}})
    printed = render_settings(settings) + repr(settings)
    assert "sk-of" not in printed
    assert 'key = "***"' in printed


@pytest.mark.parametrize(
    ("more", "base_url", "key"),
    [
        ({}, "http://127.0.0.1:11434/v1", "sk-1"),
        ({"embeddings_key": "sk-2"}, "http://127.0.0.1:11434/v1", "sk-2"),
        ({"embeddings_base_url": "http://127.0.0.1:11434/v1"}, "http://127.0.0.1:11434/v1", "sk-1"),
        # A key is for one address: another server is not told it.
        ({"embeddings_base_url": "http://other/v1"}, "http://other/v1", ""),
        ({"embeddings_base_url": "http://other/v1", "embeddings_key": "sk-2"}, "http://other/v1", "sk-2"),
    ],
)
def test_a_key_goes_to_its_own_address_only(
    tmp_path: Path, more: dict[str, str], base_url: str, key: str
) -> None:
    settings = loaded(tmp_path, {**MODEL, "key": "sk-1", "embeddings_model": "m", **more})
    found = settings.captions.embeddings_at
    assert (found[0], found[1].get_secret_value()) == (base_url, key)
