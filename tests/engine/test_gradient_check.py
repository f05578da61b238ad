"""Derivatives by central differences, and what they find out."""

import tracemalloc

import numpy as np
import pytest

from helpers.engine import (
    GRU,
    LSTM,
    Dense,
    Layer,
    Network,
    SimpleRNN,
    check_gradients,
    gradient_check,
    independent_directions,
    jacobian,
    softmax_cross_entropy,
    squared_error,
)
from helpers.lesson import edited
from helpers.models import untrained_adders


def test_jacobian_of_a_known_function():
    def function(p):
        return np.array([[p[0] * p[1], np.sin(p[2])], [p[0] ** 2, 5.0]])

    x, y, z = point = np.array([0.3, -1.2, 2.0])
    expected = [[y, x, 0], [0, 0, np.cos(z)], [2 * x, 0, 0], [0, 0, 0]]
    assert jacobian(function, point) == pytest.approx(np.array(expected), abs=1e-9)
    assert point.tolist() == [0.3, -1.2, 2.0]


def test_jacobian_of_a_single_number_is_one_row():
    assert jacobian(lambda p: p @ p, [1.0, 2.0]) == pytest.approx(np.array([[2.0, 4.0]]))


def test_its_error_falls_with_the_square_of_the_step():
    errors = [abs(jacobian(lambda p: p[0] ** 3, [1.0], step).item() - 3) for step in (0.1, 0.01)]
    assert errors[0] / errors[1] == pytest.approx(100, rel=1e-3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1.0, [1.0]), "function: expected a function, got 1.0"),
        ((np.sum, [[1.0]]), "point: expected an array with 1 axis"),
        ((np.sum, []), "point: expected at least one element"),
        ((np.sum, [np.inf]), "point: expected finite numbers"),
        (
            (lambda p: p * np.nan, [1.0]),
            r"function\(point\): expected finite numbers, got NaN or infinity",
        ),
        ((np.sum, [1.0], 0), "step: expected a positive number, got 0"),
    ],
)
def test_jacobian_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        jacobian(*arguments)


def test_the_default_step_is_neither_too_long_nor_too_short():
    assert jacobian(lambda p: 1e4 * np.exp(p[0]), [0.0]).item() == pytest.approx(1e4, abs=2e-6)


def test_a_function_may_change_what_it_is_given_and_reuse_what_it_returns():
    room = np.empty(2)

    def doubled(p):
        p *= 2
        room[:] = p
        return room

    assert jacobian(doubled, [1.0, 2.0]) == pytest.approx(2 * np.eye(2))


@pytest.mark.parametrize("step", [-1e-5, np.nan, [1.0], "1", 1e-20])
def test_a_step_that_leads_nowhere_is_refused(step):
    with pytest.raises(ValueError, match="step: expected"):
        jacobian(np.sum, [1.0], step)


@pytest.mark.parametrize(
    "function", [lambda p: None, lambda p: [True], lambda p: 1j * p, lambda p: "1"]
)
def test_a_function_that_returns_no_numbers_is_refused(function):
    with pytest.raises(ValueError, match=r"function\(point\): expected real numbers"):
        jacobian(function, [1.0])


def test_a_function_that_returns_one_shape_and_then_another_is_refused():
    shapes = iter([(1,), (3,)])
    said = r"^function\(point\): expected one shape, got shapes \{\((1|3),\), \((1|3),\)\}$"
    with pytest.raises(ValueError, match=said):
        jacobian(lambda p: np.ones(next(shapes)), [1.0])


def test_independent_directions_are_counted():
    def function(p):  # p0 + p1 and p2, in four ways
        return np.array([p[0] + p[1], p[2], p[0] + p[1] + p[2], 5.0])

    assert independent_directions(function, [0.3, 1.0, -2.0]) == 2
    # a direction that hardly counts is still one; rounding is none
    assert independent_directions(lambda p: p * [1.0, 1e-4], [1.0, 1.0]) == 2
    assert independent_directions(lambda p: [p[0], p[0] / 3], [0.7, 0.1]) == 1
    # a small step does not see how a curve goes on
    assert independent_directions(lambda p: [p[0], p[1] ** 5], [1.0, 0.0]) == 1
    # beside the longest, whatever this is
    assert independent_directions(lambda p: p * [1e3, 1e-5], [1.0, 1.0]) == 1
    assert independent_directions(lambda p: p * [1e-4, 1e-6], [1.0, 1.0]) == 2


def network_of(layer=SimpleRNN):
    rng = np.random.default_rng(1)
    layers = [layer(2, 3, rng), Dense(3, 2, rng)]
    return Network(layers, squared_error), rng.normal(size=(4, 5, 2)), rng.normal(size=(4, 2))


def test_right_gradients_pass_and_the_parameters_stay():
    network, *data = network_of()
    before = network.parameters.tolist()
    check_gradients(network, *data)
    assert network.parameters.tolist() == before


@pytest.mark.sources
def test_a_broken_line_of_the_backward_pass_raises():
    # the curve of tanh is left out
    Forgetful = edited(SimpleRNN, "dz = dh * act_prime(h)", "dz = dh")
    network, *data = network_of(Forgetful)
    before = network.parameters.tolist()
    with pytest.raises(AssertionError, match=r"gradients: off by .*, most at parameter \d+"):
        check_gradients(network, *data)
    assert network.parameters.tolist() == before


def test_an_error_in_one_slope_is_found_where_it_is(monkeypatch):
    network, *data = network_of()
    right = network.loss_and_gradients

    def wrong(*data):
        loss = right(*data)
        network.gradients[7] *= 1.001
        return loss

    monkeypatch.setattr(network, "loss_and_gradients", wrong)
    with pytest.raises(AssertionError, match="most at parameter 7"):
        check_gradients(network, *data)


def test_what_cannot_be_checked_is_refused_and_the_parameters_stay():
    network, inputs, targets = network_of()
    before = network.parameters.tolist()
    with pytest.raises(ValueError, match="targets: expected"):
        check_gradients(network, inputs, targets[:, :1])
    assert network.parameters.tolist() == before
    ensemble = untrained_adders(np.random.default_rng(1), 2)
    with pytest.raises(ValueError, match="network: expected a single network, got an ensemble"):
        check_gradients(ensemble, inputs, targets)


def test_a_network_of_few_digits_is_not_judged():
    layer = Dense(3, 2, np.random.default_rng(1), dtype=np.float32)
    network = Network([layer], squared_error)
    with pytest.raises(ValueError, match=r"network: expected float64.*, got one in float32"):
        check_gradients(network, np.ones((4, 3)), np.ones((4, 2)))
    with pytest.raises(ValueError, match=r"function\(point\): expected float64.*, got float32"):
        jacobian(lambda point: point.astype(np.float32), [1.0, 2.0])


def test_a_weight_with_small_slopes_is_held_to_its_own_size(monkeypatch):
    network, *data = network_of()
    network.layers[1].weights["kernel"] *= 1e-4  # so little comes down to the first layer
    right = network.loss_and_gradients

    def wrong(*data):
        loss = right(*data)
        network.layers[0].gradients["bias"] *= 1.01
        return loss

    check_gradients(network, *data)
    monkeypatch.setattr(network, "loss_and_gradients", wrong)
    with pytest.raises(AssertionError, match="bias of layer 1, SimpleRNN"):
        check_gradients(network, *data)


def test_what_was_not_tried_is_named_and_nothing_at_all_is_right_too():
    network, inputs, targets = network_of()
    assert check_gradients(network, inputs, targets) == []
    one_step = check_gradients(network, inputs[:, :1], targets)  # from a state of zeros
    assert one_step == ["recurrent_kernel of layer 1, SimpleRNN"]
    dense = Dense(2, 2, np.random.default_rng(1))
    still = Network([dense], lambda y, t: (0 * y, 0 * y))
    assert len(check_gradients(still, np.ones((4, 2)), np.ones((4, 2)))) == 2


def test_many_numbers_take_no_square_of_them():
    tracemalloc.start()
    jacobian(lambda p: p @ p, np.ones(1500))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1500**2  # bytes: one square of float64 takes eight times as many


def test_each_gate_is_held_to_its_own_size_and_named_where_nothing_was_shown(monkeypatch):
    rng = np.random.default_rng(2)
    network = Network([LSTM(2, 3, rng), Dense(3, 2, rng)], squared_error)
    inputs, targets = rng.normal(size=(4, 5, 2)), rng.normal(size=(4, 2))
    assert check_gradients(network, inputs, targets) == []
    one_step = check_gradients(network, inputs[:, :1], targets)  # from a cell of zeros
    assert "kernel of layer 1, LSTM, part 2" in one_step  # so the forget gate did nothing
    assert "kernel of layer 1, LSTM, part 1" not in one_step
    network.layers[0].weights["bias"][3:6] = 12.0  # a forget gate that is hardly ever moved
    right = network.loss_and_gradients

    def wrong(*data):
        loss = right(*data)
        network.layers[0].gradients["kernel"][:, 3:6] *= 1.1
        return loss

    assert check_gradients(network, inputs, targets) == []
    monkeypatch.setattr(network, "loss_and_gradients", wrong)
    with pytest.raises(AssertionError, match="kernel of layer 1, LSTM, part 2"):
        check_gradients(network, inputs, targets)


def test_a_loss_in_small_units_is_judged_in_these():
    def small(outputs, targets):
        losses, slopes = squared_error(outputs, targets)
        return 1e-9 * losses, 1e-9 * slopes

    def none(outputs, targets):
        losses, slopes = small(outputs, targets)
        return losses, 0 * slopes

    network, *data = network_of()
    network.loss = small
    assert check_gradients(network, *data) == []
    network.loss = none
    with pytest.raises(AssertionError, match="gradients: off by"):
        check_gradients(network, *data)


def test_a_step_that_would_be_rounded_is_refused():
    assert jacobian(lambda p: 3 * p, [1e6]).item() == pytest.approx(3, rel=1e-3)
    with pytest.raises(ValueError, match="step: expected one that point can move by"):
        jacobian(lambda p: 3 * p, [1e10])


def test_a_function_of_no_outputs_has_no_directions():
    said = r"^function\(point\): expected at least one number, got none$"
    with pytest.raises(ValueError, match=said):
        independent_directions(lambda point: np.zeros(0), np.ones(2))


@pytest.mark.parametrize("largest", [0, -1e-6, np.nan, "small"])
def test_how_far_gradients_may_be_off_is_a_positive_number(largest):
    network, *data = network_of()
    with pytest.raises(ValueError, match=r"^largest: expected .*, got "):
        check_gradients(network, *data, largest)


def test_slopes_that_are_infinite_are_refused():
    said = r"^function\(point\): expected slopes that are finite, got infinite ones$"
    with pytest.raises(ValueError, match=said):
        jacobian(lambda p: 1.7e308 * np.tanh(1e6 * p), [0.0])
    with pytest.raises(ValueError, match="step: expected one that point can move by"):
        jacobian(lambda p: p, [1.0], step=1.7e308)


@pytest.mark.parametrize("size", [1e308, 1e-300, 1.0])
def test_directions_are_counted_where_they_are_longer_than_any_number(size):
    signs = np.array([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]])  # each 2 long
    assert independent_directions(lambda p: size * (signs @ p), np.full(4, 1e-3)) == 4
    assert independent_directions(lambda p: size * (signs[:2] @ p), np.full(4, 1e-3)) == 2
    assert independent_directions(lambda p: 0 * p, [1.0, 2.0]) == 0


def test_a_loss_that_is_too_large_to_check_is_said_of_the_network():
    network, *data = network_of()
    network.parameters = 1e160 * np.sign(network.parameters)
    before = network.parameters.copy()
    with pytest.raises(ValueError, match=r"^network: expected smaller weights, inputs or targets"):
        check_gradients(network, *data)
    assert (network.parameters == before).all()


def test_a_weight_of_ones_own_is_checked_as_a_whole_and_those_of_gates_by_gate():
    class OwnWeight(LSTM):
        def __init__(self, *sizes, **options):
            super().__init__(*sizes, **options)
            self.add_weights(extra=np.zeros(self.units))

    rng = np.random.default_rng(1)
    layer = OwnWeight(2, 4, rng, return_sequences=True)
    network = Network([layer, Dense(4, 1, rng)], squared_error)
    network.parameters += 0.1 * rng.normal(size=network.parameters.shape)
    unmoved = check_gradients(network, rng.normal(size=(3, 4, 2)), rng.normal(size=(3, 4, 1)))
    assert unmoved == ["extra of layer 1, OwnWeight"]


@pytest.mark.parametrize("layer", [SimpleRNN, LSTM, GRU])
def test_right_gradients_are_called_right_where_inputs_are_not_scaled(layer):
    for seed in range(5):
        rng = np.random.default_rng(seed)
        inputs = rng.integers(0, 256, (8, 8, 8)).astype(float)  # as pixels are
        layers = [layer(8, 6, rng), Dense(6, 3, rng)]
        check_gradients(Network(layers, softmax_cross_entropy), inputs, rng.integers(0, 3, 8))


def test_a_step_that_is_too_long_alone_calls_some_of_them_wrong(monkeypatch):
    monkeypatch.setattr(gradient_check, "STEPS", (1e-5,))
    with pytest.raises(AssertionError, match=r"^gradients: off by"):
        test_right_gradients_are_called_right_where_inputs_are_not_scaled(LSTM)


def test_a_wrong_gradient_is_found_where_inputs_are_not_scaled():
    rng = np.random.default_rng(1)
    layer = Doubled(8, 6, rng)
    network = Network([layer, Dense(6, 3, rng)], softmax_cross_entropy)
    inputs = rng.integers(0, 256, (8, 8, 8)).astype(float)
    with pytest.raises(AssertionError, match=r"kernel of layer 1, Doubled$"):
        check_gradients(network, inputs, rng.integers(0, 3, 8))


class Doubled(SimpleRNN):
    def fill_from(self, dz):
        super().fill_from(1.00001 * dz)


class Waves(Layer):
    """y = sin(c x a) + x b, with (a, b) the two parts of one weight; others are not used."""

    parts_count, features, units, factor = 2, 1, 1, 1.0

    def __init__(self):
        super().__init__(None, np.float64)
        self.add_weights(kernel=np.array([[0.3, 0.7]]), bias=np.array([0.1, 0.2]))
        self.add_weights(extra=np.ones(3))

    def forth(self, x):
        a, b = self.weights["kernel"][0]
        self.x, self.inner = x, 1000 * x * a
        return np.sin(self.inner) + x * b

    def back(self, dy, to_inputs=True):
        along_a = (dy * np.cos(self.inner) * 1000 * self.x).sum()
        along_b = self.factor * (dy * self.x).sum()
        self.fill(kernel=np.array([[along_a, along_b]]), bias=0, extra=0)


def test_what_was_not_tried_is_named_though_others_need_a_shorter_step(monkeypatch):
    network, x = Network([Waves()], squared_error), np.array([[0.9], [1.1]])
    unmoved = [f"bias of layer 1, Waves, part {k}" for k in (1, 2)] + ["extra of layer 1, Waves"]
    assert check_gradients(network, x, 0 * x) == unmoved
    monkeypatch.setattr(gradient_check, "STEPS", (1e-5,))
    with pytest.raises(AssertionError, match=r"parameter 0, kernel of layer 1, Waves, part 1$"):
        check_gradients(network, x, 0 * x)


def test_each_of_two_parts_is_held_to_its_own_size():
    network, x = Network([Waves()], squared_error), np.array([[0.9], [1.1]])
    network.layers[0].factor = 1.0001  # less than rounding next to the other part
    with pytest.raises(AssertionError, match=r"parameter 1, kernel of layer 1, Waves, part 2$"):
        check_gradients(network, x, 0 * x, largest=1e-5)
