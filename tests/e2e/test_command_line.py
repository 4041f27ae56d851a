"""What a user meets at the prompt: results, and one clear line where something is wrong."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import pytest
import yaml

Camloom = Callable[..., Any]
MovingClip = Callable[..., Path]

ZONE = {"name": "middle", "vertices": [[0.3, 0.3], [0.7, 0.3], [0.7, 0.9], [0.3, 0.9]]}
RULE = {"type": "region", "id": "in_the_middle", "zone": "middle", "on": "enter", "min_time_s": 0.2}


def write_task(folder: Path, **changes: Any) -> Path:
    document = {
        "id": "yard",
        "zones": [ZONE],
        "rules": [RULE],
        "sinks": ["console", "jsonl", "mot", "video", "evidence"],
        "out": str(folder / "out"),
        **changes,
    }
    path = folder / "task.yaml"
    path.write_text(yaml.safe_dump(document))
    return path


def test_the_main_job(camloom: Camloom, tmp_path: Path, tiny_card: Path, moving_clip: MovingClip) -> None:
    task = write_task(tmp_path, source=str(moving_clip(frames=100)), model=str(tiny_card))
    outcome = camloom("run", task)
    assert (outcome.code, outcome.err) == (0, "")
    assert "in_the_middle" in outcome.out
    assert "Time per stage" in outcome.out
    out = tmp_path / "out"
    events = [json.loads(line) for line in (out / "events.jsonl").read_text().splitlines()]
    start = events[0]
    assert (start["type"], start["phase"], start["zone"]) == ("region.entered", "start", "middle")
    assert {gate["name"] for gate in start["why"]}
    assert (out / start["media"]["picture"]).stat().st_size > 1000
    with av.open(str(out / start["media"]["clip"])) as clip:
        assert sum(1 for _ in clip.decode(video=0)) >= 50
    with av.open(str(out / "annotated.mp4")) as video:
        assert sum(1 for _ in video.decode(video=0)) == 100
    assert len((out / "tracks.txt").read_text().splitlines()) >= 98


def test_without_a_task_file(camloom: Camloom, tmp_path: Path, tiny_card: Path, moving_clip: MovingClip) -> None:
    outcome = camloom("run", "--source", moving_clip(), "--model", tiny_card, "--out", tmp_path / "o", "--quiet")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
    assert (tmp_path / "o" / "tracks.txt").exists()


def test_ctrl_c_ends_cleanly_and_leaves_valid_files(camloom: Camloom, tmp_path: Path, tiny_card: Path) -> None:
    task = write_task(tmp_path, source="synthetic:seconds=3600&fps=25", model=str(tiny_card))
    outcome = camloom("run", task, interrupt_when=tmp_path / "out" / "events.jsonl")
    assert outcome.code == 130
    assert "Traceback" not in outcome.err
    for line in (tmp_path / "out" / "events.jsonl").read_text().splitlines():
        json.loads(line)
    with av.open(str(tmp_path / "out" / "annotated.mp4")) as video:
        assert sum(1 for _ in video.decode(video=0)) > 0


def bad_tasks(folder: Path, clip: Path, card: Path) -> dict[str, tuple[dict[str, Any], int, str]]:
    """Name -> (changes, exit code, what the line must say)."""
    html = folder / "page.mp4"
    html.write_text("<!DOCTYPE html><html><body>404</body></html>" * 50)
    empty = folder / "empty.mp4"
    empty.touch()
    torn = folder / "torn.mp4"
    torn.write_bytes(clip.read_bytes()[:2000])
    blocked = folder / "blocked"
    blocked.write_text("a file where the folder should be")
    wrong = yaml.safe_load(card.read_text()) | {
        "family": "yolox",
        "files": {"onnxruntime": str(card.parent / "tiny.onnx")},
    }
    wrong_card = folder / "wrong.yaml"
    wrong_card.write_text(yaml.safe_dump(wrong))
    return {
        "missing file": ({"source": "no-such.mp4"}, 1, "no-such.mp4"),
        "directory": ({"source": str(folder)}, 1, "folder"),
        "empty file": ({"source": str(empty)}, 1, "empty"),
        "truncated": ({"source": str(torn)}, 1, "torn.mp4"),
        "html": ({"source": str(html)}, 1, "page.mp4"),
        "unknown host": (
            {"source": {"type": "media", "url": "rtsp://user:Canary1@camera.invalid/s", "reconnect": False}},
            1,
            "camera.invalid",
        ),
        "scheme": ({"source": "concat:/etc/passwd"}, 1, "concat"),
        "unknown model": ({"model": "nanodett"}, 2, "nanodet"),
        "model does not fit its card": ({"model": str(wrong_card)}, 1, "tiny"),
        "unknown rule": ({"rules": [{"type": "regionn", "id": "x", "zone": "middle"}]}, 2, "Did you mean 'region'?"),
        "unknown key": ({"analysis_fsp": 5}, 2, "analysis_fsp"),
        "unknown zone": ({"rules": [{**RULE, "zone": "attic"}]}, 2, "attic"),
        "unknown class": ({"classes": ["dragon"]}, 2, "dragon"),
        "zone with two points": ({"zones": [{"name": "middle", "vertices": [[0, 0], [1, 1]]}]}, 2, "three"),
        "zone outside": ({"zones": [{"name": "middle", "vertices": [[0, 0], [640, 0], [1, 1]]}]}, 2, "0 to 1"),
        "fps 0": ({"analysis_fps": 0}, 2, "analysis_fps"),
        "folder that cannot be": ({"out": str(blocked / "out")}, 1, "blocked"),
    }


CASES = (
    "missing file",
    "directory",
    "empty file",
    "truncated",
    "html",
    "unknown host",
    "scheme",
    "unknown model",
    "model does not fit its card",
    "unknown rule",
    "unknown key",
    "unknown zone",
    "unknown class",
    "zone with two points",
    "zone outside",
    "fps 0",
    "folder that cannot be",
)


@pytest.mark.parametrize("case", CASES)
def test_bad_input_gets_one_line(
    case: str, camloom: Camloom, tmp_path: Path, tiny_card: Path, moving_clip: MovingClip
) -> None:
    clip = moving_clip()
    changes, code, word = bad_tasks(tmp_path, clip, tiny_card)[case]
    task = write_task(tmp_path, **{"source": str(clip), "model": str(tiny_card), **changes})
    outcome = camloom("run", task)
    lines = outcome.err.strip().splitlines()
    assert len(lines) == 1, outcome.err
    assert outcome.code == code, outcome.err
    assert word in lines[0]
    assert "Canary1" not in outcome.err + outcome.out


def test_debug_shows_the_traceback(camloom: Camloom, tmp_path: Path, tiny_card: Path) -> None:
    outcome = camloom("--debug", "run", "--source", "no-such.mp4", "--model", tiny_card, "--out", tmp_path / "o")
    assert "Traceback" in outcome.err


def test_a_full_disk_ends_the_sink_with_one_line(
    camloom: Camloom, tmp_path: Path, tiny_card: Path, moving_clip: MovingClip
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "tracks.txt").symlink_to("/dev/full")
    task = write_task(tmp_path, source=str(moving_clip()), model=str(tiny_card), sinks=["mot", "jsonl"])
    outcome = camloom("run", task)
    assert outcome.code == 1
    assert len(outcome.err.strip().splitlines()) == 1
    assert "tracks.txt" in outcome.err
    assert (out / "events.jsonl").read_text().endswith("\n")


@pytest.mark.parametrize("command", [[], ["run"], ["probe"], ["models"], ["plugins"], ["faces"], ["state"], ["bench"]])
def test_help_is_there(command: list[str], camloom: Camloom) -> None:
    outcome = camloom(*command, "--help")
    assert outcome.code == 0
    assert "Usage" in outcome.out


def test_usage_errors_have_their_own_code(camloom: Camloom) -> None:
    assert camloom("run").code == 2
    assert camloom("run", "--no-such-option").code == 2


def test_plugins_says_what_is_ready(camloom: Camloom) -> None:
    outcome = camloom("plugins")
    assert outcome.code == 0
    for name in ("media", "openvino", "bytetrack", "region", "evidence"):
        assert name in outcome.out


def test_probe(camloom: Camloom, moving_clip: MovingClip) -> None:
    outcome = camloom("probe", moving_clip(gop=12))
    assert outcome.code == 0
    for word in ("h264", "320", "25"):
        assert word in outcome.out


def test_models_list_and_show(camloom: Camloom) -> None:
    assert "nanodet" in camloom("models", "list").out
    shown = camloom("models", "show", "nanodet")
    assert yaml.safe_load(shown.out)["name"] == "nanodet"
