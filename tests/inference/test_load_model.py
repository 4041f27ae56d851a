"""Where a model may run: the runtimes that read its file, and where it goes on when its device fails."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
import yaml

from camloom import plugins
from camloom.detections import Detections
from camloom.errors import ModelError
from camloom.frame import ImageArray
from camloom.inference import load as load_module
from camloom.inference.base import Session, Tensors
from camloom.inference.card import ModelCard, read_card
from camloom.inference.load import load_model, no_runtime, runtimes_for
from camloom.inference.preprocess import Letterbox
from camloom.inference.resilient import DeviceChange


class Compiled:
    """Runs until its device is gone."""

    output_shapes: Mapping[str, tuple[int, ...]] = {"out": (1,)}

    def __init__(self, description: str, gone: set[str]) -> None:
        self.description = description
        self._gone = gone

    def session(self) -> Session:
        return self

    def run(self, canvas: ImageArray) -> Tensors:
        if self.description in self._gone:
            raise ModelError(f"{self.description} is gone")
        return {"out": np.zeros(1, np.float32)}


class Family:
    """Finds nothing."""

    def __init__(self, card: ModelCard) -> None:
        self._card = card

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        pass

    def decode(self, outputs: Tensors, letterbox: Letterbox, min_confidence: float) -> Detections:
        return Detections.empty(self._card.class_names)


class Bench:
    """The runtimes of a machine, and which of their devices are gone."""

    def __init__(self) -> None:
        self.gone: set[str] = set()
        self.runtimes: dict[str, Any] = {}

    def add(self, name: str, *suffixes: str, spare: bool = True, lacking: str = "") -> None:
        gone, label = self.gone, name

        class Fake:
            name: ClassVar = label
            reads: ClassVar = suffixes

            @classmethod
            def unavailable(cls) -> str:
                return lacking

            @classmethod
            def devices(cls) -> tuple[str, ...]:
                return ("CPU", "GPU")

            def compile(self, path: Path, card: ModelCard, workers: int, device: str = "") -> Compiled:
                return Compiled(f"{label}:{device}" if device else label, gone)

        if spare:
            Fake.spare = True  # type: ignore[attr-defined]  # one that says nothing is no spare
        self.runtimes[name] = Fake


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    machine = Bench()

    def load(seam: str, name: str) -> Any:
        return Family if seam == "models" else machine.runtimes[name]

    def describe(_seams: object = ()) -> list[plugins.PluginInfo]:
        kinds = sorted(machine.runtimes.items())
        return [plugins.PluginInfo("runtimes", name, "", "test", kind.unavailable()) for name, kind in kinds]

    monkeypatch.setattr(plugins, "load", load)
    monkeypatch.setattr(plugins, "load_available", load)
    monkeypatch.setattr(plugins, "describe", describe)
    monkeypatch.setattr(plugins, "names", lambda _seam: sorted(machine.runtimes))
    return machine


CardWriter = Callable[..., Path]


@pytest.fixture
def write_card(tmp_path: Path) -> CardWriter:
    def write(**files: str) -> Path:
        for name in files.values():
            if "." in name:
                (tmp_path / name).write_bytes(b"model")
        document = {
            "name": "thing",
            "family": "fake",
            "class_names": ["thing"],
            "input": {"width": 32, "height": 32},
            "licence": "Apache-2.0",
            "files": files,
        }
        path = tmp_path / "thing.yaml"
        path.write_text(yaml.safe_dump(document))
        return path

    return write


def places_when_all_fail(path: Path, runtime: str, bench: Bench) -> list[str]:
    """Return where a model runs first, and then one after another as each device goes."""
    changes: list[DeviceChange] = []
    compiled = load_model(str(path), runtime, on_change=changes.append).compiled
    session, canvas = compiled.session(), np.zeros((32, 32, 3), np.uint8)
    visited = []
    while True:
        visited.append(compiled.description)
        bench.gone.add(compiled.description)
        try:
            session.run(canvas)
        except ModelError:
            return visited


def test_the_spares_are_the_other_runtimes_that_read_the_file(bench: Bench, write_card: CardWriter) -> None:
    bench.add("onnx_a", ".onnx")
    bench.add("onnx_b", ".onnx", ".xml")
    bench.add("lite", ".tflite")
    assert places_when_all_fail(write_card(any="model.onnx"), "onnx_b", bench) == ["onnx_b", "onnx_a"]


def test_a_device_falls_back_to_the_usual_one_of_its_runtime_first(bench: Bench, write_card: CardWriter) -> None:
    bench.add("a", ".onnx")
    bench.add("b", ".onnx")
    path = write_card(any="model.onnx")
    assert places_when_all_fail(path, "b:GPU", bench) == ["b:GPU", "b", "a"]


def test_a_chip_is_no_spare_but_leaves_its_model_to_one(bench: Bench, write_card: CardWriter) -> None:
    bench.add("cpu", ".onnx")
    bench.add("chip", ".chip", spare=False)
    path = write_card(chip="model.chip", cpu="model.onnx")
    assert places_when_all_fail(path, "chip", bench) == ["chip", "cpu"]
    bench.gone.clear()
    assert places_when_all_fail(path, "cpu", bench) == ["cpu"]


def test_what_is_not_installed_is_neither_asked_nor_spare(bench: Bench, write_card: CardWriter) -> None:
    bench.add("here", ".onnx")
    bench.add("away", ".onnx", lacking="not installed")
    path = write_card(any="model.onnx")
    assert runtimes_for(read_card(path)) == ["here"]
    assert places_when_all_fail(path, "auto", bench) == ["here"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"any": "model.onnx"}, ["both", "onnx"]),
        ({"any": "MODEL.ONNX"}, ["both", "onnx"]),
        ({"any": "model.tflite"}, ["both", "lite"]),
        ({"any": "nanodet"}, ["both", "onnx"]),  # an asset of the catalogue, an ONNX file
        ({"any": "model.onnx", "lite": "model.tflite"}, ["both", "lite", "onnx"]),
        ({"lite": "model.tflite"}, ["lite"]),
        ({"any": "model.strange"}, []),
    ],
)
def test_any_stands_for_the_runtimes_that_read_the_file(
    bench: Bench, write_card: CardWriter, files: dict[str, str], expected: list[str]
) -> None:
    bench.add("onnx", ".onnx")
    bench.add("lite", ".tflite")
    bench.add("both", ".onnx", ".tflite")
    assert runtimes_for(read_card(write_card(**files))) == expected


def test_auto_asks_those_that_read_the_file(
    bench: Bench, write_card: CardWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, Path] = {}

    def fastest(card: ModelCard, files: dict[str, Path], workers: int) -> str:
        asked.update(files)
        return "b"

    monkeypatch.setattr(load_module, "fastest_runtime", fastest)
    for name in ("a", "b"):
        bench.add(name, ".onnx")
    bench.add("lite", ".tflite")
    assert load_model(str(write_card(any="model.onnx"))).runtime == "b"
    assert sorted(asked) == ["a", "b"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"any": "model.onnx"}, "it needs one of a, b"),
        ({"chip": "model.chip", "any": "model.onnx"}, "it needs one of chip, a, b"),
        ({"any": "model.strange"}, "no runtime reads its file"),
    ],
)
def test_a_model_nobody_here_can_run_names_those_that_could(
    bench: Bench, write_card: CardWriter, files: dict[str, str], expected: str
) -> None:
    for name in ("a", "b"):
        bench.add(name, ".onnx", lacking="not installed")
    path = write_card(**files)
    with pytest.raises(ModelError, match=expected):
        load_model(str(path))
    assert expected in str(no_runtime(read_card(path)))


def test_every_runtime_says_what_it_reads_and_only_those_of_the_cpu_are_spares() -> None:
    spares = set()
    for name in plugins.names("runtimes"):
        runtime = plugins.load("runtimes", name)
        assert runtime.reads or runtime.undocumented, name
        assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in runtime.reads), name
        spares |= {name} if runtime.spare else set()
    assert spares == {"litert", "ncnn", "onnxruntime", "opencv", "openvino", "torch"}
