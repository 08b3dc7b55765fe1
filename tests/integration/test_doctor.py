"""The doctor on this machine: real ffmpeg, real disks, real ports."""

import os
import socket
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from host_agent.bootstrap.parts import JOURNAL_NAME
from host_agent.doctor.doctor import examine, run_doctor
from host_agent.doctor.probes import look_at_folder
from host_agent.fleet.credential import Credentials, Enrolled
from host_agent.fleet.credential_file import CredentialFile
from host_agent.journal.journal import Journal
from host_agent.retention.root_identity import RootIdentity
from host_agent.ring.layout import ROOT_IDENTITY_NAME, DeviceFolders, Kind
from host_agent.settings import load_settings
from shared.clock import SystemClock
from shared.finding import Finding, Verdict
from shared.findings_report import print_findings
from shared.toml_text import toml_string
from tests.support.agent_under_test import PROJECT, AgentUnderTest
from tests.support.any_disk import FLOOR_PERCENT, RESERVE_PERCENT
from tests.support.http_camera import HttpCamera, Page


def write_settings(folder: Path, *, source: str = "pattern:testsrc2", more: str = "", port: int = 0) -> Path:
    path = folder / "host.toml"
    path.write_text(
        f"""
        [agent]
        name = "lab-1"
        root = {toml_string(str(folder / "footage"))}
        state_dir = {toml_string(str(folder / "state"))}
        listen = "127.0.0.1:{port}"
        {more}
        [ring]
        free_floor_percent = {FLOOR_PERCENT}
        free_reserve_percent = {RESERVE_PERCENT}
        [[device]]
        name = "door"
        source = {toml_string(source)}
        """
    )
    return path


def named(findings: list[Finding], subject: str) -> list[Finding]:
    return [finding for finding in findings if finding.subject == subject]


def problems(findings: list[Finding]) -> list[str]:
    return [finding.subject for finding in findings if finding.verdict is Verdict.PROBLEM]


def test_a_machine_in_order_has_no_problem_and_is_left_as_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "footage").mkdir()
    settings = write_settings(tmp_path)
    assert run_doctor(settings) == 0
    printed = capsys.readouterr().out
    assert "problems: 0" in printed.splitlines()[-1]
    assert [line.split()[1] for line in printed.splitlines() if line.startswith(("ok", "warning"))] == [
        *("configuration", "ffmpeg", "encoder", "setpriv", "storage", "state", "clock", "port", "camera"),
    ]
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["footage", "host.toml"]


def test_settings_that_cannot_be_read_are_a_problem_and_the_rest_is_still_looked_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = write_settings(tmp_path, more="recordings = true")
    assert run_doctor(settings) == 1
    printed = capsys.readouterr().out
    assert "agent.recordings: is no setting" in printed
    assert "libx264 is there" in printed


def test_without_ffmpeg_and_setpriv_both_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert {"ffmpeg", "setpriv"} <= set(problems(examine(write_settings(tmp_path))))


def test_an_encoder_that_this_machine_lacks_fails_its_trial(tmp_path: Path) -> None:
    if Path("/dev/dri/renderD128").exists():
        pytest.skip("this machine may have the encoder")
    settings = write_settings(tmp_path)
    settings.write_text(settings.read_text() + 'encode = "vaapi"\n')
    found = [finding for finding in named(examine(settings), "encoder") if "vaapi" in finding.sentence]
    assert [finding.verdict for finding in found] == [Verdict.PROBLEM]


def _hang_up_on_one(server: socket.socket) -> None:
    server.accept()[0].close()


def test_a_port_that_another_program_has_is_a_problem(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        settings = write_settings(tmp_path, port=other.getsockname()[1])
        other.settimeout(10)
        answering = threading.Thread(target=_hang_up_on_one, args=(other,))
        answering.start()
        assert problems(examine(settings)) == ["port"]
        answering.join()


def test_a_file_where_the_footage_should_go_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "footage").write_text("no folder")
    found = named(examine(write_settings(tmp_path)), "storage")
    assert [finding.verdict for finding in found] == [Verdict.PROBLEM]


def test_this_disk_can_rename_as_the_ring_needs_it(tmp_path: Path) -> None:
    facts = look_at_folder(tmp_path / "not" / "there" / "yet")
    assert facts.exists_as == tmp_path
    assert (facts.write_error, facts.rename_error, facts.noreplace_error) == ("", "", "")
    assert list(tmp_path.iterdir()) == []


def test_cameras_in_the_network_are_tried_and_no_password_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip = tmp_path / "clip.ts"
    made = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=10:duration=1", "-c:v", "libx264"]
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *made, str(clip)], check=True)
    with HttpCamera({"/live.ts": Page(body=clip.read_bytes())}) as camera:
        live = camera.url("/live.ts", login="cam:s3cret@")
        settings = write_settings(tmp_path, source=live)
        others = {"yard": camera.url("/other.ts", login="cam:s3cret@"), "attic": "rtsp://127.0.0.1:1/live"}
        with settings.open("a") as file:
            file.write(f"preview_source = {toml_string(live)}\n")
            for name, source in others.items():
                file.write(f"[[device]]\nname = {toml_string(name)}\nsource = {toml_string(source)}\n")
        findings = examine(settings)
    print_findings(findings)
    assert "s3cret" not in capsys.readouterr().out
    assert [finding.sentence for finding in named(findings, "door")] == [
        f"{key} answers: h264, 320x180, 10 fps." for key in ("source", "preview_source")
    ]
    assert problems(findings) == ["yard", "attic"]
    assert "no stream under this path (404)" in named(findings, "yard")[0].sentence
    assert "connection refused" in named(findings, "attic")[0].sentence
    assert all(named(findings, name)[0].remedy for name in others)


def test_a_source_that_is_not_there_is_a_problem_of_its_device(tmp_path: Path) -> None:
    assert problems(examine(write_settings(tmp_path, source=f"file:{tmp_path}/missing.mp4"))) == ["door"]
    (tmp_path / "missing.mp4").write_bytes(b"here now")
    assert problems(examine(write_settings(tmp_path, source=f"file:{tmp_path}/missing.mp4"))) == []


def test_footage_from_the_future_makes_the_clock_a_problem(tmp_path: Path) -> None:
    hot = DeviceFolders(tmp_path / "footage", "door").hot(Kind.SEGMENTS)
    hot.mkdir(parents=True)
    segment = hot / "segment_000000001.ts"
    segment.write_bytes(b"x")
    tomorrow = time.time() + 86_400
    os.utime(segment, (tomorrow, tomorrow))
    assert problems(examine(write_settings(tmp_path))) == ["clock"]


def test_a_footage_disk_that_is_not_mounted_is_a_problem(tmp_path: Path) -> None:
    root = tmp_path / "footage"
    root.mkdir()
    with closing(Journal(tmp_path / "state" / JOURNAL_NAME, SystemClock())) as journal:
        assert RootIdentity(journal, lambda: "disk-1").claim(root) is None
    assert problems(examine(write_settings(tmp_path))) == []
    (root / ROOT_IDENTITY_NAME).unlink()
    [finding] = [found for found in named(examine(write_settings(tmp_path)), "storage") if found.remedy]
    assert finding.verdict is Verdict.PROBLEM
    assert "not mounted" in finding.sentence


class _Gateway(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name there)
        """Say nothing."""


@pytest.fixture
def gateway_url() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Gateway)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_gateway_is_reached_or_warned_of(tmp_path: Path, gateway_url: str) -> None:
    def verdicts(url: str) -> list[Verdict]:
        settings = write_settings(tmp_path, more=f'[gateway]\nurl = "{url}"\nenrolment_token = "enrol-lab-1"')
        return [finding.verdict for finding in named(examine(settings), "gateway")]

    assert verdicts(gateway_url) == [Verdict.OK, Verdict.OK]
    assert verdicts("http://127.0.0.1:1") == [Verdict.WARNING, Verdict.OK]


def test_a_credential_is_looked_at_and_left_as_it_is(tmp_path: Path, gateway_url: str) -> None:
    settings = write_settings(tmp_path, more=f'[gateway]\nurl = "{gateway_url}"')
    file = CredentialFile(load_settings(settings).agent.state_dir)

    def said() -> list[tuple[Verdict, str]]:
        return [(found.verdict, found.sentence) for found in named(examine(settings), "gateway")[1:]]

    assert said() == [(Verdict.WARNING, f"this host is not enrolled with {gateway_url}.")]
    enrolled = Enrolled(gateway_url, "sha", "credential", "secret", "host-1", f"{gateway_url}/beat", 10.0)
    file.save(Credentials(enrolled))
    assert said() == [(Verdict.OK, "this host is enrolled.")]
    file.path.chmod(0o640)
    assert [verdict for verdict, _sentence in said()] == [Verdict.WARNING, Verdict.OK]
    assert file.path.stat().st_mode & 0o777 == 0o640


def run_command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "host_agent", *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_beside_a_running_agent_its_port_is_in_order(tmp_path: Path) -> None:
    with AgentUnderTest(
        tmp_path, [{"name": "door", "source": "pattern:testsrc2", "size": "320x180"}]
    ) as agent:
        agent.wait_live()
        looked = run_command("doctor", "--config", str(agent.config))
        assert looked.returncode == 0, looked.stdout + looked.stderr
        assert "an agent is running there" in looked.stdout
        agent.wait_live()


def test_the_command_ends_with_1_and_a_remedy_where_there_is_a_problem(tmp_path: Path) -> None:
    looked = run_command("doctor", "--config", str(tmp_path / "missing.toml"))
    assert looked.returncode == 1
    assert "there is no such file" in looked.stdout
    assert "→" in looked.stdout


def test_devices_of_an_old_file_are_printed_or_its_mistake_is(tmp_path: Path) -> None:
    old = tmp_path / "active_captures.conf"
    old.write_text("# comment\n\n/var/www/html/stream/capture1\n/var/www/html/stream/capture2\n")
    printed = run_command("doctor", "--import-captures", str(old))
    assert printed.returncode == 0
    assert [device["name"] for device in tomllib.loads(printed.stdout)["device"]] == ["capture1", "capture2"]
    old.write_text("capture1\n")
    refused = run_command("doctor", "--import-captures", str(old))
    assert refused.returncode == 2
    assert "line 1" in refused.stderr


def test_settings_in_force_are_printed_without_secrets(tmp_path: Path) -> None:
    settings = write_settings(
        tmp_path, source="rtsp://cam:s3cret@camera/1", more='token = "0123456789abcdef"'
    )
    printed = run_command("settings", "--config", str(settings))
    assert printed.returncode == 0
    assert "s3cret" not in printed.stdout
    assert "0123456789abcdef" not in printed.stdout
    assert tomllib.loads(printed.stdout)["device"][0]["source"] == "rtsp://***@camera/1"
