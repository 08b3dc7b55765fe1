"""What the doctor wants of ffmpeg for the configured devices, and how it prints."""

from pydantic import SecretStr

from host_agent.doctor.doctor import wanted_encodings
from host_agent.settings import DeviceSettings, Encode
from shared.finding import ok, problem, warning
from shared.findings_report import render


def device(name: str, source: str, encode: Encode | None = None) -> DeviceSettings:
    return DeviceSettings(name=name, source=SecretStr(source), encode=encode)


def test_raw_sources_want_x264_and_compressed_ones_a_copy_unless_set() -> None:
    devices = [
        device("usb", "v4l2:/dev/video0"),
        device("screen", "x11::0.0"),
        device("door", "rtsp://door/1"),
        device("gpu", "rtsp://gpu/1", Encode.VAAPI),
    ]
    assert wanted_encodings(devices) == {"x264": ["usb", "screen"], "copy": ["door"], "vaapi": ["gpu"]}


def test_each_finding_is_a_line_with_its_remedy_below_and_the_last_line_counts() -> None:
    lines = render(
        [ok("ffmpeg", "Fine."), warning("clock", "Late.", "Set it."), problem("port", "Taken.", "Free it.")]
    ).splitlines()
    assert [line.split() for line in lines[-5:-1]] == [
        ["\x1b[33mwarning", "\x1b[0m", "clock", "Late."],
        ["→", "Set", "it."],
        ["\x1b[31mproblem", "\x1b[0m", "port", "Taken."],
        ["→", "Free", "it."],
    ]
    assert lines[-1] == "problems: 1, warnings: 1"


def test_no_password_is_printed() -> None:
    assert "s3cret" not in render([problem("door", "rtsp://cam:s3cret@door/1 is gone.", "Look.")])
