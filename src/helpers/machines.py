"""Finite-state machines: read out of a network, made as small as possible, compared."""

from typing import NamedTuple

import numpy as np

from helpers.adders import INPUTS
from helpers.addition import read_bits
from helpers.arguments import generator, require, whole


class Machine(NamedTuple):
    """A machine that starts in state 0.

    next_states[q][k]  where input number k leads from state q
    outputs[q][k]      what is answered on the way
    """

    next_states: list
    outputs: list


ROUNDS = 100  # of k-means, which comes to rest long before that

# What addition is: state c is the carry, input number k the bits 00, 01, 10, 11.
CARRY = Machine([[0, 0, 0, 1], [0, 1, 1, 1]], [[0, 1, 1, 0], [1, 0, 0, 1]])


def read_machine(adder, pairs, clusters, rng):
    """Read a machine out of a network: its states are clusters of hidden states.

    The different hidden states on `pairs` (count, time, 2) are clustered by k-means.
    From a cluster, an input leads where it leads most of its hidden states, and the
    answer is what it is for most of them.  h_0 is a state of its own: state 0.
    """
    # imported here: SciPy takes longer to load than all of helpers
    from scipy.cluster.vq import kmeans2

    states = adder.walk(read_bits("pairs", pairs, 3))
    seen = np.unique(states.reshape(-1, states.shape[-1]).round(6), axis=0)
    wanted = whole("clusters", clusters)
    require(wanted <= len(seen), "clusters", wanted, f"at most {len(seen)}")
    generator("rng", rng)
    centres, clusters = kmeans2(seen, wanted, iter=ROUNDS, minit="++", seed=rng)
    states = np.concatenate([adder.initial_state[np.newaxis], seen])
    names = np.append(0, 1 + clusters)
    after = [adder.step(states, inputs[np.newaxis]) for inputs in INPUTS]
    reached = [1 + nearest(each, centres) for each in after]
    answers = [(adder.answer(each) > 0).astype(int) for each in after]
    return Machine(*(most_frequent(names, each) for each in (reached, answers)))


def nearest(points, centres):
    """Return the number of the nearest centre (count, n) for points (…, n)."""
    distances = [((points - centre) ** 2).sum(axis=-1) for centre in centres]
    return np.argmin(distances, axis=0)


def most_frequent(names, results):
    """Return for each name the most frequent result of each input, as lists.

    names (points,), from 0 on; results, for each input, (points,)
    """
    table = np.zeros((names.max() + 1, len(results), np.max(results) + 1), int)
    for number, result in enumerate(results):
        np.add.at(table, (names, number, result), 1)
    return table.argmax(axis=-1).tolist()


def smallest(machine):
    """Return the smallest machine that answers the same, its states in order of reach.

    States that answer alike are taken for one, until an input leads two of them to
    states that are not.
    Source: E. F. Moore, "Gedanken-experiments on sequential machines", 1956.
    """
    reached = [0]
    for state in reached:
        new = dict.fromkeys(machine.next_states[state])
        reached += [other for other in new if other not in reached]
    kinds = {state: tuple(machine.outputs[state]) for state in reached}
    while True:
        numbers = {kind: n for n, kind in enumerate(dict.fromkeys(kinds.values()))}
        classes = {state: numbers[kind] for state, kind in kinds.items()}
        kinds = {
            state: (classes[state], *(classes[q] for q in machine.next_states[state]))
            for state in reached
        }
        if len(set(kinds.values())) == len(numbers):
            break
    firsts = {number: state for state, number in reversed(classes.items())}
    firsts = [firsts[number] for number in range(len(numbers))]
    return Machine(
        [[classes[q] for q in machine.next_states[state]] for state in firsts],
        [list(machine.outputs[state]) for state in firsts],
    )
