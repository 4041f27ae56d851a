"""What a model costs through Camloom's runtime, against the bare runtime called in a loop.

    python benchmarks/runtime_overhead.py --models ../shared/assets/models [--rounds 15] [--json out.json]

Each pair runs in the same process and in turn, a few runs of one and then of the other, on one thread, so that
both see the same load of others; the median of the rounds' ratios counts. The times are CPU times of the process,
which the load of others hardly moves. The bare loop is what a programmer
would write: the canvas becomes the input tensor in the usual way (numpy for OpenVINO, ONNX Runtime and LiteRT,
`Mat.from_pixels` for ncnn), then the model runs and its outputs are fetched. `ready` is the bare loop with the
input tensor made once, before the loop: no real program can do that, but it bounds the cost from below.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from camloom import plugins
from camloom.frame import ImageArray
from camloom.inference.card import InputSpec, ModelCard

MAX_OVERHEAD = 0.03
MEAN, STD = (103.53, 116.28, 123.675), (57.375, 57.12, 58.395)

Step = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Case:
    """A model file on a runtime."""

    runtime: str
    file: str
    spec: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """Medians over the rounds; shares are of the bare loop."""

    runtime: str
    file: str
    camloom_ms: float
    bare_ms: float
    ready_ms: float
    over_bare: float
    over_ready: float


FASTESTDET = {"width": 352, "height": 352, "std": (255.0,) * 3}
NANODET = {"width": 416, "height": 416, "mean": MEAN, "std": STD}
YOLO = {"width": 640, "height": 640, "layout": "NHWC", "colour": "RGB", "std": (255.0,) * 3}
CASES = (
    Case("openvino", "FastestDet.onnx", FASTESTDET),
    Case("openvino", "nanodet_m_416.onnx", NANODET),
    Case("onnxruntime", "FastestDet.onnx", FASTESTDET),
    Case("onnxruntime", "nanodet_m_416.onnx", NANODET),
    Case("ncnn", "FastestDet.param", FASTESTDET),
    Case("ncnn", "nanodet_m.param", NANODET),
    Case("litert", "yolov8n_int8_640.tflite", YOLO),
)


def card_of(case: Case) -> ModelCard:
    """Return a card with nothing but the input."""
    document = {
        "name": "overhead",
        "family": "none",
        "class_names": ["thing"],
        "input": InputSpec.model_validate({**case.spec, "fit": "stretch"}),
        "licence": "Apache-2.0",
        "files": {"any": case.file},
    }
    return ModelCard.model_validate(document)


def tensor_of(canvas: ImageArray, spec: InputSpec) -> np.ndarray[Any, Any]:
    """Return the input tensor as most programs make it."""
    ordered = canvas[:, :, ::-1] if spec.colour == "RGB" else canvas
    values = (ordered.astype(np.float32) - np.array(spec.mean, np.float32)) / np.array(spec.std, np.float32)
    shaped = values.transpose(2, 0, 1) if spec.layout == "NCHW" else values
    return np.ascontiguousarray(shaped[None])


def bare_openvino(path: Path, spec: InputSpec, canvas: ImageArray) -> tuple[Step, Step]:
    """OpenVINO with its own hints for one thread."""
    import openvino as ov

    options = {"PERFORMANCE_HINT": "THROUGHPUT", "NUM_STREAMS": 1, "INFERENCE_NUM_THREADS": 1}
    compiled = ov.Core().compile_model(path, "CPU", {**options, "ENABLE_CPU_PINNING": False})
    request = compiled.create_infer_request()
    ready = tensor_of(canvas, spec)
    count = len(compiled.outputs)

    def run(tensor: np.ndarray[Any, Any]) -> object:
        request.set_input_tensor(ov.Tensor(tensor, shared_memory=True))
        request.infer()
        return [request.get_output_tensor(index).data for index in range(count)]

    return lambda: run(tensor_of(canvas, spec)), lambda: run(ready)


def bare_onnxruntime(path: Path, spec: InputSpec, canvas: ImageArray) -> tuple[Step, Step]:
    """ONNX Runtime with one thread."""
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    name, ready = session.get_inputs()[0].name, tensor_of(canvas, spec)
    return lambda: session.run(None, {name: tensor_of(canvas, spec)}), lambda: session.run(None, {name: ready})


def bare_ncnn(path: Path, spec: InputSpec, canvas: ImageArray) -> tuple[Step, Step]:
    """ncnn with one thread, and its own way from pixels to a tensor."""
    import ncnn

    from camloom.inference.runtimes.ncnn_param import read_param

    graph = read_param(path)
    (source,) = graph.inputs
    net = ncnn.Net()
    net.opt.num_threads = 1
    net.load_param(str(path))
    net.load_model(str(path.with_suffix(".bin")))
    mean, factor = list(spec.mean), [1 / value for value in spec.std]

    def mat() -> Any:
        made = ncnn.Mat.from_pixels(canvas, ncnn.Mat.PixelType.PIXEL_BGR, spec.width, spec.height)
        made.substract_mean_normalize(mean, factor)
        return made

    def run(given: Any) -> object:
        extractor = net.create_extractor()
        extractor.input(source, given)
        return [np.asarray(extractor.extract(name)[1]) for name in graph.outputs]

    ready = mat()
    return lambda: run(mat()), lambda: run(ready)


def bare_litert(path: Path, spec: InputSpec, canvas: ImageArray) -> tuple[Step, Step]:
    """LiteRT with one thread."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(path), num_threads=1)
    interpreter.allocate_tensors()
    index = interpreter.get_input_details()[0]["index"]
    outputs = [detail["index"] for detail in interpreter.get_output_details()]
    ready = tensor_of(canvas, spec)

    def run(tensor: np.ndarray[Any, Any]) -> object:
        interpreter.set_tensor(index, tensor)
        interpreter.invoke()
        return [interpreter.get_tensor(output) for output in outputs]

    return lambda: run(tensor_of(canvas, spec)), lambda: run(ready)


BARE = {"openvino": bare_openvino, "onnxruntime": bare_onnxruntime, "ncnn": bare_ncnn, "litert": bare_litert}


def measure(case: Case, folder: Path, rounds: int, runs: int) -> Result:
    """Time the three loops in turn."""
    path, card = folder / case.file, card_of(case)
    size = (card.input.height, card.input.width, 3)
    canvas = np.random.default_rng(0).integers(0, 256, size, np.uint8)
    session = plugins.load_available("runtimes", case.runtime)().compile(path, card, 1).session()
    bare, ready = BARE[case.runtime](path, card.input, canvas)
    loops: dict[str, Step] = {"camloom": lambda: session.run(canvas), "bare": bare, "ready": ready}
    for step in loops.values():
        timed_ms(step, runs)
    times_ms: dict[str, list[float]] = {name: [] for name in loops}
    for turn in range(rounds):
        order = list(loops) if turn % 2 else list(reversed(loops))
        for name in order:
            times_ms[name].append(timed_ms(loops[name], runs))
    ours, theirs, bound = (times_ms[name] for name in ("camloom", "bare", "ready"))
    over = [median(a / b - 1 for a, b in zip(ours, each, strict=True)) for each in (theirs, bound)]
    return Result(case.runtime, case.file, median(ours), median(theirs), median(bound), *over)


def timed_ms(step: Step, runs: int) -> float:
    """Return the median CPU time of a step over some runs, ms."""
    times_s = []
    for _ in range(runs):
        start_s = time.process_time()
        step()
        times_s.append(time.process_time() - start_s)
    return median(times_s) * 1000


def main() -> int:
    """Measure every case whose file is there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, required=True, help="folder with the model files")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--runs", type=int, default=20, help="of each loop in a round")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    results = []
    print(f"{'runtime':<12} {'file':<26} {'camloom':>9} {'bare':>9} {'ready':>9} {'over bare':>10} {'over ready':>11}")
    for case in CASES:
        if not (options.models / case.file).is_file():
            print(f"{case.runtime:<12} {case.file:<26} is not there")
            continue
        one = measure(case, options.models, options.rounds, options.runs)
        results.append(one)
        figures = f"{one.camloom_ms:>7.2f}ms {one.bare_ms:>7.2f}ms {one.ready_ms:>7.2f}ms"
        print(f"{one.runtime:<12} {one.file:<26} {figures} {one.over_bare:>10.1%} {one.over_ready:>11.1%}", flush=True)
    if options.json:
        options.json.write_text(json.dumps([asdict(one) for one in results], indent=2) + "\n")
    return 1 if any(one.over_bare > MAX_OVERHEAD for one in results) else 0


if __name__ == "__main__":
    sys.exit(main())
