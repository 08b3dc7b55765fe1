"""What a migration would make of a camera's cached captions, without making it.

The batches of a migration are merged by the code of a migration, into events that are imagined on top of
those that the graph has.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from gateway.captions.caption import JournalId, JournalRead
from gateway.captions.event import Event
from gateway.captions.graph.event_graph import EventGraph
from gateway.captions.known_cameras_repository import KnownCameras
from gateway.captions.merging import Rules
from gateway.captions.migration.camera_reading import CameraReading
from gateway.captions.migration.camera_rules import check_fit
from gateway.captions.migration.imagined_events import ImaginedEvents, NothingThere, Reading
from gateway.captions.migration.migration_batch import merge_batch
from gateway.captions.migration.migration_run import RunCounts
from gateway.captions.rules import OwnRules, RulesInForce, rules_in_force
from gateway.captions.rules_repository import CaptionRules
from gateway.captions.troubles import captions_off
from gateway.catalogue.device import Scope
from shared.errors import UnavailableError


class Journal(Protocol):
    """A camera's captions that are not merged yet."""

    def entries(
        self, camera_id: str, *, until_ms: int | None, count: int, after: JournalId | None = None
    ) -> JournalRead:
        """The oldest entries behind `after`. Raises UnavailableError."""
        ...


@dataclass(frozen=True, slots=True)
class Trial:
    """Limits to try; None: as the camera's rules say."""

    similarity_threshold: float | None = None
    min_duration_s: float | None = None
    max_duration_s: float | None = None


@dataclass(frozen=True, slots=True)
class PreviewEvent:
    """`extends`: the graph has its beginning."""

    event: Event
    extends: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """`created`, `extended`: how many events; `events`: the first of them, in order of time. `from_graph`:
    whether the graph answered."""

    camera_id: str
    captions: int
    created: int
    extended: int
    late: int
    repeated: int
    events: Sequence[PreviewEvent]
    rules: Rules
    from_graph: bool


class MigrationPreviews:
    """`graph` None: captions are off. `batch`: captions that a migration merges at once."""

    def __init__(
        self,
        cameras: KnownCameras,
        rules: CaptionRules,
        journal: Journal,
        graph: EventGraph | None,
        *,
        batch: int,
    ) -> None:
        self._cameras = cameras
        self._rules = rules
        self._journal = journal
        self._graph = graph
        self._batch = batch

    def preview(self, camera_id: str, scope: Scope, trial: Trial, *, limit: int) -> Preview:
        """Of one camera, with the first `limit` of the events.

        Raises NotFoundError, BadRequestError where the limits do not fit each other, UnavailableError where
        captions are off or their Redis does not answer. Where the graph does not answer, it is made without.
        """
        if self._graph is None:
            raise captions_off()
        self._cameras.camera(camera_id, scope)
        rules = tried(self._rules.in_force(camera_id), trial)
        try:
            return self._imagine(camera_id, CameraReading(self._graph, camera_id), rules, limit)
        except UnavailableError as error:
            if error.code != "graph_unreachable":
                raise
        made = self._imagine(camera_id, NothingThere(), rules, limit)
        return replace(made, from_graph=False)

    def _imagine(self, camera_id: str, there: Reading, rules: Rules, limit: int) -> Preview:
        imagined = ImaginedEvents(there)
        counts = RunCounts()
        for read in self._reads(camera_id):
            counts += merge_batch(imagined, read, rules).counts
        created, extended = imagined.created, imagined.extended
        events = [PreviewEvent(event, True) for event in extended]
        events += [PreviewEvent(event, False) for event in created]
        events.sort(key=lambda each: (each.event.start_ms, each.event.event_id))
        return Preview(
            camera_id=camera_id,
            captions=counts.read,
            created=len(created),
            extended=len(extended),
            late=counts.late,
            repeated=counts.repeated,
            events=events[:limit],
            rules=rules,
            from_graph=True,
        )

    def _reads(self, camera_id: str) -> Iterator[JournalRead]:
        """The journal in batches, up to where it ended when the last one was read."""
        after: JournalId | None = None
        while True:
            read = self._journal.entries(camera_id, until_ms=None, count=self._batch, after=after)
            if read.entries:
                yield read
            if len(read.entries) < self._batch:
                return
            after = read.entries[-1].id


def tried(in_force: RulesInForce, trial: Trial) -> Rules:
    """The rules that count, with those of `trial`. Raises BadRequestError where they do not fit."""
    own = OwnRules(trial.similarity_threshold, trial.min_duration_s, trial.max_duration_s)
    found = rules_in_force(in_force, own)
    if own.are_set:
        check_fit(found)
    return found.merging
