"""The simulated device for people: python -m tests.gb28181.device --server 127.0.0.1:5060 --habit no-marker."""

import argparse
import os
import sys
import threading
from pathlib import Path

from tests.gb28181.clips import read_clip
from tests.gb28181.device import DEVICE_ID, PASSWORD, PLATFORM_ID, Channel, Device
from tests.gb28181.habits import HABITS


def read_options() -> argparse.Namespace:
    """The command line. The password comes from the environment: a command line can be read by everybody."""
    habits = "\n".join(f"  {name:<24}{text}" for name, text in HABITS.items())
    parser = argparse.ArgumentParser(
        prog="python -m tests.gb28181.device",
        description="A simulated GB/T 28181 device. It takes its password from GB_PASSWORD (else 12345678).",
        epilog=f"habits:\n{habits}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--server", default="127.0.0.1:5060", help="host:port of the platform")
    parser.add_argument("--platform", default=PLATFORM_ID, help="id of the platform")
    parser.add_argument("--id", default=DEVICE_ID, help="id of the device")
    parser.add_argument("--channels", type=int, default=2, help="how many cameras it has")
    parser.add_argument("--transport", choices=("udp", "tcp"), default="udp", help="of signalling")
    parser.add_argument("--host", default="127.0.0.1", help="own address")
    parser.add_argument("--port", type=int, default=0, help="own port for signalling")
    parser.add_argument("--clip", type=Path, help="a video file (H.264 or H.265) that its cameras show")
    parser.add_argument("--habit", action="append", default=[], choices=sorted(HABITS), metavar="HABIT")
    parser.add_argument("--keepalive", type=float, default=60, help="seconds between signs of life")
    return parser.parse_args()


def main() -> int:
    """Run until interrupted."""
    options = read_options()
    host, _, port = options.server.partition(":")
    codec, pictures = read_clip(options.clip) if options.clip else ("h264", None)
    channels = [Channel(f"{options.id[:10]}131{n:07d}", f"摄像机 {n}") for n in range(1, options.channels + 1)]
    device = Device(
        (host, int(port or 5060)),
        id=options.id,
        password=os.environ.get("GB_PASSWORD", PASSWORD),
        platform_id=options.platform,
        channels=channels,
        transport=options.transport,
        host=options.host,
        port=options.port,
        codec=codec,
        pictures=pictures,
        habits=options.habit,
        keepalive_s=options.keepalive,
    )
    with device:
        known = device.wait_online()
        sys.stdout.write(f"{device.settings.id}: {'registered' if known else 'not registered yet'}\n")
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            device.deregister()
    return 0
