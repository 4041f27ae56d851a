"""camloom models convert | quantize | verify: other formats and precisions, and whether they still agree."""

from pathlib import Path
from typing import Annotated, cast, get_args

import typer
from rich.console import Console

from camloom.cli.figures import write_figures
from camloom.errors import UsageError
from camloom.inference.card import Precision
from camloom.toolchain.verification.verify import Level

Card = Annotated[str, typer.Argument(help="Name of a card, or path of a card file.")]
Out = Annotated[Path, typer.Option(help="Folder for what is written.")]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Write all figures here.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this page."""
    app.command("convert", short_help="Write a model in another format.")(convert)
    app.command("quantize", short_help="Make an INT8 model and judge it.")(quantize)
    app.command("verify", short_help="Compare runtimes, precisions or cards.")(verify)


def convert(
    card: Card,
    to: Annotated[str, typer.Option(help="openvino, openvino-fp16, ncnn or onnx.")],
    out: Out = Path("out/models"),
    data: Annotated[
        str | None, typer.Option(help="Pictures to verify on: a video, a folder, or sample:ID; default: sample:street.")
    ] = None,
    frames: Annotated[int, typer.Option(min=1, max=10_000, help="Pictures to verify on, at most.")] = 20,
    json_file: JsonFile = None,
) -> None:
    """Write a model in another format with a card of its own, and verify that it still finds the same.

    Exit code 1 when it does not.
    """
    from camloom.cli.model_tables import verification_table
    from camloom.toolchain.conversion.convert import convert as make
    from camloom.toolchain.frames import default_frames

    console = Console()
    pictures, what = default_frames(data, frames)
    made = make(card, to, out, pictures)
    for note in made.notes:
        console.print(note, highlight=False, markup=False)
    console.print(verification_table(made.verification))
    console.print(f"verified on {what}; card: {made.card}", highlight=False, markup=False)
    write_figures(json_file, made.verification.as_dict(), console)
    if not made.verification.agrees:
        raise typer.Exit(1)


def quantize(  # noqa: PLR0913, PLR0917  # each is an option of the command
    card: Card,
    data: Annotated[str, typer.Option(help="Calibration set: a folder of pictures, a video, or sample:ID.")],
    method: Annotated[str, typer.Option(help="nncf (for OpenVINO) or onnxruntime.")] = "nncf",
    keep: Annotated[
        list[str] | None, typer.Option(help="Layers that stay in float: 'head', or a regular expression of names.")
    ] = None,
    max_loss: Annotated[float, typer.Option(min=0, max=100, help="Points of AP50 that may be lost.")] = 1.0,
    gt: Annotated[
        Path | None,
        typer.Option(help="Ground truth of this very data in MOT layout; else the float model is the truth."),
    ] = None,
    out: Out = Path("out/models"),
    calibration_frames: Annotated[int, typer.Option(min=1, max=10_000, help="Pictures to calibrate on.")] = 200,
    frames: Annotated[int, typer.Option(min=1, max=10_000, help="Pictures to judge on.")] = 80,
    json_file: JsonFile = None,
) -> None:
    """Make an INT8 model, say what it lost and whether it is faster here; refuse it when it lost too much.

    Exit code 1 when it was refused; the file is then left with the suffix .rejected.
    """
    from camloom.cli.model_tables import accuracy_table, balance_table, speed_table
    from camloom.toolchain.quantisation.quantize import Plan
    from camloom.toolchain.quantisation.quantize import quantize as make

    console = Console()
    plan = Plan(card, data, out, method, tuple(keep or ()), max_loss, gt, calibration_frames, frames)
    made = make(plan, say=lambda line: console.print(line, highlight=False, markup=False))
    console.print(balance_table(made.balance), accuracy_table(made), speed_table(made.timings))
    for line in (*(f"! {warning}" for warning in made.balance.warnings), *made.notes):
        console.print(line, highlight=False, markup=False)
    write_figures(json_file, made.as_dict(), console)
    if not made.done:
        lost = made.attempts[-1].loss_points
        console.print(
            f"refused: {lost:.1f} points lost, {max_loss:g} allowed; left as {made.file}", highlight=False, markup=False
        )
        raise typer.Exit(1)
    console.print(f"done; card: {made.card}", highlight=False, markup=False)


def verify(
    card: Card,
    a: Annotated[str, typer.Option("--a", help="Of the reference: RUNTIME[:DEVICE][@PRECISION].")] = "",
    b: Annotated[
        str, typer.Option("--b", help="Of the other: such as onnxruntime, openvino:CPU or openvino@bf16.")
    ] = "",
    against: Annotated[str, typer.Option(help="Another card for the other, such as a converted one.")] = "",
    data: Annotated[
        str | None, typer.Option(help="A video, a folder of pictures, or sample:ID; default: sample:street.")
    ] = None,
    frames: Annotated[int, typer.Option(min=1, max=10_000, help="Pictures at most.")] = 40,
    tolerance: Annotated[
        str | None, typer.Option(help="fp32, half or int8; default: that of the coarser arithmetic of both.")
    ] = None,
    limit: Annotated[
        list[str] | None,
        typer.Option(help="In place of the tolerance's own: min_f1=0.9, max_shift_px=4, min_cosine=0.999, ..."),
    ] = None,
    json_file: JsonFile = None,
) -> None:
    """Run the same frames through two runtimes, precisions or cards and compare, output by output, box by box.

    Exit code 1 when they differ by more than the tolerance.
    """
    from camloom.cli.model_tables import verification_table
    from camloom.toolchain.frames import default_frames
    from camloom.toolchain.verification.verify import verify_cards

    console = Console()
    if a == b and not against:
        raise UsageError("both sides are the same", "Name another runtime, precision or card: --b or --against")
    places = _place(a), _place(b)
    level, limits = cast(Level | None, _one_of(tolerance, get_args(Level))), _limits(limit or [])
    pictures, what = default_frames(data, frames)
    found = verify_cards(
        card,
        (places[0][0], places[1][0]),
        pictures,
        against=against,
        precisions=(places[0][1], places[1][1]),
        level=level,
        **limits,
    )
    console.print(verification_table(found))
    console.print(f"on {found.comparison.frames} pictures of {what}", highlight=False, markup=False)
    write_figures(json_file, found.as_dict(), console)
    if not found.agrees:
        raise typer.Exit(1)


def _place(text: str) -> tuple[str, Precision | None]:
    """Take `openvino:CPU@bf16` apart."""
    runtime, _, precision = text.partition("@")
    return runtime, cast(Precision | None, _one_of(precision or None, get_args(Precision)))


def _limits(texts: list[str]) -> dict[str, float | None]:
    pairs = (text.partition("=") for text in texts)
    try:
        return {name: float(value) for name, _, value in pairs}
    except ValueError as error:
        raise typer.BadParameter(f"a limit is NAME=NUMBER, not {', '.join(texts)}") from error


def _one_of(text: str | None, known: tuple[str, ...]) -> str | None:
    if text is not None and text not in known:
        raise typer.BadParameter(f"'{text}' is none of {', '.join(known)}")
    return text
