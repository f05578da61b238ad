"""Arrays as layers have them inside: (…, features, time, batch).

NumPy is fast along the last axis if it is long, and the batch is long where the
features may be three.  The … is a leading axis for an ensemble, or nothing.
"""

import numpy as np


def merged(array, leading):
    """Merge the axes after the features: (…, features, time, batch) to two of them."""
    return array.reshape(*array.shape[: len(leading) + 1], -1)


def transposed(matrices):
    """Swap the last two axes."""
    return matrices.swapaxes(-1, -2)


def by_time(array):
    """Return a view (time, …, any, batch) of an array (…, any, time, batch)."""
    last = array.ndim - 1
    return array.transpose(last - 1, *range(last - 1), last)


def views(flat, shapes):
    """Return {name: view} of the shapes, one after another in `flat` (…, count)."""
    found, begin, leading = {}, 0, flat.ndim - 1
    for name, shape in shapes.items():
        size = int(np.prod(shape[leading:]))
        found[name] = flat[..., begin : begin + size].reshape(shape)
        begin += size
    return found


def outer_sums(inputs, slopes, out):
    """Put into `out` (…, m, n) the sum over columns of (…, m, any) (…, n, any)ᵀ.

    With few units, BLAS is twice as fast at n products of a matrix and a vector.
    """
    if slopes.shape[-2] < 8:
        matrix, vectors = inputs[..., np.newaxis, :, :], slopes[..., np.newaxis]
        np.matmul(matrix, vectors, transposed(out)[..., np.newaxis])
    else:
        np.matmul(inputs, transposed(slopes), out)


def look_up(table, numbers):
    """Return row d of `table` (…, symbols, width) for each d of `numbers` (…, any)."""
    if table.ndim == 2:
        return table[numbers]
    networks = np.arange(len(table)).reshape(-1, *[1] * (numbers.ndim - 1))
    return table[networks, numbers]


def one_hot(numbers, count, dtype):
    """Return (…, count, time, batch), 1 where it is the number, of (…, time, batch)."""
    places = np.arange(count)[:, np.newaxis, np.newaxis]
    return (places == numbers[..., np.newaxis, :, :]).astype(dtype)
