"""Figures as JSON: where `--json` points."""

import json
from pathlib import Path
from typing import Any

from rich.console import Console

from camloom.errors import SinkError


def write_figures(path: Path | None, document: dict[str, Any], console: Console) -> None:
    """Write a document where the user asked for one. SinkError when it cannot be written."""
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document, indent=1, default=str) + "\n", encoding="utf-8")
    except OSError as error:
        raise SinkError(f"cannot write {path}: {error.strerror}", "Check the path, the rights and the disk") from error
    console.print(f"written to {path}", highlight=False, markup=False, soft_wrap=True)
