"""Rules of single cameras in PostgreSQL."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Engine, Row, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from gateway.captions.rules import OwnRules, RulesInForce, rules_in_force
from gateway.captions.tables import caption_rules

_COLUMNS = (
    caption_rules.c.similarity_threshold,
    caption_rules.c.min_duration_s,
    caption_rules.c.max_duration_s,
    caption_rules.c.retention_days,
)


class CaptionRules:
    """Whose camera is whose is for the caller to see to. Every method raises sqlalchemy.exc.SQLAlchemyError.

    `of_all`: what counts where a camera has no rules of its own. Cameras go by their external ids.
    """

    def __init__(self, engine: Engine, of_all: RulesInForce) -> None:
        self._engine = engine
        self.of_all = of_all

    def in_force(self, camera_id: str) -> RulesInForce:
        """What counts for a camera."""
        return rules_in_force(self.of_all, self.own_of([camera_id]).get(camera_id))

    def own(self, camera_id: str) -> OwnRules:
        """What is set for a camera itself."""
        return self.own_of([camera_id]).get(camera_id, OwnRules())

    def own_of(self, camera_ids: Collection[str]) -> Mapping[str, OwnRules]:
        """Those of `camera_ids` that have rules of their own."""
        query = select(caption_rules.c.camera_id, *_COLUMNS).where(
            caption_rules.c.camera_id.in_(sorted(camera_ids))
        )
        with self._engine.begin() as connection:
            return {row.camera_id: _own(row) for row in connection.execute(query)}

    def retention(self) -> Mapping[str, int]:
        """Days by camera, of all that have their own; 0: for ever."""
        days = caption_rules.c.retention_days
        query = select(caption_rules.c.camera_id, days).where(days.is_not(None))
        with self._engine.begin() as connection:
            return {row.camera_id: row.retention_days for row in connection.execute(query)}

    def change(self, camera_id: str, decide: Callable[[OwnRules], OwnRules]) -> tuple[OwnRules, OwnRules]:
        """Set what counts for a camera itself; return what did before, and what does now.

        `decide`: from the one to the other, while nobody else changes them; what it raises changes nothing.
        """
        of_camera = caption_rules.c.camera_id == camera_id
        # A row that is not there cannot be waited for: it is made where there is none.
        locked = (
            insert(caption_rules)
            .values(camera_id=camera_id)
            .on_conflict_do_update(index_elements=[caption_rules.c.camera_id], set_={"camera_id": camera_id})
            .returning(*_COLUMNS)
        )
        with self._engine.begin() as connection:
            before = _own(connection.execute(locked).one())
            own = decide(before)
            if own.are_set:
                connection.execute(
                    update(caption_rules).where(of_camera).values(**asdict(own), updated_at=func.now())
                )
            else:
                connection.execute(delete(caption_rules).where(of_camera))
        return before, own


def _own(row: Row[*tuple[Any, ...]]) -> OwnRules:
    return OwnRules(row.similarity_threshold, row.min_duration_s, row.max_duration_s, row.retention_days)
