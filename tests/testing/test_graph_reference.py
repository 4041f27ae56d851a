"""The numpy references of the suite agree with ONNX's own."""

from pathlib import Path

import numpy as np
import pytest
from onnx.reference import ReferenceEvaluator

from camloom.inference.host_input import to_tensor
from camloom.testing.files import write_all
from camloom.testing.graphs import Graph, all_graphs
from camloom.testing.onnx_file import write_onnx


@pytest.mark.parametrize("graph", all_graphs(), ids=lambda graph: graph.name)
def test_a_reference_is_what_onnx_says(graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "graph.onnx"
    write_onnx(graph, path)
    canvas, spec = graph.canvas(), graph.card().input
    evaluator = ReferenceEvaluator(str(path))
    (output,) = evaluator.run(None, {"picture": to_tensor(canvas, spec)})
    np.testing.assert_allclose(np.asarray(output, np.float64), graph.reference(canvas, spec), rtol=1e-4, atol=1e-4)


def test_every_graph_is_exported_under_its_own_name(tmp_path: Path) -> None:
    paths = write_all(tmp_path)
    assert len(set(paths)) == len(all_graphs())
    assert all(path.stat().st_size > 50 for path in paths)
