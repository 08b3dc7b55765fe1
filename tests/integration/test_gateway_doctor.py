"""What the gateway's doctor says of a machine's ffmpeg."""

import shutil
from pathlib import Path

import pytest

from gateway.doctor.doctor import examine
from gateway.doctor.ffmpeg_check import examine_ffmpeg
from shared.finding import Verdict


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All programs that there are: setpriv alone."""
    setpriv = shutil.which("setpriv")
    assert setpriv is not None
    (tmp_path / "setpriv").symlink_to(setpriv)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def write_ffmpeg(programs: Path, does: str) -> None:
    program = programs / "ffmpeg"
    program.write_text(f"#!/bin/sh\n{does}\n")
    program.chmod(0o755)


def test_this_machines_ffmpeg_is_found_and_the_doctor_asks_for_it(tmp_path: Path) -> None:
    assert examine_ffmpeg().verdict is Verdict.OK
    config = tmp_path / "gateway.toml"
    config.write_text(
        f'[storage]\ndir = "{tmp_path / "objects"}"\n'
        '[database]\nurl = "postgresql://nobody@127.0.0.1:1/nothing"\n[redis]\nurl = "redis://127.0.0.1:1/0"\n'
    )
    found = {finding.subject: finding.verdict for finding in examine(config)}
    assert (found["ffmpeg"], found["storage"]) == (Verdict.OK, Verdict.OK)


def test_without_ffmpeg_no_camera_can_be_checked(programs: Path) -> None:
    found = examine_ffmpeg()
    assert (found.verdict, found.remedy) == (Verdict.PROBLEM, "Install it: apt-get install ffmpeg.")


def test_without_setpriv_no_ffmpeg_is_started(programs: Path) -> None:
    write_ffmpeg(programs, "echo ffmpeg version 5.1.6")
    (programs / "setpriv").unlink()
    found = examine_ffmpeg()
    assert found.verdict is Verdict.PROBLEM and "util-linux" in found.remedy


@pytest.mark.parametrize(
    ("does", "verdict", "said"),
    [
        ("echo ffmpeg version 5.1.6-0+deb12u1 Copyright", Verdict.OK, "5.1.6"),
        ("echo ffmpeg version 4.4.2 Copyright", Verdict.PROBLEM, "too old"),
        ("echo ffmpeg version N-118000-g1234abcd", Verdict.WARNING, "no release that is known"),
        (
            "echo error while loading shared libraries: libavdevice.so.59 >&2; exit 127",
            Verdict.PROBLEM,
            "libav",
        ),
        ("exit 1", Verdict.PROBLEM, "it ended with 1"),
    ],
)
def test_an_ffmpeg_is_run_and_asked_for_its_release(
    programs: Path, does: str, verdict: Verdict, said: str
) -> None:
    write_ffmpeg(programs, does)
    found = examine_ffmpeg()
    assert found.verdict is verdict and said in found.sentence
    assert bool(found.remedy) is (verdict is not Verdict.OK)
