"""camloom models bench | eval: how fast a model is here, and how right."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer
from rich.console import Console
from rich.table import Table

from camloom import plugins
from camloom.cli.download import DownloadProgress
from camloom.cli.figures import write_figures
from camloom.cli.tables import figures_table
from camloom.errors import ConfigError
from camloom.inference.card import Precision
from camloom.inference.library import find_card

if TYPE_CHECKING:
    from camloom.toolchain.evaluation.coco_ap import CocoScores
    from camloom.toolchain.evaluation.evaluate import Evaluation
    from camloom.toolchain.speed.measure import Measurement, Timing
    from camloom.toolchain.speed.plan import LeftOut, Variant

_Card = Annotated[str, typer.Argument(help="Name of a card, or path of a card file.")]
_Json = Annotated[Path | None, typer.Option("--json", help="Write all figures here.")]
_WriteCard = Annotated[bool, typer.Option("--write-card", help="Put the figures into the card (your own only).")]
_PROBLEMS_SHOWN = 5
_NAMES_SHOWN = 12


def register(app: typer.Typer) -> None:
    """Add the commands of this page."""
    app.command("eval", short_help="How right: COCO figures on labelled pictures.")(evaluate_model)
    app.command("bench", short_help="How fast: on each runtime and precision here.")(bench_model)


def evaluate_model(  # noqa: PLR0913, PLR0917  # a command has as many as it has options
    card: _Card,
    data: Annotated[Path, typer.Option(help="Data set: COCO .json, YOLO folder, VOC folder, or MOT gt.txt.")],
    pictures: Annotated[
        str, typer.Option(help="Folder of the pictures, or the video of a MOT gt.txt (path or sample:NAME).")
    ] = "",
    split: Annotated[str, typer.Option(help="Part of the data set, such as val.")] = "",
    every: Annotated[int, typer.Option(min=1, help="Take each n-th picture or frame.")] = 1,
    renamed: Annotated[
        list[str] | None, typer.Option("--map", help="DATA=MODEL: a class of the data under the model's name.")
    ] = None,
    runtime: Annotated[str, typer.Option(help="Runtime, with a device if not its usual one.")] = "auto",
    min_confidence: Annotated[float, typer.Option(min=0.0001, max=0.99, help="Boxes from here on take part.")] = 0.01,
    json_file: _Json = None,
    write_card: _WriteCard = False,
) -> None:
    """Compare what a detector finds with labelled pictures: COCO's figures, and each class.

    COCO, YOLO, Pascal VOC and MOT labels are read. Broken entries are left out, counted and named.
    """
    from camloom.inference.load import load_model
    from camloom.toolchain.datasets import read_dataset
    from camloom.toolchain.evaluation.evaluate import evaluate

    console = Console()
    card_path = _own_card(card, wanted=write_card)
    dataset = read_dataset(data.expanduser(), pictures, split, every)
    model = load_model(card, runtime, progress=DownloadProgress(console, quiet=False))
    result = evaluate(model, dataset, _renamed(renamed or []), min_confidence, _Counter(console))
    _show_evaluation(result, console)
    write_figures(json_file, result.as_dict(), console)
    if write_card:
        _note(card_path, "eval", result.data, result.summary(), console)


def bench_model(  # noqa: PLR0913, PLR0917  # a command has as many as it has options
    card: _Card,
    runtimes: Annotated[str, typer.Option(help="Runtimes, with commas between them; all: those installed.")] = "all",
    devices: Annotated[str, typer.Option(help="Devices such as CPU,GPU.0; all; empty: the usual one.")] = "",
    threads: Annotated[str, typer.Option(help="Requests at once, such as 1,2,4; empty: one for each core.")] = "",
    batch: Annotated[str, typer.Option(help="Pictures a request, such as 1,4.")] = "1",
    precision: Annotated[str, typer.Option(help="Such as fp32,bf16,int8; empty: as the card says.")] = "",
    rounds: Annotated[int, typer.Option(min=1, max=50, help="Interleaved rounds; medians are shown.")] = 3,
    seconds: Annotated[float, typer.Option(min=0.2, max=120, help="Of each variant in each round.")] = 2.0,
    picture: Annotated[Path | None, typer.Option(help="Picture to look at; default: noise.")] = None,
    json_file: _Json = None,
    write_card: _WriteCard = False,
) -> None:
    """Time a model on every runtime, device, precision and number of requests that this machine has.

    Latency (p50, p99) is that of one request alone; runs a second and CPU time are with all requests at once, each
    of one thread; MiB are what the model added. What cannot be had here is listed with the reason.
    """
    from camloom.toolchain.speed.measure import measure
    from camloom.toolchain.speed.plan import Choice, plan_variants

    console = Console()
    card_path = _own_card(card, wanted=write_card)
    found, found_path = find_card(card)
    _known(runtimes, picture)
    choice = Choice(
        runtimes=() if runtimes == "all" else tuple(_list(runtimes)),
        devices=tuple(_list(devices)),
        threads=_numbers(threads, "--threads"),
        batches=_numbers(batch, "--batch") or (1,),
        precisions=cast("tuple[Precision, ...]", tuple(_list(precision))),
    )
    plan = plan_variants(found, found_path, choice)
    seen = str(picture.expanduser().absolute()) if picture else ""
    result = measure(plan, rounds, seconds, seen, lambda line: console.print(line, highlight=False, markup=False))
    _show_measurement(result, console)
    write_figures(json_file, result.as_dict(), console)
    if write_card:
        _note(card_path, "bench", f"{result.cores} cores", result.summary(), console)


class _Counter:
    """Prints how far an evaluation is, each tenth of the way."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._tenth = 0

    def __call__(self, done: int, total: int) -> None:
        tenth = 10 * done // max(total, 1)
        if total >= 100 and tenth > self._tenth:
            self._tenth = tenth
            self._console.print(f"{done} of {total} pictures", highlight=False)


def _own_card(name: str, *, wanted: bool) -> Path | None:
    """Return the path of the user's card; refuse before the work what would be refused after it."""
    _, path = find_card(name)
    if wanted and path is None:
        hint = f"Save it as your own first: camloom models show {name} > mine.yaml"
        raise ConfigError(f"'{name}' is a built-in card, which is never changed", hint)
    return path


def _known(runtimes: str, picture: Path | None) -> None:
    """Refuse a misspelt runtime and a file that is no picture before anything is loaded for them."""
    from camloom.toolchain.datasets.pictures import read_picture

    for name in _list(runtimes):
        if name != "all":
            plugins.load("runtimes", name)
    if picture is not None:
        read_picture(picture.expanduser())


def _renamed(pairs: list[str]) -> dict[str, str]:
    names = {}
    for pair in pairs:
        data_name, equals, model_name = pair.partition("=")
        if not equals:
            raise ConfigError(f"--map needs DATA=MODEL, not '{pair}'", "Such as --map truck=vehicle")
        names[data_name.strip()] = model_name.strip()
    return names


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _numbers(text: str, option: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in _list(text))
    except ValueError:
        raise ConfigError(f"{option} needs whole numbers, not '{text}'", "Such as 1,2,4") from None


def _show_evaluation(result: "Evaluation", console: Console) -> None:
    console.print(_class_table(result))
    console.print(_coco_table(result.coco))
    lines = [f"{result.pictures} pictures, {result.objects} objects, {result.runtime} ({result.description})"]
    if result.not_in_model:
        more = ", ..." if len(result.not_in_model) > _NAMES_SHOWN else ""
        names = ", ".join(result.not_in_model[:_NAMES_SHOWN])
        lines.append(f"{len(result.not_in_model)} classes of the data are unknown to the model: {names}{more}")
    if result.not_in_data:
        lines.append(f"{len(result.not_in_data)} classes of the model are not in the data; they were left out")
    if result.problem_count:
        lines.append(f"{result.problem_count} entries of the data are broken and were left out; the first:")
        lines += [f"  {line}" for line in result.problems[:_PROBLEMS_SHOWN]]
    for line in lines:
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def _class_table(result: "Evaluation") -> Table:
    table = figures_table(f"{result.model} on {result.data}", "class", "objects", "AP", "AP50", "recall", "VOC AP50")
    for one in result.coco.classes:
        if one.objects:
            figures = (one.ap, one.ap50, one.recall, result.voc_ap50[one.name])
            table.add_row(one.name, str(one.objects), *map(_share, figures))
    return table


def _coco_table(scores: "CocoScores") -> Table:
    table = figures_table(
        "All classes, as COCO counts", "average", "all", "IoU 0.50", "IoU 0.75", "small", "medium", "large"
    )
    ap = (scores.ap, scores.ap50, scores.ap75, scores.ap_small, scores.ap_medium, scores.ap_large)
    recall = (scores.recall_100, None, None, scores.recall_small, scores.recall_medium, scores.recall_large)
    table.add_row("precision", *map(_share, ap))
    table.add_row("recall, 100 boxes", *map(_share, recall))
    table.add_row("recall, 10 boxes", _share(scores.recall_10))
    table.add_row("recall, 1 box", _share(scores.recall_1))
    return table


def _show_measurement(result: "Measurement", console: Console) -> None:
    columns = ("at once", "p50 ms", "p99 ms", "runs/s", "range", "CPU ms", "MiB", "")
    table = figures_table(f"{result.model}, {result.cores} cores", "runtime", *columns)
    table.box, table.pad_edge, table.collapse_padding = None, False, True  # all of it fits 80 columns
    for timing in result.timings:
        table.add_row(*_timing_cells(timing, result.timings[0]))
    console.print(table)
    for line in _left_out_lines(result.left_out):
        console.print(f"does not apply: {line}", highlight=False, markup=False, soft_wrap=True)
    if result.others_share is not None:
        console.print(f"Other programs used {result.others_share:.0%} of the cores meanwhile.", highlight=False)


def _left_out_lines(left_out: "Iterable[LeftOut]") -> Iterator[str]:
    """Yield a line for each runtime and reason, with what it is the reason for."""
    by_reason: dict[tuple[str, str], list[Variant]] = {}
    for one in left_out:
        by_reason.setdefault((one.variant.runtime, one.reason), []).append(one.variant)
    for (runtime, reason), variants in by_reason.items():
        precisions = ", ".join(dict.fromkeys(variant.precision for variant in variants))
        batches = ", ".join(dict.fromkeys(str(variant.batch) for variant in variants))
        why = reason.removeprefix(f"runtime '{runtime}' is not available here: ")
        yield f"{runtime} ({precisions}; batch {batches}): {why}"


def _timing_cells(timing: "Timing", best: "Timing") -> tuple[str, ...]:
    return (
        f"{timing.variant.runtime} ({timing.description})",
        str(timing.variant.threads),
        f"{timing.latency_p50_ms:.1f}",
        f"{timing.latency_p99_ms:.1f}",
        f"{timing.per_s:.1f}",
        f"{timing.per_s_min:.0f}-{timing.per_s_max:.0f}",
        f"{timing.cpu_ms:.1f}",
        f"{timing.added_mib:.0f}",
        "fastest" if timing is best else f"{timing.per_s / best.per_s:.2f} x",
    )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _note(path: Path | None, kind: str, name: str, figures: dict[str, Any], console: Console) -> None:
    from camloom.toolchain.card_results import write_measured

    write_measured(path, kind, name, figures)
    console.print(f"noted in {path}", highlight=False, markup=False)
