"""What is installed, and by whom, on machines of all kinds."""

import pytest

from deploy.local.set_up import is_new_enough
from deploy.local.system_packages import (
    DEMO,
    TEST,
    Installation,
    Need,
    missing_packages,
    named_on,
    needs_for,
    neo4j_needs,
    plan_installation,
)

NEEDS = (Need("ffmpeg", "records", "ffmpeg"), Need("python3-gi", "relay"))


@pytest.mark.parametrize(
    ("programs", "installed", "missing"),
    [
        ({"ffmpeg"}, {"python3-gi"}, []),
        (set(), set(), ["ffmpeg", "python3-gi"]),
        ({"ffmpeg"}, set(), ["python3-gi"]),  # an ffmpeg of one's own will do
        (set(), {"ffmpeg", "python3-gi"}, ["ffmpeg"]),
    ],
)
def test_a_program_is_looked_for_and_a_library_asked_for(
    programs: set[str], installed: set[str], missing: list[str]
) -> None:
    assert missing_packages(NEEDS, has_program=programs.__contains__, installed=installed) == missing


def test_tests_need_all_that_the_demo_needs() -> None:
    assert set(needs_for(DEMO)) < set(needs_for(TEST))


def test_a_server_that_is_given_is_not_installed_for_the_demo_but_is_for_the_tests() -> None:
    def packages(purpose: str, *given: str) -> set[str]:
        return {need.package for need in needs_for(purpose, given=given)}

    assert packages(DEMO) - packages(DEMO, "DATABASE_URL") == {"postgresql"}
    assert packages(DEMO) - packages(DEMO, "REDIS_URL", "HOME") == {"redis-server"}
    assert packages(TEST, "DATABASE_URL", "REDIS_URL") == packages(TEST)


def test_the_demo_needs_no_graph_and_the_tests_do() -> None:
    graph = set(neo4j_needs(is_fetched=False))
    assert {need.program for need in graph} == {"java", "mvn"}
    assert graph.isdisjoint(needs_for(DEMO))
    assert graph < set(needs_for(TEST))


def test_what_fetches_the_graphs_server_is_not_needed_once_that_is_there() -> None:
    assert {need.program for need in neo4j_needs(is_fetched=True)} == {"java"}


def test_a_package_goes_by_the_name_that_its_distribution_gives_it() -> None:
    chromium = Need("chromium", "shows pages", "chromium")
    assert named_on("debian", chromium) is chromium
    assert named_on("ubuntu", chromium).package == "chromium-browser"
    assert named_on("ubuntu", NEEDS[0]) is NEEDS[0]
    (java,) = neo4j_needs(is_fetched=True)
    assert named_on("debian", java).package == "default-jre-headless"
    assert named_on("ubuntu", java).package == "openjdk-17-jre-headless"


@pytest.mark.parametrize(
    ("is_root", "has_sudo", "has_apt", "first_words"),
    [
        (True, False, True, [("env",), ("env",)]),
        (False, True, True, [("sudo",), ("sudo",)]),
        (False, False, True, []),
        (True, True, False, []),
    ],
)
def test_apt_is_used_as_root_or_with_sudo_and_else_the_command_is_told(
    is_root: bool, has_sudo: bool, has_apt: bool, first_words: list[tuple[str]]
) -> None:
    plan = plan_installation(["ffmpeg"], is_root=is_root, has_sudo=has_sudo, has_apt=has_apt)
    assert [command[:1] for command in plan.commands] == first_words
    assert plan.by_hand.endswith("apt-get install --no-install-recommends ffmpeg")
    assert not plan.commands or "ffmpeg" in plan.commands[-1]


def test_nothing_missing_is_nothing_to_do() -> None:
    assert plan_installation([], is_root=True, has_sudo=True, has_apt=True) == Installation((), "")


@pytest.mark.parametrize(
    ("version", "is_new"),
    [("v20.19.0", True), ("v20.18.9", False), ("v18.20.4", False), ("v22.1.0", True), ("", False)],
)
def test_node_is_new_enough_from_20_19_on(version: str, is_new: bool) -> None:
    assert is_new_enough(version, (20, 19)) is is_new
