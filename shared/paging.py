"""Parts of long lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")

PAGE_SIZE = 20
LARGEST_PAGE = 100
LAST_PAGE = 1_000_000


@dataclass(frozen=True, slots=True)
class PageQuery:
    """Which part of a list is wanted; pages count from 1."""

    page: int = 1
    page_size: int = PAGE_SIZE

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.page_size


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """A part of a list of `total` items."""

    items: Sequence[Item]
    total: int
    asked: PageQuery
