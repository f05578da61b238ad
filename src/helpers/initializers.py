"""Where weights start, as Keras starts them; leading axes hold independent draws."""

import numpy as np


def glorot_uniform(rng, shape):
    """Draw W (…, rows, columns) between ±√(6 / (rows + columns)).

    So signals neither grow nor shrink on their way forth, nor slopes on their way back.
    Source: X. Glorot and Y. Bengio, "Understanding the difficulty of training deep
    feedforward neural networks", 2010.
    """
    limit = np.sqrt(6 / (shape[-2] + shape[-1]))
    return rng.uniform(-limit, limit, shape)


def orthogonal(rng, shape):
    """Draw U (…, rows, columns) with rows ≤ columns, U Uᵀ = I, all directions alike.

    For a square U these are rotations and reflections: they keep a state's length.
    Source: A. Saxe, J. McClelland and S. Ganguli, "Exact solutions to the nonlinear
    dynamics of learning in deep linear neural networks", 2013.
    """
    *leading, rows, columns = shape
    Q, R = np.linalg.qr(rng.normal(size=(*leading, columns, rows)))
    # QR fixes its signs by convention; these make all of them equally likely
    Q *= np.sign(np.diagonal(R, axis1=-2, axis2=-1))[..., np.newaxis, :]
    return Q.swapaxes(-1, -2)


def uniform(rng, shape, limit=0.05):
    """Draw numbers between ± `limit`."""
    return rng.uniform(-limit, limit, shape)
