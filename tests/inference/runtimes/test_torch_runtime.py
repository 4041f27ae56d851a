"""PyTorch: TorchScript is read, a pickle never."""

import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from camloom.errors import ModelError
from camloom.inference.card import ModelCard
from camloom.inference.runtimes.torch import TorchRuntime, check_torchscript

CardMaker = Callable[..., ModelCard]


class Bomb:
    """An object that writes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("zipped", [False, True])
def test_a_pickle_is_refused_unread_with_the_way_to_convert_it(tmp_path: Path, zipped: bool) -> None:
    mark, path = tmp_path / "it_ran", tmp_path / "weights.pt"
    content = pickle.dumps(Bomb(mark))
    path.write_bytes(content)
    if zipped:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("weights/data.pkl", content)
            archive.writestr("weights/data/0", b"")
    with pytest.raises(ModelError, match=r"weights\.pt.*torch\.jit\.trace"):
        check_torchscript(path)
    assert not mark.exists()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"gone\.pt"):
        check_torchscript(tmp_path / "gone.pt")


@pytest.mark.filterwarnings("ignore:.torch.jit.trace. is deprecated:FutureWarning")
def test_a_dictionary_of_outputs_keeps_its_names(tmp_path: Path, make_card: CardMaker) -> None:
    torch = pytest.importorskip("torch")

    def forward(picture: object) -> dict[str, object]:
        return {"twice": picture * 2, "thrice": picture * 3}  # type: ignore[operator]

    path = tmp_path / "model.torchscript"
    torch.jit.trace(forward, torch.zeros(1, 3, 4, 8), strict=False).save(str(path))
    outputs = TorchRuntime().compile(path, make_card(8, 4), 1).session().run(np.ones((4, 8, 3), np.uint8))
    assert {name: float(np.asarray(values).max()) for name, values in outputs.items()} == {"twice": 2, "thrice": 3}
