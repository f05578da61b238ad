"""Binary addition as a sequence: at each step two bits in, one bit of the sum out.

The least significant bit comes first, as with pencil and paper, and one step more than
the numbers have bits leaves room for the last carry.  Bits are floats, 0 and 1.
"""

import numpy as np

from helpers.lesson.arguments import (
    finite,
    generator,
    require,
    require_shape,
    sizes,
    symbols,
    whole,
)

LONGEST = 53  # bits of a number that float64 holds exactly


def every_pair(bits=6):
    """Return all pairs of numbers of so many bits: (4**bits, bits + 1, 2)."""
    bits = whole("bits", bits)
    require(bits <= 10, "bits", bits, "at most 10: there are 4**bits pairs")
    return pairs_of(*np.indices((2**bits, 2**bits)).reshape(2, -1), bits)


def random_pairs(rng, count, bits=6):
    """Draw pairs of numbers, all equally likely: (count, bits + 1, 2)."""
    shape = sizes("count", (whole("count", count), whole("bits", bits) + 1, 2))
    pairs = generator("rng", rng).integers(0, 2, shape).astype(float)
    pairs[:, -1] = 0
    return pairs


def hard_pairs(rng, bits):
    """Return pairs on which a carry, or none, is kept for long: (26, bits + 1, 2).

    At a step with one 0 and one 1 the carry stays as it is.  First such steps alone,
    after 0 + 0 and after 1 + 1, with the 1 above, below, in turn or at random; then
    with a few other steps among them; then nothing but 0 + 0, and nothing but 1 + 1.
    """
    bits, rng = whole("bits", bits), generator("rng", rng)
    sizes("bits", (26, bits + 1, 2))  # before anything is drawn
    steps = np.arange(bits)
    above = [steps * 0, steps * 0 + 1, steps % 2, *rng.integers(0, 2, (5, bits))]
    kept = np.array([np.stack([row, 1 - row], axis=-1) for row in above])
    after = np.concatenate([kept, kept])
    after[:8, 0], after[8:, 0] = 0, 1
    mixed = kept.copy()
    for row, chance in zip(mixed, (0.01, 0.1) * 4, strict=True):
        changed = rng.random(bits) < chance
        row[changed] = rng.integers(0, 2, (changed.sum(), 1))
    same = np.stack([np.zeros((bits, 2)), np.ones((bits, 2))])
    pairs = np.concatenate([after, mixed, same])
    return np.pad(pairs, ((0, 0), (0, 1), (0, 0))).astype(float)


def pairs_of(first, second, bits):
    """Return the bits of two lists of numbers, side by side: (count, bits + 1, 2)."""
    return np.stack([bits_of(each, bits + 1) for each in (first, second)], axis=-1)


def bits_of(numbers, length):
    """Return the bits of whole numbers (count,), the least first: (count, length)."""
    length = whole("length", length)
    require(length <= LONGEST, "length", length, f"at most {LONGEST}")
    numbers = symbols("numbers", numbers, 2**length, ndim=1)
    return (numbers[:, np.newaxis] >> np.arange(length) & 1).astype(float)


def numbers_of(bits):
    """Return the whole numbers (count,) that have these bits (count, length)."""
    read = read_bits("bits", bits, 2).astype(np.int64)
    length = read.shape[1]
    require(length <= LONGEST, "bits", f"{length} bits", f"at most {LONGEST}")
    return read @ (1 << np.arange(length))


def carries_of(pairs):
    """Return the carry into each step, and after the last: (count, time + 1).

    c_{t+1} = 1 if x1 + x2 + c_t is 2 or 3, else 0, for pairs (count, time, 2).
    """
    pairs = read_bits("pairs", pairs, 3)
    require_shape("pairs", pairs, (), (None, None, 2))
    totals = pairs[..., 0] + pairs[..., 1]
    carries = np.zeros((len(totals), totals.shape[1] + 1))
    for t in range(totals.shape[1]):
        carries[:, t + 1] = totals[:, t] + carries[:, t] > 1
    return carries


def sums_of(pairs):
    """Return the bits of the sums of pairs (count, time, 2): (count, time, 1)."""
    pairs = read_bits("pairs", pairs, 3)
    (first, second), carries = np.moveaxis(pairs, -1, 0), carries_of(pairs)[:, :-1]
    is_odd = (first != second) != carries  # of three, one is 1 or all are
    return is_odd[..., np.newaxis].astype(float)


def read_bits(name, value, ndim):
    """Return `value` as an array; ValueError unless it holds nothing but 0 and 1."""
    array = finite(name, value, ndim)
    require(((array == 0) | (array == 1)).all(), name, "other numbers", "only 0 and 1")
    return array
