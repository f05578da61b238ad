import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.tasks import (
    addition,
    carries_of,
    every_pair,
    hard_pairs,
    numbers_of,
    random_pairs,
    sums_of,
)
from helpers.tasks.addition import bits_of, pairs_of


@given(
    st.lists(
        st.tuples(st.integers(0, 2**52 - 1), st.integers(0, 2**52 - 1)), min_size=1, max_size=5
    )
)
def test_the_bits_of_a_sum_are_the_sum(numbers):
    first, second = map(list, zip(*numbers, strict=True))
    pairs = pairs_of(first, second, 52)
    assert numbers_of(pairs[..., 0]).tolist() == first
    assert numbers_of(sums_of(pairs)[..., 0]).tolist() == [a + b for a, b in numbers]


def test_every_pair_is_there_once_with_room_for_the_carry():
    pairs = every_pair(3)
    assert pairs.shape == (64, 4, 2)
    seen = {tuple(numbers_of(pair.T).tolist()) for pair in pairs}
    assert seen == {(a, b) for a in range(8) for b in range(8)}


def test_random_pairs_use_all_bits_but_the_last_and_depend_on_the_generator():
    pairs = random_pairs(np.random.default_rng(1), 1000, 5)
    assert pairs.shape == (1000, 6, 2)
    assert pairs.mean(axis=(0, 2)) == pytest.approx([0.5] * 5 + [0], abs=0.1)
    assert not pairs[:, -1].any()
    assert pairs.tolist() == random_pairs(np.random.default_rng(1), 1000, 5).tolist()


def test_a_carry_runs_through_ones():
    pairs = pairs_of([7, 0], [1, 0], 3)
    assert carries_of(pairs).tolist() == [[0, 1, 1, 1, 0], [0, 0, 0, 0, 0]]
    assert sums_of(pairs)[..., 0].tolist() == [[0, 0, 0, 1], [0, 0, 0, 0]]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: bits_of([4], 2), "numbers: expected whole numbers from 0 to 3, got"),
        (lambda: bits_of([-1], 2), "numbers: expected whole numbers from 0 to 3"),
        (lambda: bits_of([1], 54), r"^length: expected at most 53, got 54$"),
        (lambda: bits_of([0], 0), r"^length: expected a whole number of at least 1, got 0$"),
        (lambda: bits_of([], 3), "numbers: expected at least one element"),
        (lambda: numbers_of([[0, 2]]), "bits: expected only 0 and 1"),
        (lambda: numbers_of(np.zeros((1, 54))), r"^bits: expected at most 53, got 54 bits$"),
        (lambda: carries_of([[0, 1]]), "pairs: expected an array with 3 axes"),
        (lambda: sums_of([[[0, 0.5]]]), "pairs: expected only 0 and 1"),
        (lambda: every_pair(11), "bits: expected at most 10"),
        (lambda: every_pair(0), "bits: expected a whole number of at least 1, got 0"),
        (lambda: random_pairs(1, 3), "rng: expected a numpy.random.Generator"),
    ],
)
def test_addition_refuses(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_hard_pairs_keep_a_carry_or_none_for_as_long_as_they_are():
    pairs = hard_pairs(np.random.default_rng(1), 50)
    assert pairs.shape == (26, 51, 2)
    assert not pairs[:, -1].any()
    carries = carries_of(pairs)[:, 1:51]
    assert carries[:8].max() == 0  # never a carry
    assert carries[8:16].min() == 1  # from the first step to the last
    assert (pairs[:16, 1:50].sum(axis=-1) == 1).all()
    changes = np.abs(np.diff(carries[16:24])).sum(axis=1)
    assert changes.max() > 2
    assert changes.mean() < 12  # a random pair has about as many changes as 12
    assert (carries[24].max(), carries[25].min()) == (0, 1)
    assert pairs.tolist() == hard_pairs(np.random.default_rng(1), 50).tolist()


def test_hard_pairs_refuse():
    with pytest.raises(ValueError, match="bits: expected a whole number"):
        hard_pairs(np.random.default_rng(1), 0)
    with pytest.raises(ValueError, match=r"rng: expected a numpy\.random\.Generator"):
        hard_pairs(1, 5)


def test_hard_pairs_are_all_different_and_of_every_kind():
    pairs = hard_pairs(np.random.default_rng(1), 50)
    assert len({pair.tobytes() for pair in pairs}) == 26
    for begin in (0, 8):
        above, below, in_turn = pairs[begin : begin + 3, 1:50, 0]
        assert (above.max(), below.min()) == (0, 1)
        assert np.abs(np.diff(in_turn)).min() == 1
    assert not pairs[:8, 0].any()
    assert pairs[8:16, 0].all()
    changed = (pairs[16:24, :50].sum(axis=-1) != 1).sum(axis=1)
    assert changed[1::2].sum() > 2 * changed[::2].sum()


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("function", [sums_of, carries_of])
def test_two_numbers_are_added_and_no_others(function, count):
    with pytest.raises(ValueError, match=r"pairs: expected shape \(any, any, 2\), got shape"):
        function(np.ones((1, 4, count)))


def test_numbers_are_whole_numbers():
    assert numbers_of([[1, 0, 1]]).dtype == np.int64


def test_every_pair_goes_up_to_ten_bits(monkeypatch):
    def counted(first, second, bits):
        return len(first), len(second), bits

    monkeypatch.setattr(addition, "pairs_of", counted)  # the pairs take 0.2 GB
    assert every_pair(10) == (4**10, 4**10, 10)
