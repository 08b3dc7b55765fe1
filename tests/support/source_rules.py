"""Rules about source code that an import linter cannot see, as plain functions over syntax trees."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

FORBIDDEN_WORDS = frozenset({"util", "utils", "helper", "helpers", "common", "manager", "misc"})
_MOVING_FUNCTIONS = frozenset(
    {
        *(
            f"os.{name}"
            for name in ("rename", "renames", "replace", "unlink", "remove", "rmdir", "removedirs")
        ),
        *("shutil.move", "shutil.rmtree", "shared.kernel.rename_noreplace", "shared.kernel.rename_at"),
    }
)
_GRAPH_LANGUAGE = re.compile(r"(MATCH|MERGE)\s*\(|\bUNWIND\s+\S|\bDETACH DELETE\b|\]->\(|\bCALL\s+(db\.|\()")
_MOVING_METHODS = frozenset({"rename", "unlink", "rmdir"})
# What opens a connection, starts a process or a thread, or is an application.
_OPENING = frozenset(
    {
        *("subprocess.Popen", "multiprocessing.Process", "multiprocessing.Pool", "threading.Thread"),
        *(
            "threading.Timer",
            "concurrent.futures.ThreadPoolExecutor",
            "concurrent.futures.ProcessPoolExecutor",
        ),
        *(
            "sqlite3.connect",
            "socket.socket",
            "socket.create_connection",
            "httpx.Client",
            "httpx.AsyncClient",
        ),
        *("flask.Flask", "flask_smorest.Api", "prometheus_client.CollectorRegistry"),
        *("prometheus_client.Counter", "prometheus_client.Gauge", "prometheus_client.Histogram"),
        *("host_agent.journal.journal.Journal", "host_agent.ring.store.RingStore"),
        *("shared.clock.SystemClock", "host_agent.settings.load_settings"),
    }
)


def imported_names(tree: ast.Module) -> dict[str, str]:
    """Return local name → full dotted name, for every import anywhere in `tree`."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def dotted(node: ast.expr, names: dict[str, str]) -> str:
    """Return the full name of what `node` refers to, such as `os.rename`; empty where it is no plain name."""
    if isinstance(node, ast.Name):
        return names.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value, names)
        return f"{owner}.{node.attr}" if owner else ""
    return ""


def moves_and_removals(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield (line, what) of every call that renames or removes a file or a folder.

    `text.replace(a, b)` and `time.replace(minute=0)` are none: a path's takes one argument without a name.
    """
    names = imported_names(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = dotted(node.func, names)
        if called in _MOVING_FUNCTIONS:
            yield node.lineno, called
        elif isinstance(node.func, ast.Attribute):
            method = node.func.attr
            replaces_a_path = method == "replace" and len(node.args) == 1 and not node.keywords
            if method in _MOVING_METHODS or replaces_a_path:
                yield node.lineno, f".{method}()"


def opened_at_import(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield (line, what) of every connection, process, thread or application made by importing `tree`."""
    names = imported_names(tree)
    for node in _run_at_import(tree.body):
        if isinstance(node, ast.Call) and (called := dotted(node.func, names)) in _OPENING:
            yield node.lineno, called


def _run_at_import(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """Every node that is evaluated when the module is imported: not the inside of functions."""
    pending: list[ast.AST] = list(body)
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            pending += [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]
        elif isinstance(node, ast.Lambda) or _is_main_guard(node):
            continue
        else:
            pending += ast.iter_child_nodes(node)


def _is_main_guard(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "__name__" in ast.dump(node.test)


def rebound_globals(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield (line, names) of every `global` statement: state of a module is a singleton too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield node.lineno, ", ".join(node.names)


def environment_reads(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield (line, what) of every use of the environment."""
    names = imported_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            name = dotted(node, names)
            if name in ("os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv"):
                yield node.lineno, name


def forbidden_names(path: Path, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield (line, name) of files, folders, classes and functions whose name says nothing.

    A test's name is a sentence, in which these are words like any other.
    """
    for part in (*path.parent.parts, path.stem):
        if _words(part) & FORBIDDEN_WORDS:
            yield 1, part
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if not node.name.startswith("test_") and _words(node.name) & FORBIDDEN_WORDS:
            yield node.lineno, node.name


def _words(name: str) -> set[str]:
    """The words of `snake_case` and `CamelCase` names, in small letters."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)}


def imported_packages(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield (line, top-level package) of every import anywhere in `tree`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name.split(".")[0]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module.split(".")[0]


def graph_language(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the line and the begin of every text in Cypher that a program could send; none of docstrings."""
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in told:
            continue
        if (found := _GRAPH_LANGUAGE.search(node.value)) is not None:
            yield node.lineno, found[0]
