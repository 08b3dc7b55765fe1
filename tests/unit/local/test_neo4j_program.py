"""Which Java runs the graph's server, and where that is."""

from pathlib import Path

import pytest

from deploy.local.neo4j_program import POM, VERSION, jars_path, java_is_new_enough


@pytest.mark.parametrize(
    ("said", "is_new"),
    [
        ('openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment', True),
        ('openjdk version "21" 2023-09-19', True),
        ('Picked up _JAVA_OPTIONS: -Xmx1g\njava version "17.0.1" 2021-10-19 LTS', True),
        ('openjdk version "11.0.22" 2024-01-16', False),
        ('java version "1.8.0_392"', False),
        ("", False),
    ],
)
def test_java_is_new_enough_from_17_on(said: str, is_new: bool) -> None:
    assert java_is_new_enough(said) is is_new


def test_another_version_of_the_server_is_another_folder() -> None:
    assert VERSION in jars_path(Path("/state")).name
    assert f"<version>{VERSION}</version>" in POM
