import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.data import every_triple, random_digits, sum_task


def test_every_triple_is_each_number_below_a_thousand_once():
    numbers = every_triple() @ [100, 10, 1]
    assert numbers.tolist() == list(range(1000))


@given(st.integers(0, 2**32), st.integers(1, 50), st.integers(1, 20), st.integers(1, 1000))
def test_random_digits_have_the_shape_and_the_range(seed, count, length, largest):
    digits = random_digits(np.random.default_rng(seed), count, length, largest)
    assert digits.shape == (count, length)
    assert digits.min() >= 0
    assert digits.max() <= largest


def test_random_digits_reach_both_ends_and_follow_the_generator():
    digits = random_digits(np.random.default_rng(1), 1000, 3)
    assert set(digits.ravel()) == set(range(10))
    assert np.array_equal(digits, random_digits(np.random.default_rng(1), 1000, 3))
    assert not np.array_equal(digits, random_digits(np.random.default_rng(2), 1000, 3))


@given(st.lists(st.lists(st.integers(0, 9), min_size=4, max_size=4), min_size=1, max_size=9))
def test_sum_task_is_the_sum(sequences):
    inputs, targets = sum_task(sequences)
    assert inputs.shape == (len(sequences), 4, 1)
    assert inputs.dtype == targets.dtype == np.float32
    assert inputs[..., 0].tolist() == sequences
    assert targets[:, 0].tolist() == [sum(sequence) for sequence in sequences]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1, 2, 3), "rng: expected"),
        ((np.random.default_rng(1), 0, 3), "count: expected a whole number of at least 1, got 0"),
        ((np.random.default_rng(1), 2, 2.5), "length: expected a whole number"),
        ((np.random.default_rng(1), 2, 3, -1), "largest: expected a whole number"),
    ],
)
def test_random_digits_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        random_digits(*arguments)


@pytest.mark.parametrize(
    ("sequences", "message"),
    [
        ([1, 2, 3], r"sequences: expected an array with 2 axes, got shape \(3,\)"),
        ([[]], "sequences: expected at least one element"),
        ([[1, np.nan]], "sequences: expected finite numbers"),
        ([[2**24, 1]], r"sequences: expected sums below 2\*\*24"),
        ([[-(2**24), -1]], r"sequences: expected sums below 2\*\*24"),
        ([["one", "two"]], "sequences: expected real numbers"),
    ],
)
def test_sum_task_refuses(sequences, message):
    with pytest.raises(ValueError, match=message):
        sum_task(sequences)
