"""What the documents say is there: settings, commands, make targets, files, addresses."""

import re
import subprocess
from pathlib import Path

import click
import pytest

from deploy.reference import renewed
from gateway.__main__ import main as gateway
from host_agent.__main__ import main as host_agent

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = {"host_agent": host_agent, "gateway": gateway}
DOCUMENTS = (
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "deploy/README.md",
    "deploy/OPERATING.md",
)


def text_of(name: str) -> str:
    return (ROOT / name).read_text()


def commands_of(program: str, text: str) -> set[tuple[str, str]]:
    """(command, options) of every `python -m program …`; `a` · `b` after one names more commands."""
    found = {
        (match[1], match[2] or "")
        for match in re.finditer(rf"python -m {program} ([a-z-]+)((?: [^`\n·|#]*)?)", text)
    }
    for line in re.findall(rf"python -m {program} [a-z-]+[^`\n]*`((?: · `[^`\n]+`)+)", text):
        for more in re.findall(r"`([^`]+)`", line):
            name, _, rest = more.partition(" ")
            found.add((name, f" {rest}" if rest else ""))
    return found


def make_targets(text: str) -> set[str]:
    return set(re.findall(r"(?:^|`)make (?:[A-Z_]+=\S+ )*([a-z][a-z0-9-]*)", text, re.MULTILINE))


def test_the_reference_of_settings_is_what_is_declared() -> None:
    document = text_of("deploy/README.md")
    assert document == renewed(document), "run `make reference`"


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_command_that_is_named_exists_with_its_options(program: str, name: str) -> None:
    for command_name, rest in commands_of(program, text_of(name)):
        command: click.Command | None = PROGRAMS[program].commands.get(command_name)
        assert command is not None, command_name
        if isinstance(command, click.Group):
            subcommand = rest.split()[0] if rest.split() else ""
            assert subcommand in command.commands, (command_name, rest)
            command = command.commands[subcommand]
        options = {option for parameter in command.params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= options, (command_name, rest)


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_command_is_named_in_the_readme(program: str) -> None:
    named = {name for name, _rest in commands_of(program, text_of("README.md"))}
    assert named == set(PROGRAMS[program].commands)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_make_target_that_is_named_exists(name: str) -> None:
    for target in make_targets(text_of(name)):
        asked = subprocess.run(
            ["make", "--dry-run", "--silent", target], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert asked.returncode == 0, asked.stderr


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_to_a_file_leads_somewhere(name: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", text_of(name))
    assert [link for link in links if not ((ROOT / name).parent / link).exists()] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_path_of_the_project_that_is_named_exists(name: str) -> None:
    paths = re.findall(
        r"`((?:host_agent|gateway|shared|tests|deploy|requirements)/[\w./*-]+)`", text_of(name)
    )
    assert [path for path in paths if not list(ROOT.glob(path))] == []


def test_commands_and_targets_are_found_in_a_text() -> None:
    text = (
        "`python -m host_agent capture` · `frames`\n`python -m host_agent run --config x`\n"
        "`python -m gateway db upgrade` · `db current`\nmake A=1 test\n"
    )
    assert commands_of("host_agent", text) == {("capture", ""), ("frames", ""), ("run", " --config x")}
    assert commands_of("gateway", text) == {("db", " upgrade"), ("db", " current")}
    assert make_targets(text) == {"test"}
