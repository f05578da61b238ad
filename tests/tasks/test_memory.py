"""The tasks that ask for a memory: what is asked can be answered, and only as meant."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import tasks
from helpers.tasks import adding, equal_runs, recall, sums_from_the_top

few = st.integers(1, 12)
shapes = st.one_of(st.tuples(few), st.tuples(few, few))


@given(st.integers(0, 2**32), shapes, few, few)
def test_the_answer_of_recall_is_the_first_symbol_and_no_other_tells(seed, shape, lag, symbols):
    inputs, targets = recall(np.random.default_rng(seed), shape, lag, symbols)
    assert inputs.shape == (*shape, lag + 1)
    assert (inputs[..., 0] == targets).all()
    assert (inputs[..., 0] < symbols).all()
    assert ((inputs[..., 1:] >= symbols) & (inputs[..., 1:] < 2 * symbols)).all()


def test_symbols_of_recall_are_all_as_frequent():
    inputs, _ = recall(np.random.default_rng(1), (4000,), 5)
    for step, lowest in ((0, 0), (1, 4), (5, 4)):
        counts = np.bincount(inputs[:, step] - lowest, minlength=4)
        assert counts == pytest.approx([1000] * 4, abs=120)  # 4.4 standard deviations


@given(st.integers(0, 2**32), shapes, st.integers(2, 12))
def test_the_sum_is_that_of_the_two_marked_numbers_one_in_each_half(seed, shape, steps):
    inputs, targets = adding(np.random.default_rng(seed), shape, steps)
    numbers, marks = inputs[..., 0], inputs[..., 1]
    assert inputs.shape == (*shape, steps, 2)
    assert targets.shape == (*shape, 1)
    assert targets[..., 0] == pytest.approx((numbers * marks).sum(axis=-1))
    halves = marks[..., : steps // 2], marks[..., steps // 2 :]
    assert all((half.sum(axis=-1) == 1).all() for half in halves)
    assert ((numbers >= 0) & (numbers < 1)).all()


def test_to_say_one_always_costs_a_sixth():
    _, targets = adding(np.random.default_rng(1), (20000,), 4)
    assert np.mean((targets - 1) ** 2) == pytest.approx(1 / 6, abs=0.01)


def test_equal_runs_are_as_written_by_hand():
    inputs, targets = equal_runs(np.array([1, 2]), 5)
    assert inputs.tolist() == [[0, 1, 2, 2, 2], [0, 0, 1, 1, 2]]
    assert targets.tolist() == [[1, 2, 2, 2, 2], [0, 1, 1, 2, 2]]


@given(st.lists(st.integers(1, 20), min_size=1), st.integers(1, 50))
def test_the_target_of_equal_runs_is_the_next_input(counts, length):
    inputs, targets = equal_runs(np.array(counts), length)
    assert (inputs[:, 1:] == targets[:, :-1]).all()
    longer, _ = equal_runs(np.array(counts), 41)
    assert (longer == 0).sum(axis=1).tolist() == (longer == 1).sum(axis=1).tolist() == counts


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda rng: recall(rng, (3,), 0), "lag"),
        (lambda rng: recall(rng, (3,), 2, symbols=0), "symbols"),
        (lambda rng: recall(rng, 3, 2), "shape"),
        (lambda rng: recall(rng, (), 2), "shape"),
        (lambda rng: recall(rng, (1, 2, 3), 2), "shape"),
        (lambda rng: recall(rng, (0,), 2), "shape"),
        (lambda rng: recall(1, (3,), 2), "rng"),
        (lambda rng: adding(rng, (3,), 1), "steps"),
        (lambda rng: adding(rng, (3, -1), 5), "shape"),
        (lambda rng: adding(None, (3,), 5), "rng"),
        (lambda rng: equal_runs(np.array([0]), 3), "counts"),
        (lambda rng: equal_runs([1.5], 3), "counts"),
        (lambda rng: equal_runs([], 3), "counts"),
        (lambda rng: equal_runs([1], 0), "length"),
    ],
)
def test_bad_arguments_are_refused(call, name):
    with pytest.raises(ValueError, match=f"{name}: expected"):
        call(np.random.default_rng(1))


def test_symbols_and_marks_are_drawn_anew_for_each_place_and_each_network():
    inputs, _ = recall(np.random.default_rng(1), (4000,), 2)
    assert np.mean(inputs[:, 1] == inputs[:, 2]) == pytest.approx(0.25, abs=0.04)
    marks = adding(np.random.default_rng(1), (2, 3000), 6)[0][..., 1]
    assert marks.mean(axis=1) == pytest.approx(np.full((2, 6), 1 / 3), abs=0.04)
    assert recall(np.random.default_rng(1), [3], 2)[0].shape == (3, 3)


def test_a_shape_of_more_than_a_machine_holds_is_named():
    said = r"^shape: expected at most 134217728 numbers in all, got \(1048576, 1048576\)$"
    for draw in (adding, recall):
        with pytest.raises(ValueError, match=said):
            draw(np.random.default_rng(1), (2**20, 2**20), 6)
    with pytest.raises(ValueError, match=said):
        sums_from_the_top(np.random.default_rng(1), (2**20, 2**20))


@pytest.mark.parametrize(
    "counts",
    [np.array([], int), np.array([True]), [[1, 2], [3]], np.ma.array([1, 2], mask=[0, 1]), [2**40]],
)
def test_what_are_no_counts_is_refused(counts):
    with pytest.raises(ValueError, match="counts: expected"):
        equal_runs(counts, 3)


def test_counts_in_a_narrow_type_do_not_overflow():
    inputs, _ = equal_runs(np.array([100], np.int8), 200)
    assert [(inputs == symbol).sum() for symbol in range(3)] == [100, 100, 0]


def test_inputs_and_targets_do_not_share_their_memory():
    inputs, targets = equal_runs([1, 2], 6)
    before = targets.copy()
    inputs[...] = 9
    assert np.array_equal(targets, before)


@pytest.mark.parametrize(
    ("draw", "name", "shape"),
    [
        (lambda rng: tasks.recall(rng, (10,), 10**9), "lag", "(10, 1000000001)"),
        (lambda rng: tasks.adding(rng, (10,), 10**9), "steps", "(10, 1000000000)"),
        (lambda rng: tasks.copying(rng, (10,), 1, 10**9), "most", "(10, 1000000002)"),
        (lambda rng: tasks.random_digits(rng, 10**9, 100), "length", "(1000000000, 100)"),
        (lambda rng: tasks.random_pairs(rng, 10**9, 100), "count", "(1000000000, 101, 2)"),
        (lambda rng: tasks.marked_text(rng, 10, 10**9), "length", "(1000000000, 4, 10)"),
        (
            lambda rng: tasks.same_digit_task(rng, (10,), 10**9, 10, "later"),
            "places",
            "(10, 1000000000)",
        ),
        (lambda rng: tasks.equal_runs([1, 2, 3], 10**9), "length", "(3, 1000000001)"),
    ],
)
def test_what_no_memory_holds_is_refused_before_anything_is_drawn(draw, name, shape):
    rng = np.random.default_rng(1)
    begin = rng.bit_generator.state
    said = re.escape(f"expected at most 134217728 numbers in all, got {shape}")
    with pytest.raises(ValueError, match=rf"^{name}: {said}$"):
        draw(rng)
    assert rng.bit_generator.state == begin


@pytest.mark.parametrize("length", [np.int8(127), np.uint8(255)])
def test_a_length_of_few_bits_is_a_length(length):
    inputs, targets = equal_runs([2], length)
    assert inputs.shape == targets.shape == (1, int(length))
