"""What studies of memory share: a network that reads all, answers once, and is trained."""

import numpy as np


def reader(layer, answers, loss, rng):
    """Return a recurrent layer with a dense one on its last output."""
    from helpers.dense import Dense
    from helpers.networks import Network

    return Network([layer, Dense(layer.units, answers, rng)], loss)


def train(network, draw, rng, *, rate, updates, enough, clip=1.0):
    """Train by Adam, and stop after any 50 updates if their last ten lose less than `enough`."""
    from helpers.optimizers import Adam
    from helpers.training import fit_fresh

    optimizer = Adam(rate)
    for _ in range(updates // 50):
        losses = fit_fresh(network, draw, optimizer, updates=50, rng=rng, clip=clip)
        if np.max(losses[-10:]) < enough:
            return


def share_right(network, inputs, targets):
    """Return the share of answers that are the likeliest symbol."""
    return float(np.mean(network.forward(inputs).argmax(axis=-1) == targets))
