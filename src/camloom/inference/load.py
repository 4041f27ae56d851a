"""From the name of a card to a model that runs here, on the fastest runtime there is."""

from collections.abc import Callable
from pathlib import Path

from camloom import plugins
from camloom.errors import ModelError
from camloom.inference.base import LoadedModel, Runtime
from camloom.inference.card import ModelCard
from camloom.inference.library import find_card, model_file
from camloom.inference.trial import fastest_runtime

Progress = Callable[[str, int, int | None], None]


def load_model(
    name: str,
    runtime: str = "auto",
    workers: int = 1,
    progress: Progress | None = None,
    picture_size: tuple[int, int] | None = None,
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

    Raises:
        PluginError: no such runtime here.
        ModelError, AssetError: the card, its file or its outputs are wrong.
    """
    card, card_path = find_card(name)
    if picture_size is not None:
        card = card.for_picture(*picture_size)
    wanted, _, device = runtime.partition(":")
    names = _candidates(card) if wanted == "auto" else [wanted]
    files = {each: _file(card, card_path, each, progress) for each in names}
    best = fastest_runtime(card, files, workers) if len(files) > 1 else names[0]
    engine: Runtime = plugins.load_available("runtimes", best)()
    compiled = engine.compile(files[best], card, workers, device)
    family = plugins.load("models", card.family)(card)
    family.check(compiled.output_shapes)
    return LoadedModel(card, family, compiled, f"{best}:{device}" if device else best)


def _candidates(card: ModelCard) -> list[str]:
    here = [info.name for info in plugins.describe(["runtimes"]) if info.available]
    able = [name for name in here if name in card.files or "any" in card.files]
    if not able:
        needs = ", ".join(plugins.names("runtimes") if "any" in card.files else card.files)
        raise ModelError(
            f"no runtime on this machine can run model '{card.name}': it needs one of {needs}",
            "`camloom plugins` says how to install one",
        )
    return able


def _file(card: ModelCard, card_path: Path | None, runtime: str, progress: Progress | None) -> Path:
    if runtime not in card.files and "any" not in card.files:
        raise ModelError(f"model '{card.name}' has no file for runtime '{runtime}'", f"It has: {', '.join(card.files)}")
    return model_file(card, card_path, runtime, progress)
