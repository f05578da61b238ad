"""Dates in six forms: read back by Python's own parser, and kept apart by day."""

import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.tasks import ISO, WRITTEN, as_text, date_pairs, date_texts, rows_of, split_days
from helpers.tasks.dates import FIRST_DAY, FORMS, LAST_DAY, written

FORMATS = ["%d %B %Y", "%B %d, %Y", "%d/%m/%Y", "%d %b %Y", "%b %d, %Y", "%d.%m.%Y"]
RNG = np.random.default_rng(1)


@given(day=st.dates(FIRST_DAY, LAST_DAY), form=st.integers(0, FORMS - 1))
def test_a_written_date_reads_back_as_the_day(day, form):
    text = written(day, form)
    assert datetime.datetime.strptime(text, FORMATS[form]).date() == day
    assert set(text) <= set(WRITTEN)
    assert text[-4:] == str(day.year)


def test_days_are_split_without_a_day_in_both_lists():
    days, others = split_days(np.random.default_rng(2), 500)
    assert len(others) == 500
    assert not set(days) & set(others)
    whole = (LAST_DAY - FIRST_DAY).days + 1
    assert len(set(days) | set(others)) == whole == 36525
    assert min(days + others) == FIRST_DAY
    assert max(days + others) == LAST_DAY


def test_texts_are_drawn_from_these_days_in_all_forms():
    days = [datetime.date(1987, 3, 4), datetime.date(2001, 12, 31)]
    read, write = date_texts(np.random.default_rng(3), days, 200)
    assert set(write) == {"1987-03-04", "2001-12-31"}
    assert len(set(read)) == 2 * FORMS
    for text, date in zip(read, write, strict=True):
        assert text in {written(datetime.date.fromisoformat(date), form) for form in range(FORMS)}


def test_pairs_are_rows_that_say_the_texts_again():
    read, write = ["3 march 1987", "1/1/2000"], ["1987-03-03", "2000-01-01"]
    source, target = date_pairs(read, write)
    assert [as_text(row, WRITTEN) for row in source] == read
    assert [as_text(row, ISO) for row in target] == write
    assert source.shape == (2, 12)
    assert target.shape == (2, 12)  # START, ten characters, END


def test_rows_are_drawn_together():
    pairs = np.arange(10)[:, np.newaxis], 100 + np.arange(10)[:, np.newaxis]
    source, target = rows_of(np.random.default_rng(4), pairs, (3, 50))
    assert source.shape == target.shape == (3, 50, 1)
    assert (target == source + 100).all()
    assert set(source.ravel()) == set(range(10))


def test_a_single_row_is_drawn_each_time():
    source, target = rows_of(np.random.default_rng(4), (np.array([[5, 6]]), np.array([[7]])), (2,))
    assert source.tolist() == [[5, 6], [5, 6]]
    assert target.tolist() == [[7], [7]]


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: split_days(RNG, 40_000), "held_out"),
        (lambda: split_days(None, 4), "rng"),
        (lambda: date_texts(None, [FIRST_DAY], 1), "rng"),
        (lambda: date_texts(RNG, [FIRST_DAY], 0), "count"),
        (lambda: date_texts(RNG, [], 1), "days"),
        (lambda: date_pairs([], []), "read"),
        (lambda: date_pairs(["3 march 1987"] * 2, ["1987-03-03"]), "write"),
        (lambda: date_pairs(["3 märz 1987"], ["1987-03-03"]), "read"),
        (lambda: rows_of(RNG, (np.ones((0, 2), int), np.ones((0, 2), int)), (1,)), "pairs"),
        (lambda: rows_of(None, (np.ones((2, 2)), np.ones((2, 2))), (1,)), "rng"),
    ],
)
def test_bad_input_is_refused_by_name(call, name):
    with pytest.raises(ValueError, match=f"{name}: expected"):
        call()


@pytest.mark.parametrize("count", [36525, 40000])
def test_it_says_how_many_days_may_be_held_out(count):
    words = rf"^held_out: expected less than 36525 days, got {count}$"
    with pytest.raises(ValueError, match=words):
        split_days(np.random.default_rng(1), count)
