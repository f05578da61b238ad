"""`check`: a claim in words, held against what was measured.

A check prints one short line: the claim, in the same words at every seed, and what was
found, for the reader.  When it fails, the numbers stand in the AssertionError.
"""

import json
import os
from contextlib import suppress

import numpy as np

from helpers.lesson.arguments import (
    brief,
    no_warnings,
    of_kind,
    positive,
    real,
    require,
)
from helpers.lesson.lists import is_plain

# Where this is set, verdicts are appended to that file and nothing raises:
# so a run at another seed reports every claim, not only the first that fails.
RECORD = "CHECK_RECORD"
LONGEST = 300  # characters of a claim
EXACT = 2**53  # whole numbers beyond it have neighbours that are the same float
OWN = int, float, str, bytes, np.generic


def check(claim, actual, expected=True, atol=None, found=None):
    """Assert `claim`: that `actual` equals `expected`, within `atol` where it is given.

    claim     the sentence that is being tested, the same words at every seed
    actual    a truth value, a number or an array
    expected  what it should be: one value, or an array of the shape of `actual`
    atol      largest absolute difference allowed; None asks for equality
    found     what was measured, in words for the reader, such as "405 of 1,024"; they
              may be others at another seed

    Raises AssertionError with both sides if the claim does not hold, ValueError
    if the check itself makes no sense.
    """
    require_line("claim", claim)
    require_line("found", "nothing" if found is None else found)
    atol = None if atol is None else positive("atol", atol)
    wrong = differences(actual, expected, atol)
    record(claim, atol, not wrong.any())
    if wrong.any() and RECORD not in os.environ:
        both = verdict(actual, expected, wrong)
        raise AssertionError(f"{claim}: {both}{tolerance(atol)}")
    measured = "" if found is None else f": {found}"
    print(f"{'✗' if wrong.any() else '✓'} {claim}{tolerance(atol)}{measured}")


def require_line(name, words):
    """Refuse what is no sentence on one line."""
    is_line = isinstance(words, str) and words.isprintable()
    fits = is_line and words == words.strip() != "" and len(words) <= LONGEST
    wanted = f"a sentence on one line, of at most {LONGEST} characters"
    require(fits, name, brief(words), wanted)


def differences(actual, expected, atol):
    """Return for each element of `actual` whether it is not what `expected` says."""
    kind = as_array if atol is None else as_exact
    actual, expected = kind("actual", actual), kind("expected", expected)
    require(actual.size > 0, "actual", f"shape {actual.shape}", "something to check")
    fits = expected.shape in ((), actual.shape)  # or one would be silently broadcast
    wanted = f"a single value or the shape of actual, {actual.shape}"
    require(fits, "expected", f"shape {expected.shape}", wanted)
    if atol is None:
        return unequal(actual, expected)
    # written with `not`, because NaN compares as False: a NaN is always wrong
    with no_warnings():
        return ~np.asarray(np.abs(actual - expected) <= atol)


def unequal(actual, expected):
    """Return actual != expected; ValueError where NumPy cannot tell."""
    kinds = {actual.dtype.kind, expected.dtype.kind}
    if len(kinds) == 2 and kinds & set("mM"):  # five seconds are not the number 5
        return np.ones(actual.shape, bool)
    if len(kinds) == 2 and kinds <= set("iufc"):
        # in Python whole numbers beyond the digits of a float are not equal to one
        actual, expected = actual.astype(object), expected.astype(object)
    try:
        return np.asarray(actual != expected, dtype=bool)
    except Exception:  # whatever its own code raises
        wanted = "values that can be compared with what is expected"
        return require(False, "actual", brief(actual), wanted)


def as_array(name, value):
    r"""Return `value` as an array; ValueError if rows are unequal, or some masked.

    Numbers and words in lists stay what they are: as an array, "a\0" becomes "a", 1
    beside "a" becomes "1", and each word takes as much room as the longest.
    """
    given = "a masked array, or a list without an end"
    require(is_plain(value), name, given, "a plain one")
    if isinstance(value, np.ndarray):
        return np.asarray(value)
    try:
        objects = np.asarray(value, dtype=object)
        if not all(isinstance(each, OWN) for each in objects.flat):
            return np.asarray(value)
        own = [as_own(each) for each in objects.flat]
        return np.array(own, dtype=object).reshape(objects.shape)
    except Exception:  # whatever its own code raises
        return require(False, name, brief(value), "rows of equal length")


def as_own(value):
    """Return a number of NumPy's as Python's own: 2, which NumPy calls np.int64(2).

    In Python numbers of unlike types compare exactly.
    """
    return value.item() if isinstance(value, np.number | np.bool_) else value


def as_exact(name, value):
    """Return `value` as float64; ValueError unless that can hold its whole numbers."""
    array = of_kind(name, value, "iuf", "real numbers")
    given, wanted = f"{array.dtype}", "numbers of at most 64 bits"
    require(array.dtype.itemsize <= 8, name, given, wanted)
    numbers = real(name, array)
    largest = 0 if array.dtype.kind == "f" else np.abs(numbers).max(initial=0)
    wanted = f"less than {EXACT}: a float has no more digits"
    require(largest < EXACT, name, "a larger whole number", wanted)
    return numbers


def tolerance(atol):
    """Return the words that a claim's line ends with."""
    return "" if atol is None else f" (within {atol:g})"


def verdict(actual, expected, wrong):
    """Return both sides of a failed claim in words."""
    if wrong.ndim == 0:
        return f"got {in_short(actual)}, expected {in_short(expected)}"
    first = tuple(int(index) for index in np.argwhere(wrong)[0])
    got = as_array("actual", actual)[first]
    wanted = np.broadcast_to(as_array("expected", expected), wrong.shape)[first]
    return (
        f"{wrong.sum()} of {wrong.size} elements differ, the first at {first}: "
        f"got {in_short(got)}, expected {in_short(wanted)}"
    )


def in_short(value):
    """Return what stands for a value, or for a long one its beginning and end."""
    with suppress(Exception):  # a whole number that is too long, or its own words fail
        if len(whole := repr(as_own(value))) < 200:
            return whole
    return brief(value)[:200]


def record(claim, atol, held):
    """Append the verdict as a line of JSON to the record, where one is asked for."""
    if RECORD in os.environ:
        line = {"claim": claim, "atol": atol, "held": bool(held)}
        with open(os.environ[RECORD], "a", encoding="utf-8") as file:
            print(json.dumps(line), file=file)
