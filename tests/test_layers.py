"""The layers against Keras and tf.GradientTape in float64, at random sizes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.arrays import look_up, outer_sums
from helpers.dense import Dense
from helpers.embedding import Embedding
from helpers.keras_models import keras, tf
from helpers.lstm import LSTM
from helpers.simple_rnn import SimpleRNN

RECURRENT = ["tanh", "linear", "lstm"]
sizes = st.integers(1, 6)
few = settings(max_examples=12, deadline=None)


def pair(kind, features, units, rng, sequences, **options):
    """Return one of our recurrent layers and Keras's, with the same random weights."""
    keras_options = {"return_sequences": sequences, "return_state": True, "dtype": "float64"}
    if kind == "lstm":
        ours = LSTM(features, units, rng, return_sequences=sequences, **options)
        theirs = keras.layers.LSTM(units, **keras_options)
    else:
        options |= {"activation": kind, "return_sequences": sequences}
        ours = SimpleRNN(features, units, rng, **options)
        theirs = keras.layers.SimpleRNN(units, activation=kind, **keras_options)
    theirs.build((None, None, features))
    weights = [0.7 * rng.normal(size=weight.shape) for weight in theirs.get_weights()]
    theirs.set_weights(weights)
    ours.set_weights(weights)
    return ours, theirs


def close(ours, theirs, rtol):
    """Tell whether arrays agree, relative to the largest number."""
    theirs = np.asarray(theirs)
    return np.abs(ours - theirs).max() <= rtol * max(np.abs(theirs).max(), 1e-300)


@few
@given(st.sampled_from(RECURRENT), st.integers(0, 2**32), sizes, sizes, sizes, sizes, st.booleans())
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


@few
@given(st.integers(0, 2**32), sizes, sizes, sizes, sizes, st.booleans())
def test_dense_equals_keras_forth_and_back(seed, batch, time, features, units, has_time):
    rng = np.random.default_rng(seed)
    ours, theirs = Dense(features, units, rng), keras.layers.Dense(units, dtype="float64")
    theirs.build((None, features))
    weights = [rng.normal(size=weight.shape) for weight in theirs.get_weights()]
    theirs.set_weights(weights)
    ours.set_weights(weights)
    shape = (batch, time, features) if has_time else (batch, features)
    inputs = tf.Variable(rng.normal(size=shape))
    with tf.GradientTape() as tape:
        outputs = theirs(inputs)
        slopes = rng.normal(size=outputs.shape)
        loss = tf.reduce_sum(outputs * slopes)
    gradients = tape.gradient(loss, [*theirs.trainable_variables, inputs])
    assert close(ours.forward(inputs.numpy()), outputs, 1e-12)
    found = [ours.backward(slopes), *ours.gradients.values()]
    assert all(close(a, b, 1e-10) for a, b in zip(found[1:] + found[:1], gradients, strict=True))


@few
@given(st.integers(0, 2**32), sizes, sizes, sizes, sizes)
def test_an_embedding_equals_keras_forth_and_back(seed, batch, time, count, width):
    rng = np.random.default_rng(seed)
    ours, theirs = Embedding(count, width, rng), keras.layers.Embedding(count, width)
    theirs.build(None)
    theirs.set_weights(ours.get_weights())
    numbers = rng.integers(0, count, (batch, time))
    with tf.GradientTape() as tape:
        outputs = theirs(numbers)
        slopes = rng.integers(-3, 4, outputs.shape).astype(float)  # float32 adds these exactly
        loss = tf.reduce_sum(outputs * slopes)
    (gradient,) = tape.gradient(loss, theirs.trainable_variables)
    assert close(ours.forward(numbers), outputs, 1e-6)
    assert ours.backward(slopes) is None
    assert close(ours.gradients["embeddings"], tf.convert_to_tensor(gradient), 1e-12)


def layers_of(kind, networks, rng):
    """Return a layer of 5 features and 3 units, and inputs for it without a leading axis."""
    if kind == "dense":
        return Dense(5, 3, rng, networks=networks), rng.normal(size=(4, 6, 5))
    if kind == "embedding":
        return Embedding(5, 3, rng, networks=networks), rng.integers(0, 5, (4, 6))
    options = {"return_sequences": True, "networks": networks}
    if kind == "lstm":
        return LSTM(5, 3, rng, **options), rng.normal(size=(4, 6, 5))
    if kind == "symbols":
        return SimpleRNN(5, 3, rng, **options), rng.integers(0, 5, (4, 6))
    return SimpleRNN(5, 3, rng, learn_initial_state=True, **options), rng.normal(size=(4, 6, 5))


@pytest.mark.parametrize("kind", ["dense", "embedding", "simple_rnn", "symbols", "lstm"])
@pytest.mark.parametrize("shared", [True, False])
def test_an_ensemble_is_so_many_single_layers(kind, shared):
    rng = np.random.default_rng(1)
    ensemble, inputs = layers_of(kind, 7, rng)
    each = [inputs] * 7 if shared else [layers_of(kind, None, rng)[1] for _ in range(7)]
    together = ensemble.forward(np.array(each[:1] if shared else each))
    slopes = rng.normal(size=together.shape)
    along_inputs = ensemble.backward(slopes)
    for n in range(7):
        single, _ = layers_of(kind, None, rng)
        single.set_weights([weight[n] for weight in ensemble.get_weights()])
        assert close(single.forward(each[n]), together[n], 1e-12)
        along = single.backward(slopes[n])
        assert along is None or close(along, along_inputs[n], 1e-12)
        for name, gradient in single.gradients.items():
            assert close(gradient, ensemble.gradients[name][n], 1e-12)


@pytest.mark.parametrize("kind", RECURRENT)
def test_whole_numbers_are_one_hot_rows(kind):
    rng = np.random.default_rng(2)
    layer, _ = pair(kind, 5, 3, rng, True)
    numbers = rng.integers(0, 5, (4, 6))
    slopes = rng.normal(size=(4, 6, 3))
    multiplied = layer.forward(np.eye(5)[numbers]).copy()
    layer.backward(slopes)
    expected = [gradient.copy() for gradient in layer.gradients.values()]
    assert close(layer.forward(numbers), multiplied, 1e-14)
    assert layer.backward(slopes) is None
    assert all(close(a, b, 1e-12) for a, b in zip(layer.gradients.values(), expected, strict=True))


@pytest.mark.parametrize("kind", RECURRENT)
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


@pytest.mark.parametrize(("kind", "keras_layer"), [("tanh", "SimpleRNN"), ("lstm", "LSTM")])
def test_weights_start_and_are_named_as_keras_has_them(kind, keras_layer):
    rng = np.random.default_rng(5)
    layer = LSTM(4, 3, rng) if kind == "lstm" else SimpleRNN(4, 3, rng)
    theirs = getattr(keras.layers, keras_layer)(3)
    theirs.build((None, None, 4))
    assert list(layer.weights) == [weight.name for weight in theirs.weights]
    kernel, recurrent_kernel, bias = layer.get_weights()
    assert np.abs(kernel).max() <= np.sqrt(6 / sum(kernel.shape))
    assert recurrent_kernel @ recurrent_kernel.T == pytest.approx(np.eye(3))
    assert bias.tolist() == theirs.get_weights()[2].tolist()


def test_outputs_stay_as_they_are_when_the_layer_walks_again():
    rng = np.random.default_rng(6)
    for kind in RECURRENT:
        layer, _ = pair(kind, 5, 3, rng, True)
        first = layer.forward(rng.normal(size=(4, 6, 5)))
        copy = first.copy()
        layer.forward(rng.normal(size=(4, 6, 5)))
        assert first.tolist() == copy.tolist()


RNG = np.random.default_rng(1)
FLOATS = np.ones((2, 3, 5))


@pytest.mark.parametrize(
    "make", [lambda **o: SimpleRNN(5, 3, RNG, **o), lambda **o: LSTM(5, 3, RNG, **o)]
)
@pytest.mark.parametrize(
    ("inputs", "state", "message"),
    [
        (FLOATS[0], None, r"inputs: expected shape \(any, any, 5\), got shape \(3, 5\)"),
        (FLOATS[..., :4], None, r"inputs: expected shape \(any, any, 5\), got shape \(2, 3, 4\)"),
        (FLOATS[:0], None, r"inputs: expected shape \(any, any, 5\), got shape \(0, 3, 5\)"),
        (FLOATS[:, :0], None, r"inputs: expected shape .*, got shape \(2, 0, 5\)"),
        (FLOATS * np.nan, None, "inputs: expected finite numbers, got NaN or infinity"),
        (FLOATS.astype(int), None, "inputs: expected an array with 2 axes"),
        (FLOATS > 0, None, "inputs: expected floating-point numbers, got numbers of type bool"),
        (np.full((2, 3), 5), None, "inputs: expected whole numbers from 0 to 4"),
        (FLOATS, [np.ones((2, 3))] * 3, "initial_state: expected . arrays, got 3 arrays"),
    ],
)
def test_recurrent_layers_refuse(make, inputs, state, message):
    with pytest.raises(ValueError, match=message):
        make().forward(inputs, state)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SimpleRNN(5, 0, RNG), "units: expected a whole number of at least 1, got 0"),
        (lambda: SimpleRNN(0, 5, RNG), "features: expected a whole number"),
        (lambda: SimpleRNN(5, 3, 1), "rng: expected a numpy.random.Generator"),
        (lambda: SimpleRNN(5, 3, RNG, activation="relu"), "activation: expected 'tanh' or"),
        (lambda: SimpleRNN(5, 3, RNG, return_sequences=1), "return_sequences: expected True or"),
        (lambda: LSTM(5, 3, RNG, networks=0), "networks: expected a whole number"),
        (lambda: LSTM(5, 3, None), "rng: expected a numpy.random.Generator"),
        (lambda: Dense(5, 1.5, RNG), "units: expected a whole number"),
        (lambda: Dense(5, 3, RNG).forward(np.ones((2, 4))), r"inputs: expected shape \(any, 5\)"),
        (lambda: Embedding(0, 3, RNG), "symbols: expected a whole number"),
        (lambda: Embedding(5, 3, RNG).forward([[5]]), "inputs: expected whole numbers from 0 to 4"),
        (lambda: Embedding(5, 3, RNG).forward([1]), "inputs: expected an array with 2 axes"),
        (lambda: Dense(5, 3, RNG).set_weights([]), "values: expected 2 arrays, got 0"),
        (
            lambda: Dense(5, 3, RNG).set_weights([np.ones((3, 5)), np.ones(3)]),
            r"kernel: expected shape \(5, 3\), got shape \(3, 5\)",
        ),
        (
            lambda: LSTM(5, 3, RNG, networks=4).forward(np.ones((3, 2, 6, 5))),
            r"inputs: expected shape \(4 or 1, any, any, 5\), got shape \(3, 2, 6, 5\)",
        ),
        (
            lambda: SimpleRNN(5, 3, RNG, networks=4).forward(FLOATS),
            r"inputs: expected shape \(4 or 1, any, any, 5\), got shape \(2, 3, 5\)",
        ),
    ],
)
def test_layers_refuse(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("make", "slopes", "message"),
    [
        (lambda: Dense(5, 3, RNG), np.ones((2, 3, 4)), r"slopes: expected shape \(2, 3, 3\)"),
        (lambda: Dense(5, 3, RNG), np.ones((2, 3, 3)) * np.inf, "slopes: expected finite"),
        (lambda: LSTM(5, 3, RNG), np.ones((2, 3, 3)), r"slopes: expected shape \(2, 3\), got"),
        (lambda: SimpleRNN(5, 3, RNG), np.ones((2, 3), int), "slopes: expected floating-point"),
    ],
)
def test_backward_refuses_what_is_not_along_the_outputs(make, slopes, message):
    layer = make()
    with pytest.raises(ValueError, match="backward: expected a call of forward before it"):
        layer.backward(slopes)
    layer.forward(FLOATS)
    with pytest.raises(ValueError, match=message):
        layer.backward(slopes)


def test_a_state_and_its_slopes_are_refused_where_they_do_not_fit():
    layer = LSTM(5, 3, RNG)
    with pytest.raises(ValueError, match=r"initial_state: expected shape \(2, 3\), got"):
        layer.forward(FLOATS, [np.ones((2, 3)), np.ones((2, 4))])
    layer.forward(FLOATS)
    with pytest.raises(ValueError, match="state_slopes: expected 2 arrays, got 1 arrays"):
        layer.backward(np.ones((2, 3)), [np.ones((2, 3))])


def test_a_learned_initial_state_gets_no_slope_from_a_walk_that_began_elsewhere():
    layer = SimpleRNN(5, 3, RNG, learn_initial_state=True)
    layer.forward(FLOATS)
    layer.backward(np.ones((2, 3)))
    assert layer.gradients["initial_state"].all()
    layer.forward(FLOATS, layer.state)
    layer.backward(np.ones((2, 3)))
    assert not layer.gradients["initial_state"].any()


@pytest.mark.parametrize("units", [1, 7, 8, 20])
@pytest.mark.parametrize("leading", [(), (3,)])
def test_outer_sums_are_a_product_whatever_the_number_of_units(units, leading):
    inputs, slopes = RNG.normal(size=(*leading, 4, 50)), RNG.normal(size=(*leading, units, 50))
    out = np.empty((*leading, 4, units))
    outer_sums(inputs, slopes, out)
    assert out == pytest.approx(np.einsum("...mk,...nk->...mn", inputs, slopes), rel=1e-12)


def test_weights_that_are_refused_leave_the_layer_as_it_was():
    layer = Dense(5, 3, RNG)
    before = [weight.tolist() for weight in layer.get_weights()]
    with pytest.raises(ValueError, match="bias: expected finite numbers"):
        layer.set_weights([np.zeros((5, 3)), np.full(3, np.inf)])
    assert [weight.tolist() for weight in layer.get_weights()] == before


def test_rows_are_looked_up_in_every_network_of_its_own():
    tables = np.arange(12).reshape(3, 4, 1)
    assert look_up(tables, np.array([[1, 2]]))[..., 0].tolist() == [[1, 2], [5, 6], [9, 10]]
    assert look_up(tables, np.array([[0], [1], [2]]))[..., 0].tolist() == [[0], [5], [10]]


def test_dense_keeps_what_it_read():
    layer, inputs = Dense(5, 3, RNG), FLOATS.copy()
    layer.forward(inputs)
    inputs[...] = 0
    layer.backward(np.ones((2, 3, 3)))
    assert layer.gradients["kernel"].tolist() == np.full((5, 3), 6.0).tolist()


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
    assert layer.weights["kernel"].any()


def test_a_refused_state_does_not_change_what_comes_back():
    layer = SimpleRNN(5, 3, RNG, learn_initial_state=True)
    layer.forward(FLOATS)
    with pytest.raises(ValueError, match="initial_state: expected 1 arrays"):
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
