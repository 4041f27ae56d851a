"""What is thrown at the parsers of GB/T 28181, and what must hold whatever it is.

Each target is a function that returns the check for one input; its imports are inside, so that a fuzzer can
instrument them. A check raises AssertionError, or lets out what a parser must never raise.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any

Check = Callable[[bytes], None]

_MAX_PES_BYTES = 6 + 65_535
_H264_KEY = b"\0\0\0\1\x67\x42\xc0\x1e\xda\x02\0\0\0\1\x68\xce\x0f\xc8\0\0\0\1\x65\x88\x84" + b"\x5a" * 40
_H264_NEXT = b"\0\0\0\1\x41\x9a\x02" + b"\x33" * 40
_HEVC_KEY = b"\0\0\0\1\x40\x01\x0c\x01\0\0\0\1\x42\x01\x01\x01\0\0\0\1\x44\x01\xc0\0\0\0\1\x26\x01\xaf" + b"\x5a" * 40


def good_stream() -> bytes:
    """Return a program stream with three pictures."""
    from camloom.gb28181.media.psmux import G711A, PsMuxer

    muxer = PsMuxer("h264", G711A)
    return (
        muxer.video(_H264_KEY, 90_000, is_keyframe=True)
        + muxer.audio(bytes(32), 90_000)
        + muxer.video(_H264_NEXT, 93_600, is_keyframe=False)
        + muxer.video(_H264_NEXT, 100_800, 97_200, is_keyframe=False)
    )


def ps() -> Check:
    """Program stream: chunks do not matter, memory is bounded, and a good stream is read again after a loss."""
    from camloom.gb28181.media.ps import PsParser
    from camloom.gb28181.media.unit import MAX_UNIT_BYTES

    good = good_stream()

    def check(data: bytes) -> None:
        step = data[0] * 2 + 1 if data else 1
        whole, parts = PsParser(), PsParser()
        units = [unit for at in range(0, len(data), step) for unit in parts.push(data[at : at + step])]
        assert units == whole.push(data)
        assert len(parts._buffer) <= _MAX_PES_BYTES + step
        assert parts.assembler.size_bytes <= MAX_UNIT_BYTES
        assert sum(len(unit.data) for unit in units) <= len(data)
        parts.push(data, mark=True)
        parts.lost()
        again = parts.push(good) + parts.flush()
        assert [unit.data for unit in again] == [_H264_KEY, _H264_NEXT, _H264_NEXT]

    return check


def framing() -> Check:
    """RTP over TCP: chunks do not matter, memory is bounded, and packets are in order afterwards."""
    from camloom.gb28181.media.framing import TcpFramer
    from camloom.gb28181.media.rtp import ReorderBuffer, parse_rtp

    def check(data: bytes) -> None:
        ssrc, step = (None, 7) if not data or data[0] & 1 else (0x0BEBC201, data[0] % 50 + 1)
        whole, parts = TcpFramer(ssrc), TcpFramer(ssrc)
        packets = [one for at in range(0, len(data), step) for one in parts.push(data[at : at + step])]
        assert packets == whole.push(data)
        assert len(parts._buffer) <= 4 + 65_535 + step
        order = ReorderBuffer(depth=8)
        taken = [packet for one in packets if (packet := parse_rtp(one))]
        given = [one for packet in taken for one in order.push(packet)]
        assert len(taken) - order.late - len(given) < 8

    return check


def raw() -> Check:
    """H.264 and H.265 over RTP, whatever the payloads: no more comes out than went in."""
    from camloom.gb28181.media.dispatch import new_reader, sniff
    from camloom.gb28181.media.rtp import RtpPacket

    def check(data: bytes) -> None:
        packets: list[RtpPacket] = []
        at = 0
        while at + 2 < len(data):
            size, flags = data[at], data[at + 1]
            payload = data[at + 2 : at + 2 + size]
            at += 2 + size
            packets.append(
                RtpPacket(flags & 3, len(packets), flags >> 4, 1, bool(flags & 4), payload, 0.0, bool(flags & 8))
            )
        for reader in (new_reader("h264"), new_reader("hevc"), new_reader("ps")):
            units = list(reader.units(iter(packets)))
            assert sum(len(unit.data) for unit in units) <= 5 * len(data)
        for packet in packets:
            sniff(packet)

    return check


def sip() -> Check:
    """SIP messages: what is read can be asked for everything, and answered; the answer can be read."""
    from camloom.gb28181.sip.digest import Challenger
    from camloom.gb28181.sip.message import SipSyntaxError, parse_message, response_to

    challenger = Challenger("3402000000")

    def check(data: bytes) -> None:
        try:
            message = parse_message(data)
        except SipSyntaxError:
            return
        assert message.expires is None or message.expires >= 0
        header, user = message.get("authorization"), message.sender.user
        verdict = challenger.check(header, method=message.method, identity=user, host="10.0.0.1", password="secret")
        assert verdict in ("wrong", "forged"), "nobody was given a nonce"
        if message.is_request:
            answer = parse_message(response_to(message, 200, tag="ours").to_bytes())
            assert (answer.call_id, answer.cseq, answer.branch) == (message.call_id, message.cseq, message.branch)

    return check


def stream() -> Check:
    """SIP over TCP, in pieces: memory is bounded, and a good message is read after whatever was not too much."""
    from camloom.gb28181.sip.framing import FramingError, StreamFramer
    from camloom.gb28181.sip.message import MAX_BODY_BYTES, MAX_HEAD_BYTES

    def check(data: bytes) -> None:
        step = data[0] + 1 if data else 1
        framer = StreamFramer()
        try:
            messages = [one for at in range(0, len(data), step) for one in framer.feed(data[at : at + step])]
            assert framer.pending_bytes <= MAX_HEAD_BYTES + MAX_BODY_BYTES + step
            assert sum(len(one.body) for one in messages) <= len(data)
        except FramingError:
            return

    return check


def xml() -> Check:
    """MANSCDP: whatever a device says is read within bounds, or refused."""
    from camloom.gb28181.manscdp import answers
    from camloom.gb28181.manscdp.documents import parse_document
    from camloom.gb28181.manscdp.xml import MAX_TEXT, XmlError

    def check(data: bytes) -> None:
        try:
            document = parse_document(data)
        except XmlError:
            return
        channels = answers.read_channels(document)
        assert all(len(one.id) <= MAX_TEXT and one.name.isprintable() for one in channels)
        assert 0 <= answers.read_alarm(document).priority < 1000
        answers.read_info(document)
        answers.read_status(document)
        answers.read_sum(document)

    return check


def sdp() -> Check:
    """Descriptions of sessions."""
    return _refusing(import_module("camloom.gb28181.sip.sdp").parse_sdp)


def _refusing(parse: Callable[[bytes], Any]) -> Check:
    """Return a check that lets a parser say no in its own words."""
    from camloom.errors import CamloomError

    def check(data: bytes) -> None:
        with suppress(CamloomError, ValueError):
            parse(data)

    return check


TARGETS: dict[str, Callable[[], Check]] = {
    "ps": ps,
    "framing": framing,
    "raw": raw,
    "sip": sip,
    "stream": stream,
    "xml": xml,
    "sdp": sdp,
}

_REGISTER = (
    b"REGISTER sip:34020000002000000001@3402000000 SIP/2.0\r\n"
    b"Via: SIP/2.0/UDP 192.168.3.99:5060;rport;branch=z9hG4bK1\r\n"
    b"From: <sip:34020000001320000001@3402000000>;tag=1\r\nTo: <sip:34020000001320000001@3402000000>\r\n"
    b'Call-ID: 1@x\r\nCSeq: 1 REGISTER\r\nAuthorization: Digest username="a", realm="3402000000", nonce="n", '
    b'uri="sip:x", response="r"\r\nContact: <sip:a@192.168.3.99:5060>\r\nExpires: 3600\r\nContent-Length: 0\r\n\r\n'
)
_OFFER = (
    b"v=0\r\no=34020000001320000001 0 0 IN IP4 192.168.1.2\r\ns=Play\r\nc=IN IP4 192.168.1.2\r\nt=0 0\r\n"
    b"m=video 30000 TCP/RTP/AVP 96 98\r\na=recvonly\r\na=rtpmap:96 PS/90000\r\na=setup:passive\r\n"
    b"a=connection:new\r\ny=0200000001\r\nf=v/////a///\r\n"
)
_CATALOG = (
    b'<?xml version="1.0" encoding="GB2312"?>\r\n<Response><CmdType>Catalog</CmdType><SN>1</SN><DeviceID>34</DeviceID>'
    b"<SumNum>1</SumNum><DeviceList Num='1'><Item><DeviceID>34020000001310000001</DeviceID><Name>A &amp; B</Name>"
    b"<Status>ON</Status><ParentID>1/2</ParentID><Longitude>1.5</Longitude><Info><PTZType>1</PTZType></Info></Item>"
    b"</DeviceList></Response>\r\n"
)
_ALARM = (
    b"<Notify><CmdType>Alarm</CmdType><SN>1</SN><DeviceID>34</DeviceID><AlarmPriority>1</AlarmPriority>"
    b"<AlarmMethod>5</AlarmMethod><AlarmDescription>\xce\xde & <x></AlarmDescription></Notify>"
)
_SIGNALLING = {
    "sip": [_REGISTER],
    "stream": [_REGISTER * 3, _REGISTER.replace(b"Length: 0", b"Length: 40") + _CATALOG + _REGISTER],
    "xml": [_CATALOG, _ALARM],
    "sdp": [_OFFER],
}


def seeds(name: str) -> Sequence[bytes]:
    """Return good inputs of a target, to begin with."""
    from camloom.gb28181.media.psmux import RtpPacketiser, frame_tcp

    if name in _SIGNALLING:
        return _SIGNALLING[name]
    if name == "ps":
        good = good_stream()
        return [good, good.replace(_H264_KEY, _HEVC_KEY), good[40:]]
    if name == "framing":
        packets = RtpPacketiser(0x0BEBC201).packets(good_stream() * 4, 0)
        stream = b"".join(frame_tcp(one) for one in packets)
        return [stream, b"\x01\x00\x02\x00" + bytes(252) + stream, b"".join(b"$\0" + frame_tcp(one) for one in packets)]
    parts = [
        *_H264_KEY.split(b"\0\0\0\1")[1:],
        *_HEVC_KEY.split(b"\0\0\0\1")[1:],
        b"\x7c\x85" + bytes(20),
        good_stream(),
    ]
    return [b"".join(bytes([min(len(one), 255), index * 20 & 0xFF]) + one[:255] for index, one in enumerate(parts))]
