"""Two searches: for a proof that a network adds any numbers, and for a mistake.

Nothing here need be trusted: `helpers.inside.certificates` verifies a proof, and a
mistake shows when the network adds the two numbers.
"""

from itertools import product

import numpy as np

from helpers.inside.certificates import SLACK, is_proof
from helpers.lesson.arguments import instance, no_warnings, positive, require, whole
from helpers.models.adders import INPUTS, read_adder

SIDES = (1 / 4, 1 / 8, 1 / 16, 1 / 32)
PARTS = 8  # of a side: a box grows in steps of this, and so stops to grow


@no_warnings()  # what overflows is not sure
def find_certificate(adder, sides=SIDES, most=4000):
    """Return boxes of states for each carry (boxes, 2, units), or None.

    The space of states is cut into cells.  Starting with h_0, the boxes are followed
    under all inputs; each cell keeps the smallest box around what has reached it.  When
    nothing grows any more, the boxes are a proof.  Where an answer is not sure, smaller
    cells may help; None does not mean that the network cannot add.

    sides  of the cells, tried in this order; `most`, how many boxes are tried at most
    """
    adder, most = read_adder(adder), whole("most", most)
    sides = instance("sides", sides, list | tuple, "some numbers, as (1 / 4, 1 / 8)")
    tried = (grown(adder, each, most) for each in [side_of("sides", s) for s in sides])
    return next((found for found in tried if found is not None), None)


def side_of(name, value):
    """Return the side of a cell; ValueError if 64 bits cannot number the cells."""
    side = positive(name, value)
    require(side > 1e-15, name, side, "a side above 1e-15")
    return side


def prove(adder, **options):
    """Return a certificate that is verified, or None; `options` as of the search."""
    certificate = find_certificate(adder, **options)
    proved = certificate is not None and is_proof(adder, certificate)
    return certificate if proved else None


def grown(adder, side, most):
    """Return the boxes with cells of this side; None if an answer is not sure."""
    unit, cells = side / PARTS, ({}, {})
    news = {0: np.stack([adder.initial_state, adder.initial_state])[np.newaxis]}
    while news:
        grew = set(), set()
        for carry, low, high, right in followed(adder, news):
            low, high = np.floor(low / unit), np.ceil(high / unit)
            if not right or crowded(low, high, cells, most):
                return None
            for corners in zip(low.astype(int), high.astype(int), strict=True):
                grew[carry].update(enlarge(cells[carry], *corners))
        news = {
            carry: unit * np.array([cells[carry][cell] for cell in grew[carry]])
            for carry in (0, 1)
            if grew[carry]
        }
    return tuple(unit * np.array(list(each.values()), dtype=float) for each in cells)


def followed(adder, boxes):
    """Follow boxes {carry: (count, 2, units)} under all inputs.

    Yield the next carry, boxes from low to high (count, units) around where they lead,
    and whether all answers there are right.
    """
    for (carry, each), inputs in product(boxes.items(), INPUTS):
        next_carry, bit = divmod(int(inputs.sum()) + carry, 2)
        low, high = images(adder, each[:, 0], each[:, 1], inputs)
        yield next_carry, low, high, sure(adder, low, high, bit)


def images(adder, low, high, inputs):
    """Return boxes around where the boxes (count, units) go, from middle and radius.

    They are wider by four times the verifier's SLACK, so that its own, which it
    computes in another order, lie within.
    """
    sizes = np.abs(adder.kernel).sum(0) + np.abs(adder.recurrent_kernel).sum(0)
    slack = 4 * SLACK * (1 + sizes + np.abs(adder.bias))
    z = (low + high) / 2 @ adder.recurrent_kernel + inputs @ adder.kernel + adder.bias
    radius = (high - low) / 2 @ np.abs(adder.recurrent_kernel) + slack
    return np.tanh(z - radius) - 4 * SLACK, np.tanh(z + radius) + 4 * SLACK


def sure(adder, low, high, bit):
    """Tell whether all states of the boxes answer this bit."""
    answers, sizes = adder.answer((low + high) / 2), np.abs(adder.output_kernel)
    slack = 4 * SLACK * (1 + sizes.sum() + abs(adder.output_bias))
    radius = (high - low) / 2 @ sizes + slack
    return ((answers if bit else -answers) > radius).all()


def crowded(low, high, cells, most):
    """Tell whether there are too many cells, or would be with these boxes."""
    touched = np.prod(np.ceil(high / PARTS) - np.floor(low / PARTS), axis=1).sum()
    # a small box across a corner touches eight cells in three dimensions
    return touched > 8 * most or sum(map(len, cells)) > most


def enlarge(cells, low, high):
    """Let the cells hold the box from low to high; yield the cells that grew.

    cells  {cell: its box}, in whole parts of a side
    """
    sides = zip(low // PARTS, -(-high // PARTS), strict=True)
    for cell in product(*(range(first, end) for first, end in sides)):
        corner = PARTS * np.array(cell)
        box = np.array([np.maximum(low, corner), np.minimum(high, corner + PARTS)])
        old = cells.get(cell, box)
        box = np.array([np.minimum(box[0], old[0]), np.maximum(box[1], old[1])])
        if cell not in cells or (box != old).any():
            cells[cell] = box
            yield cell


@no_warnings()  # what overflows is wrong, or falls into one cell
def find_mistake(adder, side=1 / 256, most=100_000):
    """Return a pair of numbers that the network adds wrongly (1, time, 2), or None.

    From h_0 all inputs are followed, step by step, with the carry known.  Of all states
    with the same carry that fall into the same cell, the first is kept: so the search
    ends, or is given up after so many states.  None proves nothing.
    """
    adder, side = read_adder(adder), side_of("side", side)
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
