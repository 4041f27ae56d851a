"""Cases of scenes: a file for each template, with scenes that must fire and twins that must not."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from camloom.sources.scripted.script import SceneScript

CASES = Path(__file__).parent / "cases"
PLACES: dict[str, Any] = {
    "zones": [{"name": "lawn", "vertices": [[0.3, 0.4], [0.7, 0.4], [0.7, 0.8], [0.3, 0.8]]}],
    "lines": [
        {"name": "gate", "start": [0.5, 0.3], "end": [0.5, 0.9]},
        {"name": "second", "start": [0.6, 0.3], "end": [0.6, 0.9]},
    ],
}
_OF_THE_SCENE = frozenset(SceneScript.model_fields)


@dataclass(frozen=True)
class Case:
    """A scene and when its alarms begin; none: it must stay quiet.

    Attributes:
        at: start of each alarm, s.
        within_s: how late or early it may come, beyond one frame.
        trackers: which tracker's identities it is played with.
    """

    template: str
    title: str
    scene: dict[str, Any]
    settings: dict[str, Any]
    places: dict[str, Any]
    at: tuple[float, ...]
    within_s: float
    trackers: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.template}: {self.title}"


def all_cases() -> list[Case]:
    """Return every case of every file."""
    return [case for path in sorted(CASES.glob("*.yaml")) for case in _cases(path)]


def _cases(path: Path) -> list[Case]:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [
        _case(path.stem, title, document, case, fires=kind == "fires")
        for kind in ("fires", "quiet")
        for title, case in document[kind].items()
    ]


def _case(template: str, title: str, document: dict[str, Any], case: dict[str, Any], *, fires: bool) -> Case:
    assert fires == bool(case.get("at")), f"{template}: {title}: a scene that fires says when, a twin does not"
    scene = {**document.get("scene", {}), **{key: case[key] for key in _OF_THE_SCENE if key in case}}
    return Case(
        template,
        title,
        scene,
        {**document.get("settings", {}), **case.get("settings", {})},
        {**PLACES, **document.get("places", {})},
        tuple(case.get("at", ())),
        float(case.get("within_s", document.get("within_s", 0))),
        tuple(case.get("trackers", document.get("trackers", ("script", "bytetrack")))),
    )
