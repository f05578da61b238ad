"""A network that adds, with weights set by hand, for tests."""

import numpy as np

from helpers.models import Adder


def by_hand(steep):
    """Return an adder with three threshold units, as lesson 4 builds it."""
    U = np.zeros((3, 3))
    U[1] = steep / 2
    bias = steep * (0.5 - np.array([0.5, 1.5, 2.5]))
    kernel, output = np.full((2, 3), float(steep)), np.array([1.0, -1.0, 1.0])
    return Adder(kernel, U, bias, np.full(3, -1.0), output, 0.0)
