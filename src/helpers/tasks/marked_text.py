"""A text whose hidden state is known: in quotes or not, how deep, how far along.

At each step one character is drawn.  Which ones are likely depends on three numbers:

quote     0 or 1. Outside quotes c and d are more frequent than a and b, inside it is
          the other way round. There are no brackets and no spaces inside.
depth     0 to 3. A bracket can only be closed where one is open, and opened below 3.
position  characters in this line. After 16 of them comes the end of the line, always.
"""

from typing import NamedTuple

import numpy as np

from helpers.lesson.arguments import (
    brief,
    generator,
    instance,
    no_warnings,
    positive,
    require,
    sizes,
    symbols,
    whole,
)

ALPHABET = 'abcd "()\n'
QUOTE, OPEN, CLOSE, LINE_END = (ALPHABET.index(mark) for mark in '"()\n')
WIDTH, DEEPEST = 16, 3


class MarkedText(NamedTuple):
    """Texts, and after each of their characters the hidden state: (texts, length)."""

    characters: np.ndarray  # whole numbers, places in ALPHABET
    quote: np.ndarray
    depth: np.ndarray
    position: np.ndarray


@no_warnings()  # beside brackets without number the rest becomes 0
def chances(brackets=1.0):
    """Return P(character | quote, depth), (2, 4, 9), before the end of a line."""
    table = np.zeros((2, DEEPEST + 1, len(ALPHABET)))
    table[0, :, :6] = [0.06, 0.06, 0.26, 0.26, 0.12, 0.06]
    table[0, :DEEPEST, OPEN] = 0.08 * brackets
    table[0, 1:, CLOSE] = 0.1 * brackets
    table[1, :, :6] = [0.36, 0.36, 0.09, 0.09, 0.0, 0.1]
    return table / table.sum(axis=-1, keepdims=True)


def marked_text(rng, texts, length, brackets=1.0):
    """Draw texts; the first line of each begins at a random place.

    brackets  how many times as frequent brackets are as they usually are
    """
    texts, length = whole("texts", texts), whole("length", length)
    sizes("length", (length, 4, texts))
    steps, brackets = np.empty((length, 4, texts), int), positive("brackets", brackets)
    position = generator("rng", rng).integers(0, WIDTH, texts)
    state, limits = (0 * position, 0 * position, position), chances(brackets).cumsum(-1)
    for step in steps:
        quote, depth, position = state
        drawn = (rng.random((texts, 1)) > limits[quote, depth]).sum(axis=-1)
        character = np.where(position == WIDTH, LINE_END, drawn)
        state = after(character, *state)
        step[...] = character, *state
    return MarkedText(*steps.transpose(1, 2, 0))


def after(character, quote, depth, position):
    """Return the hidden state after one more character."""
    deeper = (character == OPEN).astype(int) - (character == CLOSE)
    position = np.where(character == LINE_END, 0, position + 1)
    return quote ^ (character == QUOTE), depth + deeper, position


def least_loss(text, known=("quote", "depth", "position")):
    """Return the mean of −log P(next character | what is known of the hidden state).

    With all of it known, no reader can do better on average.  What is not known is
    averaged over, as often as it occurs in this text: a reader that keeps nothing else.
    """
    names, text = MarkedText._fields[1:], read_text("text", text)
    fits = isinstance(known, list | tuple) and all(
        isinstance(name, str) and name in names for name in known
    )
    require(fits, "known", brief(known), f"some of {names}")
    key = np.zeros(text.quote[:, :-1].size, int)
    # one whole number for each combination of what is known
    for name in dict.fromkeys(known):
        values = getattr(text, name)[:, :-1].ravel()
        key = key * (values.max() + 1) + values
    counts = np.zeros((key.max() + 1, len(ALPHABET)))
    np.add.at(counts, (key, text.characters[:, 1:].ravel()), 1)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return float(-np.sum(counts * np.log(np.where(counts > 0, shares, 1))) / len(key))


def read_text(name, text):
    """Return a MarkedText; ValueError unless it is one, of 2 characters or more."""
    instance(name, text, MarkedText, "a MarkedText")
    counts = len(ALPHABET), 2, DEEPEST + 1, WIDTH + 1
    read = [symbols(name, *each, ndim=2) for each in zip(text, counts, strict=True)]
    shapes = [each.shape for each in read]
    fits = shapes == shapes[:1] * 4 and shapes[0][1] > 1
    require(fits, name, f"shapes {shapes}", "one shape, 2 characters or more")
    return MarkedText(*read)
