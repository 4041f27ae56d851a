"""camloom runtime: what a customer runs on a new box."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Camloom = Callable[..., Any]


def test_runtimes_are_listed_with_what_is_missing(camloom: Camloom) -> None:
    outcome = camloom("runtime", "list")
    assert outcome.code == 0
    assert "openvino" in outcome.out
    assert "CPU" in outcome.out
    assert "unavailable" in outcome.out


def test_a_device_is_proven_with_a_report(camloom: Camloom, tmp_path: Path, tiny_card: Path) -> None:
    outcome = camloom("runtime", "check", "onnxruntime", "--model", tiny_card, "--out", "proof/report.json")
    assert (outcome.code, outcome.err) == (0, "")
    assert "onnxruntime (CPU f32): conforms" in outcome.out
    report = json.loads((tmp_path / "proof" / "report.json").read_text())
    assert report["ok"] is True
    assert report["versions"]["onnxruntime"]
    assert {check["name"] for check in report["checks"]} >= {"input: RGB", "model: decodes"}


def test_a_device_that_is_not_there_fails_the_check(camloom: Camloom) -> None:
    outcome = camloom("runtime", "check", "onnxruntime:nowhere")
    assert outcome.code == 1
    assert "does not conform" in outcome.out


def test_a_runtime_that_is_not_there_is_one_line(camloom: Camloom) -> None:
    outcome = camloom("runtime", "check", "openvin")
    assert (outcome.code, outcome.out) == (2, "")
    assert "Did you mean 'openvino'" in outcome.err


def test_the_graphs_are_exported_for_a_vendor(camloom: Camloom, tmp_path: Path) -> None:
    assert camloom("runtime", "check", "--export", "graphs").code == 0
    assert (tmp_path / "graphs" / "convolution.onnx").stat().st_size > 500


def test_a_reason_is_given_once(camloom: Camloom) -> None:
    lines = camloom("runtime", "check", "onnxruntime:nowhere").out.splitlines()
    said = [line for line in lines if "has no device 'nowhere'" in line]
    assert len([line for line in said if line.startswith("failed")]) == 1
    assert sum(line.endswith("for the same reason") for line in lines) > 5


def test_without_files_nothing_is_called_proven(camloom: Camloom, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    outcome = camloom("runtime", "check", "onnxruntime", "--files", "none")
    assert outcome.code == 1
    assert "not proven" in outcome.out


def test_mistakes_are_said_before_anything_is_tried(camloom: Camloom) -> None:
    for options, word in ((("--model", "nanodett"), "nanodet"), (("--files", "nowhere"), "no folder nowhere")):
        outcome = camloom("runtime", "check", "onnxruntime", *options)
        assert (outcome.code, outcome.out) == (2, "")
        assert word in outcome.err


def test_a_plug_in_takes_one_line_and_says_all_when_named(camloom: Camloom) -> None:
    listed = camloom("plugins").out.splitlines()
    assert len([line for line in listed if line.split()[:1] == ["openvino"]]) == 1
    assert {"sources", "runtimes", "models", "trackers", "rules", "sinks"} <= set(listed)
    assert "reads ONNX" in camloom("plugins", "openvino").out
    assert camloom("plugins", "openvin").code == 2


def test_a_model_file_in_place_of_a_card_is_told_apart(camloom: Camloom, tmp_path: Path, tiny_card: Path) -> None:
    (tmp_path / "stranger.onnx").write_bytes(b"whatever this is")
    assert "camloom models import stranger.onnx" in camloom("models", "show", "stranger.onnx").err
    assert str(tiny_card) in camloom("models", "show", tiny_card.parent).err
