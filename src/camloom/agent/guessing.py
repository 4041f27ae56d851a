"""What a child process does for the agent: look into a model file, run a model on a picture."""

import re
import time
from base64 import b64decode, b64encode
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

import cv2
import numpy as np

from camloom import plugins
from camloom.agent.unpacking import unpacked
from camloom.errors import CamloomError, ModelError, UsageError
from camloom.exchange import ModelAnswers
from camloom.frame import FrameBuffer, ImageArray
from camloom.inference.base import Reading
from camloom.inference.card import ModelCard
from camloom.inference.library import find_card, model_file
from camloom.inference.preprocess import Letterbox
from camloom.phrases import Phrase
from camloom.toolchain.datasets.pictures import read_picture
from camloom.toolchain.importing import Answers, FieldGuess, Guess, TensorInfo, describe_file, guess_card
from camloom.toolchain.importing.attempt import (
    Attempt,
    Trial,
    after_trial,
    annotated,
    clear_winner,
    runtime_for,
    try_alternatives,
    try_card,
)
from camloom.toolchain.importing.convert import readable
from camloom.toolchain.importing.description import FORMAT_TITLES
from camloom.toolchain.importing.photo import drawn_picture, sample_picture
from camloom.toolchain.importing.write import write_card
from camloom.toolchain.loading import first_runtime

_MOST_WIDTH_PX = 1280
_QUALITY = 85
_MOST_SHOWN = 16
_RUNS = 7
_OF_CARD = {"task", "family", "class_names", "keypoint_names", "input", "licence", "options", "summary"}
_CALLED = {"classes": "the list of names", "head": "the list of values of", "out": "name"}


def import_model(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the guessed card of a file, with what it finds; its files go to `kept` where it is to be kept.

    Raises:
        CamloomError: it is no model, is refused, or does not fit the answers.
    """
    answers, scratch = ModelAnswers.model_validate(arguments["answers"]), Path(arguments["scratch"])
    picture = str(arguments["picture"])
    try:
        guess = _guessed(Path(arguments["path"]), scratch, _said(answers))
        if arguments["keep"]:
            _require_complete(guess)
            trial = _trial_to_keep(guess, picture, scratch)
            find_card(str(write_card(guess, scratch / "kept")))  # what cannot be read again is not kept
        else:
            guess, trial = _with_trial(guess, picture, scratch) if arguments["run"] else (guess, None)
    except UsageError as error:
        told = error.phrase.said_as(_without_options(error.message))
        raise UsageError(told, _without_options(error.hint)) from error
    return {**_told(guess), "trial": trial}


def try_model(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return what a model finds on a picture, and how fast it is. CamloomError: it cannot run here."""
    card, card_path = find_card(str(arguments["card"]))
    picture, tried_on = _picture(str(arguments["picture"]), Path(arguments["scratch"]))
    runtime = first_runtime(card)
    file = model_file(card, card_path, runtime.partition(":")[0])
    attempt = try_card(card, file, runtime.partition(":")[0], picture)
    return _told_of(Trial(attempt, [], chosen=False), picture, tried_on) | {
        "ms": _ms(card, file, attempt.runtime, picture)
    }


def _said(answers: ModelAnswers) -> Answers:
    if answers.family:
        plugins.load("models", answers.family)  # says which there are
    fields = {name: getattr(answers, name) for name in ModelAnswers.model_fields}
    return Answers(**fields)


def _guessed(path: Path, scratch: Path, answers: Answers) -> Guess:
    inside, converted = scratch / "inside", scratch / "converted"
    inside.mkdir()
    converted.mkdir()
    model = unpacked(path, inside)
    return guess_card(describe_file(readable(model, converted), answers.size), answers)


def _picture(jpeg: str, scratch: Path) -> tuple[FrameBuffer, str]:
    """Return the picture to try on, and what it is: given, sample, drawn."""
    if jpeg:
        file = scratch / "picture.jpg"
        file.write_bytes(b64decode(jpeg))
        return read_picture(file), "given"
    sample = sample_picture()
    return (sample, "sample") if sample is not None else (drawn_picture(), "drawn")


def _with_trial(guess: Guess, jpeg: str, scratch: Path) -> tuple[Guess, dict[str, Any] | None]:
    """Return the guess as a trial leaves it, and what that found; a model that cannot run yet is no error."""
    if guess.card is None or not (runtime := runtime_for(guess.card)):
        return guess, None
    picture, tried_on = _picture(jpeg, scratch)
    file = guess.description.path
    try:
        attempt = try_card(guess.card, file, runtime, picture)
    except CamloomError as error:
        told = {"error": str(error)[:500], "code": error.phrase.code, "values": dict(error.phrase.values)}
        return guess, {"runtime": runtime, "tried_on": tried_on, **told}
    rivals = try_alternatives(guess, file, runtime, picture) if tried_on != "drawn" else []
    trial = Trial(attempt, rivals, chosen=tried_on == "given")
    return after_trial(guess, trial) if tried_on != "drawn" else guess, _told_of(trial, picture, tried_on)


def _trial_to_keep(guess: Guess, jpeg: str, scratch: Path) -> dict[str, Any] | None:
    """Return what a model finds that is to be kept; one that cannot run is refused."""
    if guess.card is None or not (runtime := runtime_for(guess.card)):
        return None
    picture, tried_on = _picture(jpeg, scratch)
    file = guess.description.path
    trial = Trial(try_card(guess.card, file, runtime, picture), [], chosen=False)
    return _told_of(trial, picture, tried_on) | {"ms": _ms(guess.card, file, runtime, picture)}


def _without_options(text: str) -> str:
    """Say it as it is called in a form: the importer speaks of options of the command line."""
    return re.sub(r"--([a-z-]+)", lambda found: _CALLED.get(found[1], found[1]), text)


def _require_complete(guess: Guess) -> None:
    if guess.card is None:
        told = Phrase("nobody has said how the outputs of this model are read", "family-unsaid")
        raise UsageError(told, "Choose its family")
    if unknown := [each.name for each in guess.questions if each.certainty == "unknown"]:
        what = ", ".join(unknown)
        raise UsageError(Phrase(f"the file does not say everything: {what}", "unsaid", what=what), "Say it")


def _told(guess: Guess) -> dict[str, Any]:
    about = guess.description
    card = None if guess.card is None else guess.card.model_dump(mode="json", include=_OF_CARD)
    return {
        "name": "" if guess.card is None else guess.card.name,
        "format": FORMAT_TITLES[about.format],
        "size_bytes": about.size_bytes,
        "inputs": [_tensor(each) for each in about.inputs[:_MOST_SHOWN]],
        "outputs": [_tensor(each) for each in about.outputs[:_MOST_SHOWN]],
        "notes": [Phrase.of(note).told() for note in about.notes],
        "fields": [_field(each) for each in guess.fields],
        "others": list(guess.others),
        "families": sorted(info.name for info in plugins.describe(["models"])),
        "card": card,
        "runs_on": "" if guess.card is None else runtime_for(guess.card),
    }


def _tensor(each: TensorInfo) -> str:
    sizes = "x".join("?" if size < 0 else str(size) for size in each.shape) or "?"
    return f"{each.name[:60]} {sizes} {each.dtype}".strip()


def _field(each: FieldGuess) -> dict[str, Any]:
    parts = each.value if isinstance(each.value, tuple) else (each.value,)
    value = ", ".join(f"{one:g}" if isinstance(one, float) else str(one) for one in parts)
    told = {
        "name": each.name,
        "value": value[:1000],
        "certainty": each.certainty,
        "why": _without_options(each.why)[:300],
    }
    why = Phrase.of(each.why)
    return {**told, "asked": each.is_question, "code": why.code, "values": dict(why.values)}


def _told_of(trial: Trial, picture: FrameBuffer, tried_on: str) -> dict[str, Any]:
    attempt = trial.attempt
    winner = clear_winner(attempt, trial.others) if tried_on != "drawn" else None
    return {
        "runtime": attempt.runtime,
        "tried_on": tried_on,
        "jpeg": b64encode(_jpeg(picture, attempt)).decode(),
        "found": _found(attempt),
        "better": winner.what if winner else "",
    }


def _found(attempt: Attempt) -> list[str]:
    """Return what was found, in short lines: of objects how many of each class."""
    found = attempt.found
    if isinstance(found, Reading):
        said = [f"{each.name}={each.value} ({each.confidence:.2f})" for each in found.attributes[:_MOST_SHOWN]]
        said += [f"a vector of {len(found.embedding)}"] if found.embedding is not None else []
        return said + ([f"{len(found.keypoints)} points"] if found.keypoints is not None else [])
    counted = Counter(found.name_of(row) for row in range(len(found)))
    return [f"{name} × {count}" for name, count in counted.most_common(_MOST_SHOWN)]


def _jpeg(picture: FrameBuffer, attempt: Attempt) -> bytes:
    drawn: ImageArray = annotated(picture, attempt)
    height, width = drawn.shape[:2]
    if width > _MOST_WIDTH_PX:
        size = (_MOST_WIDTH_PX, max(1, round(height * _MOST_WIDTH_PX / width)))
        drawn = cv2.resize(drawn, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    worked, content = cv2.imencode(".jpg", drawn, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not worked:
        raise ModelError("the picture cannot be written")
    return content.tobytes()


def _ms(card: ModelCard, file: Path, runtime: str, picture: FrameBuffer) -> float:
    """Return how long a run takes on this machine as busy as it is, in the middle of some."""
    session = plugins.load_available("runtimes", runtime)().compile(file, card, 1).session()
    letterbox = Letterbox.fit(card.input, picture.width, picture.height)
    canvas = letterbox.new_canvas()
    letterbox.fill(canvas, picture)
    took_ms = []
    for _ in range(_RUNS):
        began_s = time.perf_counter()
        session.run(canvas)
        took_ms.append(1000 * (time.perf_counter() - began_s))
    return round(median(took_ms), 1)
