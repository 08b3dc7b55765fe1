"""Neo4j, the server of captions' events: which version, where it is installed, and what fetches it.

Its parts come from Maven Central, by Maven: no archive of it is in any package registry.

Runs before anything is installed: the standard library only.
"""

import re
from collections.abc import Sequence
from pathlib import Path

NAME = "neo4j"
# A range takes Maven minutes to look through. Newer series need a newer Java.
VERSION = "5.26.30"
OLDEST_JAVA = 17
# The only user of a new server.
USER = "neo4j"
JAVA = "java"
MAVEN = "mvn"
POM = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>coldframe</groupId>
  <artifactId>graph</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.neo4j</groupId>
      <artifactId>neo4j</artifactId>
      <version>{VERSION}</version>
    </dependency>
  </dependencies>
</project>
"""


def jars_path(state_dir: Path) -> Path:
    """The folder that the set-up puts the server's parts into; another version has another one."""
    return state_dir / NAME / f"{NAME}-{VERSION}"


def fetch_arguments(pom: Path, target: Path) -> Sequence[str]:
    """What Maven is told: put all parts that the server runs with into the folder `target`."""
    return (
        *("-q", "-B", "-ntp", "-f", str(pom), "dependency:copy-dependencies"),
        *("-DincludeScope=runtime", f"-DoutputDirectory={target}"),
    )


def java_is_new_enough(said: str) -> bool:
    """Whether `java -version` says that it can run the server; what cannot be read cannot."""
    found = re.search(r'version "(\d+)', said)
    return found is not None and int(found[1]) >= OLDEST_JAVA
