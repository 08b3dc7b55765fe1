"""Addresses that are their own permission."""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from gateway.storage.signed_urls import SignedAccess, UrlSigner
from shared.errors import ForbiddenError
from tests.support.set_clock import SetClock

SECRET, OLDER = "s" * 40, "o" * 40
ACCESS = SignedAccess("GET", "cam/Tür 1.jpg", 1_795_280_460, filename="Tür.jpg")


def signer(*secrets: str, now_s: float = 1_795_280_400) -> UrlSigner:
    return UrlSigner(secrets or (SECRET,), SetClock(datetime.fromtimestamp(now_s, UTC)))


def signature_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["signature"][0]


def test_an_address_says_what_it_is_of() -> None:
    parts = urlsplit(signer().url(ACCESS))
    assert (parts.scheme, parts.netloc, unquote(parts.path)) == ("", "", "/storage/cam/Tür 1.jpg")
    query = parse_qs(parts.query)
    assert (query["expires"], query["filename"]) == (["1795280460"], ["Tür.jpg"])


def test_an_address_is_good_as_it_was_given() -> None:
    signer().check(ACCESS, signature_of(signer().url(ACCESS)))


@pytest.mark.parametrize(
    "other",
    [
        replace(ACCESS, method="PUT"),
        replace(ACCESS, key="cam/Tür 2.jpg"),
        replace(ACCESS, expires_s=ACCESS.expires_s + 1),
        replace(ACCESS, filename="evil.html"),
        replace(ACCESS, filename="", content_type="Tür.jpg"),
        replace(ACCESS, upload_id="x", part=1),
        replace(ACCESS, key='cam/Tür 1.jpg", 1795280460', filename=""),
    ],
)
def test_every_part_of_an_address_is_signed(other: SignedAccess) -> None:
    with pytest.raises(ForbiddenError) as refused:
        signer().check(other, signature_of(signer().url(ACCESS)))
    assert refused.value.code == "bad_signature"


@pytest.mark.parametrize("signature", ["", "0" * 64, "\udce9" * 64, "ä"])
def test_a_signature_that_is_none_is_refused(signature: str) -> None:
    with pytest.raises(ForbiddenError):
        signer().check(ACCESS, signature)


def test_an_address_ends_with_its_time() -> None:
    signature = signature_of(signer().url(ACCESS))
    signer(now_s=ACCESS.expires_s - 0.1).check(ACCESS, signature)
    with pytest.raises(ForbiddenError) as refused:
        signer(now_s=ACCESS.expires_s).check(ACCESS, signature)
    assert refused.value.code == "link_expired"


def test_an_address_outlives_a_change_of_keys_while_the_old_one_is_given() -> None:
    signature = signature_of(signer(OLDER).url(ACCESS))
    signer(SECRET, OLDER).check(ACCESS, signature)
    with pytest.raises(ForbiddenError):
        signer(SECRET).check(ACCESS, signature)
