"""Adding digits with one linear recurrent unit: what lessons 1 to 3 have in common.

However a digit d is written, such a network can only add some number a_d for it:

    h_t = a_d + h_{t-1} U,    d = x_t,    h_0 = 0

The ten numbers a_0 … a_9 are its table.
"""

import numpy as np

from helpers.lesson.arguments import (
    finite,
    no_warnings,
    real,
    require,
    row,
    single,
    symbols,
)
from helpers.tasks.digits import every_triple

MEAN, VARIANCE = 4.5, 8.25  # of a digit 0 … 9, each equally likely


def read_digits(table, recurrent_kernel, sequences):
    """Return the last state of a network that adds row d of `table` for a digit d.

    table             what is added for each digit (digits, units)
    recurrent_kernel  U (units, units)
    sequences         digits (batch, time), whole numbers
    returns           h after the last step (batch, units)
    """
    table = single("table", table, ndim=2)
    units = table.shape[1]
    kernel = single("recurrent_kernel", recurrent_kernel, shape=(units, units))
    digits = symbols("sequences", sequences, size=len(table), ndim=2)
    state = np.zeros((len(digits), units))
    with no_warnings():  # it is looked at below
        for step in range(digits.shape[1]):
            state = table[digits[:, step]] + state @ kernel
    bounded, given = np.isfinite(state).all(), "one by which a state becomes infinite"
    require(bounded, "recurrent_kernel", given, "smaller numbers, or fewer steps")
    return state


def share_right(outputs, targets):
    """Return the share of outputs (batch, 1) that are the target after rounding."""
    outputs, targets = real("outputs", outputs), finite("targets", targets, ndim=2)
    given, wanted = f"shape {outputs.shape}", f"the shape of targets, {targets.shape}"
    require(outputs.shape == targets.shape, "outputs", given, wanted)
    return float(np.mean(np.round(outputs) == targets))


def learned(table, U):
    """Tell whether the ten numbers of `table`, with U, add all 1,000 triples.

    Right is what is right after rounding; see `share_right`.
    """
    column = single("table", row("table", table, length=10), 1)[:, np.newaxis]
    triples = every_triple()
    outputs = read_digits(column, [[float(single("U", U, ndim=0))]], triples)
    return share_right(outputs, triples.sum(axis=1, keepdims=True)) == 1


def largest_error(table, U):
    """Return how far any of the eleven numbers is from the solution, 0 … 9 and 1."""
    table = row("table", table, length=10)
    U = float(finite("U", U, ndim=0))
    return float(max(np.abs(table - np.arange(10)).max(), abs(U - 1)))


@no_warnings()  # a square may be too small
def best_loss(U):
    """Return L*(U), the loss that is left when all but U is at its best.

    L*(U) = σ² (3 − (1 + U + U²) / (1 − U + U²)), for sequences of three digits with
    variance σ²: lesson 1 derives it for a digit as a number, lesson 2 for any table.
    """
    U = real("U", U)
    U = single("U", U, U.ndim)  # so that no square overflows
    return VARIANCE * (3 - (1 + U + U**2) / (1 - U + U**2))
