"""The pictures that models are compared on."""

from itertools import islice

import cv2
import numpy as np
import pytest
from benchmarks.cards import known_cards
from benchmarks.subjects import cropped, crops_of, drawn_plates, pictures_for

from camloom.errors import ConfigError
from camloom.frame import FrameBuffer
from camloom.geometry import FloatArray
from camloom.inference.card import PICTURE_TASKS

pytestmark = pytest.mark.skipif(not hasattr(cv2, "FontFace"), reason="only OpenCV 5 can write Chinese")


def mean_bgr(buffer: FrameBuffer) -> FloatArray:
    return np.asarray(buffer.to_bgr().reshape(-1, 3).mean(axis=0), np.float32)


def test_plates_are_drawn_in_many_sizes_and_the_same_each_time() -> None:
    first, again = (list(islice(drawn_plates(), 12)) for _ in range(2))
    widths = {plate.crop().width for plate in first}
    assert len(widths) >= 8
    assert all(np.array_equal(a.picture.to_bgr(), b.picture.to_bgr()) for a, b in zip(first, again, strict=True))


def test_the_crop_of_a_plate_is_the_plate_and_not_the_car() -> None:
    plate = next(drawn_plates())
    blue, _, red = mean_bgr(plate.crop())
    assert blue > red + 40
    outside = cropped(plate.picture, [110, 70, 200, 150])
    assert np.ptp(mean_bgr(outside)) == 0


def test_a_subject_nobody_finds_is_an_error() -> None:
    with pytest.raises(ConfigError, match="no pictures of 'dog'"):
        next(crops_of("dog", 1))


@pytest.mark.slow
@pytest.mark.mirror
@pytest.mark.parametrize("subject", ["person", "vehicle", "face", "plate"])
def test_there_are_as_many_crops_as_asked_for(subject: str) -> None:
    crops = list(islice(crops_of(subject, 4), 4))
    assert len(crops) == 4
    assert min(min(crop.width, crop.height) for crop in crops) >= 24


def test_every_card_of_crops_says_what_it_reads() -> None:
    cards = [known.card for known in known_cards() if known.card.task not in PICTURE_TASKS]
    assert cards
    assert {card.measured["parity"]["crops"] for card in cards} == {"person", "vehicle", "face", "plate"}


@pytest.mark.mirror
def test_a_model_of_plates_gets_plates() -> None:
    (known,) = known_cards(("mnet-plate",))
    pictures = pictures_for(known.card, 3)
    assert [(picture.width, picture.height) for picture in pictures] == [(640, 480)] * 3
