"""Pictures that a process has read already."""

from gateway.wall.frames.held_pictures import HeldPictures
from gateway.wall.frames.picture import Picture, PictureFacts


def _picture(number: int, size: int = 10) -> Picture:
    return Picture(PictureFacts(number, 1000 * number), bytes(size))


def test_a_picture_is_held_until_there_is_a_newer_one() -> None:
    held = HeldPictures()
    first, second = _picture(1), _picture(2)
    held.put(("a", "x"), first)
    assert held.get(("a", "x"), first.facts) is first
    assert held.get(("a", "x"), second.facts) is None
    assert held.get(("b", "x"), first.facts) is None
    held.put(("a", "x"), second)
    assert held.get(("a", "x"), second.facts) is second
    assert held.get(("a", "x"), first.facts) is None


def test_the_one_least_looked_at_goes_when_there_are_too_many_bytes() -> None:
    held = HeldPictures(most_bytes=30)
    for name in "abc":
        held.put((name, "x"), _picture(1))
    assert held.get(("a", "x"), _picture(1).facts)
    held.put(("a", "x"), _picture(2))  # in place of itself: nobody goes
    held.put(("d", "x"), _picture(1))
    found = {name: held.get((name, "x"), _picture(2 if name == "a" else 1).facts) for name in "abcd"}
    assert [name for name, picture in found.items() if picture is None] == ["b"]


def test_one_that_is_larger_than_all_there_is_room_for_is_not_held() -> None:
    held = HeldPictures(most_bytes=5)
    held.put(("a", "x"), _picture(1))
    assert held.get(("a", "x"), _picture(1).facts) is None
