"""The search for two numbers that a network adds wrongly."""

import numpy as np

from helpers.adders import INPUTS, read_adder
from helpers.arguments import finite, require, whole


def find_mistake(adder, side=1 / 256, most=100_000):
    """Return a pair of numbers that the network adds wrongly (1, time, 2), or None.

    From h_0 all inputs are followed, step by step, with the carry known.  Of all states
    with the same carry that fall into the same cell, the first is kept: so the search
    ends, or is given up after so many states.  None proves nothing.
    """
    adder, side = read_adder(adder), float(finite("side", side, ndim=0))
    require(side > 0, "side", side, "a positive number")
    states, carries = adder.initial_state[np.newaxis], np.zeros(1)
    paths, seen, most = np.zeros((1, 0), int), set(), whole("most", most)
    while len(states) and len(seen) < most:
        number = np.tile(np.arange(4), len(states))  # each state with each input
        from_state = np.repeat(np.arange(len(states)), 4)
        paths = np.column_stack([paths[from_state], number])
        states = adder.step(states[from_state], INPUTS[number])
        carries, bits = np.divmod(carries[from_state] + INPUTS[number].sum(axis=1), 2)
        wrong = (adder.answer(states) > 0) != (bits > 0)
        if wrong.any():
            return INPUTS[np.append(paths[np.argmax(wrong)], 0)][np.newaxis]
        cells = np.column_stack([carries, np.floor(states / side)]).astype(int)
        new = first_of_each(cells, seen)
        states, carries, paths = states[new], carries[new], paths[new]
    return None


def first_of_each(cells, seen):
    """Return the numbers of the rows that are not in `seen` yet, and put them there."""
    new = []
    for number, cell in enumerate(map(tuple, cells.tolist())):
        if cell not in seen:
            seen.add(cell)
            new.append(number)
    return new
