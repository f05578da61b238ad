"""The plainest networks: their numbers are those of the layers, and the first one learns."""

import subprocess
import sys
import textwrap

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import engine
from helpers.engine import (
    LSTM,
    Dense,
    Network,
    SimpleRNN,
    jacobian,
    plain,
    plain_lstm,
    squared_error,
)
from helpers.engine.plain import backward, forward, learn_to_echo
from helpers.engine.plain_lstm import sigmoid, what_comes_back

sizes = st.integers(1, 5)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), sizes, sizes, sizes, sizes)
def test_it_is_the_network_that_the_layers_make(seed, time, features, units, outputs):
    rng = np.random.default_rng(seed)
    layers = SimpleRNN(features, units, rng, return_sequences=True), Dense(units, outputs, rng)
    network = Network(layers, squared_error)
    network.parameters[...] = rng.normal(size=network.parameters.shape)
    weights = [weight for layer in layers for weight in layer.get_weights()]
    x, targets = rng.normal(size=(time, features)), rng.normal(size=(time, outputs))
    h, y = forward(x, *weights)
    network.loss_and_gradients(x[np.newaxis], targets[np.newaxis])
    assert y == pytest.approx(network.forward(x[np.newaxis])[0], abs=1e-12)
    found = backward(x, h, 2 * (y - targets) / y.size, *weights)
    expected = [gradient for layer in layers for gradient in layer.gradients.values()]
    for ours, theirs in zip(found, expected, strict=True):
        assert ours == pytest.approx(theirs, rel=1e-11, abs=1e-12)


def test_its_gradients_are_measured_ones():
    rng = np.random.default_rng(3)
    sizes = (2, 3), (3, 3), 3, (3, 2), 2
    weights, x, c = [rng.normal(size=size) for size in sizes], *rng.normal(size=(2, 4, 2))
    for k, weight in enumerate(weights):

        def loss(values, k=k, weight=weight):
            changed = [*weights[:k], np.reshape(values, weight.shape), *weights[k + 1 :]]
            return np.sum(c * forward(x, *changed)[1])

        found = backward(x, forward(x, *weights)[0], c, *weights)[k]
        measured = jacobian(loss, weight.ravel())[0]
        assert found.ravel() == pytest.approx(measured, rel=1e-6, abs=1e-8)


def test_it_measures_its_gradients_and_sees_one_that_is_wrong(monkeypatch):
    assert 0 < plain.largest_error(np.random.default_rng(3)) < 1e-8
    assert plain.largest_error(np.random.default_rng(3), 5, 0.1) > 1e-4  # a step too long
    for k in range(5):  # in each gradient, one number that is off

        def wrong(*given, k=k):
            gradients = backward(*given)
            gradients[k].flat[-1] += 0.01
            return gradients

        monkeypatch.setattr(plain, "backward", wrong)
        assert plain.largest_error(np.random.default_rng(3)) == pytest.approx(0.01, rel=1e-3)


@pytest.mark.parametrize("seed", range(5))
def test_it_learns_to_echo_and_without_a_memory_only_what_it_has_just_read(seed):
    def end(**options):
        return np.mean(learn_to_echo(np.random.default_rng(seed), **options)[-100:])

    assert end() < 0.02
    assert 0.98 < end(has_memory=False) < 1.05
    assert end(has_memory=False, delay=0) < 0.02


def test_what_is_not_said_is_two_steps_eight_units_a_memory_and_a_thousand_updates():
    left_out = learn_to_echo(np.random.default_rng(4))
    said = learn_to_echo(np.random.default_rng(4), 2, True, 8, 1000, 0.05)
    assert left_out == said


def test_the_first_update_is_a_step_down_the_measured_slope_of_the_mean_of_twenty():
    rng, delay, rate = np.random.default_rng(3), 3, 0.07
    sizes = (1, 2), (2, 2), 2, (2, 1), 1
    weights = [rng.normal(0, 0.3, size) for size in sizes]
    first, second = (rng.choice([-1.0, 1.0], (delay + 20, 1)) for _ in range(2))

    def loss(values, x):
        ends = np.cumsum([weight.size for weight in weights])[:-1]
        parts = zip(np.split(np.asarray(values), ends), weights, strict=True)
        _, y = forward(x, *[part.reshape(weight.shape) for part, weight in parts])
        return np.mean((y[delay:] - x[:-delay]) ** 2)

    begin = np.concatenate([weight.ravel() for weight in weights])
    slopes = jacobian(lambda values: loss(values, first), begin)[0]
    expected = [loss(begin, first), loss(begin - rate * slopes, second)]
    found = learn_to_echo(np.random.default_rng(3), delay, units=2, updates=2, rate=rate)
    assert found == pytest.approx(expected, rel=1e-6)


def test_who_runs_it_sees_both():
    command = [sys.executable, plain.__file__]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    first, *words = [line.split() for line in said.splitlines()]
    assert 0 < float(first[3]) < 1e-8
    assert [each[0] for each in words] == ["with", "without"]
    assert float(words[0][-1]) < 0.02
    assert 0.9 < float(words[1][-1]) < 1.1


def test_what_the_face_of_the_room_shows_learns_to_echo_too():
    names = dict(vars(engine), np=np)
    code = [line for line in engine.__doc__.splitlines() if line.startswith("    ")]
    exec(textwrap.dedent("\n".join(code)), names)
    assert names["losses"].shape == (320,)
    assert names["losses"][0] > 0.5
    assert names["losses"][-1] < 0.02


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), sizes, sizes, sizes)
def test_the_plain_lstm_is_the_layer(seed, time, features, units):
    rng = np.random.default_rng(seed)
    layer = LSTM(features, units, rng, return_sequences=True)
    weights = [rng.normal(size=weight.shape) for weight in layer.get_weights()]
    layer.set_weights(weights)
    x, slopes = rng.normal(size=(time, features)), rng.normal(size=(time, units))
    h, c, gates = plain_lstm.forward(x, *weights)
    assert h[1:] == pytest.approx(layer.forward(x[np.newaxis])[0], abs=1e-12)
    assert [h[-1], c[-1]] == pytest.approx(np.array(layer.state)[:, 0], abs=1e-12)
    expected = [layer.backward(slopes[np.newaxis])[0], *layer.gradients.values()]
    found = plain_lstm.backward(x, h, c, gates, slopes, *weights)
    for ours, theirs in zip(found, expected, strict=True):
        assert ours == pytest.approx(theirs, rel=1e-11, abs=1e-12)


def test_its_sigmoid_is_one_over_one_plus_exp_and_does_not_overflow():
    z = np.linspace(-30, 30, 13)
    assert sigmoid(z) == pytest.approx(1 / (1 + np.exp(-z)), abs=1e-15)
    with np.errstate(all="raise"):
        assert sigmoid(np.array([-1e4, 1e4])).tolist() == [0, 1]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("bias", [-1, 1, 5])
def test_a_gradient_comes_back_as_far_as_the_forget_gates_let_it(seed, bias):
    rng = np.random.default_rng(seed)
    size = np.mean([what_comes_back(rng, bias) for _ in range(100)], axis=0)
    for steps in (10, 20, 40):
        a_step = (size[-2 - steps] / size[-2]) ** (1 / steps)
        assert a_step == pytest.approx(sigmoid(bias), rel=0.1)


def test_what_comes_back_is_the_measured_slope_of_the_sum_of_the_last_h():
    time, units, bias = 7, 3, 2.0
    rng = np.random.default_rng(5)
    x, W = rng.normal(size=(time, 1)), rng.normal(0, 0.3, (1, 4 * units))
    U, b = np.zeros((units, 4 * units)), np.repeat([0, bias, 0, 0], units)

    def loss(values):
        return np.sum(plain_lstm.forward(np.reshape(values, x.shape), W, U, b)[0][-1])

    measured = np.abs(jacobian(loss, x.ravel())[0])
    found = what_comes_back(np.random.default_rng(5), bias, time, units)
    assert found == pytest.approx(measured, rel=1e-6)
    left_out = what_comes_back(np.random.default_rng(5), bias)
    assert (left_out == what_comes_back(np.random.default_rng(5), bias, 50, 8)).all()


def test_who_runs_the_lstm_sees_what_each_bias_lets_through():
    command = [sys.executable, plain_lstm.__file__]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    _, *lines = [line.replace("(", "").replace(")", "").split() for line in said.splitlines()]
    assert [line[1] for line in lines] == ["0.27:", "0.73:", "0.99:"]
    for line in lines:
        left = [float(line[k]) for k in (5, 6, 10, 11)]
        assert (left[0] / left[1]) ** 0.1 == pytest.approx(1, rel=0.1)
        assert (left[2] / left[3]) ** 0.025 == pytest.approx(1, rel=0.1)
    assert left[2] > 0.5
