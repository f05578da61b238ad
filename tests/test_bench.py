"""The benchmarks run, take turns, and are printed as medians and ratios."""

import importlib
import itertools
import sys
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest

from benchmarks import _scalar_loop, binary_adder, cost_of_an_update
from helpers.engine import Dense, Network, SimpleRNN, sigmoid_cross_entropy
from helpers.models import RECIPE
from helpers.tasks import random_pairs, sums_of
from tools import bench


def test_contestants_take_turns_after_one_call_that_is_not_timed():
    calls = []
    contestants = {"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}
    times = bench.timings(contestants, rounds=3)
    assert "".join(calls) == "ab" + 3 * "ab"
    assert [len(taken) for taken in times.values()] == [3, 3]


def test_the_table_gives_medians_and_ratios_to_the_first():
    medians = bench.medians_of({"slow one": [0.3, 0.2, 9.0], "fast": [0.1, 0.1, 0.2]})
    lines = bench.table(medians)
    assert [line.split() for line in lines] == [
        ["slow", "one", "300.00", "ms", "1.00", "x"],
        ["fast", "100.00", "ms", "3.00", "x"],
    ]


def test_time_is_for_each_piece_of_work(monkeypatch):
    clock = iter([10.0, 16.0, 20.0, 26.0])
    monkeypatch.setattr(bench.time, "perf_counter", lambda: next(clock))
    assert bench.seconds(lambda: None) == 6
    assert bench.seconds(lambda: 3) == 2


def test_the_scalar_loop_has_the_slopes_of_our_network():
    rng = np.random.default_rng(1)
    inputs = rng.integers(0, 2, (9, 7, 2)).astype(float)
    targets = rng.integers(0, 2, (9, 7, 1)).astype(float)
    loop = _scalar_loop.Adder(3, rng)
    W, b, U, c, begin, V, d = loop.weights
    rnn = SimpleRNN(2, 3, rng, return_sequences=True, learn_initial_state=True)
    rnn.set_weights([W, U, b + c, begin])
    dense = Dense(3, 1, rng)
    dense.set_weights([V, d])
    loss = Network([rnn, dense], sigmoid_cross_entropy).loss_and_gradients(inputs, targets)
    assert loop.loss(inputs, targets) == pytest.approx(loss, rel=1e-12)
    W, U, b, begin = rnn.gradients.values()
    expected = [W, b, U, b, begin, *dense.gradients.values()]
    expected = np.concatenate([array.ravel() for array in expected])
    assert loop.back(inputs, targets) == pytest.approx(expected, rel=1e-10, abs=1e-14)


def test_the_scalar_loop_learns():
    inputs = random_pairs(np.random.default_rng(1), 100)
    targets = sums_of(inputs)
    losses = _scalar_loop.train(inputs, targets, 3, 100, **RECIPE)
    assert losses[-1] < 0.1 < losses[0]


@pytest.mark.parametrize("name", bench.names())
def test_every_benchmark_runs(name, monkeypatch):
    # the sizes are for timing; that it runs shows at small ones as well
    monkeypatch.setattr(binary_adder, "UPDATES", 2)
    module = importlib.import_module(f"benchmarks.{name}")
    titles = []
    for title, contestants in itertools.islice(module.tables(), 2):
        titles.append(title)
        assert len(contestants) > 1
        for function in contestants.values():
            assert bench.seconds(function) > 0
    assert len(set(titles)) == len(titles) > 0


def test_the_cost_is_drawn_beside_lines_of_slope_one():
    medians = {
        axis: {str(size): 1e-3 * size for size in sizes}
        for axis, sizes in cost_of_an_update.SIZES.items()
    }
    (axes,) = cost_of_an_update.draw(medians).axes
    lines = [np.log(line.get_data()) for line in axes.get_lines()]
    assert len(lines) == 6
    assert all(np.polyfit(*line, 1)[0] == pytest.approx(1) for line in lines)
    labels = [text.get_text() for text in axes.get_legend().texts]
    assert labels == [*cost_of_an_update.SIZES, "in proportion"]


def test_the_first_is_the_yardstick_wherever_it_stands():
    lines = bench.table({"a": 2.0, "b": 1.0, "c": 4.0})
    assert [line.split()[-2] for line in lines] == ["1.00", "2.00", "0.50"]


def test_work_that_is_counted_is_given_for_a_second():
    (line,) = bench.table({"a": 0.25}, "loaves")
    assert line.split() == ["a", "4.0", "loaves/s", "1.00", "x"]


def test_it_times_what_it_is_asked_for(monkeypatch, capsys, tmp_path):
    calls = []
    module = SimpleNamespace(
        __doc__="What it asks.\n\nMore.",
        tables=lambda: [("first", {"a": lambda: calls.append("a")})],
        draw=lambda medians: calls.append(list(medians)) or plt.figure(),
    )
    monkeypatch.setattr(bench, "ROOT", tmp_path)
    monkeypatch.setattr(bench, "REPORT", tmp_path / "build")
    monkeypatch.setattr(bench, "names", lambda: ["one", "other"])
    found = SimpleNamespace(import_module=lambda name: calls.append(name) or module)
    monkeypatch.setattr(bench, "importlib", found)
    monkeypatch.setattr(sys, "argv", ["bench", "--only", "other", "--rounds", "2"])
    bench.main()
    assert calls == ["benchmarks.other", "a", "a", "a", ["first"]]
    printed = capsys.readouterr().out
    assert "other: What it asks.\n\nfirst\na" in printed
    assert "drawn in build/other.svg" in printed
    assert (tmp_path / "build" / "other.svg").stat().st_size > 0
    monkeypatch.setattr(sys, "argv", ["bench", "--rounds", "0"])
    with pytest.raises(ValueError, match="rounds: expected a whole number of at least 1, got 0"):
        bench.main()


def test_updates_in_one_call_hands_over_how_many(monkeypatch):
    keras_models = importlib.import_module("helpers.models.keras_models")
    seen = []
    monkeypatch.setattr(
        keras_models, "train", lambda *_, steps_per_record, **__: seen.append(steps_per_record)
    )
    module = importlib.import_module("benchmarks.updates_in_one_call")
    for _, contestants in module.tables():
        for function in contestants.values():
            function()
    assert seen == [1, 10, 50]
