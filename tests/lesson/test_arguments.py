import re
import tracemalloc
from array import array
from collections import UserList, deque

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.lesson import arguments, lists


def test_require_names_argument_value_and_expectation():
    with pytest.raises(ValueError, match=r"^rate: expected a positive number, got -1$"):
        arguments.require(False, "rate", -1, "a positive number")


def test_what_was_given_is_told_in_a_line():
    column = np.array([[0], [1]])
    with pytest.raises(ValueError, match=r"^x: expected a row, got \[\[0\] \[1\]\]$"):
        arguments.require(False, "x", column, "a row")
    assert arguments.brief(column) == "array([[0], [1]])"
    with pytest.raises(ValueError, match=r"^n: expected a .*, got array\(\[\[0\], \[1\]\]\)$"):
        arguments.whole("n", column)


BAD_COUNTS = [0, -3, 1.5, "2", None, True, np.timedelta64(3, "s")]


@pytest.mark.parametrize("value", BAD_COUNTS, ids=repr)
def test_whole_refuses_what_is_no_positive_whole_number(value):
    with pytest.raises(ValueError, match="count: expected a whole number of at least 1, got"):
        arguments.whole("count", value)


@pytest.mark.parametrize("value", [2**31, 10**30, 10**5000], ids=["2^31", "10^30", "10^5000"])
def test_whole_says_of_what_is_too_large_how_large_it_may_be(value):
    assert arguments.whole("count", 2**31 - 1) == 2**31 - 1
    wanted = "count: expected a whole number of at most 2147483647, got"
    with pytest.raises(ValueError, match=wanted):
        arguments.whole("count", value)


@given(st.integers(min_value=1, max_value=10**9))
def test_whole_takes_python_and_numpy_integers_and_returns_a_python_one(value):
    for given_value in (value, np.int64(value)):
        assert arguments.whole("count", given_value) == value
        assert type(arguments.whole("count", given_value)) is int


NOT_REAL = ["1", [["1", "2"]], True, [1j], None, [[1], [1, 2]], 10**400, np.ma.array([1], mask=[1])]


@pytest.mark.parametrize("value", NOT_REAL, ids=repr)
def test_real_refuses_what_is_no_real_number(value):
    with pytest.raises(ValueError, match="x: expected real numbers, got"):
        arguments.real("x", value)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (1.0, r"x: expected an array with 1 axis, got shape \(\)"),
        ([[1.0]], r"x: expected an array with 1 axis, got shape \(1, 1\)"),
        ([], "x: expected real numbers, got|x: expected at least one element"),
        ([1.0, np.nan], "x: expected finite numbers, got NaN or infinity"),
        ([np.inf], "x: expected finite numbers, got NaN or infinity"),
    ],
)
def test_finite_refuses_bad_arrays(value, message):
    with pytest.raises(ValueError, match=message):
        arguments.finite("x", value, ndim=1)


def test_finite_keeps_every_digit_and_leaves_the_input_alone():
    given_list = [0.1, 2]
    array = arguments.finite("x", given_list, ndim=1)
    assert array.tolist() == [0.1, 2.0]
    assert given_list == [0.1, 2]


def test_generator_refuses_a_seed():
    with pytest.raises(ValueError, match=r"rng: expected a numpy\.random\.Generator"):
        arguments.generator("rng", 1)


@pytest.mark.parametrize("value", [[3.5], [-1], [5], [np.nan], [[1]], ["1"]], ids=repr)
def test_symbols_refuses_what_is_no_symbol(value):
    with pytest.raises(ValueError, match="x: expected"):
        arguments.symbols("x", value, size=5, ndim=1)


def test_symbols_returns_integers_that_can_index():
    assert arguments.symbols("x", [0.0, 4.0], size=5, ndim=1).tolist() == [0, 4]
    assert arguments.symbols("x", [0.0, 4.0], size=5, ndim=1).dtype == np.int64


def test_row_asks_for_so_many_finite_numbers():
    assert arguments.row("x", [1, 2], length=2).tolist() == [1.0, 2.0]
    with pytest.raises(ValueError, match="x: expected 2 numbers, got 3 numbers"):
        arguments.row("x", [1, 2, 3], length=2)


def test_whole_reaches_up_to_the_largest():
    assert arguments.whole("n", 2**31 - 1) == 2**31 - 1
    with pytest.raises(ValueError, match="n: expected"):
        arguments.whole("n", 2**31)


def test_real_takes_every_kind_of_number_and_copies():
    assert arguments.real("x", np.uint8([200])).tolist() == [200.0]
    with pytest.raises(ValueError, match="x: expected real numbers, got '1'"):
        arguments.real("x", "1")
    array = np.ones(2)
    assert not np.shares_memory(arguments.real("x", array), array)


def test_single_refuses_what_32_bits_cannot_hold():
    assert arguments.single("x", [3e38], ndim=1).tolist() == [3e38]
    with pytest.raises(ValueError, match=r"x: expected numbers that 32 bits can hold, got 4e\+38"):
        arguments.single("x", [1.0, -4e38], ndim=1)
    largest = float(np.finfo(np.float32).max)
    assert arguments.single("x", [-largest, largest], ndim=1).tolist() == [-largest, largest]


@pytest.mark.parametrize(
    ("count", "many", "words"),
    [(1, "axes", "1 axis"), (2, "axes", "2 axes"), (1, "arrays", "1 array"), (0, "x", "0 x")],
)
def test_a_count_has_its_noun(count, many, words):
    assert arguments.counted(count, many) == words


@pytest.mark.parametrize("value", [int, np.float16, "float32", np.float32(1), 1, None], ids=repr)
def test_a_float_type_is_one_of_two_and_no_name_of_one(value):
    message = f"dtype: expected np.float32 or np.float64, got {value!r}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        arguments.float_type("dtype", value)


def test_floats_of_the_type_already_are_not_copied():
    array = np.ones((2, 3))
    assert np.shares_memory(arguments.floats("x", array, (2,), (3,)), array)
    assert np.shares_memory(arguments.floats("x", array, (2,), (None,), np.float64), array)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (5, "parts: expected a list of 2 arrays, got 5"),
        ([5], "parts: expected 2 arrays, got 1 array"),
    ],
)
def test_listed_says_how_many_arrays_it_asks_for(value, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        arguments.listed("parts", value, count=2)


@pytest.mark.parametrize(
    ("value", "got"), [([0, 7, 8], "[7.]"), ([-1, 0, 9], "[-1.]"), ([1e300], "[1.e+300]")]
)
def test_symbols_shows_the_first_that_is_none_and_casts_without_a_word(value, got):
    message = f"x: expected whole numbers from 0 to 4, got {got}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        arguments.symbols("x", value, size=5, ndim=1)


def test_symbols_in_names_the_argument_whose_axes_are_others():
    assert arguments.symbols_in("x", [[[0, 4]]], size=5, leading=(3,)).shape == (1, 1, 2)
    message = "x: expected shape (3 or 1, any, any), got shape (2, 1, 1)"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        arguments.symbols_in("x", np.zeros((2, 1, 1)), size=5, leading=(3,))


MASKED = np.ma.masked_array([1.0, 5e9], [False, True])


@pytest.mark.parametrize("value", [[MASKED], (1.0, [2.0, MASKED]), [1.0, np.ma.masked]])
def test_a_mask_inside_a_list_is_not_lost(value):
    with pytest.raises(ValueError, match="x: expected real numbers, got "):
        arguments.real("x", value)


class Stubborn:
    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("not now")


def test_what_cannot_be_made_an_array_is_refused_whatever_it_says():
    with pytest.raises(ValueError, match=r"^x: expected real numbers, got Stubborn$"):
        arguments.real("x", Stubborn())


def test_a_number_beyond_64_bits_is_infinite_without_a_word():
    with pytest.raises(ValueError, match="x: expected finite numbers, got NaN or infinity"):
        arguments.finite("x", np.longdouble("1e4000"), ndim=0)


def test_what_was_given_is_told_in_short():
    nested = "a"
    for _ in range(7):
        nested = [nested] * 6
    for value in (nested, 10**5000):
        with pytest.raises(ValueError, match=r"n: expected a whole number") as refused:
            arguments.whole("n", value)
        assert len(str(refused.value)) < 300


def doubled(depth):
    value = [1.0]
    for _ in range(depth):
        value = [value, value]
    return value


def in_itself():
    value = [1.0]
    value.append(value)
    return value


class Unending:
    def __len__(self):
        return 3

    def __getitem__(self, place):
        return 1.0


NO_ARRAYS = {
    "a sequence that may have no end": Unending(),
    "such a one in a list": [Unending()],
    "numbers up to 2**40": range(2**40),
    "one array many times": 100 * [np.zeros(10**6)],
    "2**40 numbers in 40 lists": doubled(40),
    "a list in itself": in_itself(),
    "a masked array in a deque": deque([np.ma.array([1.0, 2.0], mask=[True, False])]),
}


@pytest.mark.parametrize("value", NO_ARRAYS.values(), ids=NO_ARRAYS)
def test_lists_that_stand_for_more_than_they_hold_are_refused_at_once(value):
    with pytest.raises(ValueError, match=r"x: expected (real numbers|an array: so much .*), got"):
        arguments.finite("x", value)


def test_a_list_of_arrays_may_hold_more_than_one_of_numbers():
    images = 120 * [np.zeros(10**5)]  # twelve million numbers
    assert arguments.finite("x", images, ndim=2).shape == (120, 10**5)
    with pytest.raises(
        ValueError, match=r"^x: expected an array: so much is too slow as a list, got"
    ):
        arguments.finite("x", 10 * images, ndim=2)


def test_a_list_that_is_too_long_is_not_read_through(monkeypatch):
    monkeypatch.setattr(lists, "may_be_endless", lambda value: pytest.fail("it was read"))
    with pytest.raises(ValueError, match=r"^x: expected an array: so much is too slow as a list"):
        arguments.finite("x", [0.0] * (10**7 + 1), ndim=1)


@pytest.mark.parametrize("value", [Unending(), object(), Stubborn()])
def test_what_has_no_words_of_its_own_is_told_by_its_kind(value):
    assert arguments.brief(value) == type(value).__name__


LISTS = {
    "a range": range(3),
    "a list of a user's": UserList([0, 1, 2]),
    "numbers of C": array("d", [0, 1, 2]),
    "a view of memory": memoryview(np.arange(3.0)),
    "arrays in a list": [np.array(number) for number in range(3)],
}


@pytest.mark.parametrize("value", LISTS.values(), ids=LISTS)
def test_whatever_holds_numbers_one_by_one_is_a_list_of_them(value):
    assert arguments.finite("x", value, shape=(3,)).tolist() == [0, 1, 2]


def test_words_are_refused_without_making_each_as_long_as_the_longest():
    tracemalloc.start()
    with pytest.raises(ValueError, match="x: expected real numbers, got"):
        arguments.finite("x", ["a" * 100_000] + ["b"] * 1000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10**7


def test_what_cannot_say_what_it_is_is_called_by_its_kind():
    class Mute:
        def __repr__(self):
            raise RuntimeError

    assert "Mute" in arguments.brief(Mute())
    assert arguments.brief(type("array", (), {})()) == "array"
