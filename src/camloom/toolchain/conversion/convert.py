"""A model in another format, with a card that names it, and proof that both still agree."""

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from camloom.errors import ConfigError, ModelError, PluginError
from camloom.frame import FrameBuffer
from camloom.inference.card import ModelCard
from camloom.inference.library import find_card, model_file
from camloom.toolchain.conversion.converters import Converted, Converter
from camloom.toolchain.conversion.simplify import simplified
from camloom.toolchain.conversion.targets import find_converter
from camloom.toolchain.loading import first_runtime, load_file, source_file
from camloom.toolchain.verification.verify import Verification, verify

_MAX_NAME = 64


@dataclass(frozen=True, slots=True)
class Conversion:
    """What a conversion made.

    Attributes:
        card: the new card's file.
        file: the new model's file.
        notes: what was done on the way, a line each.
        verification: the new model against the one it was made from; both in float32 where the card allows it.
    """

    card: Path
    file: Path
    notes: tuple[str, ...]
    verification: Verification


def convert(name: str, target: str, out: Path, frames: Sequence[FrameBuffer]) -> Conversion:
    """Convert a card's model, write its new card, and verify the result.

    Args:
        name: of a card, or the path of a card file.
        target: one of `targets.target_names`.
        out: folder for the files; made if need be.
        frames: pictures to verify on.

    Raises:
        ConfigError, PluginError: no such target, or something it needs is missing.
        ModelError: the model cannot be converted; says why.
    """
    card, card_path = find_card(name)
    converter = find_converter(target)
    if reason := converter.unavailable():
        raise PluginError(f"cannot convert to {target}: {reason}")
    source = _source(card, card_path, converter, target)
    new_name = f"{card.name}-{target}"[:_MAX_NAME]
    made, notes = _convert_file(converter, source, card, output_folder(out) / new_name)
    new_card = _new_card(card, new_name, made)
    verification = _verified(card, card_path, new_card, made, frames)
    written = write_card(new_card.model_copy(update={"measured": _measured(card, verification)}), out)
    return Conversion(written, made.file, (*notes, *made.notes), verification)


def write_card(card: ModelCard, folder: Path) -> Path:
    """Write a card as `<name>.yaml`, without what is as usual; return its path."""
    document = card.model_dump(mode="json", exclude_defaults=True)
    path = folder / f"{card.name}.yaml"
    text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, default_flow_style=None, width=120)
    path.write_text(text, encoding="utf-8")
    return path


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _source(card: ModelCard, card_path: Path | None, converter: Converter, target: str) -> Path:
    found = source_file(card, card_path, converter.reads)
    if found is None:
        raise ModelError(
            f"model '{card.name}' has no file that can be converted to {target}",
            f"It needs one of {', '.join(converter.reads)}",
        )
    return found


def output_folder(out: Path) -> Path:
    """Make a folder for model files and return it. ConfigError when that cannot be done."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"cannot write to {out}: {error.strerror}", "Give another folder with --out") from error
    return out


def _convert_file(converter: Converter, source: Path, card: ModelCard, stem: Path) -> tuple[Converted, tuple[str, ...]]:
    if source.suffix.lower() != ".onnx":
        return converter.convert(source, card, stem), ()
    with tempfile.TemporaryDirectory(prefix="camloom-convert-") as folder:
        slim = Path(folder) / source.name
        note = simplified(source, card, slim)
        return converter.convert(slim, card, stem), (note,)


def _new_card(card: ModelCard, name: str, made: Converted) -> ModelCard:
    changes: dict[str, Any] = {
        "name": name,
        "files": {made.runtime: made.file.name},
        "sha256": {made.runtime: sha256_of(made.file)},
    }
    if made.precision is not None:
        changes["precision"] = made.precision
    if made.fixed_size:
        changes["input"] = card.input.model_copy(update={"multiple_of": None})
    return card.model_copy(update=changes)


def _verified(
    card: ModelCard, card_path: Path | None, new_card: ModelCard, made: Converted, frames: Sequence[FrameBuffer]
) -> Verification:
    # What the conversion changed is to be seen, not what bfloat16 adds where a runtime takes it by itself.
    exact = {"precision": "fp32"} if card.precision == "auto" else {}
    runtime = first_runtime(card)
    before = load_file(card.model_copy(update=exact), model_file(card, card_path, runtime), runtime)
    kept = new_card.model_copy(update=exact) if new_card.precision == "auto" else new_card
    after = load_file(kept, made.file, first_runtime(new_card))
    return verify(before, after, frames)


def _measured(card: ModelCard, verification: Verification) -> dict[str, Any]:
    """Return what is known of the new file; the figures of the old one are not its own."""
    comparison = verification.comparison
    found: dict[str, Any] = {"converted_from": card.name, "verified_frames": comparison.frames}
    found["agrees"] = verification.agrees
    if comparison.boxes is not None:
        found["box_f1"] = round(comparison.boxes.f1, 4)
        found["largest_shift_px"] = round(comparison.boxes.largest_shift_px, 2)
    else:
        found["min_cosine"] = round(comparison.min_cosine, 6)
    return found
