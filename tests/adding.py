"""Networks that read two bits a step, and bits for them, for tests."""

import numpy as np

from helpers.engine import Dense, Network, SimpleRNN, sigmoid_cross_entropy
from helpers.models import adder_of, bits_right, some_of, trained_adders, untrained_adders


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


def singles(ensemble):
    """Return the networks of an ensemble of adders one by one, each by its weights."""
    return [adder_of(ensemble, number) for number in range(ensemble.leading[0])]


def right_adders(rng, count):
    """Train so many adders; return an ensemble of those that have all bits right."""
    ensemble = trained_adders(rng, count)
    return some_of(ensemble, bits_right(ensemble) == 1)


def untrained(rng, count):
    """Return adders that were never trained, one by one."""
    return singles(untrained_adders(rng, count))
