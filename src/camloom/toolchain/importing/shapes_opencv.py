"""Sizes of the outputs of Caffe and Darknet models: the runtime that reads them runs them once, in its own process."""

from collections.abc import Mapping

from camloom import plugins
from camloom.errors import ModelError
from camloom.inference.card import InputSpec, ModelCard
from camloom.inference.runtimes.opencv import OpenCvRuntime
from camloom.phrases import Phrase
from camloom.toolchain.importing.description import FORMAT_TITLES, ModelDescription, TensorInfo

_SIZES_OF_A_PICTURE = 4


def output_shapes(description: ModelDescription) -> Mapping[str, tuple[int, ...]]:
    """Return the shape of each output by its name; -1 for a size known only at run time.

    Raises:
        ModelError: there is no OpenCV that reads the model, or the model cannot be run.
    """
    name = OpenCvRuntime.name
    runtime = plugins.load("runtimes", name)
    if reason := runtime.unavailable():
        title = FORMAT_TITLES[description.format]
        text = f"{description.path.name} is a {title} model, which needs OpenCV 4: {reason}"
        raise ModelError(Phrase(text, "needs-opencv", kind=title))
    return dict(runtime().compile(description.path, _card(description), 1).output_shapes)


def _card(description: ModelDescription) -> ModelCard:
    picture = description.picture
    if picture is None or len(picture.shape) != _SIZES_OF_A_PICTURE:
        told = Phrase(f"{description.path.name} takes no picture", "no-picture", file=description.path.name)
        raise ModelError(told, "Camloom runs models that take one")
    return ModelCard(
        name="unknown",
        family="unknown",
        class_names=("unknown",),
        input=_input(picture, [each for each in description.inputs if each is not picture]),
        licence="unknown",
        files={"any": description.path.name},
    )


def _input(picture: TensorInfo, others: list[TensorInfo]) -> InputSpec:
    """Return an input of the size of the picture, with nothing but ones in the inputs beside it."""
    constants = {each.name: (1.0,) * _count(each.shape) for each in others}
    return InputSpec(width=picture.shape[3], height=picture.shape[2], name=picture.name, constants=constants)


def _count(shape: tuple[int, ...]) -> int:
    count = 1
    for size in shape:
        count *= size
    if not 0 < count <= 1 << 16:
        told = Phrase(f"an input beside the picture takes {shape}", "more-inputs")
        raise ModelError(told, "Camloom runs models that take one picture")
    return count
