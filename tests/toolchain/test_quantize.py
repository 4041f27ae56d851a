import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import cv2
import numpy as np
import onnx
import pytest
from tests.toolchain.blobs import SOUND, Damage, frames, write_card, write_model, write_pictures
from typer.testing import CliRunner

from camloom.cli.app import app
from camloom.detections import Detections
from camloom.errors import ConfigError, ModelError
from camloom.inference.card import read_card
from camloom.toolchain.datasets import read_picture
from camloom.toolchain.evaluation.accuracy import (
    ClassAccuracy,
    accuracy_by_class,
    average_precision,
    mean_ap50,
    read_mot_truth,
)
from camloom.toolchain.quantisation.balance import BalanceTally, balance_of
from camloom.toolchain.quantisation.layers import LayerGraph, name_nodes, onnx_graph
from camloom.toolchain.quantisation.quantize import Plan, quantize, speed_note
from camloom.toolchain.quantisation.quantizers import HEAD, Job, find_quantizer
from camloom.toolchain.speed.timings import Timing


@dataclass
class FakeQuantizer:
    """Writes a model of a known quality instead of an INT8 one."""

    whole: Damage = SOUND
    without_head: Damage = SOUND
    jobs: list[Job] = field(default_factory=list)
    runtime: ClassVar[str] = "onnxruntime"
    reads: ClassVar[tuple[str, ...]] = (".onnx",)
    suffix: ClassVar[str] = ".onnx"

    def quantize(self, job: Job, target: Path) -> int:
        self.jobs.append(job)
        write_model(target, self.without_head if HEAD in job.keep else self.whole)
        return 3 if HEAD in job.keep else 0


FAR = Damage(shift_px=20)


def plan(folder: Path, **changes: object) -> Plan:
    data = write_pictures(folder / "pictures", 12)
    settings = {"calibration_frames": 6, "judged_frames": 6, **changes}
    return Plan(str(write_card(folder)), str(data), folder / "out", **settings)  # type: ignore[arg-type]


def use(quantizer: FakeQuantizer, monkeypatch: pytest.MonkeyPatch) -> FakeQuantizer:
    monkeypatch.setattr("camloom.toolchain.quantisation.quantize.find_quantizer", lambda _: quantizer)
    return quantizer


def test_a_faithful_model_is_done_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quantizer = use(FakeQuantizer(), monkeypatch)
    made = quantize(plan(tmp_path))
    assert made.done
    assert len(made.attempts) == len(quantizer.jobs) == 1
    assert made.attempts[0].loss_points == pytest.approx(0, abs=1e-9)
    assert "float model" in made.truth
    assert made.card is not None
    card = read_card(made.card)
    assert (card.name, card.precision) == ("blobs-int8", "int8")
    assert card.files == {"onnxruntime": "blobs-int8.onnx"}
    assert card.measured["points_lost"] == 0


def test_what_it_is_calibrated_on_is_not_what_it_is_judged_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quantizer = use(FakeQuantizer(), monkeypatch)
    made = quantize(plan(tmp_path))
    assert [index for index, _ in quantizer.jobs[0].frames.numbered()] == [1, 3, 5, 7, 9, 11]
    assert not any("calibrated with" in note for note in made.notes)
    few = quantize(plan(tmp_path, judged_frames=50, calibration_frames=50))
    assert any("calibrated with" in note for note in few.notes)


def test_the_head_is_left_out_when_too_much_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quantizer = use(FakeQuantizer(whole=FAR), monkeypatch)
    made = quantize(plan(tmp_path))
    assert made.done
    assert [job.keep for job in quantizer.jobs] == [(), (HEAD,)]
    assert made.attempts[0].loss_points > 50
    assert any("the head was kept in float" in note for note in made.notes)
    assert made.card is not None
    assert read_card(made.card).measured["kept_in_float"] == ["head"]


def test_a_model_that_stays_wrong_is_refused_and_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quantizer = use(FakeQuantizer(whole=FAR, without_head=FAR), monkeypatch)
    made = quantize(plan(tmp_path))
    assert not made.done
    assert made.card is None
    assert len(quantizer.jobs) == 2
    assert made.file.name == "blobs-int8.onnx.rejected"
    assert made.file.is_file()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["blobs-int8.onnx.rejected"]


def test_a_model_that_does_not_run_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quantizer = use(FakeQuantizer(), monkeypatch)

    def write_rubbish(_job: Job, target: Path) -> int:
        target.write_bytes(b"rubbish")
        return 0

    monkeypatch.setattr(quantizer, "quantize", write_rubbish)
    with pytest.raises(ModelError, match="blobs-int8"):
        quantize(plan(tmp_path))
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["blobs-int8.onnx.rejected"]


def test_what_may_be_lost_is_the_users_to_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(FakeQuantizer(whole=FAR), monkeypatch)
    made = quantize(plan(tmp_path, max_loss_points=100.0))
    assert made.done
    assert len(made.attempts) == 1


def test_the_command_refuses_with_exit_code_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(FakeQuantizer(whole=FAR, without_head=FAR), monkeypatch)
    asked, report = plan(tmp_path), tmp_path / "report.json"
    options = ["--data", asked.data, "--out", str(asked.out), "--frames", "6", "--json", str(report)]
    outcome = CliRunner().invoke(app, ["models", "quantize", asked.card, *options])
    assert outcome.exit_code == 1
    assert "refused: " in outcome.output
    assert "1 allowed" in outcome.output.replace("\n", " ")
    document = json.loads(report.read_text())
    assert document["done"] is False
    assert document["balance"]["warnings"]


def test_ground_truth_replaces_the_float_models_opinion(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(FakeQuantizer(), monkeypatch)
    asked = plan(tmp_path)
    truth = tmp_path / "gt.txt"
    half_found = "".join(f"{frame + 1},1,0,0,16,16,1,1,1\n{frame + 1},2,300,300,16,16,1,1,1\n" for frame in range(12))
    truth.write_text(half_found)
    made = quantize(Plan(asked.card, asked.data, asked.out, truth=truth, calibration_frames=6, judged_frames=6))
    assert made.truth == "ground truth (gt.txt)"
    assert [(one.name, one.truth_boxes) for one in made.before] == [("person", 12)]
    assert made.before[0].ap50 <= 0.5


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:The distutils package is deprecated:DeprecationWarning")  # NNCF still uses it
@pytest.mark.parametrize(("method", "package"), [("nncf", "nncf"), ("onnxruntime", "onnxruntime")])
def test_a_real_quantiser_writes_int8_that_finds_the_same(tmp_path: Path, method: str, package: str) -> None:
    pytest.importorskip(package)
    made = quantize(plan(tmp_path, method=method))
    assert made.done, made.attempts
    assert made.attempts[0].loss_points < 1
    assert made.timings["int8"].median_ms > 0
    written = made.file.read_text() if method == "nncf" else made.file.read_bytes().decode("latin-1")
    assert ("FakeQuantize" if method == "nncf" else "QuantizeLinear") in written


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:The distutils package is deprecated:DeprecationWarning")  # NNCF still uses it
@pytest.mark.parametrize(("method", "package"), [("nncf", "nncf"), ("onnxruntime", "onnxruntime")])
def test_layers_that_are_kept_are_not_quantised(tmp_path: Path, method: str, package: str) -> None:
    pytest.importorskip(package)
    asked = plan(tmp_path, method=method, keep=("backbone", ".*"))
    made = quantize(asked)
    written = made.file.read_text() if method == "nncf" else made.file.read_bytes().decode("latin-1")
    assert made.attempts[0].kept_operations >= 2
    assert ("FakeQuantize" if method == "nncf" else "QuantizeLinear") not in written
    with pytest.raises(ConfigError, match="no layer 'tail'"):
        quantize(plan(tmp_path, method=method, keep=("tail",)))


def test_what_cannot_be_quantised_is_refused_before_any_work(tmp_path: Path) -> None:
    data = str(write_pictures(tmp_path / "pictures", 2))
    done = write_card(tmp_path, "done", precision="int8")
    with pytest.raises(ModelError, match="INT8 already"):
        quantize(Plan(str(done), data, tmp_path))
    with pytest.raises(ConfigError, match="no method 'magic'"):
        quantize(Plan(str(done), data, tmp_path, method="magic"))
    crops = write_card(tmp_path, "crops", task="classification", family="classifier", class_names=[])
    with pytest.raises(ModelError, match="judged by boxes"):
        quantize(Plan(str(crops), data, tmp_path))


def test_nothing_to_judge_by_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(FakeQuantizer(), monkeypatch)
    (tmp_path / "dark").mkdir()
    cv2.imwrite(str(tmp_path / "dark" / "0.png"), np.full((128, 128, 3), 10, np.uint8))
    with pytest.raises(ModelError, match="finds nothing"):
        quantize(Plan(str(write_card(tmp_path)), str(tmp_path / "dark"), tmp_path))


def test_speed_is_reported_as_it_is() -> None:
    slow, fast = Timing("CPU bf16", 10.0, 9.0), Timing("CPU int8", 4.0, 3.0)
    assert speed_note({"float": slow, "int8": fast}).startswith("INT8 is 2.50 times as fast")
    note = speed_note({"float": slow, "int8": Timing("CPU int8", 10.1, 9.0)})
    assert note.startswith("INT8 is no faster on this machine")
    assert "bf16" in note


def test_the_head_is_the_last_layers_and_what_follows() -> None:
    feeding = {"in": (), "a": ("in",), "b": ("a",), "c": ("b",), "act": ("c",), "d": ("b",), "out": ("act", "d")}
    graph = LayerGraph(feeding, frozenset("abcd"), ("out",))
    assert graph.head() == {"out", "act", "c", "d"}
    assert graph.head(2) == {"out", "act", "c", "d", "b"}
    assert graph.matching(["[ab]"]) == {"a", "b"}
    with pytest.raises(ConfigError, match="regular expression"):
        graph.matching(["["])


def test_the_head_of_an_onnx_file(tmp_path: Path) -> None:
    path = write_model(tmp_path / "m.onnx")
    model = onnx.load(path)
    for node in model.graph.node:
        node.name = ""
    onnx.save(model, path)
    name_nodes(path)
    graph = onnx_graph(onnx.load(path))
    assert len(graph.layers) == 2
    assert "Conv_2" in graph.head()
    assert "Conv_0" not in graph.head()


def detections(*rows: tuple[float, ...], class_id: int = 0) -> Detections:
    table = np.asarray(rows, np.float32).reshape(-1, 5)
    return Detections(table[:, :4], table[:, 4], np.full(len(table), class_id, np.int64), ("person", "car"))


def test_average_precision_of_a_known_curve() -> None:
    truth = [np.array([[0, 0, 10, 10], [20, 20, 30, 30]], np.float32)]
    found = [detections((0, 0, 10, 10, 0.9), (50, 50, 60, 60, 0.8), (20, 20, 30, 30, 0.7), (20, 20, 30, 30, 0.6))]
    assert average_precision(found, truth) == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    assert average_precision([detections()], truth) == 0


def test_accuracy_is_by_class_and_rare_classes_do_not_decide() -> None:
    truth = [detections((0, 0, 10, 10, 1)), detections((0, 0, 10, 10, 1), class_id=1)]
    found = [detections((0, 0, 10, 10, 0.5)), detections()]
    classes = accuracy_by_class(found, truth, ("person", "car"))
    assert [(one.name, one.ap50) for one in classes] == [("person", 1), ("car", 0)]
    assert mean_ap50(classes) == 0.5, "none has enough boxes: all count"
    assert mean_ap50([ClassAccuracy("person", 100, 0.9), ClassAccuracy("car", 2, 0.1)]) == 0.9


def test_mot_truth_is_read_and_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "gt.txt"
    path.write_text("1,1,10,20,30,40,1,1,1\n1,2,0,0,9,9,0,1,1\n1,3,0,0,9,9,1,3,1\n2,1,11,20,30,40,1,1,1\n")
    truth = read_mot_truth(path, ("car", "person"), [0, 5])
    assert [len(one) for one in truth] == [1, 0]
    assert truth[0].xyxy.tolist() == [[10, 20, 40, 60]]
    assert truth[0].class_id.tolist() == [1]
    with pytest.raises(ConfigError, match="nobody"):
        read_mot_truth(path, ("person",), [70])
    with pytest.raises(ModelError, match="no class"):
        read_mot_truth(path, ("car",), [0])
    for text in ("1,nan,0,0,9,9\n", "hello\n", "1,2,3\n"):
        path.write_text(text)
        with pytest.raises(ConfigError):
            read_mot_truth(path, ("person",), [0])


def test_balance_counts_classes_sizes_light_and_repetition(tmp_path: Path) -> None:
    pictures = frames(tmp_path, 3)
    found = detections((0, 0, 10, 10, 1), (0, 0, 50, 50, 1), (0, 0, 100, 100, 1))
    tally = BalanceTally()
    for buffer in (*pictures, pictures[0]):
        tally.add(buffer, found)
    balance = tally.result()
    assert (balance.pictures, balance.repeated) == (4, 1)
    assert balance.objects == {"person": 12}
    assert (balance.small, balance.medium, balance.large) == (4, 4, 4)
    assert sum(balance.brightness) == 4
    assert any("only 4 pictures" in text for text in balance.warnings)
    assert any("fewer than 20 objects of: person" in text for text in balance.warnings)
    assert any("no bright picture" in text for text in balance.warnings)


def test_a_set_in_which_nothing_is_found_is_warned_of(tmp_path: Path) -> None:
    balance = balance_of(frames(tmp_path, 2), [detections(), detections()])
    assert any("finds nothing" in text for text in balance.warnings)


def test_one_class_and_one_size_are_warned_of(tmp_path: Path) -> None:
    many = detections(*[(0, 0, 10, 10, 1)] * 30)
    warnings = balance_of(frames(tmp_path, 1), [many]).warnings
    assert any("one class: person" in text for text in warnings)
    assert any("nearly all objects are small" in text for text in warnings)


def test_methods_are_found_by_name() -> None:
    assert find_quantizer("nncf").runtime == "openvino"
    assert find_quantizer("onnxruntime").runtime == "onnxruntime"


def test_a_tensor_is_what_the_engine_would_give(tmp_path: Path) -> None:
    from camloom.inference.library import find_card
    from camloom.toolchain.frames import FrameSet

    card, _ = find_card(str(write_card(tmp_path)))
    data = write_pictures(tmp_path / "pictures", 1)
    job = Job(tmp_path / "blobs.onnx", card, FrameSet(str(data), 1))
    tensor = job.tensor(read_picture(data / "000.png"))
    assert tensor.shape == (1, 3, 64, 64)
    assert tensor.dtype == np.float32
    assert (float(np.min(tensor)), float(np.max(tensor))) == (40, 230)


@pytest.mark.slow
@pytest.mark.mirror
@pytest.mark.slow
def test_the_default_detector_loses_at_most_a_point(tmp_path: Path, mirror: Path) -> None:
    pytest.importorskip("nncf")
    truth = mirror / "labels" / "pets09" / "gt.txt"
    made = quantize(Plan("nanodet", "sample:street", tmp_path, truth=truth, calibration_frames=100))
    assert made.done, made.attempts
    assert made.attempts[-1].loss_points <= 1
    assert made.before[0].ap50 > 0.9
