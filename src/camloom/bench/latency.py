"""How old a frame of a camera is when a rule sees it, with fast and slow consumers; next to cv2.VideoCapture.

A camera of one's own on the loopback sends a counting clip and tells when it pushed each picture. The number is read
off the picture where the rule gets it, so that whatever lies between counts, buffers of the kernel included.
"""

import math
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from camloom.bench import counter
from camloom.bench.camera import RtspServer, require_rtsp_server
from camloom.bench.figures import write_json
from camloom.bench.process import LoadOfOthers
from camloom.bench.watch import Ages, Consumer, watch_with_camloom, watch_with_cv2

FPS = 25
_SPARE_S = 8.0
_HALF_RATE_S = 2 / FPS

Say = Callable[[str], None]

CONSUMERS = (
    Consumer("rule of 5 ms", rule_s=0.005, workers=2),
    Consumer("rule of 80 ms", rule_s=_HALF_RATE_S, workers=2),
    Consumer("model of 80 ms", model_s=_HALF_RATE_S),
    Consumer("rule of 200 ms", rule_s=0.2, workers=2),
)


@contextmanager
def counting_camera(seconds: float) -> Iterator[tuple[str, Mapping[int, float]]]:
    """Serve the counting clip; give its URL and when each number was pushed last.

    Args:
        seconds: the longest that somebody watches; so old may a frame become before its number comes again.

    Raises:
        UsageError: GStreamer's RTSP server is not installed; with what to install.
    """
    require_rtsp_server()
    pushed_s: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        units = Path(folder) / "counter.units"
        counter.write_units(units, round((seconds + _SPARE_S) * FPS), FPS)
        with RtspServer(units=str(units), fps=FPS, on_push=pushed_s.__setitem__) as server:
            yield server.url, pushed_s


@dataclass(frozen=True, slots=True)
class LatencyFigures:
    """What was measured.

    Attributes:
        others_share: CPU time of other processes meanwhile, as a share of all cores.
    """

    ages: list[Ages]
    others_share: float

    @property
    def bar_ms(self) -> float:
        """Two frame intervals, and what network and decoding take: what a consumer that never waits sees over one."""
        interval_ms = 1000 / FPS
        fast_ms = self.ages[0].percentile_ms(99) if self.ages else math.nan
        return 2 * interval_ms + max(0.0, fast_ms - interval_ms)

    def passed(self, ages: Ages) -> bool | None:
        """Whether a reader keeps to the bar beside a consumer at half the rate; None where there is no bar."""
        if ages.reader != "camloom" or "80 ms" not in ages.consumer:
            return None
        return ages.percentile_ms(99) - ages.own_ms <= self.bar_ms

    def document(self) -> dict[str, Any]:
        """Return all figures as plain data."""
        rows = [each.document() | {"passed": self.passed(each)} for each in self.ages]
        return {"fps": FPS, "bar_ms": self.bar_ms, "others_share": self.others_share, "rows": rows}


def measure(seconds: float, say: Say) -> LatencyFigures:
    """Measure each consumer with both readers, one after the other.

    Args:
        seconds: length of each window, after a warm-up of three seconds.
        say: told what is being measured.

    Raises:
        CamloomError: there is no RTSP server here, or a stream cannot be read.
    """
    found, load = [], LoadOfOthers()
    with counting_camera(seconds) as (url, pushed_s):
        for consumer in CONSUMERS:
            for watch in (watch_with_camloom, watch_with_cv2):
                say(f"{watch.__name__.removeprefix('watch_with_')}, {consumer.name}")
                found.append(watch(url, consumer, pushed_s, seconds))
    return LatencyFigures(found, load.share())


def print_latency(figures: LatencyFigures, console: Console) -> None:
    """Print the table."""
    table = Table(title="Age of a frame when a rule sees it", title_justify="left", caption_justify="left")
    for column in ("consumer", "reader"):
        table.add_column(column, no_wrap=True)
    for column in ("frames", "p50 ms", "p99 ms", "grows ms/s", "bar"):
        table.add_column(column, justify="right", min_width=6 if column == "bar" else None)
    for ages in figures.ages:
        table.add_row(ages.consumer, ages.reader, *_cells(ages), _verdict(figures.passed(ages)))
    table.caption = (
        f"A camera of {FPS} frames/s over RTSP. Bar, at half the rate: p99, less the model's own time, within"
        f" {figures.bar_ms:.0f} ms\n(two frame intervals, and what network and decoding take). Other processes used"
        f" {figures.others_share:.0%} of the machine."
    )
    console.print(table)


def write_latency(figures: LatencyFigures, path: Path) -> None:
    """Write all figures as JSON. SinkError when the file cannot be written."""
    write_json(figures.document(), path)


def _cells(ages: Ages) -> tuple[str, ...]:
    numbers = (ages.percentile_ms(50), ages.percentile_ms(99), ages.growth_ms_per_s)
    return (str(len(ages.seen)), *(f"{number:.0f}" for number in numbers))


def _verdict(passed: bool | None) -> str:
    return {True: "[green]passed[/]", False: "[red]missed[/]", None: ""}[passed]
