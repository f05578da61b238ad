"""The gates of an LSTM at every step, against Keras's own cell."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.engine import LSTM, sigmoid
from helpers.inside import gates_of
from helpers.lesson import edited
from helpers.models.keras_models import keras

sizes = st.integers(1, 5)


def keras_layer(features, units, rng, **options):
    """Return a Keras LSTM with random weights."""
    layer = keras.layers.LSTM(units, dtype="float64", **options)
    layer.build((None, None, features))
    layer.set_weights([rng.normal(size=weight.shape) for weight in layer.get_weights()])
    return layer


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32), sizes, sizes, sizes, sizes)
def test_states_equal_a_walk_with_the_cell_of_keras(seed, batch, time, features, units):
    rng = np.random.default_rng(seed)
    layer, inputs = keras_layer(features, units, rng), rng.normal(size=(batch, time, features))
    begin = [rng.normal(size=(batch, units)) for _ in range(2)]
    gates, state = gates_of(layer, inputs, begin), begin
    for t in range(time):
        _, state = layer.cell(inputs[:, t], state)
        assert gates.h[:, t] == pytest.approx(np.array(state[0]), abs=1e-12)
        assert gates.c[:, t] == pytest.approx(np.array(state[1]), abs=1e-12)


def test_each_gate_is_what_its_equation_says():
    rng = np.random.default_rng(2)
    layer, inputs = keras_layer(3, 2, rng), rng.normal(size=(4, 6, 3))
    gates, (W, U, b) = gates_of(layer, inputs), layer.get_weights()
    h = np.concatenate([np.zeros((4, 1, 2)), gates.h[:, :-1]], axis=1)
    z = np.split(inputs @ W + h @ U + b, 4, axis=-1)
    expected = sigmoid(z[0]), sigmoid(z[1]), np.tanh(z[2]), sigmoid(z[3])
    for name, values in zip("ifgo", expected, strict=True):
        assert getattr(gates, name) == pytest.approx(values, abs=1e-12), name


def test_a_layer_of_ours_gives_the_same_and_an_ensemble_too():
    rng = np.random.default_rng(3)
    layers = [keras_layer(3, 2, rng) for _ in range(4)]
    ensemble = LSTM(3, 2, rng, networks=4)
    ensemble.set_weights(
        [np.stack(w) for w in zip(*(k.get_weights() for k in layers), strict=True)]
    )
    inputs = rng.normal(size=(4, 5, 6, 3))
    together = gates_of(ensemble, inputs)
    for number, layer in enumerate(layers):
        for ours, alone in zip(together, gates_of(layer, inputs[number]), strict=True):
            assert ours[number] == pytest.approx(alone, abs=1e-12)


def test_the_layer_stays_as_it_is_and_what_is_returned_is_its_own():
    layer, inputs = LSTM(2, 3, np.random.default_rng(1)), np.ones((1, 4, 2))
    outputs, before = layer.forward(inputs), layer.get_weights()
    gates = gates_of(layer, inputs)
    gates.c[...] = gates.h[...] = 0
    assert all((a == b).all() for a, b in zip(before, layer.get_weights(), strict=True))
    assert layer.backward(outputs) is not None
    assert gates_of(layer, inputs).h[:, -1] == pytest.approx(outputs)


@pytest.mark.parametrize(
    "make",
    [
        lambda rng: keras_layer(2, 3, rng, activation="relu"),
        lambda rng: keras_layer(2, 3, rng, recurrent_activation="hard_sigmoid"),
        lambda rng: keras_layer(2, 3, rng, use_bias=False),
        lambda rng: keras_layer(2, 3, rng, go_backwards=True),
        lambda rng: keras.layers.LSTM(3),
        lambda rng: keras.layers.GRU(3),
        lambda rng: keras.layers.SimpleRNN(3),
        lambda rng: None,
    ],
)
def test_what_is_no_such_lstm_is_refused(make):
    with pytest.raises(ValueError, match="layer: expected an LSTM layer"):
        gates_of(make(np.random.default_rng(1)), np.ones((1, 2, 2)))


def test_what_was_given_for_an_lstm_is_named():
    wanted = "an LSTM layer that has its weights, with Keras's default activations"
    with pytest.raises(ValueError, match=f"^layer: expected {wanted}, got 'a layer'$"):
        gates_of("a layer", np.ones((1, 2, 2)))


@pytest.mark.parametrize(
    "inputs", [np.ones((1, 2, 3)), np.ones((2, 2)), np.full((1, 2, 2), np.nan)]
)
def test_inputs_that_do_not_fit_are_refused(inputs):
    with pytest.raises(ValueError, match="inputs: expected"):
        gates_of(LSTM(2, 3, np.random.default_rng(1)), inputs)


def own(function, name):
    """Return a function of one's own under the name of another."""
    function.__name__ = name
    return function


class Other(keras.layers.LSTM):
    """An LSTM that may compute something else."""


Other.__name__ = "LSTM"


@pytest.mark.parametrize(
    "make",
    [
        lambda rng: keras_layer(2, 3, rng, activation=own(lambda x: x, "tanh")),
        lambda rng: keras_layer(2, 3, rng, recurrent_activation=own(lambda x: x, "sigmoid")),
        lambda rng: keras.layers.LSTM(3, stateful=True),
        lambda rng: Other(3),
        lambda rng: keras.layers.LSTM,
    ],
)
def test_what_only_looks_like_an_lstm_is_refused(make):
    with pytest.raises(ValueError, match="layer: expected an LSTM layer"):
        gates_of(make(np.random.default_rng(1)), np.ones((1, 2, 2)))


def test_a_gru_that_has_its_weights_is_refused():
    layer = keras.layers.GRU(3)
    layer.build((None, None, 2))
    with pytest.raises(ValueError, match="layer: expected an LSTM layer"):
        gates_of(layer, np.ones((1, 2, 2)))


def test_a_state_that_all_networks_share_is_that_of_each():
    rng = np.random.default_rng(2)
    layer, inputs = LSTM(3, 2, rng, networks=4), rng.normal(size=(1, 5, 6, 3))
    shared = [rng.normal(size=(1, 5, 2)) for _ in range(2)]
    each = gates_of(layer, inputs, [state.repeat(4, 0) for state in shared])
    assert all((a == b).all() for a, b in zip(gates_of(layer, inputs, shared), each, strict=True))


@pytest.mark.sources
def test_an_lstm_whose_lines_were_changed_has_no_gates_of_ours():
    Forgetless = edited(LSTM, "f * c_before + i * g", "c_before + i * g")
    with pytest.raises(ValueError, match="layer: expected an LSTM layer"):
        gates_of(Forgetless(3, 2, np.random.default_rng(2)), np.ones((1, 4, 3)))


def test_a_layer_that_was_never_built_has_no_weights():
    wanted = "layer: expected an LSTM layer that has its weights, .*, got 0 arrays of weights"
    with pytest.raises(ValueError, match=wanted):
        gates_of(keras.layers.LSTM(2), np.ones((1, 4, 3)))
