"""The data sets of the lessons, made from nothing but a random generator."""

import numpy as np

from helpers.lesson.arguments import (
    finite,
    generator,
    no_warnings,
    require,
    sizes,
    symbols,
    whole,
)


def every_triple():
    """Return all 1,000 triples of digits, in counting order: int array (1000, 3)."""
    return np.indices((10, 10, 10)).reshape(3, -1).T


def random_digits(rng, count, length, largest=9):
    """Draw `count` sequences of whole numbers 0 … `largest`: int array (count, length).

    Every number is equally likely and independent of the others.
    """
    shape = sizes("length", (whole("count", count), whole("length", length)))
    return generator("rng", rng).integers(0, whole("largest", largest) + 1, shape)


@no_warnings()  # what grows is refused
def sum_task(sequences):
    """Turn sequences of numbers (batch, time) into what a network sees, and the answer.

    Returns `inputs` (batch, time, 1) and `targets` (batch, 1), the sum over time,
    both float32 as Keras trains in.  float32 holds whole numbers exactly below
    2**24 only, so larger sums are refused.
    """
    numbers = finite("sequences", sequences, ndim=2)
    targets = numbers.sum(axis=1, keepdims=True)
    largest = max(np.abs(numbers).max(), np.abs(targets).max())
    expected = "sums below 2**24 in size, and numbers"
    require(largest < 2**24, "sequences", largest, expected)
    return numbers[..., np.newaxis].astype(np.float32), targets.astype(np.float32)


def one_hot(sequences, size=10):
    """Write each number d of `sequences` (batch, time) as row d of the identity matrix.

    The result is float32 (batch, time, size): `size` places, all 0 but the one at d.
    """
    size = whole("size", size)
    numbers = symbols("sequences", sequences, size, ndim=2)
    sizes("size", (*numbers.shape, size))
    return (numbers[..., np.newaxis] == np.arange(size)).astype(np.float32)
