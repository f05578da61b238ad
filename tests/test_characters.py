"""Text as numbers, networks that predict it, and text out of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import char_networks, characters, sampling, windows
from helpers.dense import Dense
from helpers.losses import softmax, squared_error
from helpers.networks import Network
from helpers.optimizers import Adam
from helpers.simple_rnn import SimpleRNN

HELLO = characters.next_characters(["hello"], "helo")


@pytest.fixture(scope="module")
def trained():
    """Give ten networks that learned to say "hello"."""
    rng = np.random.default_rng(3)
    return char_networks.trained_predictors(rng, *HELLO, size=4, units=4, networks=10)[0]


@given(st.text("helo", min_size=1))
def test_decode_undoes_encode(text):
    assert characters.decode(characters.encode(text, "ohle"), "ohle") == text


def test_the_target_is_the_character_after_each():
    inputs, targets = characters.next_characters(["hello", "ohell"], "helo")
    assert inputs.tolist() == [[0, 1, 2, 2], [3, 0, 1, 2]]
    assert targets.tolist() == [[1, 2, 2, 3], [0, 1, 2, 2]]


@pytest.mark.parametrize(
    ("function", "given", "name"),
    [
        (characters.encode, ("", "ab"), "text"),
        (characters.encode, (None, "ab"), "text"),
        (characters.encode, ("abc", "ab"), "text"),
        (characters.encode, ("a", "aa"), "alphabet"),
        (characters.encode, ("a", ""), "alphabet"),
        (characters.decode, ([2], "ab"), "numbers"),
        (characters.decode, ([-1], "ab"), "numbers"),
        (characters.decode, ([[0]], "ab"), "numbers"),
        (characters.next_characters, ("ab", "ab"), "words"),
        (characters.next_characters, ([], "ab"), "words"),
        (characters.next_characters, (["a"], "ab"), "words"),
        (characters.next_characters, (["ab", "aba"], "ab"), "words"),
    ],
)
def test_bad_text_is_refused(function, given, name):
    with pytest.raises(ValueError, match=f"{name}: expected"):
        function(*given)


def test_trained_networks_say_hello_and_untrained_ones_do_not(trained):
    assert char_networks.says_right(trained, HELLO[0][None], HELLO[1][None]).all()
    fresh = char_networks.untrained_predictors(np.random.default_rng(1), 4, 4, 10)
    assert char_networks.says_right(fresh, HELLO[0][None], HELLO[1][None]).sum() < 3


def test_one_letter_wrong_is_not_right(trained):
    targets = HELLO[1][None].copy()
    targets[..., 1] = 0
    assert not char_networks.says_right(trained, HELLO[0][None], targets).any()


@pytest.mark.parametrize("temperature", [0.5, 2.0])
def test_the_probability_of_a_word_is_the_product_over_its_characters(temperature):
    rng = np.random.default_rng(5)
    network = char_networks.untrained_predictors(rng, 4, 3)
    logits = network.forward(HELLO[0])[0]
    expected = np.prod(
        [softmax(z / temperature)[t] for z, t in zip(logits, HELLO[1][0], strict=True)]
    )
    found = char_networks.word_probability(network, *HELLO, temperature)
    assert found == pytest.approx([expected], rel=1e-12)


def test_the_probabilities_of_all_words_add_up_to_one():
    network = char_networks.untrained_predictors(np.random.default_rng(5), 3, 2, 2)
    words = np.indices((3, 3, 3)).reshape(3, -1).T
    inputs = np.column_stack([np.zeros(27, int), words[:, :-1]])
    total = char_networks.word_probability(network, inputs[None], words[None]).sum(axis=1)
    assert total == pytest.approx([1, 1], rel=1e-12)


def test_distances_are_those_between_the_states(trained):
    states = trained.layers[0].forward(HELLO[0][None])
    for first, second in ((2, 3), (0, 3)):
        expected = np.sqrt(((states[:, :, first] - states[:, :, second]) ** 2).sum(axis=-1))
        found = char_networks.state_distances(trained, HELLO[0][None], first, second)
        assert found == pytest.approx(expected, rel=1e-12)


def test_the_likeliest_text_is_the_word(trained):
    said = sampling.likeliest(trained, np.zeros((10, 1), int), 4)
    assert said.shape == (10, 1, 4)
    assert (said == HELLO[1]).all()


def test_samples_come_as_often_as_their_probability_says(trained):
    said = sampling.sample(trained, np.zeros((10, 500), int), 4, np.random.default_rng(1), 3)
    share = (said == HELLO[1]).all(axis=-1).mean(axis=-1)
    expected = char_networks.word_probability(trained, HELLO[0][None], HELLO[1][None], 3.0)
    assert share == pytest.approx(expected[:, 0], abs=0.1)  # 4.5 standard errors
    assert share.mean() == pytest.approx(expected.mean(), abs=0.03)


def test_a_single_network_says_the_same_as_in_an_ensemble(trained):
    alone = char_networks.untrained_predictors(np.random.default_rng(1), 4, 4)
    alone.parameters[...] = trained.parameters[7]
    first = np.arange(4)
    together = sampling.likeliest(trained, np.tile(first, (10, 1)), 6)[7]
    assert (sampling.likeliest(alone, first, 6) == together).all()


def test_what_is_fed_back_are_all_probabilities():
    network = char_networks.untrained_predictors(np.random.default_rng(2), 4, 3)
    fed = sampling.fed_back(network, [1], 3)
    walk, output = network.layers
    inputs = np.concatenate([np.eye(4)[[[1]]], fed[:, :-1]], axis=1)
    assert fed == pytest.approx(softmax(output.forward(walk.forward(inputs))), rel=1e-12)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"first": [4]}, "first"),
        ({"first": [[0]]}, "first"),
        ({"length": 0}, "length"),
        ({"temperature": 0}, "temperature"),
        ({"temperature": float("nan")}, "temperature"),
        ({"rng": 1}, "rng"),
    ],
)
def test_bad_arguments_of_sample_are_refused(change, name):
    network = char_networks.untrained_predictors(np.random.default_rng(1), 4, 2)
    good = {"first": [0], "length": 2, "rng": np.random.default_rng(1), "temperature": 1}
    with pytest.raises(ValueError, match=f"{name}: expected"):
        sampling.sample(network, **good | change)


@pytest.mark.parametrize("networks", [None, 3])
def test_one_window_over_all_gives_the_whole_gradient(networks):
    network = char_networks.untrained_predictors(np.random.default_rng(1), 4, 3, networks)
    inputs, targets = HELLO if networks is None else (each[None] for each in HELLO)
    loss = network.loss_and_gradients(inputs, targets)
    expected = network.gradients.copy()
    for carry in (True, False):
        found = windows.by_windows(network, inputs, targets, 4, carry)
        assert found[0] == pytest.approx(loss, rel=1e-12)
        assert found[1] == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("window", [1, 2, 3])
def test_a_state_that_is_carried_leaves_the_loss_as_it_is(window):
    network = char_networks.untrained_predictors(np.random.default_rng(1), 4, 3)
    loss = network.loss_and_gradients(*HELLO)
    whole = network.gradients.copy()
    carried, gradients = windows.by_windows(network, *HELLO, window)
    assert carried == pytest.approx(loss, rel=1e-12)
    assert not np.allclose(gradients, whole, rtol=1e-3)
    assert windows.by_windows(network, *HELLO, window, False)[0] != pytest.approx(loss, rel=1e-3)


def test_windows_of_one_step_are_characters_alone():
    network = char_networks.untrained_predictors(np.random.default_rng(1), 4, 3)
    alone = [each.reshape(-1, 1) for each in HELLO]
    loss = network.loss_and_gradients(*alone)
    expected = network.gradients.copy()
    found = windows.by_windows(network, *HELLO, 1, carry=False)
    assert found[0] == pytest.approx(loss, rel=1e-12)
    assert found[1] == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(("window", "carry", "name"), [(0, True, "window"), (1, 1, "carry")])
def test_bad_windows_are_refused(window, carry, name):
    network = char_networks.untrained_predictors(np.random.default_rng(1), 4, 3)
    with pytest.raises(ValueError, match=f"{name}: expected"):
        windows.by_windows(network, *HELLO, window, carry)


def test_windows_of_several_texts_with_targets_of_their_own_give_the_whole_gradient():
    rng = np.random.default_rng(1)
    network = char_networks.untrained_predictors(rng, 4, 3, 2)
    inputs, targets = rng.integers(0, 4, (2, 2, 3, 5))
    loss = network.loss_and_gradients(inputs, targets)
    expected = network.gradients.copy()
    found = windows.by_windows(network, inputs, targets, 5)
    assert found[0] == pytest.approx(loss, rel=1e-12)
    assert found[1] == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("targets", [np.tile(HELLO[1], 2), HELLO[1][:, :2], HELLO[1][0], None])
def test_targets_that_do_not_fit_the_windows_are_refused(targets):
    network = char_networks.untrained_predictors(np.random.default_rng(1), 4, 3)
    with pytest.raises(ValueError, match="targets: expected"):
        windows.by_windows(network, HELLO[0], targets, 2)


def test_a_network_without_two_layers_is_refused():
    with pytest.raises(ValueError, match="network: expected a network with a recurrent layer"):
        windows.by_windows(None, *HELLO, 2)
    with pytest.raises(ValueError, match="network: expected a network with a recurrent layer"):
        sampling.likeliest("network", [0], 2)


def test_training_is_adam_on_all_words_at_once():
    inputs, targets = characters.next_characters(["hello", "ohell"], "helo")
    options = {"size": 4, "units": 1, "networks": 3}
    found, losses = char_networks.trained_predictors(
        np.random.default_rng(2), inputs, targets, **options, rate=0.03, updates=3
    )
    expected = char_networks.untrained_predictors(np.random.default_rng(2), **options)
    optimizer, by_hand = Adam(0.03), []
    for _ in range(3):
        by_hand.append(expected.loss_and_gradients(inputs[None], targets[None]))
        optimizer.step(expected.parameters, expected.gradients)
    assert losses == pytest.approx(np.array(by_hand))
    assert found.parameters == pytest.approx(expected.parameters)


def test_another_generator_starts_other_networks():
    starts = [
        char_networks.untrained_predictors(np.random.default_rng(seed), 4, 3).parameters
        for seed in (1, 1, 2)
    ]
    assert (starts[0] == starts[1]).all()
    assert (starts[0] != starts[2]).any()


def test_one_word_of_two_right_is_not_right(trained):
    inputs = np.concatenate([HELLO[0], HELLO[0]])[None]
    targets = np.concatenate([HELLO[1], HELLO[1][:, ::-1]])[None]
    assert not char_networks.says_right(trained, inputs, targets).any()


def test_equal_networks_draw_texts_of_their_own():
    network = char_networks.untrained_predictors(np.random.default_rng(1), 4, 3, 2)
    network.parameters[1] = network.parameters[0]
    said = sampling.sample(network, np.zeros((2, 5), int), 9, np.random.default_rng(1), 5.0)
    assert (said[0] != said[1]).any()


ONE = HELLO[0][None], HELLO[1][None]


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda n: char_networks.says_right(n, ONE[0], None), "targets"),
        (lambda n: char_networks.says_right(n, ONE[0], ONE[1] + 9), "targets"),
        (lambda n: char_networks.says_right(n, ONE[0], ONE[1][..., :1]), "targets"),
        (lambda n: char_networks.word_probability(n, ONE[0], ONE[1] - 1 - ONE[1]), "targets"),
        (lambda n: char_networks.word_probability(n, ONE[0], 1), "targets"),
        (lambda n: char_networks.probabilities(n, ONE[0], 0), "temperature"),
        (lambda n: char_networks.state_distances(n, ONE[0], 4, 0), "first"),
        (lambda n: char_networks.state_distances(n, ONE[0], 0, -1), "second"),
        (lambda n: char_networks.teach(n, np.random.default_rng(1), 1, 1), "inputs"),
        (lambda n: char_networks.teach(n, np.random.default_rng(1), *HELLO, updates=0), "updates"),
    ],
)
def test_what_networks_cannot_read_is_refused(call, name, trained):
    with pytest.raises(ValueError, match=f"{name}: expected"):
        call(trained)


def test_a_network_that_returns_its_last_state_alone_has_no_distances(trained):
    rng = np.random.default_rng(1)
    network = Network([SimpleRNN(4, 2, rng), Dense(2, 4, rng)], squared_error)
    with pytest.raises(ValueError, match="network: expected a state after each step"):
        char_networks.state_distances(network, HELLO[0], 0, 1)
