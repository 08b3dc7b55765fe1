"""Names of objects, and what is said of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.storage.disposition import disposition
from gateway.storage.keys import checked_folder, checked_key, checked_metadata, folder_prefix
from gateway.storage.limits import MOST_PARTS, part_size_for
from gateway.storage.local_facts import facts_name, is_facts_name
from gateway.storage.s3_metadata import metadata_from_headers, metadata_to_headers
from shared.errors import BadRequestError

NAME = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn"], exclude_characters="/\\"), min_size=1
).filter(lambda name: not name.startswith(".") and len(name.encode()) <= 200)


@given(st.lists(NAME, min_size=1, max_size=4))
def test_names_with_slashes_between_them_are_a_key(names: list[str]) -> None:
    key = "/".join(names)
    assert checked_key(key) == key


@given(st.text(max_size=40))
def test_no_key_leads_out_of_its_folder_or_is_a_file_of_the_storage(text: str) -> None:
    try:
        names = checked_key(text).split("/")
    except BadRequestError as refused:
        assert refused.code == "bad_key"
        return
    assert all(name and not name.startswith(".") and "\0" not in name for name in names)
    assert not any(is_facts_name(name) for name in names)


@pytest.mark.parametrize(("prefix", "folder"), [("", ""), ("cam", "cam"), ("cam/", "cam"), ("a/b/", "a/b")])
def test_a_folder_is_named_with_its_slash_or_without(prefix: str, folder: str) -> None:
    assert checked_folder(prefix) == folder
    assert folder_prefix(folder) == (f"{folder}/" if folder else "")


@pytest.mark.parametrize("prefix", ["/", "..", "a//", "../"])
def test_a_folder_that_leads_elsewhere_is_refused(prefix: str) -> None:
    with pytest.raises(BadRequestError):
        checked_folder(prefix)


@given(NAME)
def test_what_is_beside_an_object_has_a_name_that_no_object_has(name: str) -> None:
    with pytest.raises(BadRequestError):
        checked_key(facts_name(name))
    assert len(facts_name(name).encode()) <= 255


@given(
    st.dictionaries(
        st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True),
        st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), max_size=40),
        max_size=4,
    )
)
def test_metadata_comes_back_from_headers_as_it_was(metadata: dict[str, str]) -> None:
    headers = metadata_to_headers(checked_metadata(metadata))
    assert all(value.isascii() and value == value.strip() for value in headers.values())
    assert metadata_from_headers(headers) == metadata


@pytest.mark.parametrize(
    ("content_type", "filename", "shown"),
    [
        ("image/jpeg", "", True),
        ("video/mp4", "", True),
        ("image/jpeg", "door.jpg", False),
        ("image/svg+xml", "", False),
        ("text/html", "", False),
        ("application/octet-stream", "", False),
    ],
)
def test_only_pictures_and_films_are_shown_and_not_saved(
    content_type: str, filename: str, shown: bool
) -> None:
    told = disposition("cam/1.jpg", content_type, filename)
    assert (told == "inline") is shown
    assert shown or told.startswith(f'attachment; filename="{filename or "1.jpg"}"')


@pytest.mark.parametrize("limit", [1024, 8 * 2**20, 20 * 2**30, 5 * 2**40])
def test_the_largest_object_has_no_more_parts_than_there_may_be(limit: int) -> None:
    size = part_size_for(limit, 8 * 2**20)
    assert size >= 8 * 2**20
    assert -(-limit // size) <= MOST_PARTS
