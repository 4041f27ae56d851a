"""How well a model finds people on a video with known truth.

    python -m benchmarks.detection_accuracy --model nanodet --gt gt.txt [--video sample:street] [--every 10]
    CAMLOOM_MIRROR=FOLDER python -m benchmarks.detection_accuracy --all

The truth is in MOT Challenge layout (frame from 1, id, left, top, width, height in px, ...). AP is the area under
the precision-recall curve with all-point interpolation (Pascal VOC 2010 and later) at IoU 0.5; for it, detections
are taken down to a low confidence. The decoding time is that at the confidence of the card. Frames go the engine's
own way: FFmpeg, planes, canvas, runtime, family. `--all` goes through every card, built-in or of the tests, that
promises a figure (`measured.person_ap50`), and fails if one is missed by more than a point.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import av
import numpy as np

from camloom import assets, plugins
from camloom.errors import CamloomError
from camloom.geometry import FloatArray
from camloom.inference.base import LoadedModel
from camloom.inference.card import ModelCard
from camloom.inference.library import find_card, model_file
from camloom.inference.preprocess import on_canvas
from camloom.sources.reading.decode import AvFrameBuffer
from camloom.toolchain.evaluation.accuracy import claims
from camloom.toolchain.evaluation.voc_ap import area_under_curve

MIN_CONFIDENCE = 0.05
POINT = 0.01


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Result for one model on one video."""

    model: str
    runtime: str
    frames: int
    truth_boxes: int
    person_ap50: float
    max_recall: float
    infer_ms: float
    decode_ms: float


@dataclass(frozen=True, slots=True)
class Found:
    """People found on one frame: boxes (N, 4) px, confidence (N,)."""

    frame: int
    xyxy: FloatArray
    confidence: FloatArray
    infer_ms: float = 0.0
    decode_ms: float = 0.0


def read_truth(path: Path) -> dict[int, FloatArray]:
    """Return the boxes, (N, 4) xyxy px, by frame index from 0. Rows with mark 0 are to be ignored in MOT."""
    table = np.loadtxt(path, delimiter=",", ndmin=2)
    table = table[table[:, 6] != 0]
    xyxy = np.concatenate((table[:, 2:4], table[:, 2:4] + table[:, 4:6]), axis=1).astype(np.float32)
    frames = table[:, 0].astype(int) - 1
    return {int(frame): xyxy[frames == frame] for frame in np.unique(frames)}


def average_precision(found: list[Found], truth: list[FloatArray]) -> tuple[float, float]:
    """Return AP and the highest recall; every true box can be found once, the most confident claim first."""
    pairs = zip(found, truth, strict=True)
    of_all = [claim for one, boxes in pairs for claim in claims(one.xyxy, one.confidence, boxes)]
    count = sum(len(boxes) for boxes in truth)
    return area_under_curve(of_all, count), sum(hit for _, hit in of_all) / max(count, 1)


def load_model(name: str, runtime: str, video: Path, file: Path | None = None) -> LoadedModel:
    """Load a model by the name of its card, as for this video; `file` stands in for the card's own weights."""
    card, card_path = find_card(name)
    _, first = next(sampled_frames(video, 1))
    card = card.for_picture(first.width, first.height)
    path = file or model_file(card, card_path, runtime)
    compiled = plugins.load_available("runtimes", runtime)().compile(path, card, workers=1)
    family = plugins.load("models", card.family)(card)
    family.check(compiled.output_shapes)
    return LoadedModel(card, family, compiled, runtime)


def sampled_frames(video: Path, every: int) -> Iterator[tuple[int, AvFrameBuffer]]:
    """Yield every n-th decoded frame of a file."""
    with av.open(str(video)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            if index % every == 0:
                yield index, AvFrameBuffer(frame)


def people_found(model: LoadedModel, video: Path, every: int) -> Iterator[Found]:
    """Yield the people that a model finds on every n-th frame."""
    session, person = model.compiled.session(), _person(model.card)
    for index, buffer in sampled_frames(video, every):
        canvas, letterbox = on_canvas(model.card.input, buffer)
        start_s = time.perf_counter()
        outputs = session.run(canvas)
        run_s = time.perf_counter()
        model.family.decode(outputs, letterbox, model.card.min_confidence)  # timed as the engine calls it
        end_s = time.perf_counter()
        found = model.family.decode(outputs, letterbox, MIN_CONFIDENCE)
        people = found.select(found.class_id == person)
        yield Found(index, people.xyxy, people.confidence, (run_s - start_s) * 1000, (end_s - run_s) * 1000)


def measure(model: LoadedModel, video: Path, truth_path: Path, every: int = 10) -> Accuracy:
    """Run a model over a video and compare its people with the truth."""
    truth_by_frame = read_truth(truth_path)
    found = list(people_found(model, video, every))
    truth = [truth_by_frame.get(one.frame, np.zeros((0, 4), np.float32)) for one in found]
    ap50, recall = average_precision(found, truth)
    return Accuracy(
        model=model.card.name,
        runtime=model.runtime,
        frames=len(found),
        truth_boxes=sum(len(boxes) for boxes in truth),
        person_ap50=ap50,
        max_recall=recall,
        infer_ms=median([one.infer_ms for one in found] or [0.0]),
        decode_ms=median([one.decode_ms for one in found] or [0.0]),
    )


def _person(card: ModelCard) -> int:
    if "person" not in card.class_names:
        raise CamloomError(f"model '{card.name}' has no class 'person'")
    return card.class_names.index("person")


def _video_path(text: str) -> Path:
    return assets.fetch(text.removeprefix("sample:")) if text.startswith("sample:") else Path(text)


def expected_ap50(card: ModelCard) -> float | None:
    """Return the person AP50 that a card promises."""
    value = card.measured.get("person_ap50")
    return float(value) if isinstance(value, int | float) else None


def measure_all(runtime: str, video: Path, truth: Path, every: int) -> Iterator[tuple[Accuracy, float | None]]:
    """Measure every card that promises a figure; yield what was reached and what was promised."""
    from benchmarks.cards import known_cards, load_known  # found with `python -m` alone

    _, first = next(sampled_frames(video, 1))
    for known in known_cards():
        promised = expected_ap50(known.card)
        if promised is None or "person" not in known.card.class_names:
            continue
        try:
            model = load_known(known, runtime, (first.width, first.height))
        except CamloomError as error:
            print(f"{known.card.name:22} left out: {error.message}", flush=True)
            continue
        yield measure(model, video, truth, every), promised


def line_of(one: Accuracy, expected: float | None) -> str:
    """Return a line of the table."""
    promised = "" if expected is None else f"  {expected:.3f}  {'passed' if reaches(one, expected) else 'MISSED'}"
    return (
        f"{one.model:22} {one.runtime:12} {one.frames:6d} {one.truth_boxes:6d}  {one.person_ap50:.3f}"
        f"  {one.max_recall:.3f}  {one.infer_ms:8.1f}  {one.decode_ms:9.3f}{promised}"
    )


def reaches(one: Accuracy, expected: float | None) -> bool:
    """Tell whether a model is at most one point below what its card promises."""
    return expected is None or one.person_ap50 >= expected - POINT


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", action="append", default=[], help="name or path of a card; may be repeated")
    parser.add_argument("--all", action="store_true", help="every card that says what it should reach")
    parser.add_argument("--file", type=Path, help="weights to use instead of the card's")
    parser.add_argument("--runtime", default="openvino")
    parser.add_argument("--video", default="sample:street", help="path, or sample:NAME")
    parser.add_argument("--gt", type=Path, help="default: labels/pets09/gt.txt of a mirror")
    parser.add_argument("--every", type=int, default=10)
    parser.add_argument("--json", type=Path, help="write the results here")
    return parser.parse_args()


def main() -> int:
    """Print one line for each model; the exit code is 1 if one misses what its card promises by more than a point."""
    args = _arguments()
    truth = args.gt or _truth_of_mirror()
    if truth is None or not (args.model or args.all):
        raise CamloomError("there is no truth or no model to compare", "Name both: --gt, and --model or --all")
    video = _video_path(args.video)
    results: list[tuple[Accuracy, float | None]] = []
    print(f"{'model':22} {'runtime':12} frames  boxes  AP50   recall  infer ms  decode ms  promised")
    for one, expected in _measured(args, video, truth):
        results.append((one, expected))
        print(line_of(one, expected), flush=True)
    if args.json:
        rows = [{**asdict(one), "expected_ap50": expected} for one, expected in results]
        args.json.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    return int(not all(reaches(one, expected) for one, expected in results))


def _truth_of_mirror() -> Path | None:
    folders = [Path(folder) for folder in os.environ.get("CAMLOOM_MIRROR", "").split(os.pathsep) if folder]
    paths = (folder / "labels" / "pets09" / "gt.txt" for folder in folders)
    return next((path for path in paths if path.is_file()), None)


def _measured(args: argparse.Namespace, video: Path, truth: Path) -> Iterator[tuple[Accuracy, float | None]]:
    for name in args.model:
        model = load_model(name, args.runtime, video, args.file)
        promised = None if args.file else expected_ap50(model.card)
        yield measure(model, video, truth, args.every), promised
    if args.all:
        yield from measure_all(args.runtime, video, truth, args.every)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CamloomError as error:
        sys.exit(f"error: {error}")
