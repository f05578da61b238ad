"""The plainest recurrent network: its numbers are those of the layers, and it learns."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.engine import Dense, Network, SimpleRNN, squared_error
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


@pytest.mark.parametrize("seed", range(5))
def test_it_learns_to_echo_and_without_a_memory_it_does_not(seed):
    ends = [
        np.mean(learn_to_echo(np.random.default_rng(seed), has_memory)[-100:])
        for has_memory in (True, False)
    ]
    assert ends[0] < 0.02
    assert ends[1] > 0.98


def test_who_runs_it_sees_both():
    command = [sys.executable, "-m", "helpers.engine.plain"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    kinds = [line.split(":")[0] for line in said.splitlines()]
    assert kinds == ["with a memory", "without a memory"]
