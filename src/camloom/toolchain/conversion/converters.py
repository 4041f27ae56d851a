"""What writes a model in another format: the seam of `camloom models convert`."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

from camloom.inference.card import ModelCard, Precision


@dataclass(frozen=True, slots=True)
class Converted:
    """What a converter wrote.

    Attributes:
        runtime: the key of the card's `files` for it: a runtime, or `any`.
        file: the file to name in the card.
        precision: what the card is to ask the runtime for; None leaves it as it was.
        fixed_size: the file takes the card's input size alone.
        notes: what a person should know, a line each.
    """

    runtime: str
    file: Path
    precision: Precision | None = None
    fixed_size: bool = False
    notes: tuple[str, ...] = ()


class Converter(Protocol):
    """Writes a model for one target. `__init__()`. Vendors register theirs as entry points `camloom.converters`.

    Attributes:
        reads: suffixes of the files that it can start from, the best first.
    """

    reads: ClassVar[tuple[str, ...]]

    @classmethod
    def unavailable(cls) -> str:
        """Say why it cannot work on this machine; empty when it can."""

    def convert(self, source: Path, card: ModelCard, stem: Path) -> Converted:
        """Write the model.

        Args:
            source: a file of one of the kinds it reads; ONNX comes simplified.
            card: of the model.
            stem: folder and name, without suffix, of what it writes.

        Raises:
            PluginError: a package is missing.
            ModelError: this model cannot be converted; says why.
        """
