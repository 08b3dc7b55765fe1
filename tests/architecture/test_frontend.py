"""What the pages keep to: the gateway's addresses and document, their rooms, and what they are made of."""

import hashlib
import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from gateway.bootstrap.document import web_document
from gateway.ui.routes import PAGES

ROOT = Path(__file__).resolve().parents[2]
FRONTEND = ROOT / "frontend"
SOURCES = FRONTEND / "src"
DIST = FRONTEND / "dist"
ROOMS = {"api", "app", "components", "features", "lib"}
# Rooms that a room may not look into; features are told apart by their folders.
CLOSED_TO = {
    "api": {"app", "features"},
    "components": {"app", "features"},
    "lib": {"app", "features"},
    "features": {"app"},
    "app": set[str](),
}
# Machines that texts of libraries name: in messages for developers, and as names of XML vocabularies.
NAMED_AND_NOT_ASKED = {
    "aomedia.org",
    "github.com",
    "mantine.dev",
    "react.dev",
    "reactrouter.com",
    "www.w3.org",
}
OWN_MACHINE = {"localhost", "127.0.0.1"}
# Browsers keep what is below /assets for a year. What Vite does not name by its content is named by hand: who
# changes such a file gives it the next number, and puts the new name and hash here.
NUMBERED_BY_HAND = {"scheme-1.js": "63af50d09a2cfbc0"}
_IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']""")
_ADDRESS = re.compile(r"""(?:https?:|(?<=["'(=]))//([a-z0-9.-]+\.[a-z]{2,}|localhost)""", re.IGNORECASE)
_LOADS = re.compile(r"""(?:\bfrom|\bimport\(?|\bsrc=|\bhref=|url\(|@import)\s*["']?(?:https?:)?//""")


@dataclass(frozen=True)
class Import:
    """A module of `src` and what it imports, both as paths below `src`."""

    module: PurePosixPath
    imported: PurePosixPath

    def __str__(self) -> str:
        return f"{self.module} imports {self.imported}"

    @property
    def crosses(self) -> bool:
        """Whether it looks into a room that is closed to it."""
        here, there = self.module.parts, self.imported.parts
        if there[0] in CLOSED_TO[here[0]]:
            return True
        return here[0] == there[0] == "features" and here[1] != there[1]


def imports_of(module: PurePosixPath, text: str) -> Iterator[Import]:
    """What a module imports of `src`, at once or later; packages are none of it."""
    for name in _IMPORT.findall(text):
        if name.startswith("@/"):
            yield Import(module, PurePosixPath(name[2:]))
        elif name.startswith("."):
            joined = os.path.normpath(module.parent / name)
            yield Import(module, PurePosixPath(Path(joined).as_posix()))


def modules() -> list[PurePosixPath]:
    return [
        PurePosixPath(path.relative_to(SOURCES).as_posix())
        for path in sorted(SOURCES.rglob("*.ts*"))
        if path.name != "schema.d.ts"
    ]


def package() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((FRONTEND / "package.json").read_text())
    return read


# -- the gateway's side ----------------------------------------------------------------------


def test_the_gateway_serves_exactly_the_pages_that_there_are() -> None:
    listed = json.loads((SOURCES / "app" / "pages.json").read_text())
    assert list(PAGES) == listed, "gateway/ui/routes.py and frontend/src/app/pages.json name other pages"
    app = (SOURCES / "app" / "App.tsx").read_text()
    routed = {match.split("/")[1] for match in re.findall(r'<Route path="(/[^"]*)"', app)}
    assert routed == set(listed), "frontend/src/app/App.tsx has other pages"


def test_the_pages_know_the_document_that_the_gateway_serves() -> None:
    kept = (SOURCES / "api" / "openapi.json").read_text()
    assert kept.strip() == web_document().strip(), "run `make api-types`"


def test_the_pages_types_are_those_of_the_document(tmp_path: Path) -> None:
    made = tmp_path / "schema.d.ts"
    run = subprocess.run(
        [FRONTEND / "node_modules/.bin/openapi-typescript", SOURCES / "api/openapi.json", "-o", made],
        env={**os.environ, "PATH": f"{ROOT / '.venv/bin'}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.returncode == 0, f"{run.stdout}{run.stderr}"
    assert (SOURCES / "api" / "schema.d.ts").read_text() == made.read_text(), "run `make api-types`"


# -- rooms -----------------------------------------------------------------------------------


def test_every_module_is_in_a_known_room() -> None:
    assert {module.parts[0] for module in modules()} <= ROOMS


def test_features_do_not_know_each_other_and_what_they_share_knows_none() -> None:
    crossing = [
        str(each)
        for module in modules()
        for each in imports_of(module, (SOURCES / module).read_text())
        if each.crosses
    ]
    assert crossing == []


@pytest.mark.parametrize(
    ("module", "text", "crosses"),
    [
        ("features/wall/Tile.tsx", 'import { Mark } from "@/components/Mark";', False),
        ("features/wall/tiles/Tile.tsx", 'import { wall } from "../wall";', False),
        ("features/wall/Tile.tsx", 'import { seek } from "@/features/player/seek";', True),
        ("features/wall/Tile.tsx", 'import { seek } from "../player/seek";', True),
        ("features/wall/Tile.tsx", 'const later = () => import("../player/PlayerPage");', True),
        ("features/wall/Tile.tsx", 'export type { Theme } from "@/app/theme";', True),
        ("features/wall/Tile.tsx", 'import "@mantine/core/styles.css";', False),
        ("lib/zone.ts", 'import { Tile } from "@/features/wall/Tile";', True),
        ("components/Time.tsx", 'import { theme } from "../app/theme";', True),
        ("api/client.ts", 'import { isoTime } from "@/lib/format";', False),
        ("app/App.tsx", 'const Wall = lazy(() => import("@/features/wall/WallPage"));', False),
        ("features/wall/Tile.tsx", 'import {\n  one,\n  two,\n} from "@/features/users/all";', True),
    ],
)
def test_the_look_at_imports_sees_each_kind(module: str, text: str, crosses: bool) -> None:
    found = list(imports_of(PurePosixPath(module), text))
    assert any(each.crosses for each in found) is crosses


# -- what they are made of -------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["dependencies", "devDependencies"])
def test_every_package_has_one_version(kind: str) -> None:
    loose = {name: version for name, version in package()[kind].items() if not _is_exact(version)}
    assert loose == {}


def _is_exact(version: str) -> bool:
    return re.fullmatch(r"\d+\.\d+\.\d+(-[0-9a-z.-]+)?", version) is not None


def test_the_lock_file_is_of_these_packages_and_each_has_a_hash() -> None:
    lock = json.loads((FRONTEND / "package-lock.json").read_text())
    top = lock["packages"][""]
    for kind in ("dependencies", "devDependencies"):
        assert top[kind] == package()[kind], "run `npm install` in frontend"
    # npm leaves out the hashes of programs for other systems, which are not installed here.
    without = [
        name
        for name, each in lock["packages"].items()
        if name and "integrity" not in each and not each.get("optional")
    ]
    assert without == []


@pytest.fixture(scope="module")
def built() -> dict[str, str]:
    """The texts that a page may load, by their names in the build."""
    assert (DIST / "index.html").is_file(), "run `make ui`"
    kinds = {".html", ".js", ".css", ".svg"}
    found = [path for path in sorted(DIST.rglob("*")) if path.suffix in kinds]
    return {path.relative_to(DIST).as_posix(): path.read_text() for path in found}


def test_a_page_loads_nothing_from_other_machines(built: dict[str, str]) -> None:
    loading = {name: _LOADS.findall(text) for name, text in built.items() if _LOADS.search(text)}
    assert loading == {}


def test_other_machines_are_named_only_in_texts_that_are_known(built: dict[str, str]) -> None:
    known = NAMED_AND_NOT_ASKED | OWN_MACHINE
    named = {
        f"{name}: {host}"
        for name, text in built.items()
        for host in _ADDRESS.findall(text)
        # What is .invalid is nobody's (RFC 2606): a base for addresses that are only taken apart.
        if host.lower() not in known and not host.endswith(".invalid")
    }
    assert named == set()


@pytest.mark.parametrize(
    ("text", "loads"),
    [
        ('import("https://cdn.example/a.js")', True),
        ('import x from"//cdn.example/a.js"', True),
        ('<script src="https://cdn.example/a.js">', True),
        ("@font-face{src:url(https://fonts.example/a.woff2)}", True),
        ("a{background:url('//cdn.example/a.png')}", True),
        ('<script type="module" src="/assets/index.js">', False),
        ("@font-face{src:url(/assets/inter.woff2)}", False),
        ('xmlns="http://www.w3.org/2000/svg"', False),
    ],
)
def test_the_look_at_addresses_sees_what_would_be_loaded(text: str, loads: bool) -> None:
    assert bool(_LOADS.search(text)) is loads


def test_scripts_and_styles_of_the_first_document_are_files_named_by_their_content(
    built: dict[str, str],
) -> None:
    index = built["index.html"]
    loaded = re.findall(r'(?:src|href)="([^"]+)"', index)
    assert loaded
    by_hand = "|".join(map(re.escape, NUMBERED_BY_HAND))
    named = re.compile(rf"/(assets/([\w.-]+-[\w-]{{8}}\.\w+|{by_hand})|favicon\.svg)")
    assert [name for name in loaded if not named.fullmatch(name)] == []
    # The policy lets no script run that stands in the document itself.
    assert re.findall(r"<script(?![^>]*\bsrc=)", index) == []
    assert not re.search(r"\son[a-z]+=", index)


def test_a_file_that_browsers_keep_for_a_year_has_another_name_when_it_has_another_content() -> None:
    folder = FRONTEND / "public" / "assets"
    there = {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in folder.glob("*")}
    assert there == NUMBERED_BY_HAND
