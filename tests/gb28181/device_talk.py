"""How a simulated device talks: its link, its requests with their answers, its words for headers."""

import queue
import random
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from tests.gb28181 import device_xml as xml
from tests.gb28181.clips import Picture
from tests.gb28181.device_sip import POLL_S, Address, Link, Sip, TcpLink, UdpLink, parse
from tests.gb28181.device_xml import CONTENT_TYPE, Channel
from tests.gb28181.habits import check_habits

DEVICE_ID = "34020000001110000001"
PLATFORM_ID = "34020000002000000001"
CHANNEL_ID = "34020000001310000001"
PASSWORD = "12345678"
_T1_S = 0.5
_PRIVATE = ("192.168.3.99", 5060)


@dataclass
class Settings:
    """How the device is.

    Attributes:
        user: in the digest, if it is not the id.
        algorithms: of the digest, that it knows: MD5, SHA-256.
        refuse: the status it answers an INVITE with, such as 486; 0 accepts.
        part: channels in one catalog message.
        retry_s: so long between attempts to register.
        answer_s: so long it waits for the final answer to a request.
        port: of its own for signalling; 0 takes a free one.
        fps: pictures a second; 0 sends as fast as it goes.
        limit: a live picture ends after so many; 0 never.
        switch_after: with the habit codec-switch, after so many pictures.
        pictures: what its cameras show, encoded as `codec`; None shows a test picture.
    """

    id: str = DEVICE_ID
    password: str = PASSWORD
    user: str = ""
    algorithms: Sequence[str] = ("MD5",)
    platform_id: str = PLATFORM_ID
    channels: Sequence[Channel] = (Channel(CHANNEL_ID),)
    transport: str = "udp"
    charset: str = "gb2312"
    version: str = "2016"
    manufacturer: str = "Simulated"
    habits: Collection[str] = ()
    refuse: int = 0
    part: int = 2
    expires_s: int = 3600
    keepalive_s: float = 60
    retry_s: float = 1
    answer_s: float = 3
    host: str = "127.0.0.1"
    port: int = 0
    fps: float = 25
    limit: int = 0
    switch_after: int = 50
    codec: str = "h264"
    pictures: list[Picture] | None = None
    seed: int = 1


@dataclass
class Seen:
    """What the device was asked to do, and what it was told."""

    requests: list[Sip] = field(default_factory=list)
    answers: list[Sip] = field(default_factory=list)
    controls: list[xml.Query] = field(default_factory=list)
    keyframe_wishes: int = 0

    @property
    def ptz(self) -> list[str]:
        """The PTZ commands in hexadecimal."""
        return [found for control in self.controls if (found := control.field("PTZCmd"))]


class Talk:
    """Sends and receives; what comes as a request goes to `on_request`."""

    def __init__(self, server: Address, settings: Settings) -> None:
        self.server, self.settings = server, settings
        self.habits = check_habits(set(settings.habits))
        self.seen = Seen()
        self.link: Link | None = None
        self.rng = random.Random(settings.seed)
        self.online = threading.Event()
        self.over = threading.Event()
        self.cseq = 0
        self._sn = 0
        self._waiting: dict[tuple[str, str], queue.Queue[Sip]] = {}
        self._work: queue.Queue[Callable[[], object] | None] = queue.Queue()
        self._threads: list[threading.Thread] = []

    def on_request(self, request: Sip, sender: Address) -> None:
        """What to do with a request."""
        raise NotImplementedError

    def start_threads(self, *others: Callable[[], None]) -> None:
        self.over.clear()
        self._work = queue.Queue()
        runs = (self._read, self._do_work, *others)
        self._threads = [
            threading.Thread(target=run, name=f"device{run.__name__.replace('_', '-')}", daemon=True) for run in runs
        ]
        for thread in self._threads:
            thread.start()

    def stop_threads(self) -> None:
        self.over.set()
        self._work.put(None)
        for thread in self._threads:
            thread.join()
        self.drop_link()

    def later(self, job: Callable[[], object]) -> None:
        """Do it on the thread that may wait for answers; the reader may not."""
        self._work.put(job)

    def plug_in(self) -> None:
        """Get a link, if the platform can be reached."""
        kind = TcpLink if self.settings.transport == "tcp" else UdpLink
        try:
            self.link = kind(self.server, (self.settings.host, self.settings.port))
        except OSError:
            self.link = None

    def drop_link(self) -> None:
        link, self.link = self.link, None
        self.online.clear()
        if link is not None:
            link.close()

    def ask(self, request: Sip) -> Sip | None:
        """Send a request and wait for its final answer; over UDP it is sent again."""
        waiting: queue.Queue[Sip] = queue.Queue()
        self._waiting[request.key] = waiting
        until_s, pause_s, link = time.monotonic() + self.settings.answer_s, _T1_S, self.link
        try:
            while (left_s := until_s - time.monotonic()) > 0 and self._still(link):
                self.send(request)
                wait_s = left_s if self.settings.transport == "tcp" else min(pause_s, left_s)
                if (answer := self._final(waiting, wait_s, link)) is not None:
                    return answer
                pause_s *= 2
        finally:
            self._waiting.pop(request.key, None)
        return None

    def send(self, message: Sip, to: Address | None = None) -> None:
        """Put a message on the wire; what cannot go is lost, as on a network."""
        data = message.encode()
        if "crlf-keepalive" in self.habits and self.settings.transport == "tcp":
            data = b"\r\n\r\n" + data
        try:
            if self.link is not None:
                self.link.send(data, to or self.server)
                if "crlf-keepalive" in self.habits and self.settings.transport == "udp":
                    self.link.send(b"\r\n\r\n", to or self.server)
        except OSError:
            self.online.clear()

    def token(self) -> str:
        return f"{self.rng.getrandbits(48):012x}"

    def next_sn(self) -> int:
        self._sn += 1
        return self._sn

    def next_cseq(self) -> int:
        self.cseq += 1
        return self.cseq

    @property
    def contact(self) -> str:
        host, port = self._seen_as()
        return f"<sip:{self.settings.id}@{host}:{port}>"

    def request(self, method: str, *, extra: Sequence[tuple[str, str]] = (), from_id: str = "") -> Sip:
        """A request outside of any dialog, to the platform; `extra` headers replace those of the same name."""
        domain = self.settings.platform_id[:10]
        headers = [
            ("From", f"<sip:{from_id or self.settings.id}@{domain}>;tag={self.token()}"),
            ("To", f"<sip:{self.settings.platform_id}@{domain}>"),
            ("Call-ID", self.token()),
            ("CSeq", f"{self.next_cseq()} {method}"),
        ]
        given = {name for name, _ in extra}
        return self.plain(method, [pair for pair in headers if pair[0] not in given] + list(extra))

    def plain(self, method: str, headers: Sequence[tuple[str, str]], uri: str = "") -> Sip:
        """A request with a Via of ours and these headers."""
        host, port = self._seen_as()
        word = self.link.word if self.link else "UDP"
        via = f"SIP/2.0/{word} {host}:{port};rport;branch=z9hG4bK{self.token()}"
        uri = uri or f"sip:{self.settings.platform_id}@{self.settings.platform_id[:10]}"
        return Sip(f"{method} {uri} SIP/2.0", [("Via", via), *headers, ("Max-Forwards", "70")])

    def with_xml(self, message: Sip, text: str) -> Sip:
        """The message with MANSCDP in it."""
        message.body, message.declared_bytes = xml.encode(text, self.settings.charset, self.habits)
        message.headers.append(("Content-Type", CONTENT_TYPE))
        return message

    def _seen_as(self) -> Address:
        if "private-contact" in self.habits:
            return _PRIVATE
        return self.link.local if self.link else (self.settings.host, self.settings.port)

    def _still(self, link: Link | None) -> bool:
        """Whether an answer can still come this way."""
        return link is not None and self.link is link and not self.over.is_set()

    def _final(self, waiting: "queue.Queue[Sip]", timeout_s: float, link: Link | None) -> Sip | None:
        until_s = time.monotonic() + timeout_s
        while (left_s := until_s - time.monotonic()) > 0 and self._still(link):
            try:
                answer = waiting.get(timeout=min(left_s, POLL_S))
            except queue.Empty:
                continue
            if answer.status >= 200:
                return answer
        return None

    def _read(self) -> None:
        while not self.over.is_set():
            link = self.link
            if link is None:
                self.over.wait(0.02)
                continue
            try:
                came = link.receive()
            except OSError:
                if self.link is link:
                    self.drop_link()
                continue
            if came is not None and came[0].strip():
                self._take(parse(came[0]), came[1])

    def _take(self, message: Sip, sender: Address) -> None:
        if not message.status:
            self.seen.requests.append(message)
            self.on_request(message, sender)
            return
        self.seen.answers.append(message)
        if (waiting := self._waiting.get(message.key)) is not None:
            waiting.put(message)

    def _do_work(self) -> None:
        while (job := self._work.get()) is not None:
            job()
