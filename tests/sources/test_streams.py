"""Every kind of network stream, from a real server: what comes, with which login, and what happens when it ends."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.x509.oid import NameOID
from tests.packages import provide
from tests.sources.conftest import encode_clip
from tests.sources.nginx import PACKAGES, Nginx, has_nginx
from tests.sources.web_camera import WebCamera

from camloom.config.source_url import with_credentials
from camloom.errors import SourceError
from camloom.packets import Packet, StreamInfo
from camloom.sources.live.reconnect import ReconnectingSource
from camloom.sources.live.states import StateBoard
from camloom.sources.media import MediaConfig, MediaSource
from camloom.sources.reading.decode import Decoder

if TYPE_CHECKING:
    from camloom.bench.camera import RtspServer

PASSWORD = "p@ss:w/r#1%?&!"
MakeServer = Callable[..., "RtspServer"]


def watch(url: str, count: int = 15, **settings: Any) -> tuple[StreamInfo, list[Packet], int]:
    """Read so many packets; return them with what the source says and the number of pictures in them."""
    source = MediaSource(MediaConfig(url=url, **{"timeout_s": 5, **settings}))
    try:
        info = source.open()
        packets = list(islice(source.packets(), count))
        decoder = Decoder(info)
        shown = sum(1 for packet in packets for _ in decoder.decode(packet)) + sum(1 for _ in decoder.drain())
    finally:
        source.close()
    return info, packets, shown


def _read_all(source: MediaSource, came: threading.Event) -> None:
    for _ in source.packets():
        came.set()


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def check(url: str, codec: str, count: int = 10, **settings: Any) -> list[Packet]:
    """See that a live stream of this codec comes, from a keyframe on, and that all of it can be decoded."""
    info, packets, shown = watch(url, count, **settings)
    assert (info.codec, info.live) == (codec, True)
    assert packets[0].is_keyframe
    assert packets[0].pts_s == 0
    assert all(later.dts_s > earlier.dts_s for earlier, later in pairwise(packets))
    assert shown >= len(packets) - 1
    return packets


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    """A media server that is fed all the time; installed if this is root, else the test is skipped."""
    provide("media server", has_nginx, *PACKAGES)
    folder = tmp_path_factory.mktemp("nginx")
    clip = encode_clip(folder / "clip.mp4", frames=100, gop=10)
    server = Nginx(folder)
    server.private("admin", PASSWORD)
    with server.running(clip):
        yield server


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that a camera signed itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "camera")])
    now = dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    made = made.not_valid_before(now).not_valid_after(now + dt.timedelta(days=1))
    path = tmp_path_factory.mktemp("tls") / "camera.pem"
    path.write_bytes(
        made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


class TestRtsp:
    @pytest.mark.parametrize("transport", ["tcp", "udp"])
    @pytest.mark.parametrize("codec", ["h264", "h265"])
    def test_both_codecs_over_both_transports(self, rtsp_server: MakeServer, transport: str, codec: str) -> None:
        server = rtsp_server(codec=codec, gop=5)

        check(server.url, "hevc" if codec == "h265" else codec, transport=transport)

    def test_over_tls_with_a_login(self, rtsp_server: MakeServer, certificate: Path) -> None:
        server = rtsp_server(gop=5, certificate=str(certificate), user="admin", password=PASSWORD)

        check(with_credentials(server.url, "admin", PASSWORD), "h264")

    def test_over_tls_a_certificate_is_proof_where_one_is_asked_for(
        self, rtsp_server: MakeServer, certificate: Path
    ) -> None:
        server = rtsp_server(certificate=str(certificate))

        with pytest.raises(SourceError):
            watch(server.url, verify_tls=True)
        with pytest.raises(SourceError):  # a host with a name has to prove it
            watch(server.url.replace("127.0.0.1", "localhost"))

    def test_over_tls_a_name_with_a_certificate_that_is_known_is_proof(
        self, rtsp_server: MakeServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        url = rtsp_server(certificate=str(certificate), gop=5).url.replace("127.0.0.1", "localhost")

        check(url, "h264")
        check(url, "h264", policy={"level": "strict", "allow": ["localhost"]})

    def test_under_a_strict_policy_it_is_read_by_its_address(self, rtsp_server: MakeServer) -> None:
        server = rtsp_server(gop=5)
        policy = {"level": "strict", "allow": ["localhost"]}

        check(server.url.replace("127.0.0.1", "localhost"), "h264", policy=policy)

    def test_sound_without_a_picture_is_no_picture(self, rtsp_server: MakeServer) -> None:
        source = MediaSource(MediaConfig(url=rtsp_server(gop=5, sound=True, pictures=30).url, timeout_s=1))
        source.open()

        with pytest.raises(SourceError) as caught:
            list(source.packets())

        source.close()
        assert caught.value.reason == "no-video"


class TestMediaServer:
    def test_rtmp(self, nginx: Nginx) -> None:
        check(nginx.rtmp, "h264")

    def test_rtmp_of_a_stream_that_is_not_there_times_out(self, nginx: Nginx) -> None:
        with pytest.raises(SourceError) as caught:
            watch(f"{nginx.rtmp}-not", timeout_s=0.6)

        assert caught.value.reason == "timeout"

    def test_hls_comes_at_its_pace_and_not_in_bursts(self, nginx: Nginx) -> None:
        packets = check(nginx.hls, "h264", count=30)

        assert packets[-1].ready_s - packets[0].ready_s >= 0.9  # 29 steps of 40 ms

    def test_nothing_stays_open_once_it_is_closed(self, nginx: Nginx) -> None:
        for url in (nginx.hls, nginx.rtmp, f"{nginx.web}/clip.mp4"):
            before = open_files()
            watch(url, 5)
            assert open_files() == before, url

    def test_hls_with_a_login(self, nginx: Nginx) -> None:
        check(with_credentials(f"{nginx.web}/private/cam.m3u8", "admin", PASSWORD), "h264")

    def test_hls_that_was_moved(self, nginx: Nginx) -> None:
        (nginx.folder / "list.m3u8").write_text(f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=100000\n{nginx.hls}\n")

        check(f"{nginx.web}/list.m3u8", "h264")

    def test_hls_that_goes_stale_times_out(self, nginx: Nginx, tmp_path: Path) -> None:
        (nginx.folder / "a.ts").write_bytes(encode_clip(tmp_path / "a.ts", frames=25).read_bytes())
        (nginx.folder / "stale.m3u8").write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\na.ts\n")

        with pytest.raises(SourceError) as caught:
            watch(f"{nginx.web}/stale.m3u8", 100, timeout_s=1)

        assert caught.value.reason == "timeout"

    def test_hls_that_is_complete_is_a_file(self, nginx: Nginx, tmp_path: Path) -> None:
        (nginx.folder / "b.ts").write_bytes(encode_clip(tmp_path / "b.ts", frames=25).read_bytes())
        text = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nb.ts\n#EXT-X-ENDLIST\n"
        (nginx.folder / "whole.m3u8").write_text(text)

        info, packets, _ = watch(f"{nginx.web}/whole.m3u8", 100)

        assert (info.live, len(packets)) == (False, 25)

    def test_hls_with_encrypted_segments(self, nginx: Nginx, tmp_path: Path) -> None:
        key, iv = bytes(range(16)), bytes(range(16, 32))
        clear = encode_clip(tmp_path / "d.ts", frames=25).read_bytes()
        padding = 16 - len(clear) % 16
        locked = Cipher(AES(key), CBC(iv)).encryptor().update(clear + bytes([padding]) * padding)
        (nginx.folder / "d.ts").write_bytes(locked)
        (nginx.folder / "key").write_bytes(key)
        text = f'#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-KEY:METHOD=AES-128,URI="key",IV=0x{iv.hex()}\n'
        (nginx.folder / "locked.m3u8").write_text(f"{text}#EXTINF:1,\nd.ts\n#EXT-X-ENDLIST\n")

        _, packets, shown = watch(f"{nginx.web}/locked.m3u8", 100)

        assert (len(packets), shown) == (25, 25)

    def test_what_proves_to_be_complete_is_not_played_again(self, nginx: Nginx, tmp_path: Path) -> None:
        (nginx.folder / "c.ts").write_bytes(encode_clip(tmp_path / "c.ts", frames=25).read_bytes())
        text = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nc.ts\n#EXT-X-ENDLIST\n"
        (nginx.folder / "once.m3u8").write_text(text)
        config = MediaConfig(url=f"{nginx.web}/once.m3u8")
        assert MediaSource(config).reconnects  # its name does not tell

        source = ReconnectingSource(lambda: MediaSource(config), StateBoard())
        source.open()
        packets = list(islice(source.packets(), 100))
        source.close()

        assert len(packets) == 25

    def test_a_file_with_its_index_at_the_end_is_read_in_parts(self, nginx: Nginx) -> None:
        info, packets, _ = watch(f"{nginx.web}/clip.mp4", 200)

        assert (info.live, info.frames, len(packets)) == (False, 100, 100)

    def test_a_file_can_begin_in_the_middle_and_again(self, nginx: Nginx) -> None:
        _, packets, _ = watch(f"{nginx.web}/clip.mp4", 100, start_s=3, loop=True)

        assert [packet.discont for packet in packets].count(True) == 1


class TestWebCamera:
    def test_http_flv(self, tmp_path: Path) -> None:
        with WebCamera(clip=encode_clip(tmp_path / "a.mp4", frames=50, gop=5)).running() as camera:
            check(f"{camera.url}/live.flv", "h264")

    @pytest.mark.parametrize("auth", ["", "basic", "digest"])
    def test_mjpeg(self, auth: str) -> None:
        with WebCamera(auth=auth, password=PASSWORD, offers_both=True).running() as camera:
            packets = check(with_credentials(f"{camera.url}/live.mjpg", "admin", PASSWORD), "mjpeg")

        assert camera.logins == bool(auth)
        assert packets[-1].pts_s == pytest.approx(9 / 25, abs=0.3)

    def test_over_tls(self, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with WebCamera(certificate=certificate).running() as camera:
            named = f"{camera.url}/live.mjpg".replace("127.0.0.1", "localhost")
            check(f"{camera.url}/live.mjpg", "mjpeg", count=3)  # by its address: it need not prove anything
            with pytest.raises(SourceError, match="prove who it is"):
                watch(named)
            monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
            check(named, "mjpeg", count=3)
            check(named, "mjpeg", count=3, policy={"level": "strict", "allow": ["localhost"]})
            with pytest.raises(SourceError, match="prove who it is"):
                watch(f"{camera.url}/live.mjpg", verify_tls=True)  # the certificate is for another name

    def test_mjpeg_has_the_clock_of_the_wall(self) -> None:
        with WebCamera(fps=10).running() as camera:
            packets = check(f"{camera.url}/live.mjpg", "mjpeg")

        assert packets[-1].pts_s > 0.8 * 9 / 10  # and not 9 / 25, as FFmpeg would have it

    @pytest.mark.parametrize("auth", ["basic", "digest"])
    def test_a_wrong_password_is_tried_once(self, auth: str) -> None:
        with WebCamera(auth=auth, password="another").running() as camera, pytest.raises(SourceError) as caught:
            watch(with_credentials(f"{camera.url}/live.mjpg", "admin", PASSWORD))

        assert (caught.value.reason, camera.logins) == ("auth", 1)

    @pytest.mark.parametrize("auth", ["basic", "digest"])
    def test_no_password(self, auth: str) -> None:
        with WebCamera(auth=auth, password=PASSWORD).running() as camera, pytest.raises(SourceError) as caught:
            watch(f"{camera.url}/live.mjpg")

        assert (caught.value.reason, camera.logins) == ("auth", 0)

    @pytest.mark.parametrize("trickle", [False, True])
    def test_one_that_falls_silent_is_given_up_also_if_bytes_trickle(self, trickle: bool) -> None:
        with WebCamera(silent_after=6, trickle=trickle).running() as camera, pytest.raises(SourceError) as caught:
            watch(f"{camera.url}/live.mjpg", 100, timeout_s=0.8)

        assert caught.value.reason == "timeout"

    def test_one_that_ends_is_closed(self, tmp_path: Path) -> None:
        camera = WebCamera(clip=encode_clip(tmp_path / "a.mp4", frames=10))
        with camera.running(), pytest.raises(SourceError) as caught:
            watch(f"{camera.url}/live.flv", 100)

        assert caught.value.reason == "closed"

    def test_stop_does_not_wait_for_a_silent_camera(self) -> None:
        with WebCamera(silent_after=6).running() as camera:
            source = MediaSource(MediaConfig(url=f"{camera.url}/live.mjpg", timeout_s=60))
            source.open()
            came = threading.Event()
            reader = threading.Thread(target=_read_all, args=(source, came))
            reader.start()
            assert came.wait(10)
            source.stop()
            reader.join(10)
            source.close()

        assert not reader.is_alive()


class TestKnock:
    def test_a_camera_is_heard_without_a_login(self, rtsp_server: MakeServer) -> None:
        server = rtsp_server(user="admin", password=PASSWORD)

        assert MediaSource(MediaConfig(url=server.url)).knock()

    def test_a_camera_over_tls(self, rtsp_server: MakeServer, certificate: Path) -> None:
        assert MediaSource(MediaConfig(url=rtsp_server(certificate=str(certificate)).url)).knock()

    @pytest.mark.parametrize("scheme", ["rtmp", "http"])
    def test_others_take_a_connection(self, silent_port: int, scheme: str) -> None:
        assert MediaSource(MediaConfig(url=f"{scheme}://127.0.0.1:{silent_port}/s")).knock()

    def test_a_frozen_camera_is_not_there(self, rtsp_server: MakeServer) -> None:
        server = rtsp_server()
        server.freeze()

        assert not MediaSource(MediaConfig(url=server.url)).knock()

    @pytest.mark.parametrize("scheme", ["rtsp", "rtmp", "http"])
    def test_nobody(self, closed_port: int, scheme: str) -> None:
        assert not MediaSource(MediaConfig(url=f"{scheme}://127.0.0.1:{closed_port}/s")).knock()

    def test_an_address_that_is_not_allowed_is_not_asked(self, silent_port: int) -> None:
        assert not MediaSource(MediaConfig(url=f"http://127.0.0.1:{silent_port}/s", policy="strict")).knock()


@pytest.mark.parametrize(
    ("url", "settings", "reconnects"),
    [
        ("rtsp://10.0.0.5/s", {}, True),
        ("http://10.0.0.5/live.flv", {}, True),
        ("rtsp://10.0.0.5/s", {"reconnect": False}, False),
        ("http://10.0.0.5/clip.mp4", {}, False),
        ("clip.mp4", {}, False),
    ],
)
def test_only_what_is_live_may_come_back(url: str, settings: dict[str, Any], reconnects: bool) -> None:
    assert MediaSource(MediaConfig(url=url, **settings)).reconnects is reconnects
