"""Describes a Caffe model: a prototxt with its caffemodel. What it holds is read from the text alone."""

from collections import Counter
from pathlib import Path

from camloom.errors import ModelError
from camloom.inference.runtimes.caffe_prototxt import CaffeNet, number, numbers, read_prototxt, submessage
from camloom.toolchain.importing.description import MAX_TENSORS, Metadata, ModelDescription, TensorInfo
from camloom.toolchain.importing.habits import Triple
from camloom.toolchain.importing.pair import with_its_graph
from camloom.toolchain.importing.refusals import damaged, unusable

_SOURCE = "transform_param of its prototxt"


def describe(path: Path) -> ModelDescription:
    """Read the prototxt. Sizes of outputs are known only to the runtime, see `shapes`."""
    weights = with_its_graph(path)
    net = read_prototxt(path)
    if len(net.inputs) + len(net.outputs) > MAX_TENSORS:
        raise unusable(path, len(net.inputs), len(net.outputs))
    try:
        metadata, attributes = _metadata(net), _attributes(net)
    except (ValueError, OverflowError) as error:
        raise ModelError(damaged(f"{path.name} is a damaged prototxt: {error}", path), "Fetch it again") from error
    return ModelDescription(
        path=weights,
        format="caffe",
        inputs=tuple(TensorInfo(name, shape, "f32") for name, shape in net.inputs.items()),
        outputs=tuple(TensorInfo(layer.name, (), "f32", beside=layer.kind) for layer in net.outputs),
        partners=(path,),
        metadata=metadata,
        operations=Counter(layer.kind for layer in net.layers),
        attributes=attributes,
    )


def _attributes(net: CaffeNet) -> dict[str, int]:
    """Return how a layer DetectionOutput counts its classes."""
    for layer in net.outputs:
        settings = submessage(layer.fields, "detection_output_param")
        classes = number(settings, "num_classes")
        if classes:
            return {"num_classes": int(classes), "background": int(number(settings, "background_label_id") or 0)}
    return {}


def _metadata(net: CaffeNet) -> Metadata:
    """Return mean and scale where a layer for data states them: `(pixel - mean_value) * scale`."""
    for layer in net.layers:
        settings = submessage(layer.fields, "transform_param")
        means, scale = numbers(settings, "mean_value"), number(settings, "scale")
        if (means or scale) and len(means) in (0, 1, 3) and (scale is None or scale > 0):
            mean = (means * 3)[:3] if len(means) == 1 else means or [0.0] * 3
            return Metadata(source=_SOURCE, colour="BGR", mean=_triple(mean), std=_triple([1 / (scale or 1.0)] * 3))
    return Metadata()


def _triple(values: list[float]) -> Triple:
    return (values[0], values[1], values[2])
