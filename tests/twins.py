"""Recurrent layers of every kind, ours and Keras's with the same weights, for tests."""

from functools import partial

import numpy as np

from helpers.engine import GRU, LSTM, Bidirectional, SimpleRNN
from helpers.models.keras_models import keras

OURS = {
    "tanh": SimpleRNN,
    "linear": partial(SimpleRNN, activation="linear"),
    "lstm": LSTM,
    "gru": GRU,
}
THEIRS = {
    "tanh": keras.layers.SimpleRNN,
    "linear": partial(keras.layers.SimpleRNN, activation="linear"),
    "lstm": keras.layers.LSTM,
    "gru": keras.layers.GRU,
}
ONE_WAY = list(OURS)
RECURRENT = [*ONE_WAY, "tanh both ways", "lstm both ways", "gru both ways"]


def layer_of(kind, features, units, rng, **options):
    """Return one of our recurrent layers."""
    name, *both_ways = kind.split()
    if both_ways:
        return Bidirectional(*(OURS[name](features, units, rng, **options) for _ in range(2)))
    return OURS[name](features, units, rng, **options)


def pair(kind, features, units, rng, sequences, **options):
    """Return one of our recurrent layers and Keras's, with the same random weights."""
    name, *both_ways = kind.split()
    keras_options = {"return_sequences": sequences, "return_state": True, "dtype": "float64"}
    theirs = THEIRS[name](units, **keras_options)
    if both_ways:
        theirs = keras.layers.Bidirectional(theirs, dtype="float64")
    theirs.build((None, None, features))
    weights = [0.7 * rng.normal(size=weight.shape) for weight in theirs.get_weights()]
    theirs.set_weights(weights)
    ours = layer_of(kind, features, units, rng, return_sequences=sequences, **options)
    ours.set_weights(weights)
    return ours, theirs


def close(ours, theirs, rtol):
    """Tell whether arrays agree in shape, and relative to the largest number."""
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    largest = max(np.abs(theirs).max(), 1e-300)
    return ours.shape == theirs.shape and np.abs(ours - theirs).max() <= rtol * largest
