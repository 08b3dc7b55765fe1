"""Settings are shown whole and without secrets; the reference names every declared key."""

import tomllib
from typing import Any

import pytest

from gateway.settings import FORM as GATEWAY
from host_agent.settings import FORM, HostSettings
from shared.errors import SettingsError
from shared.settings.reading import SettingsForm, section_model
from shared.settings.report import reference_marks, render_reference, render_settings, with_reference

SECRETS = ("t0ken:with-a-colon-in-it", "enrol-me-please-1", "s3cret")
SETTINGS = HostSettings.model_validate(
    {
        "agent": {"name": "lab-1", "root": "/srv/footage", "token": SECRETS[0]},
        "gateway": {"url": f"https://lab:{SECRETS[2]}@gateway.example", "enrolment_token": SECRETS[1]},
        "captions": {"allowed_networks": ["10.0.0.0/8", "127.0.0.0/8"]},
        "device": [
            {
                "name": "door",
                "label": 'The "front" door',
                "source": f"rtsp://cam:{SECRETS[2]}@camera/stream",
                "preview_source": f"rtsp://cam:{SECRETS[2]}@camera/sub",
                "picture": {"capture_fps": 1},
                "retention": {"captures": 4},
            },
            {"name": "any", "source": "auto"},
        ],
    }
)


def test_secrets_are_hidden_and_the_rest_reads_back() -> None:
    shown = render_settings(SETTINGS)
    assert not [secret for secret in SECRETS if secret in shown]
    read = tomllib.loads(shown)
    assert read["agent"]["token"] == read["gateway"]["enrolment_token"] == "***"
    assert read["gateway"]["url"] == "https://***@gateway.example"
    assert read["device"][0]["source"] == "rtsp://***@camera/stream"
    assert read["device"][0]["preview_source"] == "rtsp://***@camera/sub"
    assert read["device"][0]["label"] == 'The "front" door'
    assert read["device"][0]["picture"]["capture_fps"] == 1
    assert read["device"][1]["source"] == "auto"
    assert read["ring"]["hot_segments"] == 10
    assert read["captions"]["allowed_networks"] == ["10.0.0.0/8", "127.0.0.0/8"]


def test_what_was_not_set_is_marked_as_a_default() -> None:
    lines = render_settings(SETTINGS).splitlines()
    assert 'listen = "127.0.0.1:8101"  # default' in lines
    assert 'name = "lab-1"' in lines


@pytest.mark.parametrize("form", [FORM, GATEWAY], ids=["host", "gateway"])
def test_the_reference_has_a_row_for_every_declared_key_with_a_sentence(form: SettingsForm[Any]) -> None:
    rows = [line.split(" | ") for line in render_reference(form).splitlines() if line.startswith("| `")]
    models = [section_model(field.annotation) for field in form.model.model_fields.values()]
    assert len(rows) == sum(len(model.model_fields) for model in models if model is not None)
    assert all(len(row) == 4 and row[3].removesuffix(" |").strip() for row in rows)


@pytest.mark.parametrize("form", [FORM, GATEWAY], ids=["host", "gateway"])
def test_the_reference_says_how_a_list_of_texts_is_written(form: SettingsForm[Any]) -> None:
    reference = render_reference(form)
    assert "| `allowed_networks` | list of text | `[]` |" in reference
    assert "A list stands there with commas between its texts." in reference


def test_only_what_stands_between_the_marks_is_replaced() -> None:
    begin, end = reference_marks("host.toml")
    document = f"before\n{begin}\nstale words\n{end}\nafter\n"
    renewed = with_reference(document, "host.toml", FORM)
    assert renewed.startswith("before\n")
    assert renewed.endswith("after\n")
    assert "stale words" not in renewed
    assert with_reference(renewed, "host.toml", FORM) == renewed


def test_a_document_without_the_marks_is_refused() -> None:
    with pytest.raises(SettingsError, match="marks"):
        with_reference("nothing here", "host.toml", FORM)
