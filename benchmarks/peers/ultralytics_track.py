"""`YOLO(...).track()`, a model for each thread. Runs only where a user has installed ultralytics (AGPL-3.0) and onnx.

The detector is dressed as one of ultralytics' own exports: RGB 0..1 in, (1, 84, N) boxes and scores out.
"""

import importlib
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import supervision as sv
from common import LAMP_POST, LAWN, Meter, Options, frames_to_analyse, open_video, parse_options, run_streams
from detector import MIN_CONFIDENCE, SIZE, YOLOX_CELLS, YOLOX_STRIDE, is_nanodet


def load(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        sys.exit(
            f"{name} is not installed; this peer needs ultralytics, lap, onnx and onnxruntime, and never has to run"
        )


def as_export(onnx: Any, model: str, folder: str) -> str:
    """Write the YOLOX model with ultralytics' input and output around it; returns the path."""
    inner = onnx.load(model)
    graph, node, value = inner.graph, onnx.helper.make_node, onnx.helper.make_tensor_value_info
    image, raw = graph.input[0].name, graph.output[0].name
    constants = {
        "u_255": np.array(255, np.float32),
        "u_cells": YOLOX_CELLS[None].astype(np.float32),
        "u_stride": YOLOX_STRIDE[None].astype(np.float32),
        "u_bgr": np.array([2, 1, 0]),
        "u_01": np.array([0, 1]),
        "u_23": np.array([2, 3]),
        "u_4": np.array([4]),
        "u_rest": np.arange(5, 85),
    }
    before = [node("Mul", ["u_image", "u_255"], ["u_rgb"]), node("Gather", ["u_rgb", "u_bgr"], [image], axis=1)]
    after = [
        node("Gather", [raw, "u_01"], ["u_offset"], axis=2),
        node("Add", ["u_offset", "u_cells"], ["u_place"]),
        node("Mul", ["u_place", "u_stride"], ["u_middle"]),
        node("Gather", [raw, "u_23"], ["u_log"], axis=2),
        node("Exp", ["u_log"], ["u_strides"]),
        node("Mul", ["u_strides", "u_stride"], ["u_size"]),
        node("Gather", [raw, "u_4"], ["u_object"], axis=2),
        node("Gather", [raw, "u_rest"], ["u_class"], axis=2),
        node("Mul", ["u_object", "u_class"], ["u_score"]),
        node("Concat", ["u_middle", "u_size", "u_score"], ["u_rows"], axis=2),
        node("Transpose", ["u_rows"], ["output0"], perm=[0, 2, 1]),
    ]
    outer = onnx.helper.make_graph(
        [*before, *graph.node, *after],
        "export",
        [value("u_image", onnx.TensorProto.FLOAT, [1, 3, SIZE, SIZE])],
        [value("output0", onnx.TensorProto.FLOAT, [1, 84, len(YOLOX_CELLS)])],
        [*graph.initializer, *(onnx.numpy_helper.from_array(array, name) for name, array in constants.items())],
    )
    export = onnx.helper.make_model(outer, opset_imports=inner.opset_import, ir_version=inner.ir_version)
    names = {index: f"class {index}" for index in range(80)}
    metadata = {"stride": 32, "task": "detect", "batch": 1, "imgsz": [SIZE, SIZE], "names": names}
    onnx.helper.set_model_props(export, {key: str(entry) for key, entry in metadata.items()})
    path = str(Path(folder) / "yolox_export.onnx")
    onnx.save(export, path)
    return path


def run_stream(stream: int, meter: Meter, options: Options, yolo: Any) -> None:
    capture = open_video(options, stream)
    zone = line = None
    for frame, due in frames_to_analyse(capture, options, stream, meter.stop):
        if zone is None or line is None:
            size = frame.shape[1], frame.shape[0]
            zone = sv.PolygonZone((LAWN * size).astype(int))
            line = sv.LineZone(*(sv.Point(*point) for point in LAMP_POST * size))
        result = yolo.track(
            frame, persist=True, tracker="bytetrack.yaml", imgsz=SIZE, conf=MIN_CONFIDENCE, iou=0.5, verbose=False
        )[0]
        tracks = sv.Detections.from_ultralytics(result)
        zone.trigger(tracks)
        line.trigger(tracks)
        meter.done(stream, due)


def main() -> None:
    options = parse_options(__doc__)
    ultralytics, onnx = load("ultralytics"), load("onnx")
    if is_nanodet(options.model):
        sys.exit("ultralytics cannot run NanoDet; give yolox_nano.onnx")
    with tempfile.TemporaryDirectory() as folder:
        export = as_export(onnx, options.model, folder)
        yolos = [ultralytics.YOLO(export, task="detect") for _ in range(options.streams)]
        for yolo in yolos:  # the first call loads the model
            yolo.predict(np.zeros((SIZE, SIZE, 3), np.uint8), imgsz=SIZE, verbose=False)
        run_streams("ultralytics", options, lambda stream, meter: run_stream(stream, meter, options, yolos[stream]))


if __name__ == "__main__":
    main()
