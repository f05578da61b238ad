"""Attention against loops, Keras and tf.GradientTape in float64, at random sizes."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.engine import AdditiveAttention, Attention, LuongDecoder, SimpleRNN
from helpers.models.keras_models import keras, tf
from tests.looking import KINDS, attention_of, look, mask_with_a_place
from tests.twins import close

sizes = st.integers(1, 5)
few = settings(max_examples=8, deadline=None)
RNG = np.random.default_rng(1)
QUERIES, MEMORY, SLOPES = np.ones((2, 3, 4)), np.ones((2, 5, 6)), np.ones((2, 3, 6))
kinds = pytest.mark.parametrize("kind", KINDS)
maybe_masked = pytest.mark.parametrize("masked", [True, False])


def data(rng, *leading, batch=3, time=4, places=5, units=2, width=3, masked=True):
    """Return queries, a memory, a mask and slopes."""
    shapes = (time, units), (places, width), (time, width)
    queries, memory, slopes = (rng.normal(size=(*leading, batch, *shape)) for shape in shapes)
    mask = mask_with_a_place(rng, *leading, batch, places) if masked else None
    return queries, memory, mask, slopes


@kinds
@maybe_masked
@few
@given(seed=st.integers(0, 2**32), batch=sizes, time=sizes, places=sizes, width=sizes)
def test_attention_is_what_a_loop_over_examples_steps_and_places_finds(
    kind, masked, seed, batch, time, places, width
):
    rng = np.random.default_rng(seed)
    layer = attention_of(kind, 2, width, rng)
    shape = {"batch": batch, "time": time, "places": places, "width": width}
    queries, memory, mask, _ = data(rng, masked=masked, **shape)
    found = layer.forward(queries, memory, mask)
    assert found.shape == (batch, time, width)
    assert layer.attention.shape == (batch, time, places)
    for n in range(batch):
        for t in range(time):
            own = None if mask is None else mask[n]
            context, attention = look(kind, layer.get_weights(), queries[n, t], memory[n], own)
            assert found[n, t] == pytest.approx(context, rel=1e-11, abs=1e-12)
            assert layer.attention[n, t] == pytest.approx(attention, rel=1e-11, abs=1e-12)


def their_contexts(kind, weights, queries, memory, mask):
    """Return what Keras's layers find with our weights."""
    masks = None if mask is None else [None, tf.constant(mask)]
    if kind == "general":
        layer = keras.layers.Attention(dtype="float64")
        return layer([queries @ weights[0], memory], mask=masks)
    parts = [queries @ weights[0], memory, memory @ weights[1]]  # queries, values, keys
    layer = keras.layers.AdditiveAttention(use_scale=False, dtype="float64")
    layer.build([part.shape for part in parts])
    layer.use_scale, layer.scale = True, weights[2][:, 0]  # ours, so that a tape sees it
    return layer(parts, mask=masks)


@kinds
@maybe_masked
@few
@given(seed=st.integers(0, 2**32), batch=sizes, time=sizes, places=st.integers(2, 5), width=sizes)
def test_attention_equals_keras_forth_and_back(kind, masked, seed, batch, time, places, width):
    # two places or more: Keras warns of a softmax over one
    rng = np.random.default_rng(seed)
    ours = attention_of(kind, 2, width, rng)
    shape = {"batch": batch, "time": time, "places": places, "width": width}
    queries, memory, mask, slopes = data(rng, masked=masked, **shape)
    variables = [tf.Variable(each) for each in (*ours.get_weights(), queries, memory)]
    with tf.GradientTape() as tape:
        *weights, q, m = map(tf.convert_to_tensor, variables)  # Keras takes tensors alone
        contexts = their_contexts(kind, weights, q, m, mask)
        loss = tf.reduce_sum(contexts * slopes)
    expected = tape.gradient(loss, variables)
    assert close(ours.forward(queries, memory, mask), contexts, 1e-12)
    along = ours.backward(slopes)
    found = [*ours.gradients.values(), *along]
    # relative to the largest of all: where the mask leaves one place, most are 0 but for rounding
    largest = max(np.abs(each).max() for each in expected)
    for a, b in zip(found, expected, strict=True):
        assert a.shape == b.shape
        assert np.abs(a - b).max() <= 1e-10 * largest


@kinds
@maybe_masked
@pytest.mark.parametrize("shared", [(), ("memory",), ("queries", "memory", "mask")])
def test_an_ensemble_is_so_many_single_ones(kind, masked, shared):
    rng = np.random.default_rng(2)
    ensemble, single = attention_of(kind, 2, 3, rng, networks=7), attention_of(kind, 2, 3, rng)
    *given, slopes = data(rng, 7, masked=masked)
    for axis, name in enumerate(("queries", "memory", "mask")):
        if name in shared and given[axis] is not None:
            given[axis] = given[axis][:1]
    together = ensemble.forward(*given)
    along = ensemble.backward(slopes)
    for n in range(7):
        single.set_weights([weight[n] for weight in ensemble.get_weights()])
        own = [None if each is None else each[n % len(each)] for each in given]
        assert close(single.forward(*own), together[n], 1e-12)
        assert close(single.attention, ensemble.attention[n], 1e-12)
        assert all(
            close(a, b[n], 1e-12) for a, b in zip(single.backward(slopes[n]), along, strict=True)
        )
        for name, gradient in single.gradients.items():
            assert close(gradient, ensemble.gradients[name][n], 1e-12)


@kinds
def test_what_is_masked_is_not_looked_at_and_does_not_matter(kind):
    rng, found = np.random.default_rng(3), []
    layer = attention_of(kind, 2, 3, rng)
    queries, memory, mask, slopes = data(rng)
    other = np.where(mask[..., np.newaxis], memory, 10 * rng.normal(size=memory.shape))
    for m in (memory, other):
        contexts = layer.forward(queries, m, mask)
        assert (np.moveaxis(layer.attention, 1, -1)[~mask] == 0).all()
        assert (np.moveaxis(layer.attention, 1, -1)[mask] > 0).all()
        assert layer.attention.sum(axis=-1) == pytest.approx(np.ones((3, 4)), abs=1e-14)
        along_queries, along_memory = layer.backward(slopes)
        assert (along_memory[~mask] == 0).all()
        assert along_memory[mask].all()
        gradients = [gradient.copy() for gradient in layer.gradients.values()]
        found.append([contexts, along_queries, along_memory, *gradients])
    assert all((a == b).all() for a, b in zip(*found, strict=True))


@kinds
def test_a_mask_that_hides_nothing_is_no_mask(kind):
    rng = np.random.default_rng(4)
    layer = attention_of(kind, 2, 3, rng)
    queries, memory, _, _ = data(rng)
    masked = layer.forward(queries, memory, np.ones((3, 5), bool))
    assert (masked == layer.forward(queries, memory)).all()


@kinds
def test_attention_sums_to_one_however_large_the_scores(kind):
    rng = np.random.default_rng(5)
    layer = attention_of(kind, 2, 3, rng)
    layer.set_weights([1e4 * weight for weight in layer.get_weights()])
    queries, memory, mask, slopes = data(rng)
    for each in (mask, None):
        assert np.isfinite(layer.forward(queries, memory, each)).all()
        assert layer.attention.sum(axis=-1) == pytest.approx(np.ones((3, 4)), abs=1e-14)
        assert all(np.isfinite(slope).all() for slope in layer.backward(slopes))


@kinds
def test_gradients_do_not_pile_up_from_one_look_to_the_next(kind):
    rng, found = np.random.default_rng(6), []
    layer = attention_of(kind, 2, 3, rng)
    queries, memory, mask, slopes = data(rng)
    for _ in range(2):
        layer.forward(queries, memory, mask)
        along = layer.backward(slopes)
        found.append([*along, *(gradient.copy() for gradient in layer.gradients.values())])
    assert all((a == b).all() for a, b in zip(*found, strict=True))


@kinds
def test_a_change_makes_other_numbers_of_attention(kind):
    rng = np.random.default_rng(7)
    layer = attention_of(kind, 2, 3, rng)
    queries, memory, mask, _ = data(rng)
    layer.change = np.ones_like
    contexts = layer.forward(queries, memory, mask)
    assert contexts == pytest.approx(memory.sum(axis=1, keepdims=True).repeat(4, axis=1))
    assert (layer.attention == 1).all()


@kinds
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))])
def test_a_copy_is_another_with_the_same_weights(kind, copied):
    layer = attention_of(kind, 4, 6, np.random.default_rng(8))
    twin = copied(layer)
    before = layer.forward(QUERIES, np.arange(60.0).reshape(2, 5, 6)).tolist()
    assert twin.forward(QUERIES, np.arange(60.0).reshape(2, 5, 6)).tolist() == before
    twin.set_weights([0 * weight for weight in twin.get_weights()])
    assert layer.forward(QUERIES, np.arange(60.0).reshape(2, 5, 6)).tolist() == before


def test_kernels_have_names_and_start_as_wide_as_glorot_says():
    for layer in (Attention(40, 30, RNG), AdditiveAttention(40, 30, 50, RNG)):
        for kernel in layer.weights.values():
            limit = np.sqrt(6 / sum(kernel.shape))
            assert 0.9 * limit < np.abs(kernel).max() <= limit
    assert list(Attention(2, 3, RNG).weights) == ["query_kernel"]
    shapes = {name: each.shape for name, each in AdditiveAttention(2, 3, 4, RNG).weights.items()}
    assert shapes == {"query_kernel": (2, 4), "key_kernel": (3, 4), "score_kernel": (4, 1)}


@kinds
@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((QUERIES[..., :3], MEMORY), r"queries: expected shape \(2, any, 4\), got shape \(2, 3, 3"),
        ((QUERIES[:1], MEMORY), r"queries: expected shape \(2, any, 4\), got shape \(1, 3, 4\)"),
        ((QUERIES[0], MEMORY), r"queries: expected shape \(2, any, 4\), got shape \(3, 4\)"),
        ((QUERIES[:, :0], MEMORY), r"queries: expected shape .*, got shape \(2, 0, 4\)"),
        ((QUERIES * np.nan, MEMORY), "queries: expected finite numbers"),
        ((QUERIES.astype(int), MEMORY), "queries: expected floating-point numbers"),
        (
            (QUERIES, MEMORY[..., :5]),
            r"memory: expected shape \(any, any, 6\), got shape \(2, 5, 5",
        ),
        ((QUERIES, MEMORY[0]), r"memory: expected shape \(any, any, 6\), got shape \(5, 6\)"),
        ((QUERIES, MEMORY[:, :0]), r"memory: expected shape .*, got shape \(2, 0, 6\)"),
        ((QUERIES, MEMORY * np.inf), "memory: expected finite numbers"),
        ((QUERIES, MEMORY > 0), "memory: expected floating-point numbers"),
        ((QUERIES, np.ma.ones((2, 5, 6))), "memory: expected floating-point numbers"),
        ((QUERIES, MEMORY, np.ones((2, 4), bool)), r"mask: expected shape \(2, 5\), got shape \(2"),
        ((QUERIES, MEMORY, np.ones((1, 5), bool)), r"mask: expected shape \(2, 5\), got shape \(1"),
        ((QUERIES, MEMORY, np.ones(5, bool)), r"mask: expected shape \(2, 5\), got shape \(5,\)"),
    ],
)
def test_what_cannot_be_looked_at_is_refused(kind, given, message):
    with pytest.raises(ValueError, match=message):
        attention_of(kind, 4, 6, RNG).forward(*given)


@kinds
@pytest.mark.parametrize(
    ("slopes", "message"),
    [
        (SLOPES[..., :5], r"slopes: expected shape \(2, 3, 6\), got shape \(2, 3, 5\)"),
        (SLOPES[:1], r"slopes: expected shape \(2, 3, 6\), got shape \(1, 3, 6\)"),
        (SLOPES * np.nan, "slopes: expected finite numbers"),
        (SLOPES.astype(int), "slopes: expected floating-point numbers"),
    ],
)
def test_backward_refuses_what_is_not_along_the_contexts(kind, slopes, message):
    layer = attention_of(kind, 4, 6, RNG)
    with pytest.raises(ValueError, match="backward: expected a call of forward before it"):
        layer.backward(SLOPES)
    layer.forward(QUERIES, MEMORY)
    with pytest.raises(ValueError, match=message):
        layer.backward(slopes)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: Attention(0, 3, RNG), "units"),
        (lambda: Attention(2, 1.5, RNG), "width"),
        (lambda: Attention(2, 3, 1), "rng"),
        (lambda: Attention(2, 3, RNG, networks=0), "networks"),
        (lambda: AdditiveAttention("2", 3, 4, RNG), "units"),
        (lambda: AdditiveAttention(2, 0, 4, RNG), "width"),
        (lambda: AdditiveAttention(2, 3, 0, RNG), "hidden"),
        (lambda: AdditiveAttention(2, 3, 4, None), "rng"),
    ],
)
def test_bad_sizes_are_refused(make, name):
    with pytest.raises(ValueError, match=f"{name}: expected"):
        make()


@pytest.mark.parametrize("kind", [Attention, AdditiveAttention])
def test_two_ways_back_after_one_look_give_the_same(kind):
    rng = np.random.default_rng(5)
    layer = kind(3, 4, *([2] if kind is AdditiveAttention else []), rng)
    contexts = layer.forward(rng.normal(size=(2, 3, 3)), rng.normal(size=(2, 5, 4)))
    slopes = rng.normal(size=contexts.shape)
    first = [each.copy() for each in (*layer.backward(slopes), *layer.gradients.values())]
    again = [*layer.backward(slopes), *layer.gradients.values()]
    assert all((a == b).all() for a, b in zip(first, again, strict=True))


NOWHERE = np.array([[True] * 5, [False] * 5])
LOOK = "^mask: expected a place to look at in each row, got a row without any$"


@pytest.mark.parametrize(
    ("mask", "message"), [(np.ones((2, 5)), "^mask: expected"), (NOWHERE, LOOK)]
)
def test_a_mask_is_truth_values_with_a_place_in_each_row(mask, message):
    rng = np.random.default_rng(6)
    with pytest.raises(ValueError, match=message):
        Attention(3, 4, rng).forward(np.ones((2, 3, 3)), np.ones((2, 5, 4)), mask)


@kinds
def test_queries_that_are_changed_afterwards_change_no_gradient(kind):
    attention, queries = attention_of(kind, 4, 6, RNG), QUERIES.copy()
    found = []
    for factor in (1, 0):
        attention.forward(queries, MEMORY)
        queries *= factor
        along = attention.backward(SLOPES)
        found.append([each.copy() for each in (*along, *attention.gradients.values())])
    assert all((a == b).all() for a, b in zip(*found, strict=True))


def test_a_change_that_calls_the_network_is_refused():
    rng = np.random.default_rng(1)
    layer = SimpleRNN(3, 2, rng, return_sequences=True)
    attention = Attention(2, 3, rng)
    decoder = LuongDecoder(layer, attention)
    memory = rng.normal(size=(2, 5, 3))

    def asks_again(a):
        attention.change = None
        decoder.forward(np.zeros((2, 4), int), memory)
        return a

    said = r"^change: expected a function of the attention alone, got one that calls the network$"
    for walk in (decoder.forward, attention.forward):
        inputs = np.zeros((2, 4), int) if walk == decoder.forward else rng.normal(size=(2, 4, 2))
        attention.change = asks_again
        with pytest.raises(ValueError, match=said):
            walk(inputs, memory)


def test_what_a_change_returns_stays_its_own():
    given, attention = np.full((2, 3, 5), 0.2), Attention(4, 6, RNG)
    attention.change = lambda a: given
    attention.forward(QUERIES, MEMORY)
    assert not np.shares_memory(attention.attention, given)


def test_contexts_that_a_change_makes_infinite_are_refused_by_name():
    attention = Attention(4, 6, RNG)
    attention.change = lambda a: 10 * np.ones_like(a)
    with pytest.raises(ValueError, match=r"^memory: expected smaller ones, or smaller weights"):
        attention.forward(0 * QUERIES, 1e308 * MEMORY)


def test_scores_that_are_infinity_less_infinity_are_refused_without_a_warning():
    attention = attention_of("additive", 4, 6, RNG)
    Q, K, v = attention.get_weights()
    attention.set_weights([1e10 + 0 * Q, -1e10 + 0 * K, v])
    said = "^queries and memory: expected smaller ones, or smaller weights"
    with pytest.raises(ValueError, match=said):
        attention.forward(1e300 * QUERIES, 1e300 * MEMORY)


@kinds
def test_a_gradient_along_the_memory_alone_that_is_infinite_is_refused(kind):
    attention = attention_of(kind, 4, 6, RNG)
    attention.forward(0 * QUERIES, np.zeros((2, 1, 6)))  # three steps that see all of one place
    with pytest.raises(ValueError, match=r"^slopes: expected smaller ones, or smaller weights"):
        attention.backward(1e308 * SLOPES)
    attention.backward(1e307 * SLOPES)
