"""One file of a card on one runtime: without the spare runtimes that `load_model` holds ready for a stream."""

from pathlib import Path

from camloom import plugins
from camloom.inference.base import LoadedModel, Runtime
from camloom.inference.card import ModelCard, Precision
from camloom.inference.library import find_card, model_file
from camloom.inference.load import no_runtime, runtimes_for


def load_file(card: ModelCard, path: Path, runtime: str) -> LoadedModel:
    """Load a file as its card says, on one runtime alone: what is compared must not move elsewhere.

    Args:
        card: of the model.
        path: its file for this runtime.
        runtime: name, with a device if not the usual one: `openvino:GPU`.

    Raises:
        PluginError: no such runtime here.
        ModelError: the file or its outputs do not fit the card.
    """
    name, _, device = runtime.partition(":")
    engine: Runtime = plugins.load_available("runtimes", name)()
    compiled = engine.compile(path, card, 1, device)
    family = plugins.load("models", card.family)(card)
    family.check(compiled.output_shapes)
    return LoadedModel(card, family, compiled, runtime)


def load_card(name: str, runtime: str = "", precision: Precision | None = None) -> LoadedModel:
    """Load a card's model on one runtime.

    Args:
        name: of a card, or the path of a card file.
        runtime: see `load_file`; empty takes the first runtime here that the card has a file for.
        precision: in place of the card's own.

    Raises:
        PluginError, ConfigError, ModelError, AssetError: see `load_file` and `find_card`.
    """
    card, card_path = find_card(name)
    if precision is not None:
        card = card.model_copy(update={"precision": precision})
    runtime = runtime or first_runtime(card)
    return load_file(card, model_file(card, card_path, runtime.partition(":")[0]), runtime)


def first_runtime(card: ModelCard) -> str:
    """Return a runtime here that the card has a file for, OpenVINO if it can; ModelError if there is none."""
    able = runtimes_for(card)
    if not able:
        raise no_runtime(card)
    return min(able, key=lambda name: name != "openvino")


def source_file(card: ModelCard, card_path: Path | None, suffixes: tuple[str, ...]) -> Path | None:
    """Return the card's file of one of these kinds, the kinds in order of preference; None if it has none."""
    paths = {path.suffix.lower(): path for path in (model_file(card, card_path, key) for key in reversed(card.files))}
    return next((paths[suffix] for suffix in suffixes if suffix in paths), None)
