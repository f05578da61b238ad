"""Networks that read characters and say which one comes next.

h_t = tanh(x_t W + h_{t-1} U + b), logits y_t = h_t V + d, and the probabilities of the
next character are softmax(y_t).  Source: A. Karpathy, "The unreasonable effectiveness
of recurrent neural networks", 2015.
"""

import numpy as np

from helpers.dense import Dense
from helpers.losses import softmax, softmax_cross_entropy
from helpers.networks import Network
from helpers.optimizers import Adam, positive
from helpers.simple_rnn import SimpleRNN
from helpers.training import fit


def untrained_predictors(rng, size, units, networks=None):
    """Return networks for `size` characters, started as Keras does."""
    options = {"networks": networks}
    walk = SimpleRNN(size, units, rng, return_sequences=True, **options)
    return Network([walk, Dense(units, size, rng, **options)], softmax_cross_entropy)


def trained_predictors(
    rng, inputs, targets, *, size, units, networks, rate=0.1, updates=500
):
    """Return networks trained by Adam on all words at once, and the losses.

    inputs, targets  whole numbers (words, time)
    losses           (updates, networks): the mean over all characters
    """
    network = untrained_predictors(rng, size, units, networks)
    options = {"batch": len(inputs), "epochs": updates, "rng": rng}
    return network, fit(network, inputs[None], targets[None], Adam(rate), **options)


def probabilities(network, inputs, temperature=1.0):
    """Return softmax(logits / T), (…, words, time, size)."""
    return softmax(network.forward(inputs) / positive("temperature", temperature))


def word_probability(network, inputs, targets, temperature=1.0):
    """Return the probability that samples are these targets (…, words).

    Each character is drawn given those before it, so it is the product over time.
    """
    found = probabilities(network, inputs, temperature)
    chosen = np.broadcast_to(targets, found.shape[:-1])[..., np.newaxis]
    return np.take_along_axis(found, chosen, axis=-1)[..., 0].prod(axis=-1)


def says_right(network, inputs, targets):
    """Tell of each network whether the likeliest character is right at every step."""
    likeliest = network.forward(inputs).argmax(axis=-1)
    return (likeliest == targets).all(axis=(-2, -1))


def state_distances(network, inputs, first, second):
    """Return the distance between the states after two steps, (…, words).

    inputs         whole numbers (…, words, time)
    first, second  the steps, from 0
    """
    states = network.layers[0].forward(inputs)
    return np.linalg.norm(states[..., first, :] - states[..., second, :], axis=-1)
