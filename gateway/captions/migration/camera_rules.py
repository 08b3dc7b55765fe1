"""The rules of single cameras for people: as they are set, and what counts."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from gateway.captions.known_cameras_repository import KnownCameras
from gateway.captions.rules import OwnRules, RulesInForce, rules_in_force
from gateway.captions.rules_repository import CaptionRules
from gateway.captions.troubles import captions_off
from gateway.catalogue.device import Scope
from shared.errors import BadRequestError


@dataclass(frozen=True, slots=True)
class RulesOfCamera:
    """`own`: what is set for the camera; `of_all`: by the settings; `in_force`: what counts."""

    camera_id: str
    own: OwnRules
    of_all: RulesInForce
    in_force: RulesInForce

    def as_json(self) -> dict[str, object]:
        """What is set, for the log of deeds."""
        return asdict(self.own)


class CameraRules:
    """`is_on`: captions are. Every method raises UnavailableError where they are not, NotFoundError where
    there is no such camera in `scope`."""

    def __init__(self, cameras: KnownCameras, rules: CaptionRules, *, is_on: bool) -> None:
        self._cameras = cameras
        self._rules = rules
        self._is_on = is_on

    def of(self, camera_id: str, scope: Scope) -> RulesOfCamera:
        """Of one camera."""
        self._check(camera_id, scope)
        return self._told(camera_id, self._rules.own(camera_id))

    def change(
        self, camera_id: str, scope: Scope, given: Mapping[str, Any]
    ) -> tuple[RulesOfCamera, RulesOfCamera]:
        """Give a camera rules; return what was and what is.

        `given`: by their names in OwnRules; what is not among them stays as it is, None is as for all.
        Raises BadRequestError where they do not fit each other.
        """
        self._check(camera_id, scope)

        def decide(own: OwnRules) -> OwnRules:
            changed = replace(own, **given)
            if given.keys() - {"retention_days"}:
                check_fit(rules_in_force(self._rules.of_all, changed))
            return changed

        before, now = self._rules.change(camera_id, decide)
        return self._told(camera_id, before), self._told(camera_id, now)

    def _check(self, camera_id: str, scope: Scope) -> None:
        if not self._is_on:
            raise captions_off()
        self._cameras.camera(camera_id, scope)

    def _told(self, camera_id: str, own: OwnRules) -> RulesOfCamera:
        of_all = self._rules.of_all
        return RulesOfCamera(camera_id, own, of_all, rules_in_force(of_all, own))


def check_fit(rules: RulesInForce) -> None:
    """Raises BadRequestError where an event could never be as long as it has to be."""
    merging = rules.merging
    if merging.min_duration_s > merging.max_duration_s:
        raise BadRequestError(
            f"min_duration_s: {merging.min_duration_s:g} s is more than max_duration_s,"
            f" {merging.max_duration_s:g} s.",
            remedy="Give both; what is not given is as it counts now.",
            details={"fields": {"min_duration_s": "must not be larger than max_duration_s."}},
        )
