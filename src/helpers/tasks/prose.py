"""A real text, the prose of this series; and what counting letters makes of it."""

from collections import Counter, defaultdict
from copy import copy
from functools import cache
from pathlib import Path

import numpy as np

from helpers.lesson.arguments import (
    LARGEST,
    finite,
    instance,
    require,
    require_shape,
    symbols,
    whole,
)
from helpers.tasks.characters import encode, letters
from helpers.tasks.memory import axes_of

PROSE = Path(__file__).with_name("prose.txt")
SMOOTHING = 20.0  # of 5, 20 and 80 the best inside `kept_back(series_prose())[0]`
POWERS = np.linspace(0, 1, 21)


def series_prose():
    """Return the prose of lessons 1 to 8b, a paragraph a line.

    As it stood when this was taken; without headings, code and sentences with formulas.
    """
    return PROSE.read_text(encoding="utf-8")


def kept_back(text, every=10):
    """Return a text without each tenth line, and a text of those lines."""
    lines = instance("text", text, str, "a string").splitlines(keepends=True)
    given, every = f"{len(lines)} lines", whole("every", every, least=2)
    require(len(lines) >= every, "text", given, f"{every} lines or more")
    back = lines[every - 1 :: every]
    del lines[every - 1 :: every]
    return "".join(lines), "".join(back)


def in_rows(text, alphabet, rows):
    """Return a text as whole numbers (rows, length); what is over is left out."""
    numbers, rows = encode(text, alphabet), whole("rows", rows)
    length = len(numbers) // rows
    require(length > 1, "rows", rows, f"at most {len(numbers) // 2}")
    return numbers[: rows * length].reshape(rows, length)


class NGrams:
    """What follows the last characters, w, by how often it did in some text.

    p(c | w) = (count(w c) + k p(c | v)) / (count(w) + k), where v is w without its
    first character.  So a w that was never seen leaves it to v, and so on; where w is
    nothing, p(c | v) is 1 / size.  k is SMOOTHING.
    Source: D. MacKay and L. Peto, "A hierarchical Dirichlet language model", 1995.
    """

    def __init__(self, text, alphabet, longest):
        """Count groups of 1 to `longest` characters: what follows each w."""
        self.longest = whole("longest", longest)
        require(self.longest <= 20, "longest", longest, "at most 20: all are kept")
        self.alphabet = letters(alphabet)
        self.counts = defaultdict(Counter)  # of each w, what follows it, and how often
        for place, number in enumerate(encode(text, alphabet)):
            for begin in range(max(0, place - self.longest + 1), place + 1):
                self.counts[text[begin:place]][number] += 1

    def after(self, w):
        """Return p(c | w) for each c of the alphabet."""
        size, w = len(self.alphabet), self.counted(w)
        shorter = self.after(w[1:]) if w else np.full(size, 1 / size)
        counts = self.counts.get(w)
        if counts is None:
            return shorter
        shares = SMOOTHING * shorter
        for number, times in counts.items():
            shares[number] += times
        return shares / (counts.total() + SMOOTHING)

    def counted(self, w):
        """Return the last characters of w: with more, it was never counted."""
        return instance("w", w, str, "a string")[-self.longest :]

    def probabilities(self, text, n):
        """Return p for each place of a text, by groups of n: (length, size)."""
        n, length = whole("n", n), len(instance("text", text, str, "a string"))
        require(n <= self.longest, "n", n, f"at most {self.longest}")
        w = (text[max(0, place - n + 1) : place] for place in range(length))
        quick = copy(self)
        quick.after = cache(quick.after)  # it asks itself, of each w once
        p = np.reshape([*map(quick.after, w)], (length, len(self.alphabet)))
        quick.after.cache_clear()  # it would stay: it is held by what it holds
        return p


def bits(probabilities, characters):
    """Return −log₂ of the probability that each character was given (…).

    probabilities  (…, size); characters  whole numbers (…)
    """
    p, numbers = both(probabilities, characters)
    chosen = np.take_along_axis(p, numbers[..., np.newaxis], axis=-1)[..., 0]
    with np.errstate(divide="ignore"):  # what was held impossible costs infinity
        return -np.log2(chosen)


def divergence(p, q):
    """Return the mean of Σ p log₂(p / q), bits: how far q (…, size) is from p."""
    p, q = shares("p", p), shares("q", q)
    require_shape("q", q, (), p.shape)
    # p / q is finite where q is no smaller than the smallest normal number
    require(q.min() >= np.finfo(float).tiny, "q", q.min(), "numbers above 0")
    terms = p * np.log2(np.where(p > 0, p, 1) / q)
    return float(terms.sum(axis=-1).mean())


def least_divergence(p, q):
    """Return the divergence of p from q, made as unsure as fits p best.

    That is q to a power of 0 to 1, over its sum: 0 knows nothing, 1 is q itself.
    """
    return min(divergence(p, tempered(q, power)) for power in POWERS)


def tempered(q, power):
    """Return probabilities q (…, size) to a power of 0 to 1, over their sum."""
    q, power = shares("q", q), finite("power", power, ndim=0)
    require(0 <= power <= 1, "power", power, "a number from 0 to 1")
    raised = q**power
    return raised / raised.sum(axis=-1, keepdims=True)


def last_characters(characters, count):
    """Return what stands before places, (places, count), and there, (places,)."""
    numbers = symbols("characters", characters, LARGEST + 1, ndim=1)
    count = whole("count", count)
    require(len(numbers) > count, "count", count, "less than all")
    windows = np.lib.stride_tricks.sliding_window_view(numbers, count + 1)
    return windows[:, :-1].copy(), windows[:, -1].copy()


def share_continued(probabilities, characters, count):
    """Return how often the likeliest characters are the next `count` of the text.

    probabilities  (…, time, size); characters  whole numbers (…, time)
    Who writes the likeliest character each time, from there, then writes the text.
    """
    p, numbers = both(probabilities, characters)
    require(numbers.ndim > 0, "characters", "one", "as many as there are steps")
    count, most = whole("count", count), numbers.shape[-1]
    require(count <= most, "count", count, f"at most {most}")
    right = p.argmax(axis=-1) == numbers
    in_a_row = np.lib.stride_tricks.sliding_window_view(right, count, axis=-1)
    return float(in_a_row.all(axis=-1).mean())


def both(probabilities, characters):
    """Return probabilities (…, size), and a character (…) for each row of them."""
    p = shares("probabilities", probabilities)
    numbers = symbols("characters", characters, p.shape[-1], p.ndim - 1)
    require_shape("characters", numbers, (), p.shape[:-1])
    return p, numbers


def shares(name, value):
    """Return probabilities (…, size); ValueError unless from 0 on, and 1 together."""
    p = finite(name, value, axes_of(name, value))
    fits = p.min() >= 0 and p.max() < 2 and np.allclose(p.sum(axis=-1), 1, atol=1e-4)
    require(fits, name, "others", "rows of numbers from 0 to 1 that sum to 1")
    return p
