"""`camloom models verify` as a user runs it."""

import json
from pathlib import Path

import pytest
from tests.conftest import ClipMaker
from tests.toolchain.blobs import Damage, frames, write_card, write_pictures
from typer.testing import CliRunner

from camloom.cli.app import app
from camloom.errors import ConfigError, SourceError
from camloom.toolchain.datasets import read_picture
from camloom.toolchain.frames import FrameSet, default_frames, generated_frames
from camloom.toolchain.verification.verify import verify_cards


def test_two_runtimes_agree_and_the_figures_are_written(tmp_path: Path) -> None:
    card, data, report = write_card(tmp_path), write_pictures(tmp_path / "pictures", 5), tmp_path / "report.json"
    options = ["--a", "openvino", "--b", "onnxruntime", "--data", str(data), "--json", str(report)]
    outcome = CliRunner().invoke(app, ["models", "verify", str(card), *options])
    assert outcome.exit_code == 0, outcome.output
    assert "within the tolerance 'fp32'" in outcome.output
    document = json.loads(report.read_text())
    assert document["agrees"] is True
    assert document["comparison"]["frames"] == 5
    assert document["comparison"]["boxes"]["f1"] == 1.0
    assert document["comparison"]["outputs"][0]["cosine"] > 0.9999


def test_beyond_tolerance_is_exit_code_1(tmp_path: Path) -> None:
    card = write_card(tmp_path)
    other = write_card(tmp_path, "moved", Damage(shift_px=2))
    data = write_pictures(tmp_path / "pictures", 3)
    options = ["--a", "onnxruntime", "--b", "onnxruntime", "--against", str(other), "--data", str(data)]
    outcome = CliRunner().invoke(app, ["models", "verify", str(card), *options])
    assert outcome.exit_code == 1
    assert "moved by 4.0 px" in outcome.output


def test_limits_and_precisions_can_be_given(tmp_path: Path) -> None:
    card = write_card(tmp_path)
    other = write_card(tmp_path, "moved", Damage(shift_px=2))
    data = write_pictures(tmp_path / "pictures", 3)
    options = ["--a", "openvino:CPU@fp32", "--b", "onnxruntime", "--against", str(other), "--data", str(data)]
    outcome = CliRunner().invoke(app, ["models", "verify", str(card), *options, "--limit", "max_shift_px=5"])
    assert outcome.exit_code == 0, outcome.output
    bad = CliRunner().invoke(app, ["models", "verify", str(card), *options, "--limit", "max_shift_px=far"])
    assert bad.exit_code == 2
    worse = CliRunner().invoke(app, ["models", "verify", str(card), "--a", "openvino@fp31"])
    assert worse.exit_code == 2


def test_precisions_of_one_card_are_compared(tmp_path: Path) -> None:
    found = verify_cards(
        str(write_card(tmp_path)), ("openvino", "openvino"), frames(tmp_path), precisions=("fp32", "bf16")
    )
    assert found.level == "half"
    assert found.agrees


def test_an_unknown_limit_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="min_iou"):
        verify_cards(str(write_card(tmp_path)), ("", ""), frames(tmp_path), min_iou=0.5)


def test_frames_are_spread_over_a_video_and_the_two_sets_are_different(moving_clip: ClipMaker) -> None:
    clip = str(moving_clip(frames=40))
    judged, calibration = FrameSet(clip, 8), FrameSet(clip, 8, between=True)
    assert [index for index, _ in judged.numbered()] == list(range(0, 40, 5))
    assert [index for index, _ in calibration.numbered()] == list(range(2, 40, 5))
    assert not judged.overlaps
    assert len(judged) == len(list(judged)) == 8, "a set can be gone through again"
    assert FrameSet(clip, 100).overlaps


def test_pictures_of_a_folder_are_read_and_a_broken_one_is_named(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "pictures", 3)
    (folder / "002.png").write_bytes(b"no picture")
    found = FrameSet(str(folder), 10)
    assert len(list(found)) == 2
    assert list(found.skipped) == ["002.png"]


def test_pixels_of_a_picture_are_its_own(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "pictures", 1)
    buffer = read_picture(folder / "000.png")
    assert (buffer.width, buffer.height) == (128, 128)
    assert set(buffer.to_bgr().ravel().tolist()) == {40, 230}


@pytest.mark.parametrize(
    ("data", "kind", "text"),
    [
        ("nowhere.mp4", SourceError, "nowhere"),
        ("rtsp://camera/stream", ConfigError, "live"),
        (".", ConfigError, "no pictures"),
    ],
)
def test_what_cannot_be_read_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: str, kind: type[Exception], text: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(kind, match=text) as caught:
        FrameSet(data, 10)
    assert "\n" not in str(caught.value)


def test_pictures_are_generated_where_no_sample_can_be_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("camloom.toolchain.frames.assets.fetch", _fails)
    found, what = default_frames(None, 5)
    assert len(found) == 5
    assert "generated" in what
    assert len({frame.to_bgr().tobytes() for frame in generated_frames(3)}) == 3
    with pytest.raises(SourceError):
        default_frames(str(tmp_path / "nothing.mp4"), 5)


def _fails(_asset: str) -> Path:
    raise SourceError("no network")
