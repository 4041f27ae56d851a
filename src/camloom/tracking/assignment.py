"""The best one-to-one pairing of two sets."""

import importlib.util
from collections.abc import Callable
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

import numpy as np

from camloom.detections import IntArray
from camloom.geometry import FloatArray

Solver = Callable[..., tuple[IntArray, IntArray]]
_SOLVER_MODULE = ("scipy", "optimize", "_lsap")


def best_pairs(similarity: FloatArray, least: float) -> tuple[IntArray, IntArray]:
    """Return the pairs of the largest total similarity.

    Pairs below `least` count as nothing, so that a bad pair never takes the place of a good one.

    Args:
        similarity: (N, M), 0 or more.
        least: smallest similarity of a pair, more than 0.

    Returns:
        Rows (K,) and columns (K,) of the pairs.
    """
    worth = np.where(similarity >= least, similarity, 0.0)
    rows, columns = load_solver()(worth, maximize=True)
    pairs = worth[rows, columns] > 0
    return rows[pairs], columns[pairs]


@cache
def load_solver() -> Solver:
    """Return SciPy's `linear_sum_assignment` (Crouse, 2016: shortest augmenting paths).

    Its compiled module needs numpy alone, yet `import scipy.optimize` brings in the whole of SciPy: 41 MiB
    and most of a second, against 1 MiB and a few ms. So the module is loaded by itself, and in the public way
    where SciPy keeps it elsewhere.
    """
    alone: Solver | None = getattr(_module_alone(*_SOLVER_MODULE), "linear_sum_assignment", None)
    if alone is not None:
        return alone
    from scipy.optimize import linear_sum_assignment

    return linear_sum_assignment


def _module_alone(package: str, folder: str, name: str) -> Any:
    """Load one module out of a package without the package; None if it is not there or needs the rest."""
    found = importlib.util.find_spec(package)
    roots = found.submodule_search_locations if found else None
    spec = PathFinder.find_spec(name, [str(Path(root, folder)) for root in roots or ()])
    if spec is None or spec.loader is None:
        return None
    try:
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    except ImportError:
        return None
    return module
