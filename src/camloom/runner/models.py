"""The models of a runner, shared by its streams."""

from collections.abc import Callable
from functools import partial

from camloom.config import SecondaryConfig, TaskConfig
from camloom.inference.base import LoadedModel
from camloom.inference.card import ModelCard
from camloom.inference.crops import CropReader
from camloom.inference.library import find_card
from camloom.inference.load import Progress, load_model
from camloom.inference.pool import InferencePool
from camloom.inference.resilient import DeviceChange
from camloom.packets import StreamInfo

_ModelKey = tuple[str, str, int, int]
"""Name of the card, runtime, width and height of the input."""


class SharedModels:
    """Loads each model once for all streams that use it. One thread at a time may ask for more.

    Args:
        workers: canvases in the works at once, per model.
        progress: called while model files are fetched.
        on_change: told when the device of a model failed, with the name that tasks call the model.
    """

    def __init__(self, workers: int, progress: Progress | None, on_change: Callable[[str, DeviceChange], None]) -> None:
        self._workers = workers
        self._progress = progress
        self._on_change = on_change
        self._models: dict[_ModelKey, LoadedModel] = {}
        self._pools: dict[_ModelKey, InferencePool] = {}
        self._readers: dict[tuple[str, str], CropReader] = {}

    def cards(self, task: TaskConfig) -> tuple[ModelCard, list[ModelCard]]:
        """Return the cards of what a task will use: the model that finds objects, and those of crops.

        Raises:
            CamloomError: there is no such model.
        """
        readers = [find_card(config.model)[0] for config in task.secondary]
        return find_card(task.model)[0], readers

    def finder(self, task: TaskConfig, info: StreamInfo) -> tuple[LoadedModel, InferencePool]:
        """Return the model that finds objects. Streams share it if name, runtime and input size are the same.

        Raises:
            CamloomError: it cannot be loaded.
        """
        card, _ = find_card(task.model)
        spec = card.input.for_picture(info.width, info.height)
        key = task.model, task.runtime, spec.width, spec.height
        if key not in self._models:
            size = (info.width, info.height)
            on_change = partial(self._on_change, task.model)
            self._models[key] = load_model(task.model, task.runtime, self._workers, self._progress, size, on_change)
            self._pools[key] = InferencePool(self._models[key].compiled, self._workers)
        return self._models[key], self._pools[key]

    def reader(self, config: SecondaryConfig) -> CropReader:
        """Return a model of crops. Streams share it if name and runtime are the same.

        Raises:
            CamloomError: it cannot be loaded.
        """
        key = (config.model, config.runtime)
        if key not in self._readers:
            on_change = partial(self._on_change, config.model)
            self._readers[key] = CropReader(load_model(*key, self._workers, self._progress, None, on_change))
        return self._readers[key]

    def close(self) -> None:
        """Stop the workers."""
        for pool in self._pools.values():
            pool.close()
        self._pools.clear()

    @property
    def all(self) -> list[LoadedModel]:
        """Those in use, those of crops last."""
        finders, readers = list(self._models.values()), list(self._readers.values())  # other threads load more
        return [*finders, *(reader.model for reader in readers)]

    @property
    def runtimes(self) -> dict[str, str]:
        """Where each model runs, by the name that tasks call it."""
        finders, readers = list(self._models.items()), list(self._readers.items())  # other threads load more
        return {key[0]: model.runtime for key, model in finders} | {
            name: reader.model.runtime for (name, _), reader in readers
        }
