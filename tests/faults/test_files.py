"""Files that are broken, and a disk that is full: said in one line, tried once, and nobody beside it notices."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import av
import pytest
import yaml
from tests.faults.site import Outcome, Site
from tests.sources.conftest import encode_clip

case = pytest.mark.case
pytestmark = pytest.mark.timeout(120)


def _cut(path: Path) -> Path:
    """An MP4 whose index, at its end, is missing."""
    encode_clip(path)
    path.write_bytes(path.read_bytes()[:-3000])
    return path


def _web_page(path: Path) -> Path:
    path.write_text("<!doctype html><html><body>Please log in</body></html>")
    return path


def _nothing(path: Path) -> Path:
    path.touch()
    return path


def _noise(path: Path) -> Path:
    path.write_bytes(bytes(range(256)) * 2000)
    return path


BROKEN: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "gone.mp4": ("missing", lambda path: path),
    "empty.mp4": ("0 bytes", _nothing),
    "cut.mp4": ("an MP4 without its end", _cut),
    "page.mp4": ("a web page", _web_page),
    "noise.ts": ("noise", _noise),
}


@case("18 broken files", ", ".join(what for what, _ in BROKEN.values()))
def test_broken_files(site: Site, tmp_path: Path) -> None:
    others = {name.split(".")[0]: str(make(tmp_path / name)) for name, (_, make) in BROKEN.items()}
    with site.watching(str(encode_clip(tmp_path / "whole.mp4", frames=200)), others=others) as runner:
        site.wait(lambda: len(site.frames()) == 200, 30)
        reports = {report.source_id: report for report in runner.reports}
        for name in others:
            assert len(reports[name].errors) == 1, f"{name}: {reports[name].errors}"
            assert "\n" not in reports[name].errors[0]
    site.outcome.noticed = "one line each, tried once"


def _joined(path: Path, *parts: Path) -> Path:
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    return path


@case("5 size changes in a file", "two transport streams of different size, one after the other")
def test_size_changes_in_a_stream(site: Site, tmp_path: Path) -> None:
    parts = [encode_clip(tmp_path / f"{w}.ts", frames=50, size=(w, 120)) for w in (160, 240)]
    with site.watching(str(_joined(tmp_path / "both.ts", *parts))):
        site.wait(lambda: {seen.width for seen in site.frames()} == {160, 240}, 20)
    site.outcome.noticed = "goes on"


@case("12 damaged bits", "60 bytes of an H.264 stream are flipped")
def test_flipped_bytes(site: Site, tmp_path: Path) -> None:
    raw = bytearray(encode_clip(tmp_path / "whole.ts", frames=200, gop=10).read_bytes())
    for number in range(60):
        raw[2000 + number * (len(raw) - 4000) // 60] ^= 0x55
    (tmp_path / "damaged.ts").write_bytes(raw)
    with site.watching(str(tmp_path / "damaged.ts")):
        site.wait(lambda: len(site.frames()) > 100, 30)
    site.outcome.noticed = "goes on"


@case("19 disk full", "a disk of 100 KB under events and video")
@pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="mounts a small disk: needs root on Linux")
def test_disk_full(outcome: Outcome, tmp_path: Path, tiny_card: Path) -> None:
    disk, told = tmp_path / "disk", tmp_path / "told"
    disk.mkdir()
    task = {
        "source": "synthetic:seconds=10&objects=3",
        "model": str(tiny_card),
        "runtime": "onnxruntime",
        "out": str(disk),
        "sinks": [{"type": "jsonl", "tracks": True}, "video"],
    }
    path = tmp_path / "task.yaml"
    path.write_text(yaml.safe_dump(task))
    run = f"mount -t tmpfs -o size=100k none {disk} && {sys.executable} -m camloom run --quiet {path}; code=$?"
    script = f"{run}; mkdir -p {told}; cp {disk}/*.jsonl {told} 2>/dev/null; exit $code"
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script], capture_output=True, text=True, check=False, timeout=90
    )
    if "unshare" in done.stderr and "not permitted" in done.stderr:
        pytest.skip("no mount namespaces here")
    assert done.returncode == 1, done.stderr
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr
    lines = [json.loads(line) for file in told.glob("*.jsonl") for line in file.read_text().splitlines()]
    assert all(isinstance(line, dict) for line in lines)
    outcome.noticed = "one line, exit code 1"


def test_clips_of_these_cases_are_what_they_say(tmp_path: Path) -> None:
    with pytest.raises(av.error.InvalidDataError):
        av.open(str(_cut(tmp_path / "cut.mp4")))
