"""The parity table: who is compared with whom, what it says, and that real runtimes agree."""

from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.cards import KnownCard, find_in_mirror, known_cards, offered, readable, reference_runtime
from benchmarks.parity import Row, allowance, compare_card, document, markdown

from camloom import plugins
from camloom.errors import CamloomError
from camloom.inference.card import read_card
from camloom.inference.library import card_names

AGREES = Row(
    card="a",
    family="yolox",
    runtime="openvino",
    reference="onnxruntime",
    verdict="agrees",
    level="fp32",
    description="CPU f32",
    found=12,
    max_abs=0.001,
    min_cosine=0.99999,
    same=1.0,
    shift_px=0.02,
)
REFERENCE = Row("a", "yolox", "onnxruntime", "onnxruntime", "reference", description="CPU f32")
NONE = Row("a", "yolox", "ncnn", "onnxruntime", "does not apply", "it reads .param, not .onnx")


def test_the_table_has_a_cell_for_each_runtime_and_a_reason_for_each_gap() -> None:
    text = markdown([REFERENCE, AGREES, NONE], 10)
    assert "| yolox | reference | – | fp32: F1 1.000, 0.02 px | – |" in text
    assert "| scrfd | no real file here | – | – | – |" in text
    by_card = "| a | reference (CPU f32) | – | CPU f32: max 0.001, F1 1.000, 0.02 px | it reads .param, not .onnx |"
    assert by_card.replace("| – |", "|  |") in text
    assert (
        "| a | yolox | openvino (CPU f32) | onnxruntime | 12 | 0.001 | 0.99999 | 1.000 | 0.02 | fp32 | agrees |" in text
    )


def test_a_difference_is_seen_in_the_table_of_families() -> None:
    text = markdown([REFERENCE, replace(AGREES, verdict="differs", note="box F1 0.5 is below 0.99")], 10)
    assert "**differs** (a)" in text
    assert "box F1 0.5 is below 0.99" in text


def test_all_rows_and_tolerances_are_in_the_document() -> None:
    plain = document([REFERENCE, AGREES, NONE])
    assert [row["verdict"] for row in plain["rows"]] == ["reference", "agrees", "does not apply"]
    assert plain["tolerances"]["fp32"]["min_f1"] > 0.9


def test_every_built_in_card_is_known() -> None:
    assert {known.name for known in known_cards() if known.path is None} == set(card_names())
    assert [known.name for known in known_cards(("nanodet",))] == ["nanodet"]


def test_a_file_that_is_not_here_is_said(tiny_card: Path, tmp_path: Path) -> None:
    missing = tmp_path / "missing.yaml"
    missing.write_text(tiny_card.read_text().replace("tiny.onnx", "models/gone.onnx"))
    known = KnownCard(str(missing), read_card(missing), missing)
    with pytest.raises(CamloomError, match=r"gone\.onnx"):
        reference_runtime(known)
    with pytest.raises(CamloomError, match=r"no file for it \(it has: onnxruntime\)"):
        readable(known, "openvino")


def test_a_file_of_a_mirror_is_found_from_its_root_and_from_its_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "a.onnx").touch()
    monkeypatch.setenv("CAMLOOM_MIRROR", f"{tmp_path / 'nothing'}:{tmp_path}")
    expected = tmp_path / "models" / "a.onnx"
    assert find_in_mirror("a.onnx") == find_in_mirror("models/a.onnx") == expected
    assert find_in_mirror("b.onnx") is None


def test_a_card_may_allow_more_at_one_level_and_says_why(tiny_card: Path) -> None:
    card = read_card(tiny_card)
    own = card.model_copy(update={"measured": {"parity": {"int8": {"min_f1": 0.6, "why": "it takes a maximum"}}}})
    assert allowance(own, "int8") == {"min_f1": 0.6, "why": "it takes a maximum"}
    assert allowance(own, "fp32") == allowance(card, "int8") == {}


def test_a_file_of_another_runtime_is_offered_to_those_that_read_its_kind(
    tiny_card: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAMLOOM_MIRROR", str(tiny_card.parent))
    known = KnownCard(str(tiny_card), read_card(tiny_card), tiny_card)
    assert offered(known, "openvino") == tiny_card.parent / "tiny.onnx"
    with pytest.raises(CamloomError, match=r"it reads \.param, not \.onnx"):
        offered(known, "ncnn")


@pytest.mark.mirror
def test_what_the_card_leaves_out_does_not_apply_whatever_it_gives() -> None:
    (known,) = known_cards(("movenet-lightning",))
    rows = {row.runtime: row for row in compare_card(known, 4)}
    assert rows["litert"].verdict == "reference"
    assert rows["openvino"].verdict == "does not apply"
    assert "not named by the card, but it reads the file: max" in rows["openvino"].note


@pytest.mark.slow
@pytest.mark.mirror
@pytest.mark.parametrize("name", ["vehicle-attributes-0039", "lprnet", "osnet-x0-25"])
def test_models_of_crops_are_compared_on_crops(name: str) -> None:
    (known,) = known_cards((name,))
    rows = [row for row in compare_card(known, 4) if row.verdict != "does not apply"]
    assert {row.verdict for row in rows} == {"reference", "agrees"}
    assert {row.found for row in rows if row.verdict == "agrees"} == {4}


def test_every_family_with_a_file_here_has_a_card() -> None:
    cards = {known.card.family for known in known_cards()}
    made_in_tests = {"classifier", "detr", "yolo_end2end"}  # no published file is small enough
    assert cards == set(plugins.names("models")) - made_in_tests


@pytest.mark.mirror
@pytest.mark.parametrize("name", [pytest.param("yolox-nano", marks=pytest.mark.slow), "pvb-2000"])
def test_runtimes_agree_on_a_built_in_card(name: str) -> None:
    (known,) = known_cards((name,))
    rows = list(compare_card(known, 4))
    assert {row.runtime for row in rows} == {"onnxruntime", "openvino", "litert", "ncnn"}
    assert not [row for row in rows if row.verdict == "differs" and row.level == "fp32"]
    assert sum(row.verdict == "reference" for row in rows) == 1
    assert all(row.note for row in rows if row.verdict == "does not apply")
    if name == "yolox-nano":
        exact = [row for row in rows if row.level == "fp32"]
        assert [row.runtime for row in exact] == ["openvino"]
        assert (exact[0].min_cosine or 0) > 0.9999
