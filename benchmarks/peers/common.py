"""What the peers share that is not video analytics: options, the pace of a camera and the measuring."""

import argparse
import itertools
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

LATE_S = 0.3
"""A result of a camera's frame is late after this."""

LAWN = np.array([(0.0, 0.47), (0.62, 0.68), (1.0, 0.9), (1.0, 1.0), (0.0, 1.0)])
LAMP_POST = np.array([(0.56, 0.35), (0.56, 0.75)])


class Options(argparse.Namespace):
    """The command line of every peer."""

    video: list[str]
    model: str
    streams: int
    seconds: float
    warm_up: float
    mode: str
    analysis_fps: float
    source_fps: float

    @property
    def live(self) -> bool:
        return self.mode == "realtime"


def parse_options(description: str | None) -> Options:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--video", nargs="+", required=True, help="stream k plays the k-th, round and round")
    parser.add_argument("--model", required=True, help="yolox_nano.onnx or nanodet.onnx, 416x416")
    parser.add_argument("--streams", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=10.0, help="length of the measured window")
    parser.add_argument("--warm-up", type=float, default=2.0, help="seconds before the window")
    parser.add_argument("--mode", choices=("file", "realtime"), default="file")
    parser.add_argument("--analysis-fps", type=float, default=5.0, help="in realtime mode; a file is analysed whole")
    parser.add_argument("--source-fps", type=float, default=25.0, help="of the cameras of realtime mode")
    return parser.parse_args(namespace=Options())


def run_streams(name: str, options: Options, run_stream: Callable[[int, "Meter"], None]) -> None:
    """Run a thread for each stream, measure, and print one line of JSON.

    `run_stream(stream, meter)` analyses frames until `meter.stop` is set and calls `meter.done` for each.
    """
    meter = Meter(options)
    with ThreadPoolExecutor(options.streams) as pool:
        threads = [pool.submit(run_stream, stream, meter) for stream in range(options.streams)]
        measured = meter.measure()
        for thread in threads:
            thread.result()
    print(json.dumps({"name": name} | measured), flush=True)


class Meter:
    """Counts what all streams finish inside a window of time."""

    def __init__(self, options: Options) -> None:
        self.stop = threading.Event()
        self._options = options
        self._results: list[tuple[int, float, float]] = []

    def done(self, stream: int, due: float) -> None:
        """Note a finished frame of a stream; `due` is when it came to be, on `time.monotonic`."""
        self._results.append((stream, due, time.monotonic()))

    def measure(self) -> dict[str, Any]:
        """Wait for warm-up and window, stop the streams, and say what happened in the window."""
        time.sleep(self._options.warm_up)
        start, cpu_start = time.monotonic(), cpu_s()
        time.sleep(self._options.seconds)
        end, used_s, mib = time.monotonic(), cpu_s() - cpu_start, pss_mib()
        time.sleep(LATE_S if self._options.live else 0)
        self.stop.set()
        return self._summary(start, end, used_s) | {"mib": round(mib, 1)}

    def _summary(self, start: float, end: float, used_s: float) -> dict[str, Any]:
        stream, due, done = np.array(self._results, dtype=float).reshape(-1, 3).T
        inside = (done >= start) & (done < end)
        frames, age_ms = int(inside.sum()), (done - due)[inside] * 1000
        per_stream = np.bincount(stream[inside].astype(int), minlength=self._options.streams)
        return {
            "mode": self._options.mode,
            "streams": self._options.streams,
            "frames": frames,
            "wall_s": round(end - start, 3),
            "cpu_s": round(used_s, 3),
            "fps": round(frames / (end - start), 2),
            "cpu_ms_per_frame": round(used_s * 1000 / max(frames, 1), 2),
            "slowest_to_fastest": round(float(per_stream.min() / max(per_stream.max(), 1)), 3),
            "late_share": self._late_share(due, done, start, end) if self._options.live else None,
        } | _ages(age_ms)

    def _late_share(self, due: npt.NDArray[Any], done: npt.NDArray[Any], start: float, end: float) -> float:
        """Return the share of the analyses due in the window that were late or never came."""
        expected = self._options.streams * self._options.analysis_fps * (end - start)
        in_time = (due >= start) & (due < end) & (done - due <= LATE_S)
        return round(max(1 - float(in_time.sum()) / expected, 0.0), 4)


def _ages(age_ms: npt.NDArray[Any]) -> dict[str, float | None]:
    """Describe the ages of results; `age_growth_ms` is the last quarter's median less the first's."""
    names = ("latency_p50_ms", "latency_p99_ms", "age_growth_ms")
    if not len(age_ms):
        return dict.fromkeys(names)
    quarter = max(len(age_ms) // 4, 1)
    growth = np.median(age_ms[-quarter:]) - np.median(age_ms[:quarter])
    values = (*np.percentile(age_ms, (50, 99)), growth)
    return {name: round(float(value), 1) for name, value in zip(names, values, strict=True)}


def cpu_s() -> float:
    return sum(os.times()[:4])


def pss_mib() -> float:
    """Memory of this process, pages that others share counted by share."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))


def open_video(options: Options, stream: int) -> cv2.VideoCapture:
    """Open the video of a stream at its own place in it."""
    path = video_of(options, stream)
    capture = cv2.VideoCapture(path)
    if not capture.isOpened():
        sys.exit(f"{path} cannot be opened")
    place = int(start_share(options, stream) * capture.get(cv2.CAP_PROP_FRAME_COUNT))
    capture.set(cv2.CAP_PROP_POS_FRAMES, place)
    return capture


def video_of(options: Options, stream: int) -> str:
    return options.video[stream % len(options.video)]


def start_share(options: Options, stream: int) -> float:
    """Where in its video a stream starts, 0..1: streams that play the same file are spread over it."""
    rounds = -(-options.streams // len(options.video))
    return stream // len(options.video) / rounds


def frames_to_analyse(
    capture: cv2.VideoCapture, options: Options, stream: int, stop: threading.Event
) -> Iterator[tuple[npt.NDArray[Any], float]]:
    """Yield each frame to analyse, (H, W, 3) BGR, with the time it came to be, until stopped.

    A file gives its frames as fast as they are taken. A camera makes frame k at t0 + k / fps and only some of
    its frames are analysed: the rest are decoded (`grab`) but not converted.
    """
    for index, due in enumerate(camera_clock(options, stream)):
        if stop.is_set():
            return
        if options.live:
            time.sleep(max(due - time.monotonic(), 0))
        ready = due if options.live else time.monotonic()
        if not capture.grab():
            capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
            capture.grab()
        if not options.live or is_sampled(options, index):
            yield capture.retrieve()[1], ready


def camera_clock(options: Options, stream: int) -> Iterator[float]:
    """When each frame of a camera comes to be, on `time.monotonic`; cameras do not tick together."""
    first = time.monotonic() + stream / options.streams / options.analysis_fps
    return (first + index / options.source_fps for index in itertools.count())


def is_sampled(options: Options, index: int) -> bool:
    """Whether frame `index` is one of the `analysis_fps` a second that are analysed."""
    samples, before = (k * options.analysis_fps // options.source_fps for k in (index, index - 1))
    return samples != before
