"""Lists of lists, and whatever else NumPy takes for an array: as one, with care."""

import math
from collections import deque
from contextlib import suppress

import numpy as np

MOST = 10**7  # numbers in lists: more belong into an array


def array_of(value):
    """Return a value as an array; one of objects, if it is none, or loses its mask."""
    with suppress(Exception):  # rows of unequal length, or what its own code raises
        if count_of(value, of_word=math.inf) <= MOST:  # each as long as the longest
            return np.asarray(value)
    return np.empty(0, dtype=object)


def count_of(value, of_word=1, known=None):
    """Return how much stands in lists of lists; ∞ if masked, or one stands in itself.

    of_word  what a word counts
    known    the counts of lists that were met: they may stand in many places
    """
    if isinstance(value, str | bytes):
        return of_word
    if not isinstance(value, list | tuple | deque):
        return math.inf if np.ma.isMaskedArray(value) else 1
    known = {} if known is None else known
    if id(value) not in known:
        known[id(value)] = math.inf  # until it is known: it may stand in itself
        known[id(value)] = sum(count_of(each, of_word, known) for each in value)
    return known[id(value)]
