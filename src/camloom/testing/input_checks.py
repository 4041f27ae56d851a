"""Checks of a runtime: the input is made as the card says, and what comes out is what was announced."""

from typing import Any

from camloom.testing.graphs import SIZES, Graph, convolution, double, raw_pixels
from camloom.testing.outcome import CheckError
from camloom.testing.subject import Subject, must_agree, only

# Far apart: in half precision too a mean or std of the wrong channel must show.
_MEAN, _STD = (12.5, 116.3, 230.7), (91.4, 40.0, 58.4)


def describes_itself(subject: Subject) -> str:
    """Its name, its devices, what it reads, and no reason why it cannot run."""
    runtime = subject.runtime
    if reason := runtime.unavailable():
        raise CheckError(f"it says that it is not available: {reason}")
    devices = runtime.devices()
    if not devices or not all(isinstance(name, str) and name for name in devices):
        raise CheckError(f"devices() must name at least one device, it returned {devices!r}")
    if not isinstance(runtime.name, str) or not runtime.name:
        raise CheckError("it has no name")
    reads = getattr(runtime, "reads", None)
    if not isinstance(reads, tuple) or not all(_is_suffix(each) for each in reads):
        raise CheckError(f"`reads` must hold the suffixes of its files, such as ('.onnx',); it is {reads!r}")
    return f"devices: {', '.join(devices)}"


def _is_suffix(text: object) -> bool:
    return isinstance(text, str) and len(text) > 1 and text.startswith(".") and text == text.lower()


def announces_outputs(subject: Subject) -> str:
    """Names and shapes of the outputs are known before the first run, and hold."""
    graph = convolution(subject.files.layout)
    compiled = subject.compile(graph)
    if not compiled.description:
        raise CheckError("the compiled model has no description")
    outputs = compiled.session().run(graph.canvas())
    announced = dict(compiled.output_shapes)
    if list(announced) != list(outputs):
        raise CheckError(f"announced outputs {list(announced)}, gave {list(outputs)}")
    for name, tensor in outputs.items():
        shape = tuple(tensor.shape)
        fits = len(shape) == len(announced[name]) and all(
            said in (-1, size) for said, size in zip(announced[name], shape, strict=True)
        )
        if not fits:
            raise CheckError(f"announced '{name}' as {announced[name]}, gave {shape}")
    return compiled.description


def plain_bgr(subject: Subject) -> str:
    """BGR without mean and std."""
    return _agrees(subject, double(subject.files.layout))


def plain_rgb(subject: Subject) -> str:
    """RGB without mean and std."""
    return _agrees(subject, double(subject.files.layout), colour="RGB")


def scaled_bgr(subject: Subject) -> str:
    """BGR with a mean and a std for each channel."""
    return _agrees(subject, double(subject.files.layout), mean=_MEAN, std=_STD)


def scaled_rgb(subject: Subject) -> str:
    """RGB with a mean and a std for each channel, which are in the order of the model."""
    return _agrees(subject, double(subject.files.layout), colour="RGB", mean=_MEAN, std=_STD)


def other_layout(subject: Subject) -> str:
    """The other layout of the picture, RGB with mean and std."""
    return _agrees(subject, double(subject.files.other_layout), colour="RGB", mean=_MEAN, std=_STD)


def pixels_as_they_are(subject: Subject) -> str:
    """A model that takes uint8 gets the pixels unchanged."""
    return _agrees(subject, raw_pixels(subject.files.layout), colour="RGB")


def many_sizes(subject: Subject) -> str:
    """Small, odd, wide and large pictures."""
    for width, height in SIZES:
        _agrees(subject, double(subject.files.layout, width, height))
    return ", ".join(f"{width}x{height}" for width, height in SIZES)


def _agrees(subject: Subject, graph: Graph, **spec: Any) -> str:
    compiled = subject.compile(graph, **spec)
    canvas = graph.canvas()
    expected = graph.reference(canvas, graph.card(**spec).input)
    size = f"{graph.width}x{graph.height}"
    found = must_agree(only(compiled.session().run(canvas)), expected, compiled.description, size)
    return f"largest difference {found:.1g}"
