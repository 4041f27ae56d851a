"""The best class of each place of a table, and the points that go with a box."""

import numpy as np
import pytest

from camloom.geometry import FloatArray
from camloom.inference.models.outputs import (
    Candidates,
    best_per_column,
    best_per_row,
    points_to_source,
    sane_rows,
    surviving_rows,
)
from camloom.inference.preprocess import Letterbox


def random_scores(columns: int = 200, classes: int = 7) -> FloatArray:
    return np.random.default_rng(5).random((classes, columns), np.float32)


@pytest.mark.parametrize("threshold", [0.0, 0.5, 0.9, 0.99, 1.1])
def test_the_best_of_a_column_is_that_of_the_row_of_the_turned_table(threshold: float) -> None:
    scores = random_scores()
    expected = best_per_row(np.ascontiguousarray(scores.T), threshold)
    for found, wanted in zip(best_per_column(scores, threshold), expected, strict=True):
        np.testing.assert_array_equal(found, wanted)
    assert len(expected[0]) == int((scores.max(axis=0) >= np.float32(threshold)).sum())


def test_columns_of_an_empty_table_have_no_best() -> None:
    for scores in (np.zeros((7, 0), np.float32), np.zeros((7, 5), np.float32)):
        assert [len(part) for part in best_per_column(scores, 0.5)] == [0, 0, 0]


def candidates(confidence: list[float]) -> Candidates:
    xyxy = np.asarray([[20 * row, 0, 20 * row + 10, 10] for row in range(len(confidence))], np.float32)
    return Candidates(xyxy, np.asarray(confidence, np.float32), np.zeros(len(confidence), np.int64))


def test_of_too_many_rows_the_strongest_stay() -> None:
    assert sorted(sane_rows(candidates([0.1, 0.9, np.nan, 0.5, 0.8]), limit=2).tolist()) == [1, 4]


def test_surviving_rows_are_indices_into_what_was_found() -> None:
    found = candidates([0.1, np.inf, 0.9, 0.5])
    found.xyxy[3] = found.xyxy[2]
    assert surviving_rows(found, 0.5).tolist() == [2, 0]


def test_points_follow_the_picture_out_of_its_place_on_the_canvas() -> None:
    place = Letterbox(128, 64, 32, 8, 64, 48, 640, 480, 114)
    points = np.asarray([[32, 8, 0.5], [96, 56, 2.0], [0, 0, 1], [np.nan, 8, 1], [32, 8, np.nan]], np.float32)
    expected: list[list[float]] = [[0, 0, 0.5], [640, 480, 1], [-320, -80, 1], [0, 0, 0], [0, 0, 0]]
    np.testing.assert_allclose(points_to_source(points, place), expected)


@pytest.mark.parametrize("threshold", [0.05, 0.5, 0.97, 0.999])
def test_the_best_class_of_each_row_whether_few_or_all_pass(threshold: float) -> None:
    scores = np.random.default_rng(3).random((200, 7), np.float32)
    row, class_id, score = best_per_row(scores, threshold)
    passing = np.flatnonzero(scores.max(axis=1) >= np.float32(threshold))
    np.testing.assert_array_equal(row, passing)
    np.testing.assert_array_equal(class_id, scores[passing].argmax(axis=1))
    np.testing.assert_array_equal(score, scores[passing].max(axis=1))
