"""Keras training with many updates in one call, as the lessons train.

500 updates of the one-hot network, with 1, 10 and 50 updates a call.  The weights
come out the same; a test of `train` holds it to that.
"""

from functools import partial

from helpers.tasks import every_triple, one_hot


def tables():
    """Yield the trainings to time, by name; the first is Keras's default."""
    from helpers.models.keras_models import sum_network, train

    triples = every_triple()
    data = one_hot(triples), triples.sum(axis=1, keepdims=True)
    options = {"rate": 0.1, "batch": 10, "epochs": 5}

    def training(steps):
        train(sum_network(features=10), *data, **options, steps_per_record=steps)

    yield "500 updates", {f"{steps:2d} a call": partial(training, steps) for steps in (1, 10, 50)}
