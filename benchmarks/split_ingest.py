"""A prototype, to be measured and thrown away: ingest in processes of its own, canvases in shared memory.

Each ingest process reads and decodes some cameras and puts the canvas of the newest frame of each into a slot; one
process infers and tracks. Rules, sinks, evidence, states are left out: this is the least that it would cost.
"""

import mmap
import os
import socket
import struct
import threading
import time
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from typing import Any, Self

import cv2
import numpy as np

from camloom.config import TaskConfig
from camloom.frame import ImageArray
from camloom.inference.base import LoadedModel
from camloom.inference.library import find_card
from camloom.inference.load import load_model
from camloom.inference.pool import InferencePool
from camloom.inference.preprocess import Letterbox
from camloom.packets import PacketRing
from camloom.plugins import load
from camloom.runner.build import build_source
from camloom.sources.reading.ingest import Ingest
from camloom.sources.reading.load import LoadGovernor
from camloom.sources.reading.machine import IdleCpu

_SIZE = (1920, 1080)
_SLOTS = 3
_READY = struct.Struct("<HHd")
"""Camera, slot, time of the picture in s."""


def _read(number: int, task: TaskConfig, memory: mmap.mmap, tell: socket.socket, governor: LoadGovernor) -> None:
    spec = find_card(task.model)[0].input.for_picture(*_SIZE)
    size = spec.width * spec.height * 3
    source = build_source(task)
    info = source.open()
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 5)
    ring = PacketRing(5.0)
    ingest = Ingest(task.id, source, info, ring, analysis_fps=task.analysis_fps, governor=governor)
    letterbox = Letterbox.fit(spec, info.width, info.height)
    for turn, frame in enumerate(ingest.frames()):
        slot = turn % _SLOTS
        canvas = np.frombuffer(memory, np.uint8, size, (number * _SLOTS + slot) * size)
        letterbox.fill(canvas.reshape(spec.height, spec.width, 3), frame.buffer)
        tell.sendall(_READY.pack(number, slot, frame.pts_s))


def _ingest(cameras: list[tuple[int, TaskConfig]], memory_fd: Any, tell: socket.socket) -> None:
    cv2.setNumThreads(1)
    memory = mmap.mmap(memory_fd.detach(), 0)
    governor = LoadGovernor(idle_share=IdleCpu())
    threads = [threading.Thread(target=_read, args=(number, task, memory, tell, governor)) for number, task in cameras]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class SplitIngest:
    """Runs some cameras with `count` ingest processes; the inference is here."""

    def __init__(self, cameras: list[TaskConfig], count: int) -> None:
        self._cameras = cameras
        self._groups = [list(enumerate(cameras))[number::count] for number in range(count)]
        spec = find_card(cameras[0].model)[0].input.for_picture(*_SIZE)
        self._shape = (spec.height, spec.width, 3)
        self._fd = os.memfd_create("canvases")
        os.ftruncate(self._fd, len(cameras) * _SLOTS * spec.width * spec.height * 3)
        self._memory = mmap.mmap(self._fd, 0)
        self._counts = dict.fromkeys((task.id for task in cameras), 0)
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload(["benchmarks.split_ingest"])
        self._processes: list[BaseProcess] = []
        self._closing = False

    def __enter__(self) -> Self:
        model = load_model(self._cameras[0].model, self._cameras[0].runtime, os.cpu_count() or 1, None, _SIZE)
        self._pool = InferencePool(model.compiled, os.cpu_count() or 1)
        self._lanes = [self._lane(task, model) for task in self._cameras]
        for group in self._groups:
            self._start(group)
        return self

    def __exit__(self, *_: object) -> None:
        self._closing = True
        for process in self._processes:
            process.kill()
            process.join()
        self._pool.close()

    def results(self) -> dict[str, int]:
        """Return how many canvases of each camera were analysed."""
        return dict(self._counts)

    def crash(self) -> None:
        """Kill an ingest process; it is started again at once."""
        self._processes[0].kill()

    def _lane(self, task: TaskConfig, model: LoadedModel) -> Any:
        tracker = load("trackers", task.tracker.type)(task.tracker.config, trusted=model.card.track_confidence)
        letterbox = Letterbox.fit(model.card.input, *_SIZE)

        def deliver(pts_s: float, detections: Any) -> None:
            tracker.update(detections, pts_s)
            self._counts[task.id] += 1

        def fail(error: Exception) -> None:
            raise error

        def decode(_pts_s: float, outputs: Any) -> object:
            return model.family.decode(outputs, letterbox, model.card.low_confidence)

        return self._pool.lane(deliver, decode, fail, newest_only=True)

    def _start(self, group: list[tuple[int, TaskConfig]]) -> None:
        from multiprocessing.reduction import DupFd

        ours, its = socket.socketpair()
        process = self._context.Process(target=_ingest, args=(group, DupFd(self._fd), its), daemon=True)
        process.start()
        its.close()
        self._processes.append(process)
        threading.Thread(target=self._take, args=(ours, group, process), daemon=True).start()

    def _take(self, ours: socket.socket, group: list[tuple[int, TaskConfig]], process: BaseProcess) -> None:
        size = int(np.prod(self._shape))
        while ready := ours.recv(_READY.size, socket.MSG_WAITALL):
            number, slot, pts_s = _READY.unpack(ready)
            canvas: ImageArray = np.frombuffer(self._memory, np.uint8, size, (number * _SLOTS + slot) * size)
            self._lanes[number].offer(pts_s, canvas.reshape(self._shape))
        ours.close()
        if not self._closing:
            time.sleep(0.01)
            self._processes.remove(process)
            self._start(group)
