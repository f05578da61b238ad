"""Checks of arguments: one form of ValueError for the whole package."""

import numbers
import reprlib
from contextlib import contextmanager
from math import prod

import numpy as np

from helpers.lesson.lists import AN_ARRAY, array_of, is_too_much

LARGEST = 2**31 - 1  # for counts: more is a slip, and what is called may not bear it
MOST = 2**27  # numbers in one array, a gigabyte: so much every machine has room for
LONGEST = 200  # letters of what was given, in a message


def require(held, name, given, expected):
    """Raise ValueError `name: expected …, got …` unless `held`."""
    if not held:
        words = " ".join(str(given).split())  # an array has lines of its own
        more = "…" if len(words) > LONGEST else ""
        raise ValueError(f"{name}: expected {expected}, got {words[:LONGEST]}{more}")


def brief(value):
    """Return what stands for a value in a message."""
    try:
        own = type(value).__repr__ is not object.__repr__  # or <… object at 0x…>
        return " ".join(reprlib.repr(value).split()) if own else type(value).__name__
    except ValueError:  # a whole number that is too long for Python to write
        return "a number of thousands of digits"
    except Exception:  # its own words fail
        return type(value).__name__


def no_warnings():
    """Let numbers become 0, infinite or NaN in silence: what comes out is looked at."""
    return np.errstate(over="ignore", under="ignore", invalid="ignore")


def counted(count, many):
    """Return a count with its noun: '2 axes', '1 axis', '1 array'."""
    one = "axis" if many == "axes" else many.removesuffix("s")
    return f"{count} {one if count == 1 else many}"


def whole(name, value, least=1):
    """Return `value` as an int; ValueError unless it is a whole number >= `least`."""
    # True and a time span are integers to Python; as a count they are slips
    integral = isinstance(value, numbers.Integral)
    fits = integral and not isinstance(value, bool | np.timedelta64)
    too_large = fits and value > LARGEST
    bound = f"at most {LARGEST}" if too_large else f"at least {least}"
    in_range = fits and not too_large and value >= least
    require(in_range, name, brief(value), f"a whole number of {bound}")
    return int(value)


def sizes(name, shape):
    """Return a shape as a tuple of ints; ValueError unless an array may be so large."""
    shape = tuple(whole(name, length) for length in shape)
    require(prod(shape) <= MOST, name, shape, f"at most {MOST} numbers in all")
    return shape


def real(name, value):
    """Return `value` as a float64 array; ValueError unless it holds real numbers."""
    with no_warnings():  # what is too large for it becomes infinite
        return of_kind(name, value, "iuf", "real numbers").astype(np.float64)


def finite(name, value, ndim=None, shape=None):
    """Return `value` as a float64 array, finite and not empty.

    It has `ndim` axes, or the `shape`, where a length of None stands for any.
    """
    array, axes = real(name, value), ndim if shape is None else len(shape)
    found = f"shape {array.shape}"
    require(array.ndim == axes, name, found, f"an array with {counted(axes, 'axes')}")
    require(array.size > 0, name, found, "at least one element")
    require(np.isfinite(array).all(), name, "NaN or infinity", "finite numbers")
    require_shape(name, array, (), (None,) * axes if shape is None else shape)
    return array


def single(name, value, ndim=None, shape=None):
    """Return `value` like `finite`; ValueError unless float32 can hold it too."""
    array = finite(name, value, ndim, shape)
    largest = np.abs(array).max()
    fits = largest <= np.finfo(np.float32).max
    require(fits, name, largest, "numbers that 32 bits can hold")
    return array


def floats(name, value, leading, shape, dtype=None):
    """Return `value` as an array; ValueError unless finite floats (*leading, *shape).

    A length of None stands for any; a leading axis may have length 1 as well.
    """
    array = of_kind(name, value, "f", "floating-point numbers")
    require_shape(name, array, leading, shape)
    with no_warnings():  # what is too large for `dtype` becomes infinite
        array = array.astype(dtype or array.dtype, copy=False)
    require(np.isfinite(array).all(), name, "NaN or infinity", "finite numbers")
    return array


def as_floats(name, value):
    """Return `value` as an array of floats, of its own precision, or ValueError.

    Numbers of 16 bits become longer: the sum of many soon is too large for them.
    """
    array = of_kind(name, value, "iuf", "real numbers")
    is_long = array.dtype.kind == "f" and array.dtype.itemsize > 2
    return array if is_long else array.astype(np.float64)


def float_type(name, value):
    """Return `value` as a NumPy dtype; ValueError unless float32 or float64."""
    known = isinstance(value, type | np.dtype) and value in (np.float32, np.float64)
    require(known, name, brief(value), "np.float32 or np.float64")
    return np.dtype(value)


def truths(name, value, leading, shape):
    """Return `value` as an array like `floats`, but of truth values."""
    array = of_kind(name, value, "b", "truth values")
    require_shape(name, array, leading, shape)
    return array


def of_kind(name, value, kinds, expected):
    """Return `value` as an array; ValueError unless its type is one of NumPy's `kinds`.

    A masked array is refused: as an array it would lose its mask.
    """
    array = value if type(value) is np.ndarray else array_of(value)
    if array.dtype.kind not in kinds:
        # the words for a large array take longer than all the rest
        is_array, words = isinstance(value, np.ndarray), type(value).__name__
        given = f"{words} of type {value.dtype}" if is_array else brief(value)
        require(False, name, given, AN_ARRAY if is_too_much(value) else expected)
    return array


def require_shape(name, array, leading, shape):
    """Refuse an array that is not (*leading, *shape), or has an axis of length 0."""
    wanted, found = (*leading, *shape), array.shape
    fits = len(found) == len(wanted) and array.size > 0
    for axis, (got, want) in enumerate(zip(found, wanted, strict=False)):
        fits = fits and (want in (None, got) or (axis < len(leading) and got == 1))
    if not fits:  # the words take longer than all the rest
        lengths = [f"{length} or 1" for length in leading]
        lengths += ["any" if length is None else length for length in shape]
        expected = str(tuple(lengths)).replace("'", "")
        require(False, name, f"shape {found}", f"shape {expected}")


def listed(name, value, count):
    """Return `value`; ValueError unless it is a list, or a tuple, of `count` arrays."""
    wanted = counted(count, "arrays")
    instance(name, value, list | tuple, f"a list of {wanted}")
    require(len(value) == count, name, counted(len(value), "arrays"), wanted)
    return value


def positive(name, value):
    """Return `value` as a float; ValueError unless it is above 0."""
    number = float(finite(name, value, ndim=0))
    require(number > 0, name, value, "a positive number")
    return number


def row(name, value, length):
    """Return `value` as a float64 array (length,), finite."""
    array = finite(name, value, ndim=1)
    found, wanted = counted(len(array), "numbers"), counted(length, "numbers")
    require(len(array) == length, name, found, wanted)
    return array


def symbols(name, value, size, ndim):
    """Return `value` as an int array with `ndim` axes; each number in 0 … size − 1."""
    array, expected = finite(name, value, ndim), f"whole numbers from 0 to {size - 1}"
    with no_warnings():  # too large for it: then not equal either
        numbers = array.astype(np.int64)
    outside = (numbers != array) | (numbers < 0) | (numbers >= size)
    require(not outside.any(), name, array[outside][:1], expected)
    return numbers


def symbols_in(name, value, size, leading):
    """Return `value` like `symbols`; its axes are (*leading, any, any)."""
    array = symbols(name, value, size, len(leading) + 2)
    require_shape(name, array, leading, (None, None))
    return array


def instance(name, value, kind, expected):
    """Return `value`; ValueError unless it is of the class `kind`, or one of some."""
    if not isinstance(value, kind):  # the words take longer
        require(False, name, brief(value), expected)
    return value


def kinds_of(*values):
    """Return the names of the classes of some values, for a message."""
    return ", ".join(type(value).__name__ for value in values)


def boolean(name, value):
    """Return `value`; ValueError unless it is True or False."""
    return instance(name, value, bool, "True or False")


def function_of(name, value, expected="a function"):
    """Return `value`; ValueError unless it can be called."""
    if not callable(value):  # the words take longer
        require(False, name, brief(value), expected)
    return value


def generator(name, value):
    """Return `value`; ValueError unless it is a numpy.random.Generator."""
    expected = "a numpy.random.Generator, such as np.random.default_rng(1)"
    return instance(name, value, np.random.Generator, expected)


@contextmanager
def unmoved(rng):
    """Put `rng` back where it was, if what stands within fails."""
    begin = generator("rng", rng).bit_generator.state
    try:
        yield
    except BaseException:
        rng.bit_generator.state = begin
        raise
