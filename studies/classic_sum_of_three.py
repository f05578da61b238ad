"""Lesson 1's network under the classic recipe, from three starts of U, at many seeds.

Keras starts a single unit's U at +1 or at -1, by the seed.  Each row trains the
same network on the same data, from the same W, three times: from U = 1, 0 and -1.
`keras_start` tells which of them is the run that Keras itself would have made at
that seed.
"""

import numpy as np

from helpers.tasks import random_digits, sum_task

SETTINGS = {
    "sequences": 8_000,  # 10,000 less the fifth that is kept for validation
    "batch": 4,
    "epochs": 5,
    "rate": 0.001,
    "W": "glorot_uniform",
    "U": [1, 0, -1],
}
SEEDS = range(1, 201)


def row(seed):
    """Return where W and U start at this seed, and where training ends from each U."""
    from helpers.models.keras_models import flat_weights, reproducible, sum_network

    reproducible(seed)
    kernel, recurrent, _ = flat_weights(sum_network("orthogonal", SETTINGS["W"]))
    return {
        "seed": seed,
        "W_start": float(kernel),
        "keras_start": round(float(recurrent)),
        "ends": {str(start): end_of_training(seed, start) for start in SETTINGS["U"]},
    }


def end_of_training(seed, start):
    """Return the weights [W, U, b] after training from U = `start`."""
    from helpers.models.keras_models import reproducible, sum_network, train

    reproducible(seed)
    network = sum_network(start, SETTINGS["W"])
    digits = random_digits(np.random.default_rng(seed), SETTINGS["sequences"], 3)
    options = {key: SETTINGS[key] for key in ("rate", "batch", "epochs")}
    seen = train(network, *sum_task(digits), **options, decay=False, steps_per_record=200)
    return seen.path[-1].tolist()
