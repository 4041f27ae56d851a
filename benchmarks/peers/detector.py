"""The detector around its network as people write it: whole arrays in numpy, OpenCV's suppression."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

SIZE = 416
STRIDES = (8, 16, 32)
MIN_CONFIDENCE = 0.4
NANODET_MEAN = np.array([103.53, 116.28, 123.675], np.float32)
NANODET_STD = np.array([57.375, 57.12, 58.395], np.float32)


def is_nanodet(model: str) -> bool:
    return "nanodet" in Path(model).stem


def letterbox(frame: Array) -> tuple[Array, float]:
    """Scale a BGR frame onto the top left of a grey 416x416 canvas; returns it and the scale."""
    scale = min(SIZE / frame.shape[0], SIZE / frame.shape[1])
    width, height = round(frame.shape[1] * scale), round(frame.shape[0] * scale)
    canvas = np.full((SIZE, SIZE, 3), 114, np.uint8)
    canvas[:height, :width] = cv2.resize(frame, (width, height))
    return canvas, scale


def to_tensor(canvas: Array, model: str) -> Array:
    """(416, 416, 3) uint8 BGR -> (1, 3, 416, 416) float32 as the model wants it."""
    pixels = canvas.astype(np.float32)
    if is_nanodet(model):
        pixels = (pixels - NANODET_MEAN) / NANODET_STD
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)[None])


def decode(outputs: Sequence[Array], scale: float) -> tuple[Array, Array, Array]:
    """Turn a model's outputs into boxes (N, 4) px of the frame, confidence (N,) and class (N,)."""
    boxes, scores = decode_yolox(outputs[0]) if len(outputs) == 1 else decode_nanodet(outputs)
    class_id, confidence = scores.argmax(axis=1), scores.max(axis=1)
    good = confidence > MIN_CONFIDENCE
    boxes, confidence, class_id = boxes[good] / scale, confidence[good], class_id[good]
    xywh = np.concatenate((boxes[:, :2], boxes[:, 2:] - boxes[:, :2]), axis=1)
    columns = xywh.tolist(), confidence.tolist(), class_id.tolist()
    kept = np.array(cv2.dnn.NMSBoxesBatched(*columns, MIN_CONFIDENCE, 0.5), dtype=np.int64)
    return boxes[kept], confidence[kept], class_id[kept]


def decode_yolox(output: Array) -> tuple[Array, Array]:
    """(1, 3549, 85) raw grid -> boxes (3549, 4) px of the canvas, scores (3549, 80)."""
    raw = output[0]
    middle = (raw[:, :2] + YOLOX_CELLS) * YOLOX_STRIDE
    half = np.exp(raw[:, 2:4]) * YOLOX_STRIDE / 2
    return np.concatenate((middle - half, middle + half), axis=1), raw[:, 4:5] * raw[:, 5:]


def decode_nanodet(outputs: Sequence[Array]) -> tuple[Array, Array]:
    """Scores (N, 80) and sides (N, 4 x bins) of three strides -> boxes px of the canvas, scores."""
    levels = sorted((output.reshape(-1, output.shape[-1]) for output in outputs), key=len, reverse=True)
    scores = [level for level in levels if level.shape[1] == 80]
    sides = [level for level in levels if level.shape[1] != 80]
    boxes = [decode_sides(level, stride) for level, stride in zip(sides, STRIDES, strict=True)]
    return np.concatenate(boxes), np.concatenate(scores)


def decode_sides(sides: Array, stride: int) -> Array:
    """Each side lies as many strides from the cell's middle as its distribution over the bins says on average."""
    weights = np.exp(sides.reshape(len(sides), 4, -1))
    weights /= weights.sum(axis=2, keepdims=True)
    away = weights @ np.arange(weights.shape[2]) * stride
    middle = (cells(stride) + 0.5) * stride
    return np.concatenate((middle - away[:, :2], middle + away[:, 2:]), axis=1)


def cells(stride: int) -> Array:
    """Column and row of every cell of a stride, (N, 2)."""
    y, x = np.mgrid[: SIZE // stride, : SIZE // stride]
    return np.stack((x, y), axis=-1).reshape(-1, 2)


YOLOX_CELLS = np.concatenate([cells(stride) for stride in STRIDES])
YOLOX_STRIDE = np.repeat(STRIDES, [len(cells(stride)) for stride in STRIDES])[:, None]
