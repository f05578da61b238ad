import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.tasks import every_triple, one_hot, random_digits, sum_task


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


@given(st.lists(st.lists(st.integers(0, 6), min_size=3, max_size=3), min_size=1, max_size=9))
def test_one_hot_has_a_single_one_at_each_number(sequences):
    rows = one_hot(sequences, size=7)
    assert rows.shape == (len(sequences), 3, 7)
    assert rows.dtype == np.float32
    assert rows.argmax(axis=-1).tolist() == sequences
    assert np.all(np.sort(rows)[..., -1] == 1)
    assert np.all(rows.sum(axis=-1) == 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([[1, 10]],), "sequences: expected whole numbers from 0 to 9, got .10"),
        (([[1, -1]],), "sequences: expected whole numbers from 0 to 9, got .-1"),
        (([[1, 0.5]],), "sequences: expected whole numbers from 0 to 9, got .0.5"),
        (([1, 2],), "sequences: expected an array with 2 axes"),
        (([[1, 2]], 0), "size: expected a whole number of at least 1, got 0"),
        (([[1, 2]], 2), "sequences: expected whole numbers from 0 to 1, got .2"),
    ],
)
def test_one_hot_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        one_hot(*arguments)


def test_sum_task_takes_all_that_float32_holds_exactly_and_no_more():
    assert sum_task([[2**24 - 1]])[1].item() == 2**24 - 1
    for wrong in ([[2**24]], [[2**24 + 1, -(2**24)]], [[1e300, -1e300]], [[1.7e308, 1.7e308]]):
        with pytest.raises(ValueError, match="sequences: expected sums below"):
            sum_task(wrong)
