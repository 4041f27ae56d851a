"""Models that somebody uploads: looked at in a process of its own, kept, used by name, removed."""

import hashlib
import pickle
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import cv2
import pytest
import yaml
from tests.toolchain import blobs

from camloom.agent.child import run_child
from camloom.agent.guessing import import_model
from camloom.agent.importing import Importer
from camloom.agent.shelf import ModelShelf
from camloom.agent.wishes import with_paths
from camloom.errors import CamloomError, ConfigError, ExchangeError, ModelError, UsageError
from camloom.exchange import HandedFile, ModelAnswers
from camloom.exchange.local import LocalHost, LocalServer

SAID = {"family": "yolox", "class_names": ["square"], "options": {"strides": [8]}, "fit": "stretch", "colour": "BGR"}
NORMAL = {"mean": [0, 0, 0], "std": [1, 1, 1], "licence": "own"}


class Host:
    """A host without an agent, and its server."""

    def __init__(self, data: Path, server: LocalServer, host: LocalHost) -> None:
        self.data, self._server = data, server
        self.shelf = ModelShelf(data)
        self.importer = Importer(data / "importing", self.shelf, host)

    def hand(self, file: Path, name: str = "") -> dict[str, Any]:
        """Hand a copy of a file over."""
        content, part = file.read_bytes(), self.data / "file.part"
        part.write_bytes(content)
        handed = HandedFile(
            id="01K", name=name or file.name, sha256=hashlib.sha256(content).hexdigest(), size_bytes=len(content)
        )
        self._server.hand(part, handed)
        return handed.model_dump()

    def names(self) -> list[str]:
        """Return the names of the imported models."""
        return [one["name"] for one in self.shelf.models() if one.get("imported")]


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    """A host that has nothing yet."""
    data = tmp_path / "data"
    data.mkdir()
    with closing(LocalServer(data / "exchange.db")) as server, closing(LocalHost(data / "exchange.db")) as side:
        yield Host(data, server, side)


@pytest.fixture
def squares(tmp_path: Path) -> str:
    """A picture with two bright squares, base64."""
    path = tmp_path / "squares.jpg"
    assert cv2.imwrite(str(path), blobs.picture([(1, 1), (5, 5)]))
    return b64encode(path.read_bytes()).decode()


def _look(path: Path, scratch: Path, answers: dict[str, Any] | None = None, **how: Any) -> dict[str, Any]:
    """Look into a file in this process."""
    scratch.mkdir()
    said = ModelAnswers.model_validate(answers or {}).model_dump(mode="json")
    told = {"answers": said, "path": str(path), "scratch": str(scratch), "picture": "", "run": False, "keep": False}
    return import_model({**told, **how})


def test_a_model_is_looked_at_kept_used_by_name_and_removed(host: Host, tmp_path: Path, squares: str) -> None:
    file = host.hand(blobs.write_model(tmp_path / "Bright Squares.onnx"))
    wish = {"file": file, "answers": SAID | NORMAL | {"name": "squares"}, "picture": squares}
    kept = host.importer.import_model(wish | {"keep": True, "show": True}, 100)
    assert (kept["name"], kept["trial"]["found"]) == ("squares", ["square × 2"])
    [model] = [one for one in host.shelf.models() if one["name"] == "squares"]
    assert (model["imported"], model["family"], model["class_names"]) == (True, "yolox", ["square"])
    assert model["tried"]["found"] == ["square × 2"]
    assert model["tried"]["ms"] > 0
    assert host.shelf.picture("squares") == b64decode(kept["trial"]["jpeg"])
    document = {"model": "squares", "secondary": [{"model": "squares"}, {"model": "nanodet"}]}
    path = str(host.data / "models" / "squares" / "squares.yaml")
    assert with_paths(document, host.data) == {"model": path, "secondary": [{"model": path}, {"model": "nanodet"}]}
    assert not (host.data / "importing").exists()
    with pytest.raises(UsageError, match="already"):
        host.shelf.require_free("squares")
    host.shelf.remove("squares")
    assert host.names() == []
    assert [one.name for one in host.data.rglob("*squares*")] == []


@pytest.mark.slow
def test_a_look_says_what_was_guessed_and_keeps_nothing(host: Host, tmp_path: Path, squares: str) -> None:
    file = host.hand(blobs.write_model(tmp_path / "squares.onnx"))
    found = host.importer.import_model({"file": file, "answers": SAID, "picture": squares}, 100)
    assert found["trial"]["tried_on"] == "given"
    assert {one["name"]: one["certainty"] for one in found["fields"]}["family"] == "sure"
    assert host.names() == []
    wrong = host.importer.import_model({"file": file, "answers": {"family": "yunet"}, "picture": squares}, 100)
    assert wrong["trial"]["error"], "a family that does not fit is told of, and can be corrected"


@pytest.mark.slow
def test_a_model_that_comes_with_camloom_is_tried(host: Host, squares: str) -> None:
    found = host.importer.try_model({"name": "nanodet", "picture": squares, "keep": True}, 100)
    assert found["ms"] > 0
    assert next(one for one in host.shelf.models() if one["name"] == "nanodet")["tried"]["ms"] == found["ms"]


def test_programs_and_other_things_are_refused_in_one_line(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.touch, (tmp_path / "ran",))

    files = {
        "model.pt": pickle.dumps(Evil(), 2) + bytes(32),
        "model.pkl": pickle.dumps(Evil(), 4) + bytes(32),
        "model.onnx": b"<html><body>Not found</body></html>",
        "model.xml": b"\x7fELF" + bytes(64),
        "model.json": b'{"a": 1, "b": "cccccccccccc"}',
        "tiny.onnx": b"x",
        "empty.onnx": b"",
    }
    with zipfile.ZipFile(tmp_path / "script.pt", "w") as archive:
        archive.writestr("script/data.pkl", pickle.dumps(Evil()))
        archive.writestr("script/code/__torch__.py", "")
    files["script.pt"] = (tmp_path / "script.pt").read_bytes()
    for number, (name, content) in enumerate(files.items()):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(ModelError) as refused:
            _look(path, tmp_path / str(number))
        assert "\n" not in str(refused.value)
    assert not (tmp_path / "ran").exists()


def test_weights_elsewhere_are_refused(tmp_path: Path) -> None:
    """An ONNX file may name files of weights: only those that came with it."""
    import onnx

    path = blobs.write_model(tmp_path / "model.onnx")
    model = onnx.load(path)
    tensor = model.graph.initializer[0]
    tensor.data_location = onnx.TensorProto.EXTERNAL
    for key, value in (("location", "../../../etc/passwd"), ("offset", "0"), ("length", "64")):
        tensor.external_data.add(key=key, value=value)
    tensor.ClearField("raw_data")
    path.write_bytes(model.SerializeToString())
    with pytest.raises(ModelError):
        _look(path, tmp_path / "scratch")


def test_no_answer_names_a_file_of_the_host(tmp_path: Path) -> None:
    """On the command line names may be a file that holds them; what comes from a browser is names."""
    (tmp_path / "secret").write_text("line")
    model = blobs.write_model(tmp_path / "model.onnx")
    told = _look(model, tmp_path / "scratch", SAID | {"class_names": [str(tmp_path / "secret")]})
    assert told["card"]["class_names"] == [str(tmp_path / "secret")]


def test_what_the_file_does_not_say_has_to_be_said(tmp_path: Path) -> None:
    model = blobs.write_model(tmp_path / "model.onnx")
    with pytest.raises(UsageError, match="class_names"):
        _look(model, tmp_path / "a", SAID | {"class_names": []}, keep=True)
    with pytest.raises(UsageError, match="family"):
        _look(model, tmp_path / "c", {}, keep=True)
    with pytest.raises(CamloomError, match="yolox"):
        _look(model, tmp_path / "b", {"family": "yolo-x"})


def test_another_file_than_the_one_that_was_uploaded_is_not_taken(host: Host, tmp_path: Path) -> None:
    file = host.hand(blobs.write_model(tmp_path / "model.onnx"))
    handed = host.data / "handed" / "01K"
    content = bytearray(handed.read_bytes())
    content[-1] ^= 1
    handed.write_bytes(content)
    with pytest.raises(ExchangeError, match="not the one"):
        host.importer.import_model({"file": file}, 10)
    handed.unlink()
    with pytest.raises(ExchangeError, match="not there"):
        host.importer.import_model({"file": file}, 10)
    for wrong in ({"file": file | {"id": "../exchange"}}, {"file": file, "answers": {"std": [0, 1, 1]}}, {}):
        with pytest.raises(UsageError):
            host.importer.import_model(wrong, 10)


def test_names_that_are_taken_or_none_are_refused(host: Host, tmp_path: Path) -> None:
    for name in ("nanodet", "../x", "", "A", ".x", "a/b"):
        with pytest.raises(UsageError):
            host.shelf.require_free(name)
    blobs.write_card(tmp_path, "elsewhere")
    for name in ("nothing", str(tmp_path / "elsewhere.yaml"), "../elsewhere.yaml"):
        with pytest.raises(ConfigError, match="no model"):
            host.importer.try_model({"name": name, "keep": True}, 10)
    for name in ("nanodet", "nothing", "../exchange.db"):
        with pytest.raises(ConfigError):
            host.shelf.remove(name)
        with pytest.raises(ConfigError):
            host.shelf.picture(name)


def test_of_models_in_one_folder_only_the_files_of_one_go(host: Host) -> None:
    """`camloom models import --out DATA/models` puts all into one folder; a card may name files elsewhere too."""
    folder = host.data / "models"
    folder.mkdir()
    outside = host.data / "outside.onnx"
    outside.write_bytes(b"keep")
    blobs.write_card(folder, "one", files={"any": "shared.onnx", "onnxruntime": "one.onnx"})
    blobs.write_card(folder, "two", files={"any": "shared.onnx", "onnxruntime": "../outside.onnx"})
    (folder / "shared.onnx").write_bytes(b"shared")
    (folder / "note.txt").write_text("mine")
    host.shelf.remove("one")
    assert sorted(path.name for path in folder.iterdir()) == ["note.txt", "shared.onnx", "two.onnx", "two.yaml"]
    host.shelf.remove("two")
    assert outside.read_bytes() == b"keep"
    assert sorted(path.name for path in folder.iterdir()) == ["note.txt", "two.onnx"]


def test_a_card_that_cannot_be_read_hides_no_other(host: Host) -> None:
    folder = host.data / "models"
    folder.mkdir()
    blobs.write_card(folder, "good")
    (folder / "bad.yaml").write_text(yaml.safe_dump({"name": "bad"}))
    assert host.shelf.named("good") == str(folder / "good.yaml")
    assert host.names() == ["good"]


@pytest.mark.slow
def test_a_model_that_wants_all_memory_ends_only_the_process_that_tries_it(tmp_path: Path) -> None:
    import onnx
    from onnx import TensorProto, helper

    shape = helper.make_tensor("shape", TensorProto.INT64, [4], [1, 3, 200_000, 200_000])
    nodes = [
        helper.make_node("Constant", [], ["shape"], value=shape),
        helper.make_node("ConstantOfShape", ["shape"], ["big"]),
        helper.make_node("ReduceMean", ["big"], ["mean"], keepdims=1),
        helper.make_node("Add", ["image", "mean"], ["out"]),
    ]
    image, out = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 3, 64, 64]) for name in ("image", "out"))
    path = tmp_path / "big.onnx"
    onnx.save(helper.make_model(helper.make_graph(nodes, "big", [image], [out]), ir_version=8), path)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    answers = ModelAnswers(family="segmentation", class_names=("a", "b", "c")).model_dump(mode="json")
    told = {"answers": answers, "path": str(path), "scratch": str(scratch), "picture": "", "run": True, "keep": True}
    with pytest.raises(CamloomError):
        run_child("import_model", told, 60)
