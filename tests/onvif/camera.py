"""An ONVIF camera to ask: SOAP over HTTP, and answers to WS-Discovery on the loopback. It checks logins really."""

import base64
import hashlib
import re
import socket
import struct
import threading
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from xml.etree import ElementTree

GROUP, PORT = "239.255.255.250", 3702
LOOPBACK = socket.if_nametoindex("lo")
ENVELOPE = (
    '<?xml version="1.0"?><{p}:Envelope xmlns:{p}="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:{q}="http://www.onvif.org/ver10/schema" xmlns:{r}="{namespace}">'
    "<{p}:Body>{body}</{p}:Body></{p}:Envelope>"
)
DEVICE = "http://www.onvif.org/ver10/device/wsdl"
MEDIA = "http://www.onvif.org/ver10/media/wsdl"
MEDIA2 = "http://www.onvif.org/ver20/media/wsdl"


@dataclass
class Profile:
    token: str
    encoding: str
    width: int
    height: int
    fps: float = 25
    source: str = "sensor"
    path: str = ""


PROFILES = (
    Profile("P1", "H264", 2560, 1440),
    Profile("P2", "H264", 352, 288, 10),
    Profile("P3", "H264", 704, 576, 12),
)


@dataclass
class Habits:
    """What a camera does, and does wrong.

    Attributes:
        login: `token` (WS-UsernameToken), `http` (HTTP digest), empty: everybody may ask.
        clock_off: how far its clock is from ours; a token must be within five seconds of it.
        media2, services: whether it has Media2, and GetServices at all.
        prefixes: of the namespaces it writes.
        stream: where its streams are; `{path}` is that of the profile.
        stated_host: what it writes as its own address.
        raw: answers by question, sent as they are.
        scopes, endpoint, xaddrs: in its answer to a probe.
        answers_from: addresses of the loopback from which it answers a probe.
    """

    user: str = "admin"
    password: str = "p@ss:w/r#1%?&!"
    login: str = "token"
    clock_off: timedelta = timedelta()
    media2: bool = True
    services: bool = True
    prefixes: tuple[str, str, str] = ("s", "tt", "x")
    profiles: tuple[Profile, ...] = PROFILES
    stream: str = "rtsp://{host}:554/{path}"
    stated_host: str = "127.0.0.1"
    raw: dict[str, bytes] = field(default_factory=dict)
    scopes: str = "onvif://www.onvif.org/name/Gate%201 onvif://www.onvif.org/hardware/LC-20"
    endpoint: str = field(default_factory=lambda: f"urn:uuid:{uuid.uuid4()}")
    xaddrs: tuple[str, ...] = ()
    answers_from: tuple[str, ...] = ("127.0.0.1",)
    types: str = "dn:NetworkVideoTransmitter"
    probe_reply: bytes = b""


class Camera:
    """A camera of one's own, in a `with`. `asked`: the questions so far. `refused`: how often a login was wrong."""

    def __init__(self, habits: Habits | None = None) -> None:
        self.habits = habits or Habits()
        self.asked: list[str] = []
        self.logins: list[str] = []
        self.refused = 0
        self.nonces: set[str] = set()
        self._web = _Web(self)
        self._probes = _probe_socket()
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._web.serve_forever, kwargs={"poll_interval": 0.02}),
            threading.Thread(target=self._answer_probes),
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._web.shutdown()
        for thread in self._threads:
            thread.join()
        self._web.server_close()
        self._probes.close()

    @property
    def port(self) -> int:
        return self._web.server_port

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    def now(self) -> datetime:
        return datetime.now(UTC) + self.habits.clock_off

    def _answer_probes(self) -> None:
        while not self._ended.is_set():
            try:
                probe, asker = self._probes.recvfrom(65535)
            except TimeoutError:
                continue
            if b"NetworkVideoTransmitter" not in probe:
                continue  # as many cameras do
            for address in self.habits.answers_from:
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                    sender.bind((address, 0))
                    sender.sendto(self.habits.probe_reply or self._probe_reply(), asker)

    def _probe_reply(self) -> bytes:
        habits = self.habits
        xaddrs = habits.xaddrs or (f"http://{habits.stated_host}:{self.port}/onvif/device_service",)
        body = (
            '<d:ProbeMatches xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"'
            ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"><d:ProbeMatch>'
            f"<a:EndpointReference><a:Address>{habits.endpoint}</a:Address></a:EndpointReference>"
            f"<d:Types>{habits.types}</d:Types><d:Scopes>{habits.scopes}</d:Scopes>"
            f"<d:XAddrs>{' '.join(xaddrs)}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion>"
            "</d:ProbeMatch></d:ProbeMatches>"
        )
        return self.envelope(body)

    def envelope(self, body: str, namespace: str = DEVICE) -> bytes:
        p, q, r = self.habits.prefixes
        return ENVELOPE.format(p=p, q=q, r=r, namespace=namespace, body=body).encode()


class _Web(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, camera: Camera) -> None:
        super().__init__(("127.0.0.1", 0), _Question)
        self.camera = camera

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay quiet when whoever asked has gone."""


class _Question(BaseHTTPRequestHandler):
    server: _Web
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_POST(self) -> None:
        camera, habits = self.server.camera, self.server.camera.habits
        body = self.rfile.read(int(self.headers["Content-Length"]))
        root = ElementTree.fromstring(body)
        question = next(iter(root.find("{*}Body") or ()))
        namespace, name = question.tag[1:].split("}")
        camera.asked.append(name)
        if name in habits.raw:
            self._send(200, habits.raw[name])
        elif name != "GetSystemDateAndTime" and habits.login == "http" and not self._http_login():
            self._send(401, b"", [("WWW-Authenticate", f'Digest realm="cam", qop="auth", nonce="{_fresh(camera)}"')])
        elif name != "GetSystemDateAndTime" and habits.login == "token" and not self._token_login(root):
            camera.refused += 1
            self._send(400, self._fault("ter:NotAuthorized", "Sender not Authorized"))
        else:
            self._answer(namespace, name, question)

    def _answer(self, namespace: str, name: str, question: ElementTree.Element) -> None:
        answer = _ANSWERS.get(name)
        has_it = namespace in (DEVICE, MEDIA) or self.server.camera.habits.media2
        if answer is None or not has_it or (name == "GetServices" and not self.server.camera.habits.services):
            self._send(500, self._fault("ter:ActionNotSupported", "Optional Action Not Implemented"))
            return
        self._send(200, self.server.camera.envelope(answer(self.server.camera, namespace, question), namespace))

    def _fault(self, code: str, text: str) -> bytes:
        p = self.server.camera.habits.prefixes[0]
        return self.server.camera.envelope(
            f"<{p}:Fault><{p}:Code><{p}:Value>{p}:Sender</{p}:Value><{p}:Subcode><{p}:Value>{code}</{p}:Value>"
            f"</{p}:Subcode></{p}:Code><{p}:Reason><{p}:Text>{text}</{p}:Text></{p}:Reason></{p}:Fault>"
        )

    def _token_login(self, root: ElementTree.Element) -> bool:
        camera, habits = self.server.camera, self.server.camera.habits
        token = root.find("{*}Header/{*}Security/{*}UsernameToken")
        if token is None:
            return False
        camera.logins.append("token")
        told = {one.tag.split("}")[1]: one.text or "" for one in token}
        created = datetime.strptime(told["Created"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
        right = base64.b64encode(
            hashlib.sha1(base64.b64decode(told["Nonce"]) + told["Created"].encode() + habits.password.encode()).digest()
        ).decode()
        is_fresh = abs(created - camera.now()) < timedelta(seconds=5) and told["Nonce"] not in camera.nonces
        camera.nonces.add(told["Nonce"])
        return is_fresh and told["Username"] == habits.user and told["Password"] == right

    def _http_login(self) -> bool:
        camera, habits = self.server.camera, self.server.camera.habits
        header = self.headers.get("Authorization", "")
        told = dict(re.findall(r'(\w+)="?([^",]*)"?', header))
        if not header.startswith("Digest") or told.get("nonce") not in camera.nonces:
            return False
        camera.logins.append("http")
        first = _md5(f"{habits.user}:cam:{habits.password}")
        second = _md5(f"POST:{self.path}")
        right = _md5(f"{first}:{told['nonce']}:{told['nc']}:{told['cnonce']}:{told['qop']}:{second}")
        camera.refused += told["response"] != right
        return bool(told["response"] == right)

    def _send(self, status: int, body: bytes, headers: list[tuple[str, str]] | None = None) -> None:
        self.send_response(status)
        for name, value in headers or []:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        """Stay quiet."""


def _clock(camera: Camera, namespace: str, question: ElementTree.Element) -> str:
    now, (_, q, r) = camera.now(), camera.habits.prefixes
    return (
        f"<{r}:GetSystemDateAndTimeResponse><{r}:SystemDateAndTime><{q}:UTCDateTime>"
        f"<{q}:Time><{q}:Hour>{now.hour}</{q}:Hour><{q}:Minute>{now.minute}</{q}:Minute>"
        f"<{q}:Second>{now.second}</{q}:Second></{q}:Time><{q}:Date><{q}:Year>{now.year}</{q}:Year>"
        f"<{q}:Month>{now.month}</{q}:Month><{q}:Day>{now.day}</{q}:Day></{q}:Date>"
        f"</{q}:UTCDateTime></{r}:SystemDateAndTime></{r}:GetSystemDateAndTimeResponse>"
    )


def _identity(camera: Camera, namespace: str, question: ElementTree.Element) -> str:
    told = {"Manufacturer": "Loomcam", "Model": "LC-20", "FirmwareVersion": "1.2", "SerialNumber": "SN7"}
    r = camera.habits.prefixes[2]
    return f"<{r}:R>{''.join(f'<{r}:{key}>{value}</{r}:{key}>' for key, value in told.items())}</{r}:R>"


def _services(camera: Camera, namespace: str, question: ElementTree.Element) -> str:
    r, host = camera.habits.prefixes[2], camera.habits.stated_host
    there = {DEVICE: "device_service", MEDIA: "media"} | ({MEDIA2: "media2"} if camera.habits.media2 else {})
    services = (
        f"<{r}:Service><{r}:Namespace>{name}</{r}:Namespace>"
        f"<{r}:XAddr>http://{host}:{camera.port}/onvif/{path}</{r}:XAddr></{r}:Service>"
        for name, path in there.items()
    )
    return f"<{r}:GetServicesResponse>{''.join(services)}</{r}:GetServicesResponse>"


def _capabilities(camera: Camera, namespace: str, question: ElementTree.Element) -> str:
    _, q, r = camera.habits.prefixes
    url = f"http://{camera.habits.stated_host}:{camera.port}/onvif/media"
    return f"<{r}:C><{r}:Capabilities><{q}:Media><{q}:XAddr>{url}</{q}:XAddr></{q}:Media></{r}:Capabilities></{r}:C>"


def _profiles(camera: Camera, namespace: str, question: ElementTree.Element) -> str:
    return f"<R>{''.join(_profile(camera, one, namespace) for one in camera.habits.profiles)}</R>"


def _stream_uri(camera: Camera, namespace: str, question: ElementTree.Element) -> str:
    token = next(one.text for one in question.iter() if one.tag.endswith("}ProfileToken"))
    profile = next(one for one in camera.habits.profiles if one.token == token)
    _, q, r = camera.habits.prefixes
    url = camera.habits.stream.format(host=camera.habits.stated_host, path=profile.path or profile.token)
    uri = (
        f"<{r}:Uri>{url}</{r}:Uri>" if namespace == MEDIA2 else f"<{r}:MediaUri><{q}:Uri>{url}</{q}:Uri></{r}:MediaUri>"
    )
    return f"<{r}:GetStreamUriResponse>{uri}</{r}:GetStreamUriResponse>"


_ANSWERS = {
    "GetSystemDateAndTime": _clock,
    "GetDeviceInformation": _identity,
    "GetServices": _services,
    "GetCapabilities": _capabilities,
    "GetProfiles": _profiles,
    "GetStreamUri": _stream_uri,
}


def _profile(camera: Camera, one: Profile, namespace: str) -> str:
    """Write a profile; the old service knows no H.265 and leaves such an encoder out."""
    _, q, r = camera.habits.prefixes
    is_new = namespace == MEDIA2
    source, encoder = (
        ("VideoSource", "VideoEncoder") if is_new else ("VideoSourceConfiguration", "VideoEncoderConfiguration")
    )
    encoded = (
        f"<{q}:{encoder}><{q}:Name>{one.token}-enc</{q}:Name><{q}:Encoding>{one.encoding}</{q}:Encoding>"
        f"<{q}:Resolution><{q}:Width>{one.width}</{q}:Width><{q}:Height>{one.height}</{q}:Height></{q}:Resolution>"
        f"<{q}:RateControl><{q}:FrameRateLimit>{one.fps}</{q}:FrameRateLimit></{q}:RateControl></{q}:{encoder}>"
    )
    inner = (
        f"<{q}:{source}><{q}:Name>src</{q}:Name><{q}:SourceToken>{one.source}</{q}:SourceToken></{q}:{source}>"
        f"{encoded if is_new or one.encoding != 'H265' else ''}"
    )
    inner = f"<{r}:Configurations>{inner}</{r}:Configurations>" if is_new else inner
    return f'<{r}:Profiles token="{one.token}" fixed="true"><{q}:Name>name {one.token}</{q}:Name>{inner}</{r}:Profiles>'


def _probe_socket() -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((GROUP, PORT))
    membership = struct.pack("4s4si", socket.inet_aton(GROUP), b"\0" * 4, LOOPBACK)
    listener.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
    listener.settimeout(0.05)
    return listener


def _fresh(camera: Camera) -> str:
    nonce = uuid.uuid4().hex
    camera.nonces.add(nonce)
    return nonce


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()
