"""PyTorch: a TorchScript module, for parity checks and for CUDA; on the CPU of one thread per worker."""

import warnings
import zipfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel

from camloom.config import StrictModel
from camloom.errors import ModelError
from camloom.frame import ImageArray
from camloom.inference.base import Session, Tensors
from camloom.inference.card import ModelCard
from camloom.inference.host_input import HostInput

if TYPE_CHECKING:
    import torch

_CONVERT = (
    "Convert it where you trust it: torch.jit.trace(model, example).save('model.torchscript'), or torch.onnx.export"
)
_MAX_MEMBERS = 100_000
_MAX_OUTPUTS = 100


class TorchRuntime:
    """PyTorch on the CPU and on CUDA (reads TorchScript, never a pickle)."""

    name: ClassVar = "torch"
    reads: ClassVar[tuple[str, ...]] = (".torchscript", ".pt", ".ts")
    spare: ClassVar = True
    Config: ClassVar[type[BaseModel]] = StrictModel

    @classmethod
    def unavailable(cls) -> str:
        """Say why it cannot run here."""
        return "" if find_spec("torch") else "not installed: pip install 'camloom[torch]'"

    @classmethod
    def devices(cls) -> tuple[str, ...]:
        """Return cpu, and `cuda:0` and so on where there are any."""
        import torch

        return ("cpu", *(f"cuda:{index}" for index in range(torch.cuda.device_count())))

    def compile(self, path: Path, card: ModelCard, workers: int, device: str = "") -> "TorchModel":  # noqa: ARG002
        """Load a TorchScript archive and run it once, to know its outputs."""
        check_torchscript(path)
        import torch  # heavy, and only this runtime needs it

        place = self._place(device)
        torch.set_num_threads(1)
        try:
            model = TorchModel(_load(path, place), card, place)
            model.warm_up()
        except ModelError:
            raise
        except Exception as error:  # TorchScript raises its own kinds
            raise ModelError(
                f"PyTorch cannot use {path.name} for card '{card.name}' on {place}: {_last_line(error)}",
                "The file is damaged, or the card's input is wrong",
            ) from error
        return model

    def _place(self, device: str) -> str:
        wanted = {"": "cpu", "cuda": "cuda:0"}.get(device.lower(), device.lower())
        if wanted not in self.devices():
            raise ModelError(f"PyTorch has no device '{device}' here", f"It has: {', '.join(self.devices())}")
        return wanted


def check_torchscript(path: Path) -> None:
    """Raise ModelError unless a file is a TorchScript archive: a zip with code, not a pickle of Python objects.

    A pickle runs whatever its author wrote while it is read; it is never opened here. A TorchScript archive is
    data and code in PyTorch's own small language, without access to Python.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()[:_MAX_MEMBERS]
    except OSError as error:
        raise ModelError(f"PyTorch cannot read {path.name}: {error.strerror}") from error
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise ModelError(f"PyTorch cannot use {path.name}: it is not a TorchScript archive", _CONVERT) from error
    tops = {name.split("/", 2)[1] for name in names if name.count("/")}
    if "code" not in tops or "constants.pkl" not in tops:
        raise ModelError(
            f"PyTorch cannot use {path.name}: it is a pickle of Python objects, which can run anything when it is read",
            _CONVERT,
        )


def _load(path: Path, place: str) -> Any:
    """Load an archive. PyTorch calls TorchScript outdated, but has nothing else that runs no code of a stranger's."""
    import torch

    load: Any = torch.jit.load  # has no types
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        return load(str(path), map_location=place).eval()


class TorchModel:
    """A TorchScript module on a device."""

    def __init__(self, module: Any, card: ModelCard, device: str) -> None:
        import torch

        types = {"fp16": torch.float16, "bf16": torch.bfloat16}
        self._type = types.get(card.precision, torch.float32)
        self._module = module.to(self._type) if card.precision in types else module
        self._spec = card.input
        self._device = device
        self._shapes: dict[str, tuple[int, ...]] = {}
        if card.input.constants:
            raise ModelError(f"PyTorch modules with inputs beside the picture are not supported (card '{card.name}')")

    @property
    def description(self) -> str:
        """Device and precision."""
        names = {"float32": "f32", "float16": "f16", "bfloat16": "bf16"}
        return f"{self._device} {names[str(self._type).removeprefix('torch.')]}"

    @property
    def output_shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Outputs by name: those of a dictionary, else `output_0` and so on."""
        return self._shapes

    def warm_up(self) -> None:
        """Run once on an empty canvas and keep the shapes of the outputs."""
        outputs = self.session().run(np.zeros((self._spec.height, self._spec.width, 3), np.uint8))
        self._shapes = {name: array.shape for name, array in outputs.items()}

    def session(self) -> Session:
        """Return a session on the shared module."""
        return _TorchSession(self._module, HostInput(self._spec), self._device, self._type)


class _TorchSession:
    def __init__(self, module: Any, host: HostInput, device: str, dtype: "torch.dtype") -> None:
        self._module = module
        self._host = host
        self._device = device
        self._type = dtype
        self._ready = False

    def run(self, canvas: ImageArray) -> Tensors:
        import torch

        if not self._ready:
            torch.set_num_threads(1)  # counts for the thread that calls it
            self._ready = True
        tensor = torch.from_numpy(self._host.tensor(canvas)).to(self._device)
        if tensor.is_floating_point():
            tensor = tensor.to(self._type)
        try:
            with torch.inference_mode():
                return _arrays(self._module(tensor))
        except RuntimeError as error:
            raise ModelError(f"PyTorch failed while running the model: {_last_line(error)}") from error


def _arrays(result: Any) -> dict[str, npt.NDArray[np.generic]]:
    """Return the tensors of a result by name; lists and tuples are taken in order."""
    if isinstance(result, dict):
        named = list(result.items())
    else:
        named = [(f"output_{index}", tensor) for index, tensor in enumerate(_flat(result))]
    if not named or len(named) > _MAX_OUTPUTS:
        raise ModelError(f"PyTorch: the model returned {len(named)} tensors")
    return {str(name): _array(tensor) for name, tensor in named}


def _flat(result: Any) -> list[Any]:
    if isinstance(result, list | tuple):
        return [tensor for each in result[:_MAX_OUTPUTS] for tensor in _flat(each)]
    return [result]


def _array(tensor: Any) -> npt.NDArray[np.generic]:
    whole = tensor.float() if tensor.is_floating_point() else tensor
    array: npt.NDArray[np.generic] = whole.cpu().numpy()
    return array


def _last_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines or ["unknown reason"])[-1][:200]
