"""Lesson 1's network under the classic recipe, from three starts of U, at many seeds.

Keras starts a single unit's U at +1 or at -1, by the seed.  Each row trains the
same network on the same data, from the same W, three times: from U = 1, 0 and -1.
`keras_start` tells which of them is the run that Keras itself would have made at
that seed.  From 1 and 0 it then trains on: are those that failed only late?  And from
-1 it trains once more on digits less their mean, which takes the mean out of the loss.
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
    "later": {"U": [1, 0], "epochs": 8},
    "without the mean": {"U": -1, "less": 4.5},
}
SEEDS = range(1, 201)


def row(seed):
    """Return where W and U start at this seed, and where training ends from each U."""
    from helpers.models.keras_models import flat_weights, reproducible, sum_network

    reproducible(seed)
    kernel, recurrent, _ = flat_weights(sum_network("orthogonal", SETTINGS["W"]))
    later, other = SETTINGS["later"], SETTINGS["without the mean"]
    ends = {}
    for start in SETTINGS["U"]:
        epochs = later["epochs"] if start in later["U"] else SETTINGS["epochs"]
        ends[str(start)] = ends_of_training(seed, start, epochs)
    now, last = SETTINGS["epochs"] - 1, later["epochs"] - 1
    (*_, centred) = ends_of_training(seed, other["U"], SETTINGS["epochs"], other["less"])
    return {
        "seed": seed,
        "W_start": float(kernel),
        "keras_start": round(float(recurrent)),
        "ends": {start: each[now] for start, each in ends.items()},
        "later": {str(start): ends[str(start)][last] for start in later["U"]},
        "without the mean": centred,
    }


def ends_of_training(seed, start, epochs, less=0):
    """Return the weights [W, U, b] after each epoch from U = `start`, on digits less a number."""
    from helpers.models.keras_models import reproducible, sum_network, train

    reproducible(seed)
    network = sum_network(start, SETTINGS["W"])
    digits = random_digits(np.random.default_rng(seed), SETTINGS["sequences"], 3)
    options = {key: SETTINGS[key] for key in ("rate", "batch")} | {"epochs": epochs}
    seen = train(network, *sum_task(digits - less), **options, decay=False, steps_per_record=200)
    per_epoch = SETTINGS["sequences"] // SETTINGS["batch"] // 200
    return seen.path[per_epoch::per_epoch].tolist()
