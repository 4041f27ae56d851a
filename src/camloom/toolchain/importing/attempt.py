"""Tries a guessed card on a picture, and the cards that would be as plausible."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from av.video.frame import VideoFrame

from camloom import plugins
from camloom.detections import Detections
from camloom.errors import ModelError
from camloom.frame import FrameBuffer, ImageArray
from camloom.geometry import BoolArray, box_iou
from camloom.inference.base import CropModel, Model, Reading, Runtime, Session, Tensors
from camloom.inference.card import PICTURE_TASKS, ModelCard
from camloom.inference.preprocess import Letterbox
from camloom.phrases import Phrase
from camloom.sources.reading.decode import AvFrameBuffer
from camloom.toolchain.importing.guess import FieldGuess, Guess
from camloom.toolchain.importing.habits import IMAGENET_MEAN, IMAGENET_STD, ONE, ZERO, Triple

# How much more plausible something must be to count. Of 90 trials that found something (ten published detectors, ten
# pictures, colours as they should be) a wrong scale was that much more plausible than the right one in two, and the
# right one than all wrong ones in 48: a trial may suggest a scale, never decide it.
CLEARLY = 1.5
_TRIED = ("colour", "mean", "std")
_BETTER = Phrase("tried: clearly more plausible on the picture", "tried-better")
_BEST = Phrase("tried: clearly the most plausible on the picture", "tried-best")
_NOTHING = Phrase("but it found nothing on the picture", "found-nothing")
_SAME_PLACE = 0.5  # IoU
_DOUBT = 1.0
_LEAST_AREA, _MOST_AREA = 1e-4, 0.95
_GREEN, _DARK = (96, 220, 96), (28, 26, 24)
_SCALES: tuple[tuple[Triple, Triple], ...] = (
    (ZERO, ONE),
    (ZERO, (255.0, 255.0, 255.0)),
    ((127.5, 127.5, 127.5), (127.5, 127.5, 127.5)),
    (IMAGENET_MEAN, IMAGENET_STD),
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a card found.

    Attributes:
        what: how it differs from the guess; empty for the guess itself.
        plausibility: 0 for nothing or nonsense; None where a picture cannot tell.
    """

    card: ModelCard
    runtime: str
    what: str
    found: Detections | Reading
    plausibility: float | None


def runtime_for(card: ModelCard) -> str:
    """Return the first runtime here that reads the card's file; empty when there is none."""
    here = {info.name for info in plugins.describe(["runtimes"]) if info.available}
    return next((name for name in card.files if name in here), "")


def try_card(card: ModelCard, model: Path, runtime: str, picture: FrameBuffer, what: str = "") -> Attempt:
    """Run a model on one picture.

    Raises:
        ModelError: the runtime cannot read the file, or its outputs are not those of the family.
    """
    engine: Runtime = plugins.load_available("runtimes", runtime)()
    compiled = engine.compile(model, card, 1)
    family = plugins.load("models", card.family)(card)
    family.check(compiled.output_shapes)
    session = compiled.session()
    if card.task not in PICTURE_TASKS:
        reader: CropModel = family
        letterbox, outputs = _run(session, card, picture)
        return Attempt(card, runtime, what, reader.read(outputs, letterbox), None)
    finder: Model = family
    letterbox, outputs = _run(session, card, picture)
    found = finder.decode(outputs, letterbox, card.min_confidence)
    letterbox, outputs = _run(session, card, _turned(picture))
    turned = finder.decode(outputs, letterbox, card.min_confidence)
    return Attempt(card, runtime, what, found, plausibility(found, turned, picture.width, picture.height))


def _run(session: Session, card: ModelCard, picture: FrameBuffer) -> tuple[Letterbox, Tensors]:
    letterbox = Letterbox.fit(card.input, picture.width, picture.height)
    canvas = letterbox.new_canvas()
    letterbox.fill(canvas, picture)
    return letterbox, session.run(canvas)


def _turned(picture: FrameBuffer) -> FrameBuffer:
    """Return the picture with left and right exchanged."""
    return AvFrameBuffer(VideoFrame.from_ndarray(np.ascontiguousarray(picture.to_bgr()[:, ::-1]), format="bgr24"))


def try_alternatives(guess: Guess, model: Path, runtime: str, picture: FrameBuffer) -> list[Attempt]:
    """Try what else the input might be, where the guess is not sure of it; the most plausible first."""
    attempts = []
    for card, what in _alternatives(guess):
        try:
            attempts.append(try_card(card, model, runtime, picture, what))
        except ModelError:
            continue  # an alternative that cannot even run is none
    return sorted(attempts, key=lambda attempt: -(attempt.plausibility or 0))


def plausibility(found: Detections, turned: Detections, width: int, height: int) -> float:
    """Say how much sense detections make, 0 to 1: whether the same objects are found with left and right exchanged.

    An input that is scaled wrongly makes a model say much, and be sure of it, but not of the same places. Counts
    and confidences alone prefer such nonsense.

    Args:
        found: on the picture.
        turned: on the picture with left and right exchanged.
        width, height: of the picture, px.
    """
    mirrored = turned.xyxy[:, [2, 1, 0, 3]] * np.asarray([-1, 1, -1, 1], np.float32) + np.asarray(
        [width, 0, width, 0], np.float32
    )
    same_class = found.class_id[:, None] == turned.class_id[None]
    agree = (box_iou(found.xyxy, mirrored) >= _SAME_PLACE) & same_class & _is_sane(found, width, height)[:, None]
    row_hits, column_hits = agree.any(axis=1), agree.any(axis=0)
    sure = float(found.confidence[row_hits].sum() + turned.confidence[column_hits].sum())
    # A few objects in addition, never found: one box that agrees proves less than five.
    return sure / (len(found) + len(turned) + 2 * _DOUBT)


def _is_sane(found: Detections, width: int, height: int) -> BoolArray:
    sides = np.maximum(found.xyxy[:, 2:] - found.xyxy[:, :2], np.float32(1e-3))
    area_norm, shape = sides.prod(axis=1) / (width * height), sides[:, 0] / sides[:, 1]
    sane: BoolArray = (area_norm > _LEAST_AREA) & (area_norm < _MOST_AREA) & (shape > 1 / 15) & (shape < 15)
    return sane


def clear_winner(first: Attempt, others: list[Attempt]) -> Attempt | None:
    """Return the alternative that is clearly more plausible than the guess, and than other scales; None without one.

    Colours turned round make nearly the same picture: of two that differ in that alone, the guess's order stays.
    """
    ranked = sorted(others, key=lambda attempt: -(attempt.plausibility or 0))
    if first.plausibility is None or not ranked or not ranked[0].plausibility:
        return None
    bar = ranked[0].plausibility / CLEARLY
    scale = _scale(ranked[0].card)
    rivals = [each for each in ranked if (each.plausibility or 0) > bar]
    if first.plausibility > bar or any(_scale(each.card) != scale for each in rivals):
        return None
    return next((each for each in rivals if each.card.input.colour == first.card.input.colour), ranked[0])


def _scale(card: ModelCard) -> tuple[Triple, Triple]:
    """Return mean and std: detectors of Caffe differ in the mean alone."""
    return card.input.mean, card.input.std


def annotated(picture: FrameBuffer, attempt: Attempt) -> ImageArray:
    """Return the picture with what was found drawn on it, (H, W, 3) uint8 BGR."""
    drawn = picture.to_bgr().copy()
    if isinstance(attempt.found, Reading):
        return drawn
    for row in range(len(attempt.found)):
        left, top, right, bottom = (round(float(value)) for value in attempt.found.xyxy[row])
        cv2.rectangle(drawn, (left, top), (right, bottom), _GREEN, 2)
        label = f"{attempt.found.name_of(row)[:24]} {attempt.found.confidence[row]:.2f}"
        cv2.putText(drawn, label, (left + 3, max(top + 14, 14)), cv2.FONT_HERSHEY_SIMPLEX, 0.45, _DARK, 3)
        cv2.putText(drawn, label, (left + 3, max(top + 14, 14)), cv2.FONT_HERSHEY_SIMPLEX, 0.45, _GREEN, 1)
    if attempt.found.keypoints is not None:
        for x, y, seen in attempt.found.keypoints.reshape(-1, 3).tolist():
            if seen > 0:
                cv2.circle(drawn, (round(x), round(y)), 2, _GREEN, -1)
    return drawn


def _alternatives(guess: Guess) -> Iterator[tuple[ModelCard, str]]:
    """Yield cards with another colour order or scale, where these are not sure."""
    card = guess.card
    if card is None or card.task not in PICTURE_TASKS:
        return
    certainty = {each.name: each.certainty for each in guess.fields}
    colours = ["RGB" if card.input.colour == "BGR" else "BGR"] if certainty.get("colour") != "sure" else []
    scales = [each for each in _SCALES if each != (card.input.mean, card.input.std)]
    scales = scales if certainty.get("mean") != "sure" and card.input.dtype == "f32" else []
    for mean, std in [(card.input.mean, card.input.std), *scales]:
        for colour in [card.input.colour, *colours]:
            changed = {"mean": mean, "std": std, "colour": colour}
            if any(getattr(card.input, key) != value for key, value in changed.items()):
                spec = card.input.model_copy(update=changed)
                what = f"{colour}, mean {mean[0]:g}, std {std[0]:g}"
                yield card.model_copy(update={"input": spec}), what


@dataclass(frozen=True, slots=True)
class Trial:
    """A guess on a picture, with its rivals.

    Attributes:
        chosen: a person chose the picture, so there is something on it to find.
    """

    attempt: Attempt
    others: list[Attempt]
    chosen: bool


def after_trial(guess: Guess, trial: Trial) -> Guess:
    """Return the guess as the trial leaves it; only a mere guess gives way to what is clearly better."""
    score, card = trial.attempt.plausibility, guess.card
    if score is None or card is None:
        return guess
    winner = clear_winner(trial.attempt, trial.others)
    if winner is not None:
        open_ = {each.name for each in guess.fields if each.name in _TRIED and each.certainty == "guess"}
        values = {name: getattr(winner.card.input, name) for name in open_}
        spec = card.input.model_copy(update=values)
        fields = tuple(_suggested(each, values) for each in guess.fields)
        return replace(guess, card=card.model_copy(update={"input": spec}), fields=fields)
    if not score:
        lowered = tuple(_lowered(each) if trial.chosen else each for each in guess.fields)
        return replace(guess, fields=lowered)
    scales = [each.plausibility or 0 for each in trial.others if _scale(each.card) != _scale(card)]
    if scales and score >= CLEARLY * max(scales):
        return replace(guess, fields=tuple(_confirmed(each) for each in guess.fields))
    return guess


def _suggested(each: FieldGuess, values: Mapping[str, object]) -> FieldGuess:
    """Return a field with what the trial suggests; it stays a question."""
    if each.name not in values or values[each.name] == each.value:
        return each
    return replace(each, value=values[each.name], why=_BETTER)


def _confirmed(each: FieldGuess) -> FieldGuess:
    """Return a field of the scale as likely; the order of colours cannot be told by a trial."""
    if each.certainty != "guess" or each.name not in ("mean", "std"):
        return each
    return replace(each, certainty="likely", why=_BEST)


def _lowered(each: FieldGuess) -> FieldGuess:
    if each.certainty != "likely" or each.name not in _TRIED:
        return each
    return replace(each, certainty="guess", why=Phrase.of(each.why).joined(_NOTHING))
