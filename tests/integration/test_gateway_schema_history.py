"""The revisions, one after the other, against a real PostgreSQL."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.exc import ProgrammingError

from gateway.db.all_tables import METADATA
from gateway.db.commands import current, downgrade, upgrade
from gateway.db.engine import create_database
from gateway.db.migrations.refusal import MigrationError
from gateway.db.schema_listing import LISTING, read_listing, write_listing
from gateway.db.schema_state import SchemaOutdatedError, known_revisions, require_current
from tests.support.schema_stand import PHASE_1, PHASE_2, listing, run

ROOT = Path(__file__).resolve().parents[2]
FROZEN_PHASE_2 = Path(__file__).with_name("gateway_schema_002.txt")


def alembic(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Alembic's own command at the checkout's root, as a person runs it."""
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"} | ({"DATABASE_URL": url} if url else {})
    return subprocess.run(
        [sys.executable, "-m", "alembic", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_an_upgraded_database_equals_the_tables_in_the_code(
    database_url: str, migrated_database_url: str
) -> None:
    engine = create_database(database_url, pool_size=1)
    METADATA.create_all(engine)
    engine.dispose()
    # Triggers and their functions are made by revisions alone.
    of_tables = [
        thing
        for thing in read_listing(listing(migrated_database_url))
        if thing.kind not in ("trigger", "function")
    ]
    assert listing(database_url).splitlines() == write_listing(of_tables).splitlines()


def test_phase_2_is_what_it_was_when_it_was_frozen(database_url: str) -> None:
    upgrade(database_url, PHASE_2)
    assert listing(database_url).splitlines() == FROZEN_PHASE_2.read_text().splitlines()


def test_the_listing_that_databases_are_verified_with_is_of_the_newest_revision(
    migrated_database_url: str,
) -> None:
    assert listing(migrated_database_url).splitlines() == LISTING.read_text().splitlines(), (
        f"run python -m gateway.db.schema_listing DATABASE_URL > {LISTING.relative_to(ROOT)}"
    )


def test_each_revision_can_be_taken_back_and_done_again(database_url: str) -> None:
    newest, known = known_revisions()
    seen = {"": listing(database_url)}
    for _ in known:
        before = listing(database_url)
        upgrade(database_url, "+1")
        after = listing(database_url)
        downgrade(database_url, "-1")
        assert listing(database_url) == before
        upgrade(database_url, "+1")
        assert listing(database_url) == after
        seen[current(database_url) or ""] = after
    assert set(seen) == {"", *known}
    assert current(database_url) == newest
    downgrade(database_url, "base")
    assert listing(database_url) == ""
    assert current(database_url) is None


def test_an_upgrade_of_an_upgraded_database_changes_nothing(migrated_database_url: str) -> None:
    before = listing(migrated_database_url)
    upgrade(migrated_database_url)
    assert listing(migrated_database_url) == before


def test_alembic_works_from_the_checkouts_root(database_url: str) -> None:
    upgraded = alembic(database_url, "upgrade", "head")
    assert upgraded.returncode == 0, upgraded.stderr
    newest, _known = known_revisions()
    assert alembic(database_url, "current").stdout.strip() == f"{newest} (head)"
    compared = alembic(database_url, "check")
    assert compared.returncode == 0, compared.stdout
    back = alembic(database_url, "downgrade", PHASE_1)
    assert back.returncode == 0, back.stderr
    assert current(database_url) == PHASE_1


def test_alembic_says_in_a_sentence_what_is_missing() -> None:
    asked = alembic("", "upgrade", "head")
    assert asked.returncode != 0
    assert "DATABASE_URL is not set." in asked.stdout
    assert "Traceback" not in asked.stderr


def test_the_script_of_an_upgrade_does_what_the_upgrade_does(
    database_url: str, migrated_database_url: str
) -> None:
    script = alembic("", "upgrade", "head", "--sql")
    assert script.returncode == 0, script.stderr
    run(database_url, script.stdout)
    assert listing(database_url) == listing(migrated_database_url)
    assert current(database_url) == current(migrated_database_url)


def test_the_script_of_a_downgrade_does_what_the_downgrade_does(database_url: str) -> None:
    upgrade(database_url, PHASE_1)
    phase_1 = listing(database_url)
    upgrade(database_url, PHASE_2)
    script = io.StringIO()
    downgrade(database_url, f"{PHASE_2}:{PHASE_1}", sql=True, output=script)
    assert current(database_url) == PHASE_2
    run(database_url, script.getvalue())
    assert listing(database_url) == phase_1
    assert current(database_url) == PHASE_1


def test_each_revision_is_one_transaction_with_a_lock_and_timeouts(database_url: str) -> None:
    script = io.StringIO()
    upgrade(database_url, "head", sql=True, output=script)
    statements = [line for line in script.getvalue().splitlines() if line]
    _newest, known = known_revisions()
    assert statements.count("BEGIN;") == statements.count("COMMIT;") == len(known)
    before = statements[: statements.index("BEGIN;")]
    assert [line.partition(" =")[0].partition("(")[0] for line in before] == [
        "SET statement_timeout",
        "SET lock_timeout",
        "SELECT pg_advisory_lock",
        "SET statement_timeout",
        "SET lock_timeout",
    ]


def test_a_process_starts_with_the_newest_schema_only(database_url: str, migrated_database_url: str) -> None:
    engine = create_database(migrated_database_url, pool_size=1)
    require_current(engine)
    engine.dispose()
    upgrade(database_url, PHASE_2)
    engine = create_database(database_url, pool_size=1)
    with pytest.raises(SchemaOutdatedError, match=PHASE_2):
        require_current(engine)
    engine.dispose()


@pytest.mark.parametrize(
    ("url", "revision", "code", "said"),
    [
        ("postgresql://127.0.0.1:1/none", "head", "unavailable", "cannot be reached"),
        ("mysql://127.0.0.1/none", "head", "bad_settings", "no address of a PostgreSQL database"),
        ("", "009_that_is_not_there", "bad_revision", "009_that_is_not_there"),
    ],
)
def test_what_cannot_be_upgraded_is_refused_with_a_sentence(
    database_url: str, url: str, revision: str, code: str, said: str
) -> None:
    with pytest.raises(MigrationError, match=said) as refused:
        upgrade(url or database_url, revision)
    assert refused.value.code == code
    assert refused.value.remedy


def test_no_server_is_said_in_a_sentence_when_the_revision_is_asked_for() -> None:
    with pytest.raises(MigrationError, match="cannot be reached"):
        current("postgresql://127.0.0.1:1/none")


def test_a_revision_that_fails_leaves_nothing_of_itself(database_url: str) -> None:
    upgrade(database_url, PHASE_1)
    before = listing(database_url)
    # In the way of the last thing that Phase 2 makes, where nothing looks for it beforehand.
    run(database_url, "CREATE TYPE processing_jobs AS ENUM ('in the way')")
    with pytest.raises(ProgrammingError, match="processing_jobs"):
        upgrade(database_url)
    assert (listing(database_url), current(database_url)) == (before, PHASE_1)
    run(database_url, "DROP TYPE processing_jobs")
    upgrade(database_url)
