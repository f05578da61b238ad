"""Pairs to copy: what is drawn, what frames it, and how it is written as text."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.tasks import END, FIRST, PAD, START, as_text, copying, date_pairs
from helpers.tasks.pairs import framed, numbered

few = st.integers(1, 8)
seeds = st.integers(0, 2**32)
shapes = st.one_of(st.tuples(few), st.tuples(few, few))
RNG = np.random.default_rng(1)


def content(row):
    """Return a row without its padding, which must be at its end alone."""
    kept = [symbol for symbol in row if symbol != PAD]
    assert row == kept + [PAD] * (len(row) - len(kept))
    return kept


def rows_of(*arrays):
    """Return the rows of arrays (…, time), side by side, as lists."""
    return zip(*(a.reshape(-1, a.shape[-1]).tolist() for a in arrays), strict=True)


def test_padding_start_and_end_come_before_all_that_can_be_said():
    assert (PAD, START, END, FIRST) == (0, 1, 2, 3)


@given(seeds, shapes, few, few, st.integers(1, 12), st.booleans())
def test_what_is_to_be_written_is_what_was_read_or_its_exact_reversal(
    seed, shape, one, other, digits, turned
):
    least, most = sorted((one, other))
    source, target = copying(np.random.default_rng(seed), shape, least, most, digits, turned)
    assert source.shape == (*shape, most)
    assert target.shape == (*shape, most + 2)
    for read, written in rows_of(source, target):
        row = content(read)
        assert least <= len(row) <= most
        assert all(FIRST <= symbol < FIRST + digits for symbol in row)
        assert content(written) == [START, *(row[::-1] if turned else row), END]


@pytest.mark.parametrize("shape", [(2000,), (4, 500)])
def test_all_lengths_and_all_digits_are_as_frequent(shape):
    source, _ = copying(np.random.default_rng(1), shape, 3, 6)
    lengths = np.bincount((source != PAD).sum(axis=-1).ravel(), minlength=7)
    assert lengths.tolist()[:3] == [0, 0, 0]
    assert lengths[3:] == pytest.approx([500] * 4, abs=100)  # 5 standard deviations
    digits = np.bincount(source.ravel(), minlength=FIRST + 10)
    assert digits[1:FIRST].tolist() == [0, 0]
    assert len(digits) == FIRST + 10
    assert digits[FIRST:] == pytest.approx([900] * 10, abs=145)  # 5 standard deviations


def test_rows_and_places_are_drawn_anew():
    source, _ = copying(np.random.default_rng(1), (3, 1000), 5, 5)
    for one, other in ((source[0], source[1]), (source[:, 1:], source[:, :-1])):
        assert np.mean(one == other) == pytest.approx(0.1, abs=0.03)
    assert np.mean(source[..., 1:] == source[..., :-1]) == pytest.approx(0.1, abs=0.02)


def test_turned_or_not_the_same_is_to_be_written():
    plain, turned = (
        copying(np.random.default_rng(1), (50,), 2, 7, turned=t) for t in (False, True)
    )
    assert plain[1].tolist() == turned[1].tolist()
    assert plain[0].tolist() != turned[0].tolist()


def test_framed_rows_are_as_written_by_hand():
    rows = np.array([[3, 4, 5], [6, 0, 0], [0, 0, 0]])
    expected = [[1, 3, 4, 5, 2], [1, 6, 2, 0, 0], [1, 2, 0, 0, 0]]
    assert framed(rows).tolist() == expected
    assert framed(np.array([rows, rows])).tolist() == [expected, expected]
    assert framed(rows[0]).tolist() == expected[0]
    assert rows.tolist() == [[3, 4, 5], [6, 0, 0], [0, 0, 0]]


def test_texts_are_rows_as_written_by_hand():
    assert numbered("texts", ["ab", "b", "cab"], "abc").tolist() == [
        [3, 4, 0],
        [4, 0, 0],
        [5, 3, 4],
    ]


texts = st.lists(st.text("abcd", min_size=1, max_size=9), min_size=1, max_size=5)


@given(texts)
def test_texts_come_back_from_their_numbers_framed_or_not(words):
    rows = numbered("texts", words, "abcd")
    assert rows.shape == (len(words), max(map(len, words)))
    assert [as_text(row, "abcd") for row in rows] == words
    assert [as_text(row, "abcd") for row in framed(rows)] == words


@pytest.mark.parametrize(
    ("symbols", "text"),
    [
        ([1, 3, 5, 2, 4, 0], "ac"),
        ([3, 5, 2, 2], "ac"),
        ([3, 0, 5, 2], "a"),
        ([3, 4, 5], "abc"),
        ([1, 2, 3], ""),
        ([2, 3], ""),
        ([0, 3], ""),
        ([1], ""),
        ([], ""),
    ],
)
def test_a_text_goes_up_to_its_end(symbols, text):
    assert as_text(symbols, "abc") == as_text(np.array(symbols, int), "abc") == text


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: copying(RNG, 3, 1, 2), "shape"),
        (lambda: copying(RNG, (), 1, 2), "shape"),
        (lambda: copying(RNG, (1, 2, 3), 1, 2), "shape"),
        (lambda: copying(RNG, (0,), 1, 2), "shape"),
        (lambda: copying(RNG, (3,), 0, 2), "least"),
        (lambda: copying(RNG, (3,), 3, 2), "least"),
        (lambda: copying(RNG, (3,), "1", 2), "least"),
        (lambda: copying(RNG, (3,), 1, 2.5), "most"),
        (lambda: copying(RNG, (3,), 1, 2, digits=0), "digits"),
        (lambda: copying(RNG, (3,), 1, 2, digits=True), "digits"),
        (lambda: copying(1, (3,), 1, 2), "rng"),
        (lambda: numbered("texts", [], "abc"), "texts"),
        (lambda: numbered("texts", ["ab", ""], "abc"), "texts"),
        (lambda: numbered("texts", ["ab", "ad"], "abc"), "texts"),
        (lambda: numbered("texts", ["ab", 3], "abc"), "texts"),
        (lambda: numbered("texts", ["ab"], "aba"), "alphabet"),
        (lambda: as_text([3, 4], "aba"), "alphabet"),
        (lambda: as_text([3, 6], "abc"), "row"),
        (lambda: as_text([3.5], "abc"), "row"),
    ],
)
def test_bad_arguments_are_refused(call, name):
    with pytest.raises(ValueError, match=f"{name}: expected"):
        call()


def test_rows_that_would_be_too_large_are_refused_before_they_are_made():
    texts = ["1" * 10**6, *["1"] * 10**5]
    with pytest.raises(ValueError, match=r"at most .* numbers in all"):
        date_pairs(texts, ["1"] * len(texts))
