"""Models of two files, a text and its weights, that need not have one name: Caffe and Darknet."""

from pathlib import Path

from camloom.errors import ModelError
from camloom.inference.runtimes.opencv import GRAPH_SUFFIX
from camloom.phrases import Phrase
from camloom.toolchain.importing.description import Format

_WEIGHTS: dict[Format, str] = {"caffe": ".caffemodel", "darknet": ".weights"}


def brought_together(graph: Path, kind: Format, named: Path, folder: Path) -> Path:
    """Return the graph, with its weights beside it under the same name: links in `folder` where they differ.

    Args:
        graph: the text.
        kind: of the model.
        named: what a person named, which may be the weights.
        folder: for the links.

    Raises:
        ModelError: it is not clear which weights are meant.
    """
    weights = named if named.suffix == _WEIGHTS[kind] else _weights_of(graph, _WEIGHTS[kind])
    wanted = weights.with_suffix(GRAPH_SUFFIX[weights.suffix])
    if graph == wanted:
        return graph
    (folder / weights.name).symlink_to(weights.resolve())
    (folder / wanted.name).symlink_to(graph.resolve())
    for names in sorted(graph.parent.glob("*.names")):
        (folder / names.name).symlink_to(names.resolve())
    return folder / wanted.name


def with_its_graph(graph: Path) -> Path:
    """Return the weights that lie beside a graph under the same name. ModelError when there are none."""
    for suffix, text in GRAPH_SUFFIX.items():
        if graph.suffix == text and graph.with_suffix(suffix).is_file():
            return graph.with_suffix(suffix)
    raise _no_weights(graph, " or ".join(suffix for suffix, text in GRAPH_SUFFIX.items() if text == graph.suffix))


def _weights_of(graph: Path, suffix: str) -> Path:
    """Return the weights of the same name, or the only ones in the folder."""
    stem = graph.name.partition(GRAPH_SUFFIX[suffix])[0]  # also of deploy.prototxt.txt
    own = graph.with_name(f"{stem}{suffix}")
    there = [own] if own.is_file() else sorted(each for each in graph.parent.glob(f"*{suffix}") if each.is_file())
    if len(there) == 1:
        return there[0]
    if not there:
        raise _no_weights(graph, suffix)
    names = ", ".join(path.name for path in there[:4])
    raise ModelError(Phrase(f"{graph.name} may belong to {names}", "several", names=names), "Name the weights")


def _no_weights(graph: Path, suffix: str) -> ModelError:
    suffix = suffix or ".weights"
    told = Phrase(
        f"{graph.name} needs its weights beside it ({suffix})", "weights-missing", file=graph.name, weights=suffix
    )
    return ModelError(told, "Put that file there")
