from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator
from tests.toolchain.blobs import frames, write_card, write_model, write_pictures
from typer.testing import CliRunner

from camloom.cli.app import app
from camloom.errors import ConfigError, ModelError, PluginError
from camloom.inference.card import read_card
from camloom.inference.library import find_card
from camloom.toolchain.conversion.convert import convert
from camloom.toolchain.conversion.converters import Converted
from camloom.toolchain.conversion.focus import merge_focus
from camloom.toolchain.conversion.resize_axes import spell_out_resizes
from camloom.toolchain.conversion.simplify import simplified
from camloom.toolchain.conversion.to_ncnn import ToNcnn
from camloom.toolchain.frames import FrameSet


@pytest.mark.parametrize(
    ("target", "runtime", "suffix", "precision"),
    [
        ("onnx", "any", ".onnx", "fp32"),
        ("openvino", "openvino", ".xml", "fp32"),
        ("openvino-fp16", "openvino", ".xml", "fp16"),
    ],
)
def test_a_converted_model_has_a_card_and_finds_the_same(
    tmp_path: Path, target: str, runtime: str, suffix: str, precision: str
) -> None:
    made = convert(str(write_card(tmp_path)), target, tmp_path / "out", frames(tmp_path))
    assert made.verification.agrees, made.verification.problems
    assert made.verification.comparison.boxes is not None
    assert made.verification.comparison.boxes.boxes_b == 24
    card = read_card(made.card)
    assert card.name == f"blobs-{target}"
    assert card.files == {runtime: f"blobs-{target}{suffix}"}
    assert card.precision == precision
    assert card.measured["agrees"] is True
    assert (tmp_path / "out" / f"blobs-{target}{suffix}").is_file()


@pytest.mark.slow
def test_ncnn_finds_the_same(tmp_path: Path) -> None:
    if ToNcnn.unavailable():
        pytest.skip("needs pnnx")
    pytest.importorskip("ncnn")
    made = convert(str(write_card(tmp_path)), "ncnn", tmp_path / "out", frames(tmp_path))
    assert made.verification.agrees, made.verification.problems
    assert made.file.with_suffix(".bin").is_file()
    assert sorted(path.suffix for path in (tmp_path / "out").iterdir()) == [".bin", ".param", ".yaml"]


def test_fp16_weights_take_half_the_room(tmp_path: Path) -> None:
    card, pictures = str(write_card(tmp_path)), frames(tmp_path)
    full = convert(card, "openvino", tmp_path / "out", pictures).file.with_suffix(".bin")
    half = convert(card, "openvino-fp16", tmp_path / "out", pictures).file.with_suffix(".bin")
    assert half.stat().st_size < 0.75 * full.stat().st_size


def test_simplifying_removes_what_does_nothing(tmp_path: Path) -> None:
    card, _ = find_card(str(write_card(tmp_path)))
    note = simplified(tmp_path / "blobs.onnx", card, tmp_path / "slim.onnx")
    assert "same outputs" in note
    assert "needless" not in {node.name for node in onnx.load(tmp_path / "slim.onnx").graph.node}


def test_a_simplifier_that_changes_outputs_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def spoiled(model: onnx.ModelProto) -> onnx.ModelProto:
        for tensor in model.graph.initializer:
            if tensor.name == "bias":
                tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor) + np.float32(1), "bias"))
        return model

    monkeypatch.setattr("onnxslim.slim", spoiled)
    card, _ = find_card(str(write_card(tmp_path)))
    note = simplified(tmp_path / "blobs.onnx", card, tmp_path / "slim.onnx")
    assert note == "not simplified: the simplified graph gives other outputs"
    assert (tmp_path / "slim.onnx").read_bytes() == (tmp_path / "blobs.onnx").read_bytes()


def test_ncnn_says_which_layer_it_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for pnnx writes what the real one does for an operation that ncnn does not know."""
    program = tmp_path / "pnnx"
    program.write_text(
        "#!/bin/sh\nprintf '7767517\\n1 1\\naten::fancy op 1 1 in0 out0\\n' > model.ncnn.param\n: > model.ncnn.bin\n"
    )
    program.chmod(0o755)
    monkeypatch.setattr("camloom.toolchain.conversion.to_ncnn._program", lambda: program)
    with pytest.raises(ModelError, match=r"no layer for aten::fancy"):
        convert(str(write_card(tmp_path)), "ncnn", tmp_path / "out", frames(tmp_path))


def test_ncnn_says_in_one_line_what_pnnx_complained_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "pnnx"
    program.write_text("#!/bin/sh\necho pass 1 >&2\necho 'unsupported op Foo' >&2\necho bye >&2\nexit 0\n")
    program.chmod(0o755)
    monkeypatch.setattr("camloom.toolchain.conversion.to_ncnn._program", lambda: program)
    with pytest.raises(ModelError, match=r"to ncnn: unsupported op Foo\.") as caught:
        convert(str(write_card(tmp_path)), "ncnn", tmp_path / "out", frames(tmp_path))
    assert "\n" not in str(caught.value)


def test_pnnx_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "pnnx"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setattr("camloom.toolchain.conversion.to_ncnn._program", lambda: program)
    monkeypatch.setattr("camloom.toolchain.conversion.to_ncnn._TIMEOUT_S", 0.2)
    with pytest.raises(ModelError, match="did not finish"):
        convert(str(write_card(tmp_path)), "ncnn", tmp_path / "out", frames(tmp_path))


def test_a_missing_pnnx_names_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("camloom.toolchain.conversion.to_ncnn._program", lambda: None)
    with pytest.raises(PluginError, match="pip install --no-deps pnnx"):
        convert(str(write_card(tmp_path)), "ncnn", tmp_path / "out", frames(tmp_path))


def test_unknown_targets_and_files_that_do_not_fit(tmp_path: Path) -> None:
    card = str(write_card(tmp_path))
    with pytest.raises(ConfigError, match=r"no target 'coreml'.*openvino-fp16"):
        convert(card, "coreml", tmp_path, [])
    (tmp_path / "made.param").write_text("7767517\n")
    other = write_card(tmp_path, "other", files={"ncnn": "made.param"})
    with pytest.raises(ModelError, match="no file that can be converted to openvino"):
        convert(str(other), "openvino", tmp_path, [])


def test_a_vendors_converter_is_found_by_its_entry_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Vendor:
        reads = (".onnx",)

        @classmethod
        def unavailable(cls) -> str:
            return ""

        def convert(self, source: Path, card: object, stem: Path) -> Converted:
            file = stem.with_suffix(".onnx")
            file.write_bytes(source.read_bytes())
            return Converted("onnxruntime", file, notes=("by the vendor",))

    monkeypatch.setattr("camloom.plugins.names", lambda seam: ["chip"] if seam == "converters" else [])
    monkeypatch.setattr("camloom.toolchain.conversion.targets.plugins.load_available", _first(Vendor))
    made = convert(str(write_card(tmp_path)), "chip", tmp_path / "out", frames(tmp_path))
    assert "by the vendor" in made.notes
    assert read_card(made.card).files == {"onnxruntime": "blobs-chip.onnx"}


def _first(vendor: type) -> object:
    from camloom import plugins

    real = plugins.load_available
    return lambda seam, name: vendor if seam == "converters" else real(seam, name)


def test_a_baked_in_size_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A simplifier that bakes the exported size into the graph would spoil a card that takes other sizes."""
    nodes = [
        helper.make_node("Shape", ["image"], ["shape"]),
        helper.make_node("Reshape", ["image", "shape"], ["output"]),
    ]
    shape = [1, 3, 64, 64]
    graph = helper.make_graph(
        nodes,
        "sized",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, shape)],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), tmp_path / "s.onnx")

    def bake(model: onnx.ModelProto) -> onnx.ModelProto:
        del model.graph.node[0]
        model.graph.initializer.append(numpy_helper.from_array(np.array(shape, np.int64), "shape"))
        return model

    monkeypatch.setattr("onnxslim.slim", bake)
    path = write_card(tmp_path, input={"width": 64, "height": 64, "multiple_of": 4})
    card, _ = find_card(str(path))
    assert simplified(tmp_path / "s.onnx", card, tmp_path / "slim.onnx").startswith("not simplified")


def test_the_command_ends_with_the_verdict(tmp_path: Path) -> None:
    card, data = write_card(tmp_path), write_pictures(tmp_path / "pictures", 3)
    options = ["--to", "openvino", "--out", str(tmp_path / "out"), "--data", str(data)]
    outcome = CliRunner().invoke(app, ["models", "convert", str(card), *options])
    assert outcome.exit_code == 0, outcome.output
    assert "within the tolerance" in outcome.output
    assert "blobs-openvino.yaml" in outcome.output.replace("\n", "")


def test_a_conversion_that_went_wrong_is_exit_code_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.toolchain.blobs import Damage

    from camloom.toolchain.conversion.targets import ToOnnx

    def spoil(self: ToOnnx, source: Path, card: object, stem: Path) -> Converted:
        return Converted("any", write_model(stem.with_suffix(".onnx"), Damage(shift_px=20)))

    monkeypatch.setattr(ToOnnx, "convert", spoil)
    card, data = write_card(tmp_path), write_pictures(tmp_path / "pictures", 3)
    options = ["--to", "onnx", "--out", str(tmp_path / "out"), "--data", str(data)]
    outcome = CliRunner().invoke(app, ["models", "convert", str(card), *options])
    assert outcome.exit_code == 1
    assert "box F1" in outcome.output


@pytest.mark.parametrize(("slot", "values"), [(3, np.array([10, 12], np.int64)), (2, np.array([2, 3], np.float32))])
def test_resize_is_spelled_out_for_converters_that_know_no_axes(
    tmp_path: Path, slot: int, values: np.ndarray[tuple[int], np.dtype[np.generic]]
) -> None:
    inputs = ["image", "", "", ""][: slot + 1]
    inputs[slot] = "values"
    node = helper.make_node("Resize", inputs, ["output"], axes=[2, 3], mode="linear")
    graph = helper.make_graph(
        [node],
        "resize",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, 5, 4])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 3, 10, 12])],
        [numpy_helper.from_array(values, "values")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    path = tmp_path / "resize.onnx"
    onnx.save(model, path)
    spell_out_resizes(path)
    picture = np.random.default_rng(0).random((1, 3, 5, 4), np.float32)
    after = onnx.load(path)
    assert not [each.name for each in after.graph.node[0].attribute if each.name == "axes"]
    results = [np.asarray(ReferenceEvaluator(each).run(["output"], {"image": picture})) for each in (model, after)]
    np.testing.assert_allclose(results[0], results[1], atol=1e-6)


@pytest.mark.parametrize("end", [2**31 - 1, 6])
def test_a_focus_layer_becomes_a_convolution_where_it_is_one(tmp_path: Path, end: int) -> None:
    """Slices that end before the picture does are no Focus layer, and stay."""
    numbers = {"zero": 0, "one": 1, "end": end, "two": 2, "rows": 2, "columns": 3}
    nodes = []
    for index, (row, column) in enumerate([("zero", "zero"), ("one", "zero"), ("zero", "one"), ("one", "one")]):
        nodes.append(helper.make_node("Slice", ["image", row, "end", "rows", "two"], [f"rows_{index}"]))
        nodes.append(helper.make_node("Slice", [f"rows_{index}", column, "end", "columns", "two"], [f"part_{index}"]))
    nodes.append(helper.make_node("Concat", [f"part_{index}" for index in range(4)], ["output"], axis=1))
    size = min(end, 8) // 2
    graph = helper.make_graph(
        nodes,
        "focus",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, 8, 8])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 12, size, size])],
        [numpy_helper.from_array(np.array([value], np.int64), name) for name, value in numbers.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, tmp_path / "focus.onnx")
    merge_focus(tmp_path / "focus.onnx")
    after = onnx.load(tmp_path / "focus.onnx")
    assert (after.graph.node[-1].op_type == "Conv") == (end > 8)
    picture = np.random.default_rng(0).random((1, 3, 8, 8), np.float32)
    results = [np.asarray(ReferenceEvaluator(each).run(["output"], {"image": picture})) for each in (model, after)]
    np.testing.assert_array_equal(results[0], results[1])


@pytest.mark.slow
@pytest.mark.mirror
@pytest.mark.slow
@pytest.mark.parametrize("target", ["onnx", "openvino", "openvino-fp16", "ncnn"])
def test_the_default_detector_converts(tmp_path: Path, target: str) -> None:
    if target == "ncnn":
        pytest.importorskip("ncnn")
    made = convert("nanodet", target, tmp_path, list(FrameSet("sample:street", 5)))
    assert made.verification.agrees, made.verification.problems
