"""The cards that the benchmarks go through: the built-in ones, and those of the test models of a mirror."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from camloom import assets, plugins
from camloom.errors import AssetError, CamloomError
from camloom.inference.base import LoadedModel
from camloom.inference.card import ModelCard, read_card
from camloom.inference.library import card_names, find_card, model_file
from camloom.toolchain.loading import load_file

TEST_CARDS = Path(__file__).resolve().parent.parent / "tests" / "inference" / "cards"
RUNTIMES = ("onnxruntime", "litert", "openvino", "ncnn")
"""Those that run on any PC; the first of them that reads a card's files is the reference."""


@dataclass(frozen=True, slots=True)
class KnownCard:
    """A card.

    Attributes:
        name: what to call it: its built-in name, or the path of a test card.
        path: None for a built-in one.
    """

    name: str
    card: ModelCard
    path: Path | None

    def file(self, runtime: str) -> Path:
        """Return the model file for a runtime. CamloomError when it has none, or it is not here."""
        named = self.card.files.get(runtime) or self.card.files.get("any")
        if named is None:
            raise AssetError(f"the card has no file for it (it has: {', '.join(self.card.files)})")
        if self.path is None or named in assets.catalogue():
            return model_file(self.card, self.path, runtime)
        found = find_in_mirror(named)
        if found is None:
            raise AssetError(f"its file {named} is in no folder of CAMLOOM_MIRROR")
        return found


def known_cards(only: tuple[str, ...] = ()) -> Iterator[KnownCard]:
    """Yield the built-in cards, then the test cards; with `only` those of these names."""
    for name in card_names():
        if not only or name in only:
            yield KnownCard(name, find_card(name)[0], None)
    for path in sorted(TEST_CARDS.glob("*.yaml")):
        card = read_card(path)
        if not only or {card.name, path.stem, str(path)} & set(only):
            yield KnownCard(str(path), card, path)


def mirrors() -> list[Path]:
    """Return the folders of test assets."""
    return [Path(folder) for folder in os.environ.get("CAMLOOM_MIRROR", "").split(os.pathsep) if folder]


def find_in_mirror(named: str) -> Path | None:
    """Return a file of a mirror, named from its root or from its folder of models."""
    candidates = (folder / part / named for folder in mirrors() for part in ("", "models"))
    return next((path for path in candidates if path.is_file()), None)


def readable(card: KnownCard, runtime: str) -> Path:
    """Return the file that a runtime here can read.

    Raises:
        CamloomError: the runtime is not here, the card has no file for it, or one of a kind that it does not read.
    """
    implementation = plugins.load_available("runtimes", runtime)
    path = card.file(runtime)
    reads: tuple[str, ...] = getattr(implementation, "reads", ())
    if reads and path.suffix.lower() not in reads:
        raise CamloomError(f"it reads {', '.join(reads)}, not {path.suffix}")
    return path


def offered(card: KnownCard, runtime: str) -> Path:
    """Return a file that the card has for other runtimes, and that is of a kind that this one reads too.

    Raises:
        CamloomError: the runtime is not here, or there is no such file.
    """
    implementation = plugins.load_available("runtimes", runtime)
    paths = list(dict.fromkeys(map(card.file, card.card.files)))
    reads: tuple[str, ...] = getattr(implementation, "reads", ())
    for path in paths:
        if not reads or path.suffix.lower() in reads:
            return path
    raise CamloomError(f"it reads {', '.join(reads)}, not {', '.join(path.suffix for path in paths)}")


def reference_runtime(card: KnownCard) -> str:
    """Return the first runtime that reads the card's file. CamloomError if none does; the last reason is given."""
    last = CamloomError(f"no runtime for {card.card.name}")
    for runtime in RUNTIMES:
        try:
            readable(card, runtime)
        except CamloomError as error:
            last = error if runtime in card.card.files else last
        else:
            return runtime
    raise last


def load_known(known: KnownCard, runtime: str, picture_size: tuple[int, int]) -> LoadedModel:
    """Load a card for pictures of this shape: on `runtime` if it reads the card's file, else on the first that does."""
    card = known.card.for_picture(*picture_size)
    chosen = runtime if _reads(known, runtime) else reference_runtime(known)
    return load_file(card, readable(known, chosen), chosen)


def _reads(known: KnownCard, runtime: str) -> bool:
    try:
        readable(known, runtime)
    except CamloomError:
        return False
    return True
