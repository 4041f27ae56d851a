"""Receives one live session: a port of its own, packets in order, pictures out."""

import math
import secrets
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Literal

from camloom.errors import SourceError
from camloom.gb28181.media.dispatch import TYPES, Kind, Reader, new_reader, sniff
from camloom.gb28181.media.ports import bind_tcp, bind_udp, same_host
from camloom.gb28181.media.rtcp import REPORT_EVERY_S, ReceptionReport
from camloom.gb28181.media.rtp import ReorderBuffer, RtpPacket, parse_rtp
from camloom.gb28181.media.transport import Datagram, MediaCounts, TcpTransport, Transport, UdpTransport, Waiter
from camloom.gb28181.media.unit import AccessUnit, UnitAssembler

Mode = Literal["udp", "tcp-passive", "tcp-active"]
_MAX_TYPES = 16
_LEAST_WAIT_S = 0.01
_NO_PICTURE_FACTOR = 3  # times the silence: cameras with long groups of pictures send few keyframes


class MediaReceiver:
    """Receives the pictures of one live session.

    Made, it has its port; then the device is invited; then `units` is read, on one thread. `stop` may be called from
    any thread, `close` only when nobody reads any more.

    Args:
        mode: `udp`; `tcp-passive`: the device connects to us; `tcp-active`: we connect (`connect`).
        host: our address to listen at.
        ports: what may be used; one port a session, on UDP an even one and the next for RTCP.
        expected_host: address of the device; packets and connections from elsewhere are dropped and counted. None:
            whoever sends the first RTP packet.
        ssrc: of the packets that count; None: the first one locks it.
        timeout_s: longest silence.
        types: what payload types mean where the bytes do not tell, as the SDP of the device says.
        now: seconds of a clock that never jumps.

    Raises:
        SourceError: no port is free (`busy`).
    """

    def __init__(
        self,
        mode: Mode,
        host: str,
        ports: Sequence[int],
        *,
        expected_host: str | None = None,
        ssrc: int | None = None,
        timeout_s: float = 10.0,
        types: Mapping[int, Kind] | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.counts = MediaCounts()
        self.timeout_s = timeout_s
        self._mode = mode
        self._expected_host = expected_host
        self._ssrc = ssrc
        self._types = {**TYPES, **dict(islice((types or {}).items(), _MAX_TYPES))}
        self._order = ReorderBuffer() if mode == "udp" else ReorderBuffer(depth=1)  # TCP keeps the order
        self._report = ReceptionReport(secrets.randbits(32))
        self._now = now
        self._reported_s = self._last_unit_s = self._last_video_s = now()
        self._video_bytes = 0
        self._others_only = False
        self._reader: Reader | None = None
        self._peer: tuple[str, int] | None = None
        self._transport: Transport | None = None
        self._unconnected: socket.socket | None = None
        self.port = self._open(host, ports)
        self._waiter = Waiter()

    @property
    def lost(self) -> int:
        """RTP packets that never came."""
        return self._order.lost

    @property
    def waiting_for_keyframe(self) -> bool:
        """Whether pictures come, and none is given out until a keyframe: ask the device for one."""
        return self._reader is not None and self._reader.assembler.waiting

    def connect(self, host: str, port: int, timeout_s: float | None = None) -> None:
        """Connect to the device (`tcp-active`), at what its SDP says.

        Raises:
            SourceError: it is not the expected host (`policy`), or nobody takes the connection.
        """
        assert self._unconnected is not None, "only tcp-active connects, and once"
        if self._expected_host is not None and not same_host(host, self._expected_host):
            hint = "Allow this address if media comes from another machine"
            raise SourceError(f"the device asks to connect to '{host}', which is not its own", hint, reason="policy")
        made, self._unconnected = self._unconnected, None
        made.settimeout(self.timeout_s if timeout_s is None else timeout_s)
        try:
            made.connect((host, port))
            self._transport = TcpTransport(self.counts, connection=made, ssrc=self._ssrc)
        except (OSError, OverflowError) as error:
            made.close()
            raise _refused(host, port, error) from None

    def units(self) -> Iterator[AccessUnit]:
        """Yield the pictures, from the first keyframe on, until `stop`.

        Raises:
            SourceError: nothing comes (`timeout`), packets without pictures (`no-video`, or `unsupported` where the
                device says it sends a codec that is not read here), or the device closed the connection (`closed`).
        """
        packets = self._packets()
        first = next((one for one in packets if sniff(one, self._types)), None)
        if first is None:
            return
        kind = sniff(first, self._types)
        assert kind is not None
        self._reader = new_reader(kind, self._types)
        wanted = self._of_type(chain((first,), packets), first.payload_type, kind)
        for unit in self._reader.units(wanted):
            if self._waiter.stopped:
                return
            yield unit
            self._last_unit_s = self._last_video_s = self._now()

    def stop(self) -> None:
        """End `units` soon; from any thread."""
        self._waiter.stop()

    def close(self) -> None:
        """Free the port; may be called twice."""
        self._waiter.close()
        if self._transport is not None:
            self._transport.close()
        if self._unconnected is not None:
            self._unconnected.close()
            self._unconnected = None

    def _open(self, host: str, ports: Sequence[int]) -> int:
        if self._mode == "udp":
            media, control = bind_udp(host, ports)
            self._transport = UdpTransport(media, control)
            return int(media.getsockname()[1])
        made = bind_tcp(host, ports)
        port = int(made.getsockname()[1])
        if self._mode == "tcp-active":
            self._unconnected = made
        else:
            self._transport = TcpTransport(
                self.counts, listener=made, expected_host=self._expected_host, ssrc=self._ssrc
            )
        return port

    def _packets(self) -> Iterator[RtpPacket]:
        """Yield the packets of the session in order, until `stop`."""
        self._last_unit_s = self._last_video_s = self._now()
        silent_s = 0.0  # only what was waited for: whoever asks for pictures may take his time
        while not self._waiter.stopped:
            began_s, before = self._now(), self.counts.packets
            for datagram in self._received(min(self.timeout_s - silent_s, self._picture_due_s())):
                packet = self._accepted(datagram)
                if packet is not None:
                    yield from self._order.push(packet)
            if self.counts.packets != before:
                silent_s = 0.0
                self._look_for_video()
                self._send_report()
            else:
                silent_s += self._now() - began_s
            self._check_pictures()

    def _received(self, wait_s: float) -> Iterator[Datagram]:
        """Wait for what comes next. SourceError when there is no time left to wait."""
        transport = self._transport
        assert transport is not None, "tcp-active: connect first"
        if wait_s <= 0:
            raise self._silence(transport)
        for ready in self._waiter.wait(transport.sockets, min(wait_s, REPORT_EVERY_S)):
            if ready in transport.sockets:
                yield from transport.receive(ready)

    def _silence(self, transport: Transport) -> SourceError:
        if self._mode == "tcp-passive" and not self.counts.connections:
            hint = "Check that it reaches this machine's media ports, or use another transport"
            return SourceError(f"the device did not connect within {self.timeout_s:g} s", hint, reason="timeout")
        if self._mode == "tcp-passive" and len(transport.sockets) == 1:
            return SourceError("the device closed the media connection", reason="closed")
        hint = "Check the device, and the firewall for the media ports"
        return SourceError(f"no media from the device for {self.timeout_s:g} s", hint, reason="timeout")

    def _accepted(self, datagram: Datagram) -> RtpPacket | None:
        """Return the packet if it is one of this session."""
        if not self._is_from_device(datagram.host):
            self.counts.foreign += 1
            return None
        if datagram.control:
            self._report.take(datagram.data, datagram.arrived_s)
            return None
        packet = parse_rtp(datagram.data, datagram.arrived_s)
        if packet is None or (self._ssrc is not None and packet.ssrc != self._ssrc):
            self.counts.odd += packet is not None
            return None
        self._ssrc = packet.ssrc
        self._peer = (datagram.host, datagram.port)
        self._expected_host = self._expected_host or datagram.host
        self.counts.packets += 1
        self._report.add(packet)
        return packet

    def _is_from_device(self, host: str) -> bool:
        return self._expected_host is None or same_host(host, self._expected_host)

    def _of_type(self, packets: Iterator[RtpPacket], payload_type: int, kind: Kind) -> Iterator[RtpPacket]:
        """Yield the packets that carry the pictures; sound may come beside them."""
        lost = False
        for packet in packets:
            lost |= packet.lost_before
            if packet.payload_type == payload_type or (kind in ("h264", "hevc") and self._is_raw(packet)):
                yield replace(packet, lost_before=True) if lost and not packet.lost_before else packet
                lost = False
            else:
                self.counts.odd += 1

    def _is_raw(self, packet: RtpPacket) -> bool:
        return sniff(packet, self._types) in ("h264", "hevc")

    def _look_for_video(self) -> None:
        """Note whether the packets that came held any video."""
        video_bytes = self._reader.assembler.video_bytes if self._reader else 0
        self._others_only = video_bytes == self._video_bytes
        if not self._others_only:
            self._video_bytes, self._last_video_s = video_bytes, self._now()

    def _picture_due_s(self) -> float:
        """Return how long video may still be waited for, in s; without end where nothing else comes either."""
        left_s = self._last_video_s + self.timeout_s - self._now()
        return max(left_s, _LEAST_WAIT_S) if self._others_only else math.inf

    def _check_pictures(self) -> None:
        """Packets alone are no pictures. SourceError when none has come for too long."""
        now_s = self._now()
        assembler = self._reader.assembler if self._reader else UnitAssembler()
        if self._others_only and now_s - self._last_video_s >= self.timeout_s:
            raise _no_video(assembler, f"packets come, but no video for {self.timeout_s:g} s")
        if now_s - self._last_unit_s > _NO_PICTURE_FACTOR * self.timeout_s:
            raise _no_video(assembler, "video comes, but no keyframe that can be read")

    def _send_report(self) -> None:
        now_s = self._now()
        if self._peer is None or self._ssrc is None or now_s - self._reported_s < REPORT_EVERY_S:
            return
        self._reported_s = now_s
        assert self._transport is not None
        self._transport.send_report(self._report.write(self._ssrc, self._order, now_s), self._peer)


def _no_video(assembler: UnitAssembler, what: str) -> SourceError:
    if assembler.unread:
        hint = "Set the device to H.264 or H.265"
        return SourceError(f"the device sends {assembler.unread}, which is not read", hint, reason="unsupported")
    return SourceError(what, "Check the encoding settings of the device", reason="no-video")


def _refused(host: str, port: int, error: Exception) -> SourceError:
    reason = "timeout" if isinstance(error, TimeoutError) else "unreachable"
    why = getattr(error, "strerror", None) or ("no answer" if reason == "timeout" else str(error))
    return SourceError(f"cannot connect to the media port {port} of '{host}': {why}", "Check the device", reason=reason)
