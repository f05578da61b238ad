"""Dense and Embedding against Keras and tf.GradientTape; what all layers share."""

import copy
import pickle
import tracemalloc

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
    layers,
    squared_error,
)
from helpers.models.keras_models import keras, tf
from tests.twins import close

sizes = st.integers(1, 6)
few = settings(max_examples=12, deadline=None)
RNG = np.random.default_rng(1)
FLOATS = np.ones((2, 3, 5))


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


def layer_of(kind, networks, rng):
    """Return a layer of 5 features and 3 units, and inputs for it without a leading axis."""
    if kind == "dense":
        return Dense(5, 3, rng, networks=networks), rng.normal(size=(4, 6, 5))
    if kind == "rows":
        return Dense(5, 3, rng, networks=networks), rng.normal(size=(4, 5))
    return Embedding(5, 3, rng, networks=networks), rng.integers(0, 5, (4, 6))


@pytest.mark.parametrize("kind", ["dense", "rows", "embedding"])
@pytest.mark.parametrize("shared", [True, False])
def test_an_ensemble_is_so_many_single_layers(kind, shared):
    rng = np.random.default_rng(1)
    ensemble, inputs = layer_of(kind, 7, rng)
    each = [inputs] * 7 if shared else [layer_of(kind, None, rng)[1] for _ in range(7)]
    together = ensemble.forward(np.array(each[:1] if shared else each))
    slopes = rng.normal(size=together.shape)
    along_inputs = ensemble.backward(slopes)
    for n in range(7):
        single, _ = layer_of(kind, None, rng)
        single.set_weights([weight[n] for weight in ensemble.get_weights()])
        assert close(single.forward(each[n]), together[n], 1e-12)
        along = single.backward(slopes[n])
        assert along is None or close(along, along_inputs[n], 1e-12)
        for name, gradient in single.gradients.items():
            assert close(gradient, ensemble.gradients[name][n], 1e-12)


@pytest.mark.parametrize("units", [1, 7, 8, 20])
@pytest.mark.parametrize("leading", [(), (3,)])
def test_the_gradient_along_a_kernel_is_a_sum_whatever_the_number_of_units(units, leading):
    layer = Dense(4, units, RNG, networks=leading[0] if leading else None)
    inputs, slopes = (RNG.normal(size=(*leading, 5, 10, n)) for n in (4, units))
    layer.forward(inputs)
    layer.backward(slopes)
    expected = np.einsum("...btm,...btn->...mn", inputs, slopes)
    assert close(layer.gradients["kernel"], expected, 1e-12)


def test_rows_are_looked_up_in_every_network_of_its_own():
    layer = Embedding(4, 1, RNG, networks=3)
    layer.set_weights([np.arange(12.0).reshape(3, 4, 1)])
    shared, own = np.array([[[1, 2]]]), np.array([[[0]], [[1]], [[2]]])
    assert layer.forward(shared)[:, 0, :, 0].tolist() == [[1, 2], [5, 6], [9, 10]]
    assert layer.forward(own)[:, 0, :, 0].tolist() == [[0], [5], [10]]


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
        (lambda: GRU(5, -1, RNG), "units: expected a whole number of at least 1, got -1"),
        (lambda: GRU(5, 3, 7), "rng: expected a numpy.random.Generator"),
        (lambda: GRU(5, 3, RNG, networks=1.5), "networks: expected a whole number"),
        (lambda: GRU(5, 3, RNG, return_sequences="no"), "return_sequences: expected True or"),
        (lambda: Dense(5, 1.5, RNG), "units: expected a whole number"),
        (lambda: Dense(5, 3, RNG).forward(np.ones((2, 4))), r"inputs: expected shape \(any, 5\)"),
        (lambda: Embedding(0, 3, RNG), "symbols: expected a whole number"),
        (lambda: Embedding(5, 3, RNG).forward([[5]]), "inputs: expected whole numbers from 0 to 4"),
        (lambda: Embedding(5, 3, RNG).forward([[1.5]]), "inputs: expected whole numbers from 0"),
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
        (lambda: GRU(5, 3, RNG), np.ones((2, 2)), r"slopes: expected shape \(2, 3\), got"),
        (lambda: GRU(5, 3, RNG), np.ma.ones((2, 3)), "slopes: expected floating-point"),
    ],
)
def test_backward_refuses_what_is_not_along_the_outputs(make, slopes, message):
    layer = make()
    with pytest.raises(ValueError, match="backward: expected a call of forward before it"):
        layer.backward(slopes)
    layer.forward(FLOATS)
    with pytest.raises(ValueError, match=message):
        layer.backward(slopes)


MAKERS = {
    "dense": lambda: Dense(5, 3, RNG),
    "embedding": lambda: Embedding(5, 3, RNG),
    "tanh": lambda: SimpleRNN(5, 3, RNG),
    "lstm": lambda: LSTM(5, 3, RNG),
    "gru": lambda: GRU(5, 3, RNG),
    "both ways": lambda: Bidirectional(GRU(5, 3, RNG), GRU(5, 3, RNG)),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_masked_arrays_are_refused_by_every_layer(kind):
    for inputs in (np.ma.array(FLOATS, mask=FLOATS > 2), np.ma.zeros((2, 3), int)):
        with pytest.raises(ValueError, match="inputs: expected real numbers, got MaskedArray"):
            MAKERS[kind]().forward(inputs)


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))])
def test_a_copy_of_a_layer_is_another_with_the_same_weights(kind, copied):
    layer = MAKERS[kind]()
    twin, inputs = copied(layer), np.ones((2, 3), int) if kind == "embedding" else FLOATS
    assert twin.forward(inputs).tolist() == layer.forward(inputs).tolist()
    before = layer.forward(inputs).tolist()
    twin.set_weights([0 * weight for weight in twin.get_weights()])
    assert not twin.forward(inputs).any()
    assert layer.forward(inputs).tolist() == before
    slopes = np.ones_like(twin.forward(inputs))
    for each in (layer, twin):
        each.forward(inputs)
        each.backward(slopes)
    assert all(gradient.any() for gradient in list(layer.gradients.values())[-1:])


def test_weights_that_are_refused_leave_the_layer_as_it_was():
    layer = Dense(5, 3, RNG)
    before = [weight.tolist() for weight in layer.get_weights()]
    with pytest.raises(ValueError, match="bias: expected finite numbers"):
        layer.set_weights([np.zeros((5, 3)), np.full(3, np.inf)])
    assert [weight.tolist() for weight in layer.get_weights()] == before


def test_dense_keeps_what_it_read():
    layer, inputs = Dense(5, 3, RNG), FLOATS.copy()
    layer.forward(inputs)
    inputs[...] = 0
    layer.backward(np.ones((2, 3, 3)))
    assert layer.gradients["kernel"].tolist() == np.full((5, 3), 6.0).tolist()


def test_what_does_not_go_on_to_the_inputs_is_not_returned():
    for kind in ("dense", "tanh", "lstm", "gru", "both ways"):
        layer = MAKERS[kind]()
        slopes = np.ones_like(layer.forward(FLOATS))
        along = layer.backward(slopes)
        expected = [gradient.copy() for gradient in layer.gradients.values()]
        assert along.shape == FLOATS.shape
        assert layer.backward(slopes, to_inputs=False) is None
        found = layer.gradients.values()
        assert all((a == b).all() for a, b in zip(found, expected, strict=True))


def test_a_layer_without_a_memory_takes_no_state():
    layer = Dense(5, 3, RNG)
    with pytest.raises(ValueError, match="initial_state: expected 0 arrays, got 1 array"):
        layer.forward(FLOATS, [np.ones((2, 3))])
    layer.forward(FLOATS)
    assert layer.state == []
    with pytest.raises(ValueError, match="state_slopes: expected 0 arrays, got 1 array"):
        layer.backward(np.ones((2, 3, 3)), [np.ones((2, 3))])


@pytest.mark.parametrize("kind", ["tanh", "lstm", "gru", "both ways"])
def test_who_changes_what_came_out_does_not_change_what_comes_back(kind):
    layer, found = MAKERS[kind](), []
    for changed in (False, True):
        outputs = layer.forward(FLOATS)
        slopes = np.ones_like(outputs)
        if changed:
            for each in (outputs, *layer.state):
                each[...] = 7
        found.append([layer.backward(slopes), *(g.copy() for g in layer.gradients.values())])
    assert all((a == b).all() for a, b in zip(*found, strict=True))


@pytest.mark.parametrize("wrong", [[["a", "b"]] * 5, None, [[1], [1, 2]], np.full((5, 3), 1e300)])
def test_set_weights_refuses_what_are_no_numbers_of_its_own_kind(wrong):
    layer = Dense(5, 3, RNG, dtype=np.float32)
    before = layer.get_weights()
    for values in ([before[0], wrong], [wrong, before[1]]):
        with pytest.raises(ValueError, match=r"values, (kernel|bias): expected"):
            layer.set_weights(values)
    assert [a.tolist() for a in layer.get_weights()] == [a.tolist() for a in before]


@pytest.mark.parametrize("kind", [Dense, SimpleRNN, LSTM, GRU])
def test_slopes_that_all_networks_share_are_those_of_each(kind):
    # as many steps as networks: what is summed along the wrong axis has the right shape
    rng, networks = np.random.default_rng(4), 3
    options = {} if kind is Dense else {"return_sequences": True}
    layer = kind(2, 4, rng, networks=networks, **options)
    inputs, shared = rng.normal(size=(1, 5, 3, 2)), rng.normal(size=(1, 5, 3, 4))
    layer.forward(inputs)
    back = [layer.backward(shared), *(g.copy() for g in layer.gradients.values())]
    layer.forward(inputs)
    each = [layer.backward(shared.repeat(networks, 0)), *layer.gradients.values()]
    assert all(close(a, b, 1e-12) for a, b in zip(back, each, strict=True))


@pytest.mark.parametrize("kind", [SimpleRNN, LSTM, GRU])
def test_who_changes_a_state_that_was_given_does_not_change_what_comes_back(kind):
    rng, gradients = np.random.default_rng(4), []
    layer, inputs = kind(2, 3, rng), rng.normal(size=(4, 5, 2))
    given = [rng.normal(size=(4, 3)) for _ in range(layer.states_count)]
    for scale in (1, 0):
        layer.forward(inputs, state := [each.copy() for each in given])
        for each in state:
            each *= scale
        layer.backward(np.ones((4, 3)))
        gradients.append([gradient.copy() for gradient in layer.gradients.values()])
    assert all((a == b).all() for a, b in zip(*gradients, strict=True))


@pytest.mark.parametrize("kind", [SimpleRNN, LSTM, GRU, Dense])
def test_sizes_may_be_whole_numbers_of_any_type(kind):
    rng = np.random.default_rng(4)
    layer, plain = kind(np.int8(100), np.int8(60), rng), kind(100, 60, rng)
    assert [w.shape for w in layer.get_weights()] == [w.shape for w in plain.get_weights()]
    assert type(layer.units) is int


def test_vectors_of_symbols_start_anywhere_between_a_twentieth_below_zero_and_above():
    (table,) = Embedding(400, 50, np.random.default_rng(1)).get_weights()
    assert np.abs(table).max() <= 0.05
    # of 20,000 even draws each twentieth has 1,000, give or take 31
    counts, _ = np.histogram(table, bins=20, range=(-0.05, 0.05))
    assert np.abs(counts - 1000).max() < 5 * 31


@pytest.mark.parametrize("kind", [Dense, Embedding, SimpleRNN, LSTM, GRU])
def test_before_the_first_way_back_gradients_are_zeros_and_nobody_can_take_it(kind):
    layer = kind(3, 2, np.random.default_rng(1))
    assert all((gradient == 0).all() for gradient in layer.gradients.values())
    said = "^backward: expected a call of forward before it, got none$"
    with pytest.raises(ValueError, match=said):
        layer.backward(None)


@pytest.mark.parametrize("kind", [Dense, Embedding, SimpleRNN, LSTM, GRU])
def test_numbers_are_of_32_or_64_bits(kind):
    said = "^dtype: expected np.float32 or np.float64, got <class 'int'>$"
    with pytest.raises(ValueError, match=said):
        kind(3, 2, np.random.default_rng(1), dtype=int)


@pytest.mark.parametrize("kind", [SimpleRNN, LSTM, GRU])
@pytest.mark.parametrize("learned", [False, True])
def test_a_state_is_of_the_layers_own_type(kind, learned):
    options = {"learn_initial_state": True} if learned and kind is SimpleRNN else {}
    layer = kind(3, 2, np.random.default_rng(1), dtype=np.float32, **options)
    outputs = layer.forward(np.ones((2, 4, 3)))
    assert {outputs.dtype, *(each.dtype for each in layer.state)} == {np.dtype(np.float32)}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"activation": "relu"}, "activation: expected 'tanh' or 'linear', got 'relu'"),
        ({"activation": 3}, "activation: expected 'tanh' or 'linear', got 3"),
        ({"activation": []}, r"activation: expected 'tanh' or 'linear', got \[\]"),
        ({"learn_initial_state": 1}, "learn_initial_state: expected True or False, got 1"),
        ({"return_sequences": 1}, "return_sequences: expected True or False, got 1"),
        ({"features": 0}, "features: expected a whole number of at least 1, got 0"),
        ({"units": 0}, "units: expected a whole number of at least 1, got 0"),
    ],
)
def test_a_simple_rnn_says_which_choice_it_does_not_know(options, said):
    with pytest.raises(ValueError, match=f"^{said}$"):
        SimpleRNN(**{"features": 3, "units": 2, "rng": np.random.default_rng(1)} | options)


@pytest.mark.parametrize("kind", [SimpleRNN, LSTM, GRU, Dense])
def test_there_is_no_way_back_from_weights_that_are_gone(kind):
    layer = kind(1, 1, np.random.default_rng(1))
    y = layer.forward(np.ones((1, 2, 1)))
    layer.set_weights(layer.get_weights())
    with pytest.raises(ValueError, match="backward: expected a call of forward before it"):
        layer.backward(np.ones_like(y))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_grows_to_infinity_on_its_way_is_refused(dtype):
    rng, ones = np.random.default_rng(1), np.ones((1, 60, 1), dtype)
    layer = SimpleRNN(1, 1, rng, activation="linear", dtype=dtype)
    layer.U[...] = 1e10
    with pytest.raises(ValueError, match="inputs: expected smaller ones, or smaller weights"):
        layer.forward(ones)
    with pytest.raises(ValueError, match="backward: expected a call of forward before it"):
        layer.backward(np.ones((1, 1), dtype))
    with pytest.raises(ValueError, match="inputs: expected smaller ones, or smaller weights"):
        Network([layer, Dense(1, 1, rng, dtype=dtype)], squared_error).forward(ones)


def test_what_is_infinite_on_both_sides_on_its_way_is_refused_without_a_warning():
    rng, ones = np.random.default_rng(1), np.ones((1, 60, 1))
    layer = SimpleRNN(1, 2, rng, activation="linear")
    layer.U[...] = [[1e200, -1e200], [1e200, 1e200]]  # ∞ − ∞
    given = "numbers that grow to infinity on their way"
    said = rf"^inputs: expected smaller ones, or smaller weights, got {given}$"
    with pytest.raises(ValueError, match=said):
        layer.forward(ones)
    with pytest.raises(ValueError, match="inputs: expected smaller ones, or smaller weights"):
        Network([layer, Dense(2, 1, rng)], squared_error).forward(ones)


@pytest.mark.parametrize("leading", [(), (3,)])
@pytest.mark.parametrize("inputs", ["steps of rows", "symbols", "rows"])
def test_a_large_sum_is_made_in_parts_and_is_the_same(monkeypatch, leading, inputs):
    networks, shape = (leading or (None,))[0], (*leading, 4, 6)
    kind = Dense if inputs == "rows" else SimpleRNN
    rows = RNG.normal(size=(*shape, 5))
    if inputs == "rows":
        rows = rows[..., 0, :]
    if inputs == "symbols":
        rows = RNG.integers(0, 5, shape)
    gradients = []
    for large in (layers.MANY_NUMBERS, 1):
        monkeypatch.setattr(layers, "MANY_NUMBERS", large)
        layer = kind(5, 2, np.random.default_rng(1), networks=networks)
        layer.backward(np.ones_like(layer.forward(rows)))
        gradients.append(layer.gradients["kernel"])
    assert np.allclose(*gradients, rtol=1e-12, atol=1e-12)


def test_the_way_back_needs_no_room_for_each_step_or_symbol():
    many = LSTM(64, 64, RNG, networks=20), RNG.normal(size=(20, 4, 100, 64))
    wide = SimpleRNN(500, 8, RNG), RNG.integers(0, 500, (50, 1000))
    for layer, inputs in (many, wide):
        slopes = np.ones_like(layer.forward(inputs))
        tracemalloc.start()
        layer.backward(slopes, to_inputs=False)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 10**8


def test_a_layer_from_memory_that_is_not_its_own_can_be_changed():
    buffers = []
    data = pickle.dumps(Dense(2, 3, np.random.default_rng(1)), 5, buffer_callback=buffers.append)
    layer = pickle.loads(data, buffers=[bytes(each) for each in buffers])
    assert len(buffers) == 4
    arrays = [*layer.weights.values(), *layer.gradients.values()]
    assert all(array.flags.writeable for array in arrays)
