import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.engine import (
    jacobian,
    sigmoid,
    sigmoid_cross_entropy,
    softmax,
    softmax_cross_entropy,
    squared_error,
)
from helpers.engine.losses import matching
from helpers.models.keras_models import keras, tf

few = settings(max_examples=20, deadline=None)


def slopes_by_tape(function, outputs):
    outputs = tf.Variable(outputs)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(function(outputs))
    return tape.gradient(loss, outputs).numpy()


@few
@given(st.integers(0, 2**32), st.integers(1, 5), st.integers(1, 6), st.floats(0.1, 30))
def test_losses_and_slopes_equal_keras(seed, batch, count, size):
    rng = np.random.default_rng(seed)
    outputs = size * rng.normal(size=(batch, 3, count))
    symbols, shares = rng.integers(0, count, (batch, 3)), rng.uniform(size=outputs.shape)
    cases = [
        (squared_error, shares, lambda z: (z - shares) ** 2),
        (
            sigmoid_cross_entropy,
            shares,
            lambda z: tf.nn.sigmoid_cross_entropy_with_logits(shares, z),
        ),
        (
            softmax_cross_entropy,
            symbols,
            lambda z: keras.ops.sparse_categorical_crossentropy(symbols, z, from_logits=True),
        ),
    ]
    for loss, targets, oracle in cases:
        losses, slopes = loss(outputs, targets)
        expected = oracle(tf.constant(outputs)).numpy()
        assert losses == pytest.approx(expected, rel=1e-12, abs=1e-12)
        assert slopes == pytest.approx(slopes_by_tape(oracle, outputs), rel=1e-10, abs=1e-12)


def test_nothing_overflows_and_certainty_costs_nothing():
    logits = np.array([[1e4, -1e4]])
    losses, slopes = sigmoid_cross_entropy(logits, np.array([[1.0, 0.0]]))
    assert losses.tolist() == slopes.tolist() == [[0, 0]]
    losses, slopes = softmax_cross_entropy(logits, [0])
    assert (losses.tolist(), slopes.tolist()) == ([0], [[0, 0]])
    assert softmax_cross_entropy(logits, [1])[0].tolist() == [2e4]
    assert sigmoid(np.array([-1e4, 0.0, 1e4])).tolist() == [0, 0.5, 1]
    assert softmax(logits).tolist() == [[1, 0]]
    assert softmax(np.zeros((2, 4))).tolist() == np.full((2, 4), 0.25).tolist()


def test_a_tiny_loss_has_all_its_digits():
    logits, targets = np.array([[40.0, -40.0, 700.0]]), np.array([[1.0, 0.0, 1.0]])
    losses, _ = sigmoid_cross_entropy(logits, targets)
    assert losses == pytest.approx(np.exp(-np.abs(logits)), rel=1e-12, abs=0)


def test_targets_may_be_shared_by_all_networks():
    rng = np.random.default_rng(1)
    outputs, targets = rng.normal(size=(7, 4, 3)), rng.uniform(size=(1, 4, 3))
    for loss in (squared_error, sigmoid_cross_entropy):
        together = loss(outputs, targets)
        alone = loss(outputs[5], targets[0])
        assert together[0][5].tolist() == alone[0].tolist()
        assert together[1][5].tolist() == alone[1].tolist()
    symbols = rng.integers(0, 3, (1, 4))
    together, alone = (
        softmax_cross_entropy(outputs, symbols),
        softmax_cross_entropy(outputs[5], symbols[0]),
    )
    assert together[0][5].tolist() == alone[0].tolist()


OUTPUTS = np.zeros((4, 3))


@pytest.mark.parametrize(
    ("loss", "targets", "message"),
    [
        (squared_error, np.zeros((4, 1)), r"targets: expected shape \(4, 3\), got shape \(4, 1\)"),
        (squared_error, np.zeros(4), "targets: expected an array with 2 axes"),
        (squared_error, OUTPUTS * np.nan, "targets: expected finite numbers"),
        (sigmoid_cross_entropy, OUTPUTS + 1.1, "targets: expected numbers from 0 to 1"),
        (sigmoid_cross_entropy, OUTPUTS - 0.1, "targets: expected numbers from 0 to 1"),
        (sigmoid_cross_entropy, "yes", "targets: expected real numbers"),
        (softmax_cross_entropy, [0, 1, 2, 3], "targets: expected whole numbers from 0 to 2"),
        (softmax_cross_entropy, [0, 1, 2], r"targets: expected shape \(4,\), got shape \(3,\)"),
        (softmax_cross_entropy, OUTPUTS, "targets: expected an array with 1 axis"),
    ],
)
def test_losses_refuse(loss, targets, message):
    with pytest.raises(ValueError, match=message):
        loss(OUTPUTS, targets)


@few
@given(st.integers(0, 2**32), st.sampled_from([(5,), (3, 4), (2, 3, 4)]), st.integers(1, 6))
def test_what_is_masked_costs_nothing_and_all_else_what_it_costs_without(seed, shape, count):
    rng = np.random.default_rng(seed)
    logits, targets = rng.normal(size=(*shape, count)), rng.integers(0, count, shape)
    mask = rng.random(shape) < 0.5
    losses, slopes = softmax_cross_entropy(logits, targets, mask)
    bare, bare_slopes = softmax_cross_entropy(logits, targets)
    assert losses.tolist() == np.where(mask, bare, 0).tolist()
    assert slopes.tolist() == np.where(mask[..., np.newaxis], bare_slopes, 0).tolist()


@pytest.mark.parametrize("own", [True, False])
def test_a_mask_may_be_shared_by_all_networks(own):
    rng = np.random.default_rng(1)
    logits, targets = rng.normal(size=(7, 4, 5, 3)), rng.integers(0, 3, (7 if own else 1, 4, 5))
    mask = rng.random((1, 4, 5)) < 0.5
    together = softmax_cross_entropy(logits, targets, mask)
    for n in range(7):
        alone = softmax_cross_entropy(logits[n], targets[n if own else 0], mask[0])
        assert all(a[n].tolist() == b.tolist() for a, b in zip(together, alone, strict=True))


def test_masked_slopes_equal_central_differences():
    rng = np.random.default_rng(1)
    logits, targets = rng.normal(size=(4, 5, 3)), rng.integers(0, 3, (4, 5))
    mask = rng.random((4, 5)) < 0.5

    def loss_at(point):
        return softmax_cross_entropy(point.reshape(4, 5, 3), targets, mask)[0].sum()

    expected = jacobian(loss_at, logits.ravel())[0]
    slopes = softmax_cross_entropy(logits, targets, mask)[1]
    assert slopes.ravel() == pytest.approx(expected, rel=1e-6, abs=1e-8)
    assert not expected.reshape(4, 5, 3)[~mask].any()


def test_a_mask_does_not_change_the_type_of_the_numbers():
    logits = np.zeros((4, 3), np.float32)
    losses, slopes = softmax_cross_entropy(logits, [0, 1, 2, 0], np.array([True, False] * 2))
    assert losses.dtype == slopes.dtype == np.float32


@pytest.mark.parametrize("shape", [(3,), (1, 4), (4, 1), (4, 3)])
def test_a_mask_of_another_shape_is_refused(shape):
    with pytest.raises(ValueError, match="expected shape"):
        softmax_cross_entropy(OUTPUTS, [0, 1, 2, 0], np.ones(shape, bool))


def test_what_is_masked_costs_nothing_even_where_it_was_held_impossible():
    logits, targets = np.array([[0.0, -np.inf], [0.0, 1.0]]), np.array([1, 1])
    losses, slopes = softmax_cross_entropy(logits, targets, np.array([False, True]))
    assert losses[0] == 0
    assert (slopes[0] == 0).all()
    assert np.isfinite(losses).all()
    assert losses[1] > 0


def test_a_single_row_has_a_loss():
    losses, slopes = softmax_cross_entropy(np.array([1.0, 2.0, 3.0]), 2)
    both, _ = softmax_cross_entropy(np.array([[1.0, 2.0, 3.0]]), np.array([2]))
    assert losses == both[0]
    assert slopes.shape == (3,)


@pytest.mark.parametrize("loss", [squared_error, sigmoid_cross_entropy, softmax_cross_entropy])
def test_a_number_alone_is_no_output(loss):
    name = "outputs" if loss is squared_error else "logits"
    with pytest.raises(ValueError, match=rf"^{name}: expected shape \(any,\), got shape \(\)$"):
        loss(np.float64(1.0), 0)


def test_a_mask_is_named_where_it_does_not_fit():
    for logits, targets, mask in (
        (np.zeros((2, 3)), [1, 1], np.ones(3, bool)),
        (np.zeros(3), 1, np.array([True])),
        (np.zeros(3), 1, np.ones((1, 1), bool)),
    ):
        with pytest.raises(ValueError, match=r"^mask: expected shape"):
            softmax_cross_entropy(logits, targets, mask)
    losses, _ = softmax_cross_entropy(np.zeros(3), 1, np.array(False))
    assert losses == 0


@pytest.mark.parametrize("outputs", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("targets", "become"),
    [(np.float32, None), (np.float64, None), (np.int64, np.int64), (np.uint8, np.uint8)],
)
@pytest.mark.parametrize("shape", [(4, 3), (1, 3)])
def test_targets_become_numbers_of_the_outputs_kind_and_symbols_stay(
    outputs, targets, become, shape
):
    given = np.arange(np.prod(shape)).reshape(shape).astype(targets)
    found = matching(np.ones((4, 3), outputs), given)
    assert found.dtype == (become or outputs)
    assert found.tolist() == given.tolist()  # one that all share is not copied for each


def test_targets_come_in_the_order_of_the_outputs_in_memory():
    outputs, targets = np.ones((4, 3), order="F"), np.arange(12.0).reshape(4, 3)
    found = matching(outputs, targets)
    assert found.strides == outputs.strides
    assert found.tolist() == targets.tolist()


def test_one_number_for_all_outputs_of_one_axis_is_shared():
    assert matching(np.ones(3), np.array([2.0])).tolist() == [2]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_softmax_of_numbers_far_apart_is_one_and_zero(dtype):
    largest = np.finfo(dtype).max
    assert softmax(np.array([largest, -largest], dtype)).tolist() == [1, 0]


def test_numbers_of_16_bits_are_summed_up_in_more():
    logits = np.zeros((1, 70_000), np.float16)  # whose largest number is 65,504
    assert softmax(logits).sum() == pytest.approx(1)
    losses, _ = softmax_cross_entropy(logits, np.array([3]))
    assert losses == pytest.approx(np.log(70_000))


def test_a_target_that_32_bits_cannot_hold_is_refused():
    said = "^targets: expected numbers that float32 can hold, got NaN or infinity$"
    with pytest.raises(ValueError, match=said):
        squared_error(np.float32([1.0]), [1e300])
