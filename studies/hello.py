"""How often a network learns to say "hello", by its number of units, and how it does it.

Each row trains a group of networks of each size on the one word, and counts those whose
likeliest character is right at every step ("solved").  Of those that are, "before" and
"after" are histograms of the distance between the states after the two l, before and after
training; "apart" counts those in which training moved the two further apart; "corners" counts
those whose four states lie in four different quadrants (octants, …) of the state space.
"says hello" is the mean probability, in percent, that a sample is the word, by temperature.
The last group has windows of a single step: slopes never go back in time.
TOLERANCE is in networks, and percent: rounding grows in training.
"""

import numpy as np

from helpers.engine import Adam, by_windows
from helpers.models import (
    says_right,
    state_distances,
    teach,
    untrained_predictors,
    word_probability,
)
from helpers.tasks import next_characters

SETTINGS = {
    "recipe": "tanh, softmax; Glorot uniform, U orthogonal; Adam on the whole word",
    "rate": 0.1,
    "updates": 500,
    "networks": 100,
    "units": [1, 2, 3, 4, 8],
    "bins": [k / 4 for k in range(25)],
    "temperatures": [0.5, 1, 2, 4],
    "windows of one step": {"units": 3},
}
SEEDS = range(1, 11)
TOLERANCE = 2


def row(seed):
    """Return what came out for each number of units."""
    rng, word = np.random.default_rng(seed), next_characters(["hello"], "helo")
    inputs, targets = (numbers[None] for numbers in word)  # one word for all networks
    measured = "solved", "before", "after", "apart", "corners", "says hello"
    found = {"seed": seed} | {name: {} for name in measured}
    options = {"size": 4, "networks": SETTINGS["networks"]}
    training = {"rate": SETTINGS["rate"], "updates": SETTINGS["updates"]}
    for units in SETTINGS["units"]:
        networks = untrained_predictors(rng, units=units, **options)
        before = state_distances(networks, inputs, 2, 3)[:, 0]
        teach(networks, rng, *word, **training)
        after = state_distances(networks, inputs, 2, 3)[:, 0]
        solved = says_right(networks, inputs, targets)
        shares = [
            word_probability(networks, inputs, targets, T)[solved].mean()
            for T in SETTINGS["temperatures"]
        ]
        found["solved"][str(units)] = int(solved.sum())
        found["before"][str(units)] = histogram(before[solved])
        found["after"][str(units)] = histogram(after[solved])
        found["apart"][str(units)] = int((after > before)[solved].sum())
        found["corners"][str(units)] = int(in_corners(networks, inputs)[solved].sum())
        found["says hello"][str(units)] = [round(100 * float(share), 2) for share in shares]
    for carry in (True, False):
        networks = untrained_predictors(rng, units=3, **options)
        losses = by_steps(networks, inputs, targets, carry)
        name = "one step, carried" if carry else "one step, not carried"
        found[name] = int(says_right(networks, inputs, targets).sum())
        found[f"{name}, least and largest loss"] = [
            round(float(losses.min()), 4),
            round(float(losses.max()), 4),
        ]
    return found


def in_corners(networks, inputs):
    """Tell of each network whether its four states differ in the signs of their units."""
    signs = networks.layers[0].forward(inputs)[:, 0] > 0  # (networks, time, units)
    return np.array([len(np.unique(each, axis=0)) == each.shape[0] for each in signs])


def histogram(distances):
    """Return how many distances lie in each bin."""
    return np.histogram(distances, SETTINGS["bins"])[0].tolist()


def by_steps(networks, inputs, targets, carry):
    """Train with windows of one step, all of a word in an update; return the last losses."""
    optimizer = Adam(SETTINGS["rate"])
    for _ in range(SETTINGS["updates"]):
        losses, gradients = by_windows(networks, inputs, targets, 1, carry)
        optimizer.step(networks.parameters, gradients)
    return losses
