"""The light of a scene, as gain and offset."""

import numpy as np
import pytest

from camloom.rules.things.background import fit_light


@pytest.mark.parametrize(("gain", "offset"), [(1.0, 0.0), (0.6, 10.0), (1.4, -20.0)])
def test_the_light_is_found_though_a_fifth_of_the_picture_is_something_else(gain: float, offset: float) -> None:
    random = np.random.default_rng(3)
    before = random.uniform(40, 160, 2000).astype(np.float32)
    now = (before * gain + offset + random.normal(0, 1, 2000)).astype(np.float32)
    now[:400] = 250
    found = fit_light(before, now)
    assert found[0] == pytest.approx(gain, abs=0.05)
    assert found[1] == pytest.approx(offset, abs=5)


def test_too_few_points_say_nothing_of_the_light() -> None:
    few = np.full(10, 90, np.float32)
    assert fit_light(few, few * 2) == (1.0, 0.0)
