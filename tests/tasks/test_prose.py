"""The prose, and counting: against sums over small texts by hand."""

import gc
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.tasks import (
    NGrams,
    bits,
    divergence,
    encode,
    in_rows,
    kept_back,
    last_characters,
    least_divergence,
    prose,
    series_prose,
    share_continued,
    tempered,
)
from helpers.tasks.prose import SMOOTHING


def test_the_prose_is_english_in_few_characters_a_paragraph_a_line():
    text = series_prose()
    lines = text.splitlines()
    assert text.endswith("\n")
    assert 80_000 < len(text) < 100_000
    assert all(len(line) > 60 for line in lines)
    assert len(set(lines)) == len(lines)
    assert set(text) <= {chr(code) for code in range(32, 127)} | {"\n"}
    assert "hidden state" in text
    assert "attention" in text


def test_each_tenth_line_is_kept_back():
    lines = [f"line {number}\n" for number in range(1, 26)]
    rest, back = kept_back("".join(lines))
    assert back == "line 10\nline 20\n"
    assert rest == "".join(line for line in lines if line not in back.splitlines(keepends=True))
    assert kept_back("a\nb\nc\nd\n", every=2) == ("a\nc\n", "b\nd\n")
    assert kept_back("a\nb\n", every=2) == ("a\n", "b\n")


def test_rows_follow_one_another():
    assert in_rows("abcabca", "abc", 3).tolist() == [[0, 1], [2, 0], [1, 2]]


def test_counting_one_character_is_the_frequency_with_a_little_of_each():
    k = SMOOTHING
    expected = (np.array([3, 1, 0]) + k / 3) / (4 + k)
    assert NGrams("aaba", "abc", 1).after("") == pytest.approx(expected)


def test_counting_pairs_leans_on_single_characters():
    k, counted = SMOOTHING, NGrams("aaba", "abc", 2)
    single = counted.after("")
    assert counted.after("a") == pytest.approx((np.array([1, 1, 0]) + k * single) / (2 + k))
    assert counted.after("b") == pytest.approx((np.array([1, 0, 0]) + k * single) / (1 + k))
    assert counted.after("c") == pytest.approx(single)  # never seen


def test_a_group_never_seen_leaves_it_to_the_one_without_its_first_character():
    counted = NGrams("abcabd", "abcd", 3)
    assert (counted.after("cb") == counted.after("b")).all()
    assert (counted.after("cb") != counted.after("c")).any()
    k, shorter = SMOOTHING, counted.after("b")
    assert counted.after("ab") == pytest.approx((np.array([0, 0, 1, 1]) + k * shorter) / (2 + k))


def test_of_more_characters_than_are_counted_the_last_ones_count():
    counted = NGrams("abcabd", "abcd", 3)
    assert (counted.after(5000 * "d" + "ab") == counted.after("ab")).all()
    assert (counted.after("cab") == counted.after("ab")).all()  # though "cabd" is there


@given(text=st.text("ab", min_size=1, max_size=12), n=st.integers(1, 4))
def test_what_counting_says_is_a_distribution_and_sees_the_last_characters_alone(text, n):
    counted = NGrams("abbababaa", "abc", 4)
    p = counted.probabilities(text, n)
    assert p.shape == (len(text), 3)
    assert (p > 0).all()
    assert p.sum(axis=1) == pytest.approx(1)
    for place in range(len(text)):
        assert (p[place] == counted.after(text[max(0, place - n + 1) : place])).all()


def test_a_text_of_nothing_has_no_place():
    assert NGrams("ab", "ab", 1).probabilities("", 1).shape == (0, 2)


def test_bits_by_hand():
    p = np.array([[0.5, 0.25, 0.25], [0.125, 0.875, 0.0]])
    assert bits(p, [1, 0]).tolist() == [2, 3]
    assert bits(p, [0, 2]).tolist() == [1, np.inf]
    assert bits(p[0], 1) == 2
    assert bits([p, p, p], [[1, 0], [0, 2], [2, 0]]).tolist() == [[2, 3], [1, np.inf], [2, 3]]


def test_divergence_by_hand():
    p, q = np.array([[0.5, 0.5], [1.0, 0.0]]), np.array([[0.25, 0.75], [0.5, 0.5]])
    first = 0.5 * np.log2(2) + 0.5 * np.log2(2 / 3)
    assert divergence(p, q) == pytest.approx((first + 1) / 2)
    assert divergence(p, p + 1e-300) == pytest.approx(0, abs=1e-12)


def test_the_divergence_of_some_rows_is_the_mean_of_each():
    p, q = np.random.default_rng(1).dirichlet(np.ones(5), (2, 4, 3))
    each = [divergence(a, b) for a, b in zip(p.reshape(12, 5), q.reshape(12, 5), strict=True)]
    assert divergence(p, q) == pytest.approx(np.mean(each))
    assert divergence(p[0], q[0]) == pytest.approx(np.mean(each[:3]))


def test_the_smallest_normal_number_is_above_0_and_less_is_not():
    tiny = np.finfo(float).tiny
    assert divergence([[1.0, 0.0]], [[tiny, 1.0]]) == 1022
    with pytest.raises(ValueError, match=r"^q: expected numbers above 0, got 1\.1\d*e-308$"):
        divergence([[1.0, 0.0]], [[tiny / 2, 1.0]])


@pytest.mark.parametrize("miss", [-9e-5, 9e-5])
def test_shares_may_miss_1_by_a_ten_thousandth_and_no_more(miss):
    assert bits([[0.5, 0.5 + miss]], [0]) == [1]
    with pytest.raises(ValueError, match="probabilities: expected rows of numbers"):
        bits([[0.5, 0.5 + 2 * miss]], [0])


def test_a_power_below_1_is_less_sure_and_0_knows_nothing():
    q = np.array([[0.8, 0.1, 0.1]])
    assert tempered(q, 1) == pytest.approx(q)
    assert tempered(q, 0) == pytest.approx(np.full((1, 3), 1 / 3))
    assert tempered(q, 0.5)[0, 0] == pytest.approx(0.8**0.5 / (0.8**0.5 + 2 * 0.1**0.5))


def test_the_least_divergence_is_that_of_the_power_that_fits():
    q = np.array([[0.8, 0.1, 0.1], [0.2, 0.2, 0.6]])
    assert least_divergence(tempered(q, 0.35), q) == pytest.approx(0, abs=1e-12)
    assert least_divergence(q, q) == pytest.approx(0, abs=1e-12)
    other = q[:, ::-1]
    assert least_divergence(other, q) <= divergence(other, np.full((2, 3), 1 / 3))


def test_the_smoothing_is_the_best_of_three_on_a_part_of_what_is_counted(monkeypatch):
    seen, _ = kept_back(series_prose())
    counted, apart = kept_back(seen)
    alphabet = "".join(sorted(set(series_prose())))
    grams, numbers, cost = NGrams(counted, alphabet, 7), encode(apart, alphabet), {}
    for smoothing in (5.0, 20.0, 80.0):
        monkeypatch.setattr(prose, "SMOOTHING", smoothing)
        cost[smoothing] = bits(grams.probabilities(apart, 7), numbers).mean()
    assert min(cost, key=cost.get) == SMOOTHING


def test_the_last_characters_stand_before_the_next():
    before, then = last_characters(np.array([5, 6, 7, 8]), 2)
    assert before.tolist() == [[5, 6], [6, 7]]
    assert then.tolist() == [7, 8]


def test_how_often_the_likeliest_characters_are_the_next_of_the_text():
    text = np.array([0, 1, 1, 0, 1])
    p = np.eye(2)[[0, 1, 1, 1, 1]] * 0.8 + 0.1  # right but at place 3
    assert share_continued(p, text, 1) == 4 / 5
    assert share_continued(p, text, 2) == 2 / 4
    assert share_continued(p, text, 3) == 1 / 3
    assert share_continued(p[:3], text[:3], 3) == 1
    assert share_continued(np.stack([p, p]), np.stack([text, text]), 4) == 0


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: kept_back(3), "text: expected a string"),
        (
            lambda: share_continued([0.5, 0.5], 1, 1),
            "characters: expected as many as there are steps, got one",
        ),
        (lambda: kept_back("a\n"), "text: expected 10 lines"),
        (lambda: kept_back("a\nb\n", every=1), "every: expected a whole number of at least 2"),
        (lambda: in_rows("abc", "abc", 3), "rows: expected at most 1"),
        (lambda: in_rows("abcd", "abc", 2), "text: expected characters"),
        (lambda: NGrams("ab", "ab", 0), "longest: expected a whole number"),
        (lambda: NGrams("ab", "ab", 2).probabilities("ab", 3), "n: expected at most 2"),
        (lambda: NGrams("abc", "ab", 1), "text: expected characters"),
        (lambda: bits([[0.5, 0.5]], [2]), "characters: expected whole numbers from 0 to 1"),
        (lambda: divergence([[1.0, 0]], [[1.0, 0]]), "q: expected numbers above 0"),
        (lambda: divergence([[1.0, 0]], [1.0, 0]), "q: expected shape"),
        (lambda: bits([[0.5, 0.6]], [1]), "probabilities: expected rows of numbers"),
        (lambda: bits([[0.5, 0.5]], [1, 0]), "characters: expected shape"),
        (lambda: tempered([[0.5, 0.5]], -1), "power: expected a number from 0 to 1"),
        (
            lambda: NGrams("ab", "ab", 21),
            r"^longest: expected at most 20: all are kept, got 21$",
        ),
        (lambda: NGrams("ab", "ab", 101), "longest: expected at most 20"),
        (lambda: last_characters([1.5, 2], 1), "characters: expected whole numbers"),
        (lambda: last_characters([1, 2], 2), "count: expected less than all"),
        (lambda: share_continued([[0.5, 0.5]], [1], 2), "count: expected at most 1"),
    ],
)
def test_bad_input_is_named(call, word):
    with pytest.raises(ValueError, match=word):
        call()


def test_what_stands_before_and_there_do_not_share_their_memory():
    before, there = last_characters(np.arange(6), 2)
    before[...] = 9
    assert there.tolist() == [2, 3, 4, 5]
    assert (last_characters(np.arange(6), 2)[0] != 9).all()


def test_counting_takes_no_memory_for_what_never_followed():
    alphabet = "".join(map(chr, range(0x4E00, 0x4E00 + 20_000)))
    tracemalloc.start()
    grams = NGrams(alphabet[:3_000], alphabet, 3)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 20e6  # a row for each of 9,000 groups would be 1.4 GB
    after = grams.after(alphabet[:3])
    assert after.argmax() == 3
    assert after.sum() == pytest.approx(1)


def test_what_was_found_on_the_way_goes():
    text = "".join(np.random.default_rng(1).choice(list("abcdefgh"), 20_000))
    grams = NGrams(text, "abcdefgh", 6)
    gc.collect()
    gc.disable()  # what is held by itself alone would go with its next round
    tracemalloc.start()
    try:
        size = grams.probabilities(text, 6).nbytes  # which is not kept here
        left, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.enable()
    assert left < size < peak
