"""Whether a database has every table, column, index, key and trigger that this version of the code needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from gateway.db.migrations.refusal import unreachable
from gateway.db.schema_listing import LISTING, Kind, SchemaThing, list_schema, read_listing
from gateway.db.schema_state import known_revisions, revision_of


@dataclass(frozen=True, slots=True)
class Finding:
    """`expected` is empty where a thing should not be there, `found` where it is missing."""

    kind: Kind | Literal["revision"]
    name: str
    expected: str
    found: str

    def __str__(self) -> str:
        if not self.found:
            return f"{self.kind} {self.name} is missing: {self.expected}"
        if not self.expected:
            return f"{self.kind} {self.name} should not be there: {self.found}"
        return f"{self.kind} {self.name} is {self.found}, and should be {self.expected}"


def verify_schema(engine: Engine) -> list[Finding]:
    """Return what is not as the newest revision makes it; empty where all is well. Changes nothing.

    Raises MigrationError (`unavailable`) where the server does not answer.
    """
    newest, _known = known_revisions()
    try:
        with engine.connect() as connection:
            found = list_schema(connection)
    except OperationalError as error:
        raise unreachable(error) from None
    return judge_revision(revision_of(engine), newest) + compare(read_listing(LISTING.read_text()), found)


def judge_revision(found: str | None, newest: str) -> list[Finding]:
    """`found` is None where the database has no schema."""
    if found == newest:
        return []
    return [Finding("revision", "of the schema", newest, found or "none")]


def compare(expected: Sequence[SchemaThing], found: Sequence[SchemaThing]) -> list[Finding]:
    """Return what is missing or different, and what is there beyond and could refuse or change a write.

    An operator's own tables, functions and plain indexes are nobody else's business.
    """
    wanted = {(thing.kind, thing.name): thing.definition for thing in expected}
    there = {(thing.kind, thing.name): thing.definition for thing in found}
    tables = {thing.name for thing in expected if thing.kind == "table"}
    findings = [
        Finding(kind, name, definition, there.get((kind, name), ""))
        for (kind, name), definition in wanted.items()
        if there.get((kind, name)) != definition
    ]
    return findings + [
        Finding(thing.kind, thing.name, "", thing.definition)
        for thing in found
        if (thing.kind, thing.name) not in wanted and _touches_writes(thing, tables)
    ]


def _touches_writes(thing: SchemaThing, tables: set[str]) -> bool:
    is_plain_index = thing.kind == "index" and not thing.definition.startswith("CREATE UNIQUE")
    return thing.name.partition(".")[0] in tables and not is_plain_index
