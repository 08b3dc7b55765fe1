"""`host.toml` and the environment: strict, and every refusal says file, key, what is expected, an example."""

from pathlib import Path

import pytest
import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st

from host_agent.bootstrap.auto_devices import expand_auto
from host_agent.ring.layout import Kind
from host_agent.settings import DeviceSettings, Encode, Frames, HostSettings, load_settings
from shared.errors import SettingsError

SECRET = "hunter2-Zx9q"
DEVICE: dict[str, object] = {"name": "capture1", "source": "pattern:testsrc2"}
AGENT: dict[str, object] = {"root": "/footage", "name": "lab-1"}


def written(folder: Path, *, device: object = None, **sections: object) -> Path:
    path = folder / "host.toml"
    agent = {**AGENT, **dict(sections.pop("agent", {}))}  # type: ignore[call-overload]
    content = {"agent": agent, **sections, "device": [DEVICE] if device is None else device}
    path.write_text(tomli_w.dumps(content))
    return path


def refusal(path: Path, environment: dict[str, str] | None = None) -> SettingsError:
    with pytest.raises(SettingsError) as refused:
        load_settings(path, environment or {})
    assert refused.value.remedy
    return refused.value


def test_all_but_the_root_and_one_device_has_a_default(tmp_path: Path) -> None:
    path = tmp_path / "host.toml"
    path.write_text(
        '[agent]\nroot = "/footage"\n[[device]]\nname = "capture1"\nsource = "pattern:testsrc2"\n'
    )
    read = load_settings(path, {})
    assert read.agent.listen == "127.0.0.1:8101"
    assert (read.agent.listen_host, read.agent.listen_port) == ("127.0.0.1", 8101)
    assert str(read.agent.state_dir) == "/var/lib/coldframe-state"
    assert (read.ring.hot_segments, read.ring.hot_frames, read.ring.archive_interval_s) == (10, 100, 10)
    assert (read.supervisor.backoff_min_s, read.supervisor.backoff_max_s) == (1, 30)
    assert (read.picture.capture_fps, read.picture.thumbnail_fps) == (2, 5)
    assert (read.device[0].encode, read.device[0].frames, read.device[0].title) == (
        None,
        Frames.AUTO,
        "capture1",
    )
    assert {kind: read.retention_hours(read.device[0], kind) for kind in Kind} == {
        Kind.CAPTURES: 1,
        Kind.THUMBNAILS: 24,
        Kind.METADATA: 24,
        Kind.SEGMENTS: 24,
        Kind.HEATMAP: 24,
    }
    assert read.agent.name  # the machine's own


@pytest.mark.parametrize(
    ("sections", "words"),
    [
        ({"agent": {"rot": "/x"}}, ["agent.rot", "is no setting", "root"]),
        ({"recording": {"a": 1}}, ["recording", "is no setting", "retention", "supervisor"]),
        ({"device": [{**DEVICE, "lable": "Lobby"}]}, ["device.0.lable", "is no setting", "label"]),
        ({"device": [{**DEVICE, "picture": {"fps": 1}}]}, ["device.0.picture.fps", "capture_fps"]),
        ({"agent": {"root": "footage"}}, ["agent.root", "absolute", '"/var/lib/coldframe"']),
        ({"agent": {"name": "Lab 1"}}, ["agent.name", "small letters", '"lab-1"']),
        ({"agent": {"listen": "8101"}}, ["agent.listen", "an address and a port", '"127.0.0.1:8101"']),
        ({"agent": {"listen": "127.0.0.1:70000"}}, ["agent.listen", "an address and a port"]),
        ({"agent": {"listen": "127.0.0.1:8101\n"}}, ["agent.listen"]),
        ({"agent": {"log_level": "loud"}}, ["agent.log_level", "'debug'", '"info"']),
        ({"agent": {"http_threads": "many"}}, ["agent.http_threads", "integer", "64"]),
        ({"agent": {"x_accel_prefix": "footage/"}}, ["agent.x_accel_prefix", "slash", '"/_footage"']),
        ({"retention": {"segments": 0}}, ["retention.segments", "greater than or equal to 1", "24"]),
        ({"retention": {"segments": 1.5}}, ["retention.segments", "integer"]),
        ({"ring": {"hot_segments": 2}}, ["ring.hot_segments", "3"]),
        ({"ring": {"archive_interval_s": 0}}, ["ring.archive_interval_s", "greater than 0"]),
        ({"ring": {"archive_interval_s": float("nan")}}, ["ring.archive_interval_s"]),
        ({"ring": {"free_floor_percent": 2, "free_reserve_percent": 3}}, ["ring", "free_reserve_percent"]),
        ({"supervisor": {"backoff_min_s": 9, "backoff_max_s": 3}}, ["supervisor", "backoff_min_s"]),
        ({"supervisor": {"stop_timeout_s": 60}}, ["supervisor.stop_timeout_s", "9"]),
        ({"picture": {"capture_fps": 0}}, ["picture.capture_fps", "greater than 0", "2"]),
        ({"gateway": {"url": "gateway.example"}}, ["gateway.url", "https://"]),
        ({"device": []}, ["device", "at least one", "[[device]]", "[gateway] url"]),
        (
            {"device": [{**DEVICE, "preview_source": "file:/x"}]},
            ["device.0.preview_source", "rtsp, rtsps, http"],
        ),
        ({"device": [{**DEVICE, "preview_source": "rtsp://a:70000/"}]}, ["preview_source", "1 to 65535"]),
        ({"device": [{"name": "capture1"}]}, ["device.0.source", "is missing", "rtsp://"]),
        ({"device": [DEVICE, {**DEVICE, "name": "door", "fps": 0}]}, ["device.1.fps (of 'door')"]),
        ({"device": DEVICE}, ["device: ", "[[device]]", "two brackets"]),
        ({"retention": {"segments": True}}, ["retention.segments", "not be true or false", "24"]),
        ({"device": [{**DEVICE, "retention": {"segments": True}}]}, ["retention.segments", "not be true"]),
        ({"agent": {"state_dir": "/footage/capture1/journal"}}, ["agent.state_dir", "inside", "'capture1'"]),
        (
            {"device": [DEVICE, {**DEVICE, "name": "b", "root": "/footage/capture1"}]},
            ["device.1.root (of 'b')", "inside", "'capture1'"],
        ),
        ({"device": [DEVICE, DEVICE]}, ["'capture1' is used twice"]),
        ({"device": [{**DEVICE, "name": "Capture 1"}]}, ["device.0.name", "small letters", '"capture1"']),
        ({"device": [{**DEVICE, "name": "a" * 64}]}, ["device.0.name", "63"]),
        ({"device": [{**DEVICE, "encode": "h264"}]}, ["device.0.encode", "'x264'", '"x264"']),
        ({"device": [{**DEVICE, "frames": "some"}]}, ["device.0.frames", "'keyframes'"]),
        ({"device": [{**DEVICE, "size": "hd"}]}, ["device.0.size", '"1280x720"']),
        ({"device": [{**DEVICE, "fps": 0}]}, ["device.0.fps", "1", "25"]),
        ({"device": [{**DEVICE, "rtsp_transport": "http"}]}, ["device.0.rtsp_transport", "'tcp'"]),
        ({"device": [{**DEVICE, "retention": {"captures": -1}}]}, ["device.0.retention.captures"]),
    ],
)
def test_what_is_wrong_is_refused_with_file_key_and_what_was_expected(
    tmp_path: Path, sections: dict[str, object], words: list[str]
) -> None:
    path = written(tmp_path, **sections)
    said = refusal(path).message
    assert said.startswith(f"{path}: ")
    assert [word for word in words if word not in said] == [], said


@pytest.mark.parametrize(
    "source",
    [
        "v4l2:/dev/video0",
        "rtsp://user:secret@camera/stream",
        "rtsps://camera:322/stream",
        "rtsp://user:p@ss:word@camera:554/stream?at=1@2:x",
        "http://[fe80::1]:8080/mjpeg",
        "http://camera/mjpeg.cgi?channel=1",
        "https://camera/live.m3u8",
        "x11::0.0",
        "file:/clips/lobby.mp4",
        "file:/clips/Büro.mp4",
        "file:/clips/the lobby's.mp4",
        "pattern:testsrc2",
        "auto",
    ],
)
def test_sources_that_are_taken(tmp_path: Path, source: str) -> None:
    read = load_settings(written(tmp_path, device=[{**DEVICE, "source": source}]), {})
    assert read.device[0].source_kind == source.partition(":")[0]


@pytest.mark.parametrize(
    "source",
    [
        "",
        "camera",
        "ftp://camera/x",
        "rtsp:camera/stream",
        "rtsp://",
        "rtsp:///stream",
        "rtsp://camera:99999/stream",
        "rtsp://user:pass@camera:port/stream",
        f"rtsp://user:{SECRET} x@camera/stream",
        f"rtsp://user:{SECRET}'@camera/stream",
        f"rtsp://user:{SECRET}\n@camera/stream",
        f"rtsp://user:{SECRET}\u00a0@camera/stream",
        f"rtsp://user:{SECRET}\u2028@camera/stream",
        "v4l2:video0",
        "file:clips/lobby.mp4",
        "file:/clips/lob\nby.mp4",
        "pattern:",
        "pattern:testsrc2=size=1x1",
        "pattern:testsrc2,movie=/etc/passwd",
        "x11:",
        "x11::0.0;reboot",
    ],
)
def test_sources_that_are_refused_are_not_shown(tmp_path: Path, source: str) -> None:
    said = refusal(written(tmp_path, device=[{**DEVICE, "source": source}])).message
    assert "device.0.source" in said
    assert "rtsp://user:secret@camera/stream" in said  # the example
    assert SECRET not in said


@pytest.mark.parametrize(
    ("listen", "token", "taken"),
    [
        ("127.0.0.1:8101", "", True),
        ("localhost:8101", "", True),
        ("[::1]:8101", "", True),
        ("127.0.0.2:8101", "", True),
        ("0.0.0.0:8101", "", False),
        ("[::]:8101", "", False),
        ("10.0.0.5:8101", "", False),
        ("127.example.org:8101", "", False),
        ("0.0.0.0:8101", "a-long-random-text", True),
        ("127.0.0.1:8101", "short", False),
        ("127.0.0.1:8101", "a long text with spaces", False),
        ("127.0.0.1:8101", "ein-längerer-zufälliger-Text", False),
    ],
)
def test_a_token_is_needed_to_listen_anywhere_but_on_loopback(
    tmp_path: Path, listen: str, token: str, taken: bool
) -> None:
    path = written(tmp_path, agent={"listen": listen, "token": token})
    if taken:
        assert load_settings(path, {}).agent.token.get_secret_value() == token
    else:
        said = refusal(path).message
        assert "token" in said
        assert not token or token not in said


@settings(max_examples=30, derandomize=True)
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="'"), min_size=9))
def test_secrets_are_not_in_messages_nor_in_what_is_shown(
    tmp_path_factory: pytest.TempPathFactory, secret: str
) -> None:
    folder = tmp_path_factory.mktemp("secrets")
    source = f"rtsp://user:{secret}@camera/stream"
    path = written(
        folder,
        agent={"token": secret[:9], "listen": secret},
        device=[{**DEVICE, "source": source, "encode": secret, "size": secret}],
    )
    assert secret not in str(refusal(path))
    read = load_settings(written(folder, device=[{**DEVICE, "source": source}]), {})
    assert secret not in repr(read) + str(read.model_dump()) + read.model_dump_json()


# -- files and the environment -----------------------------------------------------------------------


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    refused = refusal(tmp_path / "host.toml")
    assert "there is no such file" in refused.message
    assert "--config" in refused.remedy and "COLDFRAME_HOST_CONFIG" in refused.remedy


def test_a_file_without_the_needed_section_says_which_key_it_needs(tmp_path: Path) -> None:
    path = tmp_path / "host.toml"
    path.write_text("")
    said = refusal(path).message
    assert f'{path}: agent: is missing. Example: [agent] root = "/var/lib/coldframe"' in said


def test_a_finding_about_the_whole_file_names_its_key_once(tmp_path: Path) -> None:
    path = written(tmp_path, device=[DEVICE, DEVICE])
    assert refusal(path).message.startswith(f"{path}: device: the name 'capture1' is used twice")


def test_a_file_in_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "host.toml"
    path.write_bytes('[agent]\nroot = "/büro"\n'.encode("latin-1"))
    assert "line 2" in refusal(path).message
    assert "UTF-8" in str(refusal(path))


@pytest.mark.parametrize("content", [b"[agent\n", b"root = /footage\n"])
def test_what_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "host.toml"
    path.write_bytes(content)
    assert "is not TOML" in refusal(path).message


def test_a_folder_is_no_settings_file(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path).message


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, agent={"listen": "127.0.0.1:1"})
    environment = {
        "COLDFRAME_HOST__AGENT__LISTEN": "127.0.0.1:2",
        "COLDFRAME_HOST__RING__ARCHIVE_INTERVAL_S": "0.5",
        "COLDFRAME_HOST__PICTURE__ENABLE_DETECTION": "false",
        "COLDFRAME_HOST__CAPTIONS__ALLOWED_NETWORKS": "10.0.0.0/8, 127.0.0.0/8",
        "COLDFRAME_HOST_CONFIG": str(path),
        "HOME": "/home",
    }
    read = load_settings(path, environment)
    assert read.agent.listen_port == 2
    assert (read.ring.archive_interval_s, read.picture.enable_detection) == (0.5, False)
    assert read.captions.allowed_networks == ("10.0.0.0/8", "127.0.0.0/8")


def test_an_empty_variable_is_an_empty_list(tmp_path: Path) -> None:
    path = written(tmp_path, captions={"allowed_networks": ["10.0.0.0/8"]})
    read = load_settings(path, {"COLDFRAME_HOST__CAPTIONS__ALLOWED_NETWORKS": " "})
    assert read.captions.allowed_networks == ()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("COLDFRAME_HOST__AGENT", "x", ["names no setting", "SECTION__KEY"]),
        ("COLDFRAME_HOST__AGENT__ROOT__X", "x", ["names no setting"]),
        ("COLDFRAME_HOST__AGENT__ROT", "x", ["is no setting"]),
        ("COLDFRAME_HOST__DEVICE__NAME", "x", ["names no setting"]),
        ("COLDFRAME_HOST__RING__HOT_SEGMENTS", "many", ["integer", "10"]),
        ("COLDFRAME_HOST__AGENT__TOKEN", "short", ["16"]),
        ("COLDFRAME_HOST__CAPTIONS__ALLOWED_NETWORKS", "10.0.0.0/8;::1/128", ["is no network such as"]),
    ],
)
def test_a_variable_that_is_wrong_is_named(tmp_path: Path, name: str, value: str, words: list[str]) -> None:
    refused = refusal(written(tmp_path), {name: value})
    assert name in refused.message
    assert [word for word in words if word not in str(refused)] == [], str(refused)


# -- devices' own ------------------------------------------------------------------------------------


def test_a_device_overrides_single_hours_of_the_retention(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        retention={"captures": 2, "segments": 48},
        device=[{**DEVICE, "retention": {"captures": 4}}],
    )
    read = load_settings(path, {})
    assert read.retention_hours(read.device[0], Kind.CAPTURES) == 4
    assert read.retention_hours(read.device[0], Kind.SEGMENTS) == 48
    assert read.retention_hours(read.device[0], Kind.THUMBNAILS) == 24


def test_a_device_overrides_single_settings_of_its_pictures(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        picture={"thumbnail_fps": 1, "enable_detection": False},
        device=[{**DEVICE, "picture": {"capture_fps": 0.5}}, {**DEVICE, "name": "capture2"}],
    )
    read = load_settings(path, {})
    first, second = (read.picture_of(device) for device in read.device)
    assert (first.capture_fps, first.thumbnail_fps, first.enable_detection) == (0.5, 1, False)
    assert (second.capture_fps, second.thumbnail_fps, second.enable_detection) == (2, 1, False)


def test_a_device_without_a_camera_keeps_its_name_and_its_own_settings(tmp_path: Path) -> None:
    path = written(tmp_path, device=[{**DEVICE, "source": "auto", "picture": {"capture_fps": 0.5}}])
    read = load_settings(path, {})
    found = expand_auto(read, [], lambda *_asked: {})
    assert (found.device[0].name, found.device[0].source_kind) == ("capture1", "auto")


def test_a_device_may_have_a_root_of_its_own(tmp_path: Path) -> None:
    path = written(tmp_path, device=[{**DEVICE, "root": "/disk2"}, {**DEVICE, "name": "capture2"}])
    read = load_settings(path, {})
    assert [str(read.root_of(device)) for device in read.device] == ["/disk2", "/footage"]
    assert read.named("capture2") == read.device[1]
    assert read.named("capture3") is None


def test_settings_are_values() -> None:
    device = DeviceSettings.model_validate(DEVICE)
    again = DeviceSettings.model_validate(DEVICE)
    assert device == again
    assert device != device.model_copy(update={"encode": Encode.X264})
    with pytest.raises(ValueError, match="frozen"):
        device.name = "other"  # type: ignore[misc]


def test_a_host_with_a_gateway_may_wait_for_cameras_without_a_device_of_its_own(tmp_path: Path) -> None:
    settings = HostSettings.model_validate(
        {"agent": {"root": str(tmp_path)}, "gateway": {"url": "https://gateway.example"}, "device": []}
    )
    assert settings.device == ()
