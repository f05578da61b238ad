"""Copying digits by way of one state: as is or reversed, with a mask and without, and given time.

Each row has, for each recipe, the share of new strings that each of two networks writes without
a mistake, END and all, reading what it wrote itself.
"""

import numpy as np

from helpers.models import encoder_decoder, exact, learn
from helpers.tasks import copying

SETTINGS = {
    "networks": "LSTMs of 32 units, Keras's start; Adam, 16 new strings in each update, norm 1",
    "in each row": 2,
    "strings to test": 500,
    "rate": "a fifth of it in the last fifth of the updates",
    "recipes": {
        "as is": {"turned": False, "most": 10, "rate": 0.02, "updates": 600},
        "reversed": {"turned": True, "most": 10, "rate": 0.02, "updates": 600},
        "as is, no mask": {"turned": False, "most": 10, "rate": 0.02, "updates": 600},
        "reversed, no mask": {"turned": True, "most": 10, "rate": 0.02, "updates": 600},
        "as is, given time": {"turned": False, "most": 8, "rate": 0.01, "updates": 3000},
        "reversed, given time": {"turned": True, "most": 8, "rate": 0.01, "updates": 3000},
    },
}
SEEDS = range(1, 21)
TOLERANCE = 0.02
EARLY = {
    "recipes": {name: recipe | {"updates": 60} for name, recipe in SETTINGS["recipes"].items()}
}
PART = {"recipes": {k: v for k, v in SETTINGS["recipes"].items() if "given time" not in k}}
ONE_OF = ("recipes",)


def row(seed):
    """Return the share of strings that each network copies, by recipe."""
    found = {"seed": seed}
    for name, recipe in SETTINGS["recipes"].items():
        found[name] = copied(seed, masked="no mask" not in name, **recipe)
    return found


def copied(seed, *, turned, most, rate, updates, masked):
    """Train networks of one recipe; return the share of strings that each copies."""
    rng, networks = np.random.default_rng(seed), SETTINGS["in each row"]
    network = encoder_decoder(rng, 13, 13, 32, networks=networks, masked=masked)

    def draw(rng):
        return copying(rng, (networks, 16), 4, most, turned=turned)

    learn(network, draw, rng, rate=rate, updates=updates)
    strings = copying(rng, (1, SETTINGS["strings to test"]), 4, most, turned=turned)
    return exact(network, *strings).mean(axis=-1).tolist()
