"""How weights start: shapes that are refused, and what is drawn."""

import re

import numpy as np
import pytest

from helpers.engine import glorot_uniform, orthogonal


@pytest.mark.parametrize("leading", [(), (9,), (3, 2)])
def test_glorot_draws_evenly_up_to_the_root_of_six_over_rows_and_columns(leading):
    W = glorot_uniform(np.random.default_rng(8), (*leading, 20, 130))
    assert W.shape == (*leading, 20, 130)
    assert [W.min(), W.max()] == pytest.approx([-0.2, 0.2], abs=1e-3)  # √(6 / 150)
    assert np.mean(W**2) == pytest.approx(0.2**2 / 3, rel=0.1)  # 5 standard errors are 0.09


@pytest.mark.parametrize("networks", [None, 5])
@pytest.mark.parametrize("columns", [3, 4, 12])
def test_rows_of_an_orthogonal_matrix_are_of_length_one_and_at_right_angles(networks, columns):
    leading = () if networks is None else (networks,)
    U = orthogonal(np.random.default_rng(9), (*leading, 3, columns))
    assert U.shape == (*leading, 3, columns)
    expected = np.broadcast_to(np.eye(3), (*leading, 3, 3))
    assert U @ U.swapaxes(-1, -2) == pytest.approx(expected, abs=1e-12)


def test_orthogonal_matrices_point_in_all_directions_alike():
    U = orthogonal(np.random.default_rng(10), (4000, 2, 2))
    assert U.mean(axis=0) == pytest.approx(np.zeros((2, 2)), abs=0.05)
    assert np.mean(np.linalg.det(U) > 0) == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("draw", [glorot_uniform, orthogonal])
@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ([2, 3], "shape: expected a tuple (…, rows, columns), got [2, 3]"),
        ((3,), "shape: expected a tuple (…, rows, columns), got (3,)"),
        ((2, 0), "shape: expected a whole number of at least 1, got 0"),
        ((1,) * 65, f"shape: expected a tuple (…, rows, columns), got {(1,) * 65}"),
        (
            (2**20, 2**20),
            "shape: expected at most 134217728 numbers in all, got (1048576, 1048576)",
        ),
        ((2, 1.5), "shape: expected a whole number of at least 1, got 1.5"),
    ],
)
def test_a_shape_is_a_tuple_of_rows_columns_and_perhaps_more(draw, shape, said):
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        draw(np.random.default_rng(1), shape)


def test_more_rows_than_columns_cannot_all_be_at_right_angles():
    said = re.escape("shape: expected no more rows than columns, got (5, 3, 2)")
    with pytest.raises(ValueError, match=f"^{said}$"):
        orthogonal(np.random.default_rng(1), (5, 3, 2))
