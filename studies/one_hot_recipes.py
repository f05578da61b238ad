"""Lesson 2's network under the classic recipe, the lesson's, and ones near it.

Each row trains the same network with every recipe.  An end is what
the network adds for the digits 0 to 9, and U.  `b` is the bias after the lesson's
recipe.  `keras_start` is the sign of U that Keras itself would have drawn at that seed.
"""

from functools import partial

from helpers.tasks import one_hot
from studies._recipes import end_of, toss_of_keras, trained, variants

CLASSIC = {"sequences": 8_000, "batch": 8, "epochs": 8, "rate": 0.005, "decay": False}
LESSON = {
    "U": 0,
    "sequences": "every triple",
    "batch": 20,
    "epochs": 40,
    "rate": 0.1,
    "decay": True,
}
SETTINGS = {
    "W": "glorot_uniform",
    "recipes": variants(CLASSIC, LESSON)
    | {
        "lesson, rate 0.005": LESSON | {"rate": 0.005},
        "lesson, rate 0.2": LESSON | {"rate": 0.2},
    },
}
SEEDS = range(1, 101)


def row(seed):
    """Return where U starts at this seed, and the end that each recipe comes to."""
    from helpers.models.keras_models import sum_network

    build = partial(sum_network, kernel=SETTINGS["W"], features=10)
    ends = {
        name: trained(build, one_hot, recipe, seed) for name, recipe in SETTINGS["recipes"].items()
    }
    return {
        "seed": seed,
        "keras_start": toss_of_keras(build, seed),
        "b": round(ends["lesson"][-1].item(), 6),
        "ends": {name: end_of(weights) for name, weights in ends.items()},
    }
