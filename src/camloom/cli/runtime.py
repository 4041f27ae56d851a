"""camloom runtime list | check: the runtimes of this machine, and proof that a device works."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from camloom import plugins
from camloom.errors import CamloomError, UsageError

if TYPE_CHECKING:
    from camloom.testing.report import Check, Report

_COLOURS = {"passed": "green", "failed": "red", "does not apply": "yellow"}

Device = Annotated[
    str | None,
    typer.Argument(help="Runtime and device: openvino, openvino:GPU.0, onnxruntime:cuda:0, ncnn, litert, sail:0."),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this page."""
    app.command("list")(list_runtimes)
    app.command("check")(check)


def list_runtimes() -> None:
    """List the runtimes: their devices on this machine, the files they read, and what is missing."""
    table = Table()
    table.add_column("runtime", no_wrap=True)
    table.add_column("devices", ratio=2)
    table.add_column("reads", ratio=2)
    table.add_column("state", ratio=3)
    for info in plugins.describe(["runtimes"]):
        state = Text("ready", "green") if info.available else Text(f"unavailable: {info.reason}", "yellow")
        devices, reads = _facts(info.name) if info.available else ("", "")
        table.add_row(info.name, devices, reads, state)
    Console().print(table)


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
        raise UsageError("which device is to be checked?", "`camloom runtime list` names those of this machine")
    name, _, place = device.partition(":")
    report = check_runtime(name, place, model=model, files=files, on_check=lambda each: _say(console, each))
    console.print(_summary(report))
    if out is not None:
        _write(report, out)
        console.print(f"report written to {out}", highlight=False, markup=False)
    if not report.ok:
        raise typer.Exit(1)


def _say(console: Console, each: "Check") -> None:
    line = Text.assemble(
        (f"{each.outcome:<15}", _COLOURS[each.outcome]), f"{each.name}  ", (each.detail.splitlines()[0], "dim")
    )
    short = each.outcome == "passed"
    console.print(line, no_wrap=short, overflow="ellipsis" if short else "fold")


def _summary(report: "Report") -> Text:
    where = f"{report.runtime}:{report.device}" if report.device else report.runtime
    counts = ", ".join(f"{report.count(outcome)} {outcome}" for outcome in ("passed", "failed", "does not apply"))
    verdict = ("conforms", "green") if report.ok else ("does not conform", "red")
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
