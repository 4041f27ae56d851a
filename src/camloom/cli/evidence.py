"""camloom evidence list | zip | verify | key: alarms with their files, to hand out and to check."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from camloom import __version__
from camloom.errors import ConfigError, EvidenceError
from camloom.evidence import KEY, default_key_path, fingerprint, public_key, signing_key, verify_zip
from camloom.sinks.alarm_folder import DOCUMENT
from camloom.sinks.evidence_zip import write_zip

app = typer.Typer(help="Evidence of alarms: signed zips, and whether one was altered.", no_args_is_help=True)

KeyFile = Annotated[
    Path | None,
    typer.Option("--key", help="The key; made if it is not there. Default: CAMLOOM_EVIDENCE_KEY, or yours."),
]


@app.command("list")
def list_alarms(
    folder: Annotated[Path, typer.Argument(help="What the sink `evidence` wrote into.")] = Path("out/media"),
) -> None:
    """List the alarms that have evidence, newest last."""
    table = Table()
    for title in ("folder", "alarm", "count", "began", "files"):
        table.add_column(title, no_wrap=title in ("folder", "began"))
    folder = folder / "media" if (folder / "media").is_dir() else folder  # the output folder of a run will do
    if not folder.is_dir():
        raise ConfigError(f"{folder} is not a folder", "Give what the sink `evidence` wrote into, such as out/media")
    for path in sorted(one for one in folder.iterdir() if (one / DOCUMENT).is_file()):
        table.add_row(escape(path.name), *(escape(text) for text in _row(path)))
    Console(highlight=False).print(table if table.row_count else f"No alarm in {escape(str(folder))}")


@app.command("zip")
def make_zip(
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER...", help="Of an alarm, see `evidence list`.")],
    out: Annotated[Path, typer.Option(help="Folder for the zips.")] = Path(),
    key_file: KeyFile = None,
) -> None:
    """Put each alarm into one signed zip, named after its folder."""
    key = signing_key(key_file or default_key_path())
    for folder in folders:
        target = out / f"{folder.resolve().name}.zip"
        sealed = write_zip(folder.resolve(), target, key, f"camloom {__version__}")
        sys.stdout.write(f"{target}: {len(sealed.manifest.files)} files, signed by {sealed.signer}\n")


@app.command()
def verify(
    files: Annotated[list[Path], typer.Argument(metavar="FILE.zip...", help="Zips of `evidence zip`.")],
    signer: Annotated[
        str | None, typer.Option(help="Who must have signed: a fingerprint (SHA256:...), or a public key file.")
    ] = None,
) -> None:
    """Say whether zips are as they were signed, and by which key; if not, what of them was altered."""
    wanted = None if signer is None else _fingerprint_of(signer)
    wrong = [line for file in files if (line := _verify(file, wanted))]
    if wrong:
        raise EvidenceError("; ".join(wrong))
    if wanted is None:
        sys.stdout.write("Anybody can sign with a key of their own: compare with `camloom evidence key` there\n")


@app.command()
def key(key_file: KeyFile = None) -> None:
    """Show the fingerprint of the key that this machine signs with, and where it is; made if there is none."""
    path = key_file or default_key_path()
    sys.stdout.write(f"{fingerprint(signing_key(path).public_key())}  {path}\n")


def _verify(file: Path, wanted: str | None) -> str:
    """Print one line about a zip that is as it was; return one about any other."""
    try:
        sealed = verify_zip(file)
    except EvidenceError as error:
        return str(error)
    if wanted not in (None, sealed.signer):
        return f"{file.name} was signed by another key: {sealed.signer}"
    made = sealed.manifest
    sys.stdout.write(f"{file}: ok, {len(made.files)} files as signed on {made.made_at:%Y-%m-%d %H:%M:%S} UTC ")
    sys.stdout.write(f"by {sealed.signer}\n")
    return ""


def _fingerprint_of(signer: str) -> str:
    if signer.startswith("SHA256:"):
        return signer
    try:
        found = public_key(Path(signer).read_bytes())
    except OSError as error:
        raise ConfigError(f"cannot read {signer}: {error.strerror}", "Give SHA256:... or a public key") from error
    if found is None:
        raise ConfigError(f"{signer} is no public Ed25519 key", f"Give SHA256:... or a file such as {KEY} of a zip")
    return fingerprint(found)


def _row(path: Path) -> tuple[str, ...]:
    try:
        told: dict[str, Any] = json.loads((path / DOCUMENT).read_text(encoding="utf-8"))
        stage = f" ({told['stage']})" if told["stage"] else ""
        began = f"{datetime.fromisoformat(told['began']):%Y-%m-%d %H:%M:%S}"
        shown = (f"{told['rule_id']}{stage}", str(told["count"]), began)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ("cannot be read", "", "", "")
    return (*shown, str(len(list(path.iterdir()))))
