"""The rounding of another processor, as `make portable` plays it."""

import numpy as np
import pytest

from helpers.engine import SGD, Adam
from tools.last_bits import rounded_otherwise


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("rule", [SGD, Adam])
def test_weights_that_move_differ_by_one_unit_in_the_last_place_or_two(rule, dtype):
    rng = np.random.default_rng(1)
    plain = rng.normal(size=(3, 100)).astype(dtype)
    noisy, slopes = plain.copy(), rng.normal(size=(3, 100)).astype(dtype)
    slopes[1] = 0
    start = plain.copy()
    rule.step(rule(0.1), plain, slopes)
    rounded_otherwise(rule.step, rng)(rule(0.1), noisy, slopes)
    units = np.abs(noisy - plain) / np.spacing(np.abs(plain))
    assert noisy.dtype == dtype
    assert np.mean(units[[0, 2]] > 0) > 0.9
    assert units.max() <= 2
    assert np.array_equal(noisy[1], start[1])


def test_nothing_is_changed_unless_it_is_asked_for():
    assert not hasattr(SGD.step, "__wrapped__")
