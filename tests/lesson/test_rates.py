import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from helpers.lesson import rate, wilson_interval


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_interval_is_that_of_scipy(case):
    for confidence in (0.5, 0.95, 1 - 1e-12):
        expected = binomtest(*case).proportion_ci(confidence, method="wilson")
        assert wilson_interval(*case, confidence) == pytest.approx(tuple(expected), abs=1e-12)


def test_no_interval_goes_beyond_0_and_1_by_rounding():
    ends = [(wilson_interval(0, n)[0], wilson_interval(n, n)[1]) for n in range(1, 60)]
    assert all(low >= 0 and high <= 1 for low, high in ends)


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


def test_at_none_and_at_all_an_end_is_the_rate_itself():
    for n in range(1, 3000):
        assert wilson_interval(0, n)[0] == 0
        assert wilson_interval(n, n)[1] == 1
