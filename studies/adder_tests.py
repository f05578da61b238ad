"""Which tests find that a network does not add, and in which networks the carry lies.

Each row trains the networks of `adder_proofs` at the same seed and keeps those that are
right on all 4,096 pairs of 6-bit numbers.  It counts those that are wrong on pairs of 64
bits: on random ones; on the same, but with each 1 that is alone in its column put into
the first number, which changes no carry and no sum; on hard ones; on the two of these
in which all single ones are in the first number; and on the two in which they go up and
down in turn.  It counts those of which a plane, or one unit, tells the carry in every
hidden state, and looks for such a plane and unit in networks that are stuck at one share
of right bits, and in untrained ones.
"""

import numpy as np

from helpers.inside import carry_by_plane
from helpers.models import adder_of, bits_right, some_of, trained_adders, untrained_adders
from helpers.tasks import every_pair, hard_pairs, random_pairs
from studies.adder_proofs import carry_by_unit

SETTINGS = {
    "networks": 32,
    "length": 64,
    "random pairs": 40,
    "above": [1, 9],  # of `hard_pairs`: without a carry, and with one
    "in turn": [2, 10],
    "stuck at": 0.928,
}
SEEDS = range(1, 65)
TOLERANCE = 2  # networks: rounding grows in training, and turns one in a hundred


def row(seed):
    """Return the counts."""
    rng = np.random.default_rng(seed)
    trained = trained_adders(rng, SETTINGS["networks"])
    shares = bits_right(trained)
    learned = some_of(trained, shares == 1)
    stuck = some_of(trained, np.abs(shares - SETTINGS["stuck at"]) < 0.001)
    random = random_pairs(rng, SETTINGS["random pairs"], SETTINGS["length"])
    hard = hard_pairs(rng, SETTINGS["length"])
    tests = {
        "random": random,
        "random, the 1 above": np.sort(random, axis=-1)[..., ::-1],
        "hard": hard,
        "hard, the 1 above": hard[SETTINGS["above"]],
        "hard, the 1 in turn": hard[SETTINGS["in turn"]],
    }
    return {
        "seed": seed,
        "wrong": {name: int(np.sum(bits_right(learned, tests[name]) < 1)) for name in tests},
        "learned": with_the_carry(learned),
        "stuck": with_the_carry(stuck),
        "untrained": with_the_carry(untrained_adders(rng, SETTINGS["networks"])),
    }


def with_the_carry(ensemble):
    """Count networks, and those of which a plane, or one unit, tells the carry everywhere."""
    adders, pairs = [adder_of(ensemble, n) for n in range(*ensemble.leading)], every_pair()
    return {
        "networks": len(adders),
        "by a plane": sum(carry_by_plane(each, pairs) for each in adders),
        "by one unit": sum(carry_by_unit(each, pairs) for each in adders),
    }
