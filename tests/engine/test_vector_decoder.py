"""The decoder that has one vector at every step, against loops and central differences."""

import numpy as np
import pytest

from helpers.engine import Bidirectional, SimpleRNN, VectorDecoder, jacobian, sigmoid
from tests.twins import close, layer_of

SYMBOLS, UNITS, WIDTH, BATCH, TIME = 4, 2, 3, 3, 4
each_layer = pytest.mark.parametrize("inner", ["tanh", "lstm", "gru"])


def decoder_of(inner, rng, networks=None):
    """Return a decoder with random weights, biases as well."""
    options = {"return_sequences": True, "networks": networks}
    layer = layer_of(inner, SYMBOLS + WIDTH, UNITS, rng, **options)
    layer.set_weights([0.7 * rng.normal(size=each.shape) for each in layer.get_weights()])
    return VectorDecoder(layer, WIDTH)


def data(made, rng, *leading):
    """Return inputs, v, and a state to begin with."""
    inputs = rng.integers(0, SYMBOLS, (*leading, BATCH, TIME))
    v = rng.normal(size=(*leading, BATCH, 1, WIDTH))
    return inputs, v, [rng.normal(size=(*leading, BATCH, UNITS)) for _ in range(made.states_count)]


def test_v_has_weights_of_its_own_and_enters_every_step():
    rng = np.random.default_rng(1)
    made = decoder_of("tanh", rng)
    inputs, v, (begin,) = data(made, rng)
    outputs = made.forward(inputs, v, [begin])
    W, U, b = made.layers[0].get_weights()
    for n in range(BATCH):
        h = begin[n]
        for t in range(TIME):
            h = np.tanh(W[inputs[n, t]] + v[n, 0] @ W[SYMBOLS:] + h @ U + b)
            assert outputs[n, t] == pytest.approx(h, abs=1e-12)
        assert made.state[0][n] == pytest.approx(h, abs=1e-12)


def test_in_an_lstm_v_reaches_all_gates():
    rng = np.random.default_rng(2)
    made = decoder_of("lstm", rng)
    inputs, v, _ = data(made, rng)
    W, _, b = made.layers[0].get_weights()
    i, _, g, o = np.split(W[inputs[:, 0]] + v[:, 0] @ W[SYMBOLS:] + b, 4, axis=-1)
    expected = sigmoid(o) * np.tanh(sigmoid(i) * np.tanh(g))
    assert made.forward(inputs, v)[:, 0] == pytest.approx(expected, abs=1e-12)


@each_layer
def test_one_step_at_a_time_is_the_whole_walk(inner):
    rng = np.random.default_rng(3)
    made = decoder_of(inner, rng)
    inputs, v, state = data(made, rng)
    whole, end = made.forward(inputs, v, state), made.state
    for t in range(TIME):
        assert close(made.forward(inputs[:, t : t + 1], v, state), whole[:, t : t + 1], 1e-13)
        state = made.state
    assert all(close(a, b, 1e-13) for a, b in zip(state, end, strict=True))


@each_layer
def test_gradients_equal_central_differences(inner):
    rng = np.random.default_rng(4)
    made = decoder_of(inner, rng)
    inputs, v, begin = data(made, rng)
    slopes = rng.normal(size=(BATCH, TIME, UNITS))
    arrays = [*made.layers[0].get_weights(), v, *begin]
    ends = np.cumsum([each.size for each in arrays])[:-1]

    def loss_at(point):
        parts = zip(np.split(point, ends), arrays, strict=True)
        values = [part.reshape(each.shape) for part, each in parts]
        count = len(arrays) - 1 - len(begin)
        made.layers[0].set_weights(values[:count])
        return (made.forward(inputs, values[count], values[count + 1 :]) * slopes).sum()

    start = np.concatenate([each.ravel() for each in arrays])
    expected = jacobian(loss_at, start)[0]
    loss_at(start)
    along = made.backward(slopes)
    parts = [*made.layers[0].gradients.values(), along, *made.initial_slopes]
    assert close(np.concatenate([each.ravel() for each in parts]), expected, 1e-8)


@each_layer
@pytest.mark.parametrize("shared", [True, False])
def test_an_ensemble_is_so_many_single_decoders(inner, shared):
    rng = np.random.default_rng(5)
    ensemble, single = decoder_of(inner, rng, networks=3), decoder_of(inner, rng)
    inputs, v, begin = data(ensemble, rng, 3)
    inputs = inputs[:1] if shared else inputs
    outputs = ensemble.forward(inputs, v, begin)
    slopes = rng.normal(size=outputs.shape)
    along = ensemble.backward(slopes)
    for n in range(3):
        single.layers[0].set_weights([w[n] for w in ensemble.layers[0].get_weights()])
        own = inputs[0 if shared else n], v[n], [each[n] for each in begin]
        assert close(single.forward(*own), outputs[n], 1e-12)
        assert close(single.backward(slopes[n]), along[n], 1e-12)
        for name, gradient in single.layers[0].gradients.items():
            assert close(gradient, ensemble.layers[0].gradients[name][n], 1e-12)


def both_ways(rng):
    return Bidirectional(*(SimpleRNN(7, 2, rng, return_sequences=True) for _ in range(2)))


@pytest.mark.parametrize(
    ("make", "width", "name"),
    [
        (lambda rng: SimpleRNN(7, 2, rng), 3, "layer"),
        (both_ways, 3, "layer"),
        (lambda rng: "a layer", 3, "layer"),
        (lambda rng: SimpleRNN(3, 2, rng, return_sequences=True), 3, "layer"),
        (lambda rng: SimpleRNN(7, 2, rng, return_sequences=True), 0, "width"),
        (lambda rng: SimpleRNN(7, 2, rng, return_sequences=True), "3", "width"),
    ],
)
def test_a_layer_without_room_for_v_is_refused(make, width, name):
    with pytest.raises(ValueError, match=f"{name}: expected"):
        VectorDecoder(make(np.random.default_rng(1)), width)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"memory": np.ones((BATCH, 2, WIDTH))}, "memory"),
        ({"memory": np.ones((BATCH, WIDTH))}, "memory"),
        ({"memory": np.full((BATCH, 1, WIDTH), np.nan)}, "memory"),
        ({"memory": np.ones((BATCH + 1, 1, WIDTH))}, "memory"),
        ({"inputs": np.full((BATCH, TIME), SYMBOLS)}, "inputs"),
        ({"inputs": np.zeros((BATCH, TIME, SYMBOLS))}, "inputs"),
        ({"mask": np.ones((BATCH, 1), bool)}, "mask"),
    ],
)
def test_what_does_not_fit_is_refused(change, name):
    rng = np.random.default_rng(6)
    made = decoder_of("tanh", rng)
    inputs, v, _ = data(made, rng)
    with pytest.raises(ValueError, match=f"{name}: expected"):
        made.forward(**{"inputs": inputs, "memory": v} | change)


@each_layer
def test_networks_may_share_what_they_read_or_what_they_are_told(inner):
    rng = np.random.default_rng(9)
    made = decoder_of(inner, rng, networks=2)
    inputs, v, _ = data(made, rng, 2)
    for shared in ((inputs[:1], v), (inputs, v[:1])):
        each = [np.broadcast_to(part, (2, *part.shape[1:])) for part in shared]
        assert close(made.forward(*shared), made.forward(*each), 1e-13)


@pytest.mark.parametrize("width", [np.uint8(2), np.int8(2)])
def test_a_width_may_be_of_any_kind_of_whole_numbers(width):
    rng = np.random.default_rng(1)
    decoder = VectorDecoder(SimpleRNN(7, 3, rng, return_sequences=True), width)
    y = decoder.forward(np.zeros((1, 4), int), np.ones((1, 1, 2)))
    assert decoder.backward(np.ones_like(y)).shape == (1, 1, 2)
