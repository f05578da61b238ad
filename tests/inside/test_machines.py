import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.inside import CARRY, Machine, machines, read_machine, smallest
from helpers.inside.machines import most_frequent, nearest
from helpers.models import Adder, hand_built
from helpers.tasks import carries_of, every_pair
from tests.adding import right_adders, singles, untrained


def answers(machine, inputs):
    """Return what a machine writes to a row of input numbers."""
    state, written = 0, []
    for number in inputs:
        written.append(machine.outputs[state][number])
        state = machine.next_states[state][number]
    return written


def test_the_machine_of_the_carry_adds():
    pairs = every_pair(3)
    for pair, carries in zip(pairs, carries_of(pairs), strict=True):
        bits = (pair.sum(axis=1) + carries[:-1]) % 2
        assert answers(CARRY, (pair @ [2, 1]).astype(int)) == bits.tolist()


tables_of_machines = st.integers(1, 6).flatmap(
    lambda count: st.tuples(
        *(
            st.lists(st.lists(values, min_size=4, max_size=4), min_size=count, max_size=count)
            for values in (st.integers(0, count - 1), st.integers(0, 1))
        )
    )
)


@settings(deadline=None)
@given(tables_of_machines, st.lists(st.integers(0, 3), max_size=30))
def test_the_smallest_machine_answers_the_same_and_is_smallest(tables, inputs):
    machine = Machine(*tables)
    small = smallest(machine)
    assert answers(small, inputs) == answers(machine, inputs)
    assert len(small.outputs) <= len(machine.outputs)
    assert smallest(small) == small
    # each two of its states are told apart by some short row of inputs
    count = len(small.outputs)
    for a in range(count):
        for b in range(a):
            assert told_apart(small, a, b)


def told_apart(machine, a, b):
    """Tell whether some row of inputs gets other answers from state a than from b."""
    seen, todo = set(), [(a, b)]
    for p, q in todo:
        if machine.outputs[p] != machine.outputs[q]:
            return True
        for pair in zip(machine.next_states[p], machine.next_states[q], strict=True):
            if pair not in seen:
                seen.add(pair)
                todo.append(pair)
    return False


def test_states_that_are_never_reached_are_left_out():
    unreached = Machine([[0] * 4, [0] * 4], [[0, 0, 0, 1], [1, 1, 1, 1]])
    assert smallest(unreached) == Machine([[0] * 4], [[0, 0, 0, 1]])


def test_states_are_numbered_as_they_are_reached():
    swapped = Machine([[2, 2, 2, 1], [2, 1, 1, 1], [2, 2, 2, 1]],
                      [[0, 1, 1, 0], [1, 0, 0, 1], [0, 1, 1, 0]])  # fmt: skip
    assert smallest(swapped) == CARRY


def test_trained_adders_have_the_machine_of_the_carry_and_untrained_ones_do_not():
    rng, pairs = np.random.default_rng(1), every_pair()
    trained = singles(right_adders(rng, 32))
    assert trained
    for adder in trained:
        assert smallest(read_machine(adder, pairs, 12, rng)) == CARRY
    for adder in untrained(rng, 5):
        assert smallest(read_machine(adder, pairs, 12, rng)) != CARRY


def test_the_nearest_centre_and_the_most_frequent_result():
    points = np.array([[[0.1], [0.9]], [[0.6], [5.0]]])
    assert nearest(points, np.array([[0.0], [1.0]])).tolist() == [[0, 1], [1, 1]]
    names = np.array([0, 1, 1, 1])
    results = [np.array([3, 0, 2, 2]), np.array([0, 1, 1, 0])]
    assert most_frequent(names, results) == [[3, 0], [2, 1]]


@pytest.mark.parametrize(("size", "bits"), [(0.1, CARRY.outputs), (0.0, [[0] * 4])])
def test_the_answer_is_1_where_it_is_above_0_however_small(size, bits):
    hand = hand_built(8)
    adder = hand._replace(output_kernel=size * hand.output_kernel)
    machine = read_machine(adder, every_pair(2), 4, np.random.default_rng(1))
    assert smallest(machine).outputs == bits


def test_k_means_has_come_to_rest(monkeypatch):
    (adder,), pairs = untrained(np.random.default_rng(1), 1), every_pair()
    taken = []
    monkeypatch.setattr(machines, "nearest", lambda *given: taken.append(given) or nearest(*given))
    read_machine(adder, pairs, 12, np.random.default_rng(1))
    centres = taken[0][1]
    seen = np.unique(adder.walk(pairs).reshape(-1, 3).round(6), axis=0)
    names = nearest(seen, centres)
    means = [seen[names == number].mean(axis=0) for number in range(12)]
    assert centres == pytest.approx(np.array(means), abs=1e-12)


# its states agree in six digits, and not in seven
TINY = Adder(np.array([[1e-7], [3e-7]]), np.zeros((1, 1)), np.zeros(1), np.zeros(1), np.ones(1), 0)


@pytest.mark.parametrize(("adder", "states"), [(hand_built(8), 9), (TINY, 1)])
def test_there_are_as_many_clusters_as_different_states_but_no_more(adder, states):
    pairs, rng = every_pair(2), np.random.default_rng(1)
    assert len(read_machine(adder, pairs, states, rng).outputs) == 1 + states
    wanted = f"^clusters: expected at most {states}, got {states + 1}$"
    with pytest.raises(ValueError, match=wanted):
        read_machine(adder, pairs, states + 1, rng)


@pytest.mark.parametrize(
    ("pairs", "clusters", "rng", "message"),
    [
        (every_pair(1), 0, np.random.default_rng(1), "clusters: expected a whole number"),
        (every_pair(1), 999, np.random.default_rng(1), "clusters: expected at most"),
        (every_pair(1), 2, 1, "rng: expected a numpy.random.Generator"),
        (every_pair(1)[0], 2, np.random.default_rng(1), "pairs: expected an array with 3 axes"),
    ],
)
def test_reading_a_machine_refuses(pairs, clusters, rng, message):
    (adder,) = untrained(np.random.default_rng(1), 1)
    with pytest.raises(ValueError, match=message):
        read_machine(adder, pairs, clusters, rng)


def seconds_of(work):
    begin = time.process_time()
    work()
    return time.process_time() - begin


def told_apart_in_rounds(states):
    """Do what a chain asks for: in as many rounds as states, give each kind a number."""
    for round_ in range(states):
        kinds = {q: (min(q, round_),) * 5 for q in range(states)}
        numbers = {kind: number for number, kind in enumerate(dict.fromkeys(kinds.values()))}
        assert len([numbers[kind] for kind in kinds.values()]) == states


def test_a_chain_takes_as_many_steps_as_its_square_and_not_its_cube():
    """Beside work of that size, as time alone hangs on how much else the machine does."""
    states = 1000  # of which each round tells one more apart
    chain = [[q + 1] * 4 for q in range(states - 1)] + [[0] * 4]
    machine = Machine(chain, [[0] * 4] * (states - 1) + [[1] * 4])
    found = []
    taken = seconds_of(lambda: found.append(smallest(machine)))
    assert len(found[0].next_states) == states
    # measured, with and without other work: 2.1 to 3.3 times; with searches in lists 9 to 12
    assert taken < 6 * seconds_of(lambda: told_apart_in_rounds(states))


def test_more_clusters_than_one_would_wait_for_are_refused(monkeypatch):
    monkeypatch.setattr(machines, "MOST", 3)
    adder = hand_built()
    assert read_machine(adder, every_pair(4), 3, np.random.default_rng(1))
    with pytest.raises(ValueError, match=r"^clusters: expected at most 3, got 4$"):
        read_machine(adder, every_pair(4), 4, np.random.default_rng(1))
