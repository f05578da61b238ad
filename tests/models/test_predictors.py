"""Networks that say which character comes next."""

import numpy as np
import pytest

from helpers.engine import (
    Adam,
    Dense,
    Network,
    SimpleRNN,
    softmax,
    softmax_cross_entropy,
    squared_error,
)
from helpers.models import (
    probabilities,
    says_right,
    state_distances,
    teach,
    trained_predictors,
    untrained_predictors,
    word_probability,
)
from helpers.models.predictors import targets_for
from helpers.tasks import next_characters
from tests.hello import HELLO, say_hello


@pytest.fixture(scope="module")
def trained():
    return say_hello()


def test_trained_networks_say_hello_and_untrained_ones_do_not(trained):
    assert says_right(trained, HELLO[0][None], HELLO[1][None]).all()
    fresh = untrained_predictors(np.random.default_rng(1), 4, 4, 10)
    assert says_right(fresh, HELLO[0][None], HELLO[1][None]).sum() < 3


def test_one_letter_wrong_is_not_right(trained):
    targets = HELLO[1][None].copy()
    targets[..., 1] = 0
    assert not says_right(trained, HELLO[0][None], targets).any()


@pytest.mark.parametrize("temperature", [0.5, 2.0])
def test_the_probability_of_a_word_is_the_product_over_its_characters(temperature):
    rng = np.random.default_rng(5)
    network = untrained_predictors(rng, 4, 3)
    logits = network.forward(HELLO[0])[0]
    expected = np.prod(
        [softmax(z / temperature)[t] for z, t in zip(logits, HELLO[1][0], strict=True)]
    )
    found = word_probability(network, *HELLO, temperature)
    assert found == pytest.approx([expected], rel=1e-12)


def test_the_probabilities_of_all_words_add_up_to_one():
    network = untrained_predictors(np.random.default_rng(5), 3, 2, 2)
    words = np.indices((3, 3, 3)).reshape(3, -1).T
    inputs = np.column_stack([np.zeros(27, int), words[:, :-1]])
    total = word_probability(network, inputs[None], words[None]).sum(axis=1)
    assert total == pytest.approx([1, 1], rel=1e-12)


def test_distances_are_those_between_the_states(trained):
    states = trained.layers[0].forward(HELLO[0][None])
    for first, second in ((2, 3), (0, 3)):
        expected = np.sqrt(((states[:, :, first] - states[:, :, second]) ** 2).sum(axis=-1))
        found = state_distances(trained, HELLO[0][None], first, second)
        assert found == pytest.approx(expected, rel=1e-12)


def test_training_is_adam_on_all_words_at_once():
    inputs, targets = next_characters(["hello", "ohell"], "helo")
    options = {"size": 4, "units": 1, "networks": 3}
    found, losses = trained_predictors(
        np.random.default_rng(2), inputs, targets, **options, rate=0.03, updates=3
    )
    expected = untrained_predictors(np.random.default_rng(2), **options)
    optimizer, by_hand = Adam(0.03), []
    for _ in range(3):
        by_hand.append(expected.loss_and_gradients(inputs[None], targets[None]))
        optimizer.step(expected.parameters, expected.gradients)
    assert losses == pytest.approx(np.array(by_hand))
    assert found.parameters == pytest.approx(expected.parameters)


def test_a_network_of_more_layers_is_taught_as_well():
    rng = np.random.default_rng(1)
    options = {"return_sequences": True}
    layers = [SimpleRNN(4, 3, rng, **options), SimpleRNN(3, 2, rng, **options), Dense(2, 4, rng)]
    losses = teach(Network(layers, softmax_cross_entropy), rng, *HELLO, updates=30)
    assert losses.shape == (30,)
    assert losses[-1] < losses[0]


def test_another_generator_starts_other_networks():
    starts = [
        untrained_predictors(np.random.default_rng(seed), 4, 3).parameters for seed in (1, 1, 2)
    ]
    assert (starts[0] == starts[1]).all()
    assert (starts[0] != starts[2]).any()


def test_one_word_of_two_right_is_not_right(trained):
    inputs = np.concatenate([HELLO[0], HELLO[0]])[None]
    targets = np.concatenate([HELLO[1], HELLO[1][:, ::-1]])[None]
    assert not says_right(trained, inputs, targets).any()


ONE = HELLO[0][None], HELLO[1][None]


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda n: says_right(n, ONE[0], None), "targets"),
        (lambda n: says_right(n, ONE[0], ONE[1] + 9), "targets"),
        (lambda n: says_right(n, ONE[0], ONE[1][..., :1]), "targets"),
        (lambda n: word_probability(n, ONE[0], ONE[1] - 1 - ONE[1]), "targets"),
        (lambda n: word_probability(n, ONE[0], 1), "targets"),
        (lambda n: probabilities(n, ONE[0], 0), "temperature"),
        (lambda n: state_distances(n, ONE[0], 4, 0), "first"),
        (lambda n: state_distances(n, ONE[0], 0, -1), "second"),
        (lambda n: teach(n, np.random.default_rng(1), 1, 1), "inputs"),
        (lambda n: teach(n, np.random.default_rng(1), *HELLO, updates=0), "updates"),
    ],
)
def test_what_networks_cannot_read_is_refused(call, name, trained):
    with pytest.raises(ValueError, match=f"{name}: expected"):
        call(trained)


def test_a_network_that_returns_its_last_state_alone_has_no_distances(trained):
    rng = np.random.default_rng(1)
    network = Network([SimpleRNN(4, 2, rng), Dense(2, 4, rng)], squared_error)
    with pytest.raises(
        ValueError,
        match="network: expected a network with a recurrent layer that returns sequences",
    ):
        state_distances(network, HELLO[0], 0, 1)


def test_of_an_alphabet_of_one_there_is_one_right_answer():
    network = untrained_predictors(np.random.default_rng(1), 1, 2)
    found = targets_for(network, np.zeros((2, 3, 1)), np.zeros((2, 3)))
    assert found.tolist() == [[0] * 3] * 2


@pytest.mark.parametrize(
    "call",
    [
        lambda network: says_right(network, HELLO[0], HELLO[1][:, -1]),
        lambda network: word_probability(network, HELLO[0], HELLO[1][:, -1]),
        lambda network: probabilities(network, HELLO[0]),
    ],
)
def test_a_network_that_answers_once_says_no_words(call):
    rng = np.random.default_rng(1)
    network = Network([SimpleRNN(4, 2, rng), Dense(2, 4, rng)], softmax_cross_entropy)
    with pytest.raises(ValueError, match="network: expected one that does at each, got one that"):
        call(network)


@pytest.mark.parametrize("temperature", [5e-324, 1e-300, 1e300])
def test_at_the_ends_a_temperature_takes_the_likeliest_or_any(temperature, trained):
    found = probabilities(trained, ONE[0], temperature)
    cold = np.eye(4)[probabilities(trained, ONE[0]).argmax(axis=-1)]
    assert (found == (cold if temperature < 1 else 0.25)).all()


@pytest.mark.parametrize("ask", [word_probability, says_right])
def test_one_target_does_not_serve_several_words_of_a_single_network(ask):
    network = untrained_predictors(np.random.default_rng(1), 4, 2)
    with pytest.raises(ValueError, match=r"targets: expected shape \(3, 2\), got shape \(1, 2\)"):
        ask(network, [[0, 1], [1, 2], [2, 3]], [[1, 2]])


def test_a_step_that_is_not_there_is_refused_before_the_network_walks(trained):
    walk, (inputs, _) = trained.layers[0], HELLO
    slopes = np.ones_like(walk.forward(inputs[None]))
    walk.backward(slopes)
    expected = [gradient.copy() for gradient in walk.gradients.values()]
    with pytest.raises(ValueError, match=r"^first: expected a step below 4, got 99$"):
        state_distances(trained, inputs[None, :, ::-1], 99, 0)
    walk.backward(slopes)
    found = walk.gradients.values()
    assert all((one == other).all() for one, other in zip(found, expected, strict=True))


def test_states_whose_distance_would_be_infinite_are_refused():
    walk = SimpleRNN(3, 2, np.random.default_rng(1), activation="linear", return_sequences=True)
    network = Network([walk, Dense(2, 3, np.random.default_rng(1))], softmax_cross_entropy)
    walk.weights["bias"][...] = 1e200
    with pytest.raises(ValueError, match=r"^inputs: expected smaller ones, or smaller weights"):
        state_distances(network, [[0, 1, 2]], 0, 2)
