"""Networks that count: what is right, and how far."""

import numpy as np
import pytest

from helpers import counting
from helpers.lstm import LSTM


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
