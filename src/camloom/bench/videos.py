"""The videos of the benchmark, made once from the street sample and kept in the cache.

The sample (PETS2009 S2.L1 as Debian ships it, `vtest.avi`) is 768x576 in an old, cheap codec. A camera of
today sends 1080p H.264, so the sample is scaled up, given sensor-like noise and encoded as cameras do: High
profile, no B-frames, a keyframe every two seconds. The same inputs give the same bytes.
"""

import hashlib
import itertools
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt
import platformdirs

from camloom.errors import SourceError

Plane = npt.NDArray[np.uint8]
Planes = tuple[Plane, Plane, Plane]
"""Y, U and V of one 4:2:0 picture: (H, W), (H/2, W/2), (H/2, W/2)."""

_RECIPE = 2
"""Counts changes of this file that change the videos, so that old ones in the cache are not used."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a video is made.

    Attributes:
        width, height: px, even.
        fps: frames per second.
        gop: frames from keyframe to keyframe.
        bit_rate: bit/s on average.
        noise: standard deviation of the noise on the luma of each frame, in grey levels.
    """

    width: int = 1920
    height: int = 1080
    fps: int = 25
    gop: int = 50
    bit_rate: int = 4_000_000
    noise: float = 2.0


@dataclass(frozen=True, slots=True)
class QuietClip:
    """A video to be played round and round in which one person walks past and then nothing moves.

    Attributes:
        path: the video.
        duration_s: length of one round.
        active_s: seconds from its start at which the walk begins; it lasts `WALK_S` and may wrap round.
        crossing_s: seconds from its start at which the person's foot crosses `WALK_LINE`, right to left.
    """

    path: Path
    duration_s: float
    active_s: float
    crossing_s: float


WALK_S = 10.0
"""Length of the part of a quiet clip in which somebody is in the picture, with a little before and after."""

WALK_LINE = ((0.42, 0.25), (0.42, 0.75))
"""Start and end of a line over the road, as shares of the picture, that the walk crosses right to left."""

_WALK_FRAMES = range(650, 750)
"""The frames of the sample, at its 10 a second, in which the man in the blue jacket walks past."""

_WALK_PATH = (
    # frame, x and y of the middle of the man, his height: px of 768x576, read from the pictures by eye
    (650, 800, 400, 140),
    (660, 703, 352, 124),
    (672, 571, 316, 112),
    (684, 440, 285, 102),
    (696, 329, 260, 92),
    (708, 234, 238, 84),
    (720, 148, 220, 78),
    (732, 77, 210, 74),
    (742, 30, 206, 72),
    (750, -40, 200, 72),
)
_WALK_CROSSING_S = 4.7
"""Seconds from the start of the walk to the crossing: the middle of the man is at 0.42 of the width."""

_SAMPLE_FPS = 10


def cache_folder() -> Path:
    """Return the folder of the made videos: under `CAMLOOM_CACHE`, else under the user's cache."""
    root = os.environ.get("CAMLOOM_CACHE") or platformdirs.user_cache_dir("camloom", appauthor=False)
    return Path(root) / "bench"


def main_clip(sample: Path, encoding: Encoding | None = None, frames: int = 750) -> Path:
    """Return the busy street scene: one frame of the sample per frame, so people walk fast.

    Args:
        sample: the street sample.
        encoding: default: 1080p25 H.264 at 4 Mbit/s.
        frames: length; the sample starts again when it ends.

    Raises:
        SourceError: the sample cannot be read.
    """
    encoding = encoding or Encoding()
    path = _place("main", sample, encoding, frames)
    if not path.exists():
        _encode(itertools.islice(_round_and_round(sample), frames), path, encoding)
    return path


def quiet_clips(sample: Path, encoding: Encoding | None = None, count: int = 4) -> list[QuietClip]:
    """Return videos of an empty street where one man walks past, each in another phase.

    The street is the per-pixel median of the sample, which has nobody in it. The man is cut out of the
    sample where it differs from that median, at his own speed; twice, for less than half a second, a part of
    somebody he passes shows too. A round is `count` times as long as the walk
    and clip k lies k walks behind the first, so at any time he is in one of them and the others are still.
    Only the order of the groups of pictures differs: they are copied, not encoded again.

    Args:
        sample: the street sample.
        encoding: default: 1080p25 H.264 at 4 Mbit/s. A walk must be a whole number of its GOPs.
        count: number of clips; 4 makes three quarters of the streams quiet.

    Raises:
        SourceError: the sample cannot be read.
    """
    encoding = encoding or Encoding()
    if (WALK_S * encoding.fps) % encoding.gop:
        raise ValueError(f"{WALK_S} s at {encoding.fps} fps is not a whole number of GOPs of {encoding.gop}")
    first = _place("quiet-0", sample, encoding, count)
    if not first.exists():
        _encode(_quiet_planes(sample, encoding, count), first, encoding)
    return [_phase(first, _place(f"quiet-{k}", sample, encoding, count), k, count) for k in range(count)]


def _phase(first: Path, path: Path, phase: int, count: int) -> QuietClip:
    duration_s, active_s = WALK_S * count, WALK_S * phase
    if not path.exists():
        _rotate(first, path, duration_s - active_s)
    return QuietClip(path, duration_s, active_s, active_s + _WALK_CROSSING_S)


def _place(name: str, sample: Path, encoding: Encoding, length: int) -> Path:
    try:
        with sample.open("rb") as file:
            sample_sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise SourceError(
            f"cannot read {sample}: {error.strerror}", "Give the street sample", reason="missing"
        ) from error
    recipe = f"{_RECIPE} {sample_sha256} {encoding} {length}"
    digest = hashlib.sha256(recipe.encode()).hexdigest()[:12]
    return cache_folder() / f"{name}-{encoding.width}x{encoding.height}-{digest}.mp4"


def _pictures(sample: Path) -> Iterator[Planes]:
    try:
        with av.open(str(sample)) as container:
            for frame in container.decode(video=0):
                yield _planes(frame)
    except (OSError, av.FFmpegError, IndexError) as error:
        raise SourceError(f"{sample} is not a video", "Give the street sample", reason="not-a-video") from error


def _round_and_round(sample: Path) -> Iterator[Planes]:
    while True:
        yield from _pictures(sample)


def _planes(frame: av.VideoFrame) -> Planes:
    width, height = frame.width - frame.width % 2, frame.height - frame.height % 2
    picture = frame.reformat(width=width, height=height, format="yuv420p").to_ndarray()
    packed = np.asarray(picture, dtype=np.uint8)
    chroma = packed[height:].reshape(2, height // 2, width // 2)
    return packed[:height], chroma[0], chroma[1]


def _quiet_planes(sample: Path, encoding: Encoding, count: int) -> Iterator[Planes]:
    still, walk = _still_and_walk(sample)
    for frame in range(int(WALK_S * encoding.fps) * count):
        index = _WALK_FRAMES.start + frame * _SAMPLE_FPS // encoding.fps
        yield _with_walker(still, walk[index], index) if index in walk else still


def _still_and_walk(sample: Path) -> tuple[Planes, dict[int, Planes]]:
    """Return the empty street and the frames of the walk by index, in one pass."""
    street, walk = [], {}
    for index, planes in enumerate(_pictures(sample)):
        if index % 20 == 0:
            street.append(planes)
        if index in _WALK_FRAMES:
            walk[index] = planes
    if not walk:
        raise SourceError(f"{sample} is too short", "Give the street sample, 795 frames", reason="no-video")
    luma, u, v = (_median(np.stack(plane)) for plane in zip(*street, strict=True))
    return (luma, u, v), walk


def _median(stack: Plane) -> Plane:
    return np.asarray(np.median(stack, axis=0), dtype=np.uint8)


def _with_walker(still: Planes, picture: Planes, index: int) -> Planes:
    mask = _walker_mask(still, picture, index)
    size = (still[1].shape[1], still[1].shape[0])
    half = np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_AREA), dtype=np.float32)
    luma, u, v = (_blend(a, b, m) for a, b, m in zip(still, picture, (mask, half, half), strict=True))
    return luma, u, v


def _blend(still: Plane, picture: Plane, share: npt.NDArray[np.float32]) -> Plane:
    return np.asarray(np.rint(still + (picture.astype(np.float32) - still) * share), dtype=np.uint8)


def _walker_mask(still: Planes, picture: Planes, index: int) -> npt.NDArray[np.float32]:
    """Return the share of the man in each pixel, 0..1: where he is and the picture is not the street."""
    size = (still[0].shape[1], still[0].shape[0])
    changed = _changed(still, picture) * _near_walker(index, size, 1.0)
    parts = np.asarray(cv2.connectedComponents(changed)[1])
    his = np.unique(parts[(_near_walker(index, size, 0.4) > 0) & (changed > 0)])
    return np.asarray(cv2.GaussianBlur(np.isin(parts, his).astype(np.float32), (5, 5), 0), dtype=np.float32)


def _near_walker(index: int, size: tuple[int, int], share: float) -> Plane:
    """Return 1 in an ellipse around the man, or a share of it, and 0 elsewhere; `size` is width, height."""
    path = np.array(_WALK_PATH, np.float64)
    x, y, height = (float(np.interp(index, path[:, 0], path[:, k])) for k in (1, 2, 3))
    scale_x, scale_y = size[0] / 768, size[1] / 576
    middle = (round(x * scale_x), round(y * scale_y))
    axes = (round(0.3 * share * height * scale_x), round(0.65 * share * height * scale_y))
    near = np.zeros((size[1], size[0]), np.uint8)
    cv2.ellipse(near, middle, axes, 0, 0, 360, (1,), -1)
    return near


def _changed(still: Planes, picture: Planes) -> Plane:
    """Return 1 where the picture is not the street, holes closed and grown by two px."""
    size = (still[0].shape[1], still[0].shape[0])
    changes = [cv2.resize(cv2.absdiff(a, b), size) for a, b in zip(still, picture, strict=True)]
    moved = np.max(np.stack(changes) > np.array([18, 8, 8])[:, None, None], axis=0).astype(np.uint8)
    filled = cv2.morphologyEx(moved, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    return np.asarray(cv2.dilate(filled, np.ones((5, 5), np.uint8)), dtype=np.uint8)


def _encode(pictures: Iterable[Planes], path: Path, encoding: Encoding) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.part")
    noise = _Noise(encoding)
    with av.open(str(partial), "w", format="mp4", options={"fflags": "+bitexact"}) as container:
        stream = _h264_stream(container, encoding)
        for index, planes in enumerate(pictures):
            frame = _frame(noise.add(_scale(planes, encoding)))
            frame.pts = index
            frame.time_base = Fraction(1, encoding.fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    partial.replace(path)


def _h264_stream(container: av.container.OutputContainer, encoding: Encoding) -> av.VideoStream:
    # No mbtree: a camera does not look ahead, and with it x264's bytes differ from run to run (3 to 10 in a hundred).
    options = {"preset": "veryfast", "profile": "high", "x264-params": "scenecut=0:bframes=0:mbtree=0"}
    stream = container.add_stream("libx264", rate=encoding.fps, options=options)
    context = stream.codec_context
    context.width, context.height, context.pix_fmt = encoding.width, encoding.height, "yuv420p"
    context.gop_size, context.max_b_frames, context.bit_rate = encoding.gop, 0, encoding.bit_rate
    context.thread_count = 2  # fixed: x264's output depends on it
    return stream


def _scale(planes: Planes, encoding: Encoding) -> Planes:
    size = (encoding.width, encoding.height)
    half = (encoding.width // 2, encoding.height // 2)
    luma, u, v = (np.asarray(cv2.resize(p, s), np.uint8) for p, s in zip(planes, (size, half, half), strict=True))
    return luma, u, v


def _frame(planes: Planes) -> av.VideoFrame:
    height, width = planes[0].shape
    packed = np.concatenate([plane.reshape(-1) for plane in planes]).reshape(height * 3 // 2, width)
    return av.VideoFrame.from_ndarray(packed, format="yuv420p")


class _Noise:
    """Noise like a sensor's on the luma: Gaussian, a little soft, another for every frame.

    One large plane is drawn; each frame takes a window of it at a random place.
    """

    _MARGIN_PX = 64

    def __init__(self, encoding: Encoding) -> None:
        self._random = np.random.default_rng(2009)
        self._width, self._height = encoding.width, encoding.height
        shape = (encoding.height + self._MARGIN_PX, encoding.width + self._MARGIN_PX)
        drawn = cv2.GaussianBlur(self._random.standard_normal(shape).astype(np.float32), (3, 3), 0.6)
        scaled = drawn * (encoding.noise / max(float(drawn.std()), 1e-6))
        self._plane = np.clip(np.rint(scaled), -127, 127).astype(np.int8)

    def add(self, planes: Planes) -> Planes:
        """Return the picture with noise."""
        y, x = self._random.integers(0, self._MARGIN_PX, 2)
        window = self._plane[y : y + self._height, x : x + self._width]
        luma = cv2.add(planes[0], np.ascontiguousarray(window), dtype=cv2.CV_8U)
        return np.asarray(luma, np.uint8), planes[1], planes[2]


def _rotate(source: Path, path: Path, start_s: float) -> None:
    """Copy a video so that it begins at the keyframe at `start_s` and what was before comes last."""
    partial = path.with_suffix(f".{os.getpid()}.part")
    with (
        av.open(str(source)) as reader,
        av.open(str(partial), "w", format="mp4", options={"fflags": "+bitexact"}) as writer,
    ):
        video = reader.streams.video[0]
        packets = [packet for packet in reader.demux(video) if packet.pts is not None]
        stream = writer.add_stream_from_template(video)
        times = [packet.pts or 0 for packet in packets]
        start = round(start_s / float(video.time_base or 1))
        first = next(index for index, pts in enumerate(times) if pts >= start)
        for index, packet in enumerate(packets[first:] + packets[:first]):
            packet.pts = packet.dts = times[index]
            packet.stream = stream
            writer.mux(packet)
    partial.replace(path)
