"""What the demo says where it has no graph."""

from deploy.local.demo_graph import why_no_graph
from deploy.local.system_packages import neo4j_needs


def test_what_to_install_is_said_in_one_line() -> None:
    why = why_no_graph(neo4j_needs(is_fetched=False), lambda _name: False, is_fetched=False)
    assert why.endswith("sudo apt-get install default-jre-headless maven, then make demo")
    assert "\n" not in why


def test_where_the_server_is_there_a_java_is_enough() -> None:
    assert why_no_graph(neo4j_needs(is_fetched=True), {"java"}.__contains__, is_fetched=True) == ""


def test_a_server_that_was_not_fetched_is_said() -> None:
    assert "make set-up-demo" in why_no_graph(
        neo4j_needs(is_fetched=False), lambda _name: True, is_fetched=False
    )
