"""Recurrent layers against Keras and tf.GradientTape in float64, at random sizes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.engine import (
    GRU,
    LSTM,
    Bidirectional,
    Dense,
    Embedding,
    Network,
    SimpleRNN,
    check_gradients,
    softmax_cross_entropy,
    squared_error,
)
from helpers.models.keras_models import tf
from tests.twins import ONE_WAY, RECURRENT, THEIRS, close, layer_of, pair

sizes = st.integers(1, 6)
few = settings(max_examples=12, deadline=None)
RNG = np.random.default_rng(1)
FLOATS = np.ones((2, 3, 5))


@pytest.mark.parametrize("sequences", [True, False])
@pytest.mark.parametrize("kind", RECURRENT)
@few
@given(seed=st.integers(0, 2**32), batch=sizes, time=sizes, features=sizes, units=sizes)
def test_recurrent_layers_equal_keras_forth_and_back(
    kind, seed, batch, time, features, units, sequences
):
    rng = np.random.default_rng(seed)
    ours, theirs = pair(kind, features, units, rng, sequences)
    inputs = rng.normal(size=(batch, time, features))
    begin = [rng.normal(size=(batch, units)) for _ in range(ours.states_count)]
    variables = [tf.Variable(each) for each in (inputs, *begin)]
    with tf.GradientTape() as tape:
        outputs, *state = theirs(variables[0], initial_state=variables[1:])
        slopes = [rng.normal(size=each.shape) for each in (outputs, *state)]
        loss = sum(tf.reduce_sum(a * b) for a, b in zip((outputs, *state), slopes, strict=True))
    gradients = tape.gradient(loss, [*theirs.trainable_variables, *variables])

    assert close(ours.forward(inputs, begin), outputs, 1e-12)
    assert all(close(a, b, 1e-12) for a, b in zip(ours.state, state, strict=True))
    along_inputs = ours.backward(slopes[0], slopes[1:])
    found = [*ours.gradients.values(), along_inputs, *ours.initial_slopes]
    assert all(close(a, b, 1e-10) for a, b in zip(found, gradients, strict=True))


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("symbols", [True, False])
@pytest.mark.parametrize("kind", [*RECURRENT, "learned"])
def test_an_ensemble_is_so_many_single_layers(kind, symbols, shared):
    rng, options = np.random.default_rng(1), {"return_sequences": True}
    if kind == "learned":
        kind, options["learn_initial_state"] = "tanh", True
    shape = (1 if shared else 7, 4, 6)
    inputs = rng.integers(0, 5, shape) if symbols else rng.normal(size=(*shape, 5))
    ensemble = layer_of(kind, 5, 3, rng, networks=7, **options)
    ensemble.set_weights([rng.normal(size=each.shape) for each in ensemble.get_weights()])
    begin = [rng.normal(size=(1 if shared else 7, 4, 3)) for _ in range(ensemble.states_count)]
    for state in (None, begin):
        together = ensemble.forward(inputs, state)
        slopes = rng.normal(size=together.shape)
        state_slopes = [rng.normal(size=each.shape) for each in ensemble.state]
        along_inputs = ensemble.backward(slopes, state_slopes)
        for n in range(7):
            single, own = layer_of(kind, 5, 3, rng, **options), 0 if shared else n
            single.set_weights([weight[n] for weight in ensemble.get_weights()])
            alone = single.forward(inputs[own], state and [each[own] for each in state])
            assert close(alone, together[n], 1e-12)
            assert all(
                close(a, b[n], 1e-12) for a, b in zip(single.state, ensemble.state, strict=True)
            )
            along = single.backward(slopes[n], [each[n] for each in state_slopes])
            assert (along is None) == symbols == (along_inputs is None)
            assert along is None or close(along, along_inputs[n], 1e-12)
            for name, gradient in single.gradients.items():
                assert close(gradient, ensemble.gradients[name][n], 1e-12)
            begins = zip(single.initial_slopes, ensemble.initial_slopes, strict=True)
            assert all(close(a, b[n], 1e-12) for a, b in begins)


@pytest.mark.parametrize("kind", RECURRENT)
def test_whole_numbers_are_one_hot_rows(kind):
    rng = np.random.default_rng(2)
    layer, _ = pair(kind, 5, 3, rng, True)
    numbers = rng.integers(0, 5, (4, 6))
    slopes = rng.normal(size=(4, 6, layer.units))
    multiplied = layer.forward(np.eye(5)[numbers]).copy()
    layer.backward(slopes)
    expected = [gradient.copy() for gradient in layer.gradients.values()]
    assert close(layer.forward(numbers), multiplied, 1e-14)
    assert layer.backward(slopes) is None
    assert all(close(a, b, 1e-12) for a, b in zip(layer.gradients.values(), expected, strict=True))


@pytest.mark.parametrize("kind", ONE_WAY)
def test_a_walk_in_two_parts_is_the_whole_walk(kind):
    rng = np.random.default_rng(3)
    layer, _ = pair(kind, 5, 3, rng, True)
    inputs, slopes = rng.normal(size=(4, 6, 5)), rng.normal(size=(4, 6, 3))
    whole = layer.forward(inputs)
    layer.backward(slopes)
    expected = layer.gradients["recurrent_kernel"].copy()
    first = layer.forward(inputs[:, :2])
    between = layer.state
    second = layer.forward(inputs[:, 2:], between)
    assert close(np.concatenate([first, second], axis=1), whole, 1e-14)
    layer.backward(slopes[:, 2:])
    total, carried = layer.gradients["recurrent_kernel"].copy(), layer.initial_slopes
    layer.forward(inputs[:, :2])
    layer.backward(slopes[:, :2], carried)
    assert close(total + layer.gradients["recurrent_kernel"], expected, 1e-12)


@pytest.mark.parametrize("kind", ["tanh both ways", "lstm both ways", "gru both ways"])
def test_both_ways_each_half_goes_on_from_its_own_end(kind):
    rng = np.random.default_rng(3)
    layer, _ = pair(kind, 5, 3, rng, True)
    inputs, half = rng.normal(size=(4, 6, 5)), layer.states_count // 2
    whole, state = layer.forward(inputs), layer.state
    zeros = half * [np.zeros((4, 3))]
    layer.forward(inputs[:, :2])
    ahead = layer.state[:half]
    layer.forward(inputs[:, 2:])
    behind = layer.state[half:]
    first = layer.forward(inputs[:, :2], zeros + behind)
    assert all(close(a, b, 1e-14) for a, b in zip(layer.state[half:], state[half:], strict=True))
    second = layer.forward(inputs[:, 2:], ahead + zeros)
    assert all(close(a, b, 1e-14) for a, b in zip(layer.state[:half], state[:half], strict=True))
    assert close(np.concatenate([first, second], axis=1), whole, 1e-14)


@pytest.mark.parametrize("kind", ["tanh both ways", "lstm both ways", "gru both ways"])
def test_both_ways_is_a_layer_that_reads_on_and_one_that_reads_back(kind):
    rng = np.random.default_rng(4)
    both, _ = pair(kind, 5, 3, rng, True)
    ahead, behind = (layer_of(kind.split()[0], 5, 3, rng, return_sequences=True) for _ in "ab")
    weights = both.get_weights()
    ahead.set_weights(weights[: len(weights) // 2])
    behind.set_weights(weights[len(weights) // 2 :])
    inputs = rng.normal(size=(4, 6, 5))
    there, back = ahead.forward(inputs), behind.forward(inputs[:, ::-1])[:, ::-1]
    assert close(both.forward(inputs), np.concatenate([there, back], axis=-1), 1e-14)


@pytest.mark.parametrize("place", ["alone", "under another", "over another", "on symbols"])
@pytest.mark.parametrize("sequences", [True, False])
@pytest.mark.parametrize("kind", RECURRENT)
def test_in_a_network_gradients_equal_central_differences(kind, sequences, place):
    rng, inputs = np.random.default_rng(6), None
    if place == "on symbols":
        layers = [layer_of(kind, 4, 3, rng, return_sequences=sequences)]
        inputs = rng.integers(0, 4, (3, 5))
    elif place == "over another":
        below = layer_of(kind, 2, 3, rng, return_sequences=True)
        layers = [below, layer_of(kind, below.units, 2, rng, return_sequences=sequences)]
    elif place == "under another":
        below = layer_of(kind, 2, 3, rng, return_sequences=True)
        layers = [below, LSTM(below.units, 2, rng, return_sequences=sequences)]
    else:
        layers = [layer_of(kind, 2, 3, rng, return_sequences=sequences)]
    inputs = rng.normal(size=(3, 5, 2)) if inputs is None else inputs
    network = Network([*layers, Dense(layers[-1].units, 2, rng)], squared_error)
    network.parameters += 0.3 * rng.normal(size=network.parameters.shape)
    assert (
        check_gradients(network, inputs, rng.normal(size=(3, 5, 2) if sequences else (3, 2))) == []
    )


def test_on_an_embedding_gradients_equal_central_differences_too():
    rng = np.random.default_rng(7)
    layers = [Embedding(4, 3, rng), layer_of("gru both ways", 3, 2, rng), Dense(4, 5, rng)]
    network = Network(layers, softmax_cross_entropy)
    assert check_gradients(network, rng.integers(0, 4, (3, 5)), rng.integers(0, 5, 3)) == []


def test_a_learned_initial_state_is_where_the_walk_begins():
    rng = np.random.default_rng(4)
    layer = SimpleRNN(2, 3, rng, learn_initial_state=True)
    assert list(layer.weights) == ["kernel", "recurrent_kernel", "bias", "initial_state"]
    begin = rng.normal(size=3)
    layer.set_weights([*layer.get_weights()[:3], begin])
    inputs = rng.normal(size=(4, 6, 2))
    learned = layer.forward(inputs).copy()
    layer.backward(np.ones((4, 3)))
    along = layer.gradients["initial_state"].copy()
    assert learned.tolist() == layer.forward(inputs, [np.tile(begin, (4, 1))]).tolist()
    layer.backward(np.ones((4, 3)))
    assert along == pytest.approx(layer.initial_slopes[0].sum(axis=0))


@pytest.mark.parametrize("kind", ["tanh", "lstm", "gru"])
def test_weights_start_and_are_named_as_keras_has_them(kind):
    layer, theirs = layer_of(kind, 4, 3, np.random.default_rng(5)), THEIRS[kind](3)
    theirs.build((None, None, 4))
    assert list(layer.weights) == [weight.name for weight in theirs.weights]
    assert list(layer.gradients) == list(layer.weights)
    kernel, recurrent_kernel, bias = layer.get_weights()
    assert np.abs(kernel).max() <= np.sqrt(6 / sum(kernel.shape))
    assert recurrent_kernel @ recurrent_kernel.T == pytest.approx(np.eye(3))
    assert bias.tolist() == theirs.get_weights()[2].tolist()
    for ours, gradient, their in zip(
        layer.get_weights(), layer.gradients.values(), theirs.get_weights(), strict=True
    ):
        assert ours.shape == gradient.shape == their.shape


@pytest.mark.parametrize("kind", ["tanh", "lstm", "gru"])
def test_kernels_start_as_wide_as_glorot_says(kind):
    kernel = layer_of(kind, 40, 30, np.random.default_rng(5)).weights["kernel"]
    limit = np.sqrt(6 / sum(kernel.shape))
    assert 0.98 * limit < np.abs(kernel).max() <= limit


def test_weights_both_ways_are_those_of_the_layer_that_reads_on_and_then_of_the_other():
    ahead, behind = GRU(4, 3, RNG), GRU(4, 3, RNG)
    layer = Bidirectional(ahead, behind)
    names = "kernel", "recurrent_kernel", "bias"
    expected = [f"{side}_{name}" for side in ("forward", "backward") for name in names]
    assert list(layer.weights) == list(layer.gradients) == expected
    values = ahead.get_weights() + behind.get_weights()
    found = layer.get_weights()
    assert all((a == b).all() for a, b in zip(found, values, strict=True))
    layer.set_weights([np.full(each.shape, float(n)) for n, each in enumerate(found)])
    assert ahead.weights["bias"].tolist() == np.full((2, 9), 2.0).tolist()
    assert (behind.weights["kernel"] == 3).all()


def test_an_initial_state_is_learned_both_ways():
    rng, options = np.random.default_rng(8), {"learn_initial_state": True}
    layer = Bidirectional(SimpleRNN(2, 3, rng, **options), SimpleRNN(2, 3, rng, **options))
    network = Network([layer, Dense(6, 1, rng)], squared_error)
    network.parameters += 0.3 * rng.normal(size=network.parameters.shape)
    assert check_gradients(network, rng.normal(size=(3, 5, 2)), rng.normal(size=(3, 1))) == []
    assert network.layers[0].gradients["backward_initial_state"].all()


def test_outputs_stay_as_they_are_when_the_layer_walks_again():
    rng = np.random.default_rng(6)
    for kind in RECURRENT:
        layer, _ = pair(kind, 5, 3, rng, True)
        first = layer.forward(rng.normal(size=(4, 6, 5)))
        copy = first.copy()
        layer.forward(rng.normal(size=(4, 6, 5)))
        assert first.tolist() == copy.tolist()


@pytest.mark.parametrize("kind", RECURRENT)
@pytest.mark.parametrize(
    ("inputs", "state", "message"),
    [
        (FLOATS[0], None, r"inputs: expected shape \(any, any, 5\), got shape \(3, 5\)"),
        (FLOATS[..., :4], None, r"inputs: expected shape \(any, any, 5\), got shape \(2, 3, 4\)"),
        (FLOATS[:0], None, r"inputs: expected shape \(any, any, 5\), got shape \(0, 3, 5\)"),
        (FLOATS[:, :0], None, r"inputs: expected shape .*, got shape \(2, 0, 5\)"),
        (FLOATS * np.nan, None, "inputs: expected finite numbers, got NaN or infinity"),
        (FLOATS.astype(int), None, "inputs: expected floating-point numbers, got .* of type int64"),
        (FLOATS[..., 0, 0].astype(int), None, "inputs: expected an array with 2 axes, got"),
        (FLOATS > 0, None, "inputs: expected real numbers, got ndarray of type bool"),
        (np.full((2, 3), 5), None, "inputs: expected whole numbers from 0 to 4"),
        (FLOATS, [], "initial_state: expected . arrays?, got 0 arrays"),
        (FLOATS, [np.ones((2, 3))] * 3, "initial_state: expected . arrays?, got 3 arrays"),
    ],
)
def test_recurrent_layers_refuse(kind, inputs, state, message):
    with pytest.raises(ValueError, match=message):
        layer_of(kind, 5, 3, RNG).forward(inputs, state)


@pytest.mark.parametrize("kind", RECURRENT)
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (np.full((2, 3), np.inf), "expected finite numbers, got NaN or infinity"),
        (np.full((2, 3), np.nan), "expected finite numbers, got NaN or infinity"),
        (np.ma.zeros((2, 3)), "expected floating-point numbers"),
        (np.zeros((2, 3), int), "expected floating-point numbers"),
        (np.zeros((1, 3)), r"expected shape \(2, 3\), got shape \(1, 3\)"),
        (np.zeros((2, 4)), r"expected shape \(2, 3\), got shape \(2, 4\)"),
    ],
)
def test_a_state_or_slopes_that_cannot_be_one_are_refused(kind, wrong, message):
    layer = layer_of(kind, 5, 3, RNG)
    state = [np.zeros((2, 3))] * (layer.states_count - 1) + [wrong]
    with pytest.raises(ValueError, match=f"initial_state: {message}"):
        layer.forward(FLOATS, state)
    outputs = layer.forward(FLOATS)
    with pytest.raises(ValueError, match=f"state_slopes: {message}"):
        layer.backward(np.ones_like(outputs), state)


def test_a_state_and_its_slopes_are_refused_where_they_do_not_fit():
    layer = LSTM(5, 3, RNG)
    with pytest.raises(ValueError, match=r"initial_state: expected shape \(2, 3\), got"):
        layer.forward(FLOATS, [np.ones((2, 3)), np.ones((2, 4))])
    layer.forward(FLOATS)
    with pytest.raises(ValueError, match="state_slopes: expected 2 arrays, got 1 array"):
        layer.backward(np.ones((2, 3)), [np.ones((2, 3))])


def test_a_learned_initial_state_gets_no_slope_from_a_walk_that_began_elsewhere():
    layer = SimpleRNN(5, 3, RNG, learn_initial_state=True)
    layer.forward(FLOATS)
    layer.backward(np.ones((2, 3)))
    assert layer.gradients["initial_state"].all()
    layer.forward(FLOATS, layer.state)
    layer.backward(np.ones((2, 3)))
    assert not layer.gradients["initial_state"].any()


@pytest.mark.parametrize("kind", RECURRENT)
def test_a_state_stays_as_it_is_when_the_layer_walks_again(kind):
    rng = np.random.default_rng(6)
    layer, _ = pair(kind, 5, 3, rng, True)
    layer.forward(rng.normal(size=(4, 6, 5)))
    kept, copies = layer.state, [each.copy() for each in layer.state]
    layer.forward(rng.normal(size=(4, 6, 5)))
    assert all((a == b).all() for a, b in zip(kept, copies, strict=True))
    weights = layer.get_weights()
    weights[0][...] = 0
    assert next(iter(layer.weights.values())).any()


def test_a_refused_state_does_not_change_what_comes_back():
    layer = SimpleRNN(5, 3, RNG, learn_initial_state=True)
    layer.forward(FLOATS)
    with pytest.raises(ValueError, match="initial_state: expected 1 array"):
        layer.forward(FLOATS, [])
    layer.backward(np.ones((2, 3)))
    assert layer.gradients["initial_state"].all()


@pytest.mark.parametrize("bias", [0.0, 2.5])
def test_the_forget_gate_starts_at_its_bias(bias):
    layer = LSTM(5, 3, RNG, forget_bias=bias)
    assert layer.weights["bias"].tolist() == [0] * 3 + [bias] * 3 + [0] * 6
    limit = np.sqrt(6 / (5 + 12))
    assert 0.8 * limit < np.abs(layer.weights["kernel"]).max() <= limit


@pytest.mark.parametrize("bias", [float("nan"), "a", None, [1, 2, 3]])
def test_a_forget_bias_that_is_no_number_is_refused(bias):
    with pytest.raises(ValueError, match="forget_bias: expected"):
        LSTM(5, 3, RNG, forget_bias=bias)


def test_a_forget_gate_of_every_network_starts_at_its_bias():
    bias = LSTM(5, 3, RNG, networks=4).weights["bias"]
    assert bias.tolist() == 4 * [[0] * 3 + [1] * 3 + [0] * 6]


A_LAYER = GRU(5, 3, RNG)


@pytest.mark.parametrize(
    "layers",
    [
        (A_LAYER, LSTM(5, 3, RNG)),
        (A_LAYER, GRU(5, 4, RNG)),
        (A_LAYER, GRU(4, 3, RNG)),
        (A_LAYER, GRU(5, 3, RNG, return_sequences=True)),
        (A_LAYER, GRU(5, 3, RNG, networks=2)),
        (A_LAYER, GRU(5, 3, RNG, dtype=np.float32)),
        (A_LAYER, A_LAYER),
        (A_LAYER, None),
        (Dense(5, 3, RNG), Dense(5, 3, RNG)),
        (Embedding(5, 3, RNG), Embedding(5, 3, RNG)),
        ("gru", "gru"),
        (GRU, GRU),
    ],
    ids=lambda layers: " and ".join(
        getattr(each, "__name__", type(each).__name__) for each in layers
    ),
)
def test_both_ways_are_two_layers_of_one_kind(layers):
    with pytest.raises(ValueError, match="ahead and behind: expected two recurrent layers"):
        Bidirectional(*layers)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_forget_bias_is_a_number_that_32_bits_can_hold(dtype):
    rng = np.random.default_rng(1)
    with pytest.raises(ValueError, match="forget_bias: expected numbers that 32 bits can hold"):
        LSTM(2, 3, rng, forget_bias=1e39, dtype=dtype)
    assert np.isfinite(LSTM(2, 3, rng, forget_bias=1e38, dtype=dtype).weights["bias"]).all()


def test_an_activation_stays_as_it_was_chosen():
    layer = SimpleRNN(5, 2, RNG, activation="linear")
    with pytest.raises(ValueError, match=r"^activation: expected what the SimpleRNN was made with"):
        layer.activation = "tanh"  # what was walked through would come back as another
    assert layer.activation == "linear"
