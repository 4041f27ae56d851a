"""camloom runtime list | check: the runtimes of this machine, and proof that a device works."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from camloom import plugins
from camloom.cli.lines import print_line
from camloom.errors import CamloomError, UsageError
from camloom.inference.library import find_card

if TYPE_CHECKING:
    from camloom.testing.report import Check, Report

_FILE_NAME = re.compile(r"\b\w+\.\w+\b")
_COLOURS = {"passed": "green", "failed": "red", "does not apply": "yellow"}

Device = Annotated[
    str | None,
    typer.Argument(help="Runtime and device: openvino, openvino:GPU.0, onnxruntime:cuda:0, ncnn, litert, sail:0."),
]


app = typer.Typer(help="Runtimes and devices of this machine.", no_args_is_help=True)


@app.command("list", short_help="Runtimes, their devices, what is missing.")
def list_runtimes() -> None:
    """List the runtimes: their devices on this machine, the files they read, and what is missing."""
    console = Console()
    found = plugins.describe(["runtimes"])
    table = Table("runtime", "devices", "reads", box=None)
    for info in found:
        if info.available:
            table.add_row(info.name, *_facts(info.name))
    console.print(table)
    if missing := [info for info in found if not info.available]:
        console.print("\nunavailable (how to get one: camloom plugins NAME):", highlight=False)
        for info in missing:
            print_line(console, Text.assemble(f" {info.name:<13}", (info.reason, "yellow")))


@app.command("check", short_help="Prove a device with the conformance suite.")
def check(
    device: Device = None,
    model: Annotated[str, typer.Option(help="Try this model card on it as well.")] = "",
    out: Annotated[Path | None, typer.Option(help="Write the report here, as JSON.")] = None,
    files: Annotated[
        Path | None, typer.Option(help="Folder with the graphs of --export in the runtime's own format.")
    ] = None,
    export: Annotated[
        Path | None, typer.Option(help="Only write the graphs of the suite here, as ONNX for a vendor's converter.")
    ] = None,
) -> None:
    """Prove a device: the conformance suite that every runtime must pass, on this machine.

    The exit code is 1 when a promise is not kept.
    """
    from camloom.testing.files import write_all
    from camloom.testing.runtime_suite import check_runtime

    console = Console()
    if export is not None:
        paths = write_all(export)
        console.print(f"{len(paths)} graphs written to {export}", highlight=False, markup=False)
        return
    if device is None:
        raise UsageError("no device is named", "`camloom runtime list` names those of this machine")
    if files is not None and not files.is_dir():
        raise UsageError(f"there is no folder {files}", "`--export FOLDER` writes the graphs to convert")
    if model:
        find_card(model)  # a misspelt name is no finding about a device
    name, _, place = device.partition(":")
    report = check_runtime(name, place, model=model, files=files, on_check=_Teller(console))
    console.print(_summary(report))
    if out is not None:
        _write(report, out)
        console.print(f"report written to {out}", highlight=False, markup=False)
    if not report.ok:
        raise typer.Exit(1)


class _Teller:
    """Prints each check in a line; a reason is given once, not for each file."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._given: set[str] = set()

    def __call__(self, each: "Check") -> None:
        detail = (each.detail.splitlines() or [""])[0]
        reason = _FILE_NAME.sub("", detail)
        again = each.outcome != "passed" and reason in self._given
        self._given.add(reason)
        start = Text.assemble((f"{each.outcome:<15}", _COLOURS[each.outcome]), f"{each.name}  ")
        line = start.append("for the same reason" if again else detail, "dim")
        if each.outcome == "passed":
            print_line(self._console, line)
        else:
            self._console.print(line)


def _summary(report: "Report") -> Text:
    where = f"{report.runtime}:{report.device}" if report.device else report.runtime
    counts = ", ".join(f"{report.count(outcome)} {outcome}" for outcome in ("passed", "failed", "does not apply"))
    verdict = ("conforms", "green") if report.ok else ("does not conform", "red")
    if not report.ok and not report.failed:
        verdict = ("not proven, too little could be tried (see --files)", "yellow")
    return Text.assemble("\n", where, f" ({report.description}): ", verdict, f"; {counts}")


def _write(report: "Report", path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(report.to_json(), encoding="utf-8")
    except OSError as error:
        raise CamloomError(f"the report cannot be written to {path}: {error.strerror}") from error


def _facts(name: str) -> tuple[str, str]:
    """Return the devices and suffixes of a runtime; a device driver that fails is named, not raised."""
    runtime = plugins.load("runtimes", name)
    try:
        devices = ", ".join(runtime.devices())
    except Exception as error:  # noqa: BLE001  # a vendor's driver may raise anything
        devices = f"{type(error).__name__}: {error}"
    return devices, " ".join(getattr(runtime, "reads", ()))
