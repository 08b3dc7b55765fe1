"""Commands: run · capture · frames · archive · serve · captions · doctor · settings · confirm-clock.

A command imports what it needs when it is called: four processes start side by side, and what three of
them do not need would delay the recording.
"""

import getpass
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import click
import structlog

from host_agent.child_process import lock_role, run_child
from host_agent.restart_needs import started_with
from host_agent.run_all import CAPTIONS, PROCESSES, ProcessGroup
from host_agent.settings import CONFIG_VARIABLE, AgentSettings, load_settings
from shared.errors import ColdframeError, SettingsError
from shared.ffmpeg.masking import mask_secrets
from shared.log import configure_logging

config_option = click.option(
    "--config",
    envvar=CONFIG_VARIABLE,
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"The agent's host.toml (or {CONFIG_VARIABLE}).",
)


config_option_or_none = click.option(
    "--config",
    envvar=CONFIG_VARIABLE,
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"The agent's host.toml (or {CONFIG_VARIABLE}).",
)


@click.group(help=__doc__)
def main() -> None:
    """Nothing of its own: each command says what it needs."""


@main.command(help="Record, archive and serve: starts the processes and keeps them running.")
@config_option
def run(config: Path) -> None:
    settings = load_settings(config)
    configure_logging(process="run", level=settings.agent.log_level, mask=mask_secrets)
    # A killed agent's own process is gone at once: who holds this now is another agent.
    lock_role(settings.agent.state_dir, "run", wait_s=1.0)
    path, log = config.resolve(), structlog.get_logger()
    ProcessGroup(lambda: _wanted_processes(path, settings.agent), path, log).run()


def _wanted_processes(path: Path, at_start: AgentSettings) -> dict[str, tuple[object, ...]] | None:
    """What `run` starts, and with what; None where the settings cannot be read now, or are for the next
    start of them all: each process says so itself."""
    try:
        settings = load_settings(path)
    except SettingsError:
        return None
    if settings.agent.state_dir != at_start.state_dir:
        return None  # none of them may go there alone
    names = (*PROCESSES, CAPTIONS) if settings.makes_captions else PROCESSES
    return {name: started_with(name, settings.agent) for name in names}


@main.command(name="serve", help="The HTTP API.")
@config_option
def serve_command(config: Path) -> None:
    from host_agent.bootstrap.serve import served_app
    from shared.http.errors import FlatForm
    from shared.http.server import Server, serve

    path = config.resolve()
    settings = load_settings(path)
    configure_logging(process="serve", level=settings.agent.log_level, mask=mask_secrets)
    lock_role(settings.agent.state_dir, "serve")
    # One worker: the work is done by the kernel, SQLite and ffmpeg; threads are enough.
    serve(
        lambda: served_app(path, settings.agent),
        Server(settings.agent.listen, settings.agent.http_threads, FlatForm()),
    )


@main.command(help="Check settings, ffmpeg, disks, clock and cameras, and say what to do.")
@config_option_or_none
@click.option(
    "--import-captures",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Print the [[device]] blocks for an old active_captures.conf.",
)
def doctor(config: Path | None, import_captures: Path | None) -> None:
    from host_agent.capture.import_captures import print_imported_captures
    from host_agent.doctor.doctor import run_doctor

    if import_captures is not None:
        sys.exit(print_imported_captures(import_captures))
    if config is None:
        raise click.UsageError(f"Name the settings with --config or {CONFIG_VARIABLE}.")
    sys.exit(run_doctor(config))


@main.command(help="Print the settings in force, secrets hidden.")
@config_option
def settings(config: Path) -> None:
    from shared.settings.report import render_settings

    click.echo(render_settings(load_settings(config)), nl=False)


@main.command(name="confirm-clock", help="Say that this machine's clock is right after it jumped.")
@config_option
def confirm_clock_command(config: Path) -> None:
    from host_agent.bootstrap.archive import confirm_clock

    if confirm_clock(config.resolve(), getpass.getuser()):
        click.echo("Confirmed: what has expired is deleted again from the next clean-up on.")
    else:
        click.echo("The clock is not suspect; there is nothing to confirm.")


def _add_service(name: str, help_text: str) -> None:
    @main.command(name=name, help=help_text)
    @config_option
    def command(config: Path) -> None:
        run_child(name, config.resolve(), import_module(f"host_agent.bootstrap.{name}").build)


for _name, _help in {
    "capture": "Recorders, segment times and live playlists.",
    "frames": "Frame makers, metadata, minutes and mosaics.",
    "archive": "The ring: archiver, lapping, playlists of hours, cleaner.",
    "captions": "What frames show, in words, for the gateway; started by run where [captions] asks for it.",
}.items():
    _add_service(_name, _help)


def _checked(command: Callable[[], None]) -> None:
    try:
        command()
    except ColdframeError as error:
        click.echo(f"{error.message}\n{error.remedy}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    _checked(main)
