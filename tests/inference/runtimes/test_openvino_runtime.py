"""OpenVINO: raw pixels for a model of floats; files of before IR version 10 are refused in plain words."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from camloom.errors import ModelError
from camloom.inference.card import ModelCard
from camloom.inference.runtimes.openvino import OpenVinoRuntime
from camloom.testing.graphs import double
from camloom.testing.onnx_file import write_onnx

CardMaker = Callable[..., ModelCard]
FileFinder = Callable[[str], Path]

OLD = '<?xml version="1.0" ?>\n<net batch="1" name="old model" version="7">\n<layers></layers></net>\n'


def test_an_old_ir_file_is_named_with_its_version(tmp_path: Path, make_card: CardMaker) -> None:
    path = tmp_path / "old.xml"
    path.write_text(OLD)
    with pytest.raises(ModelError, match=r"old\.xml: it is an IR file of version 7.*Convert the original model"):
        OpenVinoRuntime().compile(path, make_card(8, 4), 1)


@pytest.mark.mirror
def test_the_published_old_file_is_refused(mirrored: FileFinder, make_card: CardMaker) -> None:
    path = mirrored("models/negative/legacy_ir/person-detection-retail-0013.xml")
    with pytest.raises(ModelError, match="IR file of version 3"):
        OpenVinoRuntime().compile(path, make_card(544, 320), 1)


@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
def test_a_model_of_floats_may_get_the_pixels_as_they_are(layout: Literal["NCHW", "NHWC"], tmp_path: Path) -> None:
    graph, path = double(layout), tmp_path / "double.onnx"
    write_onnx(graph, path)
    card = graph.card("fp32", dtype="u8", colour="RGB")
    (output,) = OpenVinoRuntime().compile(path, card, 1).session().run(graph.canvas()).values()
    np.testing.assert_array_equal(output, graph.reference(graph.canvas(), card.input))
