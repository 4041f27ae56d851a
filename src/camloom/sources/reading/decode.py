"""Packets to frames. A frame stays where FFmpeg decoded it; pixels are made when somebody asks."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from enum import IntEnum
from functools import cached_property

import av
import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane

from camloom.errors import SourceError
from camloom.frame import ImageArray, PixelBox, aligned_box
from camloom.packets import CodecParameters, Packet, StreamInfo
from camloom.sources.opening.open import MAX_PIXELS

_PLANAR_YUV = frozenset({"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p"})
_FULL_RANGE = 2  # AVCOL_RANGE_JPEG
_MAX_BROKEN_PACKETS = 25
_MAX_BROKEN_LIVE_PACKETS = 12
_MAX_PENDING = 64

# Full-range YUV squeezed into the limited range that OpenCV's conversion expects.
_LUMA_TO_LIMITED = np.round(np.arange(256) * (219 / 255) + 16).astype(np.uint8)
_CHROMA_TO_LIMITED = np.round((np.arange(256) - 128) * (224 / 255) + 128).astype(np.uint8)


class AvFrameBuffer:
    """Pixels of an FFmpeg frame in main memory."""

    def __init__(self, frame: VideoFrame) -> None:
        self._frame = frame
        self.width = frame.width
        self.height = frame.height
        self.pix_fmt = frame.format.name
        self.is_corrupt = bool(frame.is_corrupt)

    def to_bgr(self) -> ImageArray:
        """Return the whole picture, (H, W, 3) uint8 BGR; made once, then cached."""
        return self._bgr

    @cached_property
    def _bgr(self) -> ImageArray:
        return np.asarray(self._frame.to_ndarray(format="bgr24"), dtype=np.uint8)

    def resize_into(self, target: ImageArray) -> None:
        """Write the picture, scaled, into `target`, (h, w, 3) uint8 BGR.

        Planar YUV is scaled plane by plane from FFmpeg's own memory (bilinear) and only the small picture
        is converted: about a third of the cost of a full-size conversion (docs/performance.md).
        """
        if self.pix_fmt in _PLANAR_YUV:
            self._convert([_plane_view(plane) for plane in self._frame.planes], target)
        else:
            height, width = target.shape[:2]
            small = self._frame.reformat(width=width, height=height, format="bgr24", interpolation="BILINEAR")
            target[:] = small.to_ndarray()

    def crop_into(self, target: ImageArray, box_px: PixelBox) -> None:
        """Write a part of the picture, scaled, into `target`, (h, w, 3) uint8 BGR, the way of `resize_into`.

        What is taken is `aligned_box(box_px, width, height)`. Formats other than planar YUV are converted whole,
        once for all crops of a frame.
        """
        box = aligned_box(box_px, self.width, self.height)
        if self.pix_fmt in _PLANAR_YUV:
            planes = (_plane_view(plane) for plane in self._frame.planes)
            self._convert([_part(plane, box, self.width, self.height) for plane in planes], target)
        else:
            x0, y0, x1, y1 = box
            size = target.shape[1::-1]
            cv2.resize(self.to_bgr()[y0:y1, x0:x1], size, dst=target, interpolation=cv2.INTER_LINEAR)

    def luma(self, width: int, height: int) -> ImageArray:
        """Return the brightness, scaled (bilinear) to (height, width) uint8."""
        if self.pix_fmt in _PLANAR_YUV or self.pix_fmt in ("gray", "nv12", "nv21"):
            plane = _plane_view(self._frame.planes[0])
        else:
            plane = np.asarray(self._frame.reformat(format="gray").to_ndarray(), dtype=np.uint8)
        return np.asarray(cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)

    def _convert(self, planes: Sequence[ImageArray], target: ImageArray) -> None:
        """Scale planes and write them into `target` as BGR."""
        height, width = target.shape[:2]
        if height % 2 or width % 2:  # 4:2:0 colour has no half samples
            even = np.empty((height + height % 2, width + width % 2, 3), np.uint8)
            self._convert(planes, even)
            target[:] = even[:height, :width]
        else:
            cv2.cvtColor(self._scaled_i420(planes, width, height), cv2.COLOR_YUV2BGR_I420, dst=target)

    def _scaled_i420(self, planes: Sequence[ImageArray], width: int, height: int) -> ImageArray:
        i420 = np.empty(width * height * 3 // 2, np.uint8)
        luma_size, chroma_size = width * height, width * height // 4
        parts = (
            i420[:luma_size].reshape(height, width),
            i420[luma_size : luma_size + chroma_size].reshape(height // 2, width // 2),
            i420[luma_size + chroma_size :].reshape(height // 2, width // 2),
        )
        for plane, part in zip(planes, parts, strict=True):
            cv2.resize(plane, part.shape[::-1], dst=part, interpolation=cv2.INTER_LINEAR)
        if self._is_full_range:
            cv2.LUT(parts[0], _LUMA_TO_LIMITED, dst=parts[0])
            chroma = i420[luma_size:].reshape(1, -1)
            cv2.LUT(chroma, _CHROMA_TO_LIMITED, dst=chroma)
        return i420.reshape(height * 3 // 2, width)

    @property
    def _is_full_range(self) -> bool:
        return self.pix_fmt.startswith("yuvj") or int(self._frame.color_range) == _FULL_RANGE


def _plane_view(plane: VideoPlane) -> ImageArray:
    rows: ImageArray = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width]


def _part(plane: ImageArray, box: PixelBox, width: int, height: int) -> ImageArray:
    """Return the samples of a plane for a part of a picture of this size; colour may have half as many a side."""
    x0, y0, x1, y1 = box
    across = 2 if plane.shape[1] < width else 1
    down = 2 if plane.shape[0] < height else 1
    return plane[y0 // down : -(-y1 // down), x0 // across : -(-x1 // across)]


class Effort(IntEnum):
    """How much of the stream is decoded; each step costs less and shows less."""

    FULL = 0
    NO_LOOP_FILTER = 1
    REFERENCE_FRAMES = 2
    KEYFRAMES = 3


class Decoder:
    """Decodes one stream on one thread (the interpreter lock is free meanwhile).

    Args:
        info: what the source said about the stream; its parameters are copied, the source may close.

    Attributes:
        broken_packets: how many could not be decoded so far.
    """

    def __init__(self, info: StreamInfo) -> None:
        self.broken_packets = 0
        self._codec, self._live = CodecParameters(info), info.live
        self._effort = Effort.FULL
        self._pending: OrderedDict[int, Packet] = OrderedDict()
        self._broken = 0
        self._joined = False
        self._context = self._new_context(loop_filter=True)
        self._has_loop_filter = True

    @property
    def effort(self) -> Effort:
        """How much is decoded now."""
        return self._effort

    @effort.setter
    def effort(self, effort: Effort) -> None:
        self._effort = effort
        if effort is Effort.KEYFRAMES:
            self._context.skip_frame = "NONKEY"
        else:
            self._context.skip_frame = "NONREF" if effort is Effort.REFERENCE_FRAMES else "DEFAULT"

    def decode(self, packet: Packet) -> Iterator[tuple[Packet, AvFrameBuffer]]:
        """Decode a packet into no, one or more frames, each with the packet that it came in.

        Raises:
            SourceError: nothing could be decoded for a long time; single broken packets are passed over.
        """
        if packet.info is not None:
            self._begin_anew(packet.info)
        elif packet.discont:
            self.flush()
        if packet.is_keyframe:
            self._joined = True
            self._switch_loop_filter()
        assert packet.raw.pts is not None, "sources give every packet a time"
        self._pending[packet.raw.pts] = packet
        while len(self._pending) > _MAX_PENDING:
            self._pending.popitem(last=False)
        for frame in self._decoded(packet.raw):
            yield self._origin(frame, packet), AvFrameBuffer(frame)

    def drain(self) -> Iterator[tuple[Packet, AvFrameBuffer]]:
        """Return the frames still inside at the end of the stream."""
        last = next(reversed(self._pending.values()), None)
        if last is None:
            return
        for frame in self._decoded(None):
            yield self._origin(frame, last), AvFrameBuffer(frame)

    def flush(self) -> None:
        """Forget everything inside: the next packet is a keyframe of another place."""
        self._pending.clear()
        if self._context.is_open:
            self._context.flush_buffers()

    def _decoded(self, raw: "av.Packet[av.VideoStream] | None") -> list[VideoFrame]:
        try:
            frames = self._context.decode(raw)
        except av.error.FFmpegError as error:
            if isinstance(error, av.error.EOFError):
                return []
            self._count_broken(error)
            return []
        if frames:
            self._broken = 0
        return frames

    def _count_broken(self, error: Exception) -> None:
        self.broken_packets += 1
        if self._live and not self._joined:
            return  # joined between two keyframes: nothing can be decoded before the next
        self._broken += 1
        if self._broken > (_MAX_BROKEN_LIVE_PACKETS if self._live else _MAX_BROKEN_PACKETS):
            raise self._undecodable(error) from None

    def _undecodable(self, error: Exception) -> SourceError:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "invalid data"
        message = f"{self._broken} packets of {self._codec.name} in a row cannot be decoded: {reason}"
        return SourceError(message, "The file or the stream is damaged", reason="not-a-video")

    def _origin(self, frame: VideoFrame, latest: Packet) -> Packet:
        return self._pending.pop(frame.pts, latest) if frame.pts is not None else latest

    def _switch_loop_filter(self) -> None:
        wanted = self._effort < Effort.NO_LOOP_FILTER
        if wanted != self._has_loop_filter:
            # FFmpeg takes this setting only when a decoder opens; at a keyframe a fresh one misses nothing.
            self._context = self._new_context(loop_filter=wanted)
            self._has_loop_filter = wanted
            self.effort = self._effort

    def _begin_anew(self, info: StreamInfo) -> None:
        """Something else comes from here on: another codec, another size, other parameter sets."""
        self._codec, self._live = CodecParameters(info), info.live
        self._broken, self._joined = 0, False
        self._pending.clear()
        self._has_loop_filter = self._effort < Effort.NO_LOOP_FILTER
        self._context = self._new_context(loop_filter=self._has_loop_filter)
        self.effort = self._effort

    def _new_context(self, *, loop_filter: bool) -> av.VideoCodecContext:
        context = self._codec.new_context()
        context.thread_type = "NONE"
        context.options = {"max_pixels": str(MAX_PIXELS)} | ({} if loop_filter else {"skip_loop_filter": "all"})
        return context
