"""One tells, many listen; nobody waits for a slow listener."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Feed(Generic[T]):
    """Calls every listener with what is published. A listener must not block."""

    def __init__(self) -> None:
        self._listeners: dict[object, Callable[[T], None]] = {}

    def listen(self, listener: Callable[[T], None]) -> Callable[[], None]:
        """Call a function from now on; the returned one ends that."""
        key = object()
        self._listeners[key] = listener
        return lambda: self._listeners.pop(key, None) and None

    def publish(self, value: T) -> None:
        """Tell all."""
        for listener in list(self._listeners.values()):
            listener(value)
