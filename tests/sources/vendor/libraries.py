"""Builds the stand-ins for makers' libraries, and what they play."""

import shutil
import subprocess
from pathlib import Path

import av
import numpy as np
import pytest
from tests.sources.conftest import encode_clip

from camloom.gb28181.media.psmux import PsMuxer

HERE = Path(__file__).parent


def build(name: str, folder: Path) -> Path:
    """Compile `fake_NAME.c` into a library; skips the test where there is no compiler."""
    if shutil.which("gcc") is None:
        pytest.skip("no gcc: apt-get install gcc libc6-dev")
    library = folder / f"lib{name}.so"
    command = ["gcc", "-shared", "-fPIC", "-O1", "-o", str(library), str(HERE / f"fake_{name}.c"), "-lpthread", "-ldl"]
    subprocess.run(command, check=True, capture_output=True)
    return library


def write_program_stream(folder: Path, *, codec: str = "libx264", frames: int = 60) -> None:
    """Write `stream.ps`, 320x240, beside a library, and `noise.bin`, which is none."""
    clip = encode_clip(folder / "clip.mkv", codec=codec, frames=frames, size=(320, 240), gop=20)
    annex_b = {"libx264": "h264_mp4toannexb", "libx265": "hevc_mp4toannexb"}[codec]
    muxer = PsMuxer("h264" if codec == "libx264" else "hevc")
    with av.open(str(clip)) as container, (folder / "stream.ps").open("wb") as out:
        stream = container.streams.video[0]
        bits = av.BitStreamFilterContext(annex_b, stream)
        packets = [packet for raw in container.demux(stream) for packet in bits.filter(raw if raw.size else None)]
        for index, packet in enumerate(packets):
            out.write(muxer.video(bytes(packet), index * 3600, is_keyframe=packet.is_keyframe))
    noise = np.random.default_rng(5).integers(0, 256, 1 << 18, np.uint8)
    (folder / "noise.bin").write_bytes(noise.tobytes())
