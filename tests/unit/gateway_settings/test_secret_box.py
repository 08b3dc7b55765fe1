"""Secrets at rest."""

import pytest

from gateway.secret_box import SecretBox, derived_key
from shared.errors import SettingsError

OLD, NEW = "the-old-key-of-32-characters-and-more", "the-new-key-of-32-characters-and-more"


def test_what_was_closed_is_opened_again_and_cannot_be_read_meanwhile() -> None:
    box = SecretBox([OLD])
    closed = box.close("s3cret")
    assert "s3cret" not in closed
    assert box.open(closed) == "s3cret"


def test_a_replaced_key_still_opens_what_it_closed() -> None:
    closed = SecretBox([OLD]).close("s3cret")
    assert SecretBox([NEW, OLD]).open(closed) == "s3cret"


def test_the_newest_key_closes() -> None:
    closed = SecretBox([NEW, OLD]).close("s3cret")
    assert SecretBox([NEW]).open(closed) == "s3cret"


def test_a_key_that_is_not_given_any_more_is_named_as_the_reason() -> None:
    with pytest.raises(SettingsError, match="another secret key"):
        SecretBox([NEW]).open(SecretBox([OLD]).close("s3cret"))


def test_every_purpose_has_a_key_of_its_own() -> None:
    assert derived_key(OLD, "logins") != derived_key(OLD, "secrets at rest")
    assert derived_key(OLD, "logins") != derived_key(NEW, "logins")
    assert len(derived_key(OLD, "logins")) == 32
