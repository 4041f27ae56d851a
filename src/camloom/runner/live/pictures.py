"""The pictures of one stream for whoever looks: the last group of them, one FLV, many viewers."""

import logging

from camloom.errors import SourceError
from camloom.exchange.live import Ending
from camloom.packets import Packet, StreamInfo
from camloom.runner.live.flv import HEADER, FlvWriter, Tag, base_tag, joined
from camloom.runner.live.viewer import Viewer

MAX_GROUP_BYTES = 8 << 20
_MAX_GROUP = 2000
_SEAMLESS_S = 1.0
_log = logging.getLogger(__name__)


class Group:
    """The packets since the last keyframe, as far as they are few enough to be kept."""

    def __init__(self) -> None:
        self.packets: list[Packet] = []
        self._bytes = 0

    def add(self, packet: Packet) -> None:
        """Take the next packet; one without a keyframe before it is not kept."""
        if packet.is_keyframe or packet.discont:
            self.clear()
        if packet.is_keyframe or self.packets:
            self.packets.append(packet)
            self._bytes += packet.size_bytes
        if self._bytes > MAX_GROUP_BYTES or len(self.packets) > _MAX_GROUP:
            self.clear()

    def clear(self) -> None:
        """Forget them: who comes now begins with the next keyframe."""
        self.packets = []
        self._bytes = 0


class Pictures:
    """Copies the packets of a stream into one FLV while somebody looks. Whoever calls holds the lock of the stream."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._info: StreamInfo | None = None
        self._group = Group()
        self._viewers: list[Viewer] = []
        self._writer: FlvWriter | None = None
        self._base_ms = 0
        self._config: list[Tag] = []
        self._tags: list[Tag] = []
        self._last_pts_s = 0.0
        self._refused = False

    def begin(self, info: StreamInfo) -> None:
        """Take what describes the packets to come."""
        self._info = info

    def put(self, packet: Packet) -> None:
        """Take the next packet."""
        if packet.discont and not self._goes_on(packet):
            self._anew()
            self._info = packet.info or self._info
        self._last_pts_s = packet.pts_s
        self._refused &= not packet.is_keyframe  # then it is tried again
        self._group.add(packet)
        if self._viewers:
            self._spread(packet)

    def join(self, viewer: Viewer) -> None:
        """Show the stream to one more viewer, from the last keyframe on."""
        self._viewers.append(viewer)
        if self._refused:
            viewer.end(Ending.UNSUPPORTED)
        elif self._writer is None and self._group.packets:
            self._write_group()
        self._begin_new_ones()

    def leave(self, viewer: Viewer) -> None:
        """Stop showing it; after the last one nothing is copied any more."""
        self._viewers = [one for one in self._viewers if one is not viewer]
        if not self._viewers:
            self._close()

    def end(self, why: Ending) -> None:
        """Tell all viewers that nothing more comes."""
        for viewer in self._viewers:
            viewer.end(why)

    @property
    def viewers(self) -> int:
        """How many look."""
        return len(self._viewers)

    @property
    def recent(self) -> list[Packet]:
        """The packets since the last keyframe, as far as they are kept."""
        return self._group.packets

    def _goes_on(self, packet: Packet) -> bool:
        """Tell whether a break leaves no trace in the picture, such as that of a clip that is played again."""
        step_s = packet.pts_s - self._last_pts_s
        return packet.info is None and packet.is_keyframe and 0 < step_s <= _SEAMLESS_S

    def _anew(self) -> None:
        self._group.clear()
        self._close()
        for viewer in self._viewers:
            if viewer.begun:
                viewer.end(Ending.ANEW)

    def _close(self) -> None:
        self._writer = None
        self._config, self._tags = [], []

    def _spread(self, packet: Packet) -> None:
        if self._writer is None:
            if self._group.packets and not self._refused:
                self._write_group()
        elif (tags := self._write(packet)) is not None:
            for viewer in self._viewers:
                if viewer.begun:
                    viewer.send(joined(tags, viewer.shift_ms), begins=packet.is_keyframe)
        self._begin_new_ones()

    def _write_group(self) -> None:
        """Begin an FLV with the packets since the last keyframe."""
        packets = self._group.packets
        assert self._info is not None, "begin() comes first"
        self._base_ms = round(packets[0].dts_s * 1000)
        try:
            self._writer = FlvWriter(self._info, self._base_ms)
        except SourceError as error:
            self._refuse(error)
            return
        for packet in packets:
            if self._write(packet) is None:
                return

    def _write(self, packet: Packet) -> list[Tag] | None:
        """Copy a packet; None: it cannot be, and the viewers have been told."""
        assert self._writer is not None
        try:
            tags = self._writer.add(packet)
        except SourceError as error:
            self._refuse(error)
            return None
        self._config = [tag for tag in tags if tag.is_config] or self._config
        if packet.is_keyframe:
            self._tags = []
        if packet.is_keyframe or self._tags:
            self._tags += [tag for tag in tags if not tag.is_config]
        if not self._group.packets:  # it became too long to be kept
            self._tags = []
        return tags

    def _refuse(self, error: SourceError) -> None:
        _log.info("live view of %s: %s", self._name, error)
        self._refused = error.reason != "closed"
        self.end(Ending.UNSUPPORTED if self._refused else Ending.ANEW)
        if not self._refused:
            self._group.clear()
        self._close()

    def _begin_new_ones(self) -> None:
        if not self._tags:
            return
        for viewer in self._viewers:
            if not viewer.begun:
                viewer.shift_ms = self._tags[0].at_ms
                start = base_tag(self._base_ms + viewer.shift_ms)
                config = b"".join(tag.at(0) for tag in (start, *self._config))
                viewer.send(HEADER + config + joined(self._tags, viewer.shift_ms), begins=True)
