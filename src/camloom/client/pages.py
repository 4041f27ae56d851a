"""Lists that come in pages, as one."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, ParamSpec, Protocol, TypeVar

Item = TypeVar("Item")
Item_co = TypeVar("Item_co", covariant=True)
P = ParamSpec("P")


class Page(Protocol[Item_co]):
    """A part of a list, as the API answers it."""

    @property
    def items(self) -> Sequence[Item_co]:
        """What is on it."""
        ...

    @property
    def next_(self) -> str | None:
        """`after` of the next page; None: this is the last."""
        ...


def each(call: Callable[P, Page[Item]], *args: P.args, **kwargs: P.kwargs) -> Iterator[Item]:
    """Yield everything of a list: `each(box.alarms.list_alarms, handling=["new"])`. Pages are asked for as needed.

    Raises:
        ClientError: see the call.
    """
    more: Any = {}
    while True:
        page = call(*args, **(kwargs | more))
        yield from page.items
        if page.next_ is None:
            return
        more = {"after": page.next_}
