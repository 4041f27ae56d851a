"""Checks of a real model on a device: its card, its family, and how fast it is."""

import time
from statistics import median

import numpy as np

from camloom import plugins
from camloom.frame import ImageArray
from camloom.inference.base import CompiledModel
from camloom.inference.card import PICTURE_TASKS, ModelCard
from camloom.inference.library import find_card, model_file
from camloom.inference.preprocess import Letterbox
from camloom.testing.outcome import CheckError
from camloom.testing.subject import Subject

_RUNS = 30


class RealModel:
    """Checks with the model of one card; each is compiled once and used by all of them."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._card: ModelCard | None = None
        self._compiled: CompiledModel | None = None

    def fits_its_card(self, subject: Subject) -> str:
        """It loads, and its outputs are those of its family."""
        card, compiled = self._load(subject)
        plugins.load("models", card.family)(card).check(compiled.output_shapes)
        shapes = (f"{name} {'x'.join(map(str, shape))}" for name, shape in compiled.output_shapes.items())
        return f"{compiled.description}; {', '.join(shapes)}"

    def decodes(self, subject: Subject) -> str:
        """Its outputs for noise are finite, and decoded without an error."""
        card, compiled = self._load(subject)
        outputs = compiled.session().run(self._canvas(card))
        bad = [name for name, tensor in outputs.items() if not np.isfinite(np.asarray(tensor, np.float64)).all()]
        if bad:
            raise CheckError(f"values that are not finite in {', '.join(bad)}")
        letterbox = Letterbox.fit(card.input, 1280, 720)
        family = plugins.load("models", card.family)(card)
        if card.task not in PICTURE_TASKS:
            family.read(outputs, letterbox)
            return "read"
        found = family.decode(outputs, letterbox, card.min_confidence)
        return f"{len(found)} objects in noise"

    def runs(self, subject: Subject) -> str:
        """How long one run takes; a figure, not a limit."""
        card, compiled = self._load(subject)
        session, canvas = compiled.session(), self._canvas(card)
        times_s = []
        for _ in range(_RUNS):
            start_s = time.perf_counter()
            session.run(canvas)
            times_s.append(time.perf_counter() - start_s)
        return f"median {median(times_s) * 1000:.2f} ms over {_RUNS} runs"

    def _load(self, subject: Subject) -> tuple[ModelCard, CompiledModel]:
        if self._card is None or self._compiled is None:
            self._card, card_path = find_card(self._name)
            path = model_file(self._card, card_path, subject.runtime.name)
            self._compiled = subject.runtime.compile(path, self._card, 1, subject.device)
            subject.seen.append(self._compiled.description)
        return self._card, self._compiled

    @staticmethod
    def _canvas(card: ModelCard) -> ImageArray:
        size = (card.input.height, card.input.width, 3)
        return np.random.default_rng(0).integers(0, 256, size, np.uint8)
