"""Describes a TorchScript archive by its table of contents alone: nothing in it is loaded."""

import zipfile
from pathlib import Path

from camloom.errors import ModelError
from camloom.phrases import Phrase
from camloom.toolchain.importing.description import Metadata, ModelDescription
from camloom.toolchain.importing.metadata import MAX_TEXT_BYTES, from_pairs, parse_value
from camloom.toolchain.importing.refusals import damaged

_CONFIG = Phrase("config.txt inside the archive", "noted-in", where="config.txt")


def describe(path: Path) -> ModelDescription:
    """Read what the exporter noted beside the code (`extra/config.txt`); sizes are not in the archive."""
    return ModelDescription(
        path=path,
        format="torchscript",
        inputs=(),
        outputs=(),
        metadata=_metadata(path),
        version="TorchScript archive",
        notes=(Phrase("a TorchScript archive does not say the sizes of its outputs", "sizes-unsaid"),),
    )


def _metadata(path: Path) -> Metadata:
    try:
        with zipfile.ZipFile(path) as archive:
            notes = [member for member in archive.infolist() if member.filename.endswith("/extra/config.txt")]
            if not notes or notes[0].file_size > MAX_TEXT_BYTES:
                return Metadata()
            pairs = parse_value(archive.read(notes[0]).decode("utf-8", errors="replace"))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
        raise ModelError(damaged(f"{path.name} is a damaged archive: {error}", path), "Fetch it again") from error
    if not isinstance(pairs, dict):
        return Metadata()
    return from_pairs(
        {str(key): value for key, value in pairs.items()},
        _CONFIG,
    )
