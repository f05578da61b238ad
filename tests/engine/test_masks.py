"""Masks against Keras and tf.GradientTape in float64, and against walks without the gaps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.engine import Dense, Embedding
from helpers.models.keras_models import tf
from tests.twins import RECURRENT, close, layer_of, pair

sizes = st.integers(1, 5)
few = settings(max_examples=5, deadline=None)
RNG = np.random.default_rng(1)


def mask_of(rng, *shape):
    """Return a random mask, with nothing at all in the first row."""
    mask = rng.random(shape) < rng.uniform(0.2, 0.9)
    mask[..., 0, :] = False
    return mask


def comparable(kind, sequences, mask):
    """Tell where Keras returns the state, as we do everywhere.

    Before the first step that is not masked it returns zeros, even if the walk began with
    another state; both ways, and with `return_sequences`, at each step that is masked.
    """
    if not sequences:
        return mask.any(axis=1)[:, np.newaxis]
    told = mask if "both" in kind else np.maximum.accumulate(mask, axis=1)
    return told[..., np.newaxis]


def all_close(found, expected, rtol):
    return all(close(a, b, rtol) for a, b in zip(found, expected, strict=True))


def walk(layer, inputs, begin, mask, slopes, state_slopes):
    """Return all that a walk forth and back leaves."""
    outputs = layer.forward(inputs, begin, mask)
    state = layer.state
    along = layer.backward(slopes, state_slopes)
    gradients = [gradient.copy() for gradient in layer.gradients.values()]
    return [outputs, *state, along, *gradients, *layer.initial_slopes]


def data(layer, rng, *shape):
    """Return inputs, a state to begin with, slopes and slopes along the state; (batch, time)."""
    inputs = rng.normal(size=(*shape, layer.features))
    begin, state_slopes = (
        [rng.normal(size=(*shape[:-1], layer.state_units)) for _ in range(layer.states_count)]
        for _ in range(2)
    )
    ends = shape if layer.return_sequences else shape[:-1]
    return inputs, begin, rng.normal(size=(*ends, layer.units)), state_slopes


@pytest.mark.parametrize("sequences", [True, False])
@pytest.mark.parametrize("kind", RECURRENT)
@few
@given(seed=st.integers(0, 2**32), batch=sizes, time=sizes, features=sizes, units=sizes)
def test_masked_walks_equal_keras_forth_and_back(
    kind, seed, batch, time, features, units, sequences
):
    rng = np.random.default_rng(seed)
    ours, theirs = pair(kind, features, units, rng, sequences)
    mask = mask_of(rng, batch + 1, time)
    inputs, begin, slopes, state_slopes = data(ours, rng, *mask.shape)
    told = comparable(kind, sequences, mask)
    slopes = slopes * told
    variables = [tf.Variable(each) for each in (inputs, *begin)]
    with tf.GradientTape() as tape:
        outputs, *state = theirs(variables[0], initial_state=variables[1:], mask=mask)
        pairs = zip((outputs, *state), (slopes, *state_slopes), strict=True)
        loss = sum(tf.reduce_sum(a * b) for a, b in pairs)
    wanted = [*theirs.trainable_variables, *variables]
    gradients = tape.gradient(loss, wanted, unconnected_gradients="zero")

    assert close(ours.forward(inputs, begin, mask) * told, outputs * told, 1e-12)
    assert all_close(ours.state, state, 1e-12)
    along_inputs = ours.backward(slopes, state_slopes)
    found = [*ours.gradients.values(), along_inputs, *ours.initial_slopes]
    assert all_close(found, gradients, 1e-10)


@pytest.mark.parametrize("begins", [True, False])
@pytest.mark.parametrize("sequences", [True, False])
@pytest.mark.parametrize("kind", RECURRENT)
def test_a_masked_row_is_the_row_without_what_is_masked(kind, sequences, begins):
    rng = np.random.default_rng(2)
    layer, _ = pair(kind, 3, 2, rng, sequences)
    mask = mask_of(rng, 5, 7)
    mask[1, :4], mask[1:, 4], mask[2, 5:] = False, True, False
    inputs, begin, slopes, state_slopes = data(layer, rng, 5, 7)
    if sequences:
        slopes *= mask[..., np.newaxis]
    outputs = layer.forward(inputs, begin if begins else None, mask)
    state, along = layer.state, layer.backward(slopes, state_slopes)
    total = [gradient.copy() for gradient in layer.gradients.values()]
    initial_slopes = layer.initial_slopes
    for row in range(1, 5):
        kept, one = mask[row], slice(row, row + 1)
        short = layer.forward(inputs[one, kept], [a[one] for a in begin] if begins else None)
        assert close(outputs[one, kept] if sequences else outputs[one], short, 1e-12)
        assert all_close([a[one] for a in state], layer.state, 1e-12)
        own = slopes[one, kept] if sequences else slopes[one], [a[one] for a in state_slopes]
        assert close(along[one, kept], layer.backward(*own), 1e-12)
        assert not along[row, ~kept].any()
        assert all_close([a[one] for a in initial_slopes], layer.initial_slopes, 1e-12)
        for name, gradient in zip(layer.gradients, total, strict=True):
            gradient -= layer.gradients[name]
    assert np.abs(np.concatenate([gradient.ravel() for gradient in total])).max() < 1e-12


@pytest.mark.parametrize("kind", RECURRENT)
def test_where_nothing_is_read_the_state_stays_and_is_returned(kind):
    rng = np.random.default_rng(3)
    layer, _ = pair(kind, 3, 2, rng, True)
    inputs, begin, slopes, state_slopes = data(layer, rng, 4, 6)
    outputs = layer.forward(inputs, begin, np.zeros((4, 6), bool))
    h = np.concatenate(begin[:: layer.states_count // 2], -1) if "both" in kind else begin[0]
    assert (outputs == h[:, np.newaxis]).all()
    assert all((a == b).all() for a, b in zip(layer.state, begin, strict=True))
    assert not layer.backward(slopes, state_slopes).any()
    assert not any(gradient.any() for gradient in layer.gradients.values())
    expected, n = [each.copy() for each in state_slopes], layer.states_count // 2
    total = slopes.sum(axis=1)
    expected[0] += total[:, :2]
    if "both" in kind:
        expected[n] += total[:, 2:]
    assert all_close(layer.initial_slopes, expected, 1e-14)


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("kind", RECURRENT)
def test_an_ensemble_with_a_mask_is_so_many_single_layers(kind, shared):
    rng, count = np.random.default_rng(4), 5
    ensemble = layer_of(kind, 3, 2, rng, networks=count, return_sequences=True)
    single = layer_of(kind, 3, 2, rng, return_sequences=True)
    inputs, begin, slopes, state_slopes = data(ensemble, rng, count, 4, 6)
    mask = mask_of(rng, 1 if shared else count, 4, 6)
    together = walk(ensemble, inputs, begin, mask, slopes, state_slopes)
    for n in range(count):
        single.set_weights([weight[n] for weight in ensemble.get_weights()])
        states = [[each[n] for each in arrays] for arrays in (begin, state_slopes)]
        own = mask[0 if shared else n]
        alone = walk(single, inputs[n], states[0], own, slopes[n], states[1])
        assert all_close([each[n] for each in together], alone, 1e-12)


@pytest.mark.parametrize("sequences", [True, False])
@pytest.mark.parametrize("kind", RECURRENT)
def test_a_mask_that_hides_nothing_is_no_mask(kind, sequences):
    rng = np.random.default_rng(5)
    layer, _ = pair(kind, 3, 2, rng, sequences)
    inputs, begin, *slopes = data(layer, rng, 4, 6)
    found = walk(layer, inputs, begin, np.ones((4, 6), bool), *slopes)
    expected = walk(layer, inputs, begin, None, *slopes)
    assert all((a == b).all() for a, b in zip(found, expected, strict=True))


@pytest.mark.parametrize("symbols", [True, False])
@pytest.mark.parametrize("kind", RECURRENT)
def test_what_stands_under_a_mask_changes_nothing(kind, symbols):
    rng, found = np.random.default_rng(6), []
    layer, _ = pair(kind, 3, 2, rng, True)
    mask = mask_of(rng, 4, 6)
    inputs, begin, *slopes = data(layer, rng, 4, 6)
    other = 10 * rng.normal(size=inputs.shape)
    if symbols:
        inputs, other = rng.integers(0, 3, (2, 4, 6))
    hidden = ~mask if symbols else ~mask[..., np.newaxis]
    for read in (inputs, np.where(hidden, other, inputs)):
        found.append([a for a in walk(layer, read, begin, mask, *slopes) if a is not None])
    assert all((a == b).all() for a, b in zip(*found, strict=True))


@pytest.mark.parametrize("masked", [True, False])
@pytest.mark.parametrize("sequences", [True, False])
@pytest.mark.parametrize("kind", RECURRENT)
def test_no_slopes_are_slopes_of_zero(kind, sequences, masked):
    rng = np.random.default_rng(7)
    layer, _ = pair(kind, 3, 2, rng, sequences)
    mask = mask_of(rng, 4, 6) if masked else None
    inputs, begin, slopes, state_slopes = data(layer, rng, 4, 6)
    found = walk(layer, inputs, begin, mask, None, state_slopes)
    expected = walk(layer, inputs, begin, mask, 0 * slopes, state_slopes)
    assert all((a == b).all() for a, b in zip(found, expected, strict=True))
    assert all(gradient.any() for gradient in layer.gradients.values())


@pytest.mark.parametrize("kind", RECURRENT)
@pytest.mark.parametrize(
    ("mask", "message"),
    [
        (np.ones((4, 5), bool), r"mask: expected shape \(4, 6\), got shape \(4, 5\)"),
        (np.ones((1, 6), bool), r"mask: expected shape \(4, 6\), got shape \(1, 6\)"),
        (np.ones((6, 4), bool), r"mask: expected shape \(4, 6\), got shape \(6, 4\)"),
        (np.ones(6, bool), r"mask: expected shape \(4, 6\), got shape \(6,\)"),
        (np.ones((4, 6, 1), bool), r"mask: expected shape \(4, 6\), got shape \(4, 6, 1\)"),
        (np.ones((4, 6)), "mask: expected truth values, got ndarray of type float64"),
        (np.ones((4, 6), int), "mask: expected truth values, got ndarray of type int64"),
        ("all", "mask: expected truth values"),
    ],
)
def test_what_is_no_mask_is_refused(kind, mask, message):
    with pytest.raises(ValueError, match=message):
        layer_of(kind, 3, 2, RNG).forward(np.ones((4, 6, 3)), mask=mask)


@pytest.mark.parametrize("networks", [1, 2, 4])
def test_an_ensemble_refuses_a_mask_for_another_number_of_networks(networks):
    layer, mask = layer_of("gru", 3, 2, RNG, networks=5), np.ones((networks, 4, 6), bool)
    if networks == 1:  # shared by all
        assert layer.forward(np.ones((1, 4, 6, 3)), mask=mask).shape == (5, 4, 2)
    else:
        with pytest.raises(ValueError, match="mask: expected shape"):
            layer.forward(np.ones((1, 4, 6, 3)), mask=mask)


def test_a_layer_that_does_not_walk_takes_no_mask():
    message = "mask: expected a layer that walks, got one for"
    with pytest.raises(ValueError, match=f"{message} Dense"):
        Dense(3, 2, RNG).forward(np.ones((4, 6, 3)), mask=np.ones((4, 6), bool))
    with pytest.raises(ValueError, match=f"{message} Embedding"):
        Embedding(3, 2, RNG).forward(np.ones((4, 6), int), mask=np.ones((4, 6), bool))


@pytest.mark.parametrize("kind", RECURRENT)
def test_a_walk_without_a_mask_forgets_the_mask_before_it(kind):
    rng = np.random.default_rng(8)
    layer, _ = pair(kind, 3, 2, rng, True)
    inputs, begin, *slopes = data(layer, rng, 4, 6)
    expected = walk(layer, inputs, begin, None, *slopes)
    walk(layer, inputs, begin, mask_of(rng, 4, 6), *slopes)
    found = walk(layer, inputs, begin, None, *slopes)
    assert all((a == b).all() for a, b in zip(found, expected, strict=True))
