"""The benchmarks run, take turns, and are printed as medians and ratios."""

import importlib
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks import binary_adder
from helpers.layers import Dense
from helpers.losses import sigmoid_cross_entropy
from helpers.networks import Network
from helpers.simple_rnn import SimpleRNN
from tools import bench


def test_contestants_take_turns_after_one_call_that_is_not_timed():
    calls = []
    contestants = {"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}
    times = bench.timings(contestants, rounds=3)
    assert "".join(calls) == "ab" + 3 * "ab"
    assert [len(taken) for taken in times.values()] == [3, 3]


def test_the_table_gives_medians_and_ratios_to_the_first():
    lines = bench.table({"slow one": [0.3, 0.2, 9.0], "fast": [0.1, 0.1, 0.2]})
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
    loop = binary_adder.ScalarLoop(rng)
    loop.h_0[:] = rng.normal(size=3)
    rnn = SimpleRNN(2, 3, rng, return_sequences=True, learn_initial_state=True)
    rnn.set_weights([loop.W, loop.U, loop.b, loop.h_0])
    dense = Dense(3, 1, rng)
    dense.set_weights([loop.V, loop.c])
    Network([rnn, dense], sigmoid_cross_entropy).loss_and_gradients(inputs, targets)
    W, U, b, h_0 = rnn.gradients.values()
    expected = [W, b, U, h_0, *dense.gradients.values()]
    expected = np.concatenate([array.ravel() for array in expected])
    assert loop.slopes(inputs, targets) == pytest.approx(expected, rel=1e-10, abs=1e-14)


@pytest.mark.parametrize("name", bench.names())
def test_every_benchmark_runs(name):
    module = importlib.import_module(f"benchmarks.{name}")
    contestants = module.contestants()
    assert len(contestants) > 1
    for function in contestants.values():
        assert bench.seconds(function) > 0


def test_the_first_is_the_yardstick_wherever_it_stands():
    lines = bench.table({"a": [2.0], "b": [1.0], "c": [4.0]})
    assert [line.split()[-2] for line in lines] == ["1.00", "2.00", "0.50"]


def test_it_times_what_it_is_asked_for(monkeypatch, capsys):
    calls = []
    module = SimpleNamespace(
        __doc__="What it asks.\n\nMore.", contestants=lambda: {"a": lambda: calls.append("a")}
    )
    monkeypatch.setattr(bench, "names", lambda: ["one", "other"])
    found = SimpleNamespace(import_module=lambda name: calls.append(name) or module)
    monkeypatch.setattr(bench, "importlib", found)
    monkeypatch.setattr(sys, "argv", ["bench", "--only", "other", "--rounds", "2"])
    bench.main()
    assert calls == ["benchmarks.other", "a", "a", "a"]
    assert "other: What it asks.\na" in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["bench", "--rounds", "0"])
    with pytest.raises(ValueError, match="rounds: expected a whole number of at least 1, got 0"):
        bench.main()


def test_updates_in_one_call_hands_over_how_many(monkeypatch):
    keras_models = importlib.import_module("helpers.keras_models")
    seen = []
    monkeypatch.setattr(
        keras_models, "train", lambda *_, steps_per_record, **__: seen.append(steps_per_record)
    )
    for function in (
        importlib.import_module("benchmarks.updates_in_one_call").contestants().values()
    ):
        function()
    assert seen == [1, 10, 50]
