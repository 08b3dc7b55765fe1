"""The rules by which a camera's captions are merged and its events kept: everybody's, and its own. Plain."""

from dataclasses import dataclass, replace

from gateway.captions.merging import Rules


@dataclass(frozen=True, slots=True)
class OwnRules:
    """What is set for one camera; None: as for all. `retention_days` 0: for ever."""

    similarity_threshold: float | None = None
    min_duration_s: float | None = None
    max_duration_s: float | None = None
    retention_days: int | None = None

    @property
    def are_set(self) -> bool:
        return self != OwnRules()


@dataclass(frozen=True, slots=True)
class RulesInForce:
    """What counts. `retention_days` 0: for ever."""

    merging: Rules
    retention_days: int


def rules_in_force(of_all: RulesInForce, own: OwnRules | None) -> RulesInForce:
    """`own` where it says something, else `of_all`.

    Both sides may change by themselves, so a least duration can come to lie above the longest: every event
    is brief then.
    """
    if own is None:
        return of_all
    said = {
        name: value
        for name in ("similarity_threshold", "min_duration_s", "max_duration_s")
        if (value := getattr(own, name)) is not None
    }
    return RulesInForce(
        replace(of_all.merging, **said),
        of_all.retention_days if own.retention_days is None else own.retention_days,
    )
