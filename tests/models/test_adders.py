import re
import reprlib
import tracemalloc

import numpy as np
import pytest

from helpers.engine import (
    GRU,
    LSTM,
    Dense,
    Network,
    Recurrent,
    SimpleRNN,
    check_gradients,
    sigmoid_cross_entropy,
    squared_error,
)
from helpers.models import (
    Adder,
    adder_of,
    adders,
    bits_right,
    hand_built,
    some_of,
    trained_adders,
    untrained_adders,
    wrong_by_line,
)
from helpers.models.adders import groups_of, pairs_for, read_adder
from helpers.tasks import every_pair, random_pairs, sums_of

PAIRS = every_pair(3)


@pytest.fixture(scope="module")
def ensemble():
    return trained_adders(np.random.default_rng(1), 16)


def test_training_makes_adders_and_does_so_again_from_the_same_generator(ensemble):
    shares = bits_right(ensemble)
    assert shares.shape == (16,)
    assert (shares == 1).any()
    assert bits_right(untrained_adders(np.random.default_rng(1), 16)).max() < 0.9
    again = trained_adders(np.random.default_rng(1), 16)
    assert again.parameters.tolist() == ensemble.parameters.tolist()


def test_an_ensemble_larger_than_a_group_trains_in_every_part():
    rng = np.random.default_rng(2)
    large = trained_adders(rng, 70, passes=1)
    assert large.parameters.shape == (70, 25)
    assert bits_right(large, PAIRS).shape == (70,)
    # the initial state starts at 0 and moves in training
    assert (large.layers[0].weights["initial_state"] != 0).all()


@pytest.mark.parametrize(
    ("networks", "sizes"), [(1, [1]), (64, [64]), (65, [64, 1]), (150, [64, 64, 22])]
)
def test_networks_are_taken_by_sixty_four(networks, sizes):
    groups = groups_of(networks)
    assert [len(group) for group in groups] == sizes
    assert np.concatenate(groups).tolist() == list(range(networks))


def test_the_recipe_is_2000_pairs_in_batches_of_100_five_times_over(monkeypatch):
    seen = []

    def fake(network, pairs, sums, optimizer, **options):
        seen.append((pairs.shape, sums.shape, optimizer.rate, options))

    monkeypatch.setattr(adders, "fit", fake)
    rng = np.random.default_rng(1)
    trained_adders(rng, 65)
    options = {"batch": 100, "epochs": 5, "rng": rng}
    assert seen == [((n, 2000, 7, 2), (n, 2000, 7, 1), 0.05, options) for n in (64, 1)]


def test_each_network_has_pairs_of_its_own():
    pairs, sums = pairs_for(np.random.default_rng(1), 3, 50)
    assert (pairs.shape, sums.shape) == ((3, 50, 7, 2), (3, 50, 7, 1))
    assert all((pairs[a] != pairs[b]).any() for a in range(3) for b in range(a))
    for each, targets in zip(pairs, sums, strict=True):
        assert targets.tolist() == sums_of(each).tolist()


def test_a_single_network_is_read_by_its_weights():
    single = untrained_adders(np.random.default_rng(1))
    assert single.leading == ()
    adder = adder_of(single)
    assert adder.kernel.tolist() == single.layers[0].weights["kernel"].tolist()
    assert read_adder(adder).output_bias == 0


def test_a_network_by_its_weights_answers_as_it_does_in_the_ensemble(ensemble):
    logits = ensemble.forward(PAIRS[np.newaxis])
    for number in (0, 15):
        adder = adder_of(ensemble, number)
        answers = adder.answer(adder.walk(PAIRS))
        assert answers == pytest.approx(logits[number, ..., 0], rel=1e-12, abs=1e-12)
        assert adder.add(PAIRS).tolist() == (logits[number] > 0).tolist()
        adder.kernel[...] = 0  # a copy
    assert ensemble.forward(PAIRS[np.newaxis]).tolist() == logits.tolist()


def test_kernels_start_glorot_uniform_and_the_rest_at_zero():
    rnn, dense = untrained_adders(np.random.default_rng(1), 500).layers
    for weights, fans in ((rnn.weights["kernel"], 5), (dense.weights["kernel"], 4)):
        limit = np.sqrt(6 / fans)
        assert 0.95 * limit < np.abs(weights).max() <= limit
    recurrent = rnn.weights["recurrent_kernel"]
    assert 0.95 < np.abs(recurrent).max() <= 1
    assert np.abs(recurrent[0] @ recurrent[0].T - np.eye(3)).max() > 0.1  # not orthogonal
    zeros = [rnn.weights["bias"], rnn.weights["initial_state"], dense.weights["bias"]]
    assert not any(weight.any() for weight in zeros)


def test_the_share_of_bits_is_that_of_other_pairs_and_answers_where_asked(ensemble):
    pairs = random_pairs(np.random.default_rng(3), 50, 9)
    expected = [(adder_of(ensemble, n).add(pairs) == sums_of(pairs)).mean() for n in range(16)]
    assert bits_right(ensemble, pairs) == pytest.approx(expected, abs=1e-15)
    assert bits_right(ensemble, pairs, 1 - sums_of(pairs)) == pytest.approx(1 - np.array(expected))


def test_some_of_copies_the_chosen_networks(ensemble):
    chosen = np.arange(16) % 5 == 2
    for form in (chosen, np.flatnonzero(chosen), [2, 7, 12]):
        copies = some_of(ensemble, form)
        assert copies.parameters.tolist() == ensemble.parameters[chosen].tolist()
        copies.parameters[...] = 0
    assert ensemble.parameters[2].all()
    for wrong in ([16], [-1], np.ones(3, bool)):
        with pytest.raises(ValueError, match="chosen: expected"):
            some_of(ensemble, wrong)
    with pytest.raises(ValueError, match="number: expected whole numbers from 0 to 15"):
        adder_of(ensemble, 16)
    with pytest.raises(ValueError, match="chosen: expected at least one element, got shape"):
        some_of(ensemble, np.zeros(16, bool))
    wide = untrained_adders(np.random.default_rng(1), 3, units=5, features=4)
    assert some_of(wide, [1]).layers[0].weights["kernel"].shape == (1, 4, 5)


def test_what_is_no_adder_is_refused_by_its_name():
    with pytest.raises(ValueError, match=r"^adder: expected an Adder, got \(0, 1\)$"):
        read_adder((0, 1))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"kernel": np.ones((3, 3))}, r"kernel: expected shape \(2, 3\), got shape \(3, 3\)"),
        ({"recurrent_kernel": np.ones(3)}, "recurrent_kernel: expected an array with 2 axes"),
        ({"initial_state": np.ones(2)}, r"initial_state: expected shape \(3,\)"),
        ({"output_kernel": [1, np.nan, 1]}, "output_kernel: expected finite numbers"),
        ({"output_bias": "1"}, "output_bias: expected real numbers"),
    ],
)
def test_an_adder_that_does_not_fit_together_is_refused(changed, message):
    zeros = Adder(np.zeros((2, 3)), np.zeros((3, 3)), *np.zeros((3, 3)), 0.0)
    read_adder(zeros)
    with pytest.raises(ValueError, match=message):
        read_adder(zeros._replace(**changed))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: untrained_adders(1, 3), "rng: expected a numpy.random.Generator"),
        (lambda: trained_adders(np.random.default_rng(1), 0), "networks: expected a whole"),
        (lambda: trained_adders(np.random.default_rng(1), 2, rate=0), "rate: expected a positive"),
    ],
)
def test_adders_refuse(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("name", "use"),
    [
        ("states", lambda adder: adder.step(np.full((1, 3), 1e300), np.ones((1, 2)))),
        ("inputs", lambda adder: adder.step(np.ones((1, 3)), np.full((1, 2), 1e300))),
        ("pairs", lambda adder: adder.walk(np.full((1, 1, 2), 1e300))),
        ("begin", lambda adder: adder.walk(np.ones((1, 1, 2)), np.full((1, 3), 1e300))),
        ("states", lambda adder: adder.answer(np.full(3, 1e300))),
    ],
)
def test_what_no_sum_can_hold_is_refused_by_name(name, use):
    with pytest.raises(ValueError, match=f"^{name}: expected numbers that 32 bits can hold, got"):
        use(hand_built())


def test_a_walk_goes_on_from_where_it_is_told():
    adder = hand_built(8)
    states = adder.walk(PAIRS)
    assert adder.walk(PAIRS[:, 2:], begin=states[:, 1]).tolist() == states[:, 2:].tolist()
    assert adder.add(PAIRS[:, 2:], begin=states[:, 1]).tolist() == adder.add(PAIRS)[:, 2:].tolist()
    assert adder.add(PAIRS[:, 2:]).tolist() != adder.add(PAIRS)[:, 2:].tolist()


def test_a_wrong_line_of_the_table_is_found():
    ensemble = untrained_adders(np.random.default_rng(1), 2)
    adder = hand_built(8)
    for number, bit_of_three in ((0, 1.0), (1, -1.0)):
        weights = [adder.kernel, adder.recurrent_kernel, adder.bias, adder.initial_state]
        rnn, dense = ensemble.layers
        for weight, value in zip(rnn.weights.values(), weights, strict=True):
            weight[number] = value
        # the third unit is 1 only where there are three ones
        dense.weights["kernel"][number, :, 0] = [1, -1, bit_of_three]
        dense.weights["bias"][number] = 0 if bit_of_three > 0 else -2
    shares = wrong_by_line(ensemble)
    assert shares[:, 0].tolist() == [0] * 8
    assert shares[:, 1].tolist() == [0, 0, 0, 0, 0, 0, 0, 1]
    assert bits_right(ensemble)[0] == 1


def test_an_ensemble_in_float32_starts_as_the_one_in_float64_but_for_rounding():
    wide, narrow = (
        untrained_adders(np.random.default_rng(1), 2, dtype=dtype)
        for dtype in (np.float64, np.float32)
    )
    assert narrow.parameters.dtype == narrow.gradients.dtype == np.float32
    assert narrow.parameters == pytest.approx(wide.parameters, rel=1e-6)
    assert some_of(narrow, [0]).parameters.dtype == np.float32


def test_a_logit_of_zero_is_no_one():
    ensemble = untrained_adders(np.random.default_rng(1), 2)
    ensemble.parameters[...] = 0
    zeros = (sums_of(PAIRS) == 0).mean()
    assert zeros != 0.5
    assert bits_right(ensemble, PAIRS).tolist() == [zeros] * 2
    assert not adder_of(ensemble, 0).add(PAIRS).any()
    odd = [0, 1, 1, 0, 1, 0, 0, 1]  # the lines with one 1, or three
    assert wrong_by_line(ensemble).T.tolist() == [odd] * 2


@pytest.mark.parametrize("layer", [LSTM, GRU, Dense, "SimpleRNN"])
def test_an_adder_is_made_of_a_simple_rnn(layer):
    said = f"layer: expected SimpleRNN, or one made of it, got {reprlib.repr(layer)}"
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        untrained_adders(np.random.default_rng(1), layer=layer)


def made_of(first, last=Dense, **options):
    """Return an ensemble whose layers are not those of `untrained_adders`, or are."""
    kept = {"return_sequences": True, "learn_initial_state": True, "networks": 2} | options
    rng = np.random.default_rng(1)
    layers = [first(2, 3, rng, **kept), last(3, 1, rng, networks=2)]
    return Network(layers, sigmoid_cross_entropy)


class Other(SimpleRNN):
    """A layer of somebody's own."""


@pytest.mark.parametrize(
    "make",
    [
        lambda: made_of(SimpleRNN, activation="linear"),
        lambda: made_of(SimpleRNN, return_sequences=False),
        lambda: made_of(Other),
        lambda: made_of(SimpleRNN, SimpleRNN),
    ],
)
def test_networks_that_are_no_adders_are_refused_where_adders_are_read(make):
    ensemble = make()
    for call, said in (
        (bits_right, "ensemble: expected an ensemble"),
        (wrong_by_line, "ensemble: expected an ensemble"),
        (lambda it: adder_of(it, 0), "network: expected a network"),
        (lambda it: some_of(it, [0]), "ensemble: expected an ensemble"),
    ):
        said += " as of untrained_adders, of SimpleRNN itself, got other layers"
        with pytest.raises(ValueError, match=f"^{said}$"):
            call(ensemble)
    assert adder_of(made_of(SimpleRNN), 0).kernel.shape == (2, 3)


def test_an_adder_may_be_made_of_a_layer_of_your_own():
    class Mine(SimpleRNN):
        """SimpleRNN, by another name."""

        def __init__(self, features, units, rng, **options):
            super().__init__(features, units, rng, **options)

    for kind in (Mine, Other):
        network = untrained_adders(np.random.default_rng(1), 2, layer=kind)
        assert type(network.layers[0]) is kind


def test_an_adder_may_be_made_of_a_layer_that_is_written_anew():
    class Anew(Recurrent):
        """SimpleRNN, but no child of it."""

        def __init__(self, features, units, rng, *, learn_initial_state, **options):
            super().__init__(features, units, rng, **options)
            self.add_weights(initial_state=0 * self.weights["bias"])

        def step(self, xW_b, h_before):
            h = np.tanh(xW_b + h_before @ self.U)
            return [h], h

        def step_back(self, h, dh):
            dz = dh * (1 - h * h)
            return dz, [dz @ self.U_T]

    network = untrained_adders(np.random.default_rng(1), layer=Anew)
    assert type(network.layers[0]) is Anew
    check_gradients(network, PAIRS, sums_of(PAIRS))


def test_some_of_an_ensemble_have_its_loss():
    ensemble = untrained_adders(np.random.default_rng(1), 3)
    ensemble.loss = squared_error
    assert some_of(ensemble, [0, 2]).loss is squared_error


def test_how_many_networks_are_asked_at_a_time_changes_nothing(monkeypatch):
    ensemble = untrained_adders(np.random.default_rng(1), 5)
    expected = wrong_by_line(ensemble), bits_right(ensemble)
    asked = []
    monkeypatch.setattr(adders, "GROUP", 2)
    monkeypatch.setattr(adders, "some_of", lambda of, n: asked.append(len(n)) or some_of(of, n))
    found = wrong_by_line(ensemble), bits_right(ensemble)
    assert asked == [2, 2, 1] * 2
    assert all((a == b).all() for a, b in zip(expected, found, strict=True))


def test_pairs_are_read_some_at_a_time_and_none_is_lost(monkeypatch):
    ensemble, pairs = untrained_adders(np.random.default_rng(1), 3), every_pair(3)
    at_once = bits_right(ensemble, pairs)
    for steps in (1, 7 * 4, 63 * 4, 64 * 4):
        monkeypatch.setattr(adders, "STEPS", steps)
        assert (bits_right(ensemble, pairs) == at_once).all()


def test_long_tests_fit_into_the_memory():
    ensemble, pairs = untrained_adders(np.random.default_rng(1), 16), every_pair(7)
    bits_right(ensemble, pairs[:8])
    tracemalloc.start()
    bits_right(ensemble, pairs)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30 * pairs.nbytes  # 80 times as much, read at once


@pytest.mark.parametrize("features", [1, 3])
def test_an_ensemble_that_reads_other_rows_asks_for_them(features):
    ensemble = untrained_adders(np.random.default_rng(1), 2, features=features)
    with pytest.raises(ValueError, match=r"^pairs: expected some it can read, got None$"):
        bits_right(ensemble)


def test_one_of_an_ensemble_is_asked_for_by_its_number_and_a_single_one_without():
    rng = np.random.default_rng(1)
    with pytest.raises(ValueError, match=r"^number: expected that of one of many, got None$"):
        adder_of(untrained_adders(rng, 2))
    with pytest.raises(ValueError, match=r"^number: expected None: it is a single, got 0$"):
        adder_of(untrained_adders(rng), 0)
