"""What the helpers of `keras_models` must bear; few examples, as each call takes long."""

import numpy as np

from helpers.models import keras_models
from tests.said import each_made_wrong

CALLS = {
    "reproducible": lambda: (keras_models.reproducible, {"seed": 1}),
    "sum_network": lambda: (
        keras_models.sum_network,
        {"recurrent": 0.5, "kernel": "zeros", "length": 2, "features": 1},
    ),
    "embedding_network": lambda: (
        keras_models.embedding_network,
        {"recurrent": 0.5, "kernel": "zeros", "length": 2, "width": 2},
    ),
    "flat_weights": lambda: (
        keras_models.flat_weights,
        {"network": keras_models.sum_network(length=2)},
    ),
    "train": lambda: (
        keras_models.train,
        {"network": keras_models.sum_network(length=2), "inputs": np.ones((2, 2, 1))}
        | {"targets": np.ones((2, 1)), "rate": 0.1, "batch": 2, "epochs": 1}
        | {"decay": True, "steps_per_record": 1},
    ),
}


EXAMPLES = 0
test_a_default_is_as_it_was, test_one_argument_made_wrong_is_refused_by_its_name = each_made_wrong(
    CALLS, __file__, examples=EXAMPLES
)
