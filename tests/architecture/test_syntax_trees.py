"""House rules that an import linter cannot see, checked on the syntax trees of every source file."""

import ast
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.support import source_rules

ROOT = Path(__file__).resolve().parents[2]
APPLICATION = ("host_agent", "gateway", "shared")
# Footage is renamed and removed by the ring's store alone. What else renames or removes does so with
# named files of its own, for the reason given.
MAY_MOVE = {
    "host_agent/ring/store.py": "the only code that renames or removes footage",
    "host_agent/ring/trash.py": "its other half: puts back, counts and frees what left sight",
    "host_agent/doctor/probes.py": "trial files in a temporary folder of its own",
    "host_agent/playback/clip_store.py": "clips, which are copies in a folder of their own",
    "gateway/storage/local_folder.py": "objects of a gateway, in a folder of their own",
    "gateway/storage/local_uploads.py": "parts of uploads beside them",
    "shared/atomic_write.py": "the temporary file beside the one that is written",
}
MAY_READ_ENVIRONMENT = {"host_agent/settings.py", "gateway/settings.py", "gateway/db/migrations/env.py"}
FLASK = {"flask", "flask_smorest"}
FLASK_FILES = ("routes.py", "app.py", "schemas.py")
FLASK_FOLDERS = {"shared/http"}
MAY_IMPORT_FLASK = {
    "gateway/accounts/permissions.py",
    "gateway/accounts/tokens.py",
    "gateway/accounts/access.py",
    "gateway/accounts/cookies.py",
    # They name the application that they put together.
    "gateway/bootstrap/accounts.py",
    "gateway/bootstrap/ingest.py",
    "gateway/bootstrap/web.py",
}
SQL_FILES = ("repository.py", "tables.py")
SQL_FOLDERS = ("gateway/db", "gateway/bootstrap", "gateway/doctor")
# It knows the one exception by which the database says that it cannot be used.
MAY_IMPORT_SQL = {"gateway/app.py"}

# All that is said to the graph in its own language, and what speaks to its driver.
SPEAK_CYPHER = {"gateway/captions/graph/event_cypher.py", "gateway/captions/graph/event_search_cypher.py"}
MAY_IMPORT_NEO4J = {
    "gateway/captions/graph/graph_driver.py": "opens it",
    "gateway/captions/graph/graph_failures.py": "knows its errors",
    "gateway/captions/graph/event_graph.py": "names its transactions",
    "gateway/captions/graph/camera_transaction.py": "works in one",
}

Rule = Callable[[ast.Module], Iterable[tuple[int, str]]]


def source_files(*folders: str) -> list[Path]:
    """Paths below the checkout, of files that exist now, tracked or about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *folders],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    paths = (Path(name) for name in listed.split("\0") if name.endswith(".py"))
    return sorted({path for path in paths if (ROOT / path).is_file()})


def parse(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(), filename=str(path))


def broken(rule: Rule, paths: Iterable[Path]) -> list[str]:
    return [f"{path}:{line}: {what}" for path in paths for line, what in rule(parse(path))]


def test_only_the_rings_store_renames_or_removes_footage() -> None:
    paths = [path for path in source_files(*APPLICATION) if str(path) not in MAY_MOVE]
    assert broken(source_rules.moves_and_removals, paths) == []


@pytest.mark.parametrize("path", MAY_MOVE)
def test_whoever_may_rename_still_does(path: str) -> None:
    assert list(source_rules.moves_and_removals(parse(Path(path))))


def test_importing_opens_no_connection_and_starts_nothing() -> None:
    assert broken(source_rules.opened_at_import, source_files(*APPLICATION, "deploy")) == []


def test_modules_keep_no_state() -> None:
    assert broken(source_rules.rebound_globals, source_files(*APPLICATION, "deploy", "tests")) == []


def test_only_the_settings_read_the_environment() -> None:
    paths = [path for path in source_files(*APPLICATION) if str(path) not in MAY_READ_ENVIRONMENT]
    assert broken(source_rules.environment_reads, paths) == []


def test_names_say_what_a_thing_is() -> None:
    found = [
        f"{path}:{line}: {name}"
        for path in source_files(*APPLICATION, "deploy", "tests")
        for line, name in source_rules.forbidden_names(path, parse(path))
    ]
    assert found == []


def test_flask_stays_at_the_edge() -> None:
    paths = [
        path
        for path in source_files(*APPLICATION)
        if not path.name.endswith(FLASK_FILES)
        and str(path.parent) not in FLASK_FOLDERS
        and str(path) not in MAY_IMPORT_FLASK
    ]
    found = [
        f"{path}:{line}: {package}"
        for path in paths
        for line, package in source_rules.imported_packages(parse(path))
        if package in FLASK
    ]
    assert found == []


def test_only_repositories_and_tables_speak_sql() -> None:
    paths = [
        path
        for path in source_files(*APPLICATION)
        if not path.name.endswith(SQL_FILES)
        and not str(path).startswith(SQL_FOLDERS)
        and str(path) not in MAY_IMPORT_SQL
    ]
    found = [
        f"{path}:{line}: {package}"
        for path in paths
        for line, package in source_rules.imported_packages(parse(path))
        if package in ("sqlalchemy", "psycopg")
    ]
    assert found == []


def test_only_one_place_speaks_the_graphs_language() -> None:
    paths = [path for path in source_files(*APPLICATION) if str(path) not in SPEAK_CYPHER]
    assert broken(source_rules.graph_language, paths) == []


@pytest.mark.parametrize("path", sorted(SPEAK_CYPHER))
def test_whoever_may_speak_it_still_does(path: str) -> None:
    assert list(source_rules.graph_language(parse(Path(path))))


def test_few_know_the_graphs_driver() -> None:
    found = {
        str(path)
        for path in source_files(*APPLICATION)
        if any(package == "neo4j" for _line, package in source_rules.imported_packages(parse(path)))
    }
    assert found == set(MAY_IMPORT_NEO4J)


def test_every_module_says_what_it_is_for() -> None:
    folders = (*APPLICATION, "deploy", "tests/support", "tests/benchmarks")
    trees = {path: parse(path) for path in source_files(*folders)}
    assert [str(path) for path, tree in trees.items() if tree.body and not ast.get_docstring(tree)] == []


# -- the rules themselves: each finds what it is there for, and nothing else -------------------------


@pytest.mark.parametrize(
    ("source", "finds"),
    [
        ("import os\nos.rename(a, b)", ["os.rename"]),
        ("from os import replace as swap\nswap(a, b)", ["os.replace"]),
        ("import shutil as s\ns.rmtree(a)", ["shutil.rmtree"]),
        (
            "from shared.kernel import rename_noreplace\nrename_noreplace(a, b)",
            ["shared.kernel.rename_noreplace"],
        ),
        ("path.unlink(missing_ok=True)", [".unlink()"]),
        ("(folder / name).replace(target)", [".replace()"]),
        ("text.replace('a', 'b')\nmoment.replace(minute=0)\ndataclasses.replace(x, a=1)", []),
    ],
)
def test_renames_and_removals_are_seen(source: str, finds: list[str]) -> None:
    assert [what for _line, what in source_rules.moves_and_removals(ast.parse(source))] == finds


@pytest.mark.parametrize(
    ("source", "finds"),
    [
        ("import sqlite3\ndb = sqlite3.connect('x')", ["sqlite3.connect"]),
        ("from flask import Flask\nclass A:\n    app = Flask('x')", ["flask.Flask"]),
        ("from threading import Thread\ndef f(t=Thread()): ...", ["threading.Thread"]),
        ("from subprocess import Popen\ndef f():\n    return Popen(['true'])", []),
        ("import sqlite3\nopen_it = lambda: sqlite3.connect('x')", []),
        ("import sqlite3\nif __name__ == '__main__':\n    sqlite3.connect('x')", []),
    ],
)
def test_what_an_import_opens_is_seen(source: str, finds: list[str]) -> None:
    assert [what for _line, what in source_rules.opened_at_import(ast.parse(source))] == finds


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("import os\nos.environ['A']", 1),
        ("from os import getenv\ngetenv('A')", 1),
        ("request.environ.get('A')", 0),
    ],
)
def test_reads_of_the_environment_are_seen(source: str, count: int) -> None:
    assert len(list(source_rules.environment_reads(ast.parse(source)))) == count


@pytest.mark.parametrize(
    ("path", "source", "names"),
    [
        ("host_agent/ring_utils.py", "", ["ring_utils"]),
        ("host_agent/common/x.py", "", ["common"]),
        ("host_agent/ring.py", "class DeviceManager: ...", ["DeviceManager"]),
        ("host_agent/ring.py", "def shutil_copy(): ...\nclass Helped: ...", []),
        ("tests/unit/test_spans.py", "def test_what_two_have_in_common(): ...", []),
    ],
)
def test_names_that_say_nothing_are_seen(path: str, source: str, names: list[str]) -> None:
    assert [name for _line, name in source_rules.forbidden_names(Path(path), ast.parse(source))] == names


def test_a_global_statement_is_seen() -> None:
    assert list(source_rules.rebound_globals(ast.parse("def f():\n    global a\n    a = 1"))) == [(2, "a")]


@pytest.mark.parametrize(
    ("source", "finds"),
    [
        ('S = "MATCH (e:Event) RETURN e"', ["MATCH ("]),
        ('def f(n):\n    return f"""\n  MERGE (e:E{n})"""', ["MERGE ("]),
        ('run("UNWIND $rows AS row RETURN row")', ["UNWIND $"]),
        ('run("CALL db.awaitIndexes(1)")', ["CALL db."]),
        ('"""A module about MATCH (e)."""\nX = "they match (nearly)"', []),
        ('def f():\n    """Like MERGE (e)."""', []),
    ],
)
def test_the_graphs_language_is_seen(source: str, finds: list[str]) -> None:
    assert [what for _line, what in source_rules.graph_language(ast.parse(source))] == finds
