"""A model that outlives its device: made anew when it fails, then moved to another place."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from camloom.errors import CamloomError, ModelError
from camloom.frame import ImageArray
from camloom.inference.base import CompiledModel, Session, Tensors

_RECREATE_AFTER_S = 60.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a model can run.

    Attributes:
        name: runtime and device, such as `onnxruntime:cuda`.
        make: loads the model there; ModelError when it cannot.
    """

    name: str
    make: Callable[[], CompiledModel]


@dataclass(frozen=True, slots=True)
class DeviceChange:
    """A device failed, and this was done about it.

    Attributes:
        reason: what the device or its runtime said.
        to_place: the same as `from_place` when the model was made anew there.
    """

    from_place: str
    to_place: str
    reason: str


class ResilientModel:
    """Runs a model at the first of several places, and moves on when that one fails.

    A place that fails is tried once more with the model made anew; if it fails again within a minute, the
    model moves to the next place, and stays. The canvas that met the failure is run again: nothing is lost.
    Only when no place is left does a session raise.

    Args:
        places: at least one, best first.
        on_change: told of every change, on the worker that met it.
        clock: seconds, as `time.monotonic`.
    """

    def __init__(
        self,
        places: Sequence[Place],
        on_change: Callable[[DeviceChange], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._places = list(places)
        self._on_change = on_change
        self._clock = clock
        self._lock = threading.Lock()
        self._made_anew_s: float | None = None
        self.generation = 0
        self.current = self._places[0].make()

    @property
    def place(self) -> str:
        """Where it runs now."""
        return self._places[0].name

    @property
    def description(self) -> str:
        """Device and precision."""
        return self.current.description

    @property
    def output_shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Outputs by name; -1 for a size known only at run time."""
        return self.current.output_shapes

    @property
    def batch_size(self) -> int:
        """The most canvases at once."""
        return int(getattr(self.current, "batch_size", 1))

    def session(self) -> Session:
        """Return a session of its own for one worker thread."""
        return _ResilientSession(self)

    def recover(self, generation: int, error: ModelError) -> None:
        """Replace what failed, unless another worker already has; raise the error when no place is left."""
        with self._lock:
            if generation != self.generation:
                return
            while not self._replace(error):
                pass
            self.generation += 1

    def _replace(self, error: ModelError) -> bool:
        """Make the model anew, here or at the next place; False when that failed too."""
        before = self._places[0].name
        if self._failed_again():
            if len(self._places) == 1:
                raise error
            del self._places[0]
        self._made_anew_s = self._clock()
        place = self._places[0]
        try:
            self.current = place.make()
        except CamloomError as failure:
            _log.warning("%s cannot run the model: %s", place.name, failure)
            return False
        _log.warning("%s failed (%s); the model goes on at %s", before, error.message, place.name)
        self._on_change(DeviceChange(before, place.name, error.message))
        return True

    def _failed_again(self) -> bool:
        return self._made_anew_s is not None and self._clock() - self._made_anew_s < _RECREATE_AFTER_S


class _ResilientSession:
    def __init__(self, owner: ResilientModel) -> None:
        self._owner = owner
        self._generation = owner.generation
        self._session: Session | None = owner.current.session()

    def run(self, canvas: ImageArray) -> Tensors:
        while True:
            try:
                return self._current().run(canvas)
            except ModelError as error:
                self._owner.recover(self._generation, error)

    def run_batch(self, canvases: Sequence[ImageArray]) -> Sequence[Tensors]:
        """Run several at once where the device can, else one after another."""
        try:
            together = getattr(self._current(), "run_batch", None)
            if together is not None and len(canvases) > 1:
                return list(together(canvases))
        except ModelError as error:
            self._owner.recover(self._generation, error)
        return [_kept(self.run(canvas)) for canvas in canvases]

    def _current(self) -> Session:
        """Return a session of the model as it is now."""
        if self._session is None or self._generation != self._owner.generation:
            self._session = None
            self._generation = self._owner.generation
            self._session = self._owner.current.session()
        return self._session


def _kept(outputs: Tensors) -> Tensors:
    """Copy outputs that the next run may overwrite."""
    return {name: value.copy() for name, value in outputs.items()}
