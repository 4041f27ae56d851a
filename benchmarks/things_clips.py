"""Which alarms the rule `left` raises on every clip of a folder, and what it costs.

    python benchmarks/things_clips.py FOLDER [--model nanodet] [--fps 5] [--unattended-s 3] [--json FILE]

The clips are analysed as the engine does it; only the rule is called from here, so that its CPU time can be told
apart. `ms` is that time per analysed frame, `share` its part of all CPU time of the run, decoding and detector
included: compare shares of one run, for milliseconds depend on what else the machine does. With the test videos a
backpack is left in one clip, `vg_suspicious.mp4`; every other alarm is false.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2

from camloom.config import Scene
from camloom.errors import CamloomError
from camloom.event import Event, Phase
from camloom.rules.things.left import LeftConfig, LeftRule
from camloom.runner import open_task

SUFFIXES = frozenset({".mp4", ".avi", ".mkv", ".mov", ".ts"})


@dataclass(frozen=True, slots=True)
class Clip:
    """What came of one clip.

    Attributes:
        alarms: time in s and box in px of each.
        ms: CPU time of the rule per analysed frame.
        share: of the CPU time of the whole run.
    """

    name: str
    frames: int
    alarms: tuple[tuple[float, tuple[int, ...]], ...]
    ms: float
    share: float


def watch(path: Path, model: str, fps: float, unattended_s: float) -> Clip:
    """Run the rule over a clip. CamloomError: it cannot be read, or there is no such model."""
    rule = LeftRule(LeftConfig(id="left", unattended_s=unattended_s), Scene())
    events: list[Event] = []
    frames, spent_s, began_s = 0, 0.0, time.process_time()
    for result in open_task({"id": "clip", "source": str(path), "model": model, "analysis_fps": fps}):
        before_s = time.thread_time()
        events += rule.update(result.tracks, result.frame)
        spent_s += time.thread_time() - before_s
        frames += 1
    total_s = time.process_time() - began_s
    alarms = tuple(_alarm(event) for event in events if event.phase is Phase.START)
    return Clip(path.name, frames, alarms, 1000 * spent_s / max(frames, 1), spent_s / max(total_s, 1e-9))


def _alarm(event: Event) -> tuple[float, tuple[int, ...]]:
    return round(event.pts_s, 1), tuple(round(value) for value in event.objects[0].xyxy)


def clips_of(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)


def line_of(clip: Clip) -> str:
    told = ", ".join(f"{at_s:g} s at {box}" for at_s, box in clip.alarms) or "none"
    return f"{clip.name:40} {clip.frames:6} {clip.ms:7.2f} {100 * clip.share:6.1f} %  {told}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", default="nanodet")
    parser.add_argument("--fps", type=float, default=5.0)
    parser.add_argument("--unattended-s", type=float, default=3.0)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    print(f"{'clip':40} {'frames':>6} {'ms':>7} {'share':>8}  alarms")
    clips = []
    for path in clips_of(given.folder):
        try:
            clips.append(watch(path, given.model, given.fps, given.unattended_s))
        except CamloomError as error:
            print(f"{path.name:40} {error}", file=sys.stderr)
            continue
        print(line_of(clips[-1]), flush=True)
    if given.json:
        given.json.write_text(json.dumps([asdict(clip) for clip in clips], indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
