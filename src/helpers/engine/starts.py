"""How weights start: drawn as Keras draws them."""

import numpy as np

from helpers.lesson.arguments import generator, instance, require, sizes


def leading_axis(networks):
    """Return the leading axes of weights: none, or one of length `networks`."""
    return () if networks is None else sizes("networks", (networks,))


def glorot_uniform(rng, shape):
    """Draw W (…, rows, columns) between ±√(6 / (rows + columns)).

    With 3 / rows under the root signals would keep their size on the way forth, with
    3 / columns gradients on the way back; this lies between.
    Source: X. Glorot and Y. Bengio, "Understanding the difficulty of training deep
    feedforward neural networks", 2010.
    """
    shape = sizes_of(shape)
    limit = np.sqrt(6 / (shape[-2] + shape[-1]))
    return generator("rng", rng).uniform(-limit, limit, shape)


def sizes_of(shape):
    """Return a shape as it is; ValueError unless it has rows and columns, or more."""
    instance("shape", shape, tuple, "a tuple (…, rows, columns)")
    require(1 < len(shape) < 65, "shape", shape, "a tuple (…, rows, columns)")
    return sizes("shape", shape)


def orthogonal(rng, shape):
    """Draw U (…, rows, columns) with rows ≤ columns, U Uᵀ = I, all directions alike.

    For a square U these are rotations and reflections: they keep a state's length.
    Source: A. Saxe, J. McClelland and S. Ganguli, "Exact solutions to the nonlinear
    dynamics of learning in deep linear neural networks", 2013.
    """
    *leading, rows, columns = sizes_of(shape)
    require(rows <= columns, "shape", shape, "no more rows than columns")
    normal = generator("rng", rng).normal(size=(*leading, columns, rows))
    Q, R = np.linalg.qr(normal)
    # QR fixes its signs by convention; these make all of them equally likely
    Q *= np.sign(np.diagonal(R, axis1=-2, axis2=-1))[..., np.newaxis, :]
    return Q.swapaxes(-1, -2)
