"""Times each part of the work alone, on all cores at once, and computes the limit of the machine from it.

    c = c_decode + c_convert + c_infer + c_post   CPU ms per frame
    limit = cores / c                             frames/s, for two streams and more

On all cores at once, because a core is slower while its neighbour works too (shared memory, hyper-threads):
parts timed on an idle machine would promise what no program can reach. Each alone, in warm caches, all the
same: `bare_loop` takes two streams in turn through all of them on one thread, with no queue, rule or sink, and
so tells what the parts cost when each drives the others out of the caches.
"""

import argparse
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

from camloom.bench.scene import LINES, RULES, ZONES
from camloom.config import parse_task
from camloom.frame import Frame, ImageArray
from camloom.inference.base import LoadedModel
from camloom.inference.load import load_model
from camloom.inference.preprocess import Letterbox
from camloom.packets import Packet
from camloom.plugins import load
from camloom.runner.build import build_pipeline, build_sinks, build_source
from camloom.sinks.base import SinkContext
from camloom.sinks.queue import SinkWorker
from camloom.sources.media import MediaConfig, MediaSource
from camloom.sources.reading.decode import AvFrameBuffer, Decoder, Effort
from camloom.tracking.base import Tracker

_FRAMES = 200
_LOOP_PACKETS = 25

Step = Callable[[], int]
"""Does some work and returns how many frames it was for."""


def parts_ms(video: str, model_name: str, runtime: str, seconds: float) -> dict[str, float]:
    """Return CPU ms per frame of each part."""
    cores = os.cpu_count() or 1
    model = load_model(model_name, runtime, cores, picture_size=_picture_size(video))
    makers: dict[str, Callable[[], Step]] = {
        "decode": lambda: _decoding(video, Effort.FULL),
        "decode_no_loop_filter": lambda: _decoding(video, Effort.NO_LOOP_FILTER),
        "convert": lambda: _conversion(video, model),
        "infer": lambda: _inference(video, model),
        "boxes": lambda: _boxes(video, model),
        "post": lambda: _post(video, model),
        "follow": lambda: _follow(video, model),
        "bare_loop": lambda: _bare_loop(video, model),
    }
    return {name: _cpu_ms([maker() for _ in range(cores)], seconds) for name, maker in makers.items()}


def _picture_size(video: str) -> tuple[int, int]:
    source = MediaSource(MediaConfig(url=video))
    info = source.open()
    source.close()
    return info.width, info.height


def limit_fps(parts: dict[str, float]) -> float:
    """Return frames/s that no arrangement of these parts can exceed on this machine."""
    total_ms = sum(parts[name] for name in ("decode", "convert", "infer", "post"))
    return 1000 * (os.cpu_count() or 1) / total_ms


def _cpu_ms(steps: list[Step], seconds: float) -> float:
    frames = [0] * len(steps)

    def work(index: int) -> None:
        while time.monotonic() < ends_s:
            frames[index] += steps[index]()

    for step in steps:
        step()
    started_cpu_s, ends_s = time.process_time(), time.monotonic() + seconds
    threads = [threading.Thread(target=work, args=(index,)) for index in range(len(steps))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (time.process_time() - started_cpu_s) / max(sum(frames), 1) * 1000


def _packets(video: str) -> tuple[MediaSource, Decoder, list[Packet]]:
    source = MediaSource(MediaConfig(url=video))
    decoder = Decoder(source.open())
    return source, decoder, list(islice(source.packets(), _FRAMES))


def _decoding(video: str, effort: Effort) -> Step:
    source, decoder, packets = _packets(video)
    decoder.effort = effort

    def step(_keep_open: MediaSource = source) -> int:
        decoder.flush()
        return sum(1 for packet in packets for _ in decoder.decode(packet))

    return step


def _buffers(video: str, count: int) -> list[AvFrameBuffer]:
    source, decoder, packets = _packets(video)
    buffers = [buffer for packet in packets[:count] for _, buffer in decoder.decode(packet)]
    source.close()
    return buffers


def _conversion(video: str, model: LoadedModel) -> Step:
    buffers = _buffers(video, 8)
    letterbox = Letterbox.fit(model.card.input, buffers[0].width, buffers[0].height)
    canvas = letterbox.new_canvas()

    def step() -> int:
        for buffer in buffers:
            letterbox.fill(canvas, buffer)
        return len(buffers)

    return step


def _canvases(video: str, model: LoadedModel) -> tuple[Letterbox, list[ImageArray]]:
    buffers = _buffers(video, 4)
    letterbox = Letterbox.fit(model.card.input, buffers[0].width, buffers[0].height)
    canvases = [letterbox.new_canvas() for _ in buffers]
    for canvas, buffer in zip(canvases, buffers, strict=True):
        letterbox.fill(canvas, buffer)
    return letterbox, canvases


def _inference(video: str, model: LoadedModel) -> Step:
    session = model.compiled.session()
    _, canvases = _canvases(video, model)

    def step() -> int:
        for canvas in canvases:
            session.run(canvas)
        return len(canvases)

    return step


def _outputs(video: str, model: LoadedModel) -> tuple[Letterbox, dict[str, npt.NDArray[np.generic]]]:
    letterbox, canvases = _canvases(video, model)
    session = model.compiled.session()
    return letterbox, {name: np.array(value) for name, value in session.run(canvases[0]).items()}


def _boxes(video: str, model: LoadedModel) -> Step:
    letterbox, outputs = _outputs(video, model)

    def step() -> int:
        for _ in range(20):
            model.family.decode(outputs, letterbox, model.card.min_confidence)
        return 20

    return step


def _post(video: str, model: LoadedModel) -> Step:
    """Decode boxes and follow them: what any program of this kind must do with the outputs."""
    letterbox, outputs = _outputs(video, model)
    tracker_type = load("trackers", "bytetrack")
    tracker = tracker_type(tracker_type.Config())
    clock = iter(range(1 << 60))

    def step() -> int:
        for _ in range(20):
            found = model.family.decode(outputs, letterbox, model.card.min_confidence)
            tracker.update(found, next(clock) / 25)
        return 20

    return step


def _bare_loop(video: str, model: LoadedModel) -> Step:
    """Decode, convert, infer, decode boxes and track, frame by frame, and nothing else."""
    streams = [_packets(video) for _ in range(2)]
    tracker_type = load("trackers", "bytetrack")
    trackers = [tracker_type(tracker_type.Config()) for _ in streams]
    letterbox, (canvas, *_) = _canvases(video, model)
    session = model.compiled.session()

    def analyse(buffer: AvFrameBuffer, tracker: Tracker, pts_s: float) -> None:
        letterbox.fill(canvas, buffer)
        found = model.family.decode(session.run(canvas), letterbox, model.card.low_confidence)
        tracker.update(found, pts_s)

    indices = cycle(range(_FRAMES))

    def step() -> int:
        count = 0
        for index in islice(indices, _LOOP_PACKETS):
            for (_, decoder, packets), tracker in zip(streams, trackers, strict=True):
                if index == 0:
                    decoder.flush()
                    tracker.reset()
                for packet, buffer in decoder.decode(packets[index]):
                    analyse(buffer, tracker, packet.pts_s)
                    count += 1
        return count

    return step


def _follow(video: str, model: LoadedModel) -> Step:
    """Tracker, two rules, two sinks with their queues and threads: all that comes after the boxes."""
    letterbox, outputs = _outputs(video, model)
    found = model.family.decode(outputs, letterbox, model.card.low_confidence)
    buffer = _buffers(video, 1)[0]
    folder = TemporaryDirectory()
    document = {"source": video, "zones": ZONES, "lines": LINES, "rules": RULES, "sinks": ["jsonl", "mot"]}
    task = parse_task({**document, "out": folder.name})
    source = build_source(task)
    sinks = build_sinks(task)
    pipeline = build_pipeline(task, model, source, sinks)
    info = pipeline.open()
    workers = [SinkWorker(sink, block.type, lossy=True) for sink, block in zip(sinks, task.sinks, strict=True)]
    context = SinkContext(task.id, Path(folder.name), task.scene(), info, pipeline.ring, info.fps)
    for worker in workers:
        worker.open(context)
    clock = iter(range(1 << 60))

    def step(_keep: tuple[object, ...] = (folder, source)) -> int:
        for _ in range(20):
            index = next(clock)
            frame = Frame("bench", index, index / 25, datetime.now(UTC), time.monotonic(), False, buffer)
            result = pipeline.follow(frame, found)
            for worker in workers:
                worker.put(result)
        return 20

    return step


def main() -> None:
    """Measure and print one line of JSON."""
    parser = argparse.ArgumentParser(prog="python -m camloom.bench.parts", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--video", required=True)
    parser.add_argument("--model", default="nanodet")
    parser.add_argument("--runtime", default="auto")
    parser.add_argument("--seconds", type=float, default=3.0, help="for each part")
    options = parser.parse_args()
    parts = parts_ms(options.video, options.model, options.runtime, options.seconds)
    sys.stdout.write(json.dumps({"parts_ms": parts, "limit_fps": limit_fps(parts)}) + "\n")


if __name__ == "__main__":
    main()
