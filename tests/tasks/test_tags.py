"""Tags of digits and sums, against what a person would do by eye."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.tasks import same_digit, same_digit_task, sums_from_the_top


@given(digits=st.lists(st.integers(0, 9), min_size=1, max_size=9))
def test_tags_are_those_that_the_definition_gives(digits):
    before = [digit in digits[:place] for place, digit in enumerate(digits)]
    later = [digit in digits[place + 1 :] for place, digit in enumerate(digits)]
    either = np.logical_or(before, later)
    for where, expected in (("before", before), ("later", later), ("elsewhere", either)):
        assert same_digit(digits, where).tolist() == np.array(expected, int).tolist()


def test_the_example_of_the_lesson():
    assert same_digit([2, 0, 2, 4], "later").tolist() == [1, 0, 0, 0]
    assert same_digit([2, 0, 2, 4], "elsewhere").tolist() == [1, 0, 1, 0]


def test_tags_are_whole_numbers():
    assert same_digit([2, 0, 2, 4], "later").dtype == int


def test_there_are_ten_digits():
    digits, _ = same_digit_task(np.random.default_rng(1), (4,), 30, 10, "later")
    assert set(digits.ravel()) == set(range(10))
    with pytest.raises(ValueError, match=r"^digits: expected at most 10, got 11$"):
        same_digit_task(np.random.default_rng(1), (4,), 30, 11, "later")


@pytest.mark.parametrize("shape", [(4,), (3, 4)])
def test_drawn_strings_have_their_tags_and_all_digits(shape):
    digits, tags = same_digit_task(np.random.default_rng(1), shape, 30, 5, "later")
    assert digits.shape == tags.shape == (*shape, 30)
    assert set(digits.ravel()) == set(range(5))
    assert (tags == same_digit(digits, "later")).all()


@pytest.mark.parametrize("shape", [(50,), (2, 50)])
def test_sums_are_right_and_begin_with_the_highest_bit(shape):
    inputs, bits = sums_from_the_top(np.random.default_rng(2), shape)
    assert inputs.shape == bits.shape == (*shape, 9)
    worth = 2 ** np.arange(9)[::-1]
    first, second = inputs // 2 @ worth, inputs % 2 @ worth
    assert (bits @ worth == first + second).all()
    assert first.max() > 127  # the highest bit of eight is used
    assert (inputs[..., 0] == 0).all()
    assert set(inputs.ravel()) == {0, 1, 2, 3}
    assert inputs.dtype == bits.dtype == int


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: same_digit([1, 2], "behind"), "where"),
        (lambda: same_digit([1, 10], "later"), "digits"),
        (lambda: same_digit([], "later"), "digits"),
        (lambda: same_digit_task(np.random.default_rng(1), (0,), 3, 5, "later"), "shape"),
        (lambda: same_digit_task(None, (2,), 3, 5, "later"), "rng"),
        (lambda: same_digit_task(np.random.default_rng(1), (2,), 0, 5, "later"), "places"),
        (lambda: same_digit_task(np.random.default_rng(1), (2,), 3, 0, "later"), "digits"),
        (lambda: sums_from_the_top(None, (2,)), "rng"),
        (lambda: sums_from_the_top(np.random.default_rng(1), 3), "shape"),
    ],
)
def test_bad_input_is_refused_by_name(call, name):
    with pytest.raises(ValueError, match=f"{name}: expected"):
        call()


def test_long_strings_need_no_room_for_all_pairs_of_places():
    tracemalloc.start()
    found = same_digit(np.arange(20_000) % 10, "before")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10**7
    assert found[:10].tolist() == [0] * 10
    assert found[10:].all()
