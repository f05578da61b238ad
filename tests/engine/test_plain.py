"""The plainest recurrent network: its numbers are those of the layers, and it learns."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.engine import Dense, Network, SimpleRNN, jacobian, plain, squared_error
from helpers.engine.plain import backward, forward, learn_to_echo

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
    words = [line.split() for line in said.splitlines()]
    assert [each[0] for each in words] == ["with", "without"]
    assert float(words[0][-1]) < 0.02
    assert 0.9 < float(words[1][-1]) < 1.1
