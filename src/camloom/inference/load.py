"""From the name of a card to a model that runs here, on the fastest runtime there is."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from camloom import plugins
from camloom.errors import ModelError
from camloom.inference.base import CompiledModel, LoadedModel, Model, Runtime
from camloom.inference.card import ModelCard
from camloom.inference.library import find_card, model_file
from camloom.inference.resilient import DeviceChange, Place, ResilientModel
from camloom.inference.trial import fastest_runtime

Progress = Callable[[str, int, int | None], None]

_READ_ANY = frozenset({"openvino", "onnxruntime"})
_ON_CPU = frozenset({"openvino", "onnxruntime", "ncnn", "litert"})


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
    spares = ([best] if device else []) + [each for each in _able(card) if each != best and each in _ON_CPU]
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
    able = _able(card)
    if not able:
        needs = ", ".join(plugins.names("runtimes") if "any" in card.files else card.files)
        raise ModelError(
            f"no runtime on this machine can run model '{card.name}': it needs one of {needs}",
            "`camloom plugins` says how to install one",
        )
    files = {name: model_file(card, card_path, name, progress) for name in able}
    return fastest_runtime(card, files, workers) if len(files) > 1 else able[0]


def _able(card: ModelCard) -> list[str]:
    """Return the runtimes here for which the card has a file; `any` stands for those that read ONNX."""
    here = [info.name for info in plugins.describe(["runtimes"]) if info.available]
    return [name for name in here if name in card.files or ("any" in card.files and name in _READ_ANY)]
