"""The gateway's settings: what is refused, and where the environment comes in."""

from pathlib import Path

import pytest

from gateway.settings import DEMO_SECRET, load_settings, require_secret
from shared.errors import SettingsError

SECRET = "an0ther-l0ng-and-random-text-0123456789"


def test_without_a_file_the_environment_alone_counts() -> None:
    settings = load_settings(
        None,
        {
            "DATABASE_URL": "postgresql://u:p@db/coldframe",
            "REDIS_URL": "redis://cache:6379/1",
            "COLDFRAME_SECRET_KEY": SECRET,
            "COLDFRAME_GATEWAY__WEB__LISTEN": "127.0.0.1:9000",
            "PATH": "/bin",
        },
    )
    assert settings.database.url.get_secret_value() == "postgresql://u:p@db/coldframe"
    assert settings.redis.url.get_secret_value() == "redis://cache:6379/1"
    assert settings.security.secrets == [SECRET]
    assert settings.web.listen == "127.0.0.1:9000"


def test_the_environment_outranks_the_file(tmp_path: Path) -> None:
    path = tmp_path / "gateway.toml"
    path.write_text('[web]\nlisten = "127.0.0.1:1"\nthreads = 8\nmedia_streams = 4\n')
    settings = load_settings(path, {"COLDFRAME_GATEWAY__WEB__LISTEN": "127.0.0.1:2"})
    assert (settings.web.listen, settings.web.threads) == ("127.0.0.1:2", 8)


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"COLDFRAME_SECRET_KEY": "short"}, "COLDFRAME_SECRET_KEY"),
        ({"COLDFRAME_SECRET_KEY": "a" * 40}, "must be random"),
        ({"COLDFRAME_SECRET_KEY": DEMO_SECRET}, "everybody knows"),
        ({"COLDFRAME_SECRET_KEY": f"{SECRET},short"}, "32 characters"),
        ({"COLDFRAME_GATEWAY__WEB__THREADS": "lots"}, "web.threads"),
        ({"COLDFRAME_GATEWAY__WEB__THREDS": "8"}, "known here are"),
        ({"COLDFRAME_GATEWAY__WEB": "8"}, "names no setting"),
        ({"COLDFRAME_GATEWAY__WEB__MEDIA_STREAMS": "64"}, "smaller than threads"),
        ({"COLDFRAME_GATEWAY__WEB__X_ACCEL_PREFIX": "/_host"}, "needs a server in front"),
        ({"COLDFRAME_GATEWAY__WEB__LISTEN": "here"}, "address and a port"),
        ({"COLDFRAME_GATEWAY__FLEET__LATE_AFTER_S": "70"}, "smaller than offline_after_s"),
        ({"COLDFRAME_GATEWAY__INGEST__PUBLIC_URL": "ftp://x"}, "http://"),
        (
            {
                "COLDFRAME_GATEWAY__SECURITY__DEMO": "true",
                "COLDFRAME_GATEWAY__WEB__LISTEN": "0.0.0.0:8000",
            },
            "loopback only",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_its_name(variables: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words) as refusal:
        load_settings(None, variables)
    assert SECRET not in str(refusal.value)


def test_a_demo_on_loopback_may_have_the_demos_secret() -> None:
    settings = load_settings(
        None, {"COLDFRAME_SECRET_KEY": DEMO_SECRET, "COLDFRAME_GATEWAY__SECURITY__DEMO": "true"}
    )
    require_secret(settings)


def test_nothing_serves_without_a_secret() -> None:
    with pytest.raises(SettingsError, match="secret_key"):
        require_secret(load_settings(None, {}))


@pytest.mark.parametrize(
    ("public_url", "heartbeat_url"),
    [
        ("", "http://127.0.0.1:8001/api/v1/hosts/heartbeat"),
        ("https://gateway.example/", "https://gateway.example/api/v1/hosts/heartbeat"),
    ],
)
def test_hosts_are_told_where_to_report(public_url: str, heartbeat_url: str) -> None:
    settings = load_settings(None, {"COLDFRAME_GATEWAY__INGEST__PUBLIC_URL": public_url})
    assert settings.ingest.heartbeat_url == heartbeat_url
