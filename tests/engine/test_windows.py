"""Gradients that stay in one window: truncated backpropagation through time."""

import numpy as np
import pytest

from helpers.engine import (
    Dense,
    Network,
    SimpleRNN,
    by_windows,
    softmax_cross_entropy,
    squared_error,
)
from helpers.models import untrained_predictors
from tests.hello import HELLO


@pytest.mark.parametrize("networks", [None, 3])
def test_one_window_over_all_gives_the_whole_gradient(networks):
    network = untrained_predictors(np.random.default_rng(1), 4, 3, networks)
    inputs, targets = HELLO if networks is None else (each[None] for each in HELLO)
    loss = network.loss_and_gradients(inputs, targets)
    expected = network.gradients.copy()
    for carry in (True, False):
        found = by_windows(network, inputs, targets, 4, carry)
        assert found[0] == pytest.approx(loss, rel=1e-12)
        assert found[1] == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("window", [1, 2, 3])
def test_a_state_that_is_carried_leaves_the_loss_as_it_is(window):
    network = untrained_predictors(np.random.default_rng(1), 4, 3)
    loss = network.loss_and_gradients(*HELLO)
    whole = network.gradients.copy()
    carried, gradients = by_windows(network, *HELLO, window)
    assert carried == pytest.approx(loss, rel=1e-12)
    assert not np.allclose(gradients, whole, rtol=1e-3)
    assert by_windows(network, *HELLO, window, False)[0] != pytest.approx(loss, rel=1e-3)


def test_windows_of_one_step_are_characters_alone():
    network = untrained_predictors(np.random.default_rng(1), 4, 3)
    alone = [each.reshape(-1, 1) for each in HELLO]
    loss = network.loss_and_gradients(*alone)
    expected = network.gradients.copy()
    found = by_windows(network, *HELLO, 1, carry=False)
    assert found[0] == pytest.approx(loss, rel=1e-12)
    assert found[1] == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(("window", "carry", "name"), [(0, True, "window"), (1, 1, "carry")])
def test_bad_windows_are_refused(window, carry, name):
    network = untrained_predictors(np.random.default_rng(1), 4, 3)
    with pytest.raises(ValueError, match=f"{name}: expected"):
        by_windows(network, *HELLO, window, carry)


def test_windows_of_several_texts_with_targets_of_their_own_give_the_whole_gradient():
    rng = np.random.default_rng(1)
    network = untrained_predictors(rng, 4, 3, 2)
    inputs, targets = rng.integers(0, 4, (2, 2, 3, 5))
    loss = network.loss_and_gradients(inputs, targets)
    expected = network.gradients.copy()
    found = by_windows(network, inputs, targets, 5)
    assert found[0] == pytest.approx(loss, rel=1e-12)
    assert found[1] == pytest.approx(expected, rel=1e-12, abs=1e-15)
    carried, _ = by_windows(network, inputs, targets, 2)  # more steps than texts
    assert carried == pytest.approx(loss, rel=1e-12)


@pytest.mark.parametrize("shape", [(3,), (1, 0), (0, 3)])
def test_what_has_no_texts_or_no_time_is_refused(shape):
    network, nothing = untrained_predictors(np.random.default_rng(1), 4, 3), np.zeros(shape, int)
    with pytest.raises(ValueError, match=r"inputs: expected (an array with|at least one)"):
        by_windows(network, nothing, nothing, 2)


def test_one_character_is_a_text():
    network, one = untrained_predictors(np.random.default_rng(1), 4, 3), np.zeros((1, 1), int)
    loss, gradients = by_windows(network, one, one, 2)
    assert loss == pytest.approx(network.loss_and_gradients(one, one), rel=1e-12)
    assert gradients == pytest.approx(network.gradients, rel=1e-12)


@pytest.mark.parametrize("targets", [np.tile(HELLO[1], 2), HELLO[1][:, :2], HELLO[1][0], None])
def test_targets_that_do_not_fit_the_windows_are_refused(targets):
    network = untrained_predictors(np.random.default_rng(1), 4, 3)
    with pytest.raises(ValueError, match="targets: expected"):
        by_windows(network, HELLO[0], targets, 2)


@pytest.mark.parametrize("number", [0, 1])
def test_a_symbol_that_no_window_takes_changes_no_gradient(number):
    network, texts = untrained_predictors(np.random.default_rng(1), 4, 3), [*HELLO]
    network.gradients[...] = 7
    texts[number] = texts[number].copy()
    texts[number][0, -1] = 4  # in the last of the windows
    with pytest.raises(ValueError, match="expected whole numbers from 0 to 3, got"):
        by_windows(network, *texts, 2)
    assert (network.gradients == 7).all()


def test_a_network_without_two_layers_is_refused():
    with pytest.raises(ValueError, match="network: expected a network with a recurrent layer"):
        by_windows(None, *HELLO, 2)


@pytest.mark.parametrize(
    ("second", "loss"),
    [
        (lambda rng: SimpleRNN(3, 4, rng, return_sequences=True), softmax_cross_entropy),
        (lambda rng: Dense(3, 4, rng), squared_error),
    ],
)
def test_what_is_no_reader_with_a_softmax_on_top_is_refused(second, loss):
    rng = np.random.default_rng(1)
    walk = SimpleRNN(4, 3, rng, return_sequences=True)
    wanted = "a network with a recurrent layer that returns sequences, Dense, softmax"
    layers = [walk, second(rng)]
    said = f"network: expected {wanted}, got SimpleRNN, {type(layers[1]).__name__}"
    with pytest.raises(ValueError, match=f"^{said}$"):
        by_windows(Network(layers, loss), *HELLO, 2)
