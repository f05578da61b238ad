"""What every helper of `lesson` must bear; see `tests/hostile.py`."""

import numpy as np
import pytest

from helpers import lesson
from helpers.lesson import load_study
from helpers.models import largest_error
from tests.hostile import as_they_stand, left_out
from tests.said import each_made_wrong


def percent(share):
    """Return a share in per cent: a function to edit, that is the same in a mutant."""
    return 100 * share


def record():
    """Return what `load_study` returns of two runs by one recipe."""
    ends = [{"table": list(range(10)), "U": 1.0}, {"table": [0.5] * 10, "U": -1.0}]
    rows = [
        {"ends": {"lesson 1": end}, "keras_start": start}
        for end, start in zip(ends, (0.5, -0.5), strict=True)
    ]
    return {"settings": {"recipes": {"lesson 1": {}}}, "rows": rows}


CALLS = {
    "check": lambda: (
        lesson.check,
        {"claim": "a claim", "actual": np.array([1.0, 2.0]), "expected": np.array([1.0, 2.0])}
        | {"atol": 0.1, "found": "two numbers"},
    ),
    "check, without atol": lambda: (
        lesson.check,
        {"claim": "a claim", "actual": [True, True], "expected": np.array([True, True])},
    ),
    "wilson_interval": lambda: (
        lesson.wilson_interval,
        {"successes": 2, "trials": 5, "confidence": 0.9},
    ),
    "rate": lambda: (lesson.rate, {"successes": 2, "trials": 5}),
    "show_source": lambda: (lesson.show_source, {"subject": lesson.rate}),
    "edited": lambda: (
        lesson.edited,
        {"subject": percent, "old": "100 *", "new": "10 *"},
    ),
    "load_study": lambda: (load_study, {"name": "adder_proofs"}),
    "by_recipe": lambda: (lesson.by_recipe, {"record": record(), "measure": largest_error}),
    "as_keras_starts": lambda: (
        lesson.as_keras_starts,
        {"record": record(), "from_plus": [True, False], "from_minus": np.array([False, True])},
    ),
}


# A claim that does not hold; a line that is no Python.
ALLOWED = {
    "actual": (AssertionError,),
    "expected": (AssertionError,),
    "new": (SyntaxError,),
}


def options(name, argument):
    return {"allowed": ALLOWED.get(argument, ())}


test_the_calls_are_right = as_they_stand(CALLS)
test_a_default_is_as_it_was, test_one_argument_made_wrong_is_refused_by_its_name = each_made_wrong(
    CALLS, __file__, options
)


def test_a_piece_that_renames_a_function_is_refused():
    with pytest.raises(
        ValueError, match="new: expected a piece that leaves percent, got 'def other'"
    ):
        lesson.edited(percent, "def percent", "def other")


def test_a_masked_array_is_no_claim():
    for arguments in ((np.ma.array([1, 2], mask=[0, 1]), [1, 2]), ([1], np.ma.array([1]))):
        with pytest.raises(ValueError, match="expected a plain one, got a masked array"):
            lesson.check("a claim", *arguments)


def test_every_helper_has_a_call():
    assert left_out(lesson, CALLS) == []
