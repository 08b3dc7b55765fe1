"""Whatever is taken from a database, the check of its schema misses it, and nothing else."""

import re
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection, Engine, text

from deploy.local.postgres import PrivatePostgres
from gateway.db.commands import downgrade
from gateway.db.engine import create_database
from gateway.db.migrations.refusal import MigrationError
from gateway.db.schema_listing import LISTING, SchemaThing, list_schema, read_listing
from gateway.db.verify_schema import Finding, compare, verify_schema
from tests.support.schema_stand import PHASE_1
from tests.support.servers import fresh_database

EXPECTED = read_listing(LISTING.read_text())
PARTITION_KEYS = {"activity_minutes.at"}


def of_kind(*kinds: str) -> list[SchemaThing]:
    return [thing for thing in EXPECTED if thing.kind in kinds]


PRIMARY_KEYS = {
    f"{thing.name.partition('.')[0]}.{column}"
    for thing in of_kind("constraint")
    if thing.definition.startswith("PRIMARY KEY")
    for column in re.findall(r"\w+", thing.definition.removeprefix("PRIMARY KEY"))
}


@pytest.fixture(scope="module")
def engine(postgres: PrivatePostgres, migrated_template: str) -> Iterator[Engine]:
    with fresh_database(postgres, migrated_template) as url:
        opened = create_database(url, pool_size=1)
        yield opened
        opened.dispose()


@pytest.fixture
def findings_after(engine: Engine) -> Iterator[Callable[[str], list[Finding]]]:
    """Runs a statement, compares, and takes the statement back."""
    with engine.connect() as connection:
        transaction = connection.begin()
        yield lambda statement: changed(connection, statement)
        transaction.rollback()


def changed(connection: Connection, statement: str) -> list[Finding]:
    connection.execute(text(statement))
    return compare(EXPECTED, list_schema(connection))


def missing(findings: list[Finding]) -> set[tuple[str, str]]:
    """Kind and name of each; all of them have to be missing."""
    assert [finding for finding in findings if finding.found] == []
    return {(finding.kind, finding.name) for finding in findings}


def columns_of(definition: str) -> list[set[str]]:
    """The words between each pair of brackets: columns of a key, of an index, of what it points to."""
    return [set(re.findall(r"\w+", inside)) for inside in re.findall(r"\(([^()]*)\)", definition)]


def goes_with_column(thing: SchemaThing, table: str, column: str) -> bool:
    """Whether an index or a constraint cannot be without `table.column`."""
    if thing.kind not in ("index", "constraint"):
        return False
    points_to = re.search(r"REFERENCES (\w+)\(([^)]*)\)", thing.definition)
    if points_to and points_to[1] == table and column in re.findall(r"\w+", points_to[2]):
        return True
    own = thing.definition.partition(" REFERENCES ")[0]
    return thing.name.startswith(f"{table}.") and any(column in words for words in columns_of(own))


def goes_with_constraint(thing: SchemaThing, constraint: SchemaThing) -> bool:
    """Its index, and the foreign keys that point to what it makes unique."""
    if thing.kind == "index":
        return thing.name == constraint.name
    unique = re.fullmatch(r"(?:PRIMARY KEY|UNIQUE) (\(.*\))", constraint.definition)
    table = constraint.name.partition(".")[0]
    return bool(
        unique and thing.kind == "constraint" and f" REFERENCES {table}{unique[1]}" in thing.definition
    )


def named(things: list[SchemaThing]) -> set[tuple[str, str]]:
    return {(thing.kind, thing.name) for thing in things}


def test_a_database_of_the_newest_revision_lacks_nothing(engine: Engine) -> None:
    assert verify_schema(engine) == []


def test_no_server_is_said_in_a_sentence() -> None:
    engine = create_database("postgresql://127.0.0.1:1/none", pool_size=1)
    with pytest.raises(MigrationError, match="cannot be reached"):
        verify_schema(engine)


def test_a_database_of_an_older_revision_is_found_to_be_one(migrated_database_url: str) -> None:
    downgrade(migrated_database_url, PHASE_1)
    engine = create_database(migrated_database_url, pool_size=1)
    findings = verify_schema(engine)
    engine.dispose()
    assert (findings[0].kind, findings[0].found) == ("revision", PHASE_1)
    assert {"processing_jobs", "videos.mall_id", "videos.fk_videos_mall_id"} <= {
        finding.name for finding in findings if not finding.found
    }


@pytest.mark.parametrize(
    "thing", [thing for thing in of_kind("column") if thing.name not in PARTITION_KEYS], ids=lambda t: t.name
)
def test_a_column_that_is_gone_is_missed(
    thing: SchemaThing, findings_after: Callable[[str], list[Finding]]
) -> None:
    table, column = thing.name.split(".")
    found = missing(findings_after(f"ALTER TABLE {table} DROP COLUMN {column} CASCADE"))
    assert found == named([thing, *(other for other in EXPECTED if goes_with_column(other, table, column))])


@pytest.mark.parametrize("thing", of_kind("constraint"), ids=lambda t: t.name)
def test_a_key_or_rule_that_is_gone_is_missed(
    thing: SchemaThing, findings_after: Callable[[str], list[Finding]]
) -> None:
    table, name = thing.name.split(".")
    found = missing(findings_after(f"ALTER TABLE {table} DROP CONSTRAINT {name} CASCADE"))
    assert found == named([thing, *(other for other in EXPECTED if goes_with_constraint(other, thing))])


@pytest.mark.parametrize(
    "thing",
    [thing for thing in of_kind("index") if thing.name not in {key.name for key in of_kind("constraint")}],
    ids=lambda t: t.name,
)
def test_an_index_that_is_gone_is_missed(
    thing: SchemaThing, findings_after: Callable[[str], list[Finding]]
) -> None:
    assert missing(findings_after(f"DROP INDEX {thing.name.split('.')[1]}")) == named([thing])


@pytest.mark.parametrize("thing", of_kind("trigger"), ids=lambda t: t.name)
def test_a_trigger_that_is_gone_is_missed(
    thing: SchemaThing, findings_after: Callable[[str], list[Finding]]
) -> None:
    table, name = thing.name.split(".")
    assert missing(findings_after(f"DROP TRIGGER {name} ON {table}")) == named([thing])


@pytest.mark.parametrize("thing", of_kind("function"), ids=lambda t: t.name)
def test_a_function_that_is_gone_is_missed_with_its_triggers(
    thing: SchemaThing, findings_after: Callable[[str], list[Finding]]
) -> None:
    called = f" {thing.name.partition('(')[0]}("  # a trigger may give it arguments
    triggers = [other for other in of_kind("trigger") if called in other.definition]
    assert missing(findings_after(f"DROP FUNCTION {thing.name} CASCADE")) == named([thing, *triggers])


@pytest.mark.parametrize("thing", of_kind("table"), ids=lambda t: t.name)
def test_a_table_that_is_gone_is_missed_with_all_that_is_in_it(
    thing: SchemaThing, findings_after: Callable[[str], list[Finding]]
) -> None:
    inside = [
        other
        for other in EXPECTED
        if other.name.startswith(f"{thing.name}.") or f" REFERENCES {thing.name}(" in other.definition
    ]
    assert missing(findings_after(f"DROP TABLE {thing.name} CASCADE")) == named([thing, *inside])


@pytest.mark.parametrize(
    "thing",
    [
        thing
        for thing in of_kind("column")
        if " NOT NULL" in thing.definition and thing.name not in PRIMARY_KEYS
    ],
    ids=lambda t: t.name,
)
def test_a_column_that_may_be_empty_is_found(
    thing: SchemaThing, findings_after: Callable[[str], list[Finding]]
) -> None:
    table, column = thing.name.split(".")
    (finding,) = findings_after(f"ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL")
    assert finding == Finding(
        "column", thing.name, thing.definition, thing.definition.replace(" NOT NULL", "")
    )


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("ALTER TABLE videos ALTER COLUMN codec TYPE varchar(51)", "videos.codec"),
        ("ALTER TABLE videos ALTER COLUMN processing_status DROP DEFAULT", "videos.processing_status"),
        ("ALTER TABLE videos DISABLE TRIGGER videos_in_step", "videos.videos_in_step"),
        (
            "DROP INDEX ix_videos_recorded_at; CREATE INDEX ix_videos_recorded_at ON videos (recorded_at)",
            "videos.ix_videos_recorded_at",
        ),
        (
            "ALTER TABLE videos DROP CONSTRAINT fk_videos_uploaded_by, ADD CONSTRAINT fk_videos_uploaded_by"
            " FOREIGN KEY (uploaded_by_user_id) REFERENCES users (id)",
            "videos.fk_videos_uploaded_by",
        ),
        (
            "CREATE OR REPLACE FUNCTION videos_in_step() RETURNS trigger LANGUAGE plpgsql"
            " AS 'BEGIN RETURN NEW; END'",
            "videos_in_step()",
        ),
    ],
)
def test_what_is_there_in_another_form_is_found(
    statement: str, name: str, findings_after: Callable[[str], list[Finding]]
) -> None:
    (finding,) = findings_after(statement)
    assert finding.name == name
    assert finding.found != ""
    assert finding.expected != ""
