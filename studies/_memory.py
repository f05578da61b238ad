"""What studies of memory share: how a network is trained, and scored."""

import numpy as np

from helpers.engine import Adam, fit_fresh


def train(network, draw, rng, *, rate, updates, enough, clip=1.0):
    """Train by Adam, and stop after any 50 updates if their last ten lose less than `enough`."""
    optimizer = Adam(rate)
    for _ in range(updates // 50):
        losses = fit_fresh(network, draw, optimizer, updates=50, rng=rng, clip=clip)
        if np.max(losses[-10:]) < enough:
            return


def share_right(network, inputs, targets):
    """Return the share of answers that are the likeliest symbol."""
    return float(np.mean(network.forward(inputs).argmax(axis=-1) == targets))
