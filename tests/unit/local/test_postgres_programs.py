"""Which PostgreSQL is taken where there are many."""

from pathlib import Path

from deploy.local.postgres_programs import find_programs, newest_first


def install(folders: Path, *versions: str) -> None:
    for version in versions:
        (folders / version / "bin").mkdir(parents=True)
        for program in ("initdb", "postgres"):
            (folders / version / "bin" / program).touch()


def test_versions_are_ordered_as_numbers() -> None:
    folders = [Path(f"/x/{version}/bin") for version in ("9.6", "16", "15", "9.10")]
    assert [folder.parent.name for folder in newest_first(folders)] == ["16", "15", "9.10", "9.6"]


def test_the_newest_whole_installation_is_taken(tmp_path: Path) -> None:
    install(tmp_path, "9.6", "15")
    (tmp_path / "17" / "bin").mkdir(parents=True)  # only the clients
    assert find_programs(debian_folders=tmp_path) == tmp_path / "15" / "bin"


def test_data_of_a_version_gets_that_version_or_none(tmp_path: Path) -> None:
    install(tmp_path, "15", "16")
    assert find_programs("15", debian_folders=tmp_path) == tmp_path / "15" / "bin"
    assert find_programs("14", debian_folders=tmp_path) is None
