"""Commands: web · ingest · worker · scheduler · captions · db · seed · create-user · verify-schema · openapi
· settings · doctor · rotate-secrets.

A command imports what it needs when it is called.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.settings import CONFIG_VARIABLE, GatewaySettings, load_settings
from shared.errors import ColdframeError
from shared.ffmpeg.masking import mask_secrets
from shared.log import configure_logging

if TYPE_CHECKING:
    from gateway.accounts.user import User

# Each keeps its connection from one heartbeat to the next.
MOST_REPORTING_HOSTS = 8192

config_option = click.option(
    "--config",
    envvar=CONFIG_VARIABLE,
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"The gateway's gateway.toml (or {CONFIG_VARIABLE}); without one the environment alone counts.",
)


@click.group(help=__doc__)
def main() -> None:
    """Nothing of its own: each command says what it needs."""


@main.command(help="The browser and the API.")
@config_option
def web(config: Path | None) -> None:
    from gateway.bootstrap.checks import check_before_serving
    from gateway.bootstrap.web import served_web
    from shared.http.errors import EnvelopeForm
    from shared.http.server import Server, serve

    settings = load_settings(config)
    configure_logging(process="web", level=settings.log.level, mask=mask_secrets)
    check_before_serving(settings)
    serve(lambda: served_web(settings), Server(settings.web.listen, settings.web.threads, EnvelopeForm()))


@main.command(help="What machines send: enrolment and heartbeats.")
@config_option
def ingest(config: Path | None) -> None:
    from gateway.bootstrap.checks import check_before_serving
    from gateway.bootstrap.ingest import served_ingest
    from shared.http.errors import EnvelopeForm
    from shared.http.server import Server, serve

    settings = load_settings(config)
    configure_logging(process="ingest", level=settings.log.level, mask=mask_secrets)
    check_before_serving(settings)
    serve(
        lambda: served_ingest(settings),
        Server(
            settings.ingest.listen,
            settings.ingest.threads,
            EnvelopeForm(),
            connections=MOST_REPORTING_HOSTS,
        ),
    )


@main.command(help="Run jobs, of QUEUES (critical, default, video; without one: all) by urgency.")
@click.argument("queues", nargs=-1)
@config_option
def worker(queues: tuple[str, ...], config: Path | None) -> None:
    from gateway.bootstrap.worker import run_worker

    settings = load_settings(config)
    configure_logging(process="worker", level=settings.log.level, mask=mask_secrets)
    run_worker(settings, queues)


@main.command(help="Start what is done again and again. Of several, one does, the others stand by.")
@config_option
def scheduler(config: Path | None) -> None:
    from gateway.bootstrap.scheduler import run_scheduler

    settings = load_settings(config)
    configure_logging(process="scheduler", level=settings.log.level, mask=mask_secrets)
    run_scheduler(settings)


@main.command(name="openapi", help="Print the document of the API, as web serves it; needs no server.")
def openapi_command() -> None:
    from gateway.bootstrap.document import web_document

    configure_logging(process="openapi", level="error", mask=mask_secrets)  # standard output is the document
    click.echo(web_document())


@main.command(name="settings", help="Print the settings in force, secrets hidden.")
@config_option
def settings_command(config: Path | None) -> None:
    from shared.settings.report import render_settings

    click.echo(render_settings(load_settings(config)), nl=False)


@main.command(help="Check settings, database, schema, Redis, graph and listeners, and say what to do.")
@config_option
def doctor(config: Path | None) -> None:
    from gateway.doctor.doctor import run_doctor

    sys.exit(run_doctor(config))


@main.command(name="verify-schema", help="Compare the database with the schema this version needs.")
@config_option
def verify_schema_command(config: Path | None) -> None:
    from gateway.db.engine import create_database
    from gateway.db.verify_schema import verify_schema

    settings = load_settings(config)
    engine = create_database(settings.database.url.get_secret_value(), pool_size=1)
    try:
        findings = verify_schema(engine)
    finally:
        engine.dispose()
    for finding in findings:
        click.echo(str(finding))
    if findings:
        click.echo(
            f"Differences: {len(findings)}. Make a backup. Another revision: python -m gateway db upgrade."
        )
        click.echo("Anything else was changed by hand: put it back as it is listed, or restore a backup.")
        sys.exit(1)
    click.echo("The schema is complete.")


@main.command(
    name="rotate-secrets", help="Encrypt stored secrets with the newest key: the older ones can go."
)
@config_option
def rotate_secrets_command(config: Path | None) -> None:
    from gateway.bootstrap.secret_rotation import rotate_secrets

    rotated = rotate_secrets(load_settings(config))
    for one in rotated:
        click.echo(f"{one.column.table}.{one.column.column}: {one.renewed} of {one.total} encrypted anew.")
    click.echo("Every stored secret is encrypted with the newest key.")


password_stdin_option = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input instead of asking."
)


@main.command(help="Make the first admin; does nothing where there is one. A demo's admin is well known.")
@click.option("--email", default="", help="Of the first admin.")
@click.option("--username", default="admin", show_default=True, help="Of the first admin.")
@password_stdin_option
@config_option
def seed(email: str, username: str, password_stdin: bool, config: Path | None) -> None:
    from gateway.accounts.seeding import seed as seed_users
    from gateway.bootstrap.accounts import user_keeper

    settings = load_settings(config)
    with user_keeper(settings) as users:
        made = seed_users(
            users,
            demo=settings.security.demo,
            email=email,
            username=username,
            read_password=_password_reader(password_stdin),
        )
    if made.is_new:
        _keep_made_user(settings, "seed", made.user)
    verb = "is made" if made.is_new else "is there already"
    click.echo(f"The admin {made.user.username} ({made.user.email}) {verb}.")


@main.command(name="create-user", help="Make a user.")
@click.option("--email", required=True, help="Their e-mail address; they may sign in by it.")
@click.option("--username", required=True, help="Their short name; they may sign in by it.")
@click.option("--role", required=True, help="admin, operator or viewer.")
@password_stdin_option
@config_option
def create_user_command(
    email: str, username: str, role: str, password_stdin: bool, config: Path | None
) -> None:
    from gateway.accounts.seeding import create_user
    from gateway.bootstrap.accounts import user_keeper

    settings = load_settings(config)
    with user_keeper(settings) as users:
        user = create_user(
            users,
            email=email,
            username=username,
            role=role,
            read_password=_password_reader(password_stdin),
        )
    _keep_made_user(settings, "create-user", user)
    click.echo(f"{user.username} ({user.email}) is made: {user.role}.")


def _keep_made_user(settings: GatewaySettings, command: str, user: "User") -> None:
    from gateway.accounts.user import told_of
    from gateway.bootstrap.audit import record_command
    from shared.http.deed import changes_of

    details = {"command": command, "changes": changes_of({}, told_of(user))}
    record_command(settings, "user.create", user.id, user.username, details)


def _password_reader(from_stdin: bool) -> Callable[[], str]:
    from gateway.accounts.seeding import password_from, password_from_terminal

    return (lambda: password_from(sys.stdin)) if from_stdin else password_from_terminal


@main.group(help="Captions, and how they become events.")
def captions() -> None:
    """Nothing of its own."""


@captions.command(name="demo", help="Make captions, preview, migrate and verify them; clean up.")
@click.option("--camera", "camera_id", help="A camera without captions and events; without one, one is made.")
@click.option("--keep", is_flag=True, help="Delete nothing afterwards.")
@click.option("--yes", is_flag=True, help="Delete what was made without asking.")
@config_option
def captions_demo(camera_id: str | None, keep: bool, yes: bool, config: Path | None) -> None:
    from gateway.bootstrap.caption_demo import run_demonstration

    def cleans_up() -> bool:
        if keep or yes or not sys.stdin.isatty():
            return not keep
        return click.confirm("Delete what was made for it?", default=True)

    settings = load_settings(config)
    configure_logging(process="captions", level="error", mask=mask_secrets)  # it tells by itself what it does
    sys.exit(0 if run_demonstration(settings, camera_id, click.echo, cleans_up) else 1)


@captions.command(name="status", help="How the migration of captions does. Ends with 1 where it is behind.")
@config_option
def captions_status(config: Path | None) -> None:
    from gateway.bootstrap.caption_status import told_status

    settings = load_settings(config)
    configure_logging(process="captions", level="error", mask=mask_secrets)
    lines, is_well = told_status(settings)
    for line in lines:
        click.echo(line)
    sys.exit(0 if is_well else 1)


@main.group(help="The schema of the database.")
def db() -> None:
    """Nothing of its own."""


@db.command(name="upgrade", help="Bring the schema to REVISION (default: the newest).")
@click.argument("revision", default="head")
@click.option("--sql", is_flag=True, help="Change nothing; print the statements.")
@config_option
def db_upgrade(revision: str, sql: bool, config: Path | None) -> None:
    from gateway.db.commands import upgrade

    settings = load_settings(config)
    configure_logging(process="db", level=settings.log.level, mask=mask_secrets)
    with _kept_revision(settings, "upgrade", sql=sql):
        upgrade(settings.database.url.get_secret_value(), revision, sql=sql)


@db.command(name="downgrade", help="Take the schema back to REVISION; what only later ones know is deleted.")
@click.argument("revision")
@click.option("--sql", is_flag=True, help="Change nothing; print the statements.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@config_option
def db_downgrade(revision: str, sql: bool, yes: bool, config: Path | None) -> None:
    from gateway.db.commands import downgrade

    settings = load_settings(config)
    configure_logging(process="db", level=settings.log.level, mask=mask_secrets)
    if not (sql or yes):
        click.confirm(f"Everything that {revision} does not know is deleted. Go on?", abort=True)
    with _kept_revision(settings, "downgrade", sql=sql):
        downgrade(settings.database.url.get_secret_value(), revision, sql=sql)


@contextmanager
def _kept_revision(settings: GatewaySettings, command: str, *, sql: bool) -> Iterator[None]:
    """Around what changes the schema: says which it is then, and keeps that in the audit log."""
    from gateway.bootstrap.audit import record_command
    from gateway.db.commands import current

    if sql:  # which writes a script, and nothing else, to standard output
        yield
        return
    url = settings.database.url.get_secret_value()
    before = current(url)
    yield
    after = current(url)
    if after != before:
        changes = {"revision": {"from": before, "to": after}}
        record_command(settings, f"database.{command}", "", after or "", {"changes": changes})
    click.echo(f"The schema is now {after}." if after else "The database has no schema now.")


@db.command(name="current", help="Print the schema's revision.")
@config_option
def db_current(config: Path | None) -> None:
    from gateway.db.commands import current

    settings = load_settings(config)
    click.echo(current(settings.database.url.get_secret_value()) or "no schema: python -m gateway db upgrade")


def _checked() -> None:
    try:
        main()
    except ColdframeError as error:
        click.echo(f"{error.message}\n{error.remedy}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    _checked()
