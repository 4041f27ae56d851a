"""ncnn files through pnnx (github.com/pnnx/pnnx), the converter of ncnn's own authors."""

import os
import re
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

from camloom.errors import ModelError, PluginError
from camloom.inference.card import InputSpec, ModelCard
from camloom.toolchain.conversion.converters import Converted
from camloom.toolchain.conversion.focus import merge_focus
from camloom.toolchain.conversion.resize_axes import spell_out_resizes

_TIMEOUT_S = 300
_HINT = "Convert to openvino or onnx instead, or export the model without these operations"
_MISSING_LAYER = re.compile(r"^\s*((?:aten|prim|nn|F|torch|Tensor|pnnx|onnx)(?:\.|::)[\w.:]+)\s", re.MULTILINE)
_MAX_PARAM_BYTES = 16 << 20
# Without what it asks for: the program alone is needed, not PyTorch and its gigabytes.
_HOW_TO_GET = "pip install --no-deps pnnx"


class ToNcnn:
    """ncnn's .param and .bin."""

    reads: ClassVar[tuple[str, ...]] = (".onnx", ".pt", ".torchscript")

    @classmethod
    def unavailable(cls) -> str:
        """Say why it cannot work here."""
        return "" if _program() else f"not installed: {_HOW_TO_GET}"

    def convert(self, source: Path, card: ModelCard, stem: Path) -> Converted:
        """Run pnnx in a folder of its own and take what ncnn needs; pnnx also writes Python files, which are left."""
        program = _program()
        if program is None:
            raise PluginError("converting to ncnn needs the program of the package 'pnnx'", _HOW_TO_GET)
        if card.input.dtype != "f32" or card.input.layout != "NCHW":
            raise ModelError(f"ncnn takes planes of float32, model '{card.name}' takes something else", _HINT)
        with tempfile.TemporaryDirectory(prefix="camloom-pnnx-") as folder:
            work = Path(folder)
            shutil.copyfile(source, work / f"model{source.suffix}")
            if source.suffix == ".onnx":
                spell_out_resizes(work / "model.onnx")
                merge_focus(work / "model.onnx")
            said = _run([str(program), f"model{source.suffix}", *_options(card.input)], work)
            param = _checked(work / "model.ncnn.param", card, said)
            file = stem.with_name(f"{stem.name}.param")
            shutil.copyfile(param, file)
            shutil.copyfile(work / "model.ncnn.bin", stem.with_name(f"{stem.name}.bin"))
        return Converted("ncnn", file, fixed_size=True)


def _program() -> Path | None:
    """Find the executable in the package, without importing it: the package wants PyTorch, the program does not."""
    spec = find_spec("pnnx")
    folders = (spec.submodule_search_locations or []) if spec else []
    found = next((Path(folder) / "pnnx" for folder in folders if (Path(folder) / "pnnx").is_file()), None)
    return found if found and os.access(found, os.X_OK) else None


def _options(spec: InputSpec) -> list[str]:
    # fp16=0: halved weights would make the file smaller, and its boxes other ones.
    return [f"inputshape=[1,3,{spec.height},{spec.width}]f32", "fp16=0", "device=cpu"]


def _run(command: list[str], work: Path) -> str:
    """Run pnnx to its end; return what it said. It returns 0 for half-converted models too."""
    try:
        done = subprocess.run(  # noqa: S603  # the program of an installed package, on a copy in a folder of its own
            command, cwd=work, capture_output=True, timeout=_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ModelError(f"pnnx did not finish within {_TIMEOUT_S} s", _HINT) from error
    except OSError as error:
        raise ModelError(f"pnnx cannot be run: {error.strerror}", _HOW_TO_GET) from error
    said = (done.stdout + done.stderr).decode("utf-8", "replace")
    if done.returncode < 0:
        raise ModelError(f"pnnx crashed (signal {-done.returncode}): {_last_line(said)}", _HINT)
    return said


def _checked(param: Path, card: ModelCard, said: str) -> Path:
    """Return the param file if it is there and knows all its layers; ModelError says what is wrong."""
    if not param.is_file() or not param.with_suffix(".bin").is_file():
        raise ModelError(f"pnnx cannot convert model '{card.name}' to ncnn: {_last_line(said)}", _HINT)
    text = param.read_bytes()[:_MAX_PARAM_BYTES].decode("utf-8", "replace")
    left = _unknown_layers(text)
    if left:
        raise ModelError(f"ncnn has no layer for {', '.join(left)}, which model '{card.name}' uses", _HINT)
    return param


def _unknown_layers(param: str) -> list[str]:
    """Return the kinds of layers that ncnn does not know; without ncnn here, those that are clearly PyTorch's."""
    if find_spec("ncnn") is None:
        return sorted(set(_MISSING_LAYER.findall(param)))
    import ncnn

    kinds = {line.split(maxsplit=1)[0] for line in param.splitlines()[2:] if line.strip()}
    return sorted(kind for kind in kinds if ncnn.layer_to_index(kind) < 0)


def _last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"error|fail|unsupported|not supported|unknown", line, re.I)]
    return (telling or lines or ["it said nothing"])[-1][:200]
