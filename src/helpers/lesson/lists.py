"""Lists of lists, and whatever else NumPy takes for an array: as one, with care."""

import math
from array import array
from collections import UserList, deque
from collections.abc import Mapping, Set
from contextlib import suppress

import numpy as np

MOST = 10**7  # numbers in lists: more belong into an array
AN_ARRAY = "an array: so much is too slow as a list"
OF_ARRAY = 10  # so many numbers of an array in a list count as one
LISTS = list, tuple, deque, UserList
ENDING = Mapping, Set, array, memoryview, bytearray  # one thing, or known to end


def array_of(value):
    """Return a value as an array; one of objects, if it is none, or loses its mask."""
    with suppress(Exception):  # rows of unequal length, or what its own code raises
        if is_plain(value, of_word=math.inf):  # each is as long as the longest
            found = np.asanyarray(value)  # its own code may mask what it returns
            if is_plain(found):
                return np.asarray(found)
    return np.empty(0, dtype=object)


def is_plain(value, of_word=1):
    """Tell whether nothing is masked, lists have an end, and not too much in them."""
    if isinstance(value, np.ndarray):
        return not np.ma.isMaskedArray(value)
    try:
        return count_of(value, of_word) <= MOST
    except RecursionError:  # so many lists in one another
        return False


def count_of(value, of_word=1, known=None):
    """Return how much stands in lists of lists; ∞ if masked, or without an end.

    A list has none that stands in itself, and who knows whether a sequence of a
    reader's own type has one: NumPy would read on until it stops.

    of_word  what a word counts
    known    the counts of lists that were met: they may stand in many places
    """
    if isinstance(value, str | bytes):
        return of_word
    if isinstance(value, range):
        return len(value) if not value[MOST:] else math.inf  # or too long for `len`
    if isinstance(value, np.ndarray):
        return math.inf if np.ma.isMaskedArray(value) else 1 + value.size // OF_ARRAY
    if not isinstance(value, LISTS):
        return math.inf if may_be_endless(value) else 1
    if len(value) > MOST:
        return len(value)  # too much already, whatever it holds
    known = {} if known is None else known
    if id(value) not in known:
        known[id(value)] = math.inf  # until it is known: it may stand in itself
        known[id(value)] = sum(count_of(each, of_word, known) for each in value)
    return known[id(value)]


def is_too_much(value):
    """Tell whether a list has an end, but too much in it."""
    with suppress(RecursionError):
        return isinstance(value, LISTS) and MOST < count_of(value) < math.inf
    return False


def may_be_endless(value):
    """Tell whether NumPy would read it one by one, and nobody knows how far."""
    kind = type(value)
    has_places = hasattr(kind, "__len__") and hasattr(kind, "__getitem__")
    return has_places and not (hasattr(kind, "__array__") or isinstance(value, ENDING))
