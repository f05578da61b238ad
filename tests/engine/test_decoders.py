"""Decoders against loops in plain NumPy, and against central differences."""

import tracemalloc

import numpy as np
import pytest

from helpers.engine import (
    LSTM,
    Attention,
    BahdanauDecoder,
    Bidirectional,
    Dense,
    LuongDecoder,
    SimpleRNN,
    VectorDecoder,
    jacobian,
    sigmoid,
)
from tests.looking import KINDS, attention_of, look, mask_with_a_place
from tests.twins import close, layer_of

RNG = np.random.default_rng(1)
SYMBOLS, UNITS, WIDTH, BATCH, TIME, PLACES = 4, 2, 3, 3, 4, 5
DECODERS = {"luong": LuongDecoder, "bahdanau": BahdanauDecoder}
each_kind = [
    pytest.mark.parametrize("decoder", DECODERS),
    pytest.mark.parametrize("inner", ["tanh", "lstm", "gru"]),
    pytest.mark.parametrize("kind", KINDS),
]


def each_decoder(test):
    """Run a test with each decoder, layer within, and attention."""
    for mark in each_kind:
        test = mark(test)
    return test


def decoder_of(decoder, inner, kind, rng, networks=None):
    """Return a decoder with random weights, biases as well."""
    features = SYMBOLS + WIDTH * (decoder == "bahdanau")
    layer = layer_of(inner, features, UNITS, rng, return_sequences=True, networks=networks)
    layer.set_weights([0.7 * rng.normal(size=each.shape) for each in layer.get_weights()])
    return DECODERS[decoder](layer, attention_of(kind, UNITS, WIDTH, rng, networks=networks))


def data(made, rng, *leading):
    """Return inputs, a memory, a state to begin with and a mask."""
    inputs = rng.integers(0, SYMBOLS, (*leading, BATCH, TIME))
    memory = rng.normal(size=(*leading, BATCH, PLACES, WIDTH))
    state = [rng.normal(size=(*leading, BATCH, UNITS)) for _ in range(made.states_count)]
    return inputs, memory, state, mask_with_a_place(rng, *leading, BATCH, PLACES)


def step(inner, weights, x, state):
    """Return the state after one step of one example, as the docstrings have it."""
    W, U, b = weights
    if inner == "tanh":
        return [np.tanh(x @ W + state[0] @ U + b)]
    if inner == "lstm":
        i, f, g, o = np.split(x @ W + state[0] @ U + b, 4)
        c = sigmoid(f) * state[1] + sigmoid(i) * np.tanh(g)
        return [sigmoid(o) * np.tanh(c), c]
    (p_u, p_r, p_g), (q_u, q_r, q_g) = np.split(x @ W + b[0], 3), np.split(state[0] @ U + b[1], 3)
    u, g = sigmoid(p_u + q_u), np.tanh(p_g + sigmoid(p_r + q_r) * q_g)
    return [u * state[0] + (1 - u) * g]


@pytest.mark.parametrize("masked", [True, False])
@each_decoder
def test_a_decoder_does_what_a_loop_over_examples_and_steps_does(decoder, inner, kind, masked):
    rng = np.random.default_rng(2)
    made = decoder_of(decoder, inner, kind, rng)
    inputs, memory, begin, mask = data(made, rng)
    outputs = made.forward(inputs, memory, begin, mask if masked else None)
    weights, own = (part.get_weights() for part in made.layers)
    for n in range(BATCH):
        state, hidden = [each[n] for each in begin], mask[n] if masked else None
        for t in range(TIME):
            x = np.eye(SYMBOLS)[inputs[n, t]]
            if decoder == "bahdanau":
                context, attention = look(kind, own, state[0], memory[n], hidden)
                state = step(inner, weights, np.concatenate([x, context]), state)
            else:
                state = step(inner, weights, x, state)
                context, attention = look(kind, own, state[0], memory[n], hidden)
            assert outputs[n, t] == pytest.approx(np.concatenate([state[0], context]), abs=1e-12)
            assert made.attention[n, t] == pytest.approx(attention, abs=1e-12)
        found = [each[n] for each in made.state]
        assert all(a == pytest.approx(b, abs=1e-12) for a, b in zip(found, state, strict=True))


@each_decoder
def test_without_a_state_a_decoder_begins_with_zeros(decoder, inner, kind):
    rng = np.random.default_rng(3)
    made = decoder_of(decoder, inner, kind, rng)
    inputs, memory, begin, mask = data(made, rng)
    found = made.forward(inputs, memory, None, mask)
    assert (found == made.forward(inputs, memory, [0 * each for each in begin], mask)).all()


@each_decoder
def test_one_step_at_a_time_is_the_whole_walk(decoder, inner, kind):
    rng = np.random.default_rng(4)
    made = decoder_of(decoder, inner, kind, rng)
    inputs, memory, state, mask = data(made, rng)
    whole = made.forward(inputs, memory, state, mask)
    attention, end = made.attention, made.state
    for t in range(TIME):
        now = slice(t, t + 1)
        assert close(made.forward(inputs[:, now], memory, state, mask), whole[:, now], 1e-13)
        assert close(made.attention, attention[:, now], 1e-13)
        state = made.state
    assert all(close(a, b, 1e-13) for a, b in zip(state, end, strict=True))


@each_decoder
def test_gradients_equal_central_differences(decoder, inner, kind):
    rng = np.random.default_rng(5)
    made = decoder_of(decoder, inner, kind, rng)
    inputs, memory, begin, mask = data(made, rng)
    slopes = rng.normal(size=(BATCH, TIME, UNITS + WIDTH))
    arrays = [*(w for part in made.layers for w in part.get_weights()), memory, *begin]
    ends = np.cumsum([each.size for each in arrays])[:-1]

    def loss_at(point):
        parts = zip(np.split(point, ends), arrays, strict=True)
        values, m, state = split(made, [part.reshape(each.shape) for part, each in parts])
        for part, own in zip(made.layers, values, strict=True):
            part.set_weights(own)
        return (made.forward(inputs, m, state, mask) * slopes).sum()

    start = np.concatenate([each.ravel() for each in arrays])
    expected = jacobian(loss_at, start)[0]
    loss_at(start)
    along = made.backward(slopes)
    gradients = [g for part in made.layers for g in part.gradients.values()]
    found = np.concatenate([g.ravel() for g in (*gradients, along, *made.initial_slopes)])
    assert close(found, expected, 1e-8)
    assert (along[~mask] == 0).all()


@pytest.mark.parametrize("decoder", DECODERS)
def test_a_beginning_is_learned_where_no_state_is_given(decoder):
    rng = np.random.default_rng(6)
    features = SYMBOLS + WIDTH * (decoder == "bahdanau")
    options = {"return_sequences": True, "learn_initial_state": True}
    layer = SimpleRNN(features, UNITS, rng, **options)
    layer.set_weights([0.7 * rng.normal(size=each.shape) for each in layer.get_weights()])
    made = DECODERS[decoder](layer, attention_of("general", UNITS, WIDTH, rng))
    inputs, memory, state, mask = data(made, rng)
    slopes, (*others, begin) = rng.normal(size=(BATCH, TIME, UNITS + WIDTH)), layer.get_weights()

    def loss_at(begin):
        layer.set_weights([*others, begin])
        return (made.forward(inputs, memory, None, mask) * slopes).sum()

    expected = jacobian(loss_at, begin)[0]
    loss_at(begin)
    made.backward(slopes)
    assert close(layer.gradients["initial_state"], expected, 1e-8)
    made.forward(inputs, memory, state, mask)
    made.backward(slopes)
    assert (layer.gradients["initial_state"] == 0).all()


def split(made, arrays):
    """Return the weights of the layer and of the attention, the memory, and the state."""
    n, count = len(made.layers[0].weights), made.states_count
    return (arrays[:n], arrays[n : -1 - count]), arrays[-1 - count], arrays[-count:]


@pytest.mark.parametrize("shared", [True, False])
@each_decoder
def test_an_ensemble_is_so_many_single_decoders(decoder, inner, kind, shared):
    rng, count = np.random.default_rng(6), 4
    ensemble = decoder_of(decoder, inner, kind, rng, networks=count)
    single = decoder_of(decoder, inner, kind, rng)
    inputs, memory, begin, mask = data(ensemble, rng, count)
    if shared:
        inputs, memory, mask = inputs[:1], memory[:1], mask[:1]
    together = ensemble.forward(inputs, memory, begin, mask)
    slopes = rng.normal(size=together.shape)
    along = ensemble.backward(slopes)
    for n in range(count):
        for alone, part in zip(single.layers, ensemble.layers, strict=True):
            alone.set_weights([weight[n] for weight in part.get_weights()])
        own = [each[0 if shared else n] for each in (inputs, memory, mask)]
        outputs = single.forward(own[0], own[1], [each[n] for each in begin], own[2])
        assert close(outputs, together[n], 1e-12)
        assert close(single.attention, ensemble.attention[n], 1e-12)
        assert close(single.backward(slopes[n]), along[n], 1e-12)
        for name in ("state", "initial_slopes"):
            pairs = zip(getattr(single, name), getattr(ensemble, name), strict=True)
            assert all(close(a, b[n], 1e-12) for a, b in pairs)
        for alone, part in zip(single.layers, ensemble.layers, strict=True):
            for name, gradient in alone.gradients.items():
                assert close(gradient, part.gradients[name][n], 1e-12)


@each_decoder
def test_gradients_do_not_pile_up_and_single_steps_between_do_not_matter(decoder, inner, kind):
    rng, found = np.random.default_rng(7), []
    made = decoder_of(decoder, inner, kind, rng)
    inputs, memory, begin, mask = data(made, rng)
    for _ in range(2):
        slopes = np.ones_like(made.forward(inputs, memory, begin, mask))
        along = made.backward(slopes)
        gradients = [g.copy() for part in made.layers for g in part.gradients.values()]
        found.append([along, *made.initial_slopes, *gradients])
        made.forward(inputs[:, :1], memory + 1)
    assert all((a == b).all() for a, b in zip(*found, strict=True))


@pytest.mark.parametrize("decoder", DECODERS.values())
@pytest.mark.parametrize(
    "parts",
    [
        lambda: (LSTM(7, 2, RNG), Attention(2, 3, RNG)),
        lambda: (LSTM(7, 2, RNG, return_sequences=True), Attention(3, 3, RNG)),
        lambda: (Dense(7, 2, RNG), Attention(2, 3, RNG)),
        lambda: (LSTM(7, 2, RNG, return_sequences=True), Dense(2, 3, RNG)),
        lambda: (LSTM(7, 2, RNG, return_sequences=True), None),
        lambda: (Attention(2, 3, RNG), LSTM(7, 2, RNG, return_sequences=True)),
        lambda: (LSTM, Attention),
        lambda: (
            Bidirectional(*(SimpleRNN(7, 1, RNG, return_sequences=True) for _ in "ab")),
            Attention(2, 3, RNG),
        ),
    ],
)
def test_parts_that_do_not_fit_are_refused(decoder, parts):
    with pytest.raises(ValueError, match="layer and attention: expected a layer that returns"):
        decoder(*parts())


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            lambda: LuongDecoder(LSTM(7, 2, RNG), Dense(2, 3, RNG)),
            "layer and attention: expected a layer that returns sequences, and an attention "
            "for its units, got LSTM, Dense",
        ),
        (
            lambda: VectorDecoder(Dense(7, 2, RNG), 3),
            "layer: expected a layer that returns sequences, one way, got Dense",
        ),
    ],
)
def test_what_was_given_is_named(make, said):
    with pytest.raises(ValueError, match=f"^{said}$"):
        make()


def test_a_decoder_that_looks_puts_out_the_width_beside_the_units():
    layer, attention = LSTM(7, 2, RNG, return_sequences=True), Attention(2, 3, RNG)
    assert LuongDecoder(layer, attention).units == 2 + 3
    assert BahdanauDecoder(layer, attention).units == 2 + 3
    assert VectorDecoder(layer, 3).units == 2


@pytest.mark.parametrize("features", [2, 3])
def test_a_layer_needs_features_for_symbols_besides_the_context(features):
    layer, attention = LSTM(features, 2, RNG, return_sequences=True), Attention(2, 3, RNG)
    said = f"^layer: expected more than the width, 3, got {features} features$"
    with pytest.raises(ValueError, match=said):
        BahdanauDecoder(layer, attention)
    with pytest.raises(ValueError, match=said):
        VectorDecoder(layer, 3)
    LuongDecoder(layer, attention)  # which reads its symbols alone


@each_decoder
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"inputs": np.full((BATCH, TIME), SYMBOLS)}, "inputs: expected whole numbers from 0 to 3"),
        ({"inputs": np.full((BATCH, TIME), -1)}, "inputs: expected whole numbers from 0 to 3"),
        ({"inputs": np.zeros(TIME, int)}, "inputs: expected an array with 2 axes"),
        ({"memory": np.ones((BATCH, PLACES, WIDTH + 1))}, "memory: expected shape"),
        ({"memory": np.full((BATCH, PLACES, WIDTH), np.nan)}, "memory: expected finite numbers"),
        ({"mask": np.ones((BATCH, PLACES + 1), bool)}, "mask: expected shape"),
        ({"initial_state": []}, "initial_state: expected . arrays?, got 0 arrays"),
        ({"initial_state": [np.ones((BATCH, 9))] * 2}, "initial_state: expected"),
        ({"initial_state": [np.ones((BATCH + 1, UNITS))] * 2}, "initial_state: expected"),
    ],
)
def test_what_cannot_be_read_is_refused(decoder, inner, kind, change, message):
    rng = np.random.default_rng(8)
    made = decoder_of(decoder, inner, kind, rng)
    inputs, memory, state, mask = data(made, rng)
    given = {"inputs": inputs, "memory": memory, "initial_state": state, "mask": mask}
    with pytest.raises(ValueError, match=message):
        made.forward(**given | change)


def test_a_layer_has_no_way_back_from_a_walk_that_its_decoder_took():
    made = decoder_of("bahdanau", "lstm", "general", RNG)
    layer, _ = made.layers
    slopes = np.ones_like(layer.forward(RNG.normal(size=(BATCH, TIME, SYMBOLS + WIDTH))))
    made.forward(*data(made, RNG))
    with pytest.raises(ValueError, match="backward: expected a call of forward before it"):
        layer.backward(slopes)


@pytest.mark.parametrize("decoder", DECODERS)
def test_a_layer_of_ones_own_may_return_tuples(decoder):
    class Tuples(LSTM):
        def step(self, *given):
            state, kept = super().step(*given)
            return tuple(state), kept

        def step_back(self, *given):
            dz, dstate = super().step_back(*given)
            return dz, tuple(dstate)

    made = decoder_of(decoder, "lstm", "general", RNG)
    layer, attention = made.layers
    own = Tuples(layer.features, UNITS, RNG, return_sequences=True)
    own.set_weights(layer.get_weights())
    given, found = data(made, RNG), []
    for each in (made, DECODERS[decoder](own, attention)):
        slopes = np.ones_like(each.forward(*given))
        found.append([each.backward(slopes), *each.initial_slopes])
    assert all((a == b).all() for a, b in zip(*found, strict=True))


def test_many_symbols_take_no_table_of_all_of_them():
    count = 10_000
    layer = LSTM(count + 1, 1, RNG, return_sequences=True)
    decoder = VectorDecoder(layer, 1)
    inputs, vector = RNG.integers(0, count, (2, 3)), np.ones((2, 1, 1))
    decoder.forward(inputs, vector)
    tracemalloc.start()
    decoder.forward(inputs, vector)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 40 * 6 * count  # bytes; a table of all would be 8 * count**2
