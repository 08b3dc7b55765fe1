"""Commands of the host agent: run · capture · frames · archive · serve · doctor · settings."""

import sys
from collections.abc import Callable
from pathlib import Path

import click
import structlog

from host_agent.bootstrap import SERVICES
from host_agent.child_process import run_child
from host_agent.run_all import ProcessGroup
from host_agent.settings import CONFIG_VARIABLE, load_settings
from shared.errors import ColdframeError
from shared.ffmpeg.masking import mask_secrets
from shared.log import configure_logging

config_option = click.option(
    "--config",
    envvar=CONFIG_VARIABLE,
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"The agent's host.toml (or {CONFIG_VARIABLE}).",
)


@click.group(help=__doc__)
def main() -> None:
    """Nothing of its own: each command says what it needs."""


@main.command(help="Record, archive and serve: starts the four processes and keeps them running.")
@config_option
def run(config: Path) -> None:
    settings = load_settings(config)
    configure_logging(process="run", level=settings.agent.log_level, mask=mask_secrets)
    ProcessGroup(tuple(SERVICES), config.resolve(), structlog.get_logger()).run()


def _add_service(name: str, help_text: str) -> None:
    @main.command(name=name, help=help_text)
    @config_option
    def command(config: Path) -> None:
        run_child(name, config.resolve(), SERVICES[name])


for _name, _help in {
    "capture": "Recorders, segment times and live playlists.",
    "archive": "The ring: archiver, lapping, playlists of hours, cleaner.",
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
