"""Lesson 1's network under the classic settings, from both signs of U, at many seeds.

Keras starts a single unit's U at +1 or at -1, by the seed.  Each row trains the
same network on the same data twice, once from each sign; `keras_sign` tells which of the
two runs is the one that Keras itself would have made at that seed.
"""

import numpy as np

from helpers.data import random_digits, sum_task

SETTINGS = {
    "sequences": 8_000,  # 10,000 less the fifth that is kept for validation
    "batch": 4,
    "epochs": 5,
    "rate": 0.001,
    "W": "glorot_uniform",
}
SEEDS = range(1, 201)


def row(seed):
    """Return where U and W started at this seed, and where training ended from both signs."""
    from helpers.keras_models import flat_weights, reproducible, sum_network

    reproducible(seed)
    kernel, recurrent, _ = flat_weights(sum_network("orthogonal", SETTINGS["W"]))
    return {
        "seed": seed,
        "W_start": float(kernel),
        "keras_sign": int(np.sign(recurrent)),
        "from_plus": end_of_training(seed, +1),
        "from_minus": end_of_training(seed, -1),
    }


def end_of_training(seed, sign):
    """Return the weights [W, U, b] after training from U = `sign`."""
    from helpers.keras_models import reproducible, sum_network, train

    reproducible(seed)
    network = sum_network(float(sign), SETTINGS["W"])
    digits = random_digits(np.random.default_rng(seed), SETTINGS["sequences"], 3)
    options = {key: SETTINGS[key] for key in ("rate", "batch", "epochs")}
    seen = train(network, *sum_task(digits), **options, decay=False, steps_per_record=50)
    return seen.path[-1].tolist()
