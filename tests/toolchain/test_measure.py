"""What is timed, what is left out and why, and that a variant that dies takes nothing with it."""

import io
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from camloom.errors import ConfigError, ModelError
from camloom.inference.base import LoadedModel
from camloom.inference.library import find_card
from camloom.toolchain.speed import worker
from camloom.toolchain.speed.measure import measure
from camloom.toolchain.speed.plan import Choice, Plan, Variant, plan_variants

SECONDS = 0.2
ORT = Variant("onnxruntime", "", 1, 1, "auto")


def plan_of(card_path: Path, **choice: object) -> Plan:
    card, path = find_card(str(card_path))
    return plan_variants(card, path, replace(Choice(), **choice))  # type: ignore[arg-type]


def reasons(plan: Plan) -> dict[str, str]:
    return {f"{one.variant.runtime}/{one.variant.batch}/{one.variant.precision}": one.reason for one in plan.left_out}


def test_every_combination_is_timed_or_left_out_with_a_reason(tiny_card: Path) -> None:
    plan = plan_of(
        tiny_card, runtimes=("onnxruntime", "ncnn"), threads=(1, 2), batches=(1, 4), precisions=("auto", "int8")
    )
    assert set(plan.variants) == {replace(ORT, threads=count) for count in (1, 2)}
    assert len(plan.variants) + len(plan.left_out) == 2 * 2 * 2 * 2
    why = reasons(plan)
    assert "no file for it (it has: onnxruntime)" in why["ncnn/1/auto"]
    assert "one picture" in why["onnxruntime/4/auto"]
    assert "not quantised" in why["onnxruntime/1/int8"]


def test_one_request_for_each_core_if_nobody_says_otherwise(tiny_card: Path) -> None:
    (variant,) = plan_of(tiny_card, runtimes=("onnxruntime",)).variants
    assert variant.threads == os.cpu_count()


def test_a_runtime_that_does_not_read_this_kind_of_file_is_left_out(tiny_card: Path, tmp_path: Path) -> None:
    card = tmp_path / "any.yaml"
    card.write_text(tiny_card.read_text().replace("onnxruntime:", "any:"))
    (tmp_path / "tiny.onnx").write_bytes((tiny_card.parent / "tiny.onnx").read_bytes())
    plan = plan_of(card, runtimes=("onnxruntime", "litert"))
    assert [variant.runtime for variant in plan.variants] == ["onnxruntime"]
    assert "tiny.onnx" in reasons(plan)["litert/1/auto"] or "not installed" in reasons(plan)["litert/1/auto"]


@pytest.mark.parametrize("choice", [{"precisions": ("fp31",)}, {"threads": (0,)}, {"batches": (1000,)}])
def test_a_choice_that_makes_no_sense_is_refused(tiny_card: Path, choice: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        plan_of(tiny_card, **choice)


def test_too_many_variants_are_refused(tiny_card: Path) -> None:
    with pytest.raises(ConfigError, match="100 measurements"):
        plan_of(tiny_card, runtimes=("onnxruntime",), threads=tuple(range(1, 101)))


def test_a_model_is_timed(tiny_card: Path) -> None:
    said: list[str] = []
    plan = plan_of(tiny_card, runtimes=("onnxruntime",), threads=(1, 2))
    result = measure(plan, rounds=2, seconds=SECONDS, say=said.append)
    assert {timing.variant.threads for timing in result.timings} == {1, 2}
    for timing in result.timings:
        assert 0 < timing.latency_p50_ms <= timing.latency_p99_ms
        assert 0 < timing.per_s_min <= timing.per_s <= timing.per_s_max
        assert timing.cpu_ms > 0
        assert timing.load_s > 0
        assert "f32" in timing.description
    assert [timing.per_s for timing in result.timings] == sorted((t.per_s for t in result.timings), reverse=True)
    assert "round 2 of 2" in said
    json.dumps(result.as_dict())
    assert result.summary()["onnxruntime"]["per_s"] == pytest.approx(result.timings[0].per_s, abs=0.1)


def test_a_precision_that_the_device_does_not_have_is_not_timed_under_its_name(tiny_card: Path) -> None:
    plan = plan_of(tiny_card, runtimes=("onnxruntime",), precisions=("fp32", "fp16"))
    result = measure(plan, rounds=1, seconds=SECONDS)
    assert [timing.variant.precision for timing in result.timings] == ["fp32"]
    assert "cannot be had here" in result.left_out[0].reason


@pytest.mark.parametrize(
    ("precision", "description", "fits"),
    [
        ("bf16", "CPU bf16", True),
        ("fp16", "CPU bf16", False),
        ("fp16", "vulkan:0 fp16", True),
        ("fp32", "GPU.0 f16", False),
        ("auto", "CPU bf16", True),
        ("int8", "CPU f32", True),
    ],
)
def test_the_precision_is_read_from_what_the_runtime_says(
    tiny_card: Path, blob_model: LoadedModel, precision: str, description: str, fits: bool
) -> None:
    card = find_card(str(tiny_card))[0].model_copy(update={"precision": precision})
    compiled = type("Compiled", (type(blob_model.compiled),), {"description": description})()
    if fits:
        worker.check_precision(card, compiled)
        return
    with pytest.raises(ModelError, match=f"the device runs as {description}"):
        worker.check_precision(card, compiled)


def test_a_variant_that_cannot_be_loaded_leaves_the_others_alone(tiny_card: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"not a model")
    good = plan_of(tiny_card, runtimes=("onnxruntime",), threads=(1,))
    other = replace(ORT, runtime="openvino")
    plan = replace(good, variants=(other, *good.variants), files={**good.files, "openvino": broken})
    result = measure(plan, rounds=1, seconds=SECONDS)
    assert [timing.variant for timing in result.timings] == [ORT]
    assert "broken.onnx" in result.left_out[0].reason


def test_nothing_that_runs_is_an_error_with_the_reasons(tiny_card: Path) -> None:
    plan = plan_of(tiny_card, runtimes=("ncnn",))
    with pytest.raises(ModelError, match=r"none of these ways here: ncnn: the card has no file") as caught:
        measure(plan)
    assert "\n" not in str(caught.value)


def test_a_process_that_dies_is_one_line(tiny_card: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "onnxruntime"
    package.mkdir()
    (package / "__init__.py").write_text(
        "import os, sys\nprint('out of luck', file=sys.stderr, flush=True)\nos.abort()"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(ModelError, match=r"its process ended by signal 6") as caught:
        measure(plan_of(tiny_card, runtimes=("onnxruntime",), threads=(1,)), rounds=1, seconds=SECONDS)
    assert "\n" not in str(caught.value)


def test_the_worker_answers_line_by_line(tiny_card: Path) -> None:
    card, _ = find_card(str(tiny_card))
    load = {
        "card": card.model_dump(mode="json"),
        "runtime": "onnxruntime",
        "device": "",
        "threads": 1,
        "file": str(tiny_card.parent / "tiny.onnx"),
        "picture": "",
    }
    answers = io.StringIO()
    requests = [load, {"seconds": 0.02}, {"seconds": 0.02}]
    worker.serve(io.StringIO("".join(json.dumps(request) + "\n" for request in requests)), answers)
    lines = [json.loads(line) for line in answers.getvalue().splitlines()]
    assert len(lines) == 3
    assert set(lines[0]) == {"description", "load_s", "added_mib"}
    assert all(line["per_s"] > 0 for line in lines[1:])
