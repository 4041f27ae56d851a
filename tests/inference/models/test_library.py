import hashlib
from pathlib import Path

import pytest
import yaml

from camloom.errors import AssetError, ConfigError, ModelError
from camloom.inference.library import card_names, find_card, model_file

CARD = {
    "name": "mine",
    "family": "yolox",
    "class_names": ["person"],
    "input": {"width": 416, "height": 416},
    "licence": "mine",
    "files": {"onnxruntime": "weights/mine.onnx"},
}


def write_card(folder: Path, files: dict[str, str]) -> Path:
    path = folder / "mine.yaml"
    path.write_text(yaml.safe_dump(CARD | {"files": files}), encoding="utf-8")
    return path


def test_a_built_in_card_is_found_by_its_name() -> None:
    card, path = find_card("nanodet")
    assert (card.name, path) == ("nanodet", None)
    assert "nanodet" in card_names()


def test_an_unknown_model_suggests_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"unknown model 'nanodte'\. Did you mean 'nanodet'\?") as caught:
        find_card("nanodte")
    assert "\n" not in str(caught.value)
    with pytest.raises(ConfigError, match="Known: nanodet"):
        find_card("zzzzzzzz")


def test_a_name_is_no_path_into_the_package() -> None:
    with pytest.raises(ConfigError, match="unknown model"):
        find_card("../cards/nanodet")


def test_a_users_own_card_is_read_from_its_path(tmp_path: Path) -> None:
    path = write_card(tmp_path, {"any": "mine.onnx"})
    card, where = find_card(str(path))
    assert (card.name, where) == ("mine", path)


def test_a_missing_or_broken_card_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no model card .*nothing\.yaml"):
        find_card(str(tmp_path / "nothing.yaml"))
    broken = tmp_path / "broken.yaml"
    broken.write_text("name: [", encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        find_card(str(broken))
    assert "\n" not in str(caught.value)


def test_a_file_beside_the_card_is_used(tmp_path: Path) -> None:
    card, path = find_card(str(write_card(tmp_path, {"onnxruntime": "weights/mine.onnx"})))
    (tmp_path / "weights").mkdir()
    weights = tmp_path / "weights" / "mine.onnx"
    weights.write_bytes(b"x")
    assert model_file(card, path, "onnxruntime") == weights


def test_the_file_of_the_runtime_stands_before_the_one_for_any(tmp_path: Path) -> None:
    card, path = find_card(str(write_card(tmp_path, {"any": "a.onnx", "openvino": "b.xml"})))
    for name in ("a.onnx", "b.xml"):
        (tmp_path / name).write_bytes(b"x")
    assert model_file(card, path, "openvino").name == "b.xml"
    assert model_file(card, path, "onnxruntime").name == "a.onnx"


def test_a_missing_file_names_the_path_and_a_missing_runtime_those_there_are(tmp_path: Path) -> None:
    card, path = find_card(str(write_card(tmp_path, {"onnxruntime": "weights/mine.onnx"})))
    with pytest.raises(ModelError, match=r"weights/mine\.onnx, which does not exist"):
        model_file(card, path, "onnxruntime")
    with pytest.raises(ModelError, match=r"no file for the runtime 'openvino'\. It has: onnxruntime"):
        model_file(card, path, "openvino")


def test_a_users_card_may_name_an_asset_of_the_catalogue(tmp_path: Path) -> None:
    card, path = find_card(str(write_card(tmp_path, {"any": "no-such-asset"})))
    with pytest.raises(AssetError, match="no-such-asset"):
        model_file(card, path, "openvino")


def test_a_file_whose_sum_the_card_names_must_be_that_file(tmp_path: Path) -> None:
    (tmp_path / "mine.onnx").write_bytes(b"weights")
    path = write_card(tmp_path, {"any": "mine.onnx"})
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    for content, fits in ((b"weights", True), (b"other weights", False)):
        total = hashlib.sha256(content).hexdigest()
        path.write_text(yaml.safe_dump(document | {"sha256": {"any": total}}), encoding="utf-8")
        card, where = find_card(str(path))
        if fits:
            assert model_file(card, where, "onnxruntime") == tmp_path / "mine.onnx"
        else:
            with pytest.raises(ModelError, match="not the file that its card describes"):
                model_file(card, where, "onnxruntime")
