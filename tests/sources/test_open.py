import os
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np
import pytest

from camloom.errors import SourceError
from camloom.sources.opening import open as opening
from camloom.sources.opening.faults import read_error
from camloom.sources.opening.open import open_container, video_stream

if TYPE_CHECKING:
    from tests.sources.conftest import WebServer

    from camloom.bench.camera import RtspServer

PASSWORD = "p@ss:w/r#1%?&!"
TRACES = ("p@ss", "r#1", "p%40ss", "r%231")  # of the password in any spelling
HTML = b"<!DOCTYPE html><html><body>Please log in</body></html>" * 9
LIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n%s\n#EXT-X-ENDLIST\n"


def refusal(url: str | Path, timeout_s: float = 5.0) -> SourceError:
    """Open what cannot be opened and return the error, having looked for the password in all of it."""
    with pytest.raises(SourceError) as caught:
        open_container(str(url), timeout_s=timeout_s)
    error = caught.value
    everything = "".join(traceback.format_exception(error)) + repr(error)
    assert "\n" not in str(error)
    assert error.hint
    assert not any(trace in everything for trace in TRACES)
    assert error.__cause__ is None
    return error


def test_a_good_file_opens_with_its_video_stream(make_clip: Callable[..., Path]) -> None:
    with open_container(str(make_clip("good.mp4", frames=5))) as container:
        assert sum(packet.size > 0 for packet in container.demux(video_stream(container))) == 5


def test_a_file_named_like_a_protocol_is_a_file(
    make_clip: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    make_clip("good.mp4", frames=5).rename(tmp_path / "concat:a.mp4")
    monkeypatch.chdir(tmp_path)

    with open_container("./concat:a.mp4") as container:
        assert video_stream(container).codec_context.width == 160


class TestFiles:
    def test_missing(self, tmp_path: Path) -> None:
        error = refusal(tmp_path / "nothing.mp4")

        assert (error.reason, "there is no file" in str(error)) == ("missing", True)

    def test_below_a_file(self, make_clip: Callable[..., Path]) -> None:
        assert refusal(make_clip("good.mp4", frames=5) / "x.mp4").reason == "missing"

    def test_folder(self, tmp_path: Path) -> None:
        error = refusal(tmp_path)

        assert (error.reason, "folder" in str(error)) == ("not-a-video", True)

    def test_device(self) -> None:
        assert refusal("/dev/zero").reason == "unsupported"

    def test_pipe_that_nobody_writes(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.mp4")

        assert refusal(tmp_path / "pipe.mp4").reason == "unsupported"

    def test_no_permission(self, make_clip: Callable[..., Path]) -> None:
        clip = make_clip("good.mp4", frames=5)
        clip.chmod(0)
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)  # root may read everything
        try:
            error = refusal(clip)
        finally:
            os.seteuid(user)

        assert (error.reason, "Permission denied" in str(error)) == ("read", True)

    @pytest.mark.parametrize(
        ("name", "content", "word"),
        [
            ("empty.mp4", b"", "empty"),
            ("page.mp4", HTML, "web page"),
            ("text.txt", b"hello " * 99, "not a video"),
            ("noise.mp4", bytes(range(7, 250)) * 40, "not a video"),
            ("list.m3u8", LIST % b"http://127.0.0.1:9/a.ts", "list"),
            ("list.ffconcat", b"ffconcat version 1.0\nfile 'http://127.0.0.1:9/a.ts'\n", "list"),
        ],
    )
    def test_not_a_video(self, tmp_path: Path, name: str, content: bytes, word: str) -> None:
        (tmp_path / name).write_bytes(content)

        error = refusal(tmp_path / name)

        assert (error.reason, word in str(error)) == ("not-a-video", True)

    def test_picture(self, tmp_path: Path) -> None:
        cv2.imwrite(str(tmp_path / "a.jpg"), np.zeros((64, 64, 3), np.uint8))

        assert refusal(tmp_path / "a.jpg").reason == "not-a-video"

    def test_truncated_mp4(self, make_clip: Callable[..., Path]) -> None:
        clip = make_clip("cut.mp4")
        clip.write_bytes(clip.read_bytes()[: clip.stat().st_size // 2])

        error = refusal(clip)

        assert (error.reason, "cut off" in str(error)) == ("not-a-video", True)

    def test_sound_only(self, tmp_path: Path) -> None:
        with av.open(str(tmp_path / "a.wav"), "w") as container:
            stream = container.add_stream("pcm_s16le", rate=8000, layout="mono")
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), format="s16", layout="mono")
            frame.rate = 8000
            container.mux(stream.encode(frame))

        error = refusal(tmp_path / "a.wav")

        assert (error.reason, "audio" in str(error)) == ("no-video", True)

    def test_codec_that_nobody_knows(self, make_clip: Callable[..., Path]) -> None:
        clip = make_clip("odd.avi", codec="mpeg4")
        clip.write_bytes(clip.read_bytes().replace(b"FMP4", b"ZZZZ"))

        assert refusal(clip).reason == "unsupported"

    def test_picture_bomb(self, make_clip: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(opening, "MAX_PIXELS", 160 * 120 - 1)

        error = refusal(make_clip("large.mp4", frames=5))

        assert (error.reason, "160x120" in str(error)) == ("unsupported", True)


class TestWeb:
    @pytest.mark.parametrize(
        ("status", "body", "reason", "word"),
        [
            (200, HTML, "not-a-video", "web page"),
            (200, b"", "not-a-video", "empty"),
            (401, b"", "auth", "refused the user or the password"),
            (403, b"", "auth", "403"),
            (404, b"", "missing", "404"),
            (429, b"", "busy", "429"),
            (418, b"", "unreachable", "4xx"),
            (500, b"", "unreachable", "5xx"),
            (503, b"", "busy", "503"),
            (302, b"file:///etc/passwd", "policy", "not on the web"),
        ],
    )
    def test_bad_answers(self, web_server: "WebServer", status: int, body: bytes, reason: str, word: str) -> None:
        url = web_server.put("/a.mp4", body, status=status, content_type="text/html")

        error = refusal(url.replace("//", f"//admin:{PASSWORD}@"))

        assert (error.reason, word in str(error)) == (reason, True), str(error)

    def test_a_login_is_asked_for_where_none_was_given(self, web_server: "WebServer") -> None:
        error = refusal(web_server.put("/a.mp4", b"", status=401))

        assert (error.reason, "asks for a user" in str(error)) == ("auth", True)

    def test_a_playlist_may_lead_to_the_web_but_not_to_files(
        self, web_server: "WebServer", make_clip: Callable[..., Path]
    ) -> None:
        segment = make_clip("a.ts")
        web_server.put("/a.ts", segment.read_bytes(), content_type="video/mp2t")
        good = web_server.put("/good.m3u8", LIST % b"a.ts", content_type="application/vnd.apple.mpegurl")
        bad = web_server.put("/bad.m3u8", LIST % f"file://{segment}".encode(), content_type="application/x-mpegurl")

        with open_container(good) as container:
            assert video_stream(container).codec_context.width == 160
        assert refusal(bad).reason == "policy"

    def test_a_list_on_disk_never_asks_the_network(
        self, web_server: "WebServer", make_clip: Callable[..., Path], tmp_path: Path
    ) -> None:
        url = web_server.put("/a.ts", make_clip("a.ts").read_bytes(), content_type="video/mp2t")
        (tmp_path / "list.m3u8").write_bytes(LIST % url.encode())

        refusal(tmp_path / "list.m3u8")

        assert web_server.asked == []


class TestNetwork:
    def test_unknown_host(self) -> None:
        error = refusal(f"rtsp://admin:{PASSWORD}@camera.invalid/s")

        assert (error.reason, "no host is called 'camera.invalid'" in str(error)) == ("unreachable", True)

    @pytest.mark.parametrize("scheme", ["rtsp", "rtmp", "http"])
    def test_nothing_listens(self, closed_port: int, scheme: str) -> None:
        error = refusal(f"{scheme}://admin:{PASSWORD}@127.0.0.1:{closed_port}/s")

        assert (error.reason, "nothing listens" in str(error)) == ("unreachable", True)

    @pytest.mark.parametrize("scheme", ["rtsp", "http"])
    def test_silence(self, silent_port: int, scheme: str) -> None:
        error = refusal(f"{scheme}://admin:{PASSWORD}@127.0.0.1:{silent_port}/s", timeout_s=0.5)

        assert (error.reason, "within 0.5 s" in str(error)) == ("timeout", True)

    def test_a_web_server_where_a_camera_should_be(self, web_server: "WebServer") -> None:
        error = refusal(web_server.put("/s", HTML).replace("http:", "rtsp:"))

        assert (error.reason, "answers, but not with a video" in str(error)) == ("not-a-video", True)

    def test_scheme_not_allowed(self) -> None:
        assert refusal("concat:a.mp4|b.mp4").reason == "unsupported"


class TestCamera:
    @pytest.mark.parametrize("method", ["basic", "digest"])
    def test_a_password_of_odd_characters_opens_raw_and_encoded(
        self, rtsp_server: "Callable[..., RtspServer]", method: str
    ) -> None:
        camera = rtsp_server(user="admin", password=PASSWORD, auth=method)

        for url in (camera.raw_url_as("admin", PASSWORD), camera.url_as("admin", PASSWORD)):
            with open_container(url) as container:
                assert video_stream(container).codec_context.name == "h264"

    @pytest.mark.parametrize("method", ["basic", "digest"])
    def test_wrong_password(self, rtsp_server: "Callable[..., RtspServer]", method: str) -> None:
        camera = rtsp_server(user="admin", password="another", auth=method)

        error = refusal(camera.raw_url_as("admin", PASSWORD))

        assert (error.reason, "refused the user or the password" in str(error)) == ("auth", True)

    def test_no_password(self, rtsp_server: "Callable[..., RtspServer]") -> None:
        error = refusal(rtsp_server(user="admin", password=PASSWORD).url)

        assert (error.reason, "asks for a user" in str(error)) == ("auth", True)

    def test_wrong_path(self, rtsp_server: "Callable[..., RtspServer]") -> None:
        error = refusal(rtsp_server().url.replace("/stream", "/nothing"))

        assert (error.reason, "404" in str(error)) == ("missing", True)

    def test_frozen(self, rtsp_server: "Callable[..., RtspServer]") -> None:
        camera = rtsp_server()
        camera.freeze()

        assert refusal(camera.raw_url_as("admin", PASSWORD), timeout_s=0.5).reason == "timeout"

    def test_the_first_keyframe_is_not_thrown_away(
        self, rtsp_server: "Callable[..., RtspServer]", make_clip: Callable[..., Path]
    ) -> None:
        camera = rtsp_server(file=str(make_clip("long.mp4", frames=100, gop=100)))

        with open_container(camera.url) as container:
            first = next(container.demux(video_stream(container)))

        assert first.is_keyframe

    def test_silence_in_the_middle_is_a_timeout_without_the_password(
        self, rtsp_server: "Callable[..., RtspServer]"
    ) -> None:
        camera = rtsp_server(user="admin", password=PASSWORD)
        url = camera.raw_url_as("admin", PASSWORD)
        with open_container(url, timeout_s=1.0) as container:
            packets = container.demux(video_stream(container))
            next(packets)
            camera.freeze()
            with pytest.raises(av.error.FFmpegError) as caught:
                list(packets)

        error = read_error(url, caught.value)

        assert error.reason == "timeout"
        assert not any(trace in str(error) + str(error.__notes__) for trace in TRACES)
