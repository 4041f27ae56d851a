"""The sampler lets frames through evenly on the stream clock."""

import pytest

from camloom.sources.reading.sampler import Sampler


def taken(sampler: Sampler, fps: float, seconds: float) -> list[float]:
    times = [index / fps for index in range(round(seconds * fps))]
    return [pts_s for pts_s in times if sampler.wants(pts_s)]


@pytest.mark.parametrize(("source_fps", "wanted_fps"), [(25, 5), (30, 5), (29.97, 10), (12.5, 5), (10, 3)])
def test_the_rate_is_kept_whatever_the_source(source_fps: float, wanted_fps: float) -> None:
    count = len(taken(Sampler(wanted_fps), source_fps, 20))
    assert count == pytest.approx(20 * wanted_fps, abs=1)


def test_without_a_rate_every_frame_is_taken() -> None:
    assert len(taken(Sampler(None), 25, 2)) == 50


def test_a_source_slower_than_asked_gives_all_it_has() -> None:
    assert len(taken(Sampler(10), 5, 4)) == 20


def test_after_a_pause_there_is_no_burst() -> None:
    sampler = Sampler(5)
    sampler.wants(0.0)
    assert [sampler.wants(t) for t in (60.0, 60.04, 60.08, 60.2)] == [True, False, False, True]


def test_under_load_a_share_of_the_rate_is_given() -> None:
    sampler = Sampler(10)
    sampler.share = 0.5
    assert len(taken(sampler, 25, 10)) == pytest.approx(50, abs=2)
