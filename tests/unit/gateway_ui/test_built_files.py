"""Files of a build: which are given out, in which form, and what a build in another's place changes."""

import gzip
import os
from pathlib import Path

import pytest

from gateway.ui.built_files import BuiltFiles
from shared.errors import NotFoundError, UnavailableError

SCRIPT = "export const answer = 42;\n" * 200


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Coldframe</title>")
    (folder / "assets" / "index-abc.js").write_text(SCRIPT)
    (tmp_path / "secret.txt").write_text("not for the web")
    return folder


def test_a_file_of_the_build_is_given_with_its_type(dist: Path) -> None:
    (dist / "assets" / "style.css").write_text("body{}")
    (dist / "assets" / "inter.woff2").write_bytes(b"wOF2")
    (dist / "favicon.svg").write_text("<svg/>")
    (dist / "assets" / "data.unheard-of").write_text("?")
    files = BuiltFiles(dist)
    assert {
        name: files.file(name).content_type
        for name in (
            "assets/index-abc.js",
            "assets/style.css",
            "assets/inter.woff2",
            "favicon.svg",
            "assets/data.unheard-of",
        )
    } == {
        "assets/index-abc.js": "text/javascript; charset=utf-8",
        "assets/style.css": "text/css; charset=utf-8",
        "assets/inter.woff2": "font/woff2",
        "favicon.svg": "image/svg+xml",
        "assets/data.unheard-of": "application/octet-stream",
    }
    assert files.index().content_type == "text/html; charset=utf-8"
    assert files.index().content == b"<!doctype html><title>Coldframe</title>"


@pytest.mark.parametrize(
    "name",
    [
        "../secret.txt",
        "assets/../../secret.txt",
        "assets/./index-abc.js",
        "assets//index-abc.js",
        "/etc/hostname",
        "assets/..\\..\\secret.txt",
        "..\\secret.txt",
        "assets/index-abc.js\0",
        "assets/\0.js",
        "assets",
        "assets/",
        "",
        ".",
        "..",
        "assets/index-abc.js/more",
        "assets/index-old.js",
        "a" * 5000,
    ],
)
def test_what_is_no_file_of_the_build_is_not_there(dist: Path, name: str) -> None:
    with pytest.raises(NotFoundError, match="no such file") as raised:
        BuiltFiles(dist).file(name)
    assert "Load the page again" in raised.value.remedy


@pytest.mark.parametrize("target", ["../../secret.txt", "/etc/hostname", "index-loop.js"])
def test_a_link_that_leads_out_of_the_build_or_nowhere_is_not_followed(dist: Path, target: str) -> None:
    (dist / "assets" / "index-loop.js").symlink_to(target)
    with pytest.raises(NotFoundError):
        BuiltFiles(dist).file("assets/index-loop.js")


def test_a_folder_beside_the_build_whose_name_begins_alike_is_outside(dist: Path) -> None:
    beside = dist.with_name("dist-old")
    beside.mkdir()
    (beside / "index.js").write_text("old")
    (dist / "assets" / "old.js").symlink_to(beside / "index.js")
    with pytest.raises(NotFoundError):
        BuiltFiles(dist).file("assets/old.js")


def test_builds_side_by_side_are_changed_by_one_link(dist: Path, tmp_path: Path) -> None:
    next_build = tmp_path / "build-2"
    next_build.mkdir()
    (next_build / "index.html").write_text("the next one")
    current = tmp_path / "current"
    current.symlink_to(dist)
    files = BuiltFiles(current)
    assert b"Coldframe" in files.index().content
    current.unlink()
    current.symlink_to(next_build)
    assert files.index().content == b"the next one"


def test_a_build_whose_files_have_the_same_time_and_length_is_told_apart(dist: Path) -> None:
    files = BuiltFiles(dist)
    before = files.index()
    found = (dist / "index.html").stat()
    changed = dist / "index.html.new"
    changed.write_bytes(before.content.replace(b"Coldframe", b"Coldframf"))
    os.utime(changed, ns=(found.st_atime_ns, found.st_mtime_ns))
    changed.replace(dist / "index.html")
    assert files.index().content.endswith(b"Coldframf</title>")
    assert files.index().tag != before.tag


def test_an_unchanged_file_is_read_once(dist: Path) -> None:
    files = BuiltFiles(dist)
    assert files.file("assets/index-abc.js") is files.file("assets/index-abc.js")


def test_a_file_that_the_next_build_does_not_have_is_gone_with_it(dist: Path) -> None:
    files = BuiltFiles(dist)
    files.file("assets/index-abc.js")
    (dist / "assets" / "index-abc.js").unlink()
    with pytest.raises(NotFoundError):
        files.file("assets/index-abc.js")


def _no_folder(dist: Path) -> Path:
    return dist.with_name("nothing")


def _no_index(dist: Path) -> Path:
    (dist / "index.html").unlink()
    return dist


def _file_for_a_folder(dist: Path) -> Path:
    return dist / "index.html"


def _folder_for_a_file(dist: Path) -> Path:
    (dist / "index.html").unlink()
    (dist / "index.html").mkdir()
    return dist


@pytest.mark.parametrize("spoil", [_no_folder, _no_index, _file_for_a_folder, _folder_for_a_file])
def test_where_nothing_is_built_it_is_said_how_to(dist: Path, spoil: object) -> None:
    assert callable(spoil)
    with pytest.raises(UnavailableError, match="not built") as raised:
        BuiltFiles(spoil(dist)).index()
    assert raised.value.code == "ui_not_built"
    assert "make ui" in raised.value.remedy


def test_a_build_may_come_after_the_start(dist: Path) -> None:
    later = dist.with_name("later")
    files = BuiltFiles(later)
    with pytest.raises(UnavailableError):
        files.index()
    dist.rename(later)
    assert b"Coldframe" in files.index().content


def test_texts_are_compressed_once_and_what_gains_nothing_is_not(dist: Path) -> None:
    (dist / "assets" / "inter.woff2").write_bytes(bytes(5000))
    (dist / "assets" / "picture.png").write_bytes(bytes(5000))
    (dist / "assets" / "short.js").write_text("1;")
    files = BuiltFiles(dist)
    script = files.file("assets/index-abc.js")
    assert script.packed is not None
    assert len(script.packed) < len(script.content) / 10
    assert gzip.decompress(script.packed) == SCRIPT.encode()
    assert script.packed is script.packed
    for name in ("inter.woff2", "picture.png", "short.js"):
        assert files.file(f"assets/{name}").packed is None


def test_the_same_content_has_the_same_tag_wherever_it_is_built(dist: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "assets").mkdir(parents=True)
    (elsewhere / "assets" / "index-abc.js").write_text(SCRIPT)
    name = "assets/index-abc.js"
    assert BuiltFiles(dist).file(name).tag == BuiltFiles(elsewhere).file(name).tag
