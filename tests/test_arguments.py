import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import arguments


def test_require_names_argument_value_and_expectation():
    with pytest.raises(ValueError, match=r"^rate: expected a positive number, got -1$"):
        arguments.require(False, "rate", -1, "a positive number")


@pytest.mark.parametrize("value", [0, -3, 1.5, "2", None, True])
def test_whole_refuses_what_is_no_positive_whole_number(value):
    with pytest.raises(ValueError, match="count: expected a whole number of at least 1, got"):
        arguments.whole("count", value)


@given(st.integers(min_value=1, max_value=10**9))
def test_whole_takes_python_and_numpy_integers(value):
    assert arguments.whole("count", value) == value
    assert arguments.whole("count", np.int64(value)) == value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([], "1 dimensions"),
        ([[1.0]], "1 dimensions, got shape|expected 1 dimensions"),
        ([1.0, np.nan], "finite numbers, got NaN or infinity"),
        ([np.inf], "finite numbers, got NaN or infinity"),
        (["a"], "expected numbers"),
        ([[1], [1, 2]], "expected numbers"),
    ],
)
def test_finite_refuses_bad_arrays(value, expected):
    if value == []:
        expected = "at least one element"
    with pytest.raises(ValueError, match=f"x: .*({expected})"):
        arguments.finite("x", value, ndim=1)


def test_generator_refuses_a_seed():
    with pytest.raises(ValueError, match=r"rng: expected a numpy\.random\.Generator"):
        arguments.generator("rng", 1)
