"""Finite-state machines: read out of a network, made as small as possible, compared."""

from typing import NamedTuple

import numpy as np

from helpers.lesson.arguments import (
    LARGEST,
    finite,
    generator,
    instance,
    require,
    symbols,
    whole,
)
from helpers.models.adders import INPUTS, read_adder
from helpers.tasks.addition import read_bits


class Machine(NamedTuple):
    """A machine that starts in state 0.

    next_states[q][k]  where input number k leads from state q
    outputs[q][k]      what is answered on the way
    """

    next_states: list
    outputs: list


ROUNDS = 100  # of k-means, which comes to rest long before that
MOST = 500  # clusters: k-means takes a minute for 2,000

# What addition is: state c is the carry, input number k the bits 00, 01, 10, 11.
CARRY = Machine([[0, 0, 0, 1], [0, 1, 1, 1]], [[0, 1, 1, 0], [1, 0, 0, 1]])


def read_machine(adder, pairs, clusters, rng):
    """Read a machine out of a network: its states are clusters of hidden states.

    The hidden states on `pairs` (count, time, 2) that differ within six decimals are
    clustered by k-means.  From a cluster, an input leads where it leads most of its
    hidden states, and the answer is what it is for most of them.  h_0 is a state of
    its own: state 0.
    """
    from scipy.cluster.vq import kmeans2  # imported here: SciPy takes long to load

    adder, count = read_adder(adder), whole("clusters", clusters)
    states = adder.walk(read_bits("pairs", pairs, 3))
    seen = np.unique(states.reshape(-1, states.shape[-1]).round(6), axis=0)
    most = min(len(seen), MOST)
    require(count <= most, "clusters", count, f"at most {most}")
    generator("rng", rng)
    centres, clusters = kmeans2(seen, count, iter=ROUNDS, minit="++", seed=rng)
    states = np.concatenate([adder.initial_state[np.newaxis], seen])
    names = np.append(0, 1 + clusters)
    after = [adder.step(states, inputs[np.newaxis]) for inputs in INPUTS]
    next_states = [1 + nearest(each, centres) for each in after]
    answers = [(adder.answer(each) > 0).astype(int) for each in after]
    return Machine(most_frequent(names, next_states), most_frequent(names, answers))


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
    machine = read_table(machine)
    kinds, classes = {q: tuple(machine.outputs[q]) for q in reached(machine)}, {}
    while len(set(kinds.values())) > len(set(classes.values())):
        different = dict.fromkeys(kinds.values())
        numbers = {kind: number for number, kind in enumerate(different)}
        classes = {q: numbers[kind] for q, kind in kinds.items()}
        after = {q: [classes[r] for r in machine.next_states[q]] for q in kinds}
        kinds = {q: (classes[q], *after[q]) for q in kinds}
    next_states = {classes[q]: after[q] for q in kinds}  # alike for all of a class
    outputs = {classes[q]: list(machine.outputs[q]) for q in kinds}
    return Machine(list(next_states.values()), list(outputs.values()))


def read_table(machine):
    """Return a machine as lists of ints; ValueError unless it leads on everywhere."""
    after, said = instance("machine", machine, Machine, "a Machine")
    count = len(finite("outputs", said, 2))
    after = symbols("next_states", after, count, 2)
    require(len(after) == count, "next_states", len(after), f"{count}, as outputs")
    said = symbols("outputs", finite("outputs", said, shape=after.shape), LARGEST, 2)
    return Machine(after.tolist(), said.tolist())


def reached(machine):
    """Return the states that inputs lead to from state 0, in order of reach."""
    found, known = [0], {0}
    for state in found:
        new = [q for q in dict.fromkeys(machine.next_states[state]) if q not in known]
        found += new
        known.update(new)
    return found
