"""The models of a runner: each loaded once, for all streams that ask for it."""

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

from camloom.config import SecondaryConfig, TaskConfig
from camloom.inference.base import LoadedModel
from camloom.inference.card import ModelCard
from camloom.inference.crops import CropReader
from camloom.inference.library import find_card
from camloom.inference.load import Progress, load_model
from camloom.inference.pool import InferencePool
from camloom.inference.resilient import DeviceChange

_ModelKey = tuple[str, str, int, int]
"""Name of the card, runtime, width and height of the input."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A model that streams will ask for.

    Attributes:
        runtime: see `load_model`.
        size: width, height of their pictures in px; None: it reads crops.
    """

    model: str
    runtime: str
    size: tuple[int, int] | None


class Models:
    """Models in use, or loaded ahead for streams that are to come. Any thread; they are loaded one by one.

    Args:
        workers: canvases in the works at once, per model.
        progress: called while model files are fetched.

    Attributes:
        on_change: told the name of a model, and that its device failed and what was done about it.
    """

    def __init__(self, workers: int, progress: Progress | None = None) -> None:
        self.on_change: Callable[[str, DeviceChange], None] = lambda *_: None
        self._workers = workers
        self._progress = progress
        self._loading = threading.RLock()
        self._finders: dict[_ModelKey, LoadedModel] = {}
        self._pools: dict[_ModelKey, InferencePool] = {}
        self._readers: dict[tuple[str, str], CropReader] = {}

    def cards(self, task: TaskConfig) -> tuple[ModelCard, list[ModelCard]]:
        """Return the cards of what a task will use: the model that finds objects, and those of crops.

        Raises:
            CamloomError: there is no such model.
        """
        readers = [find_card(config.model)[0] for config in task.secondary]
        return find_card(task.model)[0], readers

    def prepare(self, wanted: Wanted) -> None:
        """Load a model ahead; its threads begin when a stream asks for it.

        Raises:
            CamloomError: it cannot be used.
        """
        if wanted.size is None:
            self._read(wanted.model, wanted.runtime)
        else:
            self._find(wanted.model, wanted.runtime, wanted.size)

    def keep(self, wanted: Collection[Wanted]) -> None:
        """Free what was loaded ahead and is not wanted."""
        with self._loading:
            finders = {_key(each.model, each.runtime, each.size) for each in wanted if each.size is not None}
            readers = {(each.model, each.runtime) for each in wanted if each.size is None}
            self._finders = {key: model for key, model in self._finders.items() if key in finders | self._pools.keys()}
            self._readers = {key: reader for key, reader in self._readers.items() if key in readers}

    def finder(self, task: TaskConfig, size: tuple[int, int]) -> tuple[LoadedModel, InferencePool]:
        """Return the model that finds a task's objects, and who runs it.

        Streams share it if name, runtime and input size are the same.

        Args:
            size: width, height of the pictures in px.

        Raises:
            CamloomError: it cannot be used.
        """
        with self._loading:
            key = self._find(task.model, task.runtime, size)
            if key not in self._pools:
                self._pools[key] = InferencePool(self._finders[key].compiled, self._workers)
            return self._finders[key], self._pools[key]

    def reader(self, config: SecondaryConfig) -> CropReader:
        """Return a model of crops; streams share it if name and runtime are the same.

        Raises:
            CamloomError: it cannot be used.
        """
        return self._read(config.model, config.runtime)

    def close(self) -> None:
        """Stop those who run models."""
        for pool in self._pools.values():
            pool.close()
        self._pools.clear()

    @property
    def all(self) -> list[LoadedModel]:
        """The models, those of crops last."""
        finders, readers = list(self._finders.values()), list(self._readers.values())  # other threads load more
        return [*finders, *(reader.model for reader in readers)]

    @property
    def runtimes(self) -> dict[str, str]:
        """Where each model runs, by the name that tasks call it; whoever runs it again need not find out anew."""
        finders, readers = list(self._finders.items()), list(self._readers.items())  # other threads load more
        return {key[0]: model.runtime for key, model in finders} | {
            name: reader.model.runtime for (name, _), reader in readers
        }

    def _find(self, model: str, runtime: str, size: tuple[int, int]) -> _ModelKey:
        with self._loading:
            key = _key(model, runtime, size)
            if key not in self._finders:
                self._finders[key] = self._load(model, runtime, size)
            return key

    def _read(self, model: str, runtime: str) -> CropReader:
        with self._loading:
            key = (model, runtime)
            if key not in self._readers:
                self._readers[key] = CropReader(self._load(model, runtime, None))
            return self._readers[key]

    def _load(self, model: str, runtime: str, size: tuple[int, int] | None) -> LoadedModel:
        return load_model(model, runtime, self._workers, self._progress, size, partial(self._tell, model))

    def _tell(self, model: str, change: DeviceChange) -> None:
        self.on_change(model, change)


def _key(model: str, runtime: str, size: tuple[int, int]) -> _ModelKey:
    spec = find_card(model)[0].input.for_picture(*size)
    return model, runtime, spec.width, spec.height
