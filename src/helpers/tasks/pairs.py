"""Pairs of a source, which is read, and a target, which is to be written.

Both are whole numbers.  0, 1 and 2 are PAD, START and END; all else begins at FIRST.
Rows differ in length, so PAD fills them up at their ends, and means nothing.  A target
is START, what is to be written, END: what a decoder reads is all of it but the last,
and what it shall say all but the first.
"""

import numpy as np

from helpers.lesson.arguments import (
    boolean,
    generator,
    real,
    require,
    sizes,
    symbols,
    whole,
)
from helpers.tasks.characters import all_encoded, letters
from helpers.tasks.memory import lengths

PAD, START, END, FIRST = 0, 1, 2, 3


def copying(rng, shape, least, most, digits=10, turned=False):
    """Draw rows of digits to copy: source (…, most), target (…, most + 2).

    shape        (batch,), or (networks, batch) for an ensemble: the …
    least, most  how long a row may be
    turned       whether the source stands there from its end to its beginning
    """
    shape, least = lengths("shape", shape), whole("least", least)
    most, digits = whole("most", most), whole("digits", digits)
    require(least <= most, "least", least, f"at most {most}, as most is")
    boolean("turned", turned)
    sizes("most", (*shape, most + 2))  # before anything is drawn
    ends = generator("rng", rng).integers(least, most + 1, (*shape, 1))
    drawn = FIRST + rng.integers(0, digits, (*shape, most))
    places = np.arange(most)
    written = np.where(places < ends, drawn, PAD)
    read = np.where(places < ends, ends - 1 - places, places) if turned else places
    source = np.take_along_axis(written, np.broadcast_to(read, written.shape), axis=-1)
    return source, framed(written)


def framed(rows):
    """Return START, a row, END, and PAD to the end, for rows (…, any) with PAD."""
    ends = (rows != PAD).sum(axis=-1, keepdims=True)
    margin = np.full((*rows.shape[:-1], 1), PAD)
    target = np.concatenate([margin + START, rows, margin], axis=-1)
    np.put_along_axis(target, ends + 1, END, axis=-1)
    return target


def numbered(name, texts, alphabet):
    """Return texts as rows of symbols, each a character's place in the alphabet + 3.

    name  what the texts are called where one is wrong
    """
    places = all_encoded(name, texts, alphabet)
    rows = np.full(sizes(name, (len(places), max(map(len, places)))), PAD)
    for row, text in zip(rows, places, strict=True):
        row[: len(text)] = FIRST + text
    return rows


def as_text(row, alphabet):
    """Return what a row of symbols says, up to its END."""
    return "".join(alphabet[n] for n in said_in("row", row, len(letters(alphabet))))


def said_in(name, row, size):
    """Return what a row of symbols says up to its END: places (any,) below `size`."""
    if real(name, row).shape == (0,):
        return ()
    row = symbols(name, row, FIRST + size, ndim=1)
    before = np.logical_and.accumulate((row != PAD) & (row != END))
    return row[before & (row >= FIRST)] - FIRST
