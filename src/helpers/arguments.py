"""Checks of arguments: one form of ValueError for the whole package."""

import numbers

import numpy as np


def require(held, name, given, expected):
    """Raise ValueError `name: expected …, got …` unless `held`."""
    if not held:
        raise ValueError(f"{name}: expected {expected}, got {given}")


def whole(name, value, least=1):
    """Return `value` as an int; ValueError unless it is a whole number >= `least`."""
    # bool is a subclass of int: a count of True is a slip, not a number
    is_whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    require(
        is_whole and value >= least,
        name,
        repr(value),
        f"a whole number of at least {least}",
    )
    return int(value)


def finite(name, value, ndim):
    """Return `value` as a float64 array, finite, `ndim`-dimensional and not empty."""
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: expected numbers, got {value!r}") from None
    require(array.ndim == ndim, name, f"shape {array.shape}", f"{ndim} dimensions")
    require(array.size > 0, name, f"shape {array.shape}", "at least one element")
    require(np.isfinite(array).all(), name, "NaN or infinity", "finite numbers")
    return array


def generator(name, value):
    """Return `value`; ValueError unless it is a numpy.random.Generator."""
    expected = "a numpy.random.Generator, such as np.random.default_rng(1)"
    require(isinstance(value, np.random.Generator), name, repr(value), expected)
    return value
