"""The search for two numbers that a network adds wrongly."""

import numpy as np
import pytest

from helpers.inside import find_mistake
from helpers.inside.proofs import find_certificate, first_of_each
from helpers.models import hand_built
from helpers.tasks import sums_of
from tests.adding import right_adders, singles, untrained


def test_an_adder_has_no_mistake():
    assert find_mistake(hand_built(8)) is None
    assert find_mistake(hand_built(3)) is None


@pytest.mark.parametrize("steep", [1, 1.5, 1.8])
def test_a_carry_that_leaks_is_found_out(steep):
    adder = hand_built(steep)
    pair = find_mistake(adder)
    assert pair.shape[::2] == (1, 2)
    assert not pair[:, -1].any()  # room for the last carry
    assert (adder.add(pair) != sums_of(pair)).any()


def test_the_first_mistake_is_found_at_the_first_step():
    turned = hand_built(8)._replace(output_kernel=np.array([-1.0, 1.0, -1.0]))
    assert find_mistake(turned).shape == (1, 2, 2)


def test_nearly_every_network_has_a_proof_or_a_mistake_and_none_has_both():
    rng = np.random.default_rng(5)
    decided = []
    for adder in singles(right_adders(rng, 64)):
        pair, proof = find_mistake(adder), find_certificate(adder)
        if pair is not None:
            assert pair.shape[1] > 7
            assert (adder.add(pair) != sums_of(pair)).any()
        assert pair is None or proof is None
        decided.append(pair is not None or proof is not None)
    assert np.mean(decided) > 0.9
    assert all(find_mistake(adder) is not None for adder in untrained(rng, 5))


def test_it_is_given_up_after_so_many_states():
    assert find_mistake(hand_built(1.8)) is not None
    assert find_mistake(hand_built(1.8), most=2) is None


def test_it_is_given_up_at_just_so_many_states():
    # after two steps twelve states were seen, and the third one shows the mistake
    assert find_mistake(hand_built(1.2), most=12) is None
    assert find_mistake(hand_built(1.2), most=13) is not None


def test_an_answer_of_0_is_no_1():
    silent = hand_built(8)._replace(output_kernel=np.zeros(3))
    assert find_mistake(silent).tolist() == [[[0, 1], [0, 0]]]


@pytest.mark.parametrize("side", [1e-16, 1e-15])
def test_cells_too_small_to_be_numbered_are_refused(side):
    with pytest.raises(ValueError, match=f"^side: expected a side above 1e-15, got {side}$"):
        find_mistake(hand_built(8), side=side)


def test_of_the_same_cell_the_first_is_kept():
    seen = {(0, 5)}
    assert first_of_each(np.array([[0, 4], [0, 5], [1, 5], [0, 4]]), seen) == [0, 2]
    assert seen == {(0, 4), (0, 5), (1, 5)}


@pytest.mark.parametrize("options", [{"side": 0}, {"side": np.nan}, {"most": 0}])
def test_the_search_refuses(options):
    (name,) = options
    with pytest.raises(ValueError, match=f"{name}: expected"):
        find_mistake(hand_built(8), **options)
