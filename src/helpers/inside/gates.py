"""What the gates of an LSTM do, at every step: of a Keras layer, or of one of ours."""

import sys
from typing import NamedTuple

import numpy as np

from helpers.engine import LSTM
from helpers.lesson.arguments import brief, require


class Gates(NamedTuple):
    """The gates i, f, o, the candidate g and the states c, h: (…, batch, time, units).

    i, f, o = σ(z)   g = tanh(z)   c_t = f_t c_{t-1} + i_t g_t   h_t = o_t tanh(c_t)
    """

    i: np.ndarray
    f: np.ndarray
    g: np.ndarray
    o: np.ndarray
    c: np.ndarray
    h: np.ndarray


def gates_of(layer, inputs, initial_state=None):
    """Return the `Gates` of an LSTM layer that reads `inputs`; it stays as it is.

    layer          a Keras LSTM, as Keras makes it by default, or one of ours
    inputs         (…, batch, time, features), or whole numbers, each a one-hot row
    initial_state  [h_0, c_0], each (…, batch, units); None: zeros
    Computed in float64 from the layer's weights: a Keras layer in float32 differs by
    its own rounding.
    """
    lstm = copy_of(layer)
    h = lstm.forward(inputs, initial_state)
    i, f, g, o, c_before, _ = (np.array(each) for each in zip(*lstm.kept, strict=True))
    c = np.concatenate([c_before[1:], lstm.end[1:]])
    return Gates(*(lstm.outside(each) for each in (i, f, g, o, c)), h)


def copy_of(layer):
    """Return an LSTM of ours with the weights of a layer; ValueError if it is none."""
    wanted = "an LSTM layer that has its weights, with Keras's default activations"
    known = type(layer) is LSTM or is_plain_keras_lstm(layer)
    require(known, "layer", brief(layer), wanted)
    weights = layer.get_weights()
    require(len(weights) == 3, "layer", f"{len(weights)} arrays of weights", wanted)
    *leading, features, _ = weights[0].shape
    networks, units = (leading or [None])[0], weights[1].shape[-2]
    rng = np.random.default_rng(0)  # what it draws is overwritten
    lstm = LSTM(features, units, rng, return_sequences=True, networks=networks)
    lstm.set_weights(weights)
    return lstm


def is_plain_keras_lstm(layer):
    """Tell whether it is a Keras LSTM that computes as Keras makes it by default."""
    keras = sys.modules.get("keras")  # whoever has such a layer has imported it
    return (
        keras is not None
        and type(layer) is keras.layers.LSTM
        and layer.activation is keras.activations.tanh
        and layer.recurrent_activation is keras.activations.sigmoid
        and layer.use_bias
        and not (layer.go_backwards or layer.stateful)
    )
