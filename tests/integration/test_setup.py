"""Set-up on a real environment of its own: what is up to date is left alone, what fails says why."""

import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.local.set_up import SetUp, SetUpError
from deploy.local.system_packages import DEMO

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout whose requirements ask for nothing, set up once."""
    checkout = tmp_path_factory.mktemp("checkout")
    (checkout / "requirements").mkdir()
    for name in ("host_agent", "gateway", "docs_ui", "dev", "clips"):
        (checkout / "requirements" / f"{name}.txt").write_text(f"# {name}: nothing\n")
    set_up(checkout)
    return checkout


def set_up(checkout: Path) -> None:
    SetUp(checkout, checkout / ".coldframe", DEMO).run()


def test_a_first_run_makes_an_environment_and_a_second_does_nothing(
    environment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    set_up(environment)
    assert capsys.readouterr().out == ""
    version = subprocess.run([environment / ".venv" / "bin" / "python", "-c", "import pip"], check=False)
    assert version.returncode == 0


def test_changed_requirements_are_installed_again(
    environment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (environment / "requirements" / "host_agent.txt").write_text("# host_agent: still nothing\n")
    set_up(environment)
    assert capsys.readouterr().out == "set-up: installing Python packages of requirements/host_agent.txt\n"
    set_up(environment)
    assert capsys.readouterr().out == ""


def test_what_was_mixed_with_other_versions_since_is_installed_again(
    environment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(environment)
    files = {name: environment / "requirements" / f"{name}.txt" for name in ("host_agent", "gateway")}
    before = {name: path.read_text() for name, path in files.items()}
    for path in files.values():
        path.write_text("# another commit's: nothing\n")
    (environment / ".venv" / ".installed-dev").write_text("a set that this purpose does not install")
    set_up(environment)
    assert not (environment / ".venv" / ".installed-dev").exists()
    for name, path in files.items():
        path.write_text(before[name])
    capsys.readouterr()
    set_up(environment)
    assert capsys.readouterr().out.splitlines() == [
        f"set-up: installing Python packages of requirements/{name}.txt" for name in files
    ]


def test_a_package_that_does_not_match_its_hash_is_refused_and_asked_for_again(environment: Path) -> None:
    wheel = environment / "somebody-1.0-py3-none-any.whl"
    wheel.write_bytes(b"not what was promised")
    requirements = environment / "requirements" / "clips.txt"
    before = requirements.read_text()
    requirements.write_text(f"somebody @ {wheel.as_uri()} --hash=sha256:{'0' * 64}\n")
    try:
        for _attempt in range(2):
            with pytest.raises(SetUpError, match="This failed"):
                set_up(environment)
    finally:
        requirements.write_text(before)


def test_an_environment_that_broke_is_made_anew(
    environment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(environment / ".venv" / "lib")
    set_up(environment)
    assert "making the Python environment" in capsys.readouterr().out


def test_ci_runs_make_test_and_nothing_else() -> None:
    commands = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if not line.startswith("#")]
    assert commands == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "exec make test"]
