"""From the name of a card to a model that runs here, on the fastest runtime there is."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from camloom import assets, plugins
from camloom.errors import ModelError, PluginError
from camloom.inference.base import CompiledModel, LoadedModel, Model, Runtime
from camloom.inference.card import ModelCard
from camloom.inference.library import find_card, model_file
from camloom.inference.resilient import DeviceChange, Place, ResilientModel
from camloom.inference.trial import fastest_runtime

Progress = Callable[[str, int, int | None], None]


def load_model(
    name: str,
    runtime: str = "auto",
    workers: int = 1,
    progress: Progress | None = None,
    picture_size: tuple[int, int] | None = None,
    on_change: Callable[[DeviceChange], None] = lambda _: None,
) -> LoadedModel:
    """Load the model of a card.

    Args:
        name: of a card, or the path of a card file.
        runtime: name of a runtime, with a device if not its usual one: `openvino:GPU`, `onnxruntime:cuda:1`;
            `auto` times those that can run it and takes the fastest.
        workers: sessions that will run at once.
        progress: called with (what, bytes so far, bytes in all or None) while files are fetched.
        picture_size: width, height of the pictures to come: where the card allows it, the model is loaded for
            their shape, without the padding of a square input.
        on_change: told when a device failed and what was done about it, see `ResilientModel`.

    Raises:
        PluginError: no such runtime here.
        ModelError, AssetError: the card, its file or its outputs are wrong.
    """
    card, card_path = find_card(name)
    if picture_size is not None:
        card = card.for_picture(*picture_size)
    wanted, _, device = runtime.partition(":")
    best = _fastest(card, card_path, workers, progress) if wanted == "auto" else wanted
    plugins.load_available("runtimes", best)
    family = plugins.load("models", card.family)(card)
    maker = _Maker(card, card_path, family, workers, progress)
    places = [Place(runtime if device else best, partial(maker.make, best, device))]
    spares = ([best] if device else []) + [each for each in runtimes_for(card) if each != best and _is_spare(each)]
    places += [Place(each, partial(maker.make, each, "")) for each in spares]
    return LoadedModel(card, family, ResilientModel(places, on_change), places[0].name)


@dataclass(frozen=True, slots=True)
class _Maker:
    """Loads one card's model, now or when its device has failed."""

    card: ModelCard
    card_path: Path | None
    family: Model
    workers: int
    progress: Progress | None

    def make(self, name: str, device: str) -> CompiledModel:
        path = model_file(self.card, self.card_path, name, self.progress)
        engine: Runtime = plugins.load_available("runtimes", name)()
        compiled = engine.compile(path, self.card, self.workers, device)
        self.family.check(compiled.output_shapes)
        # Warm-up: a device that cannot run the model says so now, and the first picture need not wait for it.
        size = (self.card.input.height, self.card.input.width, 3)
        compiled.session().run(np.full(size, self.card.input.pad_value, np.uint8))
        return compiled


def _fastest(card: ModelCard, card_path: Path | None, workers: int, progress: Progress | None) -> str:
    able = runtimes_for(card)
    if not able:
        raise no_runtime(card)
    files = {name: model_file(card, card_path, name, progress) for name in able}
    return fastest_runtime(card, files, workers) if len(files) > 1 else able[0]


def runtimes_for(card: ModelCard) -> list[str]:
    """Return the runtimes on this machine that the card has a file for; `any` stands for those that read it."""
    here = [info.name for info in plugins.describe(["runtimes"]) if info.available]
    return [name for name in here if name in card.files or _reads_any(name, card)]


def no_runtime(card: ModelCard) -> ModelError:
    """Return the error that says which runtimes a card could use, if one of them were here."""
    named = [name for name in card.files if name != "any"]
    readers = [name for name in _importable() if name not in named and _reads_any(name, card)]
    usable = [*named, *readers]
    needs = f"it needs {'one of ' * (len(usable) > 1)}{', '.join(usable)}" if usable else "no runtime reads its file"
    return ModelError(
        f"no runtime on this machine can run model '{card.name}': {needs}", "`camloom plugins` says how to install one"
    )


def _importable() -> Iterator[str]:
    for name in plugins.names("runtimes"):
        with suppress(PluginError):
            plugins.load("runtimes", name)
            yield name


def _reads_any(name: str, card: ModelCard) -> bool:
    return "any" in card.files and _suffix(card.files["any"]) in getattr(plugins.load("runtimes", name), "reads", ())


def _is_spare(name: str) -> bool:
    return bool(getattr(plugins.load("runtimes", name), "spare", False))


def _suffix(named: str) -> str:
    """Return the suffix of a card's file, which may stand there as the id of an asset that is not fetched yet."""
    asset = assets.catalogue().get(named)
    return Path(asset.files[0].name if asset else named).suffix.lower()
