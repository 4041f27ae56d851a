"""The live pictures of one camera, read once for all who watch."""

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Protocol, cast

from camloom.errors import CamloomError, SourceError
from camloom.gb28181.cascade.annexb import AnnexB
from camloom.gb28181.cascade.config import ChannelConfig
from camloom.gb28181.cascade.viewer import Unit, Viewer
from camloom.gb28181.media.nal import Codec
from camloom.packets import Packet, StreamInfo

_log = logging.getLogger(__name__)
_MAX_GROUP_BYTES = 8 << 20


class LiveSource(Protocol):
    """As much of a source as is needed here: see `camloom.sources.base.Source`."""

    def open(self) -> StreamInfo:
        """Connect."""

    def packets(self) -> Iterator[Packet]:
        """Yield packets in decoding order."""

    def stop(self) -> None:
        """End `packets` soon."""

    def close(self) -> None:
        """Free everything."""


MakeSource = Callable[[ChannelConfig], LiveSource]


class LiveChannel:
    """Reads a camera while somebody watches. Who comes later begins at the last keyframe."""

    def __init__(self, config: ChannelConfig, make_source: MakeSource) -> None:
        self._config, self._make_source = config, make_source
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._viewers: list[Viewer] = []
        self._group: list[Unit] = []
        self._group_bytes = 0
        self._source: LiveSource | None = None
        self._thread: threading.Thread | None = None

    def join(self, viewer: Viewer) -> None:
        """Begin to serve a viewer. Waits until the camera is open.

        Raises:
            CamloomError: the camera cannot be read, or sends what GB/T 28181 does not carry.
        """
        with self._opening:
            if not self._add(viewer):
                self._open()
                if not self._add(viewer):  # it ended already
                    viewer.finish()

    def leave(self, viewer: Viewer) -> None:
        """Stop serving a viewer; the camera is let go after the last one."""
        with self._opening:
            with self._lock:
                self._viewers = [one for one in self._viewers if one is not viewer]
                source, thread = (self._source, self._thread) if not self._viewers else (None, None)
            if source is not None:
                source.stop()
            if thread is not None:
                thread.join()

    def _add(self, viewer: Viewer) -> bool:
        with self._lock:
            if self._source is None:
                return False
            for unit in self._group:
                viewer.put(unit)
            self._viewers.append(viewer)
            return True

    def _open(self) -> None:
        source = self._make_source(self._config)
        try:
            info = source.open()
            codec = _codec(info)
            _check_pace(info)
        except BaseException:
            source.close()
            raise
        convert = AnnexB(codec, info.template.codec_context.extradata or b"")
        self._source = source
        self._thread = threading.Thread(
            target=self._read, args=(source, codec, convert), name=f"gb28181-read-{self._config.id}", daemon=True
        )
        self._thread.start()

    def _read(self, source: LiveSource, codec: Codec, convert: AnnexB) -> None:
        try:
            for packet in source.packets():
                if packet.info is not None:
                    codec = _codec(packet.info)
                    convert = AnnexB(codec, packet.info.template.codec_context.extradata or b"")
                self._give(_unit(packet, codec, convert))
        except CamloomError as error:
            _log.warning("channel %s: %s", self._config.id, error)
        finally:
            self._end(source)

    def _give(self, unit: Unit) -> None:
        with self._lock:
            if unit.is_keyframe or self._group_bytes > _MAX_GROUP_BYTES:
                self._group.clear()
                self._group_bytes = 0
            if unit.is_keyframe or self._group:
                self._group.append(unit)
                self._group_bytes += len(unit.data)
            for viewer in self._viewers:
                viewer.put(unit)

    def _end(self, source: LiveSource) -> None:
        with self._lock:
            viewers, self._viewers = self._viewers, []
            self._source = self._thread = None
            self._group.clear()
            self._group_bytes = 0
        source.close()
        for viewer in viewers:
            viewer.finish()


def _codec(info: StreamInfo) -> Codec:
    if info.codec not in ("h264", "hevc"):
        raise SourceError(
            f"GB/T 28181 does not carry {info.codec}", "Set the camera to H.264 or H.265", reason="unsupported"
        )
    return cast(Codec, info.codec)


def _check_pace(info: StreamInfo) -> None:
    if not info.live:
        hint = "Give the file `pace: realtime`, and `loop: true` if it shall go on"
        raise SourceError("a recording has no pace of its own and cannot be shown live", hint, reason="unsupported")


def _unit(packet: Packet, codec: Codec, convert: AnnexB) -> Unit:
    data = convert.convert(bytes(packet.raw), is_keyframe=packet.is_keyframe)
    return Unit(codec, data, packet.pts_s, packet.dts_s, packet.is_keyframe)
