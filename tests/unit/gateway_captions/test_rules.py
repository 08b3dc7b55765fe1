"""Rules of all cameras and of single ones."""

import pytest

from gateway.captions.merging import Rules
from gateway.captions.rules import OwnRules, RulesInForce, rules_in_force

OF_ALL = RulesInForce(Rules(0.95, 60.0, 300.0), 90)


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (None, OF_ALL),
        (OwnRules(), OF_ALL),
        (OwnRules(similarity_threshold=0.92), RulesInForce(Rules(0.92, 60.0, 300.0), 90)),
        (OwnRules(min_duration_s=0.0), RulesInForce(Rules(0.95, 0.0, 300.0), 90)),
        (OwnRules(max_duration_s=30.0), RulesInForce(Rules(0.95, 60.0, 30.0), 90)),
        (OwnRules(retention_days=0), RulesInForce(Rules(0.95, 60.0, 300.0), 0)),
        (OwnRules(1.0, 120.0, 600.0, 30), RulesInForce(Rules(1.0, 120.0, 600.0), 30)),
    ],
)
def test_what_is_set_for_a_camera_counts_and_the_rest_is_as_for_all(
    own: OwnRules | None, expected: RulesInForce
) -> None:
    assert rules_in_force(OF_ALL, own) == expected


def test_for_ever_is_something_that_is_set() -> None:
    assert OwnRules(retention_days=0).are_set
    assert not OwnRules().are_set
