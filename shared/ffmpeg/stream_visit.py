"""Goes to a camera's stream, and on to where it leads, as long as that is the same camera."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from shared.ffmpeg.address_lookup import NotReachedError, Resolve, choose_address
from shared.ffmpeg.stream_address import AddressError, StreamAddress, Target, onward, parse_target

MOST_MOVES = 4

Result = TypeVar("Result")


def visit(
    address: StreamAddress,
    look: Callable[[Target, str], tuple[Result, str]],
    refused: Callable[[str, str], Result],
    *,
    networks: Sequence[str],
    resolve: Resolve,
    limit_s: float,
    monotonic: Callable[[], float],
) -> Result:
    """What `look` finds at the address's target and the one IP address that it is connected to.

    `look` also returns where the camera sent it, empty: nowhere. That is followed where it is the same
    host; else what was found is the answer. `refused`: the answer with this code and sentence.
    """
    for _ in range(MOST_MOVES):
        try:
            target = parse_target(address)
            ip_address = choose_address(target, networks, resolve, limit_s=limit_s, monotonic=monotonic)
        except AddressError as error:
            return refused("bad_address", str(error))
        except NotReachedError as error:
            return refused(error.code, error.sentence)
        found, moved_to = look(target, ip_address)
        further = onward(target, moved_to)
        if further is None:
            return found
        address = further
    return refused("leads_elsewhere", f"{target.shown} leads from one address to the next: check the path.")
