"""Dates as people write them, and the one form in which computers want them.

Six ways to write a day from 1950 to 2049; the answer is always year-month-day.
"""

import datetime

import numpy as np

from helpers.lesson.arguments import brief, generator, require, sizes, whole
from helpers.tasks.memory import lengths
from helpers.tasks.pairs import framed, numbered

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august",
    "september", "october", "november", "december",
)  # fmt: skip
WRITTEN = "".join(sorted(set("0123456789 ,/." + "".join(MONTHS))))  # 33 characters
ISO = "0123456789-"
FIRST_DAY, LAST_DAY = datetime.date(1950, 1, 1), datetime.date(2049, 12, 31)
FORMS = 6


def written(day, form):
    """Return a date in one of six forms: 3 march 1987, march 3, 1987, 3/3/1987, …."""
    name = MONTHS[day.month - 1]
    return (
        f"{day.day} {name} {day.year}",
        f"{name} {day.day}, {day.year}",
        f"{day.day}/{day.month}/{day.year}",
        f"{day.day} {name[:3]} {day.year}",
        f"{name[:3]} {day.day}, {day.year}",
        f"{day.day:02d}.{day.month:02d}.{day.year}",
    )[form]


def split_days(rng, held_out):
    """Return all days in two lists: some to learn from, and `held_out` others."""
    count = (LAST_DAY - FIRST_DAY).days + 1
    held_out = whole("held_out", held_out)
    require(held_out < count, "held_out", held_out, f"less than {count} days")
    order = generator("rng", rng).permutation(count)
    days = [FIRST_DAY + datetime.timedelta(days=int(number)) for number in order]
    return days[held_out:], days[:held_out]


def date_texts(rng, days, count):
    """Draw days, and a form for each; return the texts to read, and those to write."""
    generator("rng", rng)
    is_list = isinstance(days, list | tuple) and len(days) > 0
    fits = is_list and all(type(day) is datetime.date for day in days)
    require(fits, "days", brief(days), "a list of at least one datetime.date")
    (count,) = sizes("count", (count,))
    drawn = rng.integers(0, len(days), count)
    forms = rng.integers(0, FORMS, count)
    pairs = zip(drawn, forms, strict=True)
    read = [written(days[number], form) for number, form in pairs]
    return read, [days[number].isoformat() for number in drawn]


def date_pairs(read, write):
    """Return texts as a source and a target, as in `tasks.pairs`."""
    source, target = numbered("read", read, WRITTEN), numbered("write", write, ISO)
    given, wanted = f"{len(target)} texts", f"{len(source)}, one for each to read"
    require(len(target) == len(source), "write", given, wanted)
    return source, framed(target)


def rows_of(rng, pairs, shape):
    """Draw rows of a source and a target, with replacement: (*shape, any)."""
    generator("rng", rng)
    fits = isinstance(pairs, list | tuple) and all(
        type(each) is np.ndarray and each.ndim == 2 and each.dtype.kind in "iu"
        for each in pairs
    )  # a masked array is of another type
    fits = fits and len(pairs) == 2 and len(pairs[0]) == len(pairs[1]) > 0
    require(fits, "pairs", type(pairs), "two arrays of symbols, a row a text")
    source, target = pairs
    chosen = rng.integers(0, len(source), lengths("shape", shape))
    return source[chosen], target[chosen]
