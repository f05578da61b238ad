import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.models import (
    MEAN,
    VARIANCE,
    best_loss,
    largest_error,
    learned,
    read_digits,
    share_right,
)
from helpers.tasks import every_triple

COUNTING = np.arange(10.0)


@given(st.integers(0, 2**32), st.integers(1, 6), st.integers(1, 5), st.integers(1, 4))
def test_read_digits_is_the_sum_of_table_rows_times_powers_of_u(seed, count, length, units):
    rng = np.random.default_rng(seed)
    table, kernel = rng.normal(size=(10, units)), rng.normal(size=(units, units))
    digits = rng.integers(0, 10, (count, length))
    powers = [np.linalg.matrix_power(kernel, length - 1 - step) for step in range(length)]
    expected = sum(table[digits[:, step]] @ powers[step] for step in range(length))
    assert read_digits(table, kernel, digits) == pytest.approx(expected, rel=1e-9, abs=1e-9)


INFINITE = (
    r"^recurrent_kernel: expected smaller numbers, or fewer steps, "
    "got one by which a state becomes infinite$"
)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((COUNTING, [[1.0]], [[1]]), "table: expected an array with 2 axes"),
        ((np.ones((10, 2)), [[1.0]], [[1]]), r"recurrent_kernel: expected shape \(2, 2\), got"),
        ((np.ones((10, 1)), [[np.nan]], [[1]]), "recurrent_kernel: expected finite numbers"),
        ((np.ones((10, 1)), [[1.0]], [[10]]), "sequences: expected whole numbers from 0 to 9"),
        ((np.ones((10, 1)), [[1.0]], [[0.5]]), "sequences: expected whole numbers from 0 to 9"),
        ((np.ones((10, 1)), [[1.0]], [[-1]]), "sequences: expected whole numbers from 0 to 9"),
        ((np.ones((10, 1)), [[1.0]], [1]), "sequences: expected an array with 2 axes"),
        ((np.ones((10, 1)), [[1.0]], [[]]), "sequences: expected at least one element"),
        ((np.full((10, 1), 1e39), [[1.0]], [[1]]), "table: expected numbers that 32 bits can hold"),
        ((np.ones((10, 1)), [[1e38]], [10 * [1]]), INFINITE),
        ((np.ones((10, 2)), [[1e38, 0], [0, 0]], [20 * [1]]), INFINITE),  # ∞ times 0
    ],
)
def test_read_digits_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        read_digits(*arguments)


def test_share_right_counts_what_rounds_to_the_target():
    assert share_right([[1.4], [1.6], [np.nan], [3.0]], [[1], [1], [1], [3]]) == 0.5
    assert share_right([[1.4]], [[1]]) == 1


@pytest.mark.parametrize(
    ("outputs", "targets", "message"),
    [
        ([[1.0], [2.0]], [[1.0]], r"outputs: expected the shape of targets, \(1, 1\), got"),
        ([[1.0]], [1.0], "targets: expected an array with 2 axes"),
        ([["1"]], [[1.0]], "outputs: expected real numbers"),
        (np.empty((0, 1)), np.empty((0, 1)), "targets: expected at least one element"),
    ],
)
def test_share_right_refuses(outputs, targets, message):
    with pytest.raises(ValueError, match=message):
        share_right(outputs, targets)


def test_learned_asks_for_every_triple():
    assert learned(COUNTING, 1.0)
    assert learned(COUNTING + 0.16, 1)  # three of them stay below one half
    assert not learned(COUNTING + 0.17, 1)
    assert not learned(COUNTING, 1.05)
    almost = COUNTING.copy()
    almost[7] += 0.2  # only 7 7 7 is wrong
    assert not learned(almost, 1)
    almost[7] -= 0.1
    assert learned(almost, 1)


def test_largest_error_looks_at_all_eleven_numbers():
    assert largest_error(COUNTING, 1) == 0
    assert largest_error(COUNTING, 0.5) == 0.5
    for digit in range(10):
        assert largest_error(COUNTING - 2 * np.eye(10)[digit], 1.5) == 2


@pytest.mark.parametrize("function", [learned, largest_error])
@pytest.mark.parametrize(
    ("table", "U", "message"),
    [
        (COUNTING[:9], 1, "table: expected 10 numbers, got 9 numbers"),
        (COUNTING[:, np.newaxis], 1, "table: expected an array with 1 axis"),
        (COUNTING * np.nan, 1, "table: expected finite numbers"),
        (COUNTING, [1.0], "U: expected an array with 0 axes"),
    ],
)
def test_what_is_no_table_is_refused(function, table, U, message):
    with pytest.raises(ValueError, match=message):
        function(table, U)


def test_best_loss_is_what_least_squares_leaves():
    triples = every_triple()
    one_hot = np.eye(10)[triples]
    for U in (-3, -1, -0.2, 0, 0.7, 1, 2):
        columns = U**2 * one_hot[:, 0] + U * one_hot[:, 1] + one_hot[:, 2]
        table = np.linalg.lstsq(columns, triples.sum(axis=1))[0]
        loss = np.mean((columns @ table - triples.sum(axis=1)) ** 2)
        assert best_loss(U) == pytest.approx(loss, abs=1e-9)
    with pytest.raises(ValueError, match="U: expected real numbers"):
        best_loss("1")


def test_share_right_rounds_the_outputs_only_and_halves_to_even():
    assert share_right([[1.5]], [[1.5]]) == 0
    assert share_right([[0.5], [1.5]], [[1], [1]]) == 0


def test_mean_and_variance_are_those_of_a_digit():
    assert (np.arange(10).mean(), np.arange(10).var()) == (MEAN, VARIANCE)


def test_a_table_may_have_another_number_of_rows():
    assert read_digits(np.arange(12.0)[:, None], [[1.0]], [[11, 10]]).tolist() == [[21.0]]
    with pytest.raises(ValueError, match="sequences: expected whole numbers from 0 to 2"):
        read_digits(np.ones((3, 1)), [[1.0]], [[3]])


def test_best_loss_takes_several():
    assert best_loss([0, 1]) == pytest.approx([16.5, 0])
