import copy
import itertools
import pickle

import numpy as np
import pytest

from helpers import networks as networks_module
from helpers.dense import Dense
from helpers.differences import jacobian
from helpers.embedding import Embedding
from helpers.losses import sigmoid_cross_entropy, softmax_cross_entropy, squared_error
from helpers.lstm import LSTM
from helpers.networks import Network
from helpers.optimizers import SGD, Adam, RMSProp
from helpers.simple_rnn import SimpleRNN
from helpers.training import fit, fit_fresh, update


def adder(count=None, seed=1, learned=True):
    """Return a network that reads two bits a step and answers with one."""
    rng = np.random.default_rng(seed)
    options = {"return_sequences": True, "learn_initial_state": learned, "networks": count}
    layers = [SimpleRNN(2, 3, rng, **options), Dense(3, 1, rng, networks=count)]
    return Network(layers, sigmoid_cross_entropy)


def bits(seed=1, count=20):
    """Return random bits (count, 5, 2) and whether both were 1 a step before."""
    inputs = np.random.default_rng(seed).integers(0, 2, (count, 5, 2)).astype(float)
    targets = np.zeros((count, 5, 1))
    targets[:, 1:, 0] = inputs[:, :-1].prod(axis=-1)
    return inputs, targets


@pytest.mark.parametrize("kind", ["adder", "lstm", "last"])
def test_gradients_equal_central_differences(kind):
    rng = np.random.default_rng(2)
    if kind == "adder":
        network, data = adder(), bits()
    elif kind == "lstm":
        layers = [LSTM(5, 4, rng, return_sequences=True), Dense(4, 5, rng)]
        network = Network(layers, softmax_cross_entropy)
        data = rng.integers(0, 5, (6, 7)), rng.integers(0, 5, (6, 7))
    else:
        layers = [LSTM(2, 3, rng, return_sequences=True), SimpleRNN(3, 4, rng), Dense(4, 2, rng)]
        network = Network(layers, squared_error)
        data = rng.normal(size=(6, 7, 2)), rng.normal(size=(6, 2))
    network.parameters += 0.3 * rng.normal(size=network.parameters.shape)
    start = network.parameters.copy()

    def loss_at(parameters):
        network.parameters[...] = parameters
        return network.loss_and_gradients(*data)

    expected = jacobian(loss_at, start)[0]
    loss_at(start)
    assert network.gradients == pytest.approx(expected, rel=1e-6, abs=1e-8)


def test_all_weights_are_views_into_the_parameters():
    for networks in (None, 4):
        network = adder(networks)
        shape = (25,) if networks is None else (4, 25)
        assert network.parameters.shape == network.gradients.shape == shape
        network.parameters[...] = np.arange(network.parameters.size).reshape(shape)
        rnn, dense = network.layers
        first = np.arange(6.0).reshape(2, 3)
        assert rnn.weights["kernel"].reshape(-1, 2, 3)[0].tolist() == first.tolist()
        assert dense.weights["bias"].reshape(-1)[0] == 24


@pytest.mark.parametrize("shared", [True, False])
def test_an_ensemble_that_works_in_parts_does_what_it_does_at_once(monkeypatch, shared):
    inputs, targets = bits()
    data = [np.array([each] if shared else [each] * 7) for each in (inputs, targets)]
    whole, parted = adder(count=7), adder(count=7)
    losses, logits = whole.loss_and_gradients(*data), whole.forward(data[0])
    monkeypatch.setattr(networks_module, "LARGEST", 1000)  # 20 · 5 · 3 numbers each: three at once
    assert parted.loss_and_gradients(*data).tolist() == losses.tolist()
    assert parted.gradients.tolist() == whole.gradients.tolist()
    assert parted.forward(data[0]).tolist() == logits.tolist()
    sizes = []
    monkeypatch.setattr(Network, "outputs", lambda self, _: sizes.append(self.leading))
    with pytest.raises(ValueError, match="zero-dimensional"):
        parted.forward(data[0])
    assert sizes == [(3,), (3,), (1,)]


def test_a_part_of_an_ensemble_is_some_of_its_networks_in_the_same_memory():
    ensemble, (inputs, targets) = adder(count=5), bits()
    part = ensemble.part(slice(1, 3))
    assert part.parameters.shape == part.gradients.shape == (2, 25)
    logits = ensemble.forward(inputs[None])
    assert part.forward(inputs[None]).tolist() == logits[1:3].tolist()
    update(part, inputs[None], targets[None], SGD(0.1))
    moved = (ensemble.forward(inputs[None]) != logits).all(axis=(1, 2, 3))
    assert moved.tolist() == [False, True, True, False, False]


def test_an_ensemble_refuses_targets_for_another_number_of_networks():
    inputs, targets = bits()
    with pytest.raises(ValueError, match="targets: expected as many as networks, 4, or 1, got 3"):
        adder(count=4).loss_and_gradients(inputs[None], np.array([targets] * 3))


def test_an_ensemble_trains_as_its_networks_do_alone():
    ensemble, (inputs, targets) = adder(count=5), bits()
    singles = [adder() for _ in range(5)]
    for n, single in enumerate(singles):
        single.parameters[...] = ensemble.parameters[n]
    options = {"batch": 6, "epochs": 3, "clip": 0.1}
    losses = fit(
        ensemble, inputs[None], targets[None], RMSProp(0.02, 0.9, 0.8),
        rng=np.random.default_rng(3), **options,
    )  # fmt: skip
    assert losses.shape == (3 * 4, 5)
    for n, single in enumerate(singles):
        rng = np.random.default_rng(3)
        alone = fit(single, inputs, targets, RMSProp(0.02, 0.9, 0.8), rng=rng, **options)
        assert losses[:, n] == pytest.approx(alone, rel=1e-10)
        assert ensemble.parameters[n] == pytest.approx(single.parameters, rel=1e-10)


def test_networks_may_have_data_of_their_own():
    ensemble, own = adder(count=3), [bits(seed) for seed in range(3)]
    inputs, targets = (np.array(each) for each in zip(*own, strict=True))
    losses = ensemble.loss_and_gradients(inputs, targets)
    for n in range(3):
        single = adder()
        single.parameters[...] = ensemble.parameters[n]
        assert single.loss_and_gradients(*own[n]) == pytest.approx(losses[n], rel=1e-12)
        assert single.gradients == pytest.approx(ensemble.gradients[n], rel=1e-10)


def test_training_lowers_the_loss_and_follows_the_generator():
    ends = []
    for seed in (4, 4, 5):
        network = adder()
        rng = np.random.default_rng(seed)
        losses = fit(network, *bits(), Adam(0.03), batch=5, epochs=60, rng=rng)
        assert losses[-4:].mean() < 0.2 * losses[:4].mean()
        ends.append(network.parameters.tolist())
    assert ends[0] == ends[1] != ends[2]


def test_a_pass_uses_every_example_once():
    seen = []

    class Counting(Network):
        def loss_and_gradients(self, inputs, targets):
            seen.append(inputs[:, 0, 0].tolist())
            return super().loss_and_gradients(inputs, targets)

    layer = SimpleRNN(1, 1, np.random.default_rng(1))
    inputs = np.arange(7.0).reshape(7, 1, 1)
    fit(
        Counting([layer], squared_error), inputs, inputs[:, 0], SGD(0.01),
        batch=3, epochs=2, rng=np.random.default_rng(1),
    )  # fmt: skip
    assert [len(batch) for batch in seen] == [3, 3, 1, 3, 3, 1]
    passes = [[*itertools.chain(*seen[:3])], [*itertools.chain(*seen[3:])]]
    assert [sorted(each) for each in passes] == 2 * [list(range(7))]
    assert passes[0] != passes[1]


def test_what_stops_training_leaves_the_parameters_as_they_were():
    network = adder()
    before, calls = network.parameters.tolist(), []

    class Stopped(SGD):
        def step(self, parameters, gradients):
            super().step(parameters, gradients)
            calls.append(1)
            if len(calls) == 3:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(network, *bits(), Stopped(0.1), batch=5, epochs=2, rng=np.random.default_rng(1))
    assert len(calls) == 3
    assert network.parameters.tolist() == before


def test_an_update_returns_the_loss_before_it():
    network = adder()
    first = update(network, *bits(), SGD(0.1))
    assert first == pytest.approx(adder().loss_and_gradients(*bits()))
    assert network.loss_and_gradients(*bits()) < first


GOOD = {"batch": 5, "epochs": 1, "rng": np.random.default_rng(1)}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"batch": 0}, "batch: expected a whole number of at least 1, got 0"),
        ({"epochs": 1.5}, "epochs: expected a whole number"),
        ({"rng": 1}, "rng: expected a numpy.random.Generator"),
        ({"clip": -1}, "limit: expected a positive number"),
        ({"targets": bits()[1][:3]}, r"targets: expected as many as inputs, \(20,\), got \(3,\)"),
        ({"targets": np.float64(1)}, "targets: expected as many as inputs"),
        ({"inputs": bits()[0] * np.nan}, "inputs: expected finite numbers"),
    ],
)
def test_fit_refuses_and_leaves_the_network_as_it_was(change, message):
    network = adder()
    before = network.parameters.tolist()
    arguments = dict(zip(("inputs", "targets"), bits(), strict=True)) | GOOD | change
    with pytest.raises(ValueError, match=message):
        fit(network, optimizer=SGD(0.1), **arguments)
    assert network.parameters.tolist() == before


def test_a_network_is_of_layers_of_one_kind():
    rng = np.random.default_rng(1)
    for layers in (
        [],
        ["layer"],
        [SimpleRNN(2, 3, rng), Dense(3, 1, rng, networks=2)],
        [SimpleRNN(2, 3, rng), Dense(3, 1, rng, dtype=np.float32)],
    ):
        with pytest.raises(ValueError, match="layers: expected layers of one ensemble"):
            Network(layers, squared_error)


def test_clipping_shortens_the_step():
    network, data = adder(), bits()
    before = network.parameters.copy()
    update(network, *data, SGD(1.0), clip=0.01)
    assert np.linalg.norm(network.parameters - before) == pytest.approx(0.01)


def test_an_update_that_is_refused_leaves_the_parameters_as_they_were():
    network, (inputs, targets) = adder(), bits()
    optimizer = RMSProp(0.05, momentum=0.8)
    update(network, inputs, targets, optimizer)
    before = network.parameters.tolist()
    with pytest.raises(ValueError, match="targets: expected"):
        update(network, inputs, targets[:, :1], optimizer)
    assert network.parameters.tolist() == before


@pytest.mark.parametrize("make", [lambda: RMSProp(0.05, momentum=0.8), lambda: Adam(0.05)])
def test_a_fit_that_failed_can_be_made_again_as_if_it_had_not_been_tried(make, monkeypatch):
    losses = []
    for fails in (True, False):
        network, data, rng, optimizer = adder(), bits(), np.random.default_rng(3), make()
        options = {"batch": 5, "epochs": 2, "rng": rng}
        fit(network, *data, optimizer, **options)
        if fails:
            counts = itertools.count()
            step = optimizer.step

            def broken(*arrays, step=step, counts=counts):
                if next(counts) == 3:
                    raise KeyboardInterrupt
                step(*arrays)

            monkeypatch.setattr(optimizer, "step", broken)
            with pytest.raises(KeyboardInterrupt):
                fit(network, *data, optimizer, **options)
            monkeypatch.undo()
        losses.append(fit(network, *data, optimizer, **options).tolist())
    assert losses[0] == losses[1]


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))])
def test_a_copy_of_a_network_trains_like_the_network_and_apart_from_it(copied):
    network, data = adder(), bits()
    twin = copied(network)
    rows = [fit(each, *data, SGD(0.5), batch=5, epochs=3, rng=np.random.default_rng(1))
            for each in (network, twin)]  # fmt: skip
    assert rows[0].tolist() == rows[1].tolist()
    assert rows[1][-1] < rows[1][0]
    layer = copied(SimpleRNN(2, 3, np.random.default_rng(1)))
    layer.set_weights([0 * weight for weight in layer.get_weights()])
    assert not layer.forward(data[0]).any()


@pytest.mark.parametrize(
    "layers",
    [
        lambda: [SimpleRNN(2, 3, RNG), SimpleRNN(3, 4, RNG)],
        lambda: [SimpleRNN(2, 3, RNG, return_sequences=True), Dense(4, 1, RNG)],
        lambda: [LSTM(2, 1, RNG, return_sequences=True), SimpleRNN(3, 4, RNG)],
        lambda: [Dense(2, 3, RNG), Embedding(3, 2, RNG)],
    ],
)
def test_layers_that_do_not_fit_are_refused(layers):
    network = Network(layers(), squared_error)
    with pytest.raises(ValueError, match="inputs: expected"):
        network.forward(bits()[0])


def test_a_layer_belongs_to_one_network_and_stands_there_once():
    first, second = Dense(2, 2, RNG), Dense(2, 2, RNG)
    with pytest.raises(ValueError, match="layers: expected each once, and in one network"):
        Network([first, first], squared_error)
    Network([first], squared_error)
    with pytest.raises(ValueError, match="layers: expected each once, and in one network"):
        Network([first, second], squared_error)


def test_one_target_is_not_taken_for_all():
    network = Network([SimpleRNN(2, 3, RNG), Dense(3, 1, RNG)], squared_error)
    with pytest.raises(ValueError, match="targets: expected as many as inputs, 20, got 1"):
        network.loss_and_gradients(bits()[0], np.zeros((1, 1)))


def test_a_layer_forgets_its_own_walk_when_its_network_walks():
    network, (inputs, _) = adder(), bits()
    layer = network.layers[0]
    layer.forward(inputs)
    network.forward(inputs[:3])
    with pytest.raises(ValueError, match="backward: expected a call of forward before it"):
        layer.backward(np.ones((20, 5, 3)))


def test_float32_stays_float32_and_gives_nearly_the_same():
    rng, results = np.random.default_rng(1), []
    inputs, targets = rng.integers(0, 5, (6, 7)), rng.integers(0, 5, (6, 7))
    for kind in (np.float64, np.float32):
        draw = np.random.default_rng(2)
        layers = [
            LSTM(5, 4, draw, return_sequences=True, dtype=kind),
            Dense(4, 5, draw, dtype=kind),
        ]
        network = Network(layers, softmax_cross_entropy)
        fit(network, inputs, targets, Adam(0.01), batch=3, epochs=4, rng=np.random.default_rng(1))
        assert network.parameters.dtype == network.gradients.dtype == kind
        assert network.forward(inputs).dtype == kind
        results.append(network.forward(inputs))
    assert results[1] == pytest.approx(results[0], abs=1e-4)
    assert (results[1] != results[0]).any()


@pytest.mark.parametrize("own", [[0, 2], 1, slice(3, 3), None])
def test_a_part_is_a_slice_of_an_ensemble(own):
    with pytest.raises(ValueError, match="own: expected a slice of the networks"):
        adder(count=5).part(own)
    with pytest.raises(ValueError, match="own: expected a slice of the networks"):
        adder().part(slice(0, 1))


def test_parts_do_not_work_in_the_same_memory():
    ensemble, (inputs, _) = adder(count=4), bits()
    layer = ensemble.layers[0]
    first, second = layer.part(slice(0, 2)), layer.part(slice(2, 4))
    slopes = np.ones((2, 20, 5, 3))
    first.forward(inputs[None])
    first.backward(slopes)
    expected = first.gradients["kernel"].tolist()
    first.forward(inputs[None])
    second.forward(1 - inputs[None])
    first.backward(slopes)
    assert first.gradients["kernel"].tolist() == expected
    assert layer.shapes["kernel"] == (4, 2, 3)


RNG = np.random.default_rng(1)


def test_fit_fresh_trains_on_what_it_draws():
    network, by_hand, rng = adder(), adder(), np.random.default_rng(4)
    losses = fit_fresh(
        network, lambda rng: bits(int(rng.integers(99))), SGD(0.1), updates=3, rng=rng
    )
    rng, optimizer = np.random.default_rng(4), SGD(0.1)
    expected = [update(by_hand, *bits(int(rng.integers(99))), optimizer) for _ in range(3)]
    assert losses.tolist() == expected
    assert (network.parameters == by_hand.parameters).all()


def test_fit_fresh_that_is_stopped_leaves_all_as_it_was():
    network, rng, optimizer = adder(), np.random.default_rng(4), Adam(0.1)
    before, state, calls = network.parameters.copy(), rng.bit_generator.state, itertools.count()

    def draw(rng):
        if next(calls) == 2:
            raise KeyboardInterrupt
        return bits(int(rng.integers(99)))

    with pytest.raises(KeyboardInterrupt):
        fit_fresh(network, draw, optimizer, updates=5, rng=rng)
    assert (network.parameters == before).all()
    assert rng.bit_generator.state == state
    assert optimizer.steps == 0


@pytest.mark.parametrize(
    ("change", "name"), [({"draw": 1}, "draw"), ({"updates": 0}, "updates"), ({"rng": 1}, "rng")]
)
def test_fit_fresh_refuses_bad_arguments(change, name):
    good = {"draw": lambda rng: bits(), "updates": 1, "rng": np.random.default_rng(1)}
    with pytest.raises(ValueError, match=f"{name}: expected"):
        fit_fresh(adder(), optimizer=SGD(0.1), **good | change)


@pytest.mark.parametrize("drawn", [None, 1, (), "ab", np.ones(2), 3 * (np.ones((1, 2)),)])
def test_fit_fresh_refuses_a_draw_that_gives_no_pair_and_leaves_all_as_it_was(drawn):
    network, rng, calls = adder(), np.random.default_rng(1), itertools.count()
    before = network.parameters.copy()
    with pytest.raises(ValueError, match="draw: expected"):
        fit_fresh(
            network,
            lambda rng: drawn if next(calls) else bits(),
            SGD(0.1),
            updates=5,
            rng=rng,
        )
    assert (network.parameters == before).all()


def test_fit_fresh_clips():
    network = adder()
    before = network.parameters.copy()
    rng = np.random.default_rng(1)
    fit_fresh(network, lambda rng: bits(), SGD(1.0), updates=1, rng=rng, clip=1e-3)
    assert np.linalg.norm(network.parameters - before) == pytest.approx(1e-3)
    with pytest.raises(ValueError, match="clip: expected"):
        fit_fresh(network, lambda rng: bits(), SGD(1.0), updates=1, rng=rng, clip=0)


def test_what_an_optimizer_remembers_is_as_it_was_after_a_stop():
    network, rng, optimizer, calls = adder(), np.random.default_rng(4), Adam(0.1), itertools.count()

    def draw(rng):
        if next(calls) == 4:
            raise KeyboardInterrupt
        return bits(int(rng.integers(99)))

    fit_fresh(network, draw, optimizer, updates=2, rng=rng)
    memory = [each.copy() for each in optimizer.memory]
    with pytest.raises(KeyboardInterrupt):
        fit_fresh(network, draw, optimizer, updates=5, rng=rng)
    assert optimizer.steps == 2
    assert all((a == b).all() for a, b in zip(memory, optimizer.memory, strict=True))


def test_no_examples_are_refused():
    inputs, targets = bits()
    with pytest.raises(ValueError, match="targets: expected"):
        fit(adder(), inputs[:0], targets[:0], SGD(0.1), **GOOD)
