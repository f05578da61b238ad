"""A small network that reads two bits a step, and bits for it, for tests."""

import numpy as np

from helpers.engine import Dense, Network, SimpleRNN, sigmoid_cross_entropy


def adder(count=None, seed=1, learned=True):
    """Return a network that reads two bits a step and answers with one."""
    rng = np.random.default_rng(seed)
    options = {"return_sequences": True, "learn_initial_state": learned, "networks": count}
    layers = [SimpleRNN(2, 3, rng, **options), Dense(3, 1, rng, networks=count)]
    return Network(layers, sigmoid_cross_entropy)


def bits(seed=1, count=20):
    """Return random bits (count, 5, 2) and whether both were 1 a step before."""
    inputs = np.random.default_rng(seed).integers(0, 2, (count, 5, 2)).astype(float)
    targets = np.zeros((count, 5, 1))
    targets[:, 1:, 0] = inputs[:, :-1].prod(axis=-1)
    return inputs, targets
