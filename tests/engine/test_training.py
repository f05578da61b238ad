"""The loop that trains: updates, whole passes, and what stays when it is stopped."""

import copy
import itertools
import re
import reprlib
import tracemalloc

import numpy as np
import pytest
from tqdm import tqdm

from helpers.engine import (
    LSTM,
    SGD,
    Adam,
    Dense,
    Embedding,
    Network,
    Optimizer,
    RMSProp,
    SimpleRNN,
    Trainable,
    check_gradients,
    fit,
    fit_fresh,
    sigmoid_cross_entropy,
    softmax_cross_entropy,
    squared_error,
    training,
    update,
)
from tests.adding import adder, bits


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
        ({"clip": -1}, "clip: expected a positive number"),
        ({"clip": 1e-39}, "clip: expected a number of at least 1.18e-38"),
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


def test_clipping_shortens_the_step():
    network, data = adder(), bits()
    before = network.parameters.copy()
    update(network, *data, SGD(1.0), clip=0.01)
    assert np.linalg.norm(network.parameters - before) == pytest.approx(0.01)


@pytest.mark.parametrize("begun", [True, False])
@pytest.mark.parametrize("wrong", ["targets", "may_diverge"])
def test_an_update_that_is_refused_leaves_network_and_optimizer_as_they_were(begun, wrong):
    network, (inputs, targets) = adder(), bits()
    optimizer = RMSProp(0.05, momentum=0.8)
    if begun:
        update(network, inputs, targets, optimizer)
    before, kept = network.parameters.tolist(), copy.deepcopy(vars(optimizer))
    if wrong == "targets":
        targets = targets[:, :1]
    else:  # the step itself goes beyond all bounds
        optimizer.rate = kept["rate"] = 1e308
    with pytest.raises(ValueError, match=f"{wrong}: expected"):
        update(network, inputs, targets, optimizer)
    assert network.parameters.tolist() == before
    memory, wanted = vars(optimizer).pop("memory"), kept.pop("memory")
    assert vars(optimizer) == kept
    assert (memory is wanted is None) or np.array_equal(memory, wanted)


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
    said = "draw: expected a function that returns inputs and targets, got one that returns "
    with pytest.raises(ValueError, match=f"^{re.escape(said + reprlib.repr(drawn))}$"):
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


def growing(dtype=np.float32):
    """Return a linear unit whose state grows by half in each step, and 400 steps for it."""
    unit = SimpleRNN(1, 1, np.random.default_rng(1), activation="linear", dtype=dtype)
    unit.set_weights([np.ones((1, 1)), np.full((1, 1), 1.5), np.zeros(1)])
    return Network([unit], squared_error), np.ones((4, 400, 1), dtype), np.ones((4, 1))


@pytest.mark.parametrize("clip", [None, 1.0])
@pytest.mark.parametrize("make", [SGD, Adam, RMSProp])
def test_a_run_that_grows_without_bound_is_undone(make, clip):
    (network, inputs, targets), optimizer = growing(), make(0.01)
    before, rng = network.parameters.copy(), np.random.default_rng(3)
    with pytest.raises(
        ValueError, match=r"^may_diverge: expected True, or a smaller rate, or clip"
    ):
        fit(network, inputs, targets, optimizer, batch=2, epochs=3, rng=rng, clip=clip)
    assert (network.parameters == before).all()
    assert (optimizer.steps, optimizer.memory) == (0, None)
    assert rng.integers(10**9) == np.random.default_rng(3).integers(10**9)


@pytest.mark.parametrize("clip", [None, 1.0])
def test_a_run_may_grow_without_bound_where_that_is_said(clip):
    network, inputs, targets = growing()
    options = {"rng": np.random.default_rng(3), "clip": clip, "may_diverge": True}
    fit(network, inputs, targets, SGD(0.01), batch=4, epochs=2, **options)
    assert not np.isfinite(network.parameters).all()


def test_where_one_network_grows_without_bound_the_others_are_clipped_as_ever():
    unit = SimpleRNN(1, 1, np.random.default_rng(1), activation="linear", networks=2)
    recurrent = np.array([[[20.0]], [[1.0]]])  # to the power of 400 it is infinite
    unit.set_weights([np.ones((2, 1, 1)), recurrent, np.zeros((2, 1))])
    network = Network([unit], squared_error)
    data, before = (np.ones((1, 4, 400, 1)), np.ones((1, 4, 1))), network.parameters.copy()
    update(network, *data, SGD(1.0), clip=0.01, may_diverge=True)
    assert not np.isfinite(network.parameters[0]).all()
    assert np.linalg.norm(network.parameters[1] - before[1]) == pytest.approx(0.01)


def test_slopes_whose_squares_are_too_large_are_refused_as_well():
    network, inputs, targets = growing(np.float64)
    before = network.parameters.copy()
    with pytest.raises(ValueError, match="may_diverge"):  # Adam would stand still for ever
        update(network, inputs, 1e155 * targets, Adam(0.01))
    assert (network.parameters == before).all()


def test_a_step_beyond_all_numbers_is_taken_back():
    network = adder()
    before = network.parameters.copy()
    with pytest.raises(ValueError, match="may_diverge"):
        update(network, *bits(), SGD(1e308))
    assert (network.parameters == before).all()


def test_an_update_of_a_large_embedding_keeps_a_few_tables_at_most():
    rng, kind = np.random.default_rng(1), {"dtype": np.float32}
    table = 20_000 * 32 * 4  # bytes
    for first in (Embedding(20_000, 32, rng, **kind), SimpleRNN(20_000, 32, rng, **kind)):
        layers = [first, Dense(32, 1, rng, **kind)]
        network = Network(layers, squared_error)
        inputs, optimizer = rng.integers(0, 20_000, (32, 50)), Adam(0.01)
        targets = rng.normal(size=network.forward(inputs).shape)
        update(network, inputs, targets, optimizer)
        tracemalloc.start()
        update(network, inputs, targets, optimizer)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < 8 * table


@pytest.mark.parametrize("make", [SGD, Adam, RMSProp])
def test_an_optimizer_steps_for_one_network_alone(make):
    (inputs, targets), optimizer, rng = bits(), make(0.1), np.random.default_rng(3)
    first, second = adder(), adder()
    update(first, inputs, targets, optimizer)
    before = second.parameters.copy()
    said = "^optimizer: expected a new one: it remembers steps of another network, got one in use$"
    with pytest.raises(ValueError, match=said):
        update(second, inputs, targets, optimizer)
    with pytest.raises(ValueError, match="optimizer: expected a new one"):
        fit(second, inputs, targets, optimizer, batch=2, epochs=1, rng=rng)
    assert (second.parameters == before).all()
    update(copy.deepcopy(first), inputs, targets, copy.deepcopy(optimizer))  # to go on later
    update(first, inputs, targets, optimizer)
    assert optimizer.steps == 2


def test_an_optimizer_whose_first_run_failed_is_still_free():
    (inputs, targets), optimizer, rng = bits(), Adam(0.1), np.random.default_rng(3)
    with pytest.raises(ValueError, match="targets: expected"):
        fit(adder(), inputs, targets[..., :1, :], optimizer, batch=2, epochs=1, rng=rng)
    fit(adder(), inputs, targets, optimizer, batch=2, epochs=1, rng=rng)


@pytest.mark.parametrize(
    ("train", "options", "count"),
    [(fit, {"batch": 5, "epochs": 3}, 12), (fit, {"batch": 3, "epochs": 2}, 14),
     (fit_fresh, {"updates": 7}, 7)],
)  # fmt: skip
def test_the_bar_knows_how_many_updates_there_will_be(train, options, count, monkeypatch):
    shown = []

    def bar(drawn, total, **others):
        shown.append((total, others))
        return tqdm(drawn, total=total, **others)

    monkeypatch.setattr(training, "tqdm", bar)
    data = [lambda rng: bits()] if train is fit_fresh else bits()
    losses = train(adder(), *data, SGD(0.1), rng=np.random.default_rng(1), **options)
    # a bar where somebody looks, after two seconds: None is for terminals alone
    assert shown == [(count, {"delay": 2, "disable": None})]
    assert len(losses) == count


def test_an_update_may_grow_without_bound_where_that_is_said():
    network, *data = growing()
    update(network, *data, SGD(0.01), may_diverge=True)
    assert not np.isfinite(network.parameters).all()


def test_a_loss_that_is_no_number_is_refused_though_its_slopes_are():
    def loss(outputs, targets):
        return outputs * np.nan, 0 * outputs

    network = Network([Dense(2, 3, np.random.default_rng(1))], loss)
    before = network.parameters.copy()
    data = np.ones((4, 2)), np.ones((4, 3))
    with pytest.raises(ValueError, match="may_diverge: expected"):
        update(network, *data, SGD(0.1))
    assert (network.parameters == before).all()
    assert np.isnan(update(network, *data, SGD(0.1), may_diverge=True))


def test_a_large_loss_that_is_a_number_is_none_that_grew():
    network = Network([Dense(1, 1, np.random.default_rng(1), dtype=np.float32)], squared_error)
    data = np.ones((4, 1)), np.full((4, 1), 1e10)
    losses = fit(network, *data, Adam(), batch=4, epochs=2, rng=np.random.default_rng(1))
    assert losses == pytest.approx(1e20, rel=1e-3)


def test_what_an_optimizer_of_your_own_keeps_is_as_it_was_after_a_stop():
    class Momentum(Optimizer):
        """w ← w − v with v ← m v + η g, kept in arrays of its own."""

        def change(self, gradients):
            if not hasattr(self, "v"):
                self.v = np.zeros_like(gradients)
            self.v *= 0.9
            self.v += self.rate * gradients
            return self.v

    network, optimizer = adder(), Momentum(0.1)
    for _ in range(2):
        before = {key: np.copy(value) for key, value in vars(optimizer).items()}
        with pytest.raises(ValueError, match="targets"):
            update(network, bits()[0], 5 * bits()[1], optimizer)
        with pytest.raises(KeyboardInterrupt):
            fit_fresh(network, stops(1), optimizer, updates=5, rng=np.random.default_rng(1))
        assert vars(optimizer).keys() == before.keys()
        assert all((vars(optimizer)[key] == value).all() for key, value in before.items())
        update(network, *bits(), optimizer)


@pytest.mark.parametrize("made", [list, dict, set])
def test_what_it_keeps_in_lists_and_the_like_is_too(made):
    class Counts(Optimizer):
        """w ← w − η g, and a record of how long each step was."""

        def change(self, gradients):
            length = float(np.linalg.norm(gradients))
            if made is dict:
                self.seen[length] = [length]
            else:
                (self.seen.append if made is list else self.seen.add)(length)
            return self.rate * gradients

    network, optimizer, rng = adder(), Counts(0.1), np.random.default_rng(1)
    optimizer.seen = made()
    update(network, *bits(), optimizer)
    before = made(optimizer.seen)
    with pytest.raises(KeyboardInterrupt):
        fit_fresh(network, stops(2), optimizer, updates=5, rng=rng)
    assert optimizer.seen == before
    assert len(before) == 1


def test_after_a_run_that_failed_there_is_no_way_back_of_other_weights():
    network, rng = adder(), np.random.default_rng(1)
    layer, walks = network.layers[0], []

    def draw(rng):
        walks.append(layer.forward(bits()[0]))  # of weights that are taken back
        if len(walks) == 3:
            raise KeyboardInterrupt
        return bits()

    with pytest.raises(KeyboardInterrupt):
        fit_fresh(network, draw, SGD(0.1), updates=5, rng=rng)
    with pytest.raises(ValueError, match=r"^backward: expected a call of forward before it"):
        layer.backward(np.ones_like(walks[-1]))


def test_data_that_end_too_soon_are_named():
    network, data, rng = adder(), iter([bits(), bits()]), np.random.default_rng(1)
    before = network.parameters.copy()
    said = "^draw: expected a function that .*, got one whose data has ended$"
    with pytest.raises(ValueError, match=said):
        fit_fresh(network, lambda rng: next(data), SGD(0.1), updates=3, rng=rng)
    assert (network.parameters == before).all()


def stops(count):
    """Return a function that draws so often, and then is stopped."""
    left = iter(range(count))

    def draw(rng):
        if next(left, None) is None:
            raise KeyboardInterrupt
        return bits()

    return draw


def by_hand(loss, size):
    """Return losses and parameters of a loop of one's own, in 32 bits; nearly all is sure."""
    rng, optimizer = np.random.default_rng(1), Adam(0.01)
    kind = {"dtype": np.float32, "return_sequences": loss is softmax_cross_entropy}
    layers = [SimpleRNN(2, 4, rng, **kind), Dense(4, 2, rng, dtype=np.float32)]
    network = Network(layers, loss)
    network.parameters[...] *= size
    inputs, targets = rng.normal(size=(3, 5, 2)), rng.integers(0, 2, (3, 2))
    if loss is softmax_cross_entropy:
        targets = rng.integers(0, 2, (3, 5))
    losses = []
    for _ in range(5):
        losses.append(network.loss_and_gradients(inputs, targets))
        optimizer.step(network.parameters, network.gradients)
    return np.array(losses), network.parameters


@pytest.mark.parametrize("loss", [softmax_cross_entropy, sigmoid_cross_entropy, squared_error])
@pytest.mark.parametrize("size", [1, 1e-25, 80])
def test_a_loop_of_ones_own_bears_it_that_numpy_raises_what_is_tiny(loss, size):
    expected = by_hand(loss, size)
    with np.errstate(all="raise"):
        found = by_hand(loss, size)
    assert all(np.array_equal(a, b) for a, b in zip(expected, found, strict=True))


@pytest.mark.parametrize("call", ["update", "fit", "check_gradients"])
def test_layers_together_without_a_loss_are_no_network(call):
    rng = np.random.default_rng(1)
    both, x, y = Trainable([Dense(2, 1, rng)]), np.ones((4, 2)), np.ones((4, 1))
    before, optimizer = both.parameters.copy(), Adam()
    calls = {
        "update": lambda: update(both, x, y, optimizer),
        "fit": lambda: fit(both, x, y, optimizer, batch=2, epochs=1, rng=rng),
        "check_gradients": lambda: check_gradients(both, x, y),
    }
    said = "^network: expected one that has a loss, such as Network, got Trainable$"
    with pytest.raises(ValueError, match=said):
        calls[call]()
    assert (both.parameters == before).all()
