import json
import re
import tracemalloc
from collections import deque

import numpy as np
import pytest

from helpers.lesson import check
from helpers.lesson.check import in_short


def test_a_claim_that_holds_prints_itself_and_no_number(capsys):
    check("U is 1", 1.0004, 1, atol=0.01)
    check("all are true", [True, True])
    check("on the edge", 1.5, 1, atol=0.5)
    printed = "✓ U is 1 (within 0.01)\n✓ all are true\n✓ on the edge (within 0.5)\n"
    assert capsys.readouterr().out == printed


def test_what_was_found_stands_behind_the_claim_and_not_in_the_record(
    capsys, tmp_path, monkeypatch
):
    monkeypatch.setenv("CHECK_RECORD", str(tmp_path / "record"))
    check("most are right", True, found="405 of 1,024")
    check("U is 1", 1.0, 1, atol=0.01, found="1.000")
    printed = "✓ most are right: 405 of 1,024\n✓ U is 1 (within 0.01): 1.000\n"
    assert capsys.readouterr().out == printed
    lines = (tmp_path / "record").read_text().splitlines()
    assert [json.loads(line)["claim"] for line in lines] == ["most are right", "U is 1"]
    for found in (5, "", "two\nlines"):
        with pytest.raises(ValueError, match="found: expected a sentence on one line"):
            check("most are right", True, found=found)


@pytest.mark.parametrize(
    ("actual", "expected", "atol", "message"),
    [
        (False, True, None, "claim: got False, expected True"),
        (1.5, 1, 0.1, r"claim: got 1.5, expected 1 \(within 0.1\)"),
        (np.nan, 1, 0.1, "claim: got nan"),
        ([1, 2, 3], [1, 5, 3], None, r"1 of 3 elements differ, .* \(1,\): got 2, expected 5$"),
        (np.arange(3), np.ones(3), None, r"2 of 3 .* \(0,\): got 0, expected 1\.0$"),
        (np.arange(2) > 0, [False, False], None, r"\(1,\): got True, expected False$"),
        (np.float64(0.5), np.int64(1), None, "got 0.5, expected 1$"),
        ([1.0, np.nan], 1, 0.1, r"1 of 2 elements differ, the first at \(1,\)"),
    ],
)
def test_a_claim_that_fails_says_both_sides(actual, expected, atol, message):
    with pytest.raises(AssertionError, match=message):
        check("claim", actual, expected, atol=atol)


def test_a_claim_may_have_300_characters(capsys):
    check("x" * 300, True)
    assert capsys.readouterr().out == f"✓ {'x' * 300}\n"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("x" * 197, repr("x" * 197)),
        ("x" * 198, "'xxxxxxxxxxxx...xxxxxxxxxxxxx'"),  # with its quotes: 200 characters
        (10**199, "100000000000000000...0000000000000000000"),
    ],
    ids=["a text", "a longer text", "a number"],
)
def test_a_claim_that_fails_shows_both_sides_whole_or_a_long_one_in_short(value, words):
    with pytest.raises(AssertionError, match=f"^claim: got {re.escape(words)}, expected 1$"):
        check("claim", value, 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("", True), "claim: expected a sentence on one line"),
        (("  ", True), "claim: expected a sentence on one line"),
        ((" claim", True), "claim: expected a sentence on one line"),
        (("cla\nim", True), "claim: expected a sentence on one line"),
        (("x" * 301, True), "claim: expected a sentence on one line, of at most 300 characters"),
        (("claim", {"a": np.ones(2)}, {"a": np.ones(2)}), "actual: expected values that can be"),
        (
            ("claim", np.zeros(2, [("a", int)]), np.zeros(2)),
            "actual: expected values that can be compared with what is expected, got array",
        ),
        (("claim", [1, [2]]), "actual: expected rows of equal length"),
        (("claim", "a", 1, 0.1), "actual: expected real numbers, got 'a'"),
        (("claim", 1j, 1, 0.1), "actual: expected real numbers, got 1j"),
        (("claim", 1, None, 0.1), "expected: expected real numbers, got None"),
        (("claim", 1, 1, True), "atol: expected real numbers, got True"),
        (("claim", 1, 1, "0.1"), "atol: expected real numbers"),
        (("claim", [1.0, 2.0], [1.0]), "expected: expected a single value"),
        (
            (True, "claim"),
            "claim: expected a sentence on one line, of at most 300 characters, got True",
        ),
        (("claim", []), "actual: expected something to check"),
        (("claim", [1, 2], [1, 2, 3]), r"expected: expected a single value or the shape of actual"),
        (("claim", np.ones((3, 1)), np.ones(3)), "expected: expected a single value"),
        (("claim", 1, 1, 0), "atol: expected a positive number, got 0"),
        (("claim", 1, 1, np.nan), "atol: expected finite numbers"),
    ],
)
def test_a_check_that_makes_no_sense_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        check(*arguments)


def test_a_record_takes_every_verdict_and_nothing_raises(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CHECK_RECORD", str(tmp_path / "record"))
    check("holds", np.bool_(True))
    check("does not", 2, 1, atol=np.float32(0.5))
    lines = [json.loads(line) for line in (tmp_path / "record").read_text().splitlines()]
    assert lines == [
        {"claim": "holds", "atol": None, "held": True},
        {"claim": "does not", "atol": 0.5, "held": False},
    ]
    assert capsys.readouterr().out == "✓ holds\n✗ does not (within 0.5)\n"


@pytest.mark.parametrize("claim", ["a\rb", "a\x1b[31mb", "a\u2028b", "a\tb"])
def test_a_claim_has_nothing_that_is_not_printed(claim):
    with pytest.raises(ValueError, match="claim: expected a sentence on one line"):
        check(claim, True)


def test_what_is_long_even_in_short_is_cut():
    words = in_short(3 * [9 * ["a" * 40]])
    assert (words[:4], len(words)) == ("[['a", 200)


def test_numbers_whose_difference_is_too_large_are_held_apart_without_a_word():
    with pytest.raises(AssertionError, match="far apart: "):
        check("far apart", [1.7e308], [-1.7e308], atol=1)
    with pytest.raises(AssertionError, match="without a difference: "):
        check("without a difference", [np.inf], [np.inf], atol=1)
    with pytest.raises(AssertionError, match="long: got a number of thousands of digits"):
        check("long", 10**5000, 3)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ("a\0", "a"),
        (b"a\0\0", b"a"),
        ([1, "a"], ["1", "a"]),
        (2**53 + 1, float(2**53)),
        (np.array([2**53 + 1]), np.array([2.0**53])),
        ([1.5, 2**53 + 1], [1.5, 2**53]),
    ],
)
def test_what_only_numpy_takes_for_the_same_is_told_apart(actual, expected, capsys):
    check("they are what they are", actual, actual)
    with pytest.raises(AssertionError, match=r"^they are the same: "):
        check("they are the same", actual, expected)


def test_one_and_a_float_of_one_are_the_same(capsys):
    check("numbers", [1, 2.0, True], [1.0, 2, 1])
    check("arrays", np.arange(3), np.arange(3.0))


class Faulty:
    def __array__(self, *options, **named):
        raise RuntimeError

    def __ne__(self, other):
        raise RuntimeError


def endless():
    value = []
    value.append(value)
    return value


def nested(depth):
    value = 1
    for _ in range(depth):
        value = [value]
    return value


UNLIKE = {
    "a number and a word": ([np.int64(1), "a"], ["1", "a"]),
    "neighbours that are one float": ([np.int64(2**53 + 1), 0.5], [np.int64(2**53), 0.5]),
    "numbers with and without a sign": (
        [np.uint64(2**63 + 1), np.int64(-1)],
        [np.uint64(2**63), np.int64(-1)],
    ),
    "a whole and a complex number": (2**53 + 1, complex(2**53)),
    "seconds and a number": (np.timedelta64(5, "s"), 5),
    "a day and its number": (np.datetime64(5, "D"), 5),
    "a number that NumPy would round to the other": (np.float32(2**24), 2**24 + 1),
    "a sum and its neighbour": (np.array([2.0**53, 0]).sum(), 2**53 + 1),
    "a short float in a list, and its neighbour": ([np.float16(2048), "a"], [2049, "a"]),
    "one third of few digits and of many": ([np.float32(1 / 3)], [1 / 3]),
}


@pytest.mark.parametrize(("actual", "expected"), UNLIKE.values(), ids=UNLIKE)
def test_what_is_not_the_same_is_not_taken_for_it(actual, expected):
    with pytest.raises(AssertionError, match="the same"):
        check("the same", actual, expected)


def test_a_failure_shows_whole_numbers_as_they_were():
    with pytest.raises(AssertionError, match="got 9007199254740993, expected 9007199254740992"):
        check("the same", [2**53 + 1, 0.5], [2**53, 0.5])


def test_with_a_tolerance_whole_numbers_must_be_such_as_a_float_can_hold():
    check("near", 2**53 - 1, 2**53 - 2, atol=1)
    said = "^actual: expected less than 9007199254740992: .*, got a larger whole number$"
    with pytest.raises(ValueError, match=said):
        check("near", 2**53 + 1, 2**53 - 1, atol=0.5)


def test_seconds_that_are_no_numbers_are_counted():
    with pytest.raises(AssertionError, match="the same: 2 of 2 elements differ, the first at"):
        check("the same", np.array([1, 2], "m8[s]"), [1, 2])


NOT_TO_COMPARE = {
    "a masked array in a deque": deque([np.ma.array([1, 2], mask=[1, 0])]),
    "a list in itself": endless(),
    "lists in 5,000 lists": nested(5000),
    "what raises as an array": Faulty(),
}


@pytest.mark.parametrize("value", NOT_TO_COMPARE.values(), ids=NOT_TO_COMPARE)
def test_what_cannot_be_compared_is_refused(value):
    with pytest.raises(ValueError, match="actual: expected"):
        check("the same", value, 1)


def test_words_of_unlike_lengths_take_no_more_room_than_they_have():
    words = ["a" * 100_000] + ["b"] * 1000
    tracemalloc.start()
    check("the same", words, words)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10**7


def test_numbers_with_more_digits_than_a_float_are_not_held_within_a_tolerance():
    if np.dtype(np.longdouble).itemsize == 8:
        pytest.skip("here a long double is a double")
    actual = np.longdouble(1) + np.finfo(np.longdouble).eps
    said = rf"^actual: expected numbers of at most 64 bits, got {actual.dtype}$"
    with pytest.raises(ValueError, match=said):
        check("it is 1", actual, 1, atol=1e-25)


class MasksWhatItIs:
    """An object of a reader's own that is a masked array to NumPy."""

    def __array__(self, dtype=None, copy=None):
        return np.ma.masked_array([1.0, 9.0], mask=[False, True])


def test_a_mask_is_not_lost_on_the_way_into_an_array():
    with pytest.raises(ValueError, match=r"^actual: expected real numbers"):
        check("it is 1", MasksWhatItIs(), 1, atol=0.1)


def test_a_range_that_is_too_long_to_count_is_refused():
    with pytest.raises(ValueError, match=r"^actual: expected a plain one"):
        check("there are as many", range(10**30), 1)
