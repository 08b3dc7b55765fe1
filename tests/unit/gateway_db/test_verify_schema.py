"""What a comparison of two schemas finds."""

import pytest

from gateway.db.schema_listing import SchemaThing, read_listing, write_listing
from gateway.db.verify_schema import Finding, compare, judge_revision

EXPECTED = [
    SchemaThing("table", "videos", "plain"),
    SchemaThing("column", "videos.id", "uuid NOT NULL"),
    SchemaThing("index", "videos.ix_id", "CREATE INDEX ix_id ON videos USING btree (id)"),
]


def test_a_listing_is_read_as_it_was_written() -> None:
    assert read_listing(write_listing(EXPECTED)) == EXPECTED


def test_a_line_of_no_known_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="sequence"):
        read_listing("sequence videos_id_seq bigint\n")


def test_equal_schemas_differ_in_nothing() -> None:
    assert compare(EXPECTED, list(reversed(EXPECTED))) == []


def test_what_is_missing_is_named_with_what_it_should_be() -> None:
    (finding,) = compare(EXPECTED, EXPECTED[:2])
    assert finding == Finding("index", "videos.ix_id", EXPECTED[2].definition, "")
    assert str(finding) == ("index videos.ix_id is missing: CREATE INDEX ix_id ON videos USING btree (id)")


def test_what_differs_is_named_with_both() -> None:
    (finding,) = compare(EXPECTED, [*EXPECTED[:1], SchemaThing("column", "videos.id", "uuid"), EXPECTED[2]])
    assert str(finding) == "column videos.id is uuid, and should be uuid NOT NULL"


@pytest.mark.parametrize(
    "thing",
    [
        SchemaThing("column", "videos.added", "text NOT NULL"),
        SchemaThing("constraint", "videos.added", "CHECK (false)"),
        SchemaThing("index", "videos.added", "CREATE UNIQUE INDEX added ON videos USING btree (id)"),
        SchemaThing("trigger", "videos.added", "CREATE TRIGGER added …"),
    ],
)
def test_what_could_refuse_or_change_a_write_should_not_be_there(thing: SchemaThing) -> None:
    assert compare(EXPECTED, [*EXPECTED, thing]) == [Finding(thing.kind, thing.name, "", thing.definition)]


@pytest.mark.parametrize(
    "thing",
    [
        SchemaThing("index", "videos.added", "CREATE INDEX added ON videos USING btree (id)"),
        SchemaThing("table", "notes", "plain"),
        SchemaThing("column", "notes.id", "uuid"),
        SchemaThing("function", "now_utc()", "sha256:00"),
    ],
)
def test_an_operators_own_tables_and_plain_indexes_are_left_alone(thing: SchemaThing) -> None:
    assert compare(EXPECTED, [*EXPECTED, thing]) == []


def test_another_revision_is_found() -> None:
    assert judge_revision("003", "003") == []
    assert judge_revision("002", "003") == [Finding("revision", "of the schema", "003", "002")]
    assert judge_revision(None, "003") == [Finding("revision", "of the schema", "003", "none")]
