"""What a wall of live tiles costs: the CPU time of the server and of the live part of the worker, in % of a core.

    python -m benchmarks.live_wall [--video cam.mp4] [--tiles 16] [--seconds 20]

Three processes: a worker that reads a looped 640x360 10 fps H.264 file once per tile at its own pace and offers a live
view of each (nothing is decoded or analysed; results are made up, one for every second frame), the server with its
database, and a browser that watches the pictures, and then pictures and boxes, of all of them by WebSocket. What the
worker needs while nobody looks is measured first and is not part of the wall.
"""

import argparse
import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
import uvicorn
from sqlalchemy import insert
from websockets.asyncio.client import connect

from camloom.bench.process import LoadOfOthers
from camloom.detections import Detections
from camloom.event import FrameResult
from camloom.exchange import Reported, TaskStatus
from camloom.exchange.live import socket_of
from camloom.frame import Frame
from camloom.runner.live import LiveView
from camloom.server.access.accounts import make_account
from camloom.server.access.keys import new_key
from camloom.server.access.principal import Role
from camloom.server.access.tokens import digest
from camloom.server.app import create_app
from camloom.server.database import Database, new_id
from camloom.server.database.migrate import migrate
from camloom.server.database.tables import api_key, camera, host, task
from camloom.server.settings import ServerSettings
from camloom.sources.media import MediaSource
from camloom.sources.scripted.draw import to_yuv420p
from camloom.tracks import Tracks

BAR_PERCENT = 20.0
_TICKS = os.sysconf("SC_CLK_TCK")
_SIZE, _FPS, _SECONDS = (640, 360), 10, 20


def main() -> None:
    """Measure, and print a table."""
    options = _options()
    if options.role:
        _ROLES[options.role](options)
        return
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        video = options.video or _film(folder / "cam.mp4")
        ids = [new_id() for _ in range(options.tiles)]
        key = _prepare(folder, ids)
        worker = stack.enter_context(_role("worker", folder, video, options))
        server = stack.enter_context(_role("server", folder, video, options))
        site = _wait_for(folder / "site")
        time.sleep(2)
        others = LoadOfOthers()
        idle = _spent(worker, server, options.seconds)
        print(f"{options.tiles} tiles, {options.seconds:g} s each; worker while nobody looks: {idle[0]:.1f} %")
        for channels in (["flv"], ["flv", "boxes"]):
            with _browser(site, key, ids, channels) as came:
                time.sleep(3)
                cpu = _spent(worker, server, options.seconds)
            _tell(channels, cpu[0] - idle[0], cpu[1], came)
        print(f"other processes and the browser: {100 * others.share():.0f} % of the machine")


def _tell(channels: Sequence[str], worker: float, server: float, came: dict[str, int]) -> None:
    total = worker + server
    verdict = "within" if total <= BAR_PERCENT else "ABOVE"
    print(f"{'+'.join(channels):10} worker {worker:5.1f} %  server {server:5.1f} %  together {total:5.1f} %", end="  ")
    print(f"({verdict} {BAR_PERCENT:g} %; {came})")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--video", type=Path)
    parser.add_argument("--tiles", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--role", default="", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


@contextmanager
def _role(role: str, folder: Path, video: Path, options: argparse.Namespace) -> Iterator[int]:
    more = ["--folder", str(folder), "--video", str(video), "--tiles", str(options.tiles)]
    command = [sys.executable, "-m", "benchmarks.live_wall", "--role", role, *more]
    process = subprocess.Popen(command)
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def _spent(worker: int, server: int, seconds: float) -> tuple[float, float]:
    """Return the CPU time of both in a window, in % of a core."""
    before, began_s = [_cpu_s(worker), _cpu_s(server)], time.monotonic()
    time.sleep(seconds)
    passed_s = time.monotonic() - began_s
    now = [_cpu_s(worker), _cpu_s(server)]
    return 100 * (now[0] - before[0]) / passed_s, 100 * (now[1] - before[1]) / passed_s


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _wait_for(path: Path) -> str:
    while not path.exists() or not path.read_text():
        time.sleep(0.05)
    return path.read_text()


def _film(path: Path) -> Path:
    """Write something that moves, as a camera would send it: a keyframe every two seconds."""
    rng = np.random.default_rng(3)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=_FPS, options={"bf": "0"})
        (stream.width, stream.height), stream.pix_fmt, stream.gop_size = _SIZE, "yuv420p", 2 * _FPS
        stream.bit_rate = 500_000
        ground = rng.integers(60, 180, (_SIZE[1], _SIZE[0], 3), np.uint8)
        for index in range(_FPS * _SECONDS):
            picture = np.roll(ground, index, 1) // 2 + rng.integers(0, 12, ground.shape, np.uint8)
            planes = np.frombuffer(to_yuv420p(picture), np.uint8).reshape(_SIZE[1] * 3 // 2, _SIZE[0])
            container.mux(stream.encode(av.VideoFrame.from_ndarray(planes, format="yuv420p")))
        container.mux(stream.encode(None))
    return path


# --- worker ---


def _worker(options: argparse.Namespace) -> None:
    for number in range(options.tiles):
        threading.Thread(target=_play, args=(options.video, options.folder / f"task-{number}", number)).start()


def _play(video: Path, out: Path, number: int) -> None:
    config = MediaSource.Config(url=str(video), pace="realtime", loop=True, phase_s=0.1 * number)
    source = MediaSource(config)
    view = LiveView(str(number), out)
    view.start(lambda _event: None, lambda: 0.0)
    info = source.open()
    view.begin(info)
    result = _result(info.width, info.height)
    for count, packet in enumerate(source.packets()):
        view.show(packet)
        if count % 2 == 0:
            view.take(replace(result, frame=replace(result.frame, pts_s=packet.pts_s)), lambda: None)


def _result(width: int, height: int) -> FrameResult:
    """Return five people on a frame."""
    xyxy = np.array([[100 * n, 50, 100 * n + 60, 250] for n in range(5)], np.float32)
    found = Detections(xyxy, np.full(5, 0.8, np.float32), np.zeros(5, np.int64), ("person",))
    tracks = Tracks.of(found, np.arange(5, dtype=np.int64), np.zeros(5))
    buffer: Any = type("Sizes", (), {"width": width, "height": height})()
    frame = Frame("cam", 0, 0.0, datetime.now(UTC), 0.0, False, buffer)
    return FrameResult(frame, found, tracks, (), 0.0)


# --- server ---


def _prepare(folder: Path, ids: Sequence[str]) -> str:
    """Fill the database; return an API key."""
    database = Database(f"sqlite:///{folder / 'camloom.db'}")
    migrate(database)
    at, host_id, tasks, key = datetime.now(UTC), new_id(), [new_id() for _ in ids], new_key()
    statuses = tuple(
        TaskStatus(id=one, condition="online", live=str(socket_of(folder / f"task-{number}")))
        for number, one in enumerate(tasks)
    )
    reported = Reported(host_id=host_id, at=at, tasks=statuses).model_dump(mode="json")
    cameras = [
        {"id": one, "host_id": host_id, "name": one, "place": "", "source": {}, "enabled": True, "created_at": at}
        | {"condition": "online", "reason": "", "detail": "", "stream": {}}
        for one in ids
    ]
    rows = [
        {"id": one, "camera_id": camera_id, "name": one, "enabled": True, "revision": 1, "document": {}}
        | {"created_at": at, "updated_at": at}
        for one, camera_id in zip(tasks, ids, strict=True)
    ]
    known = {"id": new_id(), "name": "wall", "key_hash": digest(key), "role": "viewer", "created_at": at}
    with database.write() as connection:
        account_id = make_account(
            connection, name="wall", password_hash="", role=Role.VIEWER, all_groups=True, language="en", at=at
        )
        connection.execute(insert(api_key).values(account_id=account_id, **known))
        connection.execute(
            insert(host).values(id=host_id, name="box", created_at=at, seen_at=at, revision=1, reported=reported)
        )
        connection.execute(insert(camera), cameras)
        connection.execute(insert(task), rows)
    database.close()
    return key


def _server(options: argparse.Namespace) -> None:
    settings = ServerSettings(data=options.folder)
    app = create_app(settings, Database(settings.database), cast(Any, None))
    config = uvicorn.Config(app, port=0, log_level="error", ws_per_message_deflate=False)
    asyncio.run(_serve(uvicorn.Server(config), options.folder / "site"))


async def _serve(server: uvicorn.Server, site: Path) -> None:
    serving = asyncio.ensure_future(server.serve())
    while not server.started:
        await asyncio.sleep(0.05)
    site.write_text(f"127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}")
    await serving


# --- browser ---


@contextmanager
def _browser(site: str, key: str, ids: Sequence[str], channels: Sequence[str]) -> Iterator[dict[str, int]]:
    stop = threading.Event()
    came = dict.fromkeys(channels, 0)

    async def watch(camera_id: str, channel: str) -> None:
        address = f"ws://{site}/api/v1/live/{camera_id}/{channel}"
        async with connect(address, additional_headers={"Authorization": f"Bearer {key}"}) as line:
            while not stop.is_set():
                data = await line.recv()  # not in one line: others count meanwhile
                came[channel] += len(data)

    async def watch_all() -> None:
        await asyncio.gather(*(watch(one, channel) for one in ids for channel in channels))

    thread = threading.Thread(target=lambda: asyncio.run(watch_all()))
    thread.start()
    yield came
    stop.set()
    thread.join()


_ROLES = {"worker": _worker, "server": _server}

if __name__ == "__main__":
    main()
