"""Set-up on a real environment of its own: what is up to date is left alone, what fails says why."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.neo4j_program import VERSION, jars_path
from deploy.local.quiet_commands import SetUpError
from deploy.local.s3_program import MODULE, program_path
from deploy.local.set_up import SetUp
from deploy.local.system_packages import DEMO, TEST

ROOT = Path(__file__).resolve().parents[2]
# Like Vite's: what was there before is gone with the next build.
BUILD = "rm -rf dist && mkdir dist && cp src/page.txt dist/index.html"
BUILDS = "set-up: building the pages (frontend/dist)\n"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout whose requirements ask for nothing and whose pages are one text, set up once."""
    checkout = tmp_path_factory.mktemp("checkout")
    ui = checkout / "frontend"
    (ui / "src").mkdir(parents=True)
    # Of one package, which is on this machine: no registry is needed.
    (ui / "part").mkdir()
    (ui / "part" / "package.json").write_text(json.dumps({"name": "part", "version": "1.0.0"}))
    package = {"name": "ui", "version": "1.0.0", "dependencies": {"part": "file:part"}}
    (ui / "package.json").write_text(json.dumps({**package, "scripts": {"build": BUILD}}))
    packages = {
        "": package,
        "part": {"version": "1.0.0"},
        "node_modules/part": {"resolved": "part", "link": True},
    }
    lock = {"name": "ui", "version": "1.0.0", "lockfileVersion": 3, "requires": True, "packages": packages}
    (ui / "package-lock.json").write_text(json.dumps(lock))
    (ui / "src" / "page.txt").write_text("the pages")
    (checkout / "requirements").mkdir()
    for name in ("host_agent", "gateway", "docs_ui", "dev", "clips"):
        (checkout / "requirements" / f"{name}.txt").write_text(f"# {name}: nothing\n")
    # Nothing is fetched of which the tests have one anyhow.
    jars_path(checkout / ".coldframe").mkdir(parents=True)
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


def test_a_node_package_that_does_not_work_is_said_and_leaves_no_broken_program(
    environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outdated = tmp_path / "node"
    outdated.write_text("#!/bin/sh\necho v10.0.0\n")
    outdated.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    (environment / "requirements" / "node.txt").write_text("# node: nothing\n")
    with pytest.raises(SetUpError, match=r"Install Node\.js 20\.19 or newer"):
        set_up(environment)
    assert not (environment / ".venv" / "bin" / "node").is_symlink()


def test_a_go_package_that_does_not_work_is_said_where_the_path_has_none_that_is_new_enough(
    environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outdated = tmp_path / "go"
    outdated.write_text("#!/bin/sh\necho go version go1.19.8 linux/amd64\n")
    outdated.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    (environment / "requirements" / "go.txt").write_text("# go: nothing\n")
    with pytest.raises(SetUpError, match=r"Install Go 1\.25 or newer"):
        SetUp(environment, environment / ".coldframe", TEST).provide_s3_server()
    assert not program_path(environment / ".coldframe").exists()


def test_the_s3_server_is_built_once(
    environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    builds = tmp_path / "go"
    builds.write_text(
        '#!/bin/sh\n[ "$1" = version ] && { echo go version go1.25.0 linux/amd64; exit; }\n'
        'mkdir -p "$GOBIN" && echo "$*" > "$GOBIN/versitygw"\n'
    )
    builds.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    set_up = SetUp(environment, environment / ".coldframe", TEST)
    capsys.readouterr()
    set_up.provide_s3_server()
    assert capsys.readouterr().out == "set-up: building the S3 server versitygw-1.8.0 for the tests\n"
    program = program_path(environment / ".coldframe")
    assert program.read_text().split()[-1] == MODULE
    assert [path.name for path in program.parent.parent.iterdir()] == [program.parent.name]
    set_up.provide_s3_server()
    assert capsys.readouterr().out == ""


@pytest.fixture
def without_neo4j(environment: Path) -> Iterator[Path]:
    """The environment as it is before the graph's server is fetched."""
    jars = jars_path(environment / ".coldframe")
    shutil.rmtree(jars)
    yield jars
    jars.mkdir(exist_ok=True)


def a_maven_that(says: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    maven = folder / "mvn"
    maven.write_text(f"#!/bin/sh\n{says}\n")
    maven.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)


def test_the_graphs_server_is_fetched_once(
    without_neo4j: Path,
    environment: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asks_for_it = f'grep -q "<version>{VERSION}</version>" "$5" && mkdir "${{8#-DoutputDirectory=}}"'
    a_maven_that(asks_for_it, tmp_path, monkeypatch)
    capsys.readouterr()
    set_up(environment)
    said = f"set-up: fetching neo4j-{VERSION}, which keeps the events of captions, from Maven Central\n"
    assert capsys.readouterr().out == said
    assert [path.name for path in without_neo4j.parent.iterdir()] == [without_neo4j.name]
    set_up(environment)
    assert capsys.readouterr().out == ""


def test_a_graphs_server_that_cannot_be_fetched_holds_up_the_tests_and_not_the_demo(
    without_neo4j: Path,
    environment: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    a_maven_that("echo no such host; exit 1", tmp_path, monkeypatch)
    capsys.readouterr()
    set_up(environment)
    told = capsys.readouterr().out.splitlines()
    assert [line.partition(": ")[2][:38] for line in told[1:]] == ["the demo goes on without captions. Thi"]
    assert told[1].endswith("Is Maven Central, or the mirror of ~/.m2, reachable?")
    with pytest.raises(SetUpError, match="no such host"):
        SetUp(environment, environment / ".coldframe", TEST).provide_neo4j()
    assert not without_neo4j.exists()


def test_a_graph_that_is_given_is_not_fetched(
    without_neo4j: Path,
    environment: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("NEO4J_URI", "bolt://graph.example:7687")
    capsys.readouterr()
    set_up(environment)
    assert capsys.readouterr().out == ""
    assert not without_neo4j.exists()


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


def test_the_pages_are_built_and_again_only_when_a_source_of_them_has_changed(
    environment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ui = environment / "frontend"
    set_up(environment)
    assert (ui / "dist" / "index.html").read_text() == "the pages"
    capsys.readouterr()
    # What npm made is no source.
    (ui / "node_modules" / "cache").write_text("of the last build")
    (ui / "dist" / "more.js").write_text("made")
    set_up(environment)
    assert capsys.readouterr().out == ""
    (ui / "src" / "page.txt").write_text("other pages")
    set_up(environment)
    assert capsys.readouterr().out == BUILDS
    assert (ui / "dist" / "index.html").read_text() == "other pages"


@pytest.mark.parametrize("change", ["another file", "another name", "no build"])
def test_pages_are_built_again(environment: Path, capsys: pytest.CaptureFixture[str], change: str) -> None:
    ui = environment / "frontend"
    (ui / "src" / "a.txt").write_text("a")
    set_up(environment)
    capsys.readouterr()
    if change == "another file":
        (ui / "public").mkdir()
        (ui / "public" / "icon.svg").write_text("<svg/>")
    elif change == "another name":
        (ui / "src" / "a.txt").rename(ui / "src" / "b.txt")
    else:
        shutil.rmtree(ui / "dist")
    set_up(environment)
    assert capsys.readouterr().out == BUILDS
    set_up(environment)
    assert capsys.readouterr().out == ""


def test_a_build_that_fails_says_why_and_is_tried_again(
    environment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = environment / "frontend" / "src" / "page.txt"
    page.rename(page.with_suffix(".away"))
    with pytest.raises(SetUpError, match=r"page\.txt.*(?s:.)*This failed: npm .*run build"):
        set_up(environment)
    capsys.readouterr()
    page.with_suffix(".away").rename(page)
    set_up(environment)
    assert capsys.readouterr().out == BUILDS


def test_changed_npm_packages_are_installed_again_before_the_pages_are_built(
    environment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(environment)
    capsys.readouterr()
    lock = environment / "frontend" / "package-lock.json"
    lock.write_text(lock.read_text() + "\n")
    set_up(environment)
    said = capsys.readouterr().out
    assert said == "set-up: installing npm packages of frontend/package-lock.json\n" + BUILDS
    set_up(environment)
    assert capsys.readouterr().out == ""


def test_ci_runs_make_test_and_nothing_else() -> None:
    commands = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if not line.startswith("#")]
    assert commands == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "exec make test"]
