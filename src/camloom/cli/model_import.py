"""camloom models import: from a stranger's file to a card."""

import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from camloom.cli.import_tables import (
    description_table,
    found_text,
    guess_table,
    numbers_text,
    rivals_table,
    shape_text,
)
from camloom.errors import ModelError, UsageError
from camloom.frame import FrameBuffer
from camloom.inference.library import CARD_SUFFIXES
from camloom.toolchain.importing import Answers, Guess, answers, describe_file, guess_card
from camloom.toolchain.importing.attempt import (
    Trial,
    after_trial,
    annotated,
    clear_winner,
    runtime_for,
    try_alternatives,
    try_card,
)
from camloom.toolchain.importing.convert import readable
from camloom.toolchain.importing.guess import card_name
from camloom.toolchain.importing.write import write_card

_MOST_SHOWN = 8


def register(app: typer.Typer) -> None:
    """Add the commands of this page."""
    app.command("import", short_help="Make a card for a model file and try it.")(import_model)


def import_model(  # noqa: PLR0913, PLR0917  # each is an option of the command
    file: Annotated[
        Path, typer.Argument(help="A model: ONNX, OpenVINO IR, TFLite, TensorFlow, Paddle, ncnn, Caffe, Darknet...")
    ],
    out: Annotated[Path | None, typer.Option(help="Folder for card and model; default: out/models/NAME.")] = None,
    name: Annotated[str, typer.Option(help="Name of the card; default: that of the file.")] = "",
    family: Annotated[str, typer.Option(help="How its outputs are read; see `camloom plugins`.")] = "",
    classes: Annotated[str, typer.Option(help="Class names, labels or alphabet: a,b,c or a file of lines.")] = "",
    size: Annotated[str, typer.Option(help="Of the input, WIDTHxHEIGHT, where it takes any.")] = "",
    colour: Annotated[str, typer.Option(help="RGB or BGR.")] = "",
    mean: Annotated[str, typer.Option(help="Taken off each channel, on the scale 0..255: one or three numbers.")] = "",
    std: Annotated[str, typer.Option(help="What each channel is divided by: one or three numbers.")] = "",
    fit: Annotated[str, typer.Option(help="letterbox or stretch: how a picture of another shape goes in.")] = "",
    licence: Annotated[str, typer.Option(help="Of the weights.")] = "",
    head: Annotated[list[str] | None, typer.Option(help="Values of an output of choices: color=white,grey.")] = None,
    option: Annotated[list[str] | None, typer.Option(help="A setting of the family: first_class=0.")] = None,
    try_on: Annotated[Path | None, typer.Option("--try", help="Picture to try it on; default: sample:street.")] = None,
    no_try: Annotated[bool, typer.Option("--no-try", help="Do not run it.")] = False,
    accept_guesses: Annotated[bool, typer.Option("--accept-guesses", help="Ask nothing that has a guess.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what is there.")] = False,
) -> None:
    """Make a card for a model file: guess what can be guessed, try it on a picture, ask the rest.

    Exit code 2 when something must be said and nobody can be asked: the line names the options.

    For example:

      camloom models import yolov8n.onnx

      camloom models import helmets.onnx --classes helmet,head --try site.jpg
    """
    said = {"family": family, "class_names": classes, "size": size, "colour": colour, "mean": mean, "std": std}
    said["fit"] = fit
    given = Answers(name=name, licence=licence, heads=answers.heads(head or []), options=answers.options(option or []))
    for field, text in said.items():
        given = answers.with_answer(given, field, text) if text else given
    console = Console()
    if file.suffix in CARD_SUFFIXES and file.is_file():
        raise UsageError(f"{file} is a card, not a model file", f"`camloom models show {file}` shows it")
    folder = out or Path("out/models") / card_name(name or file.stem)
    _still_free(folder / f"{card_name(name or file.stem)}.yaml", overwrite=overwrite)
    with tempfile.TemporaryDirectory(prefix="camloom-import-") as scratch:
        description = describe_file(readable(file, Path(scratch)), given.size)
        guess = guess_card(description, given)
        console.print(description_table(description))
        _need_family(guess, console)
        tried = None if no_try else _tried(guess, try_on, console)
        guess = after_trial(guess, tried[0]) if tried else guess
        console.print(guess_table(guess))
        guess = _answered(guess, given, tried[0] if tried else None, accept_guesses=accept_guesses)
        card = write_card(guess, folder, overwrite=overwrite)
        if tried:
            _draw(*tried, card, console)
    console.print(f"card: {card}\nnext: camloom run --source VIDEO --model {card}", highlight=False, markup=False)


def _still_free(card: Path, *, overwrite: bool) -> None:
    """Refuse at once what would be refused after the trial and the questions."""
    nearest = next(each for each in card.absolute().parents if each.exists())
    if not (nearest.is_dir() and os.access(nearest, os.W_OK)):
        raise UsageError(f"cannot write to {card.parent}", "Give another --out")
    if card.exists() and not overwrite:
        raise UsageError(f"{card} is there already", "Give another --out or --name, or --overwrite")


def _need_family(guess: Guess, console: Console) -> None:
    for note in guess.description.notes:
        console.print(f"! {note}", highlight=False, markup=False)
    if guess.card is None:
        shapes = ", ".join(shape_text(each) for each in guess.description.outputs[:_MOST_SHOWN]) or "of unknown sizes"
        raise UsageError(
            f"cannot tell the family of {guess.description.path.name}: {guess.fields[0].why} (outputs {shapes})",
            "Name it with --family; `camloom plugins` lists them",
        )


def _answered(guess: Guess, given: Answers, trial: Trial | None, *, accept_guesses: bool) -> Guess:
    """Ask what is not known, at a terminal; elsewhere say which options to give."""
    questions = [each for each in guess.questions if not (accept_guesses and each.certainty == "guess")]
    if not questions:
        return guess
    if not sys.stdin.isatty():
        options = " ".join(dict.fromkeys(each.option for each in questions))
        accept = " or --accept-guesses" if all(each.certainty == "guess" for each in questions) else ""
        lines = "; ".join(f"{each.name}: {each.why}" for each in questions)
        raise UsageError(f"{guess.description.path.name} does not say everything ({lines})", f"Give {options}{accept}")
    for each in questions:
        default = numbers_text(each.value) if each.certainty == "guess" else None
        given = _asked(f"{each.name} ({each.why})", default, each.name, given)
    again = guess_card(guess.description, given)
    return after_trial(again, trial) if trial else again


def _asked(question: str, default: str | None, field: str, given: Answers) -> Answers:
    """Ask until the answer can be read: a slip must not cost the answers before it."""
    while True:
        text = str(typer.prompt(question, default=default))
        try:
            return answers.with_answer(given, field, text)
        except UsageError as error:
            typer.echo(str(error))


def _tried(guess: Guess, path: Path | None, console: Console) -> tuple[Trial, FrameBuffer] | None:
    """Run the model on a picture, and what else its input might be; None where no runtime here reads it."""
    from camloom.toolchain.importing.photo import drawn_picture, read_picture, sample_picture

    assert guess.card is not None
    runtime = runtime_for(guess.card)
    if not runtime:
        wanted = ", ".join(guess.card.files) or "another format"
        console.print(f"! not tried: no runtime for it here (needs {wanted})", highlight=False, markup=False)
        return None
    picture = read_picture(path) if path else sample_picture()
    shown = picture or drawn_picture()
    attempt = try_card(guess.card, guess.description.path, runtime, shown)
    console.print(f"tried with {runtime}: {found_text(attempt)}", highlight=False, markup=False)
    if picture is None:
        console.print("! on a drawn picture, which proves nothing: give --try PICTURE", highlight=False, markup=False)
        return Trial(replace(attempt, plausibility=None), [], chosen=False), shown
    if attempt.plausibility == 0:
        console.print("! nothing found: the picture has none, or the guess is wrong", highlight=False, markup=False)
    others = try_alternatives(guess, guess.description.path, runtime, picture)
    if others:
        console.print(rivals_table(attempt, others))
    if winner := clear_winner(attempt, others):
        console.print(f"! more plausible on this picture: {winner.what}", highlight=False, markup=False)
    return Trial(attempt, others, chosen=path is not None), shown


def _draw(trial: Trial, picture: FrameBuffer, card: Path, console: Console) -> None:
    import cv2

    target = card.with_suffix(".jpg")
    if not cv2.imwrite(str(target), annotated(picture, trial.attempt)):
        raise ModelError(f"cannot write {target}")
    console.print(f"picture: {target}", highlight=False, markup=False)
