"""Draw the example picture of each alarm template: the first scene of tests/scenes/cases that fires, as it fires.

    python -m benchmarks.template_pictures [NAME ...]

The pictures lie beside the templates and go into the wheel; draw them anew when a template or its scene changes.
"""

import sys
from pathlib import Path

import cv2
import numpy as np
from tests.scenes.case import Case, all_cases

from camloom.config import Scene, parse_task
from camloom.config.template import template_file
from camloom.event import Event, Phase
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


def main() -> int:
    """Draw the pictures of the templates that are named, or of all."""
    wanted = set(sys.argv[1:])
    first = {case.template: case for case in reversed(all_cases()) if case.at}
    for name, case in sorted(first.items()):
        if not wanted or name in wanted:
            path = template_file(name).with_suffix(".jpg")
            size = write(path, example(case))
            print(f"{name}: {size} bytes")
    return 0


def example(case: Case) -> ImageArray:
    """Return the picture of a case at the moment its first alarm begins."""
    script = parse_script(case.scene)
    event, scene = alarm(case, script)
    picture = Painter(plain(script)).picture(round(event.pts_s * script.fps))
    Overlay(scene, LARGE, (script.width, script.height)).draw_event(picture, event)
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
