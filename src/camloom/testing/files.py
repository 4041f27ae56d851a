"""Files of the suite's graphs in the format that a runtime reads: written here, or converted by its vendor."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from camloom.testing.caffe_file import lacks_caffe, write_caffe
from camloom.testing.graphs import Graph, Layout, all_graphs
from camloom.testing.ncnn_file import lacks_ncnn, write_ncnn
from camloom.testing.onnx_file import lacks_onnx, write_onnx
from camloom.testing.outcome import NotApplicableError
from camloom.testing.tflite_file import lacks_tflite, write_tflite
from camloom.testing.torch_file import lacks_torchscript, write_torchscript


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file that the suite can write.

    Attributes:
        layout: of its convolutions.
        lacks: says why it cannot hold a graph; empty when it can.
        companions: suffixes of the files that belong to it.
    """

    suffix: str
    layout: Layout
    write: Callable[[Graph, Path], None]
    lacks: Callable[[Graph], str]
    companions: tuple[str, ...] = ()


FORMATS = (
    Format(".onnx", "NCHW", write_onnx, lacks_onnx),
    Format(".param", "NCHW", write_ncnn, lacks_ncnn, (".bin",)),
    Format(".tflite", "NHWC", write_tflite, lacks_tflite),
    Format(".torchscript", "NCHW", write_torchscript, lacks_torchscript),
    Format(".caffemodel", "NCHW", write_caffe, lacks_caffe, (".prototxt",)),
)


class GraphFiles:
    """Gives the file of each graph.

    Args:
        runtime: its `reads`, the suffixes of the files it reads, says which format to write.
        folder: where files are written.
        given: a folder with files that were converted from those of `write_all`, by the same names and with the
            suffix of the runtime's own format; they are taken instead.
    """

    def __init__(self, runtime: Any, folder: Path, given: Path | None = None) -> None:
        self._reads: tuple[str, ...] = tuple(getattr(runtime, "reads", ()))
        self._format = next((each for each in FORMATS if each.suffix in self._reads), None)
        self._folder = folder
        self._given = given

    @property
    def layout(self) -> Layout:
        """Layout of pictures that suits the format."""
        return self._format.layout if self._format and self._given is None else "NCHW"

    @property
    def other_layout(self) -> Layout:
        """The other one."""
        return "NHWC" if self.layout == "NCHW" else "NCHW"

    def path(self, graph: Graph) -> Path:
        """Return the file of a graph.

        Raises:
            NotApplicableError: there is none, or its format cannot hold the graph.
        """
        if self._given is not None:
            return self._given_file(self._given, graph)
        if self._format is None:
            raise NotApplicableError(
                f"the suite cannot write {' or '.join(self._reads) or 'the format of this runtime'}",
                "Convert the files of `--export` and give them with `--files`",
            )
        if reason := self._format.lacks(graph):
            raise NotApplicableError(reason)
        path = self._folder / f"{graph.name}{self._format.suffix}"
        if not path.exists():
            self._format.write(graph, path)
        return path

    def parts(self, graph: Graph) -> list[Path]:
        """Return the file of a graph and those that belong to it, such as the weights beside an ncnn graph."""
        main = self.path(graph)
        if self._given is None and self._format is not None:
            return [main, *(main.with_suffix(suffix) for suffix in self._format.companions)]
        beside = sorted(main.parent.glob(f"{main.stem}.*"))
        return [main, *(path for path in beside if path != main and path.suffix != ".onnx")]

    def _given_file(self, folder: Path, graph: Graph) -> Path:
        found = [path for path in sorted(folder.glob(f"{graph.name}.*")) if path.suffix != ".onnx" or not self._reads]
        main = next((path for path in found if path.suffix in self._reads), found[0] if found else None)
        if main is None:
            raise NotApplicableError(f"there is no file {graph.name} in {folder}")
        return main


def write_all(folder: Path) -> list[Path]:
    """Write every graph as ONNX, for a vendor's converter, and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{graph.name}.onnx" for graph in all_graphs()]
    for graph, path in zip(all_graphs(), paths, strict=True):
        write_onnx(graph, path)
    return paths
