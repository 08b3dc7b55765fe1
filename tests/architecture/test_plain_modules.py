"""Plain modules decide, and do nothing else: no I/O, no chance, whatever stands between them and it.

Which modules are plain stands in pyproject.toml. Here everything that they reach by imports is followed.
"""

import ast
import sys
import tomllib
from collections import deque
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("host_agent", "gateway", "shared")
CONTRACT = "plain modules import only the standard library and plain modules"
# Of the standard library, what does I/O, or what answers differently each time.
NOT_PLAIN = frozenset(
    {"http", "random", "secrets", "select", "socket", "sqlite3", "ssl", "subprocess", "threading"}
)
# Values that come in from outside are checked where they come in; what is declared there is plain data.
DECLARATIONS = (
    *("shared.contracts.", "shared.settings.", "host_agent.settings", "gateway.settings"),
    "gateway.hosts.stored_report",
)
# When a cron expression is due is computed by a library, without a clock.
COMPUTES = frozenset({"croniter"})


def plain_modules() -> list[str]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    [contract] = [each for each in contracts if each["name"] == CONTRACT]
    return sorted(contract["source_modules"])


@pytest.mark.parametrize("module", plain_modules())
def test_a_plain_module_reaches_nothing_but_plain_code(module: str) -> None:
    assert _way_out_of(module) is None


def test_what_is_not_plain_is_found_behind_other_modules() -> None:
    assert _way_out_of("gateway.jobs.worker_list") is not None
    assert _way_out_of("host_agent.journal.journal") is not None


def _way_out_of(module: str) -> str | None:
    """The shortest way from `module` to what is not plain: `a → b → redis`; None: there is none."""
    waiting: deque[tuple[str, ...]] = deque([(module,)])
    seen = {module}
    while waiting:
        way = waiting.popleft()
        for name in _imports(way[-1]):
            if name.startswith(DECLARATIONS) or name in seen:
                continue
            seen.add(name)
            top = name.partition(".")[0]
            if top in OURS:
                waiting.append((*way, name))
            elif top in NOT_PLAIN or top not in sys.stdlib_module_names | COMPUTES:
                return " → ".join((*way, name))
    return None


@cache
def _imports(module: str) -> tuple[str, ...]:
    path = _path(module)
    if path is None:
        return ()
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            found += [node.module, *(name for name in inner if _path(name) is not None)]
    return tuple(found)


def _path(module: str) -> Path | None:
    """The file of one of our modules; None: it is none, or an empty package."""
    if module.partition(".")[0] not in OURS:
        return None
    path = ROOT / module.replace(".", "/")
    return next((each for each in (path.with_suffix(".py"), path / "__init__.py") if each.is_file()), None)
