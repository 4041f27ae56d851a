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
