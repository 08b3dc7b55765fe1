"""What the demo and the tests need of the system, and what of it is missing.

Runs before anything is installed: the standard library only.
"""

import shutil
import subprocess
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec

from deploy.local.neo4j_program import JAVA, MAVEN, OLDEST_JAVA, java_is_new_enough
from deploy.local.postgres_programs import find_programs

DEMO = "demo"
TEST = "test"


@dataclass(frozen=True, slots=True)
class Need:
    """One Debian or Ubuntu package. It is there when its `program` is found; without one, dpkg is asked."""

    package: str
    purpose: str
    program: str = ""


RELAY_PACKAGES = (
    "python3-gi",
    "gir1.2-gst-rtsp-server-1.0",
    "gir1.2-gst-plugins-base-1.0",
    "gstreamer1.0-plugins-base",
    "gstreamer1.0-plugins-good",
    "gstreamer1.0-plugins-bad",
    "gstreamer1.0-rtsp",
)
_DEMO_NEEDS = (
    Need("ffmpeg", "records, converts and shows video", "ffmpeg"),
    Need("util-linux", "its setpriv ends ffmpeg together with the agent", "setpriv"),
    *(Need(package, "the RTSP relay that stands in for a camera") for package in RELAY_PACKAGES),
)
POSTGRES_PROGRAM = "postgres"
# The variable that names a server for the demo, and what is needed without it. Debian's packages start a
# server each: on their usual ports, not used here.
SERVER_NEEDS = {
    "DATABASE_URL": Need("postgresql", "keeps the gateway's records", POSTGRES_PROGRAM),
    "REDIS_URL": Need("redis-server", "keeps the wall's pictures and counts logins", "redis-server"),
}
# The demo goes on without it: captions are off then.
NEO4J_VARIABLE = "NEO4J_URI"
_JAVA = Need("default-jre-headless", "runs Neo4j, which keeps the events of captions", JAVA)
_MAVEN = Need("maven", "fetches Neo4j", MAVEN)
_TEST_NEEDS = (
    *_DEMO_NEEDS,
    *SERVER_NEEDS.values(),
    _JAVA,
    _MAVEN,
    Need("fonts-dejavu-core", "burns clocks into test pictures"),
    Need("iproute2", "cuts a host off its network", "ip"),
    Need("chromium", "opens the gateway's pages", "chromium"),
    Need("curl", "sends the documented requests as people type them", "curl"),
    Need("jq", "reads their answers", "jq"),
)


def needs_for(purpose: str, given: Collection[str] = ()) -> tuple[Need, ...]:
    """What `purpose` (demo or test) needs of the system.

    `given`: the variables of the environment that are set. The demo uses the servers that they name; the
    tests have private ones always.
    """
    if purpose == TEST:
        return _TEST_NEEDS
    return (*_DEMO_NEEDS, *(need for variable, need in SERVER_NEEDS.items() if variable not in given))


def neo4j_needs(is_fetched: bool) -> tuple[Need, ...]:
    """What the demo's graph needs; Maven only until the server `is_fetched`."""
    return (_JAVA,) if is_fetched else (_JAVA, _MAVEN)


def named_on(distribution: str, need: Need) -> Need:
    """`need` as `distribution` (the ID of os-release) calls it: Ubuntu's Chromium has another name, and its
    usual Java was too old for long."""
    if distribution == "ubuntu" and need.package == "chromium":
        return replace(need, package="chromium-browser", program="chromium-browser")
    if distribution == "ubuntu" and need is _JAVA:
        return replace(need, package=f"openjdk-{OLDEST_JAVA}-jre-headless")
    return need


def missing_packages(
    needs: Sequence[Need], *, has_program: Callable[[str], bool], installed: Collection[str]
) -> list[str]:
    """Return the packages that have to be installed, in the order of `needs`."""
    return [
        need.package
        for need in needs
        if not (has_program(need.program) if need.program else need.package in installed)
    ]


@dataclass(frozen=True, slots=True)
class Installation:
    """How packages get in: `commands` to run as they are, or none where a person has to run `by_hand`."""

    commands: tuple[tuple[str, ...], ...]
    by_hand: str


def plan_installation(
    packages: Sequence[str], *, is_root: bool, has_sudo: bool, has_apt: bool
) -> Installation:
    """Return how to install `packages`: with apt as root or through sudo, else by hand."""
    if not packages:
        return Installation((), "")
    install = ("apt-get", "install", "-y", "-q", "--no-install-recommends", *packages)
    by_hand = f"sudo apt-get update && sudo apt-get install --no-install-recommends {' '.join(packages)}"
    if not has_apt or not (is_root or has_sudo):
        return Installation((), by_hand)
    prefix = () if is_root else ("sudo",)
    quiet = (*prefix, "env", "DEBIAN_FRONTEND=noninteractive")
    waiting = ("-o", "DPkg::Lock::Timeout=120")
    return Installation(((*quiet, "apt-get", "update", "-q"), (*quiet, *install, *waiting)), by_hand)


def has_program(name: str) -> bool:
    """Whether a command of this name is on the path; PostgreSQL's server, wherever Debian keeps it; a Java
    that is new enough."""
    if name == POSTGRES_PROGRAM:
        return find_programs() is not None
    if name == JAVA:
        return has_java()
    return shutil.which(name) is not None


def has_java() -> bool:
    """Whether the path's Java runs Neo4j."""
    if shutil.which(JAVA) is None:
        return False
    # Some print it to standard output, most to the other.
    asked = subprocess.run([JAVA, "-version"], capture_output=True, text=True, check=False)
    return java_is_new_enough(asked.stdout + asked.stderr)


def can_make_environments() -> bool:
    """Whether this Python can make a virtual environment; Debian's cannot without python3-venv."""
    return find_spec("venv") is not None and find_spec("ensurepip") is not None


def installed_packages(packages: Sequence[str]) -> set[str]:
    """Which of `packages` dpkg has installed; none where there is no dpkg."""
    if not packages or not has_program("dpkg-query"):
        return set()
    asked = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package}\n", *packages],
        capture_output=True,
        text=True,
        check=False,  # it fails where it does not know one of them, and answers for the others
    )
    words = (line.split() for line in asked.stdout.splitlines())
    return {line[1] for line in words if len(line) == 2 and line[0] == "installed"}
