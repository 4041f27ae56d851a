"""The pairing, and the solver without the rest of SciPy."""

import subprocess
import sys
from itertools import permutations

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from camloom.tracking import assignment


@pytest.mark.parametrize("seed", range(20))
def test_no_other_pairing_is_worth_more(seed: int) -> None:
    random = np.random.default_rng(seed)
    rows, columns = int(random.integers(1, 5)), int(random.integers(1, 6))
    similarity = random.random((rows, columns)).astype(np.float32)
    i, j = assignment.best_pairs(similarity, 0.3)
    worth = np.where(similarity >= 0.3, similarity, 0)
    small = worth if rows <= columns else worth.T
    best = max(
        sum(small[row, column] for row, column in enumerate(order))
        for order in permutations(range(small.shape[1]), small.shape[0])
    )
    assert float(similarity[i, j].sum()) == pytest.approx(float(best), abs=1e-6)
    assert len(set(i.tolist())) == len(i)
    assert len(set(j.tolist())) == len(j)


def test_a_pair_below_the_least_is_none() -> None:
    similarity = np.array([[0.9, 0.2], [0.2, 0.1]], np.float32)
    i, j = assignment.best_pairs(similarity, 0.3)
    assert (i.tolist(), j.tolist()) == ([0], [0])


def test_a_bad_pair_does_not_take_the_place_of_a_good_one() -> None:
    similarity = np.array([[0.5, 0.29], [0.29, 0.0]], np.float32)
    i, j = assignment.best_pairs(similarity, 0.3)
    assert (i.tolist(), j.tolist()) == ([0], [0])


@pytest.mark.parametrize("elsewhere", [("scipy", "optimize", "_not_there"), ("no_such_package", "", "_lsap")])
def test_the_public_solver_is_used_where_the_module_is_not_found(
    monkeypatch: pytest.MonkeyPatch, elsewhere: tuple[str, str, str]
) -> None:
    monkeypatch.setattr(assignment, "_SOLVER_MODULE", elsewhere)
    assignment.load_solver.cache_clear()
    i, j = assignment.best_pairs(np.eye(3, dtype=np.float32), 0.5)
    assert assignment.load_solver() is linear_sum_assignment
    assignment.load_solver.cache_clear()
    assert (i.tolist(), j.tolist()) == ([0, 1, 2], [0, 1, 2])


def test_scipy_as_a_whole_is_not_imported_and_still_can_be() -> None:
    program = """
import sys
import numpy as np
from camloom.tracking.assignment import best_pairs
rows, _ = best_pairs(np.eye(4, dtype=np.float32), 0.5)
assert len(rows) == 4
assert "scipy.optimize" not in sys.modules
from scipy.optimize import linear_sum_assignment
assert len(linear_sum_assignment(np.eye(4))[0]) == 4
assert len(best_pairs(np.eye(4, dtype=np.float32), 0.5)[0]) == 4
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
