"""What is read out of units: scores of known cases, and against plain definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.inside import areas, probe, shares_explained

numbers = st.integers(-3, 3)


@given(st.lists(st.tuples(numbers, st.booleans()), min_size=2).filter(
    lambda rows: len({flag for _, flag in rows}) == 2
))  # fmt: skip
def test_the_area_is_the_share_of_pairs_in_the_right_order(rows):
    values, flag = np.array([v for v, _ in rows]), np.array([int(f) for _, f in rows])
    differences = values[flag == 1][:, None] - values[flag == 0]
    share = np.mean((differences > 0) + 0.5 * (differences == 0))
    found = areas(values[:, None].astype(float), flag)
    assert found == pytest.approx([max(share, 1 - share)])


def test_a_unit_that_tells_has_area_one_whatever_its_sign_and_one_that_stands_still_a_half():
    flag = np.array([0, 0, 1, 1, 1])
    units = np.column_stack([flag, -3.0 * flag, np.ones(5)])
    assert areas(units, flag) == pytest.approx([1, 1, 0.5])


def test_the_share_explained_is_the_squared_correlation():
    rng = np.random.default_rng(1)
    target = rng.normal(size=50)
    units = np.column_stack([2 * target + 1, rng.normal(size=50) + target, np.full(50, 7.0)])
    expected = [1, np.corrcoef(units[:, 1], target)[0, 1] ** 2, 0]
    assert shares_explained(units, target) == pytest.approx(expected)


def test_a_probe_finds_a_linear_rule_and_says_it_of_new_values():
    rng = np.random.default_rng(1)
    weights, values, new = rng.normal(size=3), rng.normal(size=(20, 3)), rng.normal(size=(5, 3))
    said = probe(values, values @ weights + 4, new)
    assert said == pytest.approx(new @ weights + 4, abs=1e-10)


def test_a_unit_that_stands_still_tells_a_probe_nothing():
    units, target = np.arange(6.0)[:, np.newaxis], 2 * np.arange(6.0) + 1
    beside = np.column_stack([units, np.full(6, 7.0)])
    assert probe(beside, target, beside) == pytest.approx(target, abs=1e-9)
    assert probe(beside[:, 1:], target, beside[:, 1:]) == pytest.approx(target.mean())


def test_a_probe_reads_a_target_that_lies_far_off():
    units, target = 5 + np.arange(6.0)[:, np.newaxis] / 1000, 1e10 + np.arange(6.0)
    assert probe(units, target, units) - 1e10 == pytest.approx(np.arange(6), abs=1e-4)


TWO = np.array([[1.0], [2.0]])


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: areas(TWO, [1, 1]), "flag"),
        (lambda: areas(TWO, [0, 2]), "flag"),
        (lambda: areas(TWO, [0, 1, 1]), "flag"),
        (lambda: areas(TWO[0], [0, 1]), "values"),
        (lambda: areas(TWO * np.nan, [0, 1]), "values"),
        (lambda: shares_explained(TWO, [1, 1]), "target"),
        (lambda: shares_explained(TWO, [1]), "target"),
        (lambda: shares_explained(TWO[:1], [1]), "target"),
        (lambda: probe(TWO, [1, 2], np.ones((2, 2))), "new_values"),
        (lambda: probe(TWO, [1], TWO), "target"),
        (lambda: probe([], [1], TWO), "values"),
    ],
)
def test_bad_arguments_are_refused(call, name):
    with pytest.raises(ValueError, match=f"{name}: expected"):
        call()


def test_of_what_is_no_flag_three_numbers_are_named():
    wanted = r"^flag: expected zeros and ones, and both of them, got \[0\. 1\. 2\.\]$"
    with pytest.raises(ValueError, match=wanted):
        areas(np.ones((4, 1)), [0, 1, 2, 3])


@pytest.mark.parametrize("scale", [1e-13, 1e-9, 1e200])
def test_a_share_does_not_depend_on_the_scale(scale):
    target = np.arange(5.0)
    assert shares_explained(scale * target[:, None], target) == pytest.approx([1])
    assert shares_explained(target[:, None], scale * target) == pytest.approx([1])


def test_new_values_that_are_no_numbers_are_refused():
    with pytest.raises(ValueError, match="new_values: expected"):
        probe(np.ones((2, 1)), [1, 2], np.full((2, 1), np.nan))


@pytest.mark.parametrize("scale", [1e-300, 1e-17, 1.0, 1e17])
def test_a_probe_reads_units_of_any_size(scale):
    units, target = np.arange(6.0)[:, np.newaxis], 2 * np.arange(6.0) + 1
    beside = np.column_stack([units * scale, units**2])
    assert probe(units * scale, target, units * scale) == pytest.approx(target, abs=1e-9)
    assert probe(beside, target, beside) == pytest.approx(target, abs=1e-9)


@pytest.mark.parametrize(
    "target", [[1e16, 1e16 + 2, 1e16], [0, 5e-324, 0], [-1e16, -1e16 - 2, -1e16]]
)
def test_a_share_is_right_of_numbers_far_from_zero_or_very_small(target):
    assert shares_explained([[0.0], [1], [0]], target) == pytest.approx(1)
    assert shares_explained(np.reshape(target, (3, 1)), [0.0, 1, 0]) == pytest.approx(1)


def test_a_probe_reads_units_that_lie_far_off():
    target = np.arange(101.0) % 4
    values = 1e15 + target[:, np.newaxis]
    assert probe(values, target, values) == pytest.approx(target, abs=1e-9)


FAR = "distances that are finite, got infinite ones"
NEW = "values nearer to those of the fit, got some so far off that it says infinity"


@pytest.mark.parametrize(
    ("call", "name", "said"),
    [
        (lambda: shares_explained([[-1.7e308], [1.7e308]], [0.0, 1.0]), "values", FAR),
        (lambda: shares_explained([[0.0], [1.0]], [-1.7e308, 1.7e308]), "target", FAR),
        (lambda: probe([[0.0], [1.0]], [-1.7e308, 1.7e308], [[0.0]]), "target", FAR),
        (lambda: probe([[-1.7e308], [1.7e308]], [0.0, 1.0], [[0.0]]), "values", FAR),
        (lambda: probe([[0.0], [1e-300]], [0.0, 1.0], [[1e300]]), "new_values", NEW),
        (lambda: probe([[0, 0], [1e-300, 1e-300]], [0, 1], [[1e300, -1e300]]), "new_values", NEW),
    ],
)
def test_what_grows_to_infinity_is_refused_by_name(call, name, said):
    with pytest.raises(ValueError, match=f"^{name}: expected {said}$"):
        call()


def test_a_probe_that_saw_one_example_says_its_target():
    assert probe([[5.0]], [3.0], [[7.0], [9.0]]).tolist() == [3, 3]
