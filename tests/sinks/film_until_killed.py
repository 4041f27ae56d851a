"""Writes an annotated video and then waits to be killed; run by test_video_sink.py."""

import signal
import sys
from pathlib import Path

import av
import numpy as np

from camloom.sinks.encoding import GROWING, VideoWriter

writer = VideoWriter(Path(sys.argv[1]) / "annotated.mp4", 192, 128, 10, options=GROWING)
noise = np.random.default_rng(0)
for number in range(100):
    picture = noise.integers(0, 255, (192, 192), np.uint8)
    writer.write(av.VideoFrame.from_ndarray(picture, format="yuv420p"), number / 10)
sys.stdout.write("100 frames written\n")
sys.stdout.flush()
signal.pause()
