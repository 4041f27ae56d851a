"""ONNX made smaller on the way to another format: constants folded, chains of operations fused."""

import shutil
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from camloom import plugins
from camloom.errors import CamloomError, PluginError
from camloom.inference.base import Runtime, Tensors
from camloom.inference.card import ModelCard

# Fusing a convolution with its batch normalisation changes the last bits of float32, not more.
_MAX_RELATIVE = 1e-3
_WIDE = (1920, 1080)


def simplified(source: Path, card: ModelCard, target: Path) -> str:
    """Write a simplified ONNX file that gives the same outputs, or a copy where that cannot be had.

    Args:
        source: ONNX file.
        card: says what its input is like.
        target: the file to write.

    Returns:
        What was done, in a few words.

    Raises:
        PluginError: onnxslim is not installed.
        ModelError: the source itself does not run.
    """
    import onnx

    expected = [_outputs(source, size, seed) for seed, size in enumerate(_sizes(card))]  # a damaged file ends here
    before = len(onnx.load(source).graph.node)
    problem = _slim(source, target) or _difference(target, card, expected)
    if problem:
        shutil.copyfile(source, target)
        return f"not simplified: {problem}"
    after = len(onnx.load(target).graph.node)
    return f"simplified from {before} to {after} operations, same outputs"


def need(module: str, what: str) -> None:
    """Raise PluginError unless a package of the tool-chain is installed."""
    if find_spec(module) is None:
        raise PluginError(f"{what} needs the package '{module}'", "pip install 'camloom[toolchain]'")


def _slim(source: Path, target: Path) -> str:
    """Write the simplified file; return why that failed, or nothing."""
    need("onnxslim", "simplifying ONNX")
    import onnx
    import onnxslim

    try:
        model = onnxslim.slim(onnx.load(source))
        if model is None:
            return "onnxslim gave nothing back"
        onnx.save(model, target)
    except Exception as error:  # noqa: BLE001  # a stranger's graph may break it in any way; the original still works
        return f"onnxslim failed ({type(error).__name__})"
    return ""


def _sizes(card: ModelCard) -> list[ModelCard]:
    """Return the card for its full input, and for a smaller one where it takes others: shapes must not be baked in."""
    return [card] if card.input.multiple_of is None else [card, card.for_picture(*_WIDE)]


def _difference(target: Path, card: ModelCard, expected: list[Tensors]) -> str:
    try:
        found = [_outputs(target, size, seed) for seed, size in enumerate(_sizes(card))]
    except CamloomError as error:
        return f"the simplified graph does not run ({error.message})"
    same = all(_same(a, b) for a, b in zip(expected, found, strict=True))
    return "" if same else "the simplified graph gives other outputs"


def _outputs(path: Path, card: ModelCard, seed: int) -> Tensors:
    engine: Runtime = plugins.load_available("runtimes", "onnxruntime")()
    shape = (card.input.height, card.input.width, 3)
    canvas = np.random.default_rng(seed).integers(0, 256, shape, np.uint8)
    return dict(engine.compile(path, card, 1).session().run(canvas))


def _same(a: Tensors, b: Tensors) -> bool:
    if set(a) != set(b):
        return False
    return all(a[name].shape == b[name].shape and _close(a, b, name) for name in a)


def _close(a: Tensors, b: Tensors, name: str) -> bool:
    x, y = np.asarray(a[name], np.float64), np.asarray(b[name], np.float64)
    scale = max(1.0, float(np.abs(x[np.isfinite(x)]).max(initial=0.0)))
    return np.allclose(x, y, rtol=0, atol=_MAX_RELATIVE * scale, equal_nan=True)
