"""Networks that count: what is right, and how far."""

import numpy as np
import pytest

from helpers import counting
from helpers.dense import Dense
from helpers.losses import softmax_cross_entropy
from helpers.lstm import LSTM
from helpers.networks import Network


class Knows:
    """Stands for networks that are right up to some n, each its own."""

    def __init__(self, *limits):
        self.limits, self.leading = limits, (len(limits),) if len(limits) > 1 else ()

    def forward(self, inputs):
        """Return logits that are right where n is within the limit, and else wrong at the end."""
        n = int((inputs == 0).sum() / max(inputs.size / inputs.shape[-1], 1))
        said = np.where(np.arange(2 * n) + 1 < 2 * n, 1, 2)
        all_said = np.stack([said if n <= limit else np.ones_like(said) for limit in self.limits])
        logits = np.eye(3)[all_said][:, None]
        return logits if self.leading else logits[0]


@pytest.mark.parametrize("limits", [(3,), (3, 0, 7)])
def test_right_up_to_is_the_last_n_before_the_first_mistake(limits):
    found = counting.right_up_to(Knows(*limits), 5)
    expected = [min(limit, 5) for limit in limits]
    assert found.tolist() == (expected if len(limits) > 1 else expected[0])


def test_what_is_said_while_a_is_read_does_not_count():
    network = Knows(4)
    logits = network.forward(np.array([[0, 0, 0, 1, 1, 1]]))
    assert logits.argmax(axis=-1)[0, :2].tolist() == [1, 1]  # wrong: a comes
    assert counting.all_right(network, 3)


def test_an_untrained_network_does_not_count_and_a_trained_one_does():
    rng = np.random.default_rng(1)
    network = counting.counter_network(LSTM(3, 6, rng, return_sequences=True, networks=3), rng)
    assert counting.right_up_to(network, 4).max() < 4
    counting.learn_to_count(network, rng, rate=0.05, updates=200, most=5)
    assert (counting.right_up_to(network, 4) == 4).sum() >= 2


@pytest.mark.parametrize(
    ("change", "name"), [({"most": 0}, "most"), ({"updates": 0}, "updates"), ({"rate": 0}, "rate")]
)
def test_bad_arguments_are_refused(change, name):
    rng = np.random.default_rng(1)
    network = counting.counter_network(LSTM(3, 2, rng, return_sequences=True), rng)
    good = {"rate": 0.1, "updates": 1, "most": 3}
    with pytest.raises(ValueError, match=f"{name}: expected"):
        counting.learn_to_count(network, rng, **good | change)


def test_training_draws_every_n_for_each_network(monkeypatch):
    seen, rng = {}, np.random.default_rng(1)

    def fake(network, draw, optimizer, **options):
        seen.update(options, draw=draw, rate=optimizer.rate)

    monkeypatch.setattr(counting, "fit_fresh", fake)
    network = counting.counter_network(
        LSTM(3, 2, rng, return_sequences=True, networks=2, dtype=np.float32), rng
    )
    assert network.parameters.dtype == np.float32
    counting.learn_to_count(network, rng, rate=0.1, updates=7, most=3)
    assert (seen["clip"], seen["rate"], seen["updates"]) == (1.0, 0.1, 7)
    inputs, targets = seen["draw"](rng)
    assert inputs.shape == (2, 32, 7)
    assert (targets[..., -1] == 2).all()
    n = (inputs == 0).sum(axis=-1)
    assert set(n[0]) == set(n[1]) == {1, 2, 3}
    assert (n[0] != n[1]).any()


def test_all_b_and_the_end_have_to_be_right():
    class Says:
        leading = ()

        def __init__(self, said):
            self.said = said

        def forward(self, inputs):
            return np.eye(3)[self.said][None]

    assert counting.all_right(Says([0, 0, 1, 1, 1, 2]), 3)
    assert not counting.all_right(Says([0, 0, 1, 0, 1, 2]), 3)
    assert not counting.all_right(Says([0, 0, 1, 1, 1, 1]), 3)
    assert counting.all_right(Says([2, 2, 2, 1, 1, 2]), 3)


def test_right_after_a_mistake_does_not_count():
    class Misses:
        leading = ()

        def forward(self, inputs):
            n = inputs.shape[-1] // 2
            said = np.where(np.arange(2 * n) + 1 < 2 * n, 1, 2 if n != 2 else 1)
            return np.eye(3)[said][None]

    assert counting.right_up_to(Misses(), 4) == 1


@pytest.mark.parametrize("most", [0, 2.0])
def test_a_most_that_is_no_count_is_refused(most):
    rng = np.random.default_rng(1)
    network = counting.counter_network(LSTM(3, 2, rng, return_sequences=True), rng)
    with pytest.raises(ValueError, match="most: expected"):
        counting.right_up_to(network, most)


def test_a_layer_that_cannot_count_is_refused():
    rng = np.random.default_rng(1)
    for layer in (LSTM(3, 2, rng), LSTM(2, 2, rng, return_sequences=True), None):
        with pytest.raises(ValueError, match="layer: expected a recurrent layer"):
            counting.counter_network(layer, rng)


def test_a_network_with_other_outputs_is_refused():
    rng = np.random.default_rng(1)
    layers = [LSTM(3, 2, rng, return_sequences=True), Dense(2, 4, rng)]
    with pytest.raises(ValueError, match="network: expected outputs of shape"):
        counting.right_up_to(Network(layers, softmax_cross_entropy), 2)
