"""`python -m gateway captions …` on real servers: what it shows, what it leaves behind, how it ends."""

import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog
import tomli_w
from click.testing import CliRunner, Result

from gateway.__main__ import _checked, main
from gateway.bootstrap.cameras import build_cameras
from gateway.bootstrap.captions import build_caption_rules
from gateway.bootstrap.parts import Parts, new_id
from gateway.captions.caption import Caption
from gateway.captions.migration.migration import CaptionMigration
from gateway.captions.rules import OwnRules
from gateway.catalogue.repository import Catalogue
from gateway.doctor.migration_check import examine_migration
from gateway.settings import load_settings
from shared.errors import ColdframeError, UnavailableError
from shared.finding import Verdict
from tests.support.gateway_app import NO_REDIS
from tests.support.migration_api import NOBODY, patient_pages
from tests.support.migration_stand import MigrationStand
from tests.support.neo4j import graph_section, new_camera_id

if TYPE_CHECKING:
    from deploy.local.neo4j import PrivateNeo4j

MADE = re.compile(r"Made a camera for it: .*, (captions-demo-[0-9a-f]{6})\.")


class Commands:
    """Runs them with one settings file."""

    def __init__(self, folder: Path, database_url: str, redis_url: str, neo4j: "PrivateNeo4j") -> None:
        self.config = folder / "gateway.toml"
        self.sections: dict[str, dict[str, object]] = {
            "database": {"url": database_url},
            "redis": {"url": redis_url},
            "graph": graph_section(neo4j),
            "security": {"secret_key": secrets.token_urlsafe(32)},
            "storage": {"dir": str(folder / "objects")},
        }
        self.stands: list[MigrationStand] = []

    def run(self, *command: str, **sections: dict[str, object]) -> Result:
        self.config.write_text(tomli_w.dumps(self.sections | sections))
        return CliRunner().invoke(main, ["captions", *command, "--config", str(self.config)])

    def stand(self) -> MigrationStand:
        stand = MigrationStand(Parts(load_settings(self.config, {})))
        self.stands.append(stand)
        return stand


@pytest.fixture
def commands(
    tmp_path: Path, migrated_database_url: str, redis_url: str, neo4j: "PrivateNeo4j"
) -> Iterator[Commands]:
    made = Commands(tmp_path, migrated_database_url, redis_url, neo4j)
    # A command sets up the log of its process, which is this one here.
    before = structlog.get_config()
    with patient_pages():
        yield made
    structlog.configure(**before)
    for stand in made.stands:
        stand.close()


def camera_of(output: str) -> str:
    found = MADE.search(output)
    assert found is not None, output
    return found[1]


def cameras(stand: MigrationStand) -> list[str]:
    with stand.parts.engine.connect() as connection:
        return list(connection.exec_driver_sql("SELECT external_id FROM cameras").scalars())


def nodes(stand: MigrationStand, camera_id: str) -> int:
    (row,) = stand.graph.read(
        "MATCH (n) WHERE n.camera_id = $camera_id RETURN count(n) AS nodes", camera_id=camera_id
    )
    return int(str(row["nodes"]))


def test_the_demonstration_shows_six_captions_becoming_two_events_and_cleans_up(commands: Commands) -> None:
    done = commands.run("demo")
    assert done.exit_code == 0, (done.output, done.exception)
    assert "6 captions would be 2 events, 66.7% fewer" in done.output
    assert "6 captions read, 2 events created" in done.output
    assert "That is as it should be." in done.output
    shown = re.findall(r"^  \d\d:\d\d:00  \d\d:\d\d:00 +(\d+) s +(\d) +(.*)$", done.output, re.MULTILINE)
    two = [
        ("120", "5", "surveillance camera view of man in fields"),
        ("0", "1", "person walking away from field"),
    ]
    assert shown == two + two  # in the preview, and in the graph
    camera_id, stand = camera_of(done.output), commands.stand()
    assert cameras(stand) == [] and nodes(stand, camera_id) == 0
    assert list(stand.parts.captions_redis.scan_iter(f"*{camera_id}*")) == []
    (run,) = stand.runs()
    assert (run.camera_id, run.trigger, run.state) == (camera_id, "demo", "done")
    with stand.parts.engine.connect() as connection:
        query = "SELECT action FROM audit_log ORDER BY at"
        assert list(connection.exec_driver_sql(query).scalars()) == ["camera.create", "camera.delete"]


def test_what_it_made_is_kept_where_that_is_wanted(commands: Commands) -> None:
    done = commands.run("demo", "--keep")
    assert done.exit_code == 0, (done.output, done.exception)
    camera_id, stand = camera_of(done.output), commands.stand()
    assert f"Kept: the camera {camera_id} and its events." in done.output
    assert cameras(stand) == [camera_id]
    assert [event.frame_count for event in stand.stored(camera_id).events] == [5, 1]
    assert build_caption_rules(stand.parts).own(camera_id) == OwnRules()
    again = commands.run("demo", "--camera", camera_id)
    assert isinstance(again.exception, ColdframeError) and "events (2) of its own" in str(again.exception)


def test_the_rules_of_a_camera_are_its_own_also_where_the_events_are_kept(commands: Commands) -> None:
    commands.run("status")
    stand, camera_id = commands.stand(), new_camera_id()
    made = build_cameras(stand.parts, Catalogue(stand.parts.engine, new_id)).cameras
    made.add({"name": "Field", "rtsp_url": "rtsp://192.0.2.1/field", "external_id": camera_id}, None)
    own, rules = OwnRules(similarity_threshold=1.0, max_duration_s=60.0), build_caption_rules(stand.parts)
    rules.change(camera_id, lambda _own: own)
    done = commands.run("demo", "--camera", camera_id, "--keep")
    assert done.exit_code == 0, (done.output, done.exception)
    assert rules.own(camera_id) == own


def test_it_runs_by_the_examples_rules_whatever_the_settings_are(commands: Commands) -> None:
    done = commands.run("demo", captions={"similarity_threshold": 1.0, "max_duration_s": 60.0, "batch": 1})
    assert done.exit_code == 0, (done.output, done.exception)


def test_a_camera_that_is_there_is_left_as_it_was(commands: Commands) -> None:
    commands.run("status")
    stand, camera_id = commands.stand(), new_camera_id()
    made = build_cameras(stand.parts, Catalogue(stand.parts.engine, new_id)).cameras
    made.add({"name": "Field", "rtsp_url": "rtsp://192.0.2.1/field", "external_id": camera_id}, None)
    own = OwnRules(similarity_threshold=0.8, retention_days=30)
    rules = build_caption_rules(stand.parts)
    rules.change(camera_id, lambda _own: own)
    done = commands.run("demo", "--camera", camera_id, "--yes")
    assert done.exit_code == 0, (done.output, done.exception)
    assert cameras(stand) == [camera_id] and stand.stored(camera_id).events == [] and stand.keys() == []
    assert rules.own(camera_id) == own
    unknown = commands.run("demo", "--camera", "cam_nowhere").exception
    assert isinstance(unknown, ColdframeError) and unknown.code == "unknown_camera"


def test_events_that_are_not_as_they_should_be_end_it_with_one(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.captions.migration.demonstration.EXPECTED", ())
    done = commands.run("demo")
    assert done.exit_code == 1
    assert "There are 2 events, and 0 are expected." in done.output and "Deleted:" in done.output


@pytest.mark.parametrize(
    ("sections", "code"),
    [
        ({"security": {}}, "bad_settings"),
        ({"graph": {}}, "captions_off"),
        ({"graph": dict(NOBODY)}, "graph_unreachable"),
        ({"captions": {"redis_url": NO_REDIS}}, "captions_unavailable"),
        ({"database": {"url": "postgresql://nobody@127.0.0.1:1/nothing"}}, "unavailable"),
    ],
)
def test_it_says_what_is_not_there(
    commands: Commands, sections: dict[str, dict[str, object]], code: str
) -> None:
    done = commands.run("demo", **sections)
    assert isinstance(done.exception, ColdframeError)
    assert done.exception.code == code and done.exception.remedy
    assert "Made a camera" not in done.output


def test_what_goes_wrong_in_the_middle_is_told_and_what_was_made_is_cleaned_up(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_arguments: object, **_more: object) -> None:
        raise UnavailableError("The graph is away.", remedy="Start it.", code="graph_unreachable")

    monkeypatch.setattr(CaptionMigration, "migrate_now", away)
    done = commands.run("demo")
    assert isinstance(done.exception, UnavailableError) and done.exception.code == "graph_unreachable"
    # The camera is migrated before it is deleted, which does not go either.
    assert f"Not cleaned up: the camera {camera_of(done.output)}" in done.output
    assert commands.stand().keys() == []


def test_a_command_that_cannot_be_done_ends_with_two_and_two_sentences(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands.run("status", graph={})
    monkeypatch.setattr("sys.argv", ["gateway", "captions", "status", "--config", str(commands.config)])
    with pytest.raises(SystemExit) as ended:
        _checked()
    assert ended.value.code == 2
    assert "NEO4J_URI" in capsys.readouterr().err


def test_the_status_tells_what_waits_and_ends_with_one_where_it_is_behind(commands: Commands) -> None:
    done = commands.run("status")
    assert done.exit_code == 0, (done.output, done.exception)
    assert "cached         0 captions of 0 cameras" in done.output and "No worker runs" in done.output
    commands.stand().put([Caption("cam_001", 1_761_742_800_000, "a fox")], age_s=7100.0)
    done = commands.run("status")
    assert done.exit_code == 1 and "due            1 captions of 1 cameras" in done.output
    assert commands.run("status", graph=dict(NOBODY)).exit_code == 1


def test_the_doctor_says_whether_migration_keeps_up(commands: Commands) -> None:
    commands.run("status")
    settings = load_settings(commands.config, {})
    (finding,) = examine_migration(settings)
    assert finding.verdict is Verdict.OK and "0 captions wait" in finding.sentence
    commands.stand().put([Caption("cam_001", 1_761_742_800_000, "a fox")], age_s=7100.0)
    (finding,) = examine_migration(settings)
    assert finding.verdict is Verdict.WARNING and "1 captions of 1 cameras are due" in finding.sentence
    commands.run("status", graph={})
    assert examine_migration(load_settings(commands.config, {})) == []
