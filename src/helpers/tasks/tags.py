"""Tags: a yes or no for each symbol of a string, by what stands around it."""

import numpy as np

from helpers.lesson.arguments import brief, generator, require, sizes, symbols, whole
from helpers.tasks.addition import random_pairs, sums_of
from helpers.tasks.memory import axes_of, lengths

WHERE = ("before", "later", "elsewhere")


def same_digit(digits, where):
    """Tell of each digit of strings (…, places) whether the same stands elsewhere, too.

    where    "before" it, "later" than it, or "elsewhere": before or later
    returns  0 or 1, (…, places)
    """
    require_where(where)
    digits = symbols("digits", digits, 10, axes_of("digits", digits))
    rows = np.moveaxis(digits, -1, 0)
    before, later = met_before(rows), met_before(rows[::-1])[::-1]
    met = {"before": before, "later": later, "elsewhere": before | later}
    return np.moveaxis(met[where], 0, -1).astype(int)


def met_before(digits):
    """Tell of each digit (places, …) whether the same stands at a place before it."""
    met, seen = np.zeros(digits.shape, bool), np.zeros((*digits.shape[1:], 10), bool)
    for place, digit in enumerate(digits[..., np.newaxis]):
        met[place] = np.take_along_axis(seen, digit, axis=-1)[..., 0]
        np.put_along_axis(seen, digit, True, axis=-1)
    return met


def same_digit_task(rng, shape, places, digits, where):
    """Draw strings of digits below `digits`, and their tags, both (…, places).

    shape  (batch,), or (networks, batch) for an ensemble: the …
    """
    shape = sizes("places", (*lengths("shape", shape), whole("places", places)))
    require_where(where)
    digits = whole("digits", digits)
    require(digits <= 10, "digits", digits, "at most 10")
    drawn = generator("rng", rng).integers(0, digits, shape)
    return drawn, same_digit(drawn, where)


def require_where(where):
    """Refuse what is none of WHERE."""
    known = isinstance(where, str) and where in WHERE
    require(known, "where", brief(where), f"one of {WHERE}")


def sums_from_the_top(rng, shape):
    """Draw pairs of numbers of 8 bits, and the 9 bits of their sums, highest bit first.

    inputs   2 x_1 + x_2 for each pair of bits, whole numbers from 0 to 3, (…, 9)
    targets  the bits of the sum (…, 9)
    """
    shape = lengths("shape", shape)
    pairs = random_pairs(rng, int(np.prod(shape)), bits=8)[:, ::-1]
    bits = [pairs @ np.array([2, 1]), sums_of(pairs[:, ::-1])[:, ::-1, 0]]
    return tuple(each.astype(int).reshape(*shape, -1) for each in bits)
