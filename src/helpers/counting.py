"""Networks that read n a and say as many b: the language aⁿbⁿ.

Source: F. Gers and J. Schmidhuber, "LSTM recurrent networks learn simple context-free
and context-sensitive languages", 2001.
"""

import numpy as np

from helpers.arguments import require, whole
from helpers.dense import Dense
from helpers.losses import softmax_cross_entropy
from helpers.memory_tasks import equal_runs
from helpers.networks import Network
from helpers.optimizers import Adam
from helpers.recurrent import Recurrent
from helpers.training import fit_fresh


def counter_network(layer, rng):
    """Return a network that says a, b or the end: a layer, and a dense one on it."""
    known = isinstance(layer, Recurrent) and layer.return_sequences
    fits = known and layer.features == 3
    wanted = "a recurrent layer that reads 3 characters and returns sequences"
    require(fits, "layer", repr(layer), wanted)
    networks = layer.leading[0] if layer.leading else None
    dense = Dense(layer.units, 3, rng, networks=networks, dtype=layer.dtype)
    return Network([layer, dense], softmax_cross_entropy)


def learn_to_count(network, rng, *, rate, updates, most, batch=32):
    """Train by Adam on strings with n from 1 to `most`; return the losses."""
    shape, most = (*network.leading, whole("batch", batch)), whole("most", most)

    def draw(rng):
        return equal_runs(rng.integers(1, most + 1, shape), 2 * most + 1)

    options = {"updates": updates, "rng": rng, "clip": 1.0}
    return fit_fresh(network, draw, Adam(rate), **options)


def right_up_to(network, most):
    """Return for each network the largest n up to which it is right, at most `most`.

    Right means: from the first b on, the likeliest character is the one that comes.
    Before that nobody can know when the a end.
    """
    right = [all_right(network, n) for n in range(1, whole("most", most) + 1)]
    return np.cumprod(right, axis=0).sum(axis=0)


def all_right(network, n):
    """Tell of each network whether it is right on aⁿbⁿ from the first b on."""
    one_string = np.full((*np.ones_like(network.leading), 1), n)
    inputs, targets = equal_runs(one_string, 2 * n)
    logits, wanted = network.forward(inputs), (*network.leading, 1, 2 * n, 3)
    given = f"outputs of shape {logits.shape}"
    require(logits.shape == wanted, "network", given, f"outputs of shape {wanted}")
    return (logits.argmax(axis=-1) == targets)[..., n:].all(axis=(-2, -1))
