"""Checks of arguments: one form of ValueError for the whole package."""

import numbers
import reprlib

import numpy as np

LARGEST = 2**31 - 1  # for counts: more is a slip, and what is called may not bear it


def require(held, name, given, expected):
    """Raise ValueError `name: expected …, got …` unless `held`."""
    if not held:
        raise ValueError(f"{name}: expected {expected}, got {given}")


def whole(name, value, least=1):
    """Return `value` as an int; ValueError unless it is a whole number >= `least`."""
    # True and a time span are integers to Python; as a count they are slips
    integral = isinstance(value, numbers.Integral)
    fits = integral and not isinstance(value, bool | np.timedelta64)
    in_range = fits and least <= value <= LARGEST
    require(in_range, name, reprlib.repr(value), f"a whole number of at least {least}")
    return int(value)


def real(name, value):
    """Return `value` as a float64 array; ValueError unless it holds real numbers."""
    try:
        array = np.asarray(value)
    except ValueError:  # rows of unequal length
        array = np.empty(0, dtype=object)
    is_real = array.dtype.kind in "iuf" and not np.ma.isMaskedArray(value)
    # the words for a large array take longer than all the rest: only where needed
    require(is_real, name, "" if is_real else reprlib.repr(value), "real numbers")
    return array.astype(np.float64)


def finite(name, value, ndim):
    """Return `value` as a float64 array, finite, `ndim`-dimensional and not empty."""
    array = real(name, value)
    shape = f"shape {array.shape}"
    require(array.ndim == ndim, name, shape, f"an array with {ndim} axes")
    require(array.size > 0, name, shape, "at least one element")
    require(np.isfinite(array).all(), name, "NaN or infinity", "finite numbers")
    return array


def single(name, value, ndim):
    """Return `value` like `finite`; ValueError unless float32 can hold it too."""
    array = finite(name, value, ndim)
    fits = np.abs(array).max() <= np.finfo(np.float32).max
    require(fits, name, np.abs(array).max(), "numbers that 32 bits can hold")
    return array


def row(name, value, length):
    """Return `value` as a float64 array (length,), finite."""
    array = finite(name, value, ndim=1)
    require(len(array) == length, name, f"{len(array)} numbers", f"{length} numbers")
    return array


def symbols(name, value, size, ndim):
    """Return `value` as an int array with `ndim` axes; each number in 0 … size − 1."""
    array, expected = finite(name, value, ndim), f"whole numbers from 0 to {size - 1}"
    with np.errstate(invalid="ignore"):  # too large for it: then not equal either
        numbers = array.astype(np.int64)
    outside = (numbers != array) | (numbers < 0) | (numbers >= size)
    require(not outside.any(), name, array[outside][:1], expected)
    return numbers


def generator(name, value):
    """Return `value`; ValueError unless it is a numpy.random.Generator."""
    expected = "a numpy.random.Generator, such as np.random.default_rng(1)"
    require(isinstance(value, np.random.Generator), name, reprlib.repr(value), expected)
    return value
