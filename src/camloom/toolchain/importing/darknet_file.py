"""Describes a Darknet model: a cfg with its weights, and the names of its classes where they lie beside it."""

from collections import Counter
from pathlib import Path

from camloom.errors import ModelError
from camloom.inference.runtimes.darknet_cfg import INPUT, DarknetNet, check_weights, read_cfg
from camloom.toolchain.importing.description import Metadata, ModelDescription, TensorInfo
from camloom.toolchain.importing.metadata import MAX_TEXT_BYTES, names_in_text
from camloom.toolchain.importing.pair import with_its_graph
from camloom.toolchain.importing.refusals import damaged

_MAKERS = {"softmax": "Softmax", "yolo": "Yolo", "region": "Region"}


def describe(path: Path) -> ModelDescription:
    """Read the cfg. Sizes of outputs are known only to the runtime, see `shapes`."""
    weights = with_its_graph(path)
    net = read_cfg(path)
    check_weights(net, weights)
    classes = _classes(net, path)
    return ModelDescription(
        path=weights,
        format="darknet",
        inputs=(TensorInfo(INPUT, (1, *net.input), "f32"),),
        outputs=tuple(
            TensorInfo("", (), "f32", beside=_MAKERS.get(each.kind, "")) for each in net.heads or net.sections[-1:]
        ),
        partners=(path,),
        metadata=_names_beside(path, classes),
        operations=Counter(each.kind for each in net.sections),
        attributes={"num_classes": classes} if classes else {},
    )


def _classes(net: DarknetNet, path: Path) -> int:
    """Return how many classes its heads have; 0 where there are no heads."""
    counts = {each.settings.get("classes", "20") for each in net.heads}
    if len(counts) > 1 or not all(count.isdecimal() and len(count) < 6 for count in counts):
        text = f"{path.name} has heads of {', '.join(sorted(counts))[:60]} classes"
        raise ModelError(damaged(text, path), "Fetch it again")
    return int(counts.pop()) if counts else 0


def _names_beside(path: Path, classes: int) -> Metadata:
    """Read `<model>.names`, or the only file of names in the folder, where it has a line for each class."""
    own, others = path.with_suffix(".names"), sorted(path.parent.glob("*.names"))
    file = own if own.is_file() else (others[0] if len(others) == 1 else None)
    if file is None or file.stat().st_size > MAX_TEXT_BYTES:
        return Metadata()
    names = names_in_text(file.read_text(encoding="utf-8", errors="replace"))
    return Metadata(source=f"{file.name} beside it", class_names=names) if len(names) == classes else Metadata()
