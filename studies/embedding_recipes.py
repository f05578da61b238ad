"""Lesson 3's network under the classic recipe, the lesson's, and ones near it.

Each row trains with every recipe.  An end is what the network adds for the digits 0 to
9, and U.  `line` tells of the first principal component of E, before and after the
lesson's recipe: its share of the variance, and the digits in its order; and `slant` how
closely the rows' places across W go with those along W (a correlation, without its
sign).  `wide` has the same for networks whose E starts not within ±0.05 but within ±1 or
±2.  `keras_start` is the sign of U that Keras itself would have drawn.
"""

from functools import partial

import numpy as np

from helpers.inside import along_and_across, principal_components
from studies._recipes import end_of, toss_of_keras, trained, variants

CLASSIC = {"sequences": 8_000, "batch": 8, "epochs": 4, "rate": 0.01, "decay": False}
LESSON = {
    "U": 0,
    "sequences": "every triple",
    "batch": 20,
    "epochs": 10,
    "rate": 0.1,
    "decay": True,
}
SETTINGS = {
    "W": "glorot_uniform",
    "recipes": variants(CLASSIC, LESSON)
    | {
        "lesson, rate 0.01": LESSON | {"rate": 0.01},
        "lesson, rate 0.01, no decay": LESSON | {"rate": 0.01, "decay": False},
    },
    "widths": [1, 2],
    "spreads": [1, 2],
}
SEEDS = range(1, 101)


def row(seed):
    """Return where U starts at this seed, and the ends by recipe and by width."""
    from helpers.models.keras_models import embedding_network, reproducible

    build = partial(embedding_network, kernel=SETTINGS["W"])

    def weights(recipe, width=10):
        return trained(partial(build, width=width), np.asarray, recipe, seed)

    reproducible(seed)
    untrained = build().get_weights()
    ends = {name: weights(recipe) for name, recipe in SETTINGS["recipes"].items()}
    widths = {width: weights(LESSON, width) for width in SETTINGS["widths"]}
    wide = {spread: from_wide_rows(spread, seed) for spread in SETTINGS["spreads"]}
    return {
        "seed": seed,
        "keras_start": toss_of_keras(build, seed),
        "ends": {name: end_of(end) for name, end in ends.items()},
        "widths": {str(width): end_of(end) for width, end in widths.items()},
        "line": {"untrained": line(untrained), "trained": line(ends["lesson"])},
        "wide": {str(spread): end_of(end) | line(end) for spread, end in wide.items()},
    }


def from_wide_rows(spread, seed):
    """Return the weights after the lesson's recipe, with E drawn between ± `spread`."""
    from helpers.models.keras_models import embedding_network

    def build(recurrent):
        network = embedding_network(recurrent, SETTINGS["W"])
        rows = np.random.default_rng(seed).uniform(-spread, spread, size=(10, 10))
        network.layers[0].set_weights([rows])
        return network

    return trained(build, np.asarray, LESSON, seed)


def line(weights):
    """Return how near E's rows are to a line, and to one slanted to W, as `line` has it."""
    embedding, kernel = weights[:2]
    scores, shares = principal_components(embedding)
    slant = np.corrcoef(*along_and_across(embedding, kernel[:, 0]).T)[0, 1]
    return {
        "share": round(float(shares[0]), 6),
        "order": np.argsort(scores[:, 0]).tolist(),
        "slant": round(float(abs(slant)), 6),
    }
