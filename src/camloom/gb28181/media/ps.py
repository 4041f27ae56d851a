"""MPEG program streams as cameras send them, read as they come: bytes in, pictures out.

FFmpeg's demuxer holds back seconds of a live stream to find out what it is, and fails when the codec changes; this
one gives out a picture with its last byte. What devices do wrong is met with tolerance, and memory is bounded
whatever comes: one PES packet and one picture.
"""

import re
from dataclasses import dataclass

from camloom.gb28181.media.nal import Codec, begins_picture, guess_codec
from camloom.gb28181.media.unit import AccessUnit, UnitAssembler, Unwrapper

_PACK = b"\0\0\1\xba"
_PSM, _PRIVATE, _END = 0xBC, 0xBD, 0xB9
_SYSTEM_CODE = re.compile(rb"\x00\x00\x01[\xb9-\xff]")  # no NAL unit has such a byte behind its start code
_CODECS: dict[int, Codec] = {0x1B: "h264", 0x24: "hevc"}
_UNREAD = {0x01: "MPEG-1", 0x02: "MPEG-2", 0x10: "MPEG-4", 0x80: "SVAC"}
_HEAD_BYTES = 16  # of a picture: enough to see whether it begins here
_MAX_STRAY_BYTES = 8  # zeros or a start code too many between packets are no loss
_PTS_BITS = 33


@dataclass(frozen=True, slots=True)
class PesHeader:
    """What stands before the payload of a PES packet.

    Attributes:
        payload_at: where the payload begins, bytes from the start code on.
        pts, dts: in 1/90000 s, 33 bits; None: not there.
    """

    payload_at: int
    pts: int | None = None
    dts: int | None = None


class PsParser:
    """Reads one program stream.

    Attributes:
        assembler: the picture that is being collected, and what was lost.
    """

    def __init__(self) -> None:
        self.assembler = UnitAssembler()
        self._buffer = bytearray()
        self._synced = False
        self._open_pes = False
        self._new_pack = False
        self._ended_by_mark = False
        self._trusts_marks = True
        self._video_id: int | None = None
        self._overruled: Codec | None = None
        self._pts = Unwrapper(_PTS_BITS)
        self._units: list[AccessUnit] = []
        self._arrived_s = 0.0

    def push(self, data: bytes | memoryview, arrived_s: float = 0.0, *, mark: bool = False) -> list[AccessUnit]:
        """Take the next bytes and return the pictures that are complete with them.

        Args:
            data: any number of bytes, cut anywhere.
            arrived_s: `time.monotonic()` of their arrival.
            mark: the device says that a picture ends with them (the marker of RTP).
        """
        self._units = []
        self._arrived_s = arrived_s
        self._buffer += data
        while self._step():
            pass
        if mark and self._trusts_marks:
            self._take_mark()
        return self._units

    def lost(self) -> None:
        """Bytes are missing before the next `push`."""
        self._buffer.clear()
        self._lose()

    def flush(self) -> list[AccessUnit]:
        """Return the last picture, at the end of the stream."""
        self._units = []
        if not self._open_pes:
            self._buffer.clear()
        self._take_mark()
        return self._units

    def _step(self) -> bool:
        """Take one part off the buffer; False: more bytes are needed."""
        if not self._synced:
            return self._find_pack()
        if self._open_pes:
            return self._go_on_with_open_pes()
        if len(self._buffer) < 4:
            return False
        if not self._buffer.startswith(b"\0\0\1") or self._buffer[3] < _END:
            return self._skip_stray()
        return self._take_pack() if self._buffer[3] == _PACK[3] else self._take_packet(self._buffer[3])

    def _find_pack(self) -> bool:
        at = self._buffer.find(_PACK)
        if at < 0:
            del self._buffer[: max(0, len(self._buffer) - 3)]
            return False
        del self._buffer[:at]
        self._synced = True
        return True

    def _skip_stray(self) -> bool:
        found = _SYSTEM_CODE.search(self._buffer, 0, _MAX_STRAY_BYTES + 4)
        if found:
            del self._buffer[: found.start()]
        elif len(self._buffer) < _MAX_STRAY_BYTES + 4:
            return False
        else:
            self._lose()
        return True

    def _take_pack(self) -> bool:
        if len(self._buffer) < 14:
            return False
        if self._buffer[4] >> 6 == 1:  # MPEG-2
            size = 14 + (self._buffer[13] & 7)
        elif self._buffer[4] >> 4 == 2:  # MPEG-1
            size = 12
        else:
            del self._buffer[:4]
            self._lose()
            return True
        if len(self._buffer) < size:
            return False
        del self._buffer[:size]
        self._new_pack = True
        return True

    def _take_packet(self, code: int) -> bool:
        if len(self._buffer) < 6:
            return False
        size = 0 if code == _END else int.from_bytes(self._buffer[4:6], "big")
        is_video = code & 0xF0 == 0xE0
        if is_video and size == 0:
            return self._open_endless_pes(code)
        whole = 4 if code == _END else 6 + size
        if len(self._buffer) < whole:
            return False
        packet = bytes(self._buffer[:whole])
        del self._buffer[:whole]
        if code == _PSM:
            self._take_map(packet)
        elif is_video and (header := read_pes_header(packet)):
            self._take_video(code, header, packet[header.payload_at :])
        return True

    def _open_endless_pes(self, code: int) -> bool:
        """Begin a packet that does not say how long it is; it ends at the next start code of the system."""
        head = bytes(self._buffer[: 9 + 255 + _HEAD_BYTES])
        following = _SYSTEM_CODE.search(head, 6)
        if following is None and len(head) < 9 + 255 + _HEAD_BYTES:
            header = read_pes_header(head)
            if header is None or len(head) < header.payload_at + _HEAD_BYTES:
                return False
        if following:
            head = head[: following.start()]
        header = read_pes_header(head)
        if header is None:
            del self._buffer[:6]
            self._lose()
            return True
        payload = head[header.payload_at : header.payload_at + _HEAD_BYTES]
        del self._buffer[: header.payload_at + len(payload)]
        self._take_video(code, header, payload)
        self._open_pes = self._is_video(code)
        return True

    def _go_on_with_open_pes(self) -> bool:
        found = _SYSTEM_CODE.search(self._buffer)
        end = found.start() if found else max(0, len(self._buffer) - 3)
        self.assembler.add(bytes(self._buffer[:end]))
        del self._buffer[:end]
        self._open_pes = found is None
        return found is not None

    def _take_mark(self) -> None:
        if self._open_pes:
            self.assembler.add(bytes(self._buffer))
            self._buffer.clear()
            self._open_pes = False
        within_packet = self._buffer.startswith(b"\0\0\1")
        if self.assembler.size_bytes and not within_packet:
            self._finish()
            self._ended_by_mark = True

    def _take_map(self, packet: bytes) -> None:
        """Read the map of the streams; its checksum is not looked at, as some cameras send a wrong one."""
        if self._new_pack:
            self._finish()
        for kind, stream_id in read_map(packet):
            if stream_id & 0xF0 != 0xE0:
                continue
            self._video_id = stream_id
            self.assembler.unread = _UNREAD.get(kind, "")
            if kind in _CODECS and _CODECS[kind] != self._overruled:
                self._overruled = None
                self.assembler.switch(_CODECS[kind])
            return

    def _take_video(self, code: int, header: PesHeader, payload: bytes) -> None:
        if not self._is_video(code):
            return
        times = self._times(header)
        self._believe_parameter_sets(payload[:_HEAD_BYTES])
        begins = begins_picture(payload[:_HEAD_BYTES], self.assembler.codec)
        if self._is_next_picture(times, begins):
            self._finish()
        if not begins and not self.assembler.size_bytes:
            self._take_rest_of_finished()
        self.assembler.add(payload, times)
        self._new_pack = self._ended_by_mark = False

    def _believe_parameter_sets(self, head: bytes) -> None:
        """Parameter sets of another codec than the map says overrule it, until it says something new."""
        declared, shown = self.assembler.codec, guess_codec(head)
        if declared is not None and shown is not None and shown != declared:
            self._finish()
            self._overruled = declared
            self.assembler.switch(shown)

    def _take_rest_of_finished(self) -> None:
        """The first bytes are not the beginning of a picture."""
        if self._ended_by_mark and not self._new_pack:
            self._trusts_marks = False  # this device marks something else than the end of a picture
        self.assembler.lost()

    def _is_next_picture(self, times: tuple[int, int] | None, begins: bool) -> bool:
        if not self.assembler.size_bytes and not self.assembler.broken:
            return False
        current = self.assembler.pts_ticks
        if times is not None and current is not None and times[0] != current:
            return True
        return self._new_pack and begins

    def _is_video(self, code: int) -> bool:
        if self._video_id is None:
            self._video_id = code
        return code == self._video_id

    def _times(self, header: PesHeader) -> tuple[int, int] | None:
        if header.pts is None:
            return None
        pts = self._pts.read(header.pts)
        behind = 0 if header.dts is None else header.pts - header.dts & (1 << _PTS_BITS) - 1
        return pts, pts - behind if behind < 1 << (_PTS_BITS - 1) else pts

    def _finish(self) -> None:
        unit = self.assembler.finish(self._arrived_s)
        if unit is not None:
            self._units.append(unit)

    def _lose(self) -> None:
        """The order is lost: throw away what is there up to the next pack, and wait for a keyframe."""
        self.assembler.lost()
        self.assembler.finish(self._arrived_s)
        self._synced = self._open_pes = self._new_pack = self._ended_by_mark = False
        self._video_id = None


def read_map(packet: bytes) -> list[tuple[int, int]]:
    """Return (stream type, stream id) of what a program stream map says; nothing of a damaged one."""
    if len(packet) < 12:
        return []
    at = 10 + int.from_bytes(packet[8:10], "big")
    end = min(len(packet), at + 2 + int.from_bytes(packet[at : at + 2], "big"))
    at += 2
    streams = []
    while at + 4 <= end:
        streams.append((packet[at], packet[at + 1]))
        at += 4 + int.from_bytes(packet[at + 2 : at + 4], "big")
    return streams


def read_pes_header(packet: bytes) -> PesHeader | None:
    """Read the header of a PES packet of MPEG-2 or MPEG-1; None: it is damaged or not complete."""
    if len(packet) < 9:
        return None
    if packet[6] >> 6 == 2:
        return _read_mpeg2(packet)
    return _read_mpeg1(packet)


def _read_mpeg2(packet: bytes) -> PesHeader | None:
    payload_at = 9 + packet[8]
    if payload_at > len(packet):
        return None
    has_pts = packet[7] & 0x80 and packet[8] >= 5
    has_dts = has_pts and packet[7] & 0x40 and packet[8] >= 10
    pts = _read_time(packet, 9) if has_pts else None
    return PesHeader(payload_at, pts, _read_time(packet, 14) if has_dts else None)


def _read_mpeg1(packet: bytes) -> PesHeader | None:
    at = 6
    while at < min(len(packet), 22) and packet[at] == 0xFF:
        at += 1
    if at + 2 < len(packet) and packet[at] >> 6 == 1:
        at += 2
    if at + 10 > len(packet):
        return None
    if packet[at] >> 4 == 2:
        return PesHeader(at + 5, _read_time(packet, at))
    if packet[at] >> 4 == 3:
        return PesHeader(at + 10, _read_time(packet, at), _read_time(packet, at + 5))
    return PesHeader(at + 1) if packet[at] == 0x0F else None


def _read_time(packet: bytes, at: int) -> int:
    first, second, third = packet[at], packet[at + 1 : at + 3], packet[at + 3 : at + 5]
    return (first >> 1 & 7) << 30 | (int.from_bytes(second, "big") >> 1) << 15 | int.from_bytes(third, "big") >> 1
