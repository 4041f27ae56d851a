"""The benchmark's videos are what a camera would send, and always the same."""

import hashlib
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from camloom.bench import videos
from camloom.bench.videos import WALK_LINE, WALK_S, Encoding, main_clip, quiet_clips
from camloom.errors import SourceError


def lumas(path: Path) -> list[npt.NDArray[np.int16]]:
    with av.open(str(path)) as container:
        return [
            frame.to_ndarray(format="gray").astype(np.int16)
            for frame in container.decode(video=0)
            if isinstance(frame, av.VideoFrame)
        ]


def changed_columns(path: Path) -> list[float | None]:
    """For each frame: where, as a share of the width, it differs clearly from the median picture."""
    pictures = np.stack(lumas(path))
    changes = np.abs(pictures - np.median(pictures, axis=0)) > 50
    return [float(np.nonzero(each)[1].mean()) / each.shape[1] if each.any() else None for each in changes]


def test_the_main_clip_is_encoded_as_a_camera_does(tiny_street: Path, tiny_encoding: Encoding) -> None:
    path = main_clip(tiny_street, tiny_encoding, frames=120)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        kinds = [(frame.pict_type, frame.key_frame) for frame in container.decode(stream)]
        assert (stream.codec.name, stream.profile) == ("h264", "High")
        assert (stream.width, stream.height) == (160, 90)
        assert stream.average_rate == Fraction(25)
    assert [index for index, (_, is_key) in enumerate(kinds) if is_key] == [0, 50, 100]
    assert len(kinds) == 120
    assert not any(kind == av.video.frame.PictureType.B for kind, _ in kinds)


@pytest.mark.slow
def test_a_longer_clip_goes_round_the_sample_again(tiny_street: Path, tiny_encoding: Encoding) -> None:
    assert len(lumas(main_clip(tiny_street, tiny_encoding, frames=800))) == 800


def test_a_still_street_is_not_still_for_a_camera(tiny_street: Path, tiny_encoding: Encoding) -> None:
    noisy = lumas(main_clip(tiny_street, tiny_encoding, frames=60))
    clean = lumas(main_clip(tiny_street, Encoding(width=160, height=90, bit_rate=200_000, noise=0), frames=60))
    noisy_change, clean_change = (float(np.abs(np.diff(np.stack(clip), axis=0)).mean()) for clip in (noisy, clean))
    assert noisy_change > 0.2
    assert noisy_change > 10 * clean_change


def test_the_same_inputs_give_the_same_bytes(
    tiny_street: Path, tiny_encoding: Encoding, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = set()
    for name in ("one", "two"):
        monkeypatch.setenv("CAMLOOM_CACHE", str(tmp_path / name))
        clip = main_clip(tiny_street, tiny_encoding, frames=60).read_bytes()
        made.add(hashlib.sha256(clip).hexdigest())
    assert len(made) == 1


def test_a_made_clip_is_kept_and_another_recipe_is_another_file(tiny_street: Path, tiny_encoding: Encoding) -> None:
    first = main_clip(tiny_street, tiny_encoding, frames=60)
    before = first.stat().st_mtime_ns
    assert main_clip(tiny_street, tiny_encoding, frames=60).stat().st_mtime_ns == before
    assert main_clip(tiny_street, tiny_encoding, frames=61) != first
    assert not list(first.parent.glob("*.part"))


@pytest.mark.slow
def test_somebody_walks_in_one_of_four_quiet_clips_at_any_time(tiny_street: Path, tiny_encoding: Encoding) -> None:
    clips = quiet_clips(tiny_street, tiny_encoding)
    busy = np.array([[place is not None for place in changed_columns(clip.path)] for clip in clips])
    assert busy.shape == (4, int(4 * WALK_S * tiny_encoding.fps))
    assert busy.sum(axis=0).max() == 1
    for clip, row in zip(clips, busy, strict=True):
        start = round(clip.active_s * tiny_encoding.fps)
        walk = row[start : start + round(WALK_S * tiny_encoding.fps)]
        assert walk.mean() > 0.7
        assert row.sum() == walk.sum()


@pytest.mark.slow
def test_the_walk_enters_and_leaves_over_the_edges_and_crosses_the_line_when_it_says(
    tiny_street: Path, tiny_encoding: Encoding
) -> None:
    for clip in quiet_clips(tiny_street, tiny_encoding)[:2]:
        places = changed_columns(clip.path)
        seen = [(index, place) for index, place in enumerate(places) if place is not None]
        crossed = next(index for index, place in seen if place < WALK_LINE[0][0]) / tiny_encoding.fps
        assert seen[0][1] > 0.9
        assert seen[-1][1] < 0.1
        assert crossed == pytest.approx(clip.crossing_s, abs=0.5)


@pytest.mark.slow
def test_every_quiet_clip_starts_with_a_keyframe_and_keeps_its_gops(tiny_street: Path, tiny_encoding: Encoding) -> None:
    for clip in quiet_clips(tiny_street, tiny_encoding):
        with av.open(str(clip.path)) as container:
            keys = [i for i, frame in enumerate(container.decode(video=0)) if frame.key_frame]
        assert keys == list(range(0, int(clip.duration_s * tiny_encoding.fps), tiny_encoding.gop))


def test_a_walk_that_is_no_whole_number_of_gops_is_refused(tiny_street: Path) -> None:
    with pytest.raises(ValueError, match="whole number of GOPs"):
        quiet_clips(tiny_street, Encoding(width=160, height=90, gop=60))


@pytest.mark.parametrize("content", [None, b"", b"<html>not found</html>"])
def test_a_bad_sample_says_so(tmp_path: Path, content: bytes | None) -> None:
    sample = tmp_path / "street.avi"
    if content is not None:
        sample.write_bytes(content)
    with pytest.raises(SourceError, match=r"street\.avi"):
        main_clip(sample)
    assert not list(videos.cache_folder().glob("*.part"))


def test_a_sample_without_the_walk_is_too_short(tmp_path: Path, tiny_street: Path, tiny_encoding: Encoding) -> None:
    short = main_clip(tiny_street, tiny_encoding, frames=60)
    with pytest.raises(SourceError, match="too short"):
        quiet_clips(short, tiny_encoding)
