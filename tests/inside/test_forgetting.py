"""How slopes fade: the derived factor, and lengths against Keras and known cases."""

import numpy as np
import pytest

from helpers.engine import LSTM, Bidirectional, SimpleRNN, orthogonal
from helpers.inside import derived_factor, factor_per_step, slopes_by_lag
from helpers.inside.forgetting import average, settled_variance
from helpers.models.keras_models import keras, tf


def rng():
    return np.random.default_rng(5)


@pytest.mark.parametrize("radius", [0.3, 0.9])
def test_with_hardly_any_input_the_factor_is_the_radius(radius):
    assert derived_factor(radius, 1e-6) == pytest.approx(radius, rel=1e-6)


def test_the_derived_factor_equals_a_sum_over_random_numbers():
    radius, scale, draws = 1.4, 0.8, rng().normal(size=200_000)
    q = 1.0
    for _ in range(200):
        q = scale**2 + radius**2 * np.mean(np.tanh(np.sqrt(q) * draws) ** 2)
    expected = radius * np.sqrt(np.mean((1 - np.tanh(np.sqrt(q) * draws) ** 2) ** 2))
    assert derived_factor(radius, scale) == pytest.approx(expected, rel=0.01)


def test_in_a_linear_layer_a_rotation_keeps_a_slope_and_half_of_it_halves_it():
    layer = SimpleRNN(2, 8, rng(), activation="linear")
    inputs, lags = rng().normal(size=(5, 12, 2)), [1, 3, 11]
    assert slopes_by_lag(layer, inputs, lags, rng()) == pytest.approx(np.ones(3), rel=1e-12)
    W, U, b = layer.get_weights()
    layer.set_weights([W, 0.5 * U, b])
    halved = slopes_by_lag(layer, inputs, lags, rng())
    assert halved == pytest.approx([0.5, 0.5**3, 0.5**11], rel=1e-12)


def test_with_no_way_back_through_h_a_cell_keeps_what_its_forget_gates_keep():
    layer = LSTM(2, 4, rng(), forget_bias=2.0)
    layer.set_weights([np.zeros_like(w) if k < 2 else w for k, w in enumerate(layer.get_weights())])
    lengths = slopes_by_lag(layer, rng().normal(size=(3, 9, 2)), [2, 5], rng())
    kept = 1 / (1 + np.exp(-2.0))
    assert lengths == pytest.approx([kept**2, kept**5], rel=1e-12)


def test_lengths_equal_those_of_keras():
    layer, inputs = LSTM(3, 4, rng()), rng().normal(size=(2, 7, 3))
    theirs = keras.layers.LSTM(4, return_state=True, dtype="float64")
    theirs.build((2, 7, 3))
    theirs.set_weights(layer.get_weights())
    slopes = rng().normal(size=(2, 4))
    slopes /= np.linalg.norm(slopes, axis=1, keepdims=True)
    _, *state = theirs(inputs[:, :4])
    with tf.GradientTape() as tape:
        tape.watch(state)
        _, _, c = theirs(inputs[:, 4:], initial_state=state)
        loss = tf.reduce_sum(c * slopes)
    along_c = tape.gradient(loss, state)[1].numpy()
    expected = np.sqrt(np.mean(np.sum(along_c**2, axis=1)))
    assert slopes_by_lag(layer, inputs, [3], rng()) == pytest.approx([expected], rel=1e-10)


def test_a_wide_network_is_as_derived():
    layer = SimpleRNN(64, 64, rng())
    W, U = orthogonal(rng(), (2, 64, 64))
    layer.set_weights([W, 1.5 * U, np.zeros(64)])
    lags = range(5, 41, 5)
    lengths = slopes_by_lag(layer, rng().normal(size=(32, 80, 64)), lags, rng())
    assert factor_per_step(lengths, lags) == pytest.approx(derived_factor(1.5, 1.0), abs=0.02)


@pytest.mark.parametrize("lags", [[1, 4, 9], [7, 8], [0.5, 0.75]])
def test_the_factor_of_a_power_is_its_base(lags):
    lags = np.array(lags)
    assert factor_per_step(3 * 0.7**lags, lags) == pytest.approx(0.7, rel=1e-12)


INPUTS = np.ones((2, 5, 3))


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda layer: derived_factor(0, 1), "radius"),
        (lambda layer: derived_factor(1, float("nan")), "scale"),
        (lambda layer: slopes_by_lag(layer, INPUTS[0], [1], rng()), "inputs"),
        (lambda layer: slopes_by_lag(layer, INPUTS[..., :2], [1], rng()), "inputs"),
        (lambda layer: slopes_by_lag(layer, INPUTS, [5], rng()), "lags"),
        (lambda layer: slopes_by_lag(layer, INPUTS, [0], rng()), "lags"),
        (lambda layer: slopes_by_lag(layer, INPUTS, [], rng()), "lags"),
        (lambda layer: slopes_by_lag(layer, INPUTS, [1], 1), "rng"),
        (lambda layer: slopes_by_lag("layer", INPUTS, [1], rng()), "layer"),
        (
            lambda layer: slopes_by_lag(SimpleRNN(3, 2, rng(), networks=2), INPUTS, [1], rng()),
            "layer",
        ),
        (lambda layer: factor_per_step([1.0], [1]), "lags"),
        (lambda layer: factor_per_step([1.0, 2.0], [1]), "lags"),
        (lambda layer: factor_per_step([1.0, 0.0], [1, 2]), "lengths"),
    ],
)
def test_bad_arguments_are_refused(call, name):
    with pytest.raises(ValueError, match=f"{name}: expected"):
        call(SimpleRNN(3, 2, rng()))


@pytest.mark.parametrize(
    ("radius", "scale", "factor"),
    [
        (10, 1, 2.348104200639),
        (1, 1e-3, 0.99929368346908),
        (1, 0.01, 0.9930067168800578),
    ],
)
def test_the_factor_is_right_where_states_are_large_and_where_they_settle_slowly(
    radius, scale, factor
):
    assert derived_factor(radius, scale) == pytest.approx(factor, rel=1e-8)


def test_a_layer_in_a_network_keeps_its_gradients():
    layer = SimpleRNN(2, 3, rng())
    layer.forward(np.ones((1, 4, 2)))
    layer.backward(np.ones((1, 3)))
    before = [each.copy() for each in layer.gradients.values()]
    slopes_by_lag(layer, rng().normal(size=(3, 6, 2)), [2], rng())
    found = layer.gradients.values()
    assert all((a == b).all() for a, b in zip(found, before, strict=True))


@pytest.mark.parametrize("lags", [3, None, [[1]]])
def test_lags_that_are_no_row_are_refused(lags):
    with pytest.raises(ValueError, match="lags: expected"):
        slopes_by_lag(SimpleRNN(3, 2, rng()), INPUTS, lags, rng())


def test_a_line_needs_two_places_and_sizes_have_bounds():
    with pytest.raises(ValueError, match="lags: expected"):
        factor_per_step([1.0, 2.0], [3, 3])
    with pytest.raises(ValueError, match="radius: expected a number up to"):
        derived_factor(1e200, 1)


def test_a_radius_and_a_scale_go_up_to_a_thousand():
    # where nearly all units stand at their ends, q is the sum of both squares
    assert settled_variance(1000, 1000) == pytest.approx(2e6, rel=1e-3)
    for name in ("radius", "scale"):
        wanted = f"^{name}: expected a number up to 1,000, got 1000\\.5$"
        with pytest.raises(ValueError, match=wanted):
            settled_variance(**{"radius": 1, "scale": 1, name: 1000.5})


@pytest.mark.parametrize(("radius", "scale"), [(0.1, 0.5), (0.9, 0.2), (3, 0.1), (2, 5)])
def test_the_settled_variance_is_that_of_its_equation(radius, scale):
    q = settled_variance(radius, scale)
    z = np.linspace(-12, 12, 20_001) * np.sqrt(q)
    density = np.exp(-(z**2) / (2 * q))
    mean = density @ np.tanh(z) ** 2 / density.sum()
    assert q == pytest.approx(scale**2 + radius**2 * mean, rel=1e-6)


@pytest.mark.parametrize("radius", [1e-3, 0.1, 0.5, 0.99, 1.5, 1000])
@pytest.mark.parametrize("part", [1e-4, 1e-2, 1])
def test_the_settled_variance_is_right_to_nine_digits(radius, part):
    q, scale = settled_variance(radius, radius * part), radius * part

    def more(q):
        return scale**2 + radius**2 * average(np.tanh, q, 2) - q

    assert more(q * (1 - 1e-9)) > 0 > more(q * (1 + 1e-9))


def test_slopes_of_both_ways_are_refused():
    rng = np.random.default_rng(1)
    layer = Bidirectional(*(SimpleRNN(2, 3, rng) for _ in range(2)))
    wanted = "^layer: expected a single layer that reads one way, got an ensemble, or both ways$"
    with pytest.raises(ValueError, match=wanted):
        slopes_by_lag(layer, np.ones((4, 5, 2)), [1, 2], rng)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("radius", "lag"), [(0.5, 150), (0.5, 590), (3.0, 400)])
def test_the_shortest_and_the_longest_slopes_are_right(dtype, radius, lag):
    rng = np.random.default_rng(1)
    layer = SimpleRNN(2, 6, rng, return_sequences=True, activation="linear", dtype=dtype)
    kernel = orthogonal(rng, (6, 6)).astype(dtype)
    layer.U[...] = radius * kernel
    zeros = np.zeros((3, lag + 1, 2))
    found = slopes_by_lag(layer, zeros, [lag], rng)
    assert np.log(found[0]) / lag == pytest.approx(np.log(radius), abs=1e-6)
    assert layer.dtype == dtype


def test_slopes_that_cannot_be_taken_leave_the_generator_alone():
    rng, other = np.random.default_rng(1), np.random.default_rng(1)
    layer = SimpleRNN(2, 6, np.random.default_rng(2), return_sequences=True, activation="linear")
    layer.U[...] *= 1e3
    with pytest.raises(ValueError, match="numbers that grow to infinity"):
        slopes_by_lag(layer, np.ones((3, 200, 2)), [10], rng)
    assert rng.random() == other.random()


def test_slopes_that_grow_to_infinity_are_refused():
    rng = np.random.default_rng(1)
    layer = SimpleRNN(1, 2, rng, activation="linear")
    layer.U[...] = 1e10 * np.eye(2)
    assert slopes_by_lag(layer, np.zeros((1, 60, 1)), [30], rng) == pytest.approx(1e300)
    with pytest.raises(ValueError, match="lags: expected shorter ones, got slopes that grow"):
        slopes_by_lag(layer, np.zeros((1, 60, 1)), [30, 31, 40], rng)
    layer.U[...] = [[1e200, -1e200], [1e200, 1e200]]  # ∞ − ∞ on the way
    with pytest.raises(ValueError, match="lags: expected shorter ones, got slopes that grow"):
        slopes_by_lag(layer, np.zeros((1, 60, 1)), [5], rng)


def test_a_factor_is_right_of_lags_far_from_zero_and_refused_if_infinite():
    assert factor_per_step([1, 2], [1e16, 1e16 + 2]) == pytest.approx(2**0.5)
    for lengths, lags in (([1e-300, 1e300], [1, 2]), ([1, 2], [1e-300, 3e-300])):
        with pytest.raises(
            ValueError, match=r"^lengths: expected a factor below infinity, got others$"
        ):
            factor_per_step(lengths, lags)


@pytest.mark.parametrize("kind", [SimpleRNN, LSTM])
def test_a_layer_of_fewer_digits_walks_in_all_of_them(kind):
    few, many = (kind(3, 4, rng(), dtype=dtype) for dtype in (np.float32, np.float64))
    many.set_weights(few.get_weights())
    inputs = rng().normal(size=(3, 9, 3))
    expected = slopes_by_lag(many, inputs, [2, 8], rng())
    assert slopes_by_lag(few, inputs, [2, 8], rng()) == pytest.approx(expected, rel=1e-12)
