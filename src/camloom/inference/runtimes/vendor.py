"""Chips with a binding of their vendor's: one runtime class; what differs is a small backend file for each.

A backend runs in this process where the vendor's SDK is installed here, or in a worker process under the Python
where it lives (`CAMLOOM_PYTHON_<NAME>`). None of these has been run on its hardware by us: docs/hardware.md.
"""

import os
import sys
import threading
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar, Protocol

from pydantic import BaseModel, TypeAdapter, ValidationError

from camloom.config import StrictModel
from camloom.errors import ModelError
from camloom.frame import ImageArray
from camloom.inference.base import Session, Tensors
from camloom.inference.card import ModelCard
from camloom.inference.preprocess import Letterbox
from camloom.inference.runtimes.vendor_input import VendorInput
from camloom.inference.worker.client import Probe, Worker, probe
from camloom.inference.worker.shared import Tensor, TensorSpec

_BACKENDS = Path(__file__).parents[1] / "worker" / "backends"
_SPECS = TypeAdapter(tuple[TensorSpec, ...])


class Instance(Protocol):
    """One instance of a model on a device: a channel to a worker, or a backend in this process."""

    @property
    def inputs(self) -> tuple[TensorSpec, ...]:
        """What it takes; empty where the SDK does not say."""

    @property
    def outputs(self) -> tuple[TensorSpec, ...]:
        """What it gives; empty where the SDK does not say."""

    def run(self, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Run it; the outputs may be views that the next run overwrites."""


class VendorRuntime:
    """A vendor's runtime behind a backend file.

    Attributes:
        sdk: top-level modules that the backend imports.
        get_it: how to get them, in a few words.
        undocumented: why there is no backend; empty when there is one.
        reads: suffixes of its files.
        spare: never: a chip that is there today may be gone when another has failed.
        arithmetic: what the chip computes in, as far as the file does not tell us.
        isolate: always use a worker process, because the SDK ends the process when a model is wrong.
        instances: of the model at once on the device; further sessions wait for one of them. Two, so that the
            tensors of one travel while the other computes.
    """

    name: ClassVar[str]
    Config: ClassVar[type[BaseModel]] = StrictModel
    sdk: ClassVar[tuple[str, ...]]
    get_it: ClassVar[str]
    reads: ClassVar[tuple[str, ...]] = ()
    spare: ClassVar[bool] = False
    arithmetic: ClassVar[str] = "fp32, fp16 or int8 as converted"
    undocumented: ClassVar[str] = ""
    isolate: ClassVar[bool] = False
    instances: ClassVar[int] = 2

    @classmethod
    def unavailable(cls) -> str:
        """Say what is missing and how to get it; the SDK itself is only ever loaded in a child process for that."""
        if cls.undocumented and not _setting("BACKEND", cls.name):
            return cls.undocumented
        if not cls._is_named():
            missing = [module for module in cls.sdk if not find_spec(module)]
            if missing:
                return f"{' and '.join(missing)} not installed: {cls.get_it} ({cls._other_python()})"
        found = cls._probe()
        if not found.error:
            return ""
        missing_module = "No module named" in found.error
        return f"{found.error}{f': {cls.get_it}' if missing_module else ''} ({cls._other_python()})"

    @classmethod
    def devices(cls) -> tuple[str, ...]:
        """Return the numbers of its devices here; for some chips `auto` comes first."""
        return () if cls.unavailable() else cls._probe().devices

    def compile(self, path: Path, card: ModelCard, workers: int, device: str = "") -> "VendorModel":
        """Load a model file that the vendor's converter made, and run it once on an empty canvas."""
        place = self._device(device)
        number = int(place) if place.isdecimal() else -1
        if not path.is_file():
            raise ModelError(f"there is no file {path}", "Mend `files` in the card")
        try:
            precision = self.arithmetic if card.precision == "auto" else card.precision
            described = f"{self.name}:{place} {precision}"
            return VendorModel(self._opener(path, number), card, described, min(workers, self.instances))
        except ModelError as error:
            message = f"{self.name} cannot use {path.name} for card '{card.name}' on {place}: {error.message}"
            raise ModelError(message, error.hint) from error

    def _device(self, device: str) -> str:
        here = self.devices()
        if not here or (device and device not in here):
            raise ModelError(f"{self.name} has no device '{device}' here", f"It has: {', '.join(here) or 'none'}")
        return device or here[0]

    def _opener(self, path: Path, number: int) -> Callable[[], Instance]:
        """Return what makes one more instance of a model."""
        if not self._in_worker():
            return lambda: _Here(import_module(f"camloom.inference.worker.backends.{self.name}"), path, number)
        worker = Worker(self._python(), self._backend())
        return lambda: worker.open(path, number)

    @classmethod
    def _in_worker(cls) -> bool:
        return cls.isolate or cls._is_named()

    @classmethod
    def _is_named(cls) -> bool:
        """Say whether a Python or a backend of the user's is to be taken."""
        return bool(_setting("PYTHON", cls.name) or _setting("BACKEND", cls.name))

    @classmethod
    def _python(cls) -> str:
        return _setting("PYTHON", cls.name) or sys.executable

    @classmethod
    def _backend(cls) -> Path:
        own = _setting("BACKEND", cls.name)
        return Path(own).expanduser().absolute() if own else _BACKENDS / f"{cls.name}.py"

    @classmethod
    def _probe(cls) -> Probe:
        return probe(cls._python(), cls._backend())

    @classmethod
    def _other_python(cls) -> str:
        variable = f"CAMLOOM_PYTHON_{cls.name.upper()}"
        named = _setting("PYTHON", cls.name)
        return f"{variable} is {named}" if named else f"if another Python has it, name that in {variable}"


class TensorRtRuntime(VendorRuntime):
    """TensorRT 8.5 and later on NVIDIA GPUs and Jetson (reads engines; not run on hardware by us)."""

    name: ClassVar[str] = "tensorrt"
    sdk: ClassVar[tuple[str, ...]] = ("tensorrt", "cuda")
    get_it: ClassVar[str] = "pip install tensorrt cuda-python, or JetPack; needs NVIDIA's driver"
    reads: ClassVar[tuple[str, ...]] = (".engine", ".plan", ".trt")


class SailRuntime(VendorRuntime):
    """SOPHON SAIL on Sophgo BM1684, BM1684X and BM1688 (reads bmodel; not run on hardware by us)."""

    name: ClassVar[str] = "sail"
    sdk: ClassVar[tuple[str, ...]] = ("sophon",)
    get_it: ClassVar[str] = "install libsophon and sophon-sail from Sophgo's SDK"
    reads: ClassVar[tuple[str, ...]] = (".bmodel",)
    isolate: ClassVar[bool] = True  # SAIL calls exit() when it cannot load a bmodel


class MagicMindRuntime(VendorRuntime):
    """MagicMind on Cambricon MLU (reads its serialised models; not run on hardware by us)."""

    name: ClassVar[str] = "magicmind"
    sdk: ClassVar[tuple[str, ...]] = ("magicmind",)
    get_it: ClassVar[str] = "install the MagicMind wheel and CNToolkit from Cambricon's SDK"
    reads: ClassVar[tuple[str, ...]] = (".magicmind",)


class RknnRuntime(VendorRuntime):
    """RKNN on Rockchip NPUs, RK3566 to RK3588 (reads rknn; not run on hardware by us)."""

    name: ClassVar[str] = "rknn"
    sdk: ClassVar[tuple[str, ...]] = ("rknnlite",)
    get_it: ClassVar[str] = "pip install rknn-toolkit-lite2, with librknnrt and the NPU driver of the board"
    reads: ClassVar[tuple[str, ...]] = (".rknn",)
    instances: ClassVar[int] = 3  # an RK3588 has three cores


class AclRuntime(VendorRuntime):
    """AscendCL on Huawei Ascend (reads om; not run on hardware by us)."""

    name: ClassVar[str] = "acl"
    sdk: ClassVar[tuple[str, ...]] = ("acl",)
    get_it: ClassVar[str] = "install CANN from Huawei and source its set_env.sh"
    reads: ClassVar[tuple[str, ...]] = (".om",)


class QuestCoreRuntime(VendorRuntime):
    """QuestCore on Yitu's chips (no public document of its Python API: needs a backend file of yours)."""

    name: ClassVar[str] = "questcore"
    sdk: ClassVar[tuple[str, ...]] = ()
    get_it: ClassVar[str] = "ask Yitu for the SDK"
    undocumented: ClassVar[str] = (
        "no public document of Yitu's QuestCore Python API was found, so no adapter could be written: "
        "with Yitu's SDK, write a backend file as docs/hardware.md says and name it in CAMLOOM_BACKEND_QUESTCORE"
    )


class VendorModel:
    """A model on a vendor's device.

    Args:
        make: makes one more instance of it.
        description: device and precision, such as `sail:0 int8`.
        instances: at once on the device.
    """

    def __init__(self, make: Callable[[], Instance], card: ModelCard, description: str, instances: int) -> None:
        self._make = make
        self._spec = card.input
        self._limit = max(instances, 1)
        self._pool: list[_Shared] = []
        self._sessions = 0
        self._lock = threading.Lock()
        first = self._next()
        self._sessions = 0  # the first session gets this instance
        warm_up = VendorInput(self._spec, first.instance.inputs).tensors(_empty(card))
        outputs = first.instance.run(warm_up)
        self.description = description
        self.output_shapes: Mapping[str, tuple[int, ...]] = {
            spec.name: spec.shape for spec in first.instance.outputs
        } or {name: value.shape for name, value in outputs.items()}

    def session(self) -> Session:
        """Return a session; it waits its turn where there are more of them than instances of the model."""
        shared = self._next()
        return _VendorSession(shared, VendorInput(self._spec, shared.instance.inputs))

    def _next(self) -> "_Shared":
        with self._lock:
            if self._sessions == len(self._pool) < self._limit:
                self._pool.append(_Shared(self._make()))
            shared = self._pool[self._sessions % len(self._pool)]
            self._sessions += 1
            return shared


class _Shared:
    """An instance and the sessions that take turns with it."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.lock = threading.Lock()


class _VendorSession:
    def __init__(self, shared: _Shared, given: VendorInput) -> None:
        self._shared = shared
        self._given = given

    def run(self, canvas: ImageArray) -> Tensors:
        tensors = self._given.tensors(canvas)
        with self._shared.lock:
            outputs = self._shared.instance.run(tensors)
            # A view is of memory that the next session to take its turn overwrites.
            return {name: value if value.flags.owndata else value.copy() for name, value in outputs.items()}


class _Here:
    """A backend in this process."""

    def __init__(self, module: Any, path: Path, number: int) -> None:
        self._name = str(module.__name__).rpartition(".")[2]
        try:
            self._backend = module.Backend(str(path), number)
        except Exception as error:  # an SDK may raise anything
            raise self._failed(error) from error
        self.inputs = self._specs(self._backend.inputs)
        self.outputs = self._specs(self._backend.outputs)

    def run(self, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        try:
            outputs: Mapping[str, Tensor] = self._backend.run(inputs)
        except Exception as error:  # an SDK may raise anything
            raise self._failed(error) from error
        return outputs

    def _specs(self, tensors: Any) -> tuple[TensorSpec, ...]:
        rows = [{"name": name, "shape": tuple(shape), "dtype": str(dtype)} for name, shape, dtype in tensors]
        try:
            return _SPECS.validate_python(rows)
        except ValidationError as error:
            raise self._failed(error) from error

    def _failed(self, error: Exception) -> ModelError:
        return ModelError(f"{self._name}: {type(error).__name__}: {str(error)[:500]}", "The vendor's log may say more")


def _empty(card: ModelCard) -> ImageArray:
    return Letterbox.fit(card.input, card.input.width, card.input.height).new_canvas()


def _setting(kind: str, name: str) -> str:
    """Return an environment variable such as CAMLOOM_PYTHON_SAIL; empty where it is not set."""
    return os.environ.get(f"CAMLOOM_{kind}_{name.upper()}", "")
