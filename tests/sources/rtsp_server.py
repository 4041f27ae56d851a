"""A real RTSP server for tests: gst-rtsp-server, run by the system's Python so that no environment needs `gi`.

    echo '{"codec": "h264", "gop": 25}' | /usr/bin/python3 rtsp_server.py

The specification comes as JSON on stdin, so that a password never stands in a command line. The first
line on stdout is the port; then it serves `rtsp://127.0.0.1:PORT/stream` until it is killed.

    port       0 takes a free one
    file       an MP4, MKV or raw .h264/.h265 file to serve at its own pace; else a moving test picture
    codec      h264 or h265
    width, height, fps, gop (frames), bframes: of the test picture
    user, password, auth: `basic` or `digest`; without a user everybody may watch
    certificate: a PEM file with its key; then it is rtsps
    sound      a tone beside the picture
    pictures   after so many the picture stops, and the sound goes on
"""

import importlib
import json
import sys
from typing import Any

ENCODERS = {
    "h264": "x264enc speed-preset=ultrafast threads=1 sliced-threads=false {latency} key-int-max={gop}"
    " bframes={bframes} b-adapt=false ! video/x-h264,profile=main ! h264parse",
    "h265": "x265enc speed-preset=ultrafast tune=zerolatency key-int-max={gop}"
    " option-string=pools=none:frame-threads=1:log-level=none ! h265parse",
}
DEMUXERS = {".mp4": "qtdemux ! ", ".mov": "qtdemux ! ", ".mkv": "matroskademux ! "}


def launch_line(spec: dict[str, Any]) -> str:
    """Return the pipeline in gst-launch's words."""
    codec = spec.get("codec", "h264")
    # Not -1: that puts the parameter sets before each slice of a keyframe, and FFmpeg then sees two pictures.
    pay = f"rtp{codec}pay name=pay0 pt=96 config-interval=1"
    if path := spec.get("file"):
        demuxer = next((text for suffix, text in DEMUXERS.items() if path.endswith(suffix)), "")
        return f'( filesrc location="{path}" ! {demuxer}{codec}parse ! {pay} )'
    bframes = spec.get("bframes", 0)
    encoder = ENCODERS[codec].format(
        gop=spec.get("gop", 25), bframes=bframes, latency="" if bframes else "tune=zerolatency"
    )
    size = f"width={spec.get('width', 320)},height={spec.get('height', 240)}"
    picture = (
        f"videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,{size},framerate={spec.get('fps', 25)}/1"
    )
    if count := spec.get("pictures"):
        picture = picture.replace("pattern=ball", f"pattern=ball num-buffers={count}")
    sound = "audiotestsrc is-live=true ! alawenc ! rtppcmapay name=pay1 pt=8 " if spec.get("sound") else ""
    return f"( {picture} ! {encoder} ! {pay} {sound})"


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


def main() -> None:
    """Serve until killed."""
    gi = importlib.import_module("gi")
    gi.require_version("Gst", "1.0")
    gi.require_version("GstRtspServer", "1.0")
    gst, rtsp = (importlib.import_module(f"gi.repository.{name}") for name in ("Gst", "GstRtspServer"))
    glib = importlib.import_module("gi.repository.GLib")
    gst.init(None)
    spec = json.load(sys.stdin)
    server, factory = rtsp.RTSPServer(), rtsp.RTSPMediaFactory()
    server.set_address("127.0.0.1")
    server.set_service(str(spec.get("port", 0)))
    factory.set_launch(launch_line(spec))
    factory.set_shared(True)
    if spec.get("user") or spec.get("certificate"):
        protect(rtsp, server, factory, spec)
    server.get_mount_points().add_factory("/stream", factory)
    if not server.attach(None):
        sys.exit("cannot listen")
    sys.stdout.write(f"{server.get_bound_port()}\n")
    sys.stdout.flush()
    glib.MainLoop().run()


if __name__ == "__main__":
    main()
