"""How often a network learns to say "hello", by its number of units, and how it does it.

Each row trains a group of networks of each size on the one word, and counts those whose
likeliest character is right at every step ("solved").  "distances" are histograms of the
distance between the states after the two l: before training in all networks, after it in
those that are solved.
"says hello" is the mean probability, in percent, that a sample is the word, by temperature.
The last group has windows of a single step: slopes never go back in time.
TOLERANCE is in networks, and percent: rounding grows in training.
"""

import numpy as np

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
    from helpers.char_networks import (
        says_right,
        state_distances,
        trained_predictors,
        untrained_predictors,
        word_probability,
    )
    from helpers.characters import next_characters

    rng, word = np.random.default_rng(seed), next_characters(["hello"], "helo")
    inputs, targets = (numbers[None] for numbers in word)  # one word for all networks
    found = {"seed": seed, "solved": {}, "before": {}, "after": {}, "says hello": {}}
    options = {"size": 4, "networks": SETTINGS["networks"]}
    training = {"rate": SETTINGS["rate"], "updates": SETTINGS["updates"]}
    for units in SETTINGS["units"]:
        before = untrained_predictors(rng, units=units, **options)
        after, _ = trained_predictors(rng, *word, units=units, **options, **training)
        name = str(units)
        solved = says_right(after, inputs, targets)
        found["solved"][name] = int(solved.sum())
        for when, networks, shown in (("before", before, ...), ("after", after, solved)):
            distances = state_distances(networks, inputs, 2, 3)[shown]
            found[when][name] = np.histogram(distances, SETTINGS["bins"])[0].tolist()
        found["says hello"][name] = [
            round(100 * float(word_probability(after, inputs, targets, T).mean()), 2)
            for T in SETTINGS["temperatures"]
        ]
    for carry in (True, False):
        networks = untrained_predictors(rng, units=3, **options)
        by_steps(networks, inputs, targets, carry)
        name = "one step, carried" if carry else "one step, not carried"
        found[name] = int(says_right(networks, inputs, targets).sum())
    return found


def by_steps(networks, inputs, targets, carry):
    """Train with windows of one step."""
    from helpers.optimizers import Adam
    from helpers.windows import by_windows

    optimizer = Adam(SETTINGS["rate"])
    for _ in range(SETTINGS["updates"]):
        _, gradients = by_windows(networks, inputs, targets, 1, carry)
        optimizer.step(networks.parameters, gradients)
