"""Derivatives by central differences: slow, and right for any smooth function."""

import numpy as np

from helpers.arguments import finite, require


def jacobian(function, point, step=1e-5):
    """Return how each output of `function` moves with each number of `point`.

    J_ij = (f_i(p + s e_j) − f_i(p − s e_j)) / 2s with s = `step`, e_j the j-th axis.
    Its error falls with s² until rounding, about 1e-16 |f| / s, takes over.

    function  takes an array of the shape of `point`, returns one of any fixed shape
    point     one row of numbers (parameters,)
    returns   (outputs, parameters)
    """
    require(callable(function), "function", repr(function), "a function")
    point = finite("point", point, ndim=1)
    step = float(finite("step", step, ndim=0))
    require(step > 0, "step", step, "a positive number")
    moves = step * np.eye(len(point))
    slopes = [function(point + move) - function(point - move) for move in moves]
    return np.stack([np.ravel(slope) for slope in slopes], axis=1) / (2 * step)
