import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.lesson import rate, wilson_interval


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_interval_is_the_published_formula(case):
    k, n = case
    p, z = k / n, 1.959963984540054
    middle = p + z**2 / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    expected = ((middle - half) / (1 + z**2 / n), (middle + half) / (1 + z**2 / n))
    assert wilson_interval(k, n) == pytest.approx(expected, abs=1e-9)


def test_a_higher_confidence_gives_a_wider_interval():
    low, high = wilson_interval(5, 10, confidence=0.99)
    assert low < wilson_interval(5, 10)[0] < wilson_interval(5, 10)[1] < high


def test_a_confidence_may_be_as_high_as_rounding_lets_it():
    low, high = wilson_interval(1, 2, confidence=1 - 1e-12)
    assert 0 < low < wilson_interval(1, 2, confidence=0.999)[0] < 0.5 < high < 1


def test_rate_in_words():
    assert rate(14, 24) == "14 of 24 (58.3 %, 95 % interval 38.8–75.5 %)"
    assert rate(20, 20) == "20 of 20 (100.0 %, 95 % interval 83.9–100.0 %)"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((3, 2), "successes: expected at most trials = 2, got 3"),
        ((-1, 2), "successes: expected a whole number of at least 0, got -1"),
        ((0, 0), "trials: expected a whole number of at least 1, got 0"),
        ((0.5, 2), "successes: expected a whole number"),
        ((1, 2, "high"), "confidence: expected real numbers, got 'high'"),
        ((1, 10**30), "trials: expected a whole number"),
        ((1, 2, 1.0), "confidence: expected a number above 0, at most 1 − 1e-12, got 1.0"),
        ((1, 2, 0.0), "confidence: expected a number above 0, at most 1 − 1e-12, got 0.0"),
    ],
)
def test_wilson_interval_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        wilson_interval(*arguments)
