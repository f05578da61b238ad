"""`check`: a claim in words, held against what was measured.

A check prints one short line without a measured number, so that the line is the
same on every machine; the numbers stand in the AssertionError when it fails.
"""

import json
import os

import numpy as np

from helpers.arguments import require

# Where this is set, verdicts are appended to that file and nothing raises:
# so a run at another seed reports every claim, not only the first that fails.
RECORD = "CHECK_RECORD"


def check(claim, actual, expected=True, atol=None):
    """Assert `claim`: that `actual` equals `expected`, within `atol` where it is given.

    claim     the sentence that is being tested, the same words at every seed
    actual    a truth value, a number or an array
    expected  what it should be; numbers broadcast against `actual`
    atol      largest absolute difference allowed; None asks for equality

    Raises AssertionError with both sides if the claim does not hold, ValueError
    if the check itself makes no sense.
    """
    require(
        isinstance(claim, str) and claim.strip(), "claim", repr(claim), "a sentence"
    )
    if atol is not None:
        require(np.isfinite(atol) and atol > 0, "atol", atol, "a positive number")
    require(
        np.size(actual) > 0, "actual", f"shape {np.shape(actual)}", "something to check"
    )
    require_same_shape(actual, expected)
    held = holds(actual, expected, atol)
    record(claim, atol, held)
    if held or RECORD in os.environ:
        print(f"{'✓' if held else '✗'} {claim}{tolerance(atol)}")
        return
    raise AssertionError(f"{claim}: {verdict(actual, expected, atol)}")


def require_same_shape(actual, expected):
    """Refuse a comparison that would broadcast one array silently against another."""
    shapes = np.shape(actual), np.shape(expected)
    expectation = f"a single value or the shape of actual, {shapes[0]}"
    fits = shapes[1] == () or shapes[0] == shapes[1]
    require(fits, "expected", f"shape {shapes[1]}", expectation)


def holds(actual, expected, atol):
    """Tell whether every element of `actual` is what `expected` says."""
    if atol is None:
        return bool(np.all(np.asarray(actual) == np.asarray(expected)))
    # NaN compares as False: a NaN never passes
    return bool(np.all(np.abs(np.asarray(actual, float) - expected) <= atol))


def tolerance(atol):
    """Return the words that a claim's line ends with."""
    return "" if atol is None else f" (within {atol:g})"


def verdict(actual, expected, atol):
    """Return both sides of a failed claim in words."""
    if np.ndim(actual) == 0:
        return f"got {actual!r}, expected {expected!r}{tolerance(atol)}"
    wrong = np.asarray(actual) != np.asarray(expected)
    if atol is not None:
        wrong = ~(np.abs(np.asarray(actual, float) - expected) <= atol)
    first = tuple(int(i) for i in np.argwhere(wrong)[0])
    wanted = np.broadcast_to(expected, np.shape(actual))[first]
    return (
        f"{wrong.sum()} of {wrong.size} elements differ, the first at {first}: "
        f"got {np.asarray(actual)[first]!r}, expected {wanted!r}{tolerance(atol)}"
    )


def record(claim, atol, held):
    """Append the verdict as a line of JSON to the record, where one is asked for."""
    if RECORD in os.environ:
        with open(os.environ[RECORD], "a", encoding="utf-8") as file:
            file.write(json.dumps({"claim": claim, "atol": atol, "held": held}) + "\n")
