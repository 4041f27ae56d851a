"""A superior platform in its smallest form, for tests: registers devices, asks them, invites them, keeps what it heard.

Written apart from the product. It checks the digest, answers over UDP and TCP, and lets media come in as raw RTP.
"""

import queue
import random
import socket
import threading
import time
from collections.abc import Sequence
from typing import Self

from tests.gb28181 import device_xml as xml
from tests.gb28181.device_sip import (
    POLL_S,
    Address,
    Sip,
    answer_to,
    digest_response,
    parameters,
    parse,
    take,
    user_of,
)
from tests.gb28181.device_talk import PASSWORD, PLATFORM_ID
from tests.gb28181.rtp_sink import RtpSink
from tests.gb28181.superior_notes import Dialog, Heard, Registration

_WAIT_S = 20.0


class Superior:
    """Use it as a context manager.

    Attributes:
        registered: by id.
        refuse: status for every REGISTER, such as 403; 0 for none.
        muted: it answers nothing at all.
        keep: status for MESSAGEs and NOTIFYs other than signs of life, such as 403; 0 for what is right.
        swallows: the kinds of MANSCDP (such as Alarm) that it hears and does not answer.
        grants_s: longest registration.
    """

    def __init__(self, *, password: str = PASSWORD, algorithms: Sequence[str] = ("MD5",), port: int = 0) -> None:
        self.password, self.algorithms = password, algorithms
        self.registered: dict[str, Registration] = {}
        self.heard = Heard()
        self.refuse, self.keep, self.muted = 0, 0, False
        self.swallows: set[str] = set()
        self.grants_s = 1 << 31
        self.unauthorised = 0
        self._rng = random.Random(2)
        self._over = threading.Event()
        self._nonces: set[str] = set()
        self._waiting: dict[tuple[str, str], queue.Queue[Sip]] = {}
        self._threads: list[threading.Thread] = []
        self._call_ids: set[str] = set()
        self._count = 0
        self._udp, self._tcp = _open_both(port)
        self.address: Address = self._udp.getsockname()

    def __enter__(self) -> Self:
        for run in (self._serve_udp, self._accept):
            self._spawn(run)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        self._udp.close()
        self._tcp.close()

    def wait_for(self, device: str, count: int = 1, timeout_s: float = _WAIT_S) -> Registration:
        """Wait until it has registered (so many times)."""
        until_s = time.monotonic() + timeout_s
        while (found := self.registered.get(device)) is None or found.count < count:
            if time.monotonic() > until_s:
                raise TimeoutError(f"{device} has not registered")
            time.sleep(0.01)
        return found

    def wait_heard(self, kind: str, count: int = 1, *, root: str = "", timeout_s: float = _WAIT_S) -> list[xml.Query]:
        """Wait for so many MANSCDP messages of one kind."""
        until_s = time.monotonic() + timeout_s
        while len(found := self.heard.of(kind, root)) < count:
            if time.monotonic() > until_s:
                raise TimeoutError(f"{len(found)} messages {kind}, not {count}")
            time.sleep(0.01)
        return found

    def query(self, device: str, kind: str, *, root: str = "Query", inner: str = "", to: str = "") -> Sip:
        """Send a query or a control; returns the answer to the MESSAGE itself."""
        self._count += 1
        text = xml.notice(root, kind, self._count, to or device, inner)
        return self.ask(device, self._message(device, "MESSAGE", text, []))

    def subscribe(self, device: str, kind: str, event: str, expires_s: int = 600) -> Dialog:
        """Subscribe to Catalog or Alarm."""
        self._count += 1
        text = xml.notice("Query", kind, self._count, device, "")
        extra = [("Event", event), ("Expires", str(expires_s)), ("Contact", self._contact)]
        request = self._message(device, "SUBSCRIBE", text, extra)
        return Dialog(device, request, self.ask(device, request))

    def invite(self, device: str, channel: str, mode: str = "udp", *, ack: bool = True, number: int = 1) -> Dialog:
        """Invite a channel by `udp`, `tcp-passive` (it connects here) or `tcp-active` (we connect there)."""
        sink = RtpSink(mode)
        request = self.invite_request(device, channel, sink.port, mode, number)
        dialog = Dialog(device, request, self.ask(device, request), sink)
        if dialog.answer.status == 200 and ack:
            self.ack(dialog)
        if mode == "tcp-active" and dialog.answer.status == 200:
            sink.connect(_answered(dialog.answer))
        return dialog

    def invite_request(self, device: str, channel: str, port: int, mode: str = "udp", number: int = 1) -> Sip:
        """An INVITE for media to a port here; `number` makes the SSRC."""
        y = f"0{PLATFORM_ID[3:8]}{number:04d}"
        tcp = mode != "udp"
        lines = ["v=0", f"o={channel} 0 0 IN IP4 127.0.0.1", "s=Play", "c=IN IP4 127.0.0.1", "t=0 0"]
        lines += [f"m=video {port} {'TCP/' if tcp else ''}RTP/AVP 96 98", "a=recvonly"]
        lines += ["a=rtpmap:96 PS/90000", "a=rtpmap:98 H264/90000"]
        if tcp:
            lines += [f"a=setup:{mode.removeprefix('tcp-')}", "a=connection:new"]
        extra = [
            ("Subject", f"{channel}:{y},{PLATFORM_ID}:0"),
            ("Contact", self._contact),
            ("Content-Type", "APPLICATION/SDP"),
        ]
        request = self._request(device, "INVITE", extra, to=channel)
        request.body = "\r\n".join([*lines, f"y={y}", ""]).encode()
        return request

    def cancel_soon(self, device: str, request: Sip, after_s: float = 0.1) -> None:
        """Take an INVITE back that is sent now."""
        kept = {"via", "from", "to", "call-id", "max-forwards"}
        number = request.get("CSeq").split()[0]
        headers = [pair for pair in request.headers if pair[0].lower() in kept]
        cancel = Sip(f"CANCEL {request.uri} SIP/2.0", [*headers, ("CSeq", f"{number} CANCEL")])
        timer = threading.Timer(after_s, self._send, (device, cancel))
        self._threads.append(timer)
        timer.start()

    def ack(self, dialog: Dialog) -> None:
        """Let the media come."""
        self._send(dialog.device, self._inside(dialog, "ACK"))

    def bye(self, dialog: Dialog) -> int:
        """Hang up; returns the status."""
        dialog.cseq += 1
        status = self.ask(dialog.device, self._inside(dialog, "BYE")).status
        if dialog.sink is not None:
            dialog.sink.close()
        return status

    def ask(self, device: str, request: Sip) -> Sip:
        """Send a request and return its final answer. TimeoutError for silence."""
        waiting: queue.Queue[Sip] = queue.Queue()
        self._call_ids.add(request.get("Call-ID"))
        self._waiting[request.key] = waiting
        self._send(device, request)
        until_s = time.monotonic() + _WAIT_S
        while (left_s := until_s - time.monotonic()) > 0:
            try:
                answer = waiting.get(timeout=left_s)
            except queue.Empty:
                break
            if answer.status >= 200:
                return answer
        raise TimeoutError(f"no answer to {request.method}")

    @property
    def _contact(self) -> str:
        return f"<sip:{PLATFORM_ID}@{self.address[0]}:{self.address[1]}>"

    def _token(self) -> str:
        return f"{self._rng.getrandbits(48):012x}"

    def _request(self, device: str, method: str, extra: Sequence[tuple[str, str]], to: str = "") -> Sip:
        host, port = self.address
        found = self.registered[device]
        word = "TCP" if found.over else "UDP"
        self._count += 1
        headers = [
            ("Via", f"SIP/2.0/{word} {host}:{port};rport;branch=z9hG4bK{self._token()}"),
            ("From", f"<sip:{PLATFORM_ID}@{PLATFORM_ID[:10]}>;tag={self._token()}"),
            ("To", f"<sip:{to or device}@{PLATFORM_ID[:10]}>"),
            ("Call-ID", self._token()),
            ("CSeq", f"{self._count} {method}"),
            ("Max-Forwards", "70"),
        ]
        uri = f"sip:{to or device}@{found.address[0]}:{found.address[1]}"
        return Sip(f"{method} {uri} SIP/2.0", [*headers, *extra])

    def _message(self, device: str, method: str, text: str, extra: Sequence[tuple[str, str]]) -> Sip:
        request = self._request(device, method, [*extra, ("Content-Type", xml.CONTENT_TYPE)])
        request.body, _ = xml.encode(text, "gb2312")
        return request

    def _inside(self, dialog: Dialog, method: str) -> Sip:
        kept = {"from", "call-id", "max-forwards"}
        origin, answer = dialog.request, dialog.answer
        headers = [pair for pair in origin.headers if pair[0].lower() in kept]
        number = int(origin.get("CSeq").split()[0]) + (0 if method == "ACK" else dialog.cseq)
        via = f"{origin.get('Via').split('branch=')[0]}branch=z9hG4bK{self._token()}"
        headers += [("To", answer.get("To")), ("CSeq", f"{number} {method}"), ("Via", via)]
        return Sip(f"{method} {origin.uri} SIP/2.0", headers)

    def _send(self, device: str, message: Sip) -> None:
        found = self.registered[device]
        if found.over is not None:
            found.over.sendall(message.encode())
        else:
            self._udp.sendto(message.encode(), found.address)

    def send_raw(self, device: str, data: bytes) -> None:
        """Send bytes, whatever they are; over UDP."""
        self._udp.sendto(data, self.registered[device].address)

    # What comes in

    def _spawn(self, run: "object", *args: object) -> None:
        thread = threading.Thread(target=run, args=args, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _serve_udp(self) -> None:
        self._udp.settimeout(POLL_S)
        while not self._over.is_set():
            try:
                data, sender = self._udp.recvfrom(65507)
            except (TimeoutError, ConnectionError):
                continue
            if data.strip():
                self._take(parse(data), sender, None)

    def _accept(self) -> None:
        self._tcp.settimeout(POLL_S)
        while not self._over.is_set():
            try:
                connection, sender = self._tcp.accept()
            except TimeoutError:
                continue
            self._spawn(self._serve_tcp, connection, sender)

    def _serve_tcp(self, connection: socket.socket, sender: Address) -> None:
        buffer = bytearray()
        connection.settimeout(POLL_S)
        with connection:
            while not self._over.is_set():
                try:
                    data = connection.recv(65536)
                except TimeoutError:
                    continue
                except OSError:
                    return
                if not data:
                    return
                buffer += data
                while (message := take(buffer)) is not None:
                    self._take(parse(message), sender, connection)

    def _take(self, message: Sip, sender: Address, over: socket.socket | None) -> None:
        if self.muted:
            return
        if message.status:
            if (waiting := self._waiting.get(message.key)) is not None:
                waiting.put(message)
            return
        self.heard.requests.append(message)
        if message.method == "ACK":
            return
        reply = self._on_register(message, sender, over) if message.method == "REGISTER" else self._on_other(message)
        if message.body and xml.read(message.body).kind in self.swallows:
            return
        if over is not None:
            over.sendall(reply.encode())
        else:
            self._udp.sendto(reply.encode(), sender)

    def _on_other(self, request: Sip) -> Sip:
        known = user_of(request.get("From")) in self.registered or request.get("Call-ID") in self._call_ids
        query = xml.read(request.body)
        status = 200 if known else 403
        if self.keep and query.kind != "Keepalive":
            status = self.keep
        if request.body and status == 200:
            self.heard.messages.append((request.method, query, request))
        return answer_to(request, status, "OK" if status == 200 else "Refused", tag=self._token())

    def _on_register(self, request: Sip, sender: Address, over: socket.socket | None) -> Sip:
        if self.refuse:
            return answer_to(request, self.refuse, "Refused", tag=self._token())
        given = parameters(request.get("Authorization"))
        if not self._valid(given):
            self.unauthorised += bool(given)
            return self._challenge(request)
        device, expires_s = user_of(request.get("From")), min(int(request.get("Expires") or 0), self.grants_s)
        before = self.registered.pop(device, None)
        if expires_s:
            count = before.count + 1 if before else 1
            self.registered[device] = Registration(device, sender, over, expires_s, request, count)
        reply = answer_to(request, 200, "OK", tag=self._token())
        reply.headers += [("Expires", str(expires_s)), ("Date", time.strftime("%Y-%m-%dT%H:%M:%S.000"))]
        return reply

    def _challenge(self, request: Sip) -> Sip:
        reply = answer_to(request, 401, "Unauthorized", tag=self._token())
        for algorithm in self.algorithms:
            nonce = self._token()
            self._nonces.add(nonce)
            value = f'Digest realm="{PLATFORM_ID[:10]}", nonce="{nonce}", algorithm={algorithm}'
            reply.headers.append(("WWW-Authenticate", value))
        return reply

    def _valid(self, given: dict[str, str]) -> bool:
        nonce = given.get("nonce", "")
        if nonce not in self._nonces or given.get("algorithm", "MD5") not in self.algorithms:
            return False
        self._nonces.discard(nonce)
        return given.get("response") == digest_response(given, self.password, "REGISTER")


def _open_both(port: int) -> tuple[socket.socket, socket.socket]:
    """UDP and TCP on one port."""
    for _ in range(20):
        tcp = socket.create_server(("127.0.0.1", port))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            udp.bind(tcp.getsockname())
        except OSError:
            tcp.close()
            udp.close()
            continue
        return udp, tcp
    raise OSError("no port free for both UDP and TCP")


def _answered(answer: Sip) -> Address:
    lines = answer.body.decode().split("\r\n")
    host = next(line.split()[-1] for line in lines if line.startswith("c="))
    port = next(line.split()[1] for line in lines if line.startswith("m="))
    return host, int(port)


__all__ = ["Dialog", "Registration", "Superior"]
