"""Tasks that ask for a memory, each with data for one network or for an ensemble.

The `shape` of the data is (batch,), or (networks, batch) for an ensemble: the … below.
"""

import numpy as np

from helpers.lesson.arguments import (
    LARGEST,
    brief,
    generator,
    real,
    require,
    sizes,
    symbols,
    whole,
)


def recall(rng, shape, lag, symbols=4):
    """Draw a symbol to remember, then `lag` others that only disturb.

    inputs   whole numbers (…, lag + 1): the first below `symbols`, the others from
             there to 2 · symbols − 1
    targets  the first, (…)
    """
    symbols, lag = whole("symbols", symbols), whole("lag", lag)
    shape = lengths("shape", shape)
    sizes("lag", (*shape, lag + 1))  # before anything is drawn
    first = generator("rng", rng).integers(0, symbols, shape)
    noise = rng.integers(symbols, 2 * symbols, (*shape, lag))
    return np.concatenate([first[..., np.newaxis], noise], axis=-1), first


def adding(rng, shape, steps):
    """Draw numbers from 0 to 1, two of them marked: one in each half of the steps.

    inputs   (…, steps, 2): the number, and 1 where it is marked
    targets  the sum of the two, (…, 1)
    To say 1 always costs a mean squared error of 1/6, the variance of that sum.
    Source: S. Hochreiter and J. Schmidhuber, "Long short-term memory", 1997.
    """
    steps, shape = whole("steps", steps, least=2), lengths("shape", shape)
    shape_of_all = sizes("steps", (*shape, steps))
    numbers = generator("rng", rng).random(shape_of_all)
    marks = np.zeros_like(numbers)
    for begin, end in ((0, steps // 2), (steps // 2, steps)):
        places = rng.integers(begin, end, shape)[..., np.newaxis]
        np.put_along_axis(marks, places, 1, axis=-1)
    targets = (numbers * marks).sum(axis=-1, keepdims=True)
    return np.stack([numbers, marks], axis=-1), targets


def equal_runs(counts, length):
    """Return n times a, n times b, then ends, for each n of `counts` (…).

    a, b and the end are 0, 1 and 2.
    inputs, targets  whole numbers (…, length): the string, and the string one on
    """
    axes = real("counts", counts).ndim
    counts = symbols("counts", counts, LARGEST + 1, axes)
    require(counts.min() > 0, "counts", counts.min(), "whole numbers of at least 1")
    length = whole("length", length)
    sizes("length", (*counts.shape, length + 1))
    places, n = np.arange(length + 1), counts[..., np.newaxis]
    strings = (places >= n).astype(int) + (places >= 2 * n)
    return strings[..., :-1].copy(), strings[..., 1:].copy()


def lengths(name, shape):
    """Return a shape as a tuple; ValueError unless one or two positive lengths."""
    is_some = isinstance(shape, tuple | list) and len(shape) in (1, 2)
    require(is_some, name, brief(shape), "(batch,) or (networks, batch)")
    return sizes(name, shape)


def axes_of(name, value):
    """Return how many axes an array of numbers has; a number alone counts as one."""
    return max(1, real(name, value).ndim)
