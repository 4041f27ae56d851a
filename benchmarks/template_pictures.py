"""Draw the example picture of each alarm template: the first scene of tests/scenes/cases that fires, or a sketch.

    python -m benchmarks.template_pictures [NAME ...]

The pictures lie beside the templates and go into the wheel; draw them anew when a template or its scene changes.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from tests.scenes.case import Case, all_cases

from camloom.config import Scene, parse_task
from camloom.config.template import template_file
from camloom.event import Event, EventObject, Phase
from camloom.frame import ImageArray
from camloom.overlay import Overlay
from camloom.sources.scripted.draw import Painter
from camloom.sources.scripted.script import SceneScript, parse_script
from camloom.testing.scenes import play, rules_for

SIZE = (480, 270)
LARGE = (960, 540)
GROUND = (214, 218, 208)
COLOURS = {
    "person": (58, 92, 132),
    "car": (176, 120, 60),
    "truck": (150, 110, 60),
    "fire": (240, 120, 20),
    "smoke": (150, 150, 150),
    "bag": (90, 60, 40),
    "thing": (110, 96, 60),
}
QUALITY = 80

Box = tuple[float, float, float, float]
PERSON = {"path": [[0, 0.5, 0.95]], "height": 0.75}
BIN = {"label": "bin", "path": [[0, 0.5, 0.75]], "height": 0.35, "width": 0.7}
WASTE = {"label": "bag", "path": [[0, 0.53, 0.46]], "height": 0.14, "width": 1.2}
SPECKS = [(0.3 + 0.09 * n, 0.7 + 0.05 * (n % 3)) for n in range(6)]
DIRT = [{"label": "thing", "path": [[0, *at]], "height": 0.04, "width": 2} for at in SPECKS]
HUT = {"label": "bag", "path": [[0, 0.5, 0.75]], "height": 0.4, "width": 1.4}
GATE = {"label": "car", "path": [[0, 0.62, 0.75]], "height": 0.4, "width": 0.4}
SKETCHES: dict[str, tuple[list[dict[str, Any]], Box | None, str]] = {
    "bin_overflow": ([BIN, WASTE], (0.36, 0.28, 0.64, 0.77), "full"),
    "camera_fault": ([PERSON], None, "covered"),
    "dirty_road": (DIRT, (0.22, 0.62, 0.85, 0.84), "dirty"),
    "face_match": ([PERSON], (0.44, 0.19, 0.56, 0.35), "Ann"),
    "illegal_structure": ([HUT], (0.33, 0.34, 0.67, 0.77), "thing"),
    "state_alarm": ([GATE], (0.42, 0.32, 0.72, 0.78), "open"),
}
NOTHING = Event("", "", "", "", Phase.START, datetime.min.replace(tzinfo=UTC), 0.0, (1,), ())


def main() -> int:
    """Draw the pictures of the templates that are named, or of all."""
    wanted = set(sys.argv[1:])
    drawn: dict[str, Callable[[], ImageArray]] = {
        case.template: partial(example, case) for case in reversed(all_cases()) if case.at
    }
    drawn |= {name: partial(sketch, *said) for name, said in SKETCHES.items()}
    for name, draw in sorted(drawn.items()):
        if not wanted or name in wanted:
            print(f"{name}: {write(template_file(name).with_suffix('.jpg'), draw())} bytes")
    return 0


def example(case: Case) -> ImageArray:
    """Return the picture of a case at the moment its first alarm begins."""
    script = parse_script(case.scene)
    event, scene = alarm(case, script)
    picture = Painter(plain(script)).picture(round(event.pts_s * script.fps))
    Overlay(scene, LARGE, (script.width, script.height)).draw_event(picture, event)
    return np.asarray(cv2.resize(picture, SIZE, interpolation=cv2.INTER_AREA), np.uint8)


def sketch(actors: list[dict[str, Any]], box: Box | None, tag: str) -> ImageArray:
    """Return a picture with a red box and a tag, for what no script can play."""
    painter = Painter(plain(parse_script({"actors": actors})))
    picture = painter.picture(0)
    objects = () if box is None else (EventObject(1, tag, 1.0, tuple(np.multiply(box, LARGE * 2).tolist())),)
    if box is None:  # a camera that is covered
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), 24) // 3, np.uint8)
    event = replace(NOTHING, objects=objects)
    Overlay(Scene(), LARGE).draw_event(picture, event, header="" if objects else tag)
    return np.asarray(cv2.resize(picture, SIZE, interpolation=cv2.INTER_AREA), np.uint8)


def plain(script: SceneScript) -> SceneScript:
    """Return a scene on a clean, light ground, with a colour for each kind of thing."""
    actors = tuple(
        actor.model_copy(update={"colour": COLOURS.get(actor.label, COLOURS["thing"])}) for actor in script.actors
    )
    width, height = LARGE
    look = {"ground": GROUND, "texture": 0.0, "noise": 0.0, "width": width, "height": height, "actors": actors}
    return script.model_copy(update=look)


def alarm(case: Case, script: SceneScript) -> tuple[Event, Scene]:
    """Return the first alarm of a case, and the places of its task."""
    document = {**case.places, "alarms": [{"template": case.template, **case.settings}]}
    events = play(script, rules_for(script, document))
    begun = [event for event in events if event.phase in (Phase.START, Phase.INSTANT)]
    return begun[0], parse_task({"source": "synthetic:", **document}).scene()


def write(path: Path, picture: ImageArray) -> int:
    """Write a JPEG; return its size in bytes."""
    _, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return path.write_bytes(encoded.tobytes())


if __name__ == "__main__":
    sys.exit(main())
