"""The search for a proof that a network adds numbers of any length.

Nothing here need be trusted: `helpers.certificates` verifies what is found.
"""

from itertools import product

import numpy as np

from helpers.adders import INPUTS, read_adder
from helpers.certificates import SLACK, is_proof

SIDES = (1 / 4, 1 / 8, 1 / 16, 1 / 32)
PARTS = 8  # of a side: a box grows in steps of this, and so stops to grow


def find_certificate(adder, sides=SIDES, most=4000):
    """Return boxes of states for each carry (boxes, 2, units), or None.

    The space of states is cut into cells.  Starting with h_0, the boxes are followed
    under all inputs; each cell keeps the smallest box around what has reached it.  When
    nothing grows any more, the boxes are a proof.  Where an answer is not sure, smaller
    cells may help; None does not mean that the network cannot add.

    sides  of the cells, tried in this order; `most`, how many boxes are tried at most
    """
    adder = read_adder(adder)
    for side in sides:
        found = grown(adder, side, most)
        if found is not None:
            return found
    return None


def prove(adder, **options):
    """Return a certificate that is verified, or None; `options` as of the search."""
    certificate = find_certificate(adder, **options)
    proved = certificate is not None and is_proof(adder, certificate)
    return certificate if proved else None


def grown(adder, side, most):
    """Return the boxes with cells of this side; None if an answer is not sure."""
    unit, cells = side / PARTS, ({}, {})
    begin = adder.initial_state[np.newaxis]
    news = {0: (begin, begin)}
    while news:
        grew = (set(), set())
        for (carry, (low, high)), inputs in product(news.items(), INPUTS):
            next_carry, bit = divmod(int(inputs.sum()) + carry, 2)
            low, high = images(adder, low, high, inputs)
            if not sure(adder, low, high, bit):
                return None
            low, high = np.floor(low / unit), np.ceil(high / unit)
            touched = np.prod((high - low) / PARTS + 1, axis=1).sum()
            # a small box across a corner touches eight cells in three dimensions
            if touched > 8 * most or sum(map(len, cells)) > most:
                return None
            for corners in zip(low.astype(int), high.astype(int), strict=True):
                grew[next_carry].update(enlarge(cells[next_carry], *corners))
        news = {
            carry: unit
            * np.array([cells[carry][cell] for cell in grew[carry]]).swapaxes(0, 1)
            for carry in (0, 1)
            if grew[carry]
        }
    return tuple(unit * np.array(list(each.values()), dtype=float) for each in cells)


def images(adder, low, high, inputs):
    """Return boxes around where the boxes (count, units) go, from middle and radius."""
    sizes = np.abs(adder.kernel).sum(0) + np.abs(adder.recurrent_kernel).sum(0)
    slack = 4 * SLACK * (1 + sizes + np.abs(adder.bias))
    z = (low + high) / 2 @ adder.recurrent_kernel + inputs @ adder.kernel + adder.bias
    radius = (high - low) / 2 @ np.abs(adder.recurrent_kernel) + slack
    return np.tanh(z - radius) - 4 * SLACK, np.tanh(z + radius) + 4 * SLACK


def sure(adder, low, high, bit):
    """Tell whether all states of the boxes answer this bit."""
    answers = (low + high) / 2 @ adder.output_kernel + adder.output_bias
    radius = (high - low) / 2 @ np.abs(adder.output_kernel)
    radius += (
        4 * SLACK * (1 + np.abs(adder.output_kernel).sum() + abs(adder.output_bias))
    )
    return ((answers if bit else -answers) > radius).all()


def enlarge(cells, low, high):
    """Let the cells hold the box from low to high; yield the cells that grew.

    cells  {cell: [its box]}, in whole parts of a side
    """
    touched = [
        range(a // PARTS, -(-b // PARTS)) for a, b in zip(low, high, strict=True)
    ]
    for cell in product(*touched):
        corner = PARTS * np.array(cell)
        box = np.array([np.maximum(low, corner), np.minimum(high, corner + PARTS)])
        old = cells.get(cell)
        if old is not None:
            box = np.array([np.minimum(box[0], old[0]), np.maximum(box[1], old[1])])
        if old is None or (box != old).any():
            cells[cell] = box
            yield cell
