"""SQL with which a revision stops before it changes anything.

Each returns one `DO` block that raises `REFUSED_SQLSTATE` with a sentence and, as its hint, what to do. Names
are those of our own revisions, never of a user.
"""

from collections.abc import Mapping, Sequence

from gateway.db.migrations.refusal import REFUSED_SQLSTATE

ORPHANS_NAMED = 10


def refuse_what_is_there(
    revision: str, *, relations: Sequence[str] = (), columns: Mapping[str, Sequence[str]]
) -> str:
    """Stop where tables or indexes (`relations`) or columns that `revision` makes are there already.

    `columns`: table → names. The message lists what is there; the hint says how to mark the revision as
    applied, and what of it is missing.
    """
    wanted = [
        (f"'{column}'", table, f"{table}.{column}") for table, names in columns.items() for column in names
    ]
    wanted += [("NULL", name, name) for name in relations]
    rows = ",\n            ".join(
        f"({place}, '{relation}', {column}, '{label}')"
        for place, (column, relation, label) in enumerate(wanted, start=1)
    )
    return f"""
DO $guard$
DECLARE
    present text;
    missing text;
BEGIN
    SELECT string_agg(label, ', ' ORDER BY place) FILTER (WHERE is_there),
           string_agg(label, ', ' ORDER BY place) FILTER (WHERE NOT is_there)
    INTO present, missing
    FROM (
        SELECT place, label, to_regclass(relation) IS NOT NULL AND (column_name IS NULL OR EXISTS (
            SELECT FROM pg_attribute
            WHERE attrelid = to_regclass(relation) AND attname = column_name AND NOT attisdropped
        )) AS is_there
        FROM (VALUES
            {rows}
        ) AS wanted (place, relation, column_name, label)
    ) AS looked_for;
    IF present IS NOT NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = '{REFUSED_SQLSTATE}',
            MESSAGE = 'The schema was changed by hand: of what {revision} makes, there is already: '
                || present || '.',
            HINT = CASE WHEN missing IS NULL
                THEN 'All of it is there. Mark the revision as applied: alembic stamp {revision}'
                ELSE 'Remove these and upgrade again, or add what is missing (' || missing
                    || ') and mark the revision as applied: alembic stamp {revision}'
            END;
    END IF;
END
$guard$
"""


def refuse_orphans(table: str, column: str, parent: str) -> str:
    """Stop where rows of `table` name by `column` a row of `parent` that does not exist."""
    orphans = f"{table} c WHERE NOT EXISTS (SELECT FROM {parent} p WHERE p.id = c.{column})"
    query = f"SELECT id, {column} FROM {orphans} ORDER BY id;"
    return f"""
DO $guard$
DECLARE
    orphans bigint;
    named text;
BEGIN
    SELECT count(*) INTO orphans FROM {orphans};
    IF orphans > 0 THEN
        SELECT string_agg(id || ' ({column} ' || {column} || ')', ', ' ORDER BY id) INTO named
        FROM (SELECT id, {column} FROM {orphans} ORDER BY id LIMIT {ORPHANS_NAMED}) AS first_ones;
        RAISE EXCEPTION USING
            ERRCODE = '{REFUSED_SQLSTATE}',
            MESSAGE = orphans || ' of {table} name a row of {parent} that does not exist: ' || named
                || CASE WHEN orphans > {ORPHANS_NAMED} THEN ', …' ELSE '' END || '.',
            HINT = 'Find them with: {query} Correct {column} or delete them, then upgrade again.';
    END IF;
END
$guard$
"""
