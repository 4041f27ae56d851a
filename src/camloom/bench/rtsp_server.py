"""A real RTSP camera on the loopback: gst-rtsp-server, run by the system's Python so that no environment needs `gi`.

    echo '{"codec": "h264", "gop": 25}' | /usr/bin/python3 rtsp_server.py

The specification comes as JSON on stdin, so that a password never stands in a command line. The first
line on stdout is the port; then it serves `rtsp://127.0.0.1:PORT/stream` until it is killed.

    port       0 takes a free one
    file       an MP4, MKV or raw .h264/.h265 file to serve at its own pace; else a moving test picture
    units      a file of encoded pictures (each after its length, 4 bytes, big-endian) to push at `fps`, round and
               round; each push is told on stdout: the number of the picture and the monotonic time in s
    shared     false gives each viewer a pipeline of his own; several who come to one at the same moment make
               gst-rtsp-server 1.22 abort (gst_rtsp_media_get_rates)
    codec      h264 or h265
    width, height, fps, gop (frames), bframes, pattern: of the test picture
    then       the pattern that the picture turns into at SIGUSR2, without a break
    user, password, auth: `basic` or `digest`; without a user everybody may watch
    certificate: a PEM file with its key; then it is rtsps
    sound      a tone beside the picture; SIGUSR1 then stops the picture alone, and lets it go on again
    pictures   after so many the picture stops, and the sound goes on
"""

import importlib
import json
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

ENCODERS = {
    "h264": "x264enc speed-preset=ultrafast threads=1 sliced-threads=false {latency} key-int-max={gop}"
    " bframes={bframes} b-adapt=false ! video/x-h264,profile=main ! h264parse",
    "h265": "x265enc speed-preset=ultrafast tune=zerolatency key-int-max={gop}"
    " option-string=pools=none:frame-threads=1:log-level=none ! h265parse",
}
DEMUXERS = {".mp4": "qtdemux ! ", ".mov": "qtdemux ! ", ".mkv": "matroskademux ! "}
SOUND = "audiotestsrc is-live=true ! audio/x-raw,rate=8000,channels=1 ! alawenc ! rtppcmapay name=pay1 pt=8"


def launch_line(spec: dict[str, Any]) -> str:
    """Return the pipeline in gst-launch's words."""
    codec = spec.get("codec", "h264")
    # Not -1: that puts the parameter sets before each slice of a keyframe, and FFmpeg then sees two pictures.
    pay = f"rtp{codec}pay name=pay0 pt=96 config-interval=1"
    if spec.get("units"):
        # What waits here before somebody watches is not old pictures: only the newest two stay.
        kind = f"video/x-{codec},stream-format=byte-stream,alignment=au,framerate={spec.get('fps', 25)}/1"
        source = f'appsrc name=units is-live=true format=time do-timestamp=true caps="{kind}"'
        return f"( {source} max-buffers=2 leaky-type=downstream ! {codec}parse ! {pay} )"
    if path := spec.get("file"):
        demuxer = next((text for suffix, text in DEMUXERS.items() if path.endswith(suffix)), "")
        return f'( filesrc location="{path}" ! {demuxer}{codec}parse ! {pay} )'
    sound = f" {SOUND}" if spec.get("sound") else ""
    return f"( {test_picture(spec)} ! valve name=valve ! {pay}{sound} )"


def test_picture(spec: dict[str, Any]) -> str:
    """Return the part of the pipeline that makes and encodes a moving picture."""
    bframes = spec.get("bframes", 0)
    encoder = ENCODERS[spec.get("codec", "h264")].format(
        gop=spec.get("gop", 25), bframes=bframes, latency="" if bframes else "tune=zerolatency"
    )
    size = f"width={spec.get('width', 320)},height={spec.get('height', 240)}"
    count = f" num-buffers={spec['pictures']}" if spec.get("pictures") else ""
    picture = f"videotestsrc name=picture is-live=true pattern={spec.get('pattern', 'ball')}{count}"
    return f"{picture} ! video/x-raw,format=I420,{size},framerate={spec.get('fps', 25)}/1 ! {encoder}"


def protect(rtsp: Any, server: Any, factory: Any, spec: dict[str, Any]) -> None:
    """Let only one user with a password watch, or only over TLS."""
    auth, token = rtsp.RTSPAuth(), rtsp.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    permissions = rtsp.RTSPPermissions()
    permissions.add_permission_for_role("viewer", "media.factory.access", True)
    permissions.add_permission_for_role("viewer", "media.factory.construct", True)
    factory.set_permissions(permissions)
    if certificate := spec.get("certificate"):
        gio = importlib.import_module("gi.repository.Gio")
        auth.set_tls_certificate(gio.TlsCertificate.new_from_file(certificate))
    if not spec.get("user"):
        auth.set_default_token(token)
    elif spec.get("auth", "digest") == "digest":
        auth.set_supported_methods(importlib.import_module("gi.repository.GstRtsp").RTSPAuthMethod.DIGEST)
        auth.add_digest(spec["user"], spec["password"], token)
    else:
        auth.add_basic(rtsp.RTSPAuth.make_basic(spec["user"], spec["password"]), token)
    server.set_auth(auth)


def read_units(path: str) -> list[bytes]:
    """Return the encoded pictures of a file of units."""
    data, place, units = Path(path).read_bytes(), 0, []
    while place < len(data):
        size = int.from_bytes(data[place : place + 4], "big")
        units.append(data[place + 4 : place + 4 + size])
        place += 4 + size
    return units


class Pusher:
    """Pushes encoded pictures at their pace into each pipeline that is made, and tells when."""

    def __init__(self, gst: Any, units: list[bytes], fps: float) -> None:
        self._gst = gst
        self._units = units
        self._frame_s = 1 / fps

    def attach(self, _factory: Any, media: Any) -> None:
        """Feed a pipeline until it is taken down."""
        source = media.get_element().get_by_name("units")
        over = threading.Event()
        media.connect("unprepared", lambda _media: over.set())
        threading.Thread(target=self._push, args=(source, over), daemon=True).start()

    def _push(self, source: Any, over: threading.Event) -> None:
        due_s, number = time.monotonic(), 0
        while not over.wait(max(0.0, due_s - time.monotonic())):
            sys.stdout.write(f"{number} {time.monotonic():.6f}\n")
            sys.stdout.flush()
            source.emit("push-buffer", self._gst.Buffer.new_wrapped(self._units[number]))
            number = (number + 1) % len(self._units)
            due_s += self._frame_s


class Switches:
    """Stops the picture alone and lets it go on; turns it into another one."""

    def __init__(self, gst: Any, then: str) -> None:
        self._gst = gst
        self._then = then
        self._pipelines: list[Any] = []
        self._shut = False

    def attach(self, _factory: Any, media: Any) -> None:
        """Rule over one more pipeline."""
        self._pipelines.append(media.get_element())
        self._set("valve", "drop", str(self._shut))

    def turn_valve(self) -> bool:
        """Shut what is open, open what is shut."""
        self._shut = not self._shut
        self._set("valve", "drop", str(self._shut))
        return True

    def change_picture(self) -> bool:
        """Show the other picture."""
        self._set("picture", "pattern", self._then)
        return True

    def _set(self, name: str, key: str, value: str) -> None:
        for pipeline in self._pipelines:
            if (element := pipeline.get_by_name(name)) is not None:
                self._gst.util_set_object_arg(element, key, value)


def main() -> None:
    """Serve until killed."""
    gi = importlib.import_module("gi")
    gi.require_version("Gst", "1.0")
    gi.require_version("GstRtspServer", "1.0")
    gst, rtsp = (importlib.import_module(f"gi.repository.{name}") for name in ("Gst", "GstRtspServer"))
    glib = importlib.import_module("gi.repository.GLib")
    gst.init(None)
    spec = json.load(sys.stdin)
    server, factory, switches = rtsp.RTSPServer(), rtsp.RTSPMediaFactory(), Switches(gst, spec.get("then", "black"))
    server.set_address("127.0.0.1")
    server.set_service(str(spec.get("port", 0)))
    factory.set_launch(launch_line(spec))
    factory.set_shared(spec.get("shared", True))
    factory.connect("media-configure", switches.attach)
    if spec.get("units"):
        factory.connect("media-configure", Pusher(gst, read_units(spec["units"]), spec.get("fps", 25)).attach)
    if spec.get("user") or spec.get("certificate"):
        protect(rtsp, server, factory, spec)
    server.get_mount_points().add_factory("/stream", factory)
    if not server.attach(None):
        sys.exit("cannot listen")
    glib.unix_signal_add(glib.PRIORITY_HIGH, signal.SIGUSR1, switches.turn_valve)
    glib.unix_signal_add(glib.PRIORITY_HIGH, signal.SIGUSR2, switches.change_picture)
    sys.stdout.write(f"{server.get_bound_port()}\n")
    sys.stdout.flush()
    glib.MainLoop().run()


if __name__ == "__main__":
    main()
