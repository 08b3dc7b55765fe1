"""How captions are written in Redis."""

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from gateway.captions.cache.journal_form import digest_of, packed, read_entry, shown, unpacked, written
from gateway.captions.caption import Caption, JournalId, hash8

NOW_MS = 1_795_269_600_000
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
NOTES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
CAPTIONS = st.builds(
    Caption,
    camera_id=st.just("cam_001"),
    captured_ms=st.integers(946_684_800_000, NOW_MS),
    text=TEXTS,
    embedding=st.none() | st.lists(st.floats(width=32, allow_nan=False), min_size=1, max_size=8).map(tuple),
    model=NOTES,
    frame=NOTES,
)


@given(CAPTIONS)
def test_what_is_written_is_read_again(caption: Caption) -> None:
    parts = [part.encode() if isinstance(part, str) else part for part in written([caption], NOW_MS)]
    _, _, digest, value, content, embedding = parts
    told = [b"n", b"1", b"s", b"%d:0a" % caption.captured_ms, b"c", content]
    entry = read_entry("cam_001", b"5-7", [*told, b"e", embedding])  # type: ignore[list-item]
    assert (entry.id, entry.suffix) == (JournalId(5, 7), f"{caption.captured_ms}:0a")
    assert entry.caption == replace(caption, further=True)
    assert isinstance(value, bytes) and digest == digest_of(caption.text)
    seen = shown("cam_001", str(caption.captured_ms), value, 7200)
    assert (seen.text, seen.model, seen.frame) == (caption.text, caption.model, caption.frame)
    assert (seen.captured_ms, seen.received_ms) == (caption.captured_ms, NOW_MS)
    assert seen.expires_ms == NOW_MS + 7_200_000
    assert seen.has_embedding == (caption.embedding is not None)


@given(TEXTS)
def test_a_texts_digest_begins_with_what_its_key_is_told_apart_by(text: str) -> None:
    assert digest_of(text)[:4].hex() == hash8(text)


def test_people_read_a_caption_in_its_key() -> None:
    value = written([Caption("cam_001", NOW_MS + 250, "a door")], NOW_MS + 1001)[3]
    assert json.loads(str(value)) == {
        "text": "a door",
        "captured_at": "2026-11-21T14:00:00.250Z",
        "received_at": "2026-11-21T14:00:01.001Z",
    }


@given(st.lists(st.floats(width=32, allow_nan=False)))
def test_numbers_are_packed_and_unpacked(numbers: list[float]) -> None:
    assert unpacked(packed(numbers)) == (tuple(numbers) or None)
    assert packed(None) == b""
