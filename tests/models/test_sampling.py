"""Text out of a network."""

import numpy as np
import pytest

from helpers.engine import Dense, Network, SimpleRNN, softmax, softmax_cross_entropy
from helpers.models import (
    encoder_decoder,
    exact,
    fed_back,
    greedy,
    likeliest,
    probabilities,
    reader,
    sample,
    untrained_predictors,
    word_probability,
)
from helpers.models.sampling import up_to_end
from helpers.tasks import END, START, copying
from tests.hello import HELLO, say_hello


@pytest.fixture(scope="module")
def trained():
    return say_hello()


def test_the_likeliest_text_is_the_word(trained):
    said = likeliest(trained, np.zeros((10, 1), int), 4)
    assert said.shape == (10, 1, 4)
    assert (said == HELLO[1]).all()


def test_samples_come_as_often_as_their_probability_says(trained):
    said = sample(trained, np.zeros((10, 500), int), 4, np.random.default_rng(1), 3)
    share = (said == HELLO[1]).all(axis=-1).mean(axis=-1)
    expected = word_probability(trained, HELLO[0][None], HELLO[1][None], 3.0)
    assert share == pytest.approx(expected[:, 0], abs=0.1)  # 4.5 standard errors
    assert share.mean() == pytest.approx(expected.mean(), abs=0.03)


def test_a_single_network_says_the_same_as_in_an_ensemble(trained):
    alone = untrained_predictors(np.random.default_rng(1), 4, 4)
    alone.parameters[...] = trained.parameters[7]
    first = np.arange(4)
    together = likeliest(trained, np.tile(first, (10, 1)), 6)[7]
    assert (likeliest(alone, first, 6) == together).all()


def test_what_is_fed_back_are_all_probabilities():
    network = untrained_predictors(np.random.default_rng(2), 4, 3)
    fed = fed_back(network, [1], 3)
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
    network = untrained_predictors(np.random.default_rng(1), 4, 2)
    good = {"first": [0], "length": 2, "rng": np.random.default_rng(1), "temperature": 1}
    with pytest.raises(ValueError, match=f"{name}: expected"):
        sample(network, **good | change)


def test_equal_networks_draw_texts_of_their_own():
    network = untrained_predictors(np.random.default_rng(1), 4, 3, 2)
    network.parameters[1] = network.parameters[0]
    said = sample(network, np.zeros((2, 5), int), 9, np.random.default_rng(1), 5.0)
    assert (said[0] != said[1]).any()


def test_a_network_without_two_layers_says_nothing():
    with pytest.raises(ValueError, match="network: expected a network with a recurrent layer"):
        likeliest("network", [0], 2)


def test_a_cold_sample_is_the_likeliest_text(trained):
    first = np.zeros((10, 1), int)
    said = sample(trained, first, 4, np.random.default_rng(1), 1e-310)
    assert (said == likeliest(trained, first, 4)).all()


@pytest.mark.parametrize("named", [3, 5])
@pytest.mark.parametrize("speak", [likeliest, fed_back])
def test_a_network_that_names_other_symbols_than_it_reads_says_nothing(named, speak):
    rng = np.random.default_rng(1)
    layers = [SimpleRNN(4, 2, rng, return_sequences=True), Dense(2, named, rng)]
    network = Network(layers, softmax_cross_entropy)
    said = f"^network: expected as many as it reads, 4, got one that names {named}$"
    with pytest.raises(ValueError, match=said):
        speak(network, [0], 2)


def test_in_float32_a_cold_sample_is_the_likeliest_too():
    rng = np.random.default_rng(1)
    walk = SimpleRNN(4, 5, rng, return_sequences=True, dtype=np.float32)
    network = reader(walk, 4, rng)
    found = probabilities(network, [[0, 1]], 1e-50)
    assert found.dtype == np.float32
    assert np.sort(found)[..., -2:].tolist() == [[[0, 1]] * 2]
    said = sample(network, [0], 5, np.random.default_rng(0), 1e-50)
    assert (said == likeliest(network, [0], 5)).all()


def test_a_temperature_of_zero_is_refused_where_probabilities_are_asked_for(trained):
    with pytest.raises(ValueError, match=r"^temperature: expected a positive number, got 0$"):
        probabilities(trained, HELLO[0][np.newaxis], 0)


@pytest.mark.parametrize("shape", [(4, 5), (2, 2, 5)])
def test_behind_the_first_end_all_is_pad(shape):
    said = [[3, 2, 4, 2, 1], [2, 2, 3, 0, 2], [4, 1, 5, 0, 3], [5, 3, 3, 3, 2]]
    kept = [[3, 2, 0, 0, 0], [2, 0, 0, 0, 0], [4, 1, 5, 0, 3], [5, 3, 3, 3, 2]]
    found = up_to_end(np.reshape(said, shape))
    assert found.tolist() == np.reshape(kept, shape).tolist()


def writer(looks, networks=None):
    """Return an encoder–decoder, or an ensemble."""
    rng, options = np.random.default_rng(1), {"networks": networks, "dtype": np.float64}
    return encoder_decoder(rng, 6, 6, 5, looks=looks, **options)


@pytest.fixture(params=[None, "after", "before"])
def writers(request):
    """Give two networks with large random weights, and three sources for each."""
    network, rng = writer(request.param, 2), np.random.default_rng(3)
    network.parameters[...] = 2 * rng.normal(size=network.parameters.shape)
    return network, copying(rng, (2, 3), 1, 4, digits=3)[0]


def after_start(rows):
    """Return rows with START before each."""
    return np.insert(rows, 0, START, axis=-1)


def test_what_is_written_is_the_likeliest_after_what_is_written(writers):
    network, source = writers
    written = greedy(network, source, 5)
    likeliest = written.probabilities.argmax(axis=-1)
    assert written.probabilities.shape == (2, 3, 5, 6)
    again = softmax(network.forward(source, after_start(likeliest)))
    assert written.probabilities == pytest.approx(again, rel=1e-9)
    assert written.symbols.tolist() == up_to_end(likeliest).tolist()
    assert (written.symbols == END).any()


@pytest.mark.parametrize("looks", [None, "after", "before"])
def test_a_single_network_writes_the_same_as_in_an_ensemble(looks):
    alone, ensemble = writer(looks), writer(looks, 2)
    alone.parameters[...] = ensemble.parameters[1]
    source, _ = copying(np.random.default_rng(1), (2, 3), 1, 4, digits=3)
    expected, found = greedy(ensemble, source, 5), greedy(alone, source[1], 5)
    assert found.symbols.tolist() == expected.symbols[1].tolist()
    assert found.probabilities == pytest.approx(expected.probabilities[1], rel=1e-9)


def test_a_row_is_exact_where_all_that_is_written_is_the_target(writers):
    network, source = writers
    target = after_start(greedy(network, source, 5).symbols)
    assert exact(network, source, target).tolist() == [[True] * 3] * 2
    for row, place in (((0, 1), 5), ((1, 2), 1)):
        target[row][place] = (target[row][place] + 1) % 6
    assert exact(network, source, target).tolist() == [[True, False, True], [True, True, False]]


def test_there_are_as_many_targets_as_sources(writers):
    network, source = writers
    target = after_start(greedy(network, source, 5).symbols)[:, :2]
    with pytest.raises(ValueError, match=r"^target: expected 3, as sources, got 2 rows$"):
        exact(network, source, target)


@pytest.mark.parametrize("call", [greedy, exact])
def test_who_writes_is_an_encoder_decoder(call):
    with pytest.raises(ValueError, match=r"^network: expected an encoder–decoder, got None$"):
        call(None, [[3]], 2)


def test_a_length_of_zero_is_refused(writers):
    with pytest.raises(ValueError, match=r"^length: expected a whole number of at least 1, got 0$"):
        greedy(*writers, 0)


@pytest.mark.parametrize("first", [np.zeros((3, 2), int), np.zeros((10, 0), int)])
def test_characters_to_begin_with_are_for_each_network(trained, first):
    for call in (sample, likeliest, fed_back):
        more = [np.random.default_rng(1)] if call is sample else []
        with pytest.raises(ValueError, match=r"^first: expected"):
            call(trained, first, 4, *more)


def test_logits_that_lie_further_apart_than_a_float_can_tell_are_drawn_from_in_silence():
    network = reader(
        SimpleRNN(3, 2, np.random.default_rng(1), return_sequences=True),
        3,
        np.random.default_rng(1),
    )
    network.layers[1].weights["bias"][...] = [1.5e308, -1.5e308, 0]
    with np.errstate(all="raise", under="ignore"):
        assert (sample(network, [0, 1], 4, np.random.default_rng(2)) == 0).all()
