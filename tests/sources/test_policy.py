"""Where a source may not lead: redirects and playlists to forbidden places, and addresses that a policy refuses."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.faults.stub import Request, StubCamera, redirecting, redirecting_in_secret, says

from camloom.errors import SourceError
from camloom.sources.media import MediaConfig, MediaSource

if TYPE_CHECKING:
    from tests.sources.conftest import WebServer

    from camloom.bench.camera import RtspServer

PASSWORD = "canary"
HERE = {"level": "strict", "allow": ["127.0.0.1"]}
POLICIES = pytest.mark.parametrize("policy", ["local", HERE], ids=["local", "strict"])
LIST = "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n%s\n#EXT-X-ENDLIST\n"


def open_and_close(url: str, policy: Any) -> str:
    """Open a source and return its codec."""
    source = MediaSource(MediaConfig(url=url, policy=policy, timeout_s=3))
    try:
        return source.open().codec
    finally:
        source.close()


def refusal(url: str, policy: Any, *reasons: str) -> str:
    with pytest.raises(SourceError) as caught:
        open_and_close(url, policy)
    assert caught.value.reason in (reasons or ("policy",)), str(caught.value)
    assert PASSWORD not in str(caught.value)
    return str(caught.value)


@pytest.fixture
def stub() -> "Any":
    """A function that starts an RTSP server which gives one answer."""
    with ExitStack() as stack:
        yield lambda *how, **where: stack.enter_context(StubCamera(*how, **where))


class TestStrict:
    @pytest.mark.parametrize("url", ["rtsp://{}/s", "rtmp://{}/s", "http://{}/s", "http://u:canary@{}/s"])
    def test_this_machine_is_refused_before_anybody_is_asked(self, stub: Any, url: str) -> None:
        server = stub(redirecting("rtsp://127.0.0.1/s"))

        refusal(url.format(f"127.0.0.1:{server.port}"), "strict")
        refusal(url.format(f"localhost:{server.port}"), "strict")
        refusal(url.format(f"2130706433:{server.port}"), "strict")

        assert server.asked == []

    def test_files_are_refused(self, make_clip: Callable[..., Path]) -> None:
        clip = make_clip("a.mp4", frames=5)

        assert open_and_close(str(clip), "local") == "h264"
        assert "not allowed" in refusal(str(clip), "strict")


class TestRtspRedirect:
    @POLICIES
    @pytest.mark.parametrize("at", ["OPTIONS", "DESCRIBE"])
    def test_to_the_same_machine_is_followed(
        self, rtsp_server: "Callable[..., RtspServer]", stub: Any, policy: Any, at: str
    ) -> None:
        camera = rtsp_server(gop=5)

        assert open_and_close(stub(redirecting(camera.url, at)).url, policy) == "h264"

    @POLICIES
    @pytest.mark.parametrize("at", ["OPTIONS", "DESCRIBE"])
    def test_to_a_forbidden_host_is_refused(self, stub: Any, policy: Any, at: str) -> None:
        inside = stub(redirecting("rtsp://127.0.0.1/"), host="127.0.0.2")
        server = stub(redirecting(inside.url, at))

        assert "not allowed" in refusal(server.url, policy)
        assert policy == "local" or inside.asked == []

    @pytest.mark.parametrize(
        "where", ["rtsp://169.254.169.254/", "rtsp://0x7f.2/s", "http://127.0.0.1/", "file:///etc"]
    )
    def test_to_a_forbidden_address_is_refused(self, stub: Any, where: str) -> None:
        refusal(stub(redirecting(where)).url, HERE)

    @POLICIES
    def test_twice_is_refused(self, stub: Any, policy: Any) -> None:
        second = stub(redirecting("rtsp://127.0.0.1:9/s"))

        assert "more than once" in refusal(stub(redirecting(second.url)).url, policy)

    @POLICIES
    def test_after_the_login_is_refused(self, rtsp_server: "Callable[..., RtspServer]", stub: Any, policy: Any) -> None:
        camera = rtsp_server(gop=5)
        server = stub(redirecting_in_secret(camera.url))

        assert "in secret" in refusal(server.url.replace("//", f"//admin:{PASSWORD}@"), policy)

    def test_the_password_goes_to_no_other_host(self, stub: Any) -> None:
        logins: list[bool] = []

        def note(request: Request) -> bytes | None:
            logins.append(request.logged_in)
            return says("401 Unauthorized", 'WWW-Authenticate: Basic realm="camera"', at=request.method)(request)

        other = stub(note, host="127.0.0.2")
        server = stub(redirecting(other.url))
        allowed = {"level": "strict", "allow": ["127.0.0.0/8"]}

        refusal(server.url.replace("//", f"//admin:{PASSWORD}@"), allowed, "auth")

        assert logins
        assert not any(logins)

    @pytest.mark.parametrize("status", ["453 Not Enough Bandwidth", "503 Service Unavailable"])
    @pytest.mark.parametrize("at", ["OPTIONS", "DESCRIBE"])
    @POLICIES
    def test_a_camera_without_a_place_is_busy(self, stub: Any, policy: Any, status: str, at: str) -> None:
        refusal(stub(says(status, at=at)).url, policy, "busy")


class TestWebRedirect:
    @POLICIES
    def test_to_the_same_machine_is_followed_once(
        self, web_server: "WebServer", make_clip: Callable[..., Path], policy: Any
    ) -> None:
        clip = web_server.put("/a.mp4", make_clip("a.mp4", frames=5).read_bytes())
        once = web_server.put("/once", clip.encode(), status=302)
        twice = web_server.put("/twice", once.encode(), status=302)
        loop = web_server.put("/loop", b"/loop", status=302)

        assert open_and_close(once, policy) == "h264"
        assert "more than once" in refusal(twice, policy)
        assert "more than once" in refusal(loop, policy)

    @POLICIES
    @pytest.mark.parametrize(
        "where",
        ["http://127.0.0.2:{}/", "http://[::1]:{}/", "http://169.254.169.254/", "file:///etc/passwd", "ftp://a/b"],
    )
    def test_to_a_forbidden_place_is_refused(self, web_server: "WebServer", policy: Any, where: str) -> None:
        url = web_server.put("/a", where.format(web_server.server_port).encode(), status=302)

        refusal(url.replace("//", f"//admin:{PASSWORD}@"), policy)


class TestPlaylist:
    @POLICIES
    @pytest.mark.parametrize(
        "names",
        [
            "http://127.0.0.2:{}/a.ts",
            "http://169.254.169.254/a.ts",
            "file:///etc/passwd",
            "concat:/etc/passwd",
            "rtsp://a/",
        ],
    )
    def test_it_may_not_name_a_forbidden_place(self, web_server: "WebServer", policy: Any, names: str) -> None:
        text = LIST % names.format(web_server.server_port)
        url = web_server.put("/list.m3u8", text.encode(), content_type="application/x-mpegurl")

        refusal(url, policy, "policy", "not-a-video")  # some of it FFmpeg does not even ask for

        assert web_server.asked == ["/list.m3u8"]

    @POLICIES
    def test_a_segment_that_redirects_is_checked_too(self, web_server: "WebServer", policy: Any) -> None:
        web_server.put("/a.ts", b"http://169.254.169.254/latest", status=302)
        url = web_server.put("/list.m3u8", (LIST % "a.ts").encode(), content_type="application/x-mpegurl")

        refusal(url, policy)

    def test_the_name_of_a_list_is_enough(self, web_server: "WebServer", make_clip: Callable[..., Path]) -> None:
        web_server.put("/a.ts", make_clip("a.ts", frames=5).read_bytes())
        url = web_server.put("/list.m3u8", (LIST % "a.ts").encode(), content_type="text/plain")

        assert open_and_close(url, HERE) == "h264"
