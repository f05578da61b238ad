"""A call that is right, with one of its arguments made wrong: what every helper must bear.

It returns a right result, or raises ValueError or TypeError with the name of an argument.
It raises nothing else, warns of nothing, returns no NaN, and where it refuses, it leaves
what it was given as it was.  `test_hostile_ROOM.py` of each room has the calls, and
`said_ROOM.txt` what is said.
"""

import contextlib
import inspect
import math
import re
import warnings
from functools import partial

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from helpers import engine

ODD = {
    "None": lambda: None,
    "True": lambda: True,
    "an empty text": lambda: "",
    "a text": lambda: "ü€😀",
    "a long text": lambda: "x" * 100_000,
    "bytes": lambda: b"h",
    "0": lambda: 0,
    "-1": lambda: -1,
    "1": lambda: 1,
    "1.5": lambda: 1.5,
    "NaN": lambda: math.nan,
    "infinity": lambda: math.inf,
    "10**30": lambda: 10**30,
    "1e308": lambda: 1e308,
    "1j": lambda: 1j,
    "a time span": lambda: np.timedelta64(3, "s"),
    "an empty list": lambda: [],
    "rows of unequal length": lambda: [[1], [1, 2]],
    "a list of None": lambda: [None, None],
    "a list of texts": lambda: ["a", "b"],
    "an empty dict": lambda: {},
    "a dict": lambda: {"a": 1},
    "a set": lambda: {1, 2},
    "an object": object,
    "a class": lambda: int,
    "a function": lambda: lambda *given: None,
    "an iterator": lambda: iter([1, 2]),
    "no rows": lambda: np.zeros((0, 3)),
    "many axes": lambda: np.zeros((1, 1, 1, 1, 1, 1)),
    "objects": lambda: np.array([None, "a"], object),
    "texts": lambda: np.array([["a", "b"]]),
    "truth values": lambda: np.array([[True, False]]),
    "half precision": lambda: np.ones((2, 2), np.float16),
}


ANY_ARRAY = arrays(
    st.sampled_from(["f8", "f4", "i8", "u1", "?", "c16"]),
    array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
)


def with_one(number):
    """Return a function that puts a number into the midst of an array."""

    def change(a):
        changed = a.astype(np.result_type(a, np.asarray(number)))
        changed.flat[a.size // 2] = number
        return changed

    return change


# Of an array (or a number, or a list of numbers) that is right: others near to it.
CHANGES = {
    "one NaN": with_one(math.nan),
    "one infinity": with_one(math.inf),
    "one -1": with_one(-1),
    "one 10**6": with_one(10**6),
    "one 1e300": with_one(1e300),
    "one half": with_one(0.5),
    "all 1e-300": lambda a: np.full(a.shape, 1e-300),
    "all 1e300": lambda a: np.full(a.shape, 1e300),
    "all 0": lambda a: a * 0,
    "emptied": lambda a: a[:0].copy(),
    "the first alone": lambda a: a[:1].copy(),
    "the first taken off": lambda a: a[1:].copy(),
    "the last axis emptied": lambda a: a[..., :0].copy(),
    "the last axis shorter": lambda a: a[..., :-1].copy(),
    "the last axis longer": lambda a: np.concatenate([a, a[..., :1]], axis=-1),
    "an axis more": lambda a: a[np.newaxis].copy(),
    "an axis less": lambda a: a[0].copy(),
    "masked": lambda a: np.ma.masked_array(a.copy(), np.ones(a.shape, bool)),
    "complex": lambda a: a * (1 + 1j),
    "as texts": lambda a: a.astype(str),
    "as objects": lambda a: a.astype(object),
    "as truth values": lambda a: a.astype(bool),
    "in float32": lambda a: a.astype(np.float32),
    "in whole numbers": lambda a: a.astype(np.int8),
    "without signs": lambda a: np.abs(a).astype(np.uint8),
    "as lists": lambda a: a.tolist(),
    "in another order in memory": lambda a: a.copy(order="F"),
    "backwards in memory": lambda a: a[::-1].copy()[::-1],
    "in another byte order": lambda a: a.astype(a.dtype.newbyteorder()),
    "that cannot be written to": lambda a: np.broadcast_to(a, a.shape),
}


# Of these a helper may refuse some; where it takes one, the result is that of the array itself.
SAME = (
    "as lists",
    "in another order in memory",
    "backwards in memory",
    "in another byte order",
    "that cannot be written to",
    "as NumPy's uint8",
    "as NumPy's uint64",
)


def as_numbers(value):
    """Return a value as an array, or None if it is no array of numbers."""
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    return array if array.dtype.kind in "biuf" and array.size else None


def near_and_odd(value):
    """Return what may stand in the place of a value that is right: {name: value}."""
    array = as_numbers(value)
    changes = {} if array is None else {k: partial(CHANGES[k], array) for k in CHANGES}
    if isinstance(value, str):
        changes = {
            "longer": lambda: value + "?",
            "shorter": lambda: value[:-1],
            "bytes": value.encode,
            "with half a letter": lambda: value + "\ud83d",
        }
    if isinstance(value, int | float) and not isinstance(value, bool):
        changes |= {
            "one more": lambda: value + 1,
            "one less": lambda: value - 1,
            "ten times": lambda: value * 10,
            "a tenth": lambda: value / 10,
        }
    if isinstance(value, int) and not isinstance(value, bool):
        changes["as NumPy's uint8"] = lambda: np.uint8(value)
        changes["as NumPy's uint64"] = lambda: np.uint64(value)
    if isinstance(value, list | tuple):
        changes |= {
            "the last left out": lambda: value[:-1],
            "the first twice": lambda: value[:1] + value,
            "an end of None": lambda: [*value[:-1], None],
        }
    values = {}
    for name, make in {**changes, **ODD}.items():
        # not every value has every change
        with contextlib.suppress(IndexError, ValueError, TypeError, OverflowError):
            values[name] = make()
    return values


def names_in(function, arguments):
    """Return the names that a message may use for what was wrong."""
    try:
        named = list(inspect.signature(function).parameters)
    except (ValueError, TypeError):
        named = []
    return {*named, *arguments}


def is_named(said, words):
    """Tell whether a message names an argument, before what was expected."""
    return any(word in words for word in re.findall(r"\w+", said.partition(":")[0]))


def has_nan(value, depth=0):
    """Return whether there is a NaN anywhere in what a helper returned."""
    if depth > 6 or isinstance(value, str | bytes | type):
        return False
    if isinstance(value, np.ndarray | np.generic | float):
        array = np.asarray(value)
        return array.dtype.kind in "fc" and bool(np.isnan(array).any())
    if isinstance(value, dict):
        return any(has_nan(each, depth + 1) for each in value.values())
    if isinstance(value, list | tuple | set):
        return any(has_nan(each, depth + 1) for each in value)
    return hasattr(value, "__dict__") and has_nan(vars(value), depth + 1)


def arrays_in(value, depth=0):
    """Yield the arrays in a value, such as the weights of a network."""
    if isinstance(value, np.ndarray):
        yield value
    elif depth < 4 and isinstance(value, dict):
        for each in value.values():
            yield from arrays_in(each, depth + 1)
    elif depth < 4 and isinstance(value, list | tuple):
        for each in value:
            yield from arrays_in(each, depth + 1)
    elif hasattr(value, "parameters") and isinstance(value.parameters, np.ndarray):
        yield value.parameters


def places_of(arguments):
    """Return where generators among some arguments stand."""
    given = arguments.values()
    return [each.bit_generator.state for each in given if isinstance(each, np.random.Generator)]


def bears(function, arguments, hostile, allowed=(), may_be_nan=False, also=()):
    """Assert what this module promises of function(**arguments).

    hostile     which call this is, in words
    allowed     what it may raise besides, by design
    may_be_nan  whether of NaN it may make NaN
    also        other names that it may use: of a helper that it hands the argument on to
    returns     what it returned, and what it said: one of them is None
    """
    before, places = [array.copy() for array in arrays_in(arguments)], places_of(arguments)
    words = {*names_in(function, arguments), *also}
    # NumPy may be set to raise what it else passes over, or warns of
    asked = np.errstate(under="raise")
    with asked, warnings.catch_warnings(), contextlib.redirect_stdout(None):
        warnings.simplefilter("error")
        try:
            result = function(**arguments)
        except allowed as error:
            # whether it warns of infinity differs between processors
            return None, None if isinstance(error, Warning) else str(error)
        except (ValueError, TypeError) as error:
            said = str(error)
            assert is_named(said, words), f"{hostile}: no name in {said!r}"
            assert len(said) < 1000, f"{hostile}: a message of {len(said)} characters"
            kept = zip(before, arrays_in(arguments), strict=True)
            same = all(np.array_equal(a, b, equal_nan=a.dtype.kind in "fc") for a, b in kept)
            assert same, f"{hostile}: refused, but what was given is changed"
            assert places == places_of(arguments), f"{hostile}: refused, but rng has moved"
            return None, said
        except Exception as error:
            raise AssertionError(f"{hostile}: {type(error).__name__}: {error}") from error
    assert may_be_nan or not has_nan(result), f"{hostile}: NaN in what is returned"
    return result, None


def same_numbers(a, b):
    """Tell whether two results have the same numbers in them, to rounding."""
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same_numbers(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same_numbers, a, b))
    if isinstance(a, np.ndarray | np.generic | int | float):
        return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=1e-9, atol=1e-12)
    if isinstance(a, engine.Trainable | engine.Layer | engine.Optimizer):
        return same_numbers(numbers_of(a), numbers_of(b))
    return type(a) is type(b)


def numbers_of(part):
    """Return the settings and weights that a network, a layer or an optimizer keeps."""
    kept = {key: value for key, value in vars(part).items() if isinstance(value, int | float)}
    return kept | {"weights": list(arrays_in(part)), "named": getattr(part, "weights", {})}


def cases_of(calls):
    """Return (name of the helper, name of the argument) for all arguments of some calls.

    calls  {name: function that returns the helper and its arguments, made anew}
    """
    return [(name, argument) for name in calls for argument in calls[name]()[1]]


def try_hostile(calls, name, argument, chosen, value, allowed=(), may_be_nan=False, also=()):
    """Call a helper as is right, but for one argument; return what it says, or None."""
    function, arguments = calls[name]()
    hostile = f"{name}({argument} = {chosen})"
    if callable(value):  # what it raises by itself is its own
        more = allowed if isinstance(allowed, tuple) else (allowed,)
        allowed = (ValueError, TypeError, *more)
    arguments[argument] = value
    result, said = bears(function, arguments, hostile, allowed, may_be_nan, also)
    if chosen in SAME and said is None:
        function, arguments = calls[name]()
        with contextlib.redirect_stdout(None):
            expected = function(**arguments)
        assert same_numbers(expected, result), f"{hostile}: another result"
    return said


def as_they_stand(calls):
    """Return a test that each call, as it stands, is one that is right.

    It is so for who has NumPy raise what it would else pass over, to find where a NaN begins.
    """

    @pytest.mark.parametrize("name", calls)
    def test(name):
        function, arguments = calls[name]()
        expected = function(**arguments)
        function, arguments = calls[name]()
        with np.errstate(all="raise"):
            assert same_numbers(expected, function(**arguments))

    return test


def try_arrays(calls, name, argument, examples, **options):
    """Try arrays of any kind and shape, which Hypothesis draws."""

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(ANY_ARRAY)
    def any_array(value):
        try_hostile(calls, name, argument, "any array", value, **options)

    any_array()


def left_out(face, calls, constants=()):
    """Return which functions and classes of a room's face have no call."""
    public = {
        name: each
        for name, each in vars(face).items()
        if callable(each)
        and not name.startswith("_")
        and name not in constants
        and getattr(each, "__module__", face.__name__).startswith("helpers.")  # not an import
    }
    return sorted(set(public) - {name.split()[0].split(".")[0] for name in calls})
