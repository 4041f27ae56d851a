"""Figures go into a user's card; everything else in the file stays as it was."""

from pathlib import Path

import pytest

from camloom.errors import ConfigError, ModelError
from camloom.inference.card import read_card
from camloom.toolchain.card_results import write_measured

CARD = """\
# Mine, trained on the yard.
name: mine
family: yolox   # as exported
class_names: [person, dog]
input: {width: 64, height: 64}
licence: mine
files: {onnxruntime: mine.onnx}
"""
FIGURES = {"ap50": 0.912, "data": "yard, 12 pictures"}


def write(folder: Path, text: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "measured",
    [
        "",
        "measured: {person_ap50: 0.9}\n",
        "measured:\n  person_ap50: 0.9\n  # by hand\n  eval:\n    street: {ap50: 0.1}\n",
        "measured: {\n  person_ap50: 0.9,\n}\n",
    ],
)
@pytest.mark.parametrize("after", ["", "# The end.\n", "summary: A detector\n"])
def test_the_rest_of_the_file_stays(tmp_path: Path, measured: str, after: str) -> None:
    path = write(tmp_path, CARD + measured + after)
    before = read_card(path)
    write_measured(path, "eval", "yard", FIGURES)
    card = read_card(path)
    assert card.measured["eval"]["yard"] == FIGURES
    assert card.measured.get("person_ap50") == before.measured.get("person_ap50")
    assert card.model_copy(update={"measured": {}}) == before.model_copy(update={"measured": {}})
    text = path.read_text(encoding="utf-8")
    assert text.startswith(CARD)
    assert after in text
    assert [file.name for file in tmp_path.iterdir()] == ["mine.yaml"]


def test_figures_of_the_same_data_are_replaced_and_others_stay(tmp_path: Path) -> None:
    path = write(tmp_path, CARD)
    for name, ap50 in (("yard", 0.5), ("street", 0.6), ("yard", 0.7)):
        write_measured(path, "eval", name, {"ap50": ap50})
    write_measured(path, "bench", "2 cores", {"per_s": 40.0})
    assert read_card(path).measured == {
        "eval": {"yard": {"ap50": 0.7}, "street": {"ap50": 0.6}},
        "bench": {"2 cores": {"per_s": 40.0}},
    }


def test_a_built_in_card_is_never_changed() -> None:
    with pytest.raises(ConfigError, match="never changed"):
        write_measured(None, "eval", "yard", FIGURES)


def test_a_card_in_a_form_that_lines_do_not_show_is_left_alone(tmp_path: Path) -> None:
    text = read_card(write(tmp_path, CARD)).model_dump_json()
    path = write(tmp_path, text)
    with pytest.raises(ModelError, match="without changing the rest"):
        write_measured(path, "eval", "yard", FIGURES)
    assert path.read_text(encoding="utf-8") == text
